"""Front door: sign-in, the account, statements about the service, and health."""

from django.urls import path

from hotspot.core import job_pages, views

app_name = "core"
urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("account/", views.account, name="account"),
    path("account/password/", views.change_password, name="change_password"),
    path("welcome/<uidb64>/<token>/", views.choose_password, name="choose_password"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("help/", views.help_page, name="help"),
    path("jobs/<int:job_id>/", job_pages.job, name="job"),
    path("jobs/<int:job_id>/progress/", job_pages.job_progress, name="job_progress"),
    path("jobs/<int:job_id>/retry/", job_pages.retry_job, name="retry_job"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
