"""What holds of programmes."""

from collections.abc import Iterable

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspot.core.errors import DomainError
from hotspots.models import Programme


def check_overlap(period: Period, others: Iterable[Programme], *, is_default: bool) -> None:
    """Raise DomainError `programmes_overlap` if one of the `others`, in order of precedence, runs in the period."""
    overlapping = [other for other in others if other.period.clip(period) is not None]
    if not overlapping:
        return
    named = wording.listing([f"{other.name} ({wording.period(other.period)})" for other in overlapping])
    used = "this programme" if is_default else overlapping[0].name
    message = (
        f"{named} {'runs' if len(overlapping) == 1 else 'run'} on some of these days too. On them new shifts and "
        f"figures would use {used} unless another is chosen. Change the dates, or tick this to keep them."
    )
    raise DomainError("programmes_overlap", message, "keeps_overlap")
