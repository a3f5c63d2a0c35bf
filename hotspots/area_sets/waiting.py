"""What of sets of areas waits for a person."""

from collections.abc import Iterator

from django.urls import reverse

from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.waiting import WaitingKind
from hotspots.models import AreaSet


def waiting(user: User) -> Iterator[WaitingKind]:
    """Sets to approve; and for who draws them up, those of theirs that came back."""
    seen, url, one = AreaSet.objects.visible_to(user), reverse("area_sets:list"), "area_sets:area_set"
    if user.may(Permission.MANAGE):
        proposed = seen.filter(state=AreaSet.State.PROPOSED).exclude(proposed_by=user)
        yield WaitingKind("set of areas to approve", "sets of areas to approve", url, [proposed], one)
    if user.may(Permission.PROPOSE_AREAS):
        returned = seen.drafts().filter(proposed_by=user).exclude(comment="")
        yield WaitingKind("set of areas returned to you", "sets of areas returned to you", url, [returned], one)
