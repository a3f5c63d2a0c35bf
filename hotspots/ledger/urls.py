"""The ledger: programmes, entries, income, months, caps and categories."""

from django.urls import path

from hotspots.ledger import entry_views, import_views, income_views, month_views, views

app_name = "ledger"
urlpatterns = [
    path("", views.ledger, name="ledger"),
    path("waiting/", views.waiting, name="waiting"),
    path("programmes/<int:pk>/", views.programme, name="programme"),
    path("programmes/<int:pk>/entries/", views.entries, name="entries"),
    path("programmes/<int:pk>/entries/files/<str:file>/", views.entries_file, name="entries_file"),
    path("programmes/<int:pk>/entries/new/", entry_views.add_entry, name="add_entry"),
    path("programmes/<int:pk>/income/new/", income_views.add_income, name="add_income"),
    path("programmes/<int:pk>/caps/new/", income_views.add_cap, name="add_cap"),
    path("programmes/<int:pk>/months/<str:month>/", month_views.month, name="month"),
    path("programmes/<int:pk>/months/<str:month>/prepare/", month_views.prepare_month, name="prepare_month"),
    path("programmes/<int:pk>/months/<str:month>/close/", month_views.close_month, name="close_month"),
    path("entries/<int:pk>/", entry_views.entry, name="entry"),
    path("entries/<int:pk>/edit/", entry_views.edit_entry, name="edit_entry"),
    path("entries/<int:pk>/submit/", entry_views.submit_entry, name="submit_entry"),
    path("entries/<int:pk>/take-back/", entry_views.take_back_entry, name="take_back_entry"),
    path("entries/<int:pk>/delete/", entry_views.delete_entry, name="delete_entry"),
    path("entries/<int:pk>/approve/", entry_views.approve_entry, name="approve_entry"),
    path("entries/<int:pk>/refuse/", entry_views.refuse_entry, name="refuse_entry"),
    path("entries/<int:pk>/reverse/", entry_views.reverse_entry, name="reverse_entry"),
    path("entries/<int:pk>/document/", entry_views.document, name="document"),
    path("programmes/<int:pk>/imports/", import_views.imports, name="imports"),
    path("programmes/<int:pk>/imports/new/", import_views.new_import, name="new_import"),
    path("imports/<int:pk>/", import_views.import_file, name="import_file"),
    path("imports/<int:pk>/columns/", import_views.import_columns, name="import_columns"),
    path("imports/<int:pk>/approve/", import_views.approve_import, name="approve_import"),
    path("imports/<int:pk>/undo/", import_views.undo_import, name="undo_import"),
    path("income/<int:pk>/", income_views.income_line, name="income_line"),
    path("income/<int:pk>/edit/", income_views.edit_income, name="edit_income"),
    path("income/<int:pk>/receipts/new/", income_views.receive, name="receive"),
    path("receipts/<int:pk>/reverse/", income_views.reverse_receipt, name="reverse_receipt"),
    path("caps/<int:pk>/delete/", income_views.delete_cap, name="delete_cap"),
    path("categories/", income_views.categories, name="categories"),
    path("categories/new/", income_views.add_category, name="add_category"),
    path("categories/<int:pk>/edit/", income_views.edit_category, name="edit_category"),
]
