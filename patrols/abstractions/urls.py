"""Planned time that was taken away."""

from django.urls import path

from patrols.abstractions import views

app_name = "abstractions"
urlpatterns = [
    path("<int:shift_id>/taken-away/", views.record, name="record"),
    path("taken-away/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
]
