"""What the scheduler runs for this app."""

from celery import shared_task
from django.core.management import call_command

SIGN_IN_LOG_DAYS = 90


@shared_task
def clear_sessions() -> None:
    """Remove sessions that have ended, and sign-ins and failures older than 90 days."""
    call_command("clearsessions")
    call_command("axes_reset_logs", age=SIGN_IN_LOG_DAYS, verbosity=0)
    call_command("axes_reset_failure_logs", age=SIGN_IN_LOG_DAYS, verbosity=0)
