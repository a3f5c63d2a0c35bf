"""What of shifts and outcomes waits for a person."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.waiting import WaitingKind
from outcomes.kinds import KINDS
from outcomes.models import UnfinishedShift
from outcomes.records.filters import OVERDUE
from outcomes.records.queries import outcomes_to_follow
from patrols.models import CorrectionRequest, PatrolShift


def waiting(user: User, at: datetime) -> Iterator[WaitingKind]:
    """Corrections that are asked for, for who answers them; one's own planned shifts and outcomes to complete."""
    if user.may(Permission.CORRECT_ANY_SHIFT):
        asked = CorrectionRequest.objects.visible_to(user).filter(state=CorrectionRequest.State.OPEN)
        url = reverse("outcomes:correction_requests")
        one = "outcomes:correction_request"
        yield WaitingKind("correction asked for", "corrections asked for", url, [asked], one)
    if user.may(Permission.LOG_SHIFT):
        unfinished = UnfinishedShift.objects.visible_to(user).open()
        url = reverse("outcomes:unsent")
        one, many = "shift to correct before it is saved", "shifts to correct before they are saved"
        yield WaitingKind(one, many, url, [unfinished])
    if user.may(Permission.LOG_SHIFT) and not user.may(Permission.CORRECT_ANY_SHIFT):
        planned = PatrolShift.objects.visible_to(user).filter(logged_by=user, state=PatrolShift.State.PLANNED)
        url = f"{reverse('outcomes:shifts')}?state={OVERDUE}"
        over = planned.filter(ends_at__lte=at)
        yield WaitingKind("planned shift to complete", "planned shifts to complete", url, [over], "outcomes:complete")
        outcomes = [outcomes_to_follow(user, kind) for kind in KINDS]
        url = reverse("outcomes:to_follow")
        yield WaitingKind("outcome without its detail", "outcomes without their detail", url, outcomes)
