"""What of returns to funders waits for a person."""

from collections.abc import Iterator

from django.urls import reverse

from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.waiting import WaitingKind
from reports.models import ProgrammeReturn


def waiting(user: User) -> Iterator[WaitingKind]:
    """Returns that one began and has not submitted."""
    if user.may(Permission.PREPARE_RETURN):
        own = ProgrammeReturn.objects.visible_to(user).filter(prepared_by=user, state=ProgrammeReturn.State.DRAFT)
        yield WaitingKind("return to finish", "returns to finish", reverse("reports:returns"), [own])
