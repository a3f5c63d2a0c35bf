"""/api/v1/: where patrols go and what pays for them."""

from django.urls import path

from hotspots.api import views

urlpatterns = [
    path("programmes", views.ProgrammeList.as_view(), name="programmes"),
    path("districts", views.DistrictList.as_view(), name="districts"),
    path("areas", views.AreaList.as_view(), name="areas"),
    path("areas.geojson", views.AreaFeatures.as_view(), name="areas_geojson"),
    path("areas/<int:area_id>", views.AreaDetail.as_view(), name="area"),
]
