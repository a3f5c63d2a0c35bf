"""What the force is set up with: read by everybody who signs in, changed by administrators."""

from django.urls import path

from hotspots import views

app_name = "hotspots"
urlpatterns = [
    path("", views.manage, name="manage"),
    path("areas/", views.areas, name="areas"),
    path("areas/new/", views.add_area, name="add_area"),
    path("areas/import/", views.import_areas, name="import_areas"),
    path("areas/<int:pk>/", views.area, name="area"),
    path("areas/<int:pk>/edit/", views.edit_area, name="edit_area"),
    path("areas/<int:pk>/boundary/", views.redraw_area, name="redraw_area"),
    path("areas/<int:pk>/retire/", views.retire_area, name="retire_area"),
    path("areas/<int:pk>/reopen/", views.reopen_area, name="reopen_area"),
    path("programmes/", views.programmes, name="programmes"),
    path("programmes/new/", views.add_programme, name="add_programme"),
    path("programmes/<int:pk>/", views.programme, name="programme"),
    path("programmes/<int:pk>/edit/", views.edit_programme, name="edit_programme"),
    path("programmes/<int:pk>/funding/new/", views.add_stream, name="add_stream"),
    path("funding/<int:pk>/edit/", views.edit_stream, name="edit_stream"),
    path("districts/", views.districts, name="districts"),
    path("districts/new/", views.add_district, name="add_district"),
    path("districts/<int:pk>/edit/", views.edit_district, name="edit_district"),
    path("targets/", views.targets, name="targets"),
    path("targets/edit/", views.edit_targets, name="edit_targets"),
    path("people/", views.people, name="people"),
    path("people/new/", views.invite_person, name="invite_person"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/edit/", views.edit_person, name="edit_person"),
    path("people/<int:pk>/role/", views.change_role, name="change_role"),
    path("people/<int:pk>/districts/", views.give_districts, name="give_districts"),
    path("people/<int:pk>/link/", views.issue_link, name="issue_link"),
    path("people/<int:pk>/deactivate/", views.deactivate_person, name="deactivate_person"),
    path("people/<int:pk>/reactivate/", views.reactivate_person, name="reactivate_person"),
    path("systems/", views.systems, name="systems"),
    path("systems/new/", views.connect_system, name="connect_system"),
    path("systems/<int:pk>/", views.system, name="system"),
    path("systems/<int:pk>/edit/", views.change_system, name="change_system"),
    path("systems/<int:pk>/secret/", views.renew_secret, name="renew_secret"),
    path("systems/<int:pk>/revoke/", views.revoke_system, name="revoke_system"),
]
