"""/api/v1/: where patrols go, what pays for them, and what powers are authorised there."""

from django.urls import path

from hotspots.api import authorisation_views, views

urlpatterns = [
    path("programmes", views.ProgrammeList.as_view(), name="programmes"),
    path("districts", views.DistrictList.as_view(), name="districts"),
    path("areas", views.AreaList.as_view(), name="areas"),
    path("areas.geojson", views.AreaFeatures.as_view(), name="areas_geojson"),
    path("areas/<int:area_id>", views.AreaDetail.as_view(), name="area"),
    path("authorisations", authorisation_views.AuthorisationList.as_view(), name="authorisations"),
    path(
        "authorisations/<int:authorisation_id>",
        authorisation_views.AuthorisationDetail.as_view(),
        name="authorisation",
    ),
]
