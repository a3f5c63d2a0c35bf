"""Partner organisations, who issues invoices, and what is agreed in orders."""

from django.urls import path

from hotspots.orders import views

app_name = "orders"
urlpatterns = [
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/new/", views.add_organisation, name="add_organisation"),
    path("organisations/<int:pk>/edit/", views.edit_organisation, name="edit_organisation"),
    path("invoices/sender/", views.edit_sender, name="edit_sender"),
    path("programmes/<int:pk>/orders/new/", views.add_order, name="add_order"),
    path("orders/<int:pk>/edit/", views.edit_order, name="edit_order"),
    path("orders/<int:pk>/rates/new/", views.set_rate, name="set_rate"),
    path("orders/<int:pk>/history/", views.order_history, name="order_history"),
]
