"""Files of positions."""

from django.urls import path

from patrols.visits import views

app_name = "positions"
urlpatterns = [
    path("", views.files, name="list"),
    path("new/", views.new_file, name="new"),
    path("<int:pk>/", views.file, name="file"),
    path("<int:pk>/count/", views.count_file, name="count"),
    path("<int:pk>/withdraw/", views.withdraw_file, name="withdraw"),
]
