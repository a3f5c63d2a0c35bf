"""One shift in words: the rows of its summary, the cells of its outcome tables, and what may be done with it now."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.clock import minutes_between
from hotspot.core.errors import NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Permission, Role
from outcomes.kinds import BY_MODEL, STOP_SEARCH, OutcomeKind
from outcomes.models import Outcome, StopSearch
from outcomes.records.queries import Record
from outcomes.records.rules import may_see_people, may_see_warnings
from outcomes.records.warnings import warnings_in_words
from outcomes.rules import check_may_detail
from patrols.models import CrewMember, CrewRole, PatrolShift, Visit
from patrols.shifts.permissions import check_may_correct, check_may_void


@dataclass(frozen=True)
class Allowed:
    """What one person may do with a shift now, and a sentence for what they may not."""

    correct: bool
    void: bool
    detail: bool
    reasons: Sequence[str]


def allowed(shift: PatrolShift, *, by: User, at: datetime) -> Allowed:
    """What this person may do with the shift now. Somebody who never corrects is not told why they can't."""
    refusals = {
        "correct": _refusal(lambda: check_may_correct(shift, by=by, at=at)),
        "void": _refusal(lambda: check_may_void(shift, by=by, at=at)),
        "detail": _refusal(lambda: check_may_detail(shift, by=by)),
    }
    works = by.may(Permission.CORRECT_SHIFT) and not (shift.is_voided or shift.is_cancelled)
    said = [refusals["correct"], "" if _same(refusals) else refusals["void"]]
    return Allowed(
        correct=not refusals["correct"],
        void=not refusals["void"],
        detail=not refusals["detail"],
        reasons=[sentence for sentence in said if sentence and works],
    )


def _same(refusals: dict[str, str]) -> bool:
    """Whether one sentence says it for both."""
    return bool(refusals["correct"]) and refusals["detail"] != ""


def _refusal(check: Callable[[], None]) -> str:
    try:
        check()
    except NotAllowed as refusal:
        return refusal.message
    return ""


@dataclass(frozen=True)
class OutcomeRow:
    """One outcome in its table, its cells with their columns' names. `number` counts from 1 in the order of entry."""

    kind: OutcomeKind
    pk: int
    number: int
    name: str
    cells: Sequence[tuple[str, str]]
    waits: bool
    withdrawn: str


@dataclass(frozen=True)
class OutcomeTable:
    """The outcomes of one kind. `count` is how many stand."""

    kind: OutcomeKind
    columns: Sequence[str]
    rows: Sequence[OutcomeRow]
    count: int


def tables(record: Record) -> list[OutcomeTable]:
    """A table for each kind of outcome that the shift has or had."""
    return [_table(kind, rows, record) for kind, rows in record.outcomes.items() if rows]


def _table(kind: OutcomeKind, rows: Sequence[Outcome], record: Record) -> OutcomeTable:
    columns = [title for title, _ in kind.cells] + ["Time", "Reference"]
    searches = {row.pk: number for number, row in enumerate(record.outcomes[STOP_SEARCH], start=1)}
    told = [_row(kind, number, row, columns, searches) for number, row in enumerate(rows, start=1)]
    return OutcomeTable(kind, columns, told, sum(not row.is_voided for row in rows))


def _row(kind: OutcomeKind, number: int, row: Any, columns: Sequence[str], searches: dict[int, int]) -> OutcomeRow:
    cells = [str(getattr(row, name) or "–") for _, name in kind.cells]
    if row.__dict__.get("stop_search_id") in searches:
        cells[0] += f" (stop search {searches[row.stop_search_id]})"
    if row.__dict__.get("custody_days"):
        cells[1] += f", {wording.plural(row.custody_days, 'day')} of custody"
    cells += [wording.clock(row.happened_at) if row.happened_at else "–", row.reference or "–"]
    waits = row.detail_to_follow and not row.is_voided
    named = list(zip(columns, cells, strict=True))
    return OutcomeRow(kind, row.pk, number, f"{name_of(row)} {number}", named, waits, row.void_reason)


def name_of(outcome: Outcome) -> str:
    """Arrest, Stop search, Weapon recovered, ASB power used."""
    return BY_MODEL[type(outcome)].label


