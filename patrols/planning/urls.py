"""Planning: the calendar of shifts."""

from django.urls import path

from patrols.planning import views

app_name = "planning"
urlpatterns = [
    path("", views.calendar, name="calendar"),
]
