"""Figures: the six numbers, what they mean, and the same as a file."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.figures, name="figures"),
    path("download.csv", views.download, name="download"),
    path("definitions/", views.definitions, name="definitions"),
]
