"""Front door: sign-in, the account, statements about the service, and health."""

from django.urls import path

from hotspot.core import views as core_views
from hotspot.core.accounts import views as accounts_views
from hotspot.core.jobs import views as job_pages

app_name = "core"
urlpatterns = [
    path("", core_views.home, name="home"),
    path("sign-in/", core_views.sign_in, name="sign_in"),
    path("sign-out/", core_views.sign_out, name="sign_out"),
    path("account/", accounts_views.account, name="account"),
    path("account/password/", core_views.change_password, name="change_password"),
    path("welcome/<uidb64>/<token>/", core_views.choose_password, name="choose_password"),
    path("accessibility/", core_views.accessibility, name="accessibility"),
    path("privacy/", core_views.privacy, name="privacy"),
    path("help/", core_views.help_page, name="help"),
    path("jobs/<int:job_id>/", job_pages.job, name="job"),
    path("jobs/<int:job_id>/progress/", job_pages.job_progress, name="job_progress"),
    path("jobs/<int:job_id>/retry/", job_pages.retry_job, name="retry_job"),
    path("healthz", core_views.healthz, name="healthz"),
    path("readyz", core_views.readyz, name="readyz"),
]
