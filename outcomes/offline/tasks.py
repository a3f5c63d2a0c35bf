"""What the scheduler runs for shifts that phones sent: tidying up."""

from celery import shared_task
from django.utils import timezone

from outcomes.offline import operations


@shared_task
def forget_done() -> None:
    """Remove what was kept to be corrected and is logged by now, or was discarded long ago."""
    operations.forget_done(at=timezone.now())
