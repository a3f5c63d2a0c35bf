"""Sets of hotspot areas."""

from django.urls import path

from hotspots.area_sets import candidate_views, views

app_name = "area_sets"
urlpatterns = [
    path("", views.area_sets, name="list"),
    path("new/", views.add_set, name="new"),
    path("<int:pk>/", views.area_set, name="area_set"),
    path("<int:pk>/edit/", views.edit_set, name="edit"),
    path("<int:pk>/delete/", views.delete_set, name="delete"),
    path("<int:pk>/targets/", views.set_targets, name="targets"),
    path("<int:pk>/propose/", views.propose_set, name="propose"),
    path("<int:pk>/take-back/", views.take_back_set, name="take_back"),
    path("<int:pk>/return/", views.return_set, name="return"),
    path("<int:pk>/approve/", views.approve_set, name="approve"),
    path("<int:pk>/continue/", candidate_views.continue_areas, name="continue"),
    path("<int:pk>/candidates/", candidate_views.add_candidate, name="add_candidate"),
    path("<int:pk>/analyses/<int:analysis_pk>/", candidate_views.add_groups, name="add_groups"),
    path("members/<int:pk>/", candidate_views.member, name="member"),
    path("members/<int:pk>/edit/", candidate_views.edit_candidate, name="edit_candidate"),
    path("members/<int:pk>/remove/", candidate_views.remove_member, name="remove_member"),
]
