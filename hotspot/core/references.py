"""What refers to a record, found from the models themselves, so that no relation is forgotten."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import pghistory.models
from django.db import models
from django.db.models import Exists, OuterRef

from hotspot.core.models import User

Finder = Callable[[Any], models.QuerySet[Any]]
_OTHERS: dict[type[models.Model], list[Finder]] = {}


@dataclass(frozen=True)
class Reference:
    """How many records of one kind refer to a record. `is_past`: only earlier versions of them do."""

    model: type[models.Model]
    count: int
    is_past: bool = False


def register(model: type[models.Model], finder: Finder) -> None:
    """Name rows that refer to one of this model without a foreign key: `finder` gives them for an instance."""
    finders = _OTHERS.setdefault(model, [])
    if finder not in finders:
        finders.append(finder)


def references_to(record: models.Model, *, parts: Collection[type[models.Model]] = ()) -> list[Reference]:
    """Everything that keeps this record from being deleted; `parts` are deleted with it and do not.

    Earlier versions are looked for only where nothing else refers to it: that takes a look at whole tables.
    """
    found = list(_present(record, parts))
    return found or list(_past(record, parts))


def _present(record: models.Model, parts: Collection[type[models.Model]]) -> Iterator[Reference]:
    counts: dict[type[models.Model], int] = {}
    for relation in _relations(record):
        model: type[models.Model] = relation.related_model
        if relation.on_delete is models.PROTECT and model not in parts:
            rows = model._base_manager.filter(**{relation.field.name: record.pk})
            counts[model] = counts.get(model, 0) + rows.count()
    for finder in _OTHERS.get(type(record), ()):
        rows = finder(record)
        counts[rows.model] = counts.get(rows.model, 0) + rows.count()
    yield from (Reference(model, count) for model, count in counts.items() if count)


def _past(record: models.Model, parts: Collection[type[models.Model]]) -> Iterator[Reference]:
    """Records that still exist and whose history names this one: without it, the history could not be shown."""
    counts: dict[type[models.Model], int] = {}
    for relation in _relations(record):
        events: type[models.Model] = relation.related_model
        if not hasattr(events, "pgh_tracked_model") or relation.field.name == "pgh_obj":
            continue
        model = events.pgh_tracked_model
        if model not in parts:
            exists = Exists(model._base_manager.filter(pk=OuterRef("pgh_obj_id")))
            rows = events._base_manager.filter(exists, **{relation.field.name: record.pk})
            counts[model] = counts.get(model, 0) + rows.values("pgh_obj_id").distinct().count()
    yield from (Reference(model, count, is_past=True) for model, count in counts.items() if count)
    if isinstance(record, User):
        # Who did what is kept beside the versions, as a number in JSON.
        made = pghistory.models.Context.objects.filter(metadata__contains={"user": record.pk}).count()
        yield from [Reference(pghistory.models.Context, made, is_past=True)] if made else []


def _relations(record: models.Model) -> Iterator[Any]:
    fields = record._meta.get_fields(include_hidden=True)
    return (field for field in fields if field.auto_created and not field.concrete and field.is_relation)
