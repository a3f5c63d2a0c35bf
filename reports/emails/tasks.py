"""What the scheduler runs for e-mails that people asked for."""

import logging

from celery import shared_task
from django.utils import timezone

from reports.emails.alerting import send_alerts
from reports.emails.reminding import send_reminders
from reports.emails.weekly import send_weekly

logger = logging.getLogger(__name__)


@shared_task
def send_weekly_emails() -> None:
    """Send last week's figures of saved views. What the mail server does not take is tried again an hour later."""
    logger.info("Weekly e-mails sent: %d", send_weekly(at=timezone.now()))


@shared_task
def send_area_alerts() -> None:
    """Tell people of areas that crossed a line. What the mail server does not take is tried again an hour later."""
    logger.info("E-mails of alerts sent: %d", send_alerts(at=timezone.now()))


@shared_task
def send_shift_reminders() -> None:
    """Remind people of what they have still to log. What the mail server does not take is tried again an hour later."""
    logger.info("E-mails of reminders sent: %d", send_reminders(at=timezone.now()))
