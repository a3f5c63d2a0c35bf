"""Hourly rates."""

from django.urls import path

from patrols.rates import views

app_name = "rates"
urlpatterns = [
    path("", views.rates, name="list"),
    path("bank-holidays/", views.holidays, name="holidays"),
    path("bank-holidays/new/", views.add_holiday, name="add_holiday"),
    path("bank-holidays/<int:pk>/remove/", views.remove_holiday, name="remove_holiday"),
    path("funding/<int:pk>/", views.stream, name="stream"),
    path("funding/<int:pk>/new/", views.add_rate, name="add_rate"),
    path("funding/<int:pk>/types/", views.set_rule, name="set_rule"),
    path("<int:pk>/", views.rate, name="rate"),
]
