"""Randomised trials of patrols."""

from django.urls import path

from patrols.trials import views

app_name = "trials"
urlpatterns = [
    path("", views.trials, name="list"),
    path("new/", views.add_trial, name="new"),
    path("<int:pk>/", views.trial, name="trial"),
    path("<int:pk>/edit/", views.edit_trial, name="edit"),
    path("<int:pk>/delete/", views.delete_trial, name="delete"),
    path("<int:pk>/seal/", views.seal_trial, name="seal"),
    path("<int:pk>/stop/", views.stop_trial, name="stop"),
    path("<int:pk>/record.json", views.record, name="record"),
]
