"""What was published, so that public pages, bundles and corrections have something to show."""

from datetime import datetime

from hotspot.core.models import User
from hotspots.models import Programme
from reports.digests import fingerprint
from reports.statements import operations
from reports.statements.body import draft_of

# The month whose numbers a force told the newspapers, and the first programme until its last whole month.
CODES = ("2024-06", "2024-05-to-2024-11")


def publish_statements(*, office: User, approver: User, at: datetime) -> None:
    """Publish statements of the first programme. What they count must be committed: see `settled_moment`."""
    programme = Programme.objects.earliest("first_day")
    for code in CODES:
        draft = operations.draft(by=office, at=at, programme=programme, code=code)
        operations.acknowledge(by=office, statement_id=draft.pk, checks=draft_of(draft, at).checks)
        sent = operations.send(by=office, at=at, statement_id=draft.pk)
        operations.approve(by=approver, at=at, statement_id=sent.pk, digest=fingerprint(sent.body or {}))
