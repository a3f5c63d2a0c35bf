"""What else happened where and when a study looks: outside changes that somebody added, and initiatives in place."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.urls import reverse

from hotspots.initiatives.presenters import MOST_NAMED, where
from reports.models import OutsideChange

INITIATIVE_SOURCE = "The list of initiatives"


@dataclass(frozen=True)
class OtherEvent:
    """One of them. It lasts until `last_day`; without one it stays. Of an initiative `url` is its page."""

    first_day: date
    last_day: date | None
    title: str
    kind: str
    where: str
    source: str
    url: str = ""
    change: OutsideChange | None = None

    @classmethod
    def of_change(cls, change: OutsideChange) -> Self:
        """What somebody added."""
        place = str(change.district) if change.district else ""
        kind = str(OutsideChange.Kind(change.kind).label)
        return cls(change.first_day, change.last_day, change.title, kind, place, change.source, change=change)

    @classmethod
    def of_initiative(cls, initiative: Any) -> Self:
        """What an initiative put in place, with its `shown_places`: it is written down nowhere else."""
        place = "" if initiative.is_force_wide else where(initiative, most=MOST_NAMED)
        url = reverse("initiatives:initiative", args=(initiative.pk,))
        first, last = initiative.in_place_from, initiative.in_place_until
        return cls(first, last, initiative.name, initiative.kind.name, place, INITIATIVE_SOURCE, url)
