"""The SQL of the rows of a file, made from the shifts that somebody may see and has chosen."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.models import QuerySet

from hotspot.core.exports.columns import ColumnKind, ExportColumn, Rows
from outcomes.exports.columns import outcome_columns, shift_columns
from outcomes.kinds import KINDS, DetailField, OutcomeKind, details_of, is_link
from outcomes.models import ActivityKind
from outcomes.vocabulary.cache import terms_of
from patrols.models import CrewRole, PatrolShift

# What a row's parts are looked up by. Each table is narrowed by itself: PostgreSQL then reads only their rows of a few
# shifts, and scans it once for all of them.
_CHOSEN = "<chosen>"
_FROM = """FROM patrols_patrolshift s
JOIN hotspots_hotspotarea a ON a.id = s.area_id
JOIN hotspots_district d ON d.id = a.district_id
JOIN hotspots_fundingstream f ON f.id = s.funding_stream_id
JOIN hotspots_programme p ON p.id = f.programme_id"""

_TAKEN = """sum(o.patrol_minutes) FILTER (WHERE o.withdrawn_at IS NULL) AS minutes,
sum(o.patrol_minutes) FILTER (WHERE o.withdrawn_at IS NULL AND NOT o.is_backfilled) AS lost"""


def rows_of(what: str, shifts: QuerySet[PatrolShift]) -> Rows:
    """The rows of a file of "shifts", or of the "outcomes" of these shifts: oldest first."""
    columns, source = _SOURCES[what]()
    try:
        chosen, parameters = shifts.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        chosen, parameters = "SELECT NULL::bigint WHERE false", ()
    if not shifts.query.where:
        # Everything: what every row passes need not be asked of every row.
        chosen, parameters = "", ()
    times = source.count(_CHOSEN)
    for column in ("s.id", "o.shift_id"):
        source = source.replace(f"{column} {_CHOSEN}", f"{column} IN ({chosen})" if chosen else "true")
    return Rows(columns, source, parameters * times)


def _shifts() -> tuple[Sequence[ExportColumn], str]:
    people = ", ".join(f"count(*) FILTER (WHERE o.role = '{role.value}') AS {role.value}" for role in CrewRole)
    activity = ", ".join(
        f"max(o.count) FILTER (WHERE o.kind_id = {_literal(code)}) AS n{place}"
        for place, code in enumerate(terms_of(ActivityKind))
    )
    minutes = "sum(extract(epoch FROM o.ends_at - o.starts_at) / 60)::integer AS minutes"
    parts = (
        _part("crew", f"count(*) AS size, sum(o.minutes) AS minutes, {people}", "patrols_crewmember"),
        *(_part(kind.plural, *_counts(kind), standing=True) for kind in KINDS),
        _part("activity", activity or "0", "outcomes_activitycount"),
        _part("visits", f"count(*) AS n, {minutes}", "patrols_visit"),
        _part("taken", _TAKEN, "patrols_abstraction"),
    )
    return shift_columns(), "\n".join((_FROM, *parts, f"WHERE s.id {_CHOSEN} ORDER BY s.starts_at, s.id"))


def _counts(kind: OutcomeKind) -> tuple[str, str]:
    """What is counted of a kind, and in which tables."""
    if kind.counted_by is None:
        return "count(*) AS n, count(*) FILTER (WHERE o.detail_to_follow) AS f", kind.table
    counts = "count(*) FILTER (WHERE k.in_headline) AS n, count(*) FILTER (WHERE NOT k.in_headline) AS other"
    return counts, f"{kind.table} o JOIN {kind.counted_by._meta.db_table} k ON k.code = o.kind_id"


def _part(name: str, columns: str, table: str, *, standing: bool = False) -> str:
    table = table if " o " in table else f"{table} o"
    more = " AND o.void_reason = ''" if standing else ""
    grouped = f"SELECT o.shift_id, {columns} FROM {table} WHERE o.shift_id {_CHOSEN}{more} GROUP BY o.shift_id"
    return f"LEFT JOIN ({grouped}) {name} ON {name}.shift_id = s.id"


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


@dataclass(frozen=True)
class _DetailColumn:
    """What only some outcomes have: the column's name, and the field that holds it in each of their kinds."""

    name: str
    fields: Mapping[OutcomeKind, Any]
    kind: ColumnKind
    type: str
    unit: str = ""


