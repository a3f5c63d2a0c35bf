"""Residents by ethnic group and age."""

from django.urls import path

from hotspots.residents import views

app_name = "residents"
urlpatterns = [
    path("", views.tables, name="list"),
    path("new/", views.new_table, name="new"),
]
