"""What of statements waits for a person."""

from collections.abc import Iterator

from django.urls import reverse

from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.waiting import WaitingKind
from reports.models import Statement


def waiting(user: User) -> Iterator[WaitingKind]:
    """Statements to sign off, one's own that were returned or withdrawn before their release, and unfinished ones."""
    if not user.may(Permission.PREPARE_STATEMENT):
        return
    url = reverse("reports:statements")
    asked = Statement.objects.waiting_for(user)
    own = Statement.objects.visible_to(user).filter(prepared_by=user, state=Statement.State.DRAFT)
    one = "reports:draft"
    yield WaitingKind("statement to sign off", "statements to sign off", url, [asked], one)
    came_back = own.exclude(returned_reason="")
    yield WaitingKind(
        "statement to change and send again", "statements to change and send again", url, [came_back], one
    )
    yield WaitingKind("statement to finish", "statements to finish", url, [own.filter(returned_reason="")], one)
