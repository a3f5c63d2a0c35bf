"""Tonight: the list of areas in order of need, the two buttons, and the briefing sheet."""

from django.urls import path

from patrols.tonight import views

app_name = "tonight"
urlpatterns = [
    path("", views.tonight, name="tonight"),
    path("briefing/", views.briefing_sheet, name="briefing"),
    path("visits/", views.arrive, name="arrive"),
    path("visits/<int:pk>/left/", views.leave, name="leave"),
    path("visits/<int:pk>/undo/", views.undo, name="undo"),
]
