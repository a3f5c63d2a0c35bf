"""Feeds of planned shifts."""

from django.urls import path

from patrols.feeds import views

app_name = "feeds"
urlpatterns = [
    path("phone/", views.own_feed, name="own"),
    path("phone/revoke/", views.revoke_feed, name="revoke"),
    path("feed/<str:token>/shifts.ics", views.feed, name="feed"),
]
