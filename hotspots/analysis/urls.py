"""Analyses of police data."""

from django.urls import path

from hotspots.analysis import views

app_name = "analyses"
urlpatterns = [
    path("", views.analyses, name="list"),
    path("new/", views.new_analysis, name="new"),
    path("areas/<int:pk>/", views.area_incidents, name="area_incidents"),
    path("<int:pk>/", views.analysis, name="analysis"),
    path("<int:pk>/record/", views.record, name="record"),
    path("<int:pk>/record.pdf", views.record_file, name="record_file"),
    path("<int:pk>/groups.geojson", views.groups_file, name="groups_file"),
    path("<int:pk>/groups/<int:number>/", views.add_group, name="add_group"),
]
