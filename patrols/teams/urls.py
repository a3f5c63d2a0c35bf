"""Teams."""

from django.urls import path

from patrols.teams import views

app_name = "teams"
urlpatterns = [
    path("", views.teams, name="list"),
    path("new/", views.new_team, name="new"),
    path("<int:pk>/", views.edit_team, name="edit"),
    path("<int:pk>/delete/", views.delete_team, name="delete"),
]
