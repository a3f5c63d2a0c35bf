"""What of problem-solving plans waits for a person."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from hotspot.core.calendar import today
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.waiting import WaitingKind
from reports.plans.queries import due_rows


def waiting(user: User, at: datetime) -> Iterator[WaitingKind]:
    """Responses and reviews that are this person's: overdue, and due within a week."""
    if not user.may(Permission.DO_RESPONSES):
        return
    day, url, due = today(at), reverse("reports:due"), due_rows(user, day=today(at))
    late, soon = ([each.filter(**found) for each in due] for found in ({"due_on__lt": day}, {"due_on__gte": day}))
    yield WaitingKind("problem-solving action overdue", "problem-solving actions overdue", url, late)
    yield WaitingKind(
        "problem-solving action due within a week", "problem-solving actions due within a week", url, soon
    )
