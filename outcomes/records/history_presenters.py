"""A shift's versions as plain sentences."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import DateField, DateTimeField, Field

from hotspot.core import wording
from hotspot.core.models import User
from hotspot.core.permissions import Permission, Role
from hotspots.models import FundingStream, HotspotArea
from outcomes.kinds import ASB_POWER, COUNTED, KINDS, STOP_SEARCH
from outcomes.models import ActivityKind, AsbPowerKind, StopSearch
from outcomes.records.history_queries import PARTS, Row, Rows, ShiftHistory, ShiftVersion
from outcomes.records.rules import may_see_warnings
from outcomes.records.warnings import warnings_in_words
from patrols.models import AbstractionReason, CrewRole, PatrolShift

MOST_NOTE = 300
# What is longer stands as text under a short title.
MOST_TITLE = 100

_TITLES = {
    "logged": "Shift logged",
    "planned": "Shift planned",
    "completed": "Shift completed",
    "imported": "Shift imported",
    "voided": "Shift voided",
    "restored": "Void undone",
    "import_undone": "Shift voided: its import was undone",
    "corrected": "Shift corrected",
    "crew": "Crew changed",
    "visits": "Visits changed",
    "plan_changed": "Plan changed",
    "cancelled": "Shift cancelled",
    "planned_again": "Shift planned again",
    "handed_over": "Shift handed over",
    "detailed": "Detail entered",
    "withdrawn": "Outcome withdrawn",
    "time_taken_away": "Planned time taken away",
    "time_given_back": "Planned time given back",
}
# These say more than any one of the sentences.
_TELLING = {
    "logged",
    "planned",
    "completed",
    "imported",
    "voided",
    "restored",
    "import_undone",
    "cancelled",
    "planned_again",
}
_SOURCES = {"api": "through the API", "import": "by import", "task": "automatically"}
_UNTOLD = {"id", "shift_id", "kind_id", "detail_to_follow", "void_reason"}


@dataclass(frozen=True)
class Item:
    """One entry of the timeline, as `components/timeline.html` shows it."""

    title: str
    at: str
    by: str
    text: str


def timeline(history: ShiftHistory, *, viewer: User) -> list[Item]:
    """The versions in words for this viewer, newest first. What they may not see is not in it."""
    told = (_item(version, _Teller(history, viewer)) for version in history.versions)
    return [item for item in told if item]


def _item(version: ShiftVersion, teller: "_Teller") -> Item | None:
    sentences = list(teller.sentences(version))
    title = _TITLES.get(version.action, "")
    if not version.before.shift:
        title = title or "Shift recorded"
    elif not sentences and not title:
        return None
    elif len(sentences) == 1 and version.action not in _TELLING and len(sentences[0]) <= MOST_TITLE:
        title = sentences.pop()
    reason = version.reason or _reason_in(version)
    if reason:
        sentences.append(f"Reason: {reason}")
    return Item(title or "Shift changed", wording.moment(version.at), teller.author(version), "\n".join(sentences))


def _reason_in(version: ShiftVersion) -> str:
    """The reason that a row gives for being void since this version, when whoever wrote it gave none besides."""
    for part in ("shift", *(kind.plural for kind in KINDS)):
        before = version.before.of(part)
        for row_id, row in version.after.of(part).items():
            if row["void_reason"] and not before.get(row_id, {}).get("void_reason"):
                reason: str = row["void_reason"]
                return reason
    return ""


class _Teller:
    """Tells versions to one viewer."""

    def __init__(self, history: ShiftHistory, viewer: User) -> None:
        self.labels = history.labels
        self.sees_people = viewer.may(Permission.VIEW_OFFICERS)
        self.sees_warnings = may_see_warnings(viewer)

    def author(self, version: ShiftVersion) -> str:
        """Who wrote the version and by which way."""
        if not version.source:
            return "written directly in the database"
        way = _SOURCES.get(version.source, "")
        return f"{self._by(version.user)} {way}".strip() if version.user or not way else way

    def _by(self, user: User | None) -> str:
        if user is None:
            return "by the service"
        if self.sees_people:
            return f"by {user.name}"
        role = Role(user.role).label
        return f"by {'an' if role[0] in 'AEIOU' else 'a'} {role.lower()}"

    def sentences(self, version: ShiftVersion) -> Iterator[str]:
        """What changed, the shift itself first."""
        if not version.before.shift:
            yield from self._first(version)
            return
        yield from self._shift(version)
        yield from self._crew(version)
        yield from self._visits(version)
        for kind in COUNTED:
            before, after = version.before.of(kind.plural), version.after.of(kind.plural)
            yield from _counted(kind.title, _standing(before), _standing(after))
            yield from self._details(version, kind.plural)
        yield from self._powers(version)
        yield from self._details(version, ASB_POWER.plural)
        yield from self._activity(version)
        yield from _taken(version)

    def _first(self, version: ShiftVersion) -> Iterator[str]:
        if crew := len(version.after.of("crew")):
            yield wording.plural(crew, "person", "people")
        for kind in COUNTED:
            if count := _standing(version.after.of(kind.plural)):
                yield f"{kind.title}: {count}"
        for code, count in _kinds(version.after.of(ASB_POWER.plural)).items():
            yield f"{self.labels.get((AsbPowerKind, code), code)}: {count}"

    def _shift(self, version: ShiftVersion) -> Iterator[str]:
        before, after = version.before.shift or {}, version.after.shift or {}
        changed = {name for name, value in after.items() if before.get(name) != value}
        for name, title in (("starts_at", "Start"), ("ends_at", "Finish")):
            if name in changed:
                yield f"{title} changed from {_moment(before[name])} to {_moment(after[name])}"
        for name, model, title in (
            ("area_id", HotspotArea, "Area"),
            ("funding_stream_id", FundingStream, "Funding stream"),
        ):
            if name in changed:
                old, new = (self.labels.get((model, row[name]), "another") for row in (before, after))
                yield f"{title} changed from {old} to {new}"
        if "note" in changed:
            yield _rewritten("Note", before["note"], after["note"])
        if "logged_by_id" in changed and version.action == "handed_over":
            old, new = (self.labels.get((User, row["logged_by_id"]), "somebody") for row in (before, after))
            yield f"Handed over from {old} to {new}" if self.sees_people else "Handed over to another supervisor"
        if "state" in changed and version.action not in _TELLING:
            old, new = (PatrolShift.State(row["state"]).label.lower() for row in (before, after))
            yield f"State changed from {old} to {new}"
        if "nothing_to_report" in changed:
            yield "“Nothing to report” selected" if after["nothing_to_report"] else "“Nothing to report” taken back"
        if self.sees_warnings and changed & {"doubts_kept", "doubts_reason"}:
            yield warnings_in_words(after["doubts_kept"], after["doubts_reason"]) or "No doubts any more"

    def _crew(self, version: ShiftVersion) -> Iterator[str]:
        before, after = self._people(version.before.of("crew")), self._people(version.after.of("crew"))
        for who, count in (after - before).items():
            yield f"{_several(who, count)} added to the crew"
        for who, count in (before - after).items():
            yield f"{_several(who, count)} taken out of the crew"
        old, new = _own_times(version.before), _own_times(version.after)
        for key in new.keys() & old.keys():
            if new[key] != old[key]:
                yield f"{self._person(*key)}: own time is now {new[key] or 'the shift’s'}"

    def _people(self, rows: Rows) -> Counter[str]:
        return Counter(self._person(row["role"], row["collar_number"]) for row in rows.values())

    def _person(self, role: str, collar_number: str) -> str:
        number = collar_number if self.sees_people else ""
        return f"{CrewRole(role).label} {number}".strip()

    def _visits(self, version: ShiftVersion) -> Iterator[str]:
        before, after = (
            {(row["starts_at"], row["ends_at"]) for row in snapshot.of("visits").values()}
            for snapshot in (version.before, version.after)
        )
        for verb, spans in (("added", after - before), ("taken out", before - after)):
            for start, end in sorted(spans):
                yield f"Visit {verb}: {wording.clock(_instant(start))} to {wording.clock(_instant(end))}"

    def _powers(self, version: ShiftVersion) -> Iterator[str]:
        before, after = _kinds(version.before.of(ASB_POWER.plural)), _kinds(version.after.of(ASB_POWER.plural))
        for code in sorted(before.keys() | after.keys()):
            yield from _counted(self.labels.get((AsbPowerKind, code), code), before[code], after[code])

    def _activity(self, version: ShiftVersion) -> Iterator[str]:
        before, after = (
            {row["kind_id"]: row["count"] for row in snapshot.of("activity").values()}
            for snapshot in (version.before, version.after)
        )
        for code in sorted(before.keys() | after.keys()):
            name = self.labels.get((ActivityKind, code), code)
            yield from _counted(name, before.get(code, "not said"), after.get(code, "not said"))

    def _details(self, version: ShiftVersion, part: str) -> Iterator[str]:
        """What was entered about single outcomes that stood before and still stand."""
        model, before = PARTS[part], version.before.of(part)
        one = str(model._meta.verbose_name)
        for number, (row_id, row) in enumerate(version.after.of(part).items(), start=1):
            old = before.get(row_id)
            if old is None or old is row or row["void_reason"]:
                continue
            for column in model._meta.concrete_fields:
                name = column.attname
                if name not in _UNTOLD and old.get(name) != row.get(name):
                    yield self._detail(f"{one[:1].upper()}{one[1:]} {number}", column, version, old, row)

    def _detail(self, who: str, column: "Field[Any, Any]", version: ShiftVersion, old: Row, new: Row) -> str:
        name = str(column.verbose_name)
        before = self._value(column, version, old.get(column.attname))
        after = self._value(column, version, new.get(column.attname))
        if not before:
            return f"{who}: {name} entered: {after}"
        return f"{who}: {name} changed from {before} to {after}" if after else f"{who}: {name} {before} taken out"

    def _value(self, column: "Field[Any, Any]", version: ShiftVersion, value: Any) -> str:
        if value is None or value == "":
            return ""
        if column.related_model is StopSearch:
            return f"stop search {list(version.after.of(STOP_SEARCH.plural)).index(value) + 1}"
        if column.related_model:
            return self.labels.get((column.related_model, value), str(value))
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(column, DateTimeField):
            return wording.moment(_instant(value))
        return wording.day(date.fromisoformat(value)) if isinstance(column, DateField) else str(value)


def _taken(version: ShiftVersion) -> Iterator[str]:
    """Planned time that was taken away, or is not any more."""
    before = version.before.of("taken")
    for row_id, row in version.after.of("taken").items():
        old = before.get(row_id)
        if old is row or (old and old["withdrawn_at"] == row["withdrawn_at"]):
            continue
        people, minutes = wording.plural(row["people"], "person", "people"), wording.duration(row["minutes"])
        what = f"{people}, {minutes} each, {AbstractionReason(row['reason']).label}"
        filled = "others filled in" if row["is_backfilled"] else "nobody filled in"
        yield f"Not taken away any more: {what}" if row["withdrawn_at"] else f"Taken away: {what}, {filled}"


def _counted(name: str, before: Any, after: Any) -> Iterator[str]:
    if before != after:
        yield f"{name} changed from {before} to {after}"


def _standing(rows: Rows) -> int:
    return sum(not row["void_reason"] for row in rows.values())


def _kinds(rows: Rows) -> Counter[str]:
    return Counter(row["kind_id"] for row in rows.values() if not row["void_reason"])


def _own_times(snapshot: Any) -> dict[tuple[str, str], str]:
    """For each person who can be told apart, the part of the shift they worked; empty for all of it."""
    whole = (snapshot.shift["starts_at"], snapshot.shift["ends_at"])
    spans: dict[tuple[str, str], list[str]] = {}
    for row in snapshot.of("crew").values():
        span = (row["starts_at"], row["ends_at"])
        words = "" if span == whole else " to ".join(wording.clock(_instant(at)) for at in span)
        spans.setdefault((row["role"], row["collar_number"]), []).append(words)
    return {key: wording.listing(sorted(words)) for key, words in _same_size(spans)}


def _same_size(spans: dict[tuple[str, str], list[str]]) -> Iterable[tuple[tuple[str, str], list[str]]]:
    return ((key, [word for word in words if word]) for key, words in spans.items())


def _several(who: str, count: int) -> str:
    return who if count == 1 else f"{count} × {who}"


def _rewritten(name: str, before: str, after: str) -> str:
    if not before:
        return f"{name} added: “{_short(after)}”"
    return f"{name} changed from “{_short(before)}” to “{_short(after)}”" if after else f"{name} taken out"


def _short(text: str) -> str:
    return text if len(text) <= MOST_NOTE else f"{text[:MOST_NOTE].rstrip()}…"


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _moment(text: str) -> str:
    return wording.moment(_instant(text))
