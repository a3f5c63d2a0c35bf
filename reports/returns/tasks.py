"""What the scheduler runs for returns."""

import logging

from celery import shared_task
from django.utils import timezone

from reports.returns import reminders

logger = logging.getLogger(__name__)


@shared_task
def send_return_reminders() -> None:
    """Remind people by e-mail of what is due. What the mail server does not take is tried again an hour later."""
    logger.info("People reminded of what is due of returns: %d", reminders.send_reminders(at=timezone.now()))
