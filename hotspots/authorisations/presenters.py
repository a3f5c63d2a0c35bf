"""Authorisations in words and table rows. Instants are shown as London clocks showed them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.calendar import LONDON
from hotspot.core.clock import minutes_between
from hotspot.core.history import RecordVersion
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.authorisations import rules
from hotspots.authorisations.queries import STATES
from hotspots.models import PoliceRank, PowerAuthorisation
from hotspots.pages import timeline

COLOURS = {"in_force": "green", "to_come": "blue", "ended": "grey", "withdrawn": "grey", "void": "red"}
LIST_COLUMNS = [{"label": label} for label in ("Authorisation", "State", "Where", "From", "Until", "Given by")]
REVIEW_COLUMNS = [{"label": label} for label in ("Time", "Reviewed by", "What was found")]
MOST_NAMED = 3
"""Areas that a table or a line names."""
HIDDEN = frozenset({"officer", "extension_officer"})
"""Fields that only those who see officers may read, in the history too."""


def state_tag(found: PowerAuthorisation, at: datetime) -> dict[str, str]:
    """Its state at an instant as a tag."""
    state = rules.state_of(found, at)
    return {"text": dict(STATES)[state], "colour": COLOURS[state]}


def where(found: Any, *, most: int | None = None) -> str:
    """Its areas by name as far as the person may see them, and how many others there are."""
    every = [place.area.name for place in found.shown_places]
    names = every if most is None or len(every) <= most + 1 else every[:most]
    others = found.place_count - len(names)
    return wording.listing([*names, *([wording.plural(others, "other area", "other areas")] if others else [])])


def title(found: Any) -> str:
    """Dispersal authorisation for Town Centre."""
    return f"{rules.LIMITS[found.kind].name} for {where(found, most=MOST_NAMED)}"


@dataclass(frozen=True)
class Countdown:
    """What somebody has to know of an authorisation in force: until when, how long that is, and what is to be done.

    `text` reads "Dispersal authorisation for Town Centre ends at 9pm, in 2 hours 10 minutes" without `left`, the last
    part of it, which a script brings up to date; `ends_at` and `at` are ISO 8601. `warnings` are what is due.
    """

    url: str
    text: str
    left: str
    ends_at: str
    at: str
    warnings: tuple[str, ...]


def countdowns(authorisations: Iterable[Any], at: datetime) -> list[Countdown]:
    """Authorisations in force, with the time that is left of each."""
    return [
        Countdown(
            url=reverse("authorisations:authorisation", args=(each.pk,)),
            text=f"{title(each)} ends at {_clock(each.ended_at, at)}",
            left=time_left(each.ended_at, at),
            ends_at=each.ended_at.isoformat(),
            at=at.isoformat(),
            warnings=tuple(_warnings(each, at)),
        )
        for each in authorisations
    ]


def _clock(moment: datetime, at: datetime) -> str:
    """9pm of today; of another day, with its date."""
    is_today = moment.astimezone(LONDON).date() == at.astimezone(LONDON).date()
    return wording.clock(moment) if is_today else wording.moment(moment)


def time_left(ends_at: datetime, at: datetime) -> str:
    """In 2 hours 10 minutes: elapsed time, which the clocks do not change. Part of a minute counts as none."""
    minutes = minutes_between(at, ends_at)
    return f"in {wording.duration(minutes)}" if minutes else "in less than a minute"


def _warnings(found: PowerAuthorisation, at: datetime) -> Iterable[str]:
    if rules.is_review_due(found, at) and found.review_at:
        yield f"Its review was due at {_clock(found.review_at, at)}."
    if rules.needs_informing(found) and found.informed_at is None:
        yield "No superintendent has been informed of it yet."


def given_by(found: PowerAuthorisation) -> str:
    """The rank of who gave it. A list names no officer."""
    return str(PoliceRank(found.rank).label)


def list_rows(authorisations: Iterable[Any], at: datetime) -> list[list[Any]]:
    """The rows of the list."""
    return [
        [
            {"url": reverse("authorisations:authorisation", args=(each.pk,)), "text": f"{each.number}, {_name(each)}"},
            state_tag(each, at),
            where(each, most=MOST_NAMED),
            wording.moment(each.starts_at),
            wording.moment(each.ended_at),
            given_by(each),
        ]
        for each in authorisations
    ]


def _name(found: PowerAuthorisation) -> str:
    name = rules.LIMITS[found.kind].name
    return name[:1].lower() + name[1:]


def facts(found: Any, *, viewer: User, at: datetime) -> list[dict[str, str]]:
    """One authorisation as a summary list."""
    limits = rules.LIMITS[found.kind]
    rows = [
        ("Power", f"{limits.power[:1].upper()}{limits.power[1:]}"),
        ("Locality", found.locality),
        ("Hotspot areas", where(found)),
        ("Period", period_in_words(found)),
        ("Grounds", found.grounds),
        ("Given", f"{wording.moment(found.given_at)}, by {_officer(found.rank, found.officer, viewer)}"),
        ("In writing and signed", "Yes" if found.is_signed else "No"),
        *_regard(found),
        *_later(found, viewer, at),
        ("Law", f"{limits.source}: at most {rules.hours(limits.longest)}"),
    ]
    return [{"key": key, "value": value} for key, value in rows]


def period_in_words(found: PowerAuthorisation) -> str:
    """9pm, 29 November 2026 to 9pm, 1 December 2026: 48 hours; and what the clocks did meanwhile."""
    return _period(found.starts_at, found.ends_at)


def _period(first: datetime, last: datetime) -> str:
    change = wording.clock_change(first, last)
    length = wording.duration(minutes_between(first, last)) + (f", as {change}" if change else "")
    return f"{wording.moment(first)} to {wording.moment(last)}: {length}"


def _officer(rank: str, officer: str, viewer: User) -> str:
    label = PoliceRank(rank).label
    sees = viewer.may(Permission.VIEW_OFFICERS)
    return f"{officer}, {label.lower()}" if sees else f"an officer of the rank of {label.lower()}"


def _regard(found: PowerAuthorisation) -> list[tuple[str, str]]:
    if not rules.LIMITS[found.kind].regards_rights:
        return []
    return [("Regard to articles 10 and 11", "Yes" if found.has_regard else "No")]


def _later(found: PowerAuthorisation, viewer: User, at: datetime) -> Iterable[tuple[str, str]]:
    """What happened after it was given."""
    if rules.needs_informing(found):
        told = found.informed_at
        yield "Informed", f"A superintendent, at {wording.moment(told)}" if told else "No superintendent yet"
    if found.review_at and found.review_at <= found.ended_at:
        yield "Next review", wording.moment(found.review_at) + (" (due now)" if rules.is_review_due(found, at) else "")
    if found.extended_until and found.extended_at:
        yield "Continued", _period(found.ends_at, found.extended_until)
        by = _officer(found.extension_rank, found.extension_officer, viewer)
        yield "Continued by", f"{by}, at {wording.moment(found.extended_at)}"
        yield "Why it was continued", found.extension_grounds
    if found.withdrawn_at:
        yield "Withdrawn early", f"{wording.moment(found.withdrawn_at)}: {found.withdrawal_reason}"
    if found.correction_reason:
        yield "Last corrected because", found.correction_reason
    if found.void_reason:
        yield "Why it was recorded by mistake", found.void_reason


def review_rows(found: PowerAuthorisation, viewer: User) -> list[list[str]]:
    """The reviews of an authorisation, the first one first."""
    sees = viewer.may(Permission.VIEW_OFFICERS)
    return [
        [wording.moment(each.reviewed_at), each.officer if sees else "Not shown to you", each.finding]
        for each in found.reviews.all()
    ]


def history(versions: Iterable[RecordVersion], viewer: User) -> list[dict[str, str]]:
    """What was done to an authorisation, without officers for who may not see them."""
    shown = versions if viewer.may(Permission.VIEW_OFFICERS) else map(_without_officers, versions)
    return timeline.timeline(shown, "Recorded")


def _without_officers(version: RecordVersion) -> RecordVersion:
    return replace(version, changes=tuple(change for change in version.changes if change.field not in HIDDEN))
