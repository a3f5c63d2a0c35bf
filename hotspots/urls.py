"""What the force is set up with: read by everybody who signs in, changed by administrators."""

from django.urls import path

from hotspots.areas import district_views, import_views, place_views
from hotspots.areas import views as areas_views
from hotspots.basemap import views as basemap_views
from hotspots.deletion import views as deletion_views
from hotspots.doses import views as doses_views
from hotspots.people import views as people_views
from hotspots.programmes import views as programmes_views
from hotspots.setup import views as setup_views
from hotspots.systems import views as systems_views
from hotspots.targets import views as targets_views

app_name = "hotspots"
urlpatterns = [
    path("", setup_views.manage, name="manage"),
    path("start/", setup_views.start, name="start"),
    path("areas/", areas_views.areas, name="areas"),
    path("areas/new/", areas_views.add_area, name="add_area"),
    path("areas/surroundings/", areas_views.surroundings, name="surroundings"),
    path("areas/import/", import_views.import_areas, name="import_areas"),
    path("areas/<int:pk>/", areas_views.area, name="area"),
    path("areas/<int:pk>/edit/", areas_views.edit_area, name="edit_area"),
    path("areas/<int:pk>/boundary/", areas_views.redraw_area, name="redraw_area"),
    path("areas/<int:pk>/retire/", areas_views.retire_area, name="retire_area"),
    path("areas/<int:pk>/reopen/", areas_views.reopen_area, name="reopen_area"),
    path("areas/<int:pk>/delete/", deletion_views.delete_area, name="delete_area"),
    path("basemap.pmtiles", basemap_views.basemap, name="basemap"),
    path("programmes/", programmes_views.programmes, name="programmes"),
    path("programmes/new/", programmes_views.add_programme, name="add_programme"),
    path("programmes/<int:pk>/", programmes_views.programme, name="programme"),
    path("programmes/<int:pk>/edit/", programmes_views.edit_programme, name="edit_programme"),
    path("programmes/<int:pk>/funding/new/", programmes_views.add_stream, name="add_stream"),
    path("funding/<int:pk>/edit/", programmes_views.edit_stream, name="edit_stream"),
    path("programmes/<int:pk>/delete/", deletion_views.delete_programme, name="delete_programme"),
    path("funding/<int:pk>/delete/", deletion_views.delete_stream, name="delete_stream"),
    path("districts/", district_views.districts, name="districts"),
    path("districts/outlines/", district_views.load_outlines, name="load_outlines"),
    path("districts/places/", place_views.load_places, name="load_places"),
    path("districts/new/", district_views.add_district, name="add_district"),
    path("districts/<int:pk>/edit/", district_views.edit_district, name="edit_district"),
    path("districts/<int:pk>/delete/", deletion_views.delete_district, name="delete_district"),
    path("targets/", targets_views.targets, name="targets"),
    path("targets/edit/", targets_views.edit_targets, name="edit_targets"),
    path("targets/weekly/", doses_views.doses, name="doses"),
    path("targets/weekly/edit/", doses_views.edit_doses, name="edit_doses"),
    path("targets/<int:pk>/delete/", deletion_views.delete_target, name="delete_target"),
    path("people/", people_views.people, name="people"),
    path("people/new/", people_views.invite_person, name="invite_person"),
    path("people/<int:pk>/", people_views.person, name="person"),
    path("people/<int:pk>/edit/", people_views.edit_person, name="edit_person"),
    path("people/<int:pk>/role/", people_views.change_role, name="change_role"),
    path("people/<int:pk>/districts/", people_views.give_districts, name="give_districts"),
    path("people/<int:pk>/organisation/", people_views.give_organisation, name="give_organisation"),
    path("people/<int:pk>/link/", people_views.issue_link, name="issue_link"),
    path("people/<int:pk>/deactivate/", people_views.deactivate_person, name="deactivate_person"),
    path("people/<int:pk>/reactivate/", people_views.reactivate_person, name="reactivate_person"),
    path("people/<int:pk>/delete/", deletion_views.delete_person, name="delete_person"),
    path("systems/", systems_views.systems, name="systems"),
    path("systems/new/", systems_views.connect_system, name="connect_system"),
    path("systems/<int:pk>/", systems_views.system, name="system"),
    path("systems/<int:pk>/edit/", systems_views.change_system, name="change_system"),
    path("systems/<int:pk>/secret/", systems_views.renew_secret, name="renew_secret"),
    path("systems/<int:pk>/revoke/", systems_views.revoke_system, name="revoke_system"),
    path("systems/<int:pk>/delete/", deletion_views.delete_system, name="delete_system"),
]
