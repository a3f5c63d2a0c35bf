"""The links of e-mails by which they are stopped: signed, so that nobody can make one, and good without signing in."""

from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

WEEKLY, ALERTS, REMINDERS = "weekly", "alerts", "reminders"
_SIGNER = Signer(salt="reports.emails", sep=".")


@dataclass(frozen=True)
class StopLink:
    """What a link stops: one weekly e-mail by its id, or the alerts or the reminders of a person by theirs.

    Those up to `newest`, the newest when the message was sent: an old message does not stop what was set since.
    """

    kind: str
    pk: int
    newest: int = 0

    @property
    def url(self) -> str:
        """The whole address."""
        token = _SIGNER.sign(f"{self.kind}-{self.pk}-{self.newest}")
        return f"{settings.SITE_URL}{reverse('reports:stop_emails', args=(token,))}"

    @property
    def headers(self) -> dict[str, str]:
        """What tells mail programs of it (RFC 8058)."""
        return {"List-Unsubscribe": f"<{self.url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def read_link(token: str) -> StopLink | None:
    """What a link stops; None if we did not make it."""
    try:
        kind, pk, newest = _SIGNER.unsign(token).split("-")
    except (BadSignature, ValueError):
        return None
    return StopLink(kind, int(pk), int(newest))
