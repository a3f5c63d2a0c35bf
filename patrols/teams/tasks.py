"""What the scheduler runs for teams: tidying up."""

from celery import shared_task
from django.utils import timezone

from patrols.teams import operations


@shared_task
def forget_teams() -> None:
    """Delete teams that nobody has used for a year, and those of people who do not log shifts any more."""
    operations.forget_teams(at=timezone.now())
