"""/api/v1/figures: the published measures."""

from django.urls import path

from reports.api import views

urlpatterns = [
    path("figures", views.FiguresView.as_view(), name="figures"),
    path("figures/roles", views.RolesView.as_view(), name="figures_roles"),
    path("figures/asb-powers", views.PowersView.as_view(), name="figures_powers"),
]
