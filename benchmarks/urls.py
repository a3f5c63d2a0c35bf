"""The product's addresses, and those of what it is measured against."""

from django.urls import include, path

from benchmarks.peers import views
from hotspot.core.pages.access import public

urlpatterns = [
    path("", include("hotspot.urls")),
    path("peers/shifts", public(views.ShiftList.as_view())),
    path("peers/shifts/new", public(views.ShiftCreate.as_view())),
]
