"""Every version of a shift, from the events that the database keeps of the shift and all its parts.

Whoever wrote: a page, the API, an import, a task, or somebody straight in the database.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import F, Model, QuerySet, TextField, Value
from django.db.models.functions import Cast
from pghistory.models import Events

from hotspot.core.models import User
from hotspots.models import FundingStream, HotspotArea
from outcomes.kinds import KINDS
from outcomes.models import ActivityCount, Term
from patrols.models import Abstraction, CrewMember, PatrolShift, Visit

PARTS: dict[str, type[Model]] = {
    "shift": PatrolShift,
    "crew": CrewMember,
    "visits": Visit,
    **{kind.plural: kind.model for kind in KINDS},
    "activity": ActivityCount,
    "taken": Abstraction,
}
_PART_OF = {model._meta.label: part for part, model in PARTS.items()}
# Far more than work makes; what is beyond is not read, so that no shift can make its page slow.
MOST_EVENTS = 10_000

Row = Mapping[str, Any]
Rows = Mapping[int, Row]
Label = tuple[type[Model], Any]


@dataclass(frozen=True)
class Snapshot:
    """A shift and its parts as they stood at one moment: by part, the rows by id, each with its columns."""

    rows: Mapping[str, Rows] = field(default_factory=dict)

    def of(self, part: str) -> Rows:
        """The rows of one part, in the order of their ids."""
        return self.rows.get(part, {})

    @property
    def shift(self) -> Row | None:
        """The shift's own columns, or None before it was there."""
        return next(iter(self.of("shift").values()), None)


@dataclass(frozen=True)
class ShiftVersion:
    """What one transaction made of the shift. `source` is page, api, import, task … or "" for the database itself."""

    at: datetime
    user: User | None
    source: str
    action: str
    reason: str
    before: Snapshot
    after: Snapshot


@dataclass(frozen=True)
class ShiftHistory:
    """The versions, newest first, and the words for everything that they refer to.

    `is_complete` is False when there are more events than one page can say; `versions` is empty then.
    """

    versions: list[ShiftVersion]
    labels: Mapping[Label, str]
    is_complete: bool = True


def history_of(shift: PatrolShift) -> ShiftHistory:
    """All versions of a shift that the caller may see. Two to six queries, however many versions there are."""
    events = list(_events(shift)[: MOST_EVENTS + 1])
    if len(events) > MOST_EVENTS:
        return ShiftHistory([], {}, is_complete=False)
    users = User.objects.in_bulk({_user_id(event) for event in events} - {None})
    versions = list(_replay(events, users))
    return ShiftHistory(versions[::-1], _labels(versions))


def _events(shift: PatrolShift) -> QuerySet[Events]:
    tables = [model.pgh_event_model for model in PARTS.values()]  # type: ignore[attr-defined]
    events: QuerySet[Events] = Events.objects.across(*tables).references(shift)
    # Python takes the place of the difference that the library would work out event by event.
    return events.defer("pgh_diff").order_by("pgh_created_at", "pgh_context_id", "pgh_model", "pgh_id")


def _user_id(event: Events) -> int | None:
    user = (event.pgh_context or {}).get("user")
    return user if isinstance(user, int) else None


def _replay(events: Iterable[Events], users: Mapping[int, User]) -> Iterator[ShiftVersion]:
    """The events as versions, oldest first: one for each transaction."""
    before = Snapshot()
    for (at, _), group in groupby(events, key=lambda event: (event.pgh_created_at, event.pgh_context_id)):
        written = list(group)
        after = _applied(before, written)
        context = written[-1].pgh_context or {}
        user_id = _user_id(written[-1])
        yield ShiftVersion(
            at=at,
            user=users.get(user_id) if user_id else None,
            source=str(context.get("source", "service")) if written[-1].pgh_context_id else "",
            action=str(context.get("action", "")),
            reason=str(context.get("reason", "")),
            before=before,
            after=after,
        )
        before = after


def _applied(before: Snapshot, events: Iterable[Events]) -> Snapshot:
    rows = dict(before.rows)
    for part, written in groupby(events, key=lambda event: _PART_OF[event.pgh_obj_model]):
        standing = dict(rows.get(part, {}))
        for event in written:
            row_id = int(event.pgh_obj_id or 0)
            if event.pgh_label == "delete":
                standing.pop(row_id, None)
            else:
                standing[row_id] = event.pgh_data
        rows[part] = dict(sorted(standing.items()))
    return Snapshot(rows)


def _labels(versions: Iterable[ShiftVersion]) -> dict[Label, str]:
    """The words for every term, area and stream that some version names."""
    wanted: dict[type[Model], set[Any]] = {}
    for version in versions:
        for part, model in PARTS.items():
            if version.after.of(part) is not version.before.of(part):
                _collect(wanted, model, version.after.of(part).values())
    labels: dict[Label, str] = {(model, code): label for model, code, label in _terms(wanted)}
    for place in (HotspotArea, FundingStream, User):
        # The area, stream and person that the shift still has are known already where nothing ever changed.
        if len(wanted.get(place, ())) > 1:
            labels.update(((place, row.pk), row.name) for row in place._default_manager.filter(pk__in=wanted[place]))
    return labels


def _collect(wanted: dict[type[Model], set[Any]], model: type[Model], rows: Iterable[Row]) -> None:
    named = [
        (column.attname, column.related_model)
        for column in model._meta.concrete_fields
        if column.related_model and (issubclass(column.related_model, Term | HotspotArea | FundingStream | User))
    ]
    for row in rows:
        for column, related in named:
            if row.get(column) is not None:
                wanted.setdefault(related, set()).add(row[column])


def _terms(wanted: Mapping[type[Model], set[Any]]) -> Iterator[tuple[type[Model], str, str]]:
    """The labels of the terms, whichever vocabularies they are from, in one query."""
    vocabularies = {model._meta.label: model for model in wanted if issubclass(model, Term)}
    queries = [
        model.objects.order_by()
        .filter(pk__in=wanted[model])
        .annotate(vocabulary=Cast(Value(name), TextField()), word=F("label"))
        .values_list("vocabulary", "code", "word")
        for name, model in vocabularies.items()
    ]
    if queries:
        for name, code, label in queries[0].union(*queries[1:], all=True):
            yield vocabularies[name], code, label