def summary(record: Record, *, viewer: User, may: Allowed) -> list[dict[str, str]]:
    """The rows of the summary list for this viewer: no collar numbers or names for whoever may not see officers."""
    shift = record.shift
    rows = [
        _line("Hotspot area", f"{shift.area.name}\n{shift.area.district.name}"),
        _line("Night", wording.weekday(shift.day)),
        _line("Time", _times(shift)),
        _line("Patrol hours", _hours(record)),
        _crew_line(record, viewer, may),
        _visits_line(record, may),
        _line("Paid from", f"{shift.funding_stream.name}\n{shift.programme.name}"),
        _line("Other activity", "\n".join(f"{row.kind.label}: {row.count}" for row in record.activity)),
        _line("Note", shift.note),
        _line("Kept as unusual", _warnings(shift, viewer)),
        _line("Planned" if shift.is_planned or shift.is_cancelled else "Logged", _author(shift, viewer)),
    ]
    return [row for row in rows if row["value"]]


def _line(key: str, value: str, url: str = "", **action: str) -> dict[str, str]:
    return {"key": key, "value": value, "url": url, **action}


def _times(shift: PatrolShift) -> str:
    change = wording.clock_change(shift.starts_at, shift.ends_at)
    lasts = wording.duration(shift.clock_minutes)
    return f"{wording.span(shift.starts_at, shift.ends_at)}\n{lasts}{f' ({change})' if change else ''}"


def _hours(record: Record) -> str:
    people = wording.plural(len(record.crew), "person", "people")
    return f"{wording.duration(record.patrol_minutes)}, the sum of each person’s time ({people})"


def _crew_line(record: Record, viewer: User, may: Allowed) -> dict[str, str]:
    url = reverse("outcomes:crew", args=(record.shift.pk,)) if may.correct else ""
    return _line("Crew", "\n".join(_crew(record, viewer)), url)


def _crew(record: Record, viewer: User) -> Iterator[str]:
    sees_people = viewer.may(Permission.VIEW_OFFICERS)
    for role in CrewRole:
        members = [member for member in record.crew if member.role == role]
        if not members:
            continue
        named = [member for member in members if sees_people and member.collar_number]
        numbers = ", ".join(member.collar_number for member in named)
        yield f"{_counted(role, len(members))}{f': {numbers}' if numbers else ''}"
        for member in members:
            if own := _own_time(member, record.shift):
                yield f"{member.collar_number if member in named else role.label}: {own}"


def _counted(role: CrewRole, count: int) -> str:
    """2 police officers, 1 PCSO."""
    label = role.label if role.label[1:2].isupper() else role.label[:1].lower() + role.label[1:]
    return wording.plural(count, label)


def _own_time(member: CrewMember, shift: PatrolShift) -> str:
    if (member.starts_at, member.ends_at) == (shift.starts_at, shift.ends_at):
        return ""
    span = f"{wording.clock(member.starts_at)} to {wording.clock(member.ends_at)}"
    return f"{span}, {wording.duration(member.minutes)}"


def _visits_line(record: Record, may: Allowed) -> dict[str, str]:
    is_worked = record.shift.is_completed
    url = reverse("outcomes:visits", args=(record.shift.pk,)) if may.correct and is_worked else ""
    said = visits_in_words(record.visits) or ("None recorded" if is_worked else "")
    return _line("Visits", said, url, action="Change" if record.visits else "Add")


def visits_in_words(visits: Sequence[Visit]) -> str:
    """2 visits, 35 minutes in the area, and each of them. Empty when there are none."""
    if not visits:
        return ""
    minutes = sum(minutes_between(visit.starts_at, visit.ends_at) for visit in visits)
    spans = [f"{wording.clock(visit.starts_at)} to {wording.clock(visit.ends_at)}" for visit in visits]
    return "\n".join((f"{wording.plural(len(visits), 'visit')}, {wording.duration(minutes)} in the area", *spans))


def _warnings(shift: PatrolShift, viewer: User) -> str:
    return warnings_in_words(shift.doubts_kept, shift.doubts_reason) if may_see_warnings(viewer) else ""


def _author(shift: PatrolShift, viewer: User) -> str:
    return f"{wording.moment(shift.logged_at)}, by {author(shift, viewer)}"


def author(shift: PatrolShift, viewer: User) -> str:
    """Who logged or planned a shift: Sam Sergeant, or a supervisor to those who see no names."""
    if may_see_people(viewer):
        return shift.logged_by.name
    role = Role(shift.logged_by.role).label
    return f"{'an' if role[0] in 'AEIOU' else 'a'} {role.lower()}"


def recorded(outcome: Outcome) -> list[dict[str, str]]:
    """What an outcome says now, for the page that shows a conflict."""
    skipped = {"id", "shift", "detail_to_follow", "void_reason"}
    rows = []
    for field in outcome._meta.concrete_fields:
        value = getattr(outcome, field.name)
        if field.name not in skipped and value not in (None, ""):
            name = str(field.verbose_name)
            rows.append(_line(name[:1].upper() + name[1:], _plain(value)))
    return rows


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return wording.clock(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "Recorded" if isinstance(value, StopSearch) else str(value)
