"""The lists of the API: pages of shifts, outcomes and visits as JSON documents, narrowed by what a caller asks for.

Their SQL is made once for each kind of caller and each set of filters, not for each request.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import Combinable, RawSQL

from hotspot.core import database_instance
from hotspot.core.compiled_queries import CompiledQuery, any_of, as_value
from hotspot.core.keyset import after, take_page
from hotspot.core.models import User
from outcomes.kinds import KINDS
from outcomes.models import Outcome
from outcomes.records.json_documents import document_sql, outcome_sql
from patrols.models import PatrolShift, Visit

Condition = Q | Combinable
Filters = Mapping[str, Callable[[Any], Condition]]


@dataclass(frozen=True)
class Documents:
    """One page: JSON texts, and the keys of the last of them. `more` says whether anything comes after it already.

    `instance` is the code of the database's instance; empty where there are no texts.
    """

    texts: Sequence[str]
    last: tuple[Any, ...] | None
    more: bool
    instance: str


class DocumentList:
    """Rows that a caller may see, in the order of their `keys`, as JSON documents.

    `seen_by` gives all of them, `document` the SQL of one, `filters` the condition that a named value makes.
    """

    def __init__(
        self,
        seen_by: Callable[[User], QuerySet[Any]],
        document: Callable[[User], str],
        keys: Sequence[str],
        filters: Filters,
        *,
        newest_first: bool = False,
    ) -> None:
        self._seen_by, self._document, self._filters = seen_by, document, filters
        self._keys, self._newest_first = keys, newest_first
        self._starts = [f"start_{key}" for key in keys]
        self._query = CompiledQuery(self._documents)

    def page(self, by: User, *, size: int, start: Sequence[Any] | None = None, **filters: Any) -> Documents:
        """The first rows after the one with the keys `start`, of those that match the filters that are not None."""
        named = dict(_alone(name, value) for name, value in filters.items() if value is not None)
        if start is not None:
            named |= zip(self._starts, start, strict=True)
        # Two quiet areas are a hundredth of what PostgreSQL takes any array to hold: it would read all of the list.
        read = partial(self._query.rows, by, prepare=named.keys().isdisjoint(_ALONE), **named)
        shown, more = take_page(lambda most: read(most=most), size)
        if not shown:
            return Documents([], None, more, "")
        _, code, *last = shown[-1]
        return Documents([row[0] for row in shown], tuple(last), more, code or "")

    def _documents(self, by: User, **named: Any) -> QuerySet[Any]:
        start = [as_value(named.pop(name)) for name in self._starts if name in named]
        conditions = [self._filters[name](value) for name, value in named.items()]
        if start:
            conditions.append(after(start, *self._keys, newest_first=self._newest_first))
        direction = "-" if self._newest_first else ""
        rows = self._seen_by(by).filter(*conditions).order_by(*(f"{direction}{key}" for key in self._keys))
        document = RawSQL(f"({self._document(by)})::text", ())  # noqa: S611 - our own text
        instance = RawSQL(database_instance.CODE, ())  # noqa: S611 - our own text
        documents = rows.annotate(document=document, instance=instance)
        listed: QuerySet[Any] = documents.values_list("document", "instance", *self._keys)
        return listed


_ALONE = {"areas": "area", "states": "state"}


def _alone(name: str, value: Any) -> tuple[str, Any]:
    """The filter, or that by one value where a list holds no other. Only of one value does PostgreSQL know that an
    index which begins with it goes on in the order of the list.
    """
    if name in _ALONE and len(set(value)) == 1:
        return _ALONE[name], value[0]
    return name, value


_SHIFT_FILTERS: Filters = {
    "first": lambda first: Q(starts_at__gte=as_value(first)),
    "end": lambda end: Q(starts_at__lt=as_value(end)),
    "areas": partial(any_of, "area_id"),
    "area": lambda area: Q(area=area),
    "states": partial(any_of, "state"),
    "state": lambda state: Q(state=as_value(state)),
    "source": lambda source: Q(external_source=as_value(source)),
    "reference": lambda reference: Q(external_reference=as_value(reference)),
    "updated_since": lambda moment: Q(updated_at__gte=as_value(moment)),
    "horizon": lambda horizon: Q(changed_in__lt=horizon),
}
_OUTCOME_FILTERS: Filters = {
    "first": lambda first: Q(shift__starts_at__gte=as_value(first)),
    "end": lambda end: Q(shift__starts_at__lt=as_value(end)),
    "areas": partial(any_of, "shift__area_id"),
    "area": lambda area: Q(shift__area=area),
    "shift": lambda shift: Q(shift=shift),
    "updated_since": lambda moment: Q(shift__updated_at__gte=as_value(moment)),
}


def _shifts(by: User) -> QuerySet[Any]:
    return PatrolShift.objects.visible_to(by)


def _outcomes(model: type[Outcome], by: User) -> QuerySet[Any]:
    outcomes: QuerySet[Any] = model.objects.visible_to(by)
    return outcomes


def _visits(by: User) -> QuerySet[Any]:
    return Visit.objects.filter(shift__in=PatrolShift.objects.visible_to(by))


def _shift_lists(*keys: str, newest_first: bool = False) -> Mapping[bool, DocumentList]:
    return {
        is_full: DocumentList(
            _shifts, partial(document_sql, is_full=is_full), keys, _SHIFT_FILTERS, newest_first=newest_first
        )
        for is_full in (True, False)
    }


def _outcome_list(model: type[Model], seen_by: Callable[[User], QuerySet[Any]]) -> DocumentList:
    return DocumentList(seen_by, lambda by: outcome_sql(model), ("pk",), _OUTCOME_FILTERS)


NEWEST = _shift_lists("starts_at", "pk", newest_first=True)
"""Shifts, newest first: full documents or summaries."""

CHANGED = _shift_lists("changed_in", "pk")
"""The same in the order of the transactions that changed them last."""

OUTCOMES = {kind: _outcome_list(kind.model, partial(_outcomes, kind.model)) for kind in KINDS}
"""The outcomes of each kind, in the order in which they were recorded."""

VISITS = _outcome_list(Visit, _visits)
"""Visits, in the same order."""
