"""Police data by which hotspot areas are chosen."""

from django.urls import path

from hotspots.incidents import views

app_name = "incidents"
urlpatterns = [
    path("", views.months, name="months"),
    path("files/", views.files, name="files"),
    path("files/new/", views.new_file, name="new_file"),
    path("files/<int:pk>/", views.file, name="file"),
    path("files/<int:pk>/load/", views.load_file, name="load_file"),
    path("searches/", views.searches, name="searches"),
    path("categories/", views.categories, name="categories"),
    path("categories/<int:pk>/", views.edit_category, name="edit_category"),
    path("<slug:month>/", views.month, name="month"),
]
