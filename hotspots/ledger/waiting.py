"""What of the ledger waits for a person."""

from collections.abc import Iterator

from django.urls import reverse

from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.waiting import WaitingKind
from hotspots.models import SpendEntry


def waiting(user: User) -> Iterator[WaitingKind]:
    """Spend that somebody else entered, to approve or refuse."""
    if user.may(Permission.KEEP_LEDGER):
        entries = SpendEntry.objects.visible_to(user).waiting().exclude(entered_by=user)
        url = reverse("ledger:waiting")
        yield WaitingKind("entry of spend to decide on", "entries of spend to decide on", url, [entries])
