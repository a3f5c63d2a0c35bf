"""What the scheduler and the worker run for this app: tidying up, and the jobs of every app."""

from datetime import timedelta

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone
from oauth2_provider.models import clear_expired

from hotspot.core.accounts import sign_in_limits
from hotspot.core.jobs import operations as jobs
from hotspot.core.models import IdempotencyKey

SIGN_IN_LOG_DAYS = 90
IDEMPOTENCY_KEYS_KEPT = timedelta(days=14)


@shared_task
def clear_sessions() -> None:
    """Remove what has had its time: sessions, tokens, answers kept for repeated requests, sign-ins, stored files."""
    call_command("clearsessions")
    call_command("axes_reset_logs", age=SIGN_IN_LOG_DAYS, verbosity=0)
    call_command("axes_reset_failure_logs", age=SIGN_IN_LOG_DAYS, verbosity=0)
    clear_expired()
    jobs.clear_files(at=timezone.now())
    sign_in_limits.clear_failures(at=timezone.now())
    IdempotencyKey.objects.filter(created_at__lt=timezone.now() - IDEMPOTENCY_KEYS_KEPT).delete()


@shared_task
def send_sign_in_notices() -> None:
    """Tell people of wrong passwords for their accounts. What the mail server does not take is tried again later."""
    sign_in_limits.send_notices(at=timezone.now())
