"""Authorisations under sections 34 and 60."""

from django.urls import path

from hotspots.authorisations import step_views, views

app_name = "authorisations"
urlpatterns = [
    path("", views.authorisations, name="list"),
    path("new/", views.add_authorisation, name="new"),
    path("<int:pk>/", views.authorisation, name="authorisation"),
    path("<int:pk>/correct/", views.correct_authorisation, name="correct"),
    path("<int:pk>/continue/", step_views.continue_authorisation, name="continue"),
    path("<int:pk>/withdraw/", step_views.withdraw_authorisation, name="withdraw"),
    path("<int:pk>/review/", step_views.review_authorisation, name="review"),
    path("<int:pk>/inform/", step_views.inform_superintendent, name="inform"),
    path("<int:pk>/mistake/", step_views.void_authorisation, name="void"),
]
