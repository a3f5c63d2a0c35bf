"""The release calendar in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotspot.core import wording
from hotspot.core.calendar import today
from reports.models import AnnouncedRelease, ReleaseChange, Statement
from reports.releases.rules import missed_at, month_of

CONFIRMED, PROVISIONAL, LATE, PUBLISHED, CANCELLED = "Confirmed", "Provisional", "Delayed", "Published", "Cancelled"
_COLOURS = {CONFIRMED: "green", PROVISIONAL: "grey", LATE: "yellow", PUBLISHED: "", CANCELLED: "red"}

LATE_BY = timedelta(minutes=1)
"""From when on what was published after its time is said to have been late."""


@dataclass(frozen=True)
class CalendarEntry:
    """An entry as a page shows it. `slug` is that of its statement once it is published, else empty.

    `changes` say how its time changed, and that it was published late.
    """

    release: AnnouncedRelease
    state: str
    when: str
    slug: str
    changes: Sequence[str]

    @property
    def late_since(self) -> datetime | None:
        """When its time passed without a statement; None for what is not delayed."""
        return missed_at(self.release.month, self.release.release_at) if self.state == LATE else None

    @property
    def colour(self) -> str:
        """Of the tag that says its state."""
        return _COLOURS[self.state]

    @property
    def is_to_come(self) -> bool:
        """Whether it is neither published nor cancelled."""
        return self.state in (CONFIRMED, PROVISIONAL, LATE)

    @property
    def is_open(self) -> bool:
        """Whether it can still change: nothing waits for sign-off or is signed off for it."""
        statement = self.release.statement
        return self.is_to_come and (statement is None or statement.state == Statement.State.DRAFT)


@dataclass(frozen=True)
class ReleaseCalendar:
    """What is to come, first things first, and what was, newest first."""

    to_come: Sequence[CalendarEntry]
    past: Sequence[CalendarEntry]


def calendar_of(releases: Iterable[AnnouncedRelease], at: datetime) -> ReleaseCalendar:
    """The entries as pages show them at an instant."""
    found = [_entry(each, at) for each in releases]
    to_come = [each for each in found if each.is_to_come]
    return ReleaseCalendar(to_come, [each for each in reversed(found) if not each.is_to_come])


def when_in_words(month: date, release_at: datetime | None) -> str:
    """9:30am, 12 December 2024; or December 2024."""
    return wording.moment(release_at) if release_at else wording.month(month)


def _entry(release: AnnouncedRelease, at: datetime) -> CalendarEntry:
    published = release.statement if release.statement and release.statement.is_published else None
    when = when_in_words(release.month, release.release_at)
    changes = [_change(each) for each in release.changes.all()]
    if published and (late := _late(release, published)):
        changes.insert(0, late)
    return CalendarEntry(release, _state(release, at), when, published.slug if published else "", changes)


def _late(release: AnnouncedRelease, published: Statement) -> str:
    """When it was published, if that was a minute or more after the time that was announced."""
    said, released_at = release.release_at, published.released_at
    return f"Published {wording.moment(released_at)}." if said and released_at and released_at >= said + LATE_BY else ""


def _state(release: AnnouncedRelease, at: datetime) -> str:
    if release.cancelled_at:
        return CANCELLED
    if release.statement and release.statement.is_published:
        return PUBLISHED
    if release.release_at:
        return CONFIRMED if release.release_at > at else LATE
    return PROVISIONAL if release.month >= month_of(at) else LATE


def _change(change: ReleaseChange) -> str:
    """One change as a sentence: Changed 3 December 2024 from December 2024 to 9:30am, 9 January 2025: why."""
    day, old = wording.day(today(change.at)), when_in_words(change.old_month, change.old_release_at)
    if change.new_month is None:
        return f"Cancelled {day}, announced for {old}: {change.reason}"
    changed = f"Changed {day} from {old} to {when_in_words(change.new_month, change.new_release_at)}"
    return f"{changed}: {change.reason}" if change.reason else f"{changed}."
