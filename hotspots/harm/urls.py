"""Tables of harm weights."""

from django.urls import path

from hotspots.harm import views

app_name = "harm"
urlpatterns = [
    path("", views.tables, name="tables"),
    path("new/", views.new_table, name="new_table"),
    path("<int:pk>/", views.table, name="table"),
]
