"""Shifts that have to be corrected, in words."""

from dataclasses import dataclass
from datetime import date, datetime

from hotspot.core import wording
from hotspot.core.calendar import parse_day
from hotspot.core.models import User
from outcomes.models import UnfinishedShift
from outcomes.offline.rules import Fields


@dataclass(frozen=True)
class UnfinishedRow:
    """One of them, as its person sees it in a list. `whose` says that it is somebody else's."""

    pk: int
    title: str
    reasons: list[str]
    received_at: datetime
    whose: str


def rows(found: list[UnfinishedShift], areas: dict[str, str], *, viewer: User) -> list[UnfinishedRow]:
    """Each with its title and what has to be corrected. `areas` are names by id, as text."""
    return [
        UnfinishedRow(each.pk, title(each.fields, areas), each.reasons, each.received_at, whose(each, viewer))
        for each in found
    ]


def whose(each: UnfinishedShift, viewer: User) -> str:
    """Whose phone sent it, where that was somebody else's; empty for one's own."""
    if each.person_id == viewer.pk:
        return ""
    return f"{each.person.name} sent it, and cannot save it any more. Whoever saves it is the one who logged it."


def title(fields: Fields, areas: dict[str, str]) -> str:
    """Where and when the shift was, as far as it says so: "Hitchin, Friday 11 October, 10pm to 6am"."""
    night = _night(fields)
    parts = [areas.get(fields.get("area", ""), ""), wording.weekday(night) if night else "", _times(fields)]
    return ", ".join(part for part in parts if part) or "A shift"


def _times(fields: Fields) -> str:
    start, end = fields.get("start", ""), fields.get("end", "")
    return f"{start} to {end}" if start and end else start


def _night(fields: Fields) -> date | None:
    if (named := parse_day(fields.get("night", ""))) is not None:
        return named
    day, month, year = (fields.get(f"night_date_{part}", "") for part in ("day", "month", "year"))
    return parse_day(f"{year:0>4}-{month:0>2}-{day:0>2}")
