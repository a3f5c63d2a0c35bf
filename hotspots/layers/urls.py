"""LSOAs and street segments."""

from django.urls import path

from hotspots.layers import views

app_name = "layers"
urlpatterns = [
    path("", views.layers, name="list"),
    path("new/", views.new_layer, name="new"),
    path("<int:pk>/", views.layer, name="layer"),
]
