"""What the scheduler runs for what was published."""

import logging

from celery import shared_task
from django.utils import timezone

from reports.digests import fingerprint
from reports.models import ProgrammeReturn, Statement
from reports.statements import operations, reminders

logger = logging.getLogger(__name__)


@shared_task
def verify_statements() -> None:
    """Prove what was published and submitted: statements against fingerprint and history, returns against the former.

    Logs an error for what is wrong.
    """
    published = Statement.objects.signed_off().select_related("programme").prefetch_related("files")
    for statement in published:
        for wrong in operations.prove(at=timezone.now(), statement=statement):
            logger.error("Statement %s: %s", statement, wrong)
    submitted = ProgrammeReturn.objects.submitted().select_related("template")
    for made in submitted:
        if fingerprint(made.body or {}) != made.sha256:
            logger.error("Return %s: its text is not what was submitted", made)
    logger.info(
        "Statements held against the history: %d; returns held against their fingerprints: %d",
        len(published),
        len(submitted),
    )


@shared_task
def send_sign_off_reminders() -> None:
    """Remind people by e-mail of statements that have waited for their sign-off for three working days."""
    logger.info("Sign-off reminders sent: %d", reminders.send_reminders(at=timezone.now()))
