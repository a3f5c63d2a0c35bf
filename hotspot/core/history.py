"""What was before: the versions that the database keeps of every tracked record."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import models

from hotspot.core.models import ConnectedSystem, User

MOST_VERSIONS = 100


@dataclass(frozen=True)
class Change:
    """One field that a version changed. The values are as `getattr` gives them: choices as words, rows as objects."""

    field: str
    label: str
    before: Any
    after: Any


@dataclass(frozen=True)
class RecordVersion:
    """What somebody did to a record. `by` is empty where the database does not know."""

    event: Any
    kind: str
    at: datetime
    by: str
    changes: tuple[Change, ...] = ()


def version_of(record: models.Model) -> int:
    """Which version of a tracked record stands: a number to compare, that grows with every change to it."""
    return record.events.aggregate(newest=models.Max("pgh_id"))["newest"] or 0  # type: ignore[attr-defined]


MOST_ACCOUNT_VERSIONS = 10**8


def version_of_system(system: ConnectedSystem) -> int:
    """Which version of a connected system stands: one number for its own row and, below that, for its account."""
    return version_of(system) * MOST_ACCOUNT_VERSIONS + version_of(system.user)


def versions_of(record: models.Model) -> list[RecordVersion]:
    """The latest hundred versions of a tracked record, newest first."""
    return versions_in(record.events.all())  # type: ignore[attr-defined]


def versions_in(events: models.QuerySet[Any], *, joined: bool = True) -> list[RecordVersion]:
    """The latest hundred versions among these events of one record, newest first.

    `joined` reads the rows that they refer to as well; events that refer to a row that was deleted are then left out.
    """
    relations = [field.name for field in _fields(events.model) if field.is_relation] if joined else []
    newest = list(events.select_related("pgh_context", *relations).order_by("-pgh_id")[: MOST_VERSIONS + 1])
    names = _names(newest)
    pairs = [*pairwise(newest), *([(newest[-1], None)] if 0 < len(newest) <= MOST_VERSIONS else [])]
    return [
        RecordVersion(event, event.pgh_label, event.pgh_created_at, names.get(_user_id(event), ""), tuple(changes))
        for event, before in pairs
        if (changes := list(_changes(before, event))) or event.pgh_label != "update"
    ]


@dataclass(frozen=True)
class SystemHistory:
    """What was done to a connected system, and to the account that it acts as. Both newest first."""

    system: list[RecordVersion]
    account: list[RecordVersion]


def history_of_system(system: ConnectedSystem, *, since: int = 0) -> SystemHistory:
    """Every version of a connected system that came after the one that `version_of_system` numbered so."""
    own, account = divmod(since, MOST_ACCOUNT_VERSIONS)
    return SystemHistory(
        [version for version in versions_of(system) if version.event.pgh_id > own],
        [version for version in versions_of(system.user) if version.event.pgh_id > account],
    )


def _fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.name.startswith("pgh_")]


def _changes(before: Any, after: Any) -> Iterator[Change]:
    if before is None or after.pgh_label != "update":
        return
    for field in _fields(type(after)):
        if getattr(before, field.attname) != getattr(after, field.attname):
            yield Change(field.name, str(field.verbose_name), _shown(before, field), _shown(after, field))


def _shown(event: Any, field: Any) -> Any:
    words = getattr(event, f"get_{field.name}_display", None)
    return words() if words else getattr(event, field.name)


def _user_id(event: Any) -> Any:
    return event.pgh_context.metadata.get("user") if event.pgh_context else None


def _names(events: Iterable[Any]) -> dict[Any, str]:
    ids = {user_id for event in events if isinstance(user_id := _user_id(event), int)}
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))
