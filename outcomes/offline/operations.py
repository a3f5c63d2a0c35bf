"""What becomes of a shift that a phone sent and that could not be logged as it came."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from hotspot.core.errors import Conflict
from hotspot.core.models import User
from outcomes.models import UnfinishedShift
from outcomes.offline.rules import Fields

# Longer than any phone keeps a shift, so that none brings a discarded one back.
DISCARDED_KEPT = timedelta(days=100)


@transaction.atomic
def keep_unfinished(
    *, by: User, at: datetime, submission_id: UUID, fields: Fields, reasons: Sequence[str]
) -> UnfinishedShift:
    """Keep what a phone sent until its person has corrected it, once however often it arrives.

    Raises Conflict `submission_taken` where somebody else sent it.
    """
    values = {"fields": fields, "reasons": list(reasons)}
    kept, is_new = UnfinishedShift.objects.get_or_create(
        submission_id=submission_id, defaults={"person": by, "received_at": at, **values}
    )
    if kept.person_id != by.pk:
        raise Conflict("submission_taken", "This form was used before. Open a new one.")
    if not is_new and kept.discarded_at is None:
        kept.fields, kept.reasons = fields, list(reasons)
        kept.save(update_fields=["fields", "reasons"])
    return kept


@transaction.atomic
def discard_unfinished(*, by: User, at: datetime, unfinished_id: int) -> None:
    """Forget what was sent: nothing of it is left but that it was discarded."""
    found = UnfinishedShift.objects.visible_to(by).filter(pk=unfinished_id, discarded_at=None)
    found.update(discarded_at=at, fields={}, reasons=[])


@transaction.atomic
def forget_logged(*, by: User, submission_id: UUID) -> None:
    """Remove what has been logged since."""
    UnfinishedShift.objects.visible_to(by).filter(submission_id=submission_id).delete()


@transaction.atomic
def forget_done(*, at: datetime) -> None:
    """Remove what was logged since, by whatever way, and what was discarded long ago."""
    UnfinishedShift.objects.logged().delete()
    UnfinishedShift.objects.filter(discarded_at__lt=at - DISCARDED_KEPT).delete()
