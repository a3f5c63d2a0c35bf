"""/api/v1/figures and /statements: the measures as they are now, and as they were published."""

from django.urls import path

from reports.api import views

urlpatterns = [
    path("figures", views.FiguresView.as_view(), name="figures"),
    path("figures/roles", views.RolesView.as_view(), name="figures_roles"),
    path("statements", views.StatementList.as_view(), name="statements"),
    path("statements/<slug:slug>", views.StatementDetail.as_view(), name="statement"),
    path("figures/asb-powers", views.PowersView.as_view(), name="figures_powers"),
]
