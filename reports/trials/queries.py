"""Results of trials as somebody may see them."""

from django.db.models import QuerySet

from hotspot.core.models import User
from reports.models import TrialResult


def results_seen_by(user: User) -> QuerySet[TrialResult]:
    """The results this person may see, newest first."""
    return TrialResult.objects.visible_to(user).select_related("trial", "by", "job")
