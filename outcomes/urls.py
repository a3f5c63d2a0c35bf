"""Shifts with their outcomes. (The URLs say shifts: that is what people look for.)"""

from django.urls import path

from outcomes.authorisations import views as authorisation_views
from outcomes.confirmations import views as confirmation_views
from outcomes.exports import disclosure_views
from outcomes.exports import views as exports_views
from outcomes.home import views as home_views
from outcomes.imports import name_views, undo_views
from outcomes.imports import views as imports_views
from outcomes.justice import views as justice_views
from outcomes.offline import shell_views
from outcomes.offline import views as offline_views
from outcomes.recording import change_views, correction_request_views, detail_views, plan_views, series_views
from outcomes.recording import views as recording_views
from outcomes.records import views as records_views
from outcomes.several import views as several_views

app_name = "outcomes"
urlpatterns = [
    path("manifest.webmanifest", shell_views.manifest, name="manifest"),
    path("service-worker.js", shell_views.service_worker, name="service_worker"),
    path("offline/", shell_views.offline, name="offline"),
    path("shifts/", home_views.shifts, name="shifts"),
    path("shifts/months/", confirmation_views.months, name="months"),
    path("shifts/months/<slug:month>/confirm/", confirmation_views.confirm, name="confirm_month"),
    path("shifts/months/<int:confirmation_id>/take-back/", confirmation_views.take_back, name="take_back_month"),
    path("shifts/log/", recording_views.log, name="log"),
    path("shifts/plan/pattern/", series_views.plan_pattern, name="plan_pattern"),
    path("shifts/plan/copy-week/", series_views.copy_week, name="copy_week"),
    path("shifts/several/", several_views.several, name="several"),
    path("shifts/plan/", recording_views.plan, name="plan"),
    path("shifts/echo/", recording_views.live_summary, name="echo"),
    path("shifts/queue/", offline_views.queue, name="queue"),
    path("shifts/unsent/", offline_views.unsent, name="unsent"),
    path("shifts/unsent/<int:unfinished_id>/", offline_views.finish, name="finish"),
    path("shifts/unsent/<int:unfinished_id>/discard/", offline_views.discard, name="discard_unfinished"),
    path("shifts/download/<slug:what>/", exports_views.download_rows, name="download_rows"),
    path("shifts/downloads/", disclosure_views.disclosures, name="disclosures"),
    path("shifts/workbooks/<int:job_id>/", exports_views.workbook, name="workbook"),
    path("shifts/workbooks/<int:job_id>/file.xlsx", exports_views.workbook_file, name="workbook_file"),
    path("shifts/<int:shift_id>/", records_views.shift, name="shift"),
    path("shifts/<int:shift_id>/saved/", recording_views.saved, name="saved"),
    path("shifts/<int:shift_id>/complete/", recording_views.complete, name="complete"),
    path("shifts/<int:shift_id>/plan/", recording_views.change_plan, name="change_plan"),
    path("shifts/<int:shift_id>/cancel/", plan_views.cancel, name="cancel"),
    path("shifts/<int:shift_id>/plan-again/", plan_views.plan_again, name="plan_again"),
    path("shifts/<int:shift_id>/hand-over/", plan_views.hand_over, name="hand_over"),
    path("shifts/<int:shift_id>/correct/", recording_views.correct, name="correct"),
    path("shifts/<int:shift_id>/void/", change_views.void, name="void"),
    path("shifts/<int:shift_id>/restore/", change_views.restore, name="restore"),
    path("shifts/<int:shift_id>/crew/", change_views.crew, name="crew"),
    path("shifts/<int:shift_id>/visits/", change_views.visits, name="visits"),
    path(
        "shifts/<int:shift_id>/authorisation/<slug:kind>/", authorisation_views.answer_question, name="answer_question"
    ),
    path("authorisations/questions/", authorisation_views.authorisation_questions, name="authorisation_questions"),
    path("shifts/<int:shift_id>/ask/", correction_request_views.ask_correction, name="ask_correction"),
    path("manage/corrections/", correction_request_views.correction_requests, name="correction_requests"),
    path(
        "manage/corrections/<int:request_id>/", correction_request_views.correction_request, name="correction_request"
    ),
    path("manage/import/", imports_views.imports, name="imports"),
    path("manage/import/new/", imports_views.new_import, name="new_import"),
    path("manage/import/template/<slug:what>.<slug:file>", name_views.import_template, name="import_template"),
    path("manage/import/names/", name_views.area_names, name="area_names"),
    path("manage/import/names/<int:spelling_id>/", name_views.change_area_name, name="change_area_name"),
    path("manage/import/<int:import_id>/", imports_views.import_file, name="import_file"),
    path("manage/import/<int:import_id>/columns/", imports_views.import_columns, name="import_columns"),
    path("manage/import/<int:import_id>/answer/", imports_views.answer_import, name="answer_import"),
    path("manage/import/<int:import_id>/confirm/", imports_views.confirm_import, name="confirm_import"),
    path("manage/import/<int:import_id>/undo/", undo_views.undo_import, name="undo_import"),
    path("manage/import/<int:import_id>/problems.csv", imports_views.import_problems, name="import_problems"),
    path("outcomes/to-follow/", detail_views.to_follow, name="to_follow"),
    path("outcomes/arrests/", justice_views.arrests, name="arrests"),
    path("outcomes/arrests/<int:arrest_id>/", justice_views.arrest, name="arrest"),
    path("outcomes/stages/<int:stage_id>/take-back/", justice_views.withdraw_stage, name="withdraw_stage"),
    path("outcomes/<slug:kind>/<int:outcome_id>/", detail_views.detail, name="detail"),
    path("outcomes/<slug:kind>/<int:outcome_id>/withdraw/", detail_views.withdraw, name="withdraw"),
]
