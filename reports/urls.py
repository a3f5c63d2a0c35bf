"""Figures: the six numbers, what they mean, and the same as a file."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("figures/", views.figures, name="figures"),
    path("figures/download.csv", views.download, name="download"),
    path("figures/definitions/", views.definitions, name="definitions"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/<slug:code>.csv", views.card_file, name="card_file"),
]
