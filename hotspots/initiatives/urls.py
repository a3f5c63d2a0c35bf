"""Initiatives."""

from django.urls import path

from hotspots.initiatives import document_views, entry_views, kind_views, views

app_name = "initiatives"
urlpatterns = [
    path("", views.initiatives, name="list"),
    path("new/", views.add_initiative, name="new"),
    path("published/", views.published, name="published"),
    path("published.csv", views.published_file, name="published_file"),
    path("kinds/", kind_views.kinds, name="kinds"),
    path("kinds/new/", kind_views.add_kind, name="new_kind"),
    path("kinds/<int:pk>/", kind_views.edit_kind, name="edit_kind"),
    path("<int:pk>/", views.initiative, name="initiative"),
    path("<int:pk>/edit/", views.edit_initiative, name="edit"),
    path("<int:pk>/withdraw/", views.withdraw_initiative, name="withdraw"),
    path("<int:pk>/documents/new/", document_views.add_document, name="add_document"),
    path("documents/<int:pk>/", document_views.document, name="document"),
    path("documents/<int:pk>/withdraw/", document_views.withdraw_document, name="withdraw_document"),
    path("<int:pk>/spend/new/", entry_views.link_entry, name="link_entry"),
    path("spend/<int:pk>/remove/", entry_views.unlink_entry, name="unlink_entry"),
]
