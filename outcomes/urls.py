"""Shifts with their outcomes. (The URLs say shifts: that is what people look for.)"""

from django.urls import path

from outcomes import views

app_name = "outcomes"
urlpatterns = [
    path("shifts/", views.shifts, name="shifts"),
    path("shifts/log/", views.log, name="log"),
    path("shifts/plan/", views.plan, name="plan"),
    path("shifts/echo/", views.echo, name="echo"),
    path("shifts/download/<slug:what>/", views.download_rows, name="download_rows"),
    path("shifts/downloads/", views.disclosures, name="disclosures"),
    path("shifts/workbooks/<int:job_id>/", views.workbook, name="workbook"),
    path("shifts/workbooks/<int:job_id>/file.xlsx", views.workbook_file, name="workbook_file"),
    path("shifts/<int:shift_id>/", views.shift, name="shift"),
    path("shifts/<int:shift_id>/saved/", views.saved, name="saved"),
    path("shifts/<int:shift_id>/complete/", views.complete, name="complete"),
    path("shifts/<int:shift_id>/correct/", views.correct, name="correct"),
    path("shifts/<int:shift_id>/void/", views.void, name="void"),
    path("shifts/<int:shift_id>/restore/", views.restore, name="restore"),
    path("shifts/<int:shift_id>/crew/", views.crew, name="crew"),
    path("shifts/<int:shift_id>/visits/", views.visits, name="visits"),
    path("shifts/<int:shift_id>/ask/", views.ask_correction, name="ask_correction"),
    path("manage/corrections/", views.correction_requests, name="correction_requests"),
    path("manage/corrections/<int:request_id>/", views.correction_request, name="correction_request"),
    path("manage/import/", views.imports, name="imports"),
    path("manage/import/new/", views.new_import, name="new_import"),
    path("manage/import/template/<slug:what>.<slug:file>", views.import_template, name="import_template"),
    path("manage/import/names/", views.area_names, name="area_names"),
    path("manage/import/names/<int:spelling_id>/", views.change_area_name, name="change_area_name"),
    path("manage/import/<int:import_id>/", views.import_file, name="import_file"),
    path("manage/import/<int:import_id>/columns/", views.import_columns, name="import_columns"),
    path("manage/import/<int:import_id>/answer/", views.answer_import, name="answer_import"),
    path("manage/import/<int:import_id>/confirm/", views.confirm_import, name="confirm_import"),
    path("manage/import/<int:import_id>/undo/", views.undo_import, name="undo_import"),
    path("manage/import/<int:import_id>/problems.csv", views.import_problems, name="import_problems"),
    path("outcomes/to-follow/", views.to_follow, name="to_follow"),
    path("outcomes/<slug:kind>/<int:outcome_id>/", views.detail, name="detail"),
    path("outcomes/<slug:kind>/<int:outcome_id>/withdraw/", views.withdraw, name="withdraw"),
]
