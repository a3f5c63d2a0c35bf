"""Rows as PostgreSQL takes them by COPY: one named tuple for each table, its fields the columns."""

import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from outcomes.models import ActivityCount, Arrest, AsbPowerUse, StopSearch, WeaponRecovered
from patrols.models import CrewMember, PatrolShift, Visit


class ShiftRow(NamedTuple):
    id: int
    submission_id: UUID
    state: str
    area_id: int
    funding_stream_id: int
    starts_at: datetime
    ends_at: datetime
    nothing_to_report: bool
    note: str
    doubts_kept: tuple[str, ...]
    doubts_reason: str
    void_reason: str
    logged_by_id: int
    logged_at: datetime
    version: int
    updated_at: datetime


class CrewRow(NamedTuple):
    shift_id: int
    shift_state: str
    role: str
    collar_number: str
    starts_at: datetime
    ends_at: datetime


class VisitRow(NamedTuple):
    shift_id: int
    starts_at: datetime
    ends_at: datetime


class SearchRow(NamedTuple):
    id: int
    shift_id: int
    detail_to_follow: bool
    happened_at: datetime | None = None
    reference: str = ""
    void_reason: str = ""
    power_id: str | None = None
    object_id: str | None = None
    outcome_id: str | None = None
    found: bool | None = None
    linked: bool | None = None
    self_defined_ethnicity_id: str | None = None
    officer_defined_ethnicity_id: str | None = None
    age_band_id: str | None = None


class ArrestRow(NamedTuple):
    shift_id: int
    detail_to_follow: bool
    happened_at: datetime | None = None
    reference: str = ""
    void_reason: str = ""
    offence_group_id: str | None = None
    stop_search_id: int | None = None
    justice_outcome_id: str | None = None
    justice_outcome_on: Any = None
    custody_days: int | None = None


class WeaponRow(NamedTuple):
    shift_id: int
    detail_to_follow: bool
    happened_at: datetime | None = None
    reference: str = ""
    void_reason: str = ""
    kind_id: str | None = None
    found_by_id: str | None = None
    stop_search_id: int | None = None


class PowerRow(NamedTuple):
    shift_id: int
    kind_id: str
    detail_to_follow: bool = False
    happened_at: datetime | None = None
    reference: str = ""
    void_reason: str = ""


class ActivityRow(NamedTuple):
    shift_id: int
    kind_id: str
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody calls


# In the order in which they refer to each other.
TABLES: dict[type[Any], type[models.Model]] = {
    ShiftRow: PatrolShift,
    CrewRow: CrewMember,
    VisitRow: Visit,
    SearchRow: StopSearch,
    ArrestRow: Arrest,
    WeaponRow: WeaponRecovered,
    PowerRow: AsbPowerUse,
    ActivityRow: ActivityCount,
}


class Batch:
    """Rows that wait to be written, by their kind."""

    def __init__(self) -> None:
        self._rows: dict[type[Any], list[Any]] = defaultdict(list)

    def add(self, *rows: Any) -> None:
        """Put rows with their kind."""
        for row in rows:
            self._rows[type(row)].append(row)

    def write(self) -> int:
        """Write everything, one COPY a table; gives how many rows. Has to run inside a transaction."""
        with connection.cursor() as cursor:
            # COPY may take long, and the history's context reaches it only with a statement before it.
            cursor.execute("SET LOCAL statement_timeout = 0")
            return sum(_copy(cursor, model, self._rows[kind]) for kind, model in TABLES.items() if self._rows[kind])


def take_ids(model: type[models.Model], number: int) -> range:
    """The next ids of a table, so that rows can refer to each other before they are written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(seq, nextval(seq) + %s) FROM (SELECT pg_get_serial_sequence(%s, 'id') AS seq) s",
            [number, model._meta.db_table],
        )
        last = cursor.fetchone()[0]
    return range(last - number, last)


def _copy(cursor: CursorWrapper, model: type[models.Model], rows: Sequence[Any]) -> int:
    columns = ", ".join(f'"{name}"' for name in rows[0]._fields)
    cursor.copy_expert(f"COPY {model._meta.db_table} ({columns}) FROM STDIN", io.StringIO(_lines(rows)))
    return len(rows)


def _lines(rows: Iterable[Any]) -> str:
    return "".join("\t".join([_FORMATS[type(value)](value) for value in row]) + "\n" for row in rows)


def _text(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


class _Formats(dict[type, Any]):
    """How COPY writes each type; what is a text or a number in disguise is written as such."""

    def __missing__(self, kind: type) -> Any:
        found = next((self[known] for known in (str, datetime) if issubclass(kind, known)), str)
        self[kind] = found
        return found


_FORMATS = _Formats(
    {
        type(None): lambda _: "\\N",
        bool: lambda value: "t" if value else "f",
        int: str,
        str: _text,
        datetime: datetime.isoformat,
        tuple: lambda value: "{" + ",".join(value) + "}",
    }
)
