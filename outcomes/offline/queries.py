"""What is asked about shifts that have to be corrected before they are logged."""

from uuid import UUID

from hotspot.core.models import User
from outcomes.models import UnfinishedShift, UnfinishedShiftQuerySet
from patrols.models import PatrolShift
from patrols.shifts.queries import areas_for_logging


def open_unfinished(user: User) -> UnfinishedShiftQuerySet:
    """Those that the person may correct or discard, their own and of people who cannot any more, the oldest first."""
    return UnfinishedShift.objects.visible_to(user).open().select_related("person")


def was_discarded(user: User, submission_id: UUID) -> bool:
    """Whether the person has discarded what this submission holds."""
    own = UnfinishedShift.objects.visible_to(user).filter(person=user)
    return own.filter(submission_id=submission_id, discarded_at__isnull=False).exists()


def saved_before(user: User, submission_id: UUID) -> PatrolShift | None:
    """The shift that this submission of the person made already, if it did: its answer was lost on the way."""
    own = PatrolShift.objects.visible_to(user).filter(logged_by=user, submission_id=submission_id)
    related = own.select_related("area", "funding_stream__programme").defer("area__boundary")
    return related.prefetch_related("crew").first()


def areas_to_keep(user: User) -> list[dict[str, object]]:
    """The areas that the person may log in, for the form that their phone shows without a connection."""
    return [{"id": pk, "name": name} for pk, name in areas_for_logging(user).values_list("pk", "name")]