# What a column of details holds and which type it has in SQL, by the field that it comes from.
_HOLDS: dict[type["models.Field[Any, Any]"], tuple[ColumnKind, str]] = {
    models.DateField: (ColumnKind.DAY, "date"),
    models.PositiveIntegerField: (ColumnKind.NUMBER, "integer"),
    models.BooleanField: (ColumnKind.YES_NO, "boolean"),
    models.ForeignKey: (ColumnKind.TEXT, "text"),
}
_LINK = (ColumnKind.NUMBER, "bigint")


def _detail_columns() -> Iterator[_DetailColumn]:
    columns: dict[str, dict[OutcomeKind, DetailField]] = defaultdict(dict)
    for kind, detail in details_of(KINDS):
        columns[detail.exported][kind] = detail
    for name, details in columns.items():
        fields = {kind: kind.field(detail.field) for kind, detail in details.items()}
        first = next(iter(fields.values()))
        holds = _LINK if is_link(first) else _HOLDS[type(first)]
        yield _DetailColumn(name, fields, *holds, next(iter(details.values())).unit)


_DETAILS = tuple(_detail_columns())
_SHARED = (
    "id", "shift_id", "happened_at", "reference", "detail_to_follow", "void_reason", "external_source",
    "external_reference",
)  # fmt: skip


def _outcomes() -> tuple[Sequence[ExportColumn], str]:
    columns = [ExportColumn(each.name, f"o.{each.name}", each.kind, each.unit) for each in _DETAILS]
    union = " UNION ALL ".join(_kind(place, kind) for place, kind in enumerate(KINDS))
    joined = f"JOIN ({union}) o ON o.shift_id = s.id"
    return outcome_columns(columns), f"{_FROM}\n{joined}\nORDER BY s.starts_at, s.id, o.place, o.id"


def _kind(place: int, kind: OutcomeKind) -> str:
    """One kind of outcome with every column; those that it does not have are NULL."""
    joins, values = [], []
    for detail in _DETAILS:
        field = detail.fields.get(kind)
        value = f"o.{field.column}" if field else f"NULL::{detail.type}"
        if field and detail.kind is ColumnKind.TEXT:
            joins.append(
                f"LEFT JOIN {field.related_model._meta.db_table} {detail.name} ON {detail.name}.code = {value}"
            )
            value = f"{detail.name}.label"
        values.append(f"{value} AS {detail.name}")
    # A power counts or not as its own kind does, which is joined for its label.
    is_counted = f"{kind.details[0].exported}.in_headline" if kind.counted_by else "true"
    shared = ", ".join(f"o.{name}" for name in _SHARED)
    name = _literal(str(kind.model._meta.verbose_name))
    return (
        f"SELECT {place} AS place, {name} AS what, {shared}, {is_counted} AS is_counted, {', '.join(values)} "
        f"FROM {kind.table} o {' '.join(joins)} WHERE o.shift_id {_CHOSEN}"
    )


def count_up_to(most: int, what: str, shifts: QuerySet[PatrolShift]) -> int:
    """How many rows the file would have; `most` where it would have as many or more."""
    if what == "shifts":
        return shifts.order_by()[:most].count()
    number = 0
    for kind in KINDS:
        number += kind.model.objects.filter(shift__in=shifts.order_by()).order_by()[: most - number].count()
        if number == most:
            break
    return number


_SOURCES = {"shifts": _shifts, "outcomes": _outcomes}
WHAT = tuple(_SOURCES)
"""What a file of rows can hold."""
