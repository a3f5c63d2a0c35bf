"""Rows as PostgreSQL takes them by COPY: one named tuple for each table, its fields the columns."""

from collections import Counter
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NamedTuple
from uuid import UUID

from django.db import connection, models

from hotspot.core.driver import copy_in
from hotspot.core.transaction_settings import NO_TIME_LIMIT
from outcomes.kinds import ARREST, ASB_POWER, KINDS, STOP_SEARCH, WEAPON, PerKind
from outcomes.models import ActivityCount
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
    external_source: str = ""
    external_reference: str = ""


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


ROWS: PerKind[type[Any]] = PerKind()
"""The row of each kind of outcome."""


@ROWS.of(STOP_SEARCH)
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
    external_source: str = ""
    external_reference: str = ""


@ROWS.of(ARREST)
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
    external_source: str = ""
    external_reference: str = ""


@ROWS.of(WEAPON)
class WeaponRow(NamedTuple):
    shift_id: int
    detail_to_follow: bool
    happened_at: datetime | None = None
    reference: str = ""
    void_reason: str = ""
    kind_id: str | None = None
    found_by_id: str | None = None
    stop_search_id: int | None = None
    external_source: str = ""
    external_reference: str = ""


@ROWS.of(ASB_POWER)
class PowerUseRow(NamedTuple):
    shift_id: int
    kind_id: str
    detail_to_follow: bool = False
    happened_at: datetime | None = None
    reference: str = ""
    void_reason: str = ""
    external_source: str = ""
    external_reference: str = ""


class ActivityRow(NamedTuple):
    shift_id: int
    kind_id: str
    count: int  # type: ignore[assignment]  # hides tuple.count, which nobody calls


# In the order in which they are written. The shifts come last, after all that belongs to them: what writes of parts
# set off in the database then finds no shift to move on and none to count, and the shift's own write counts everything
# at once. That each part has its shift is checked when the transaction ends.
TABLES: dict[type[Any], type[models.Model]] = {
    CrewRow: CrewMember,
    VisitRow: Visit,
    # Searches before what may refer to them.
    **{ROWS[kind]: kind.model for kind in sorted(KINDS, key=lambda kind: kind is not STOP_SEARCH)},
    ActivityRow: ActivityCount,
    ShiftRow: PatrolShift,
}


# Beyond this, waiting rows of one kind go from memory to a temporary file.
MOST_IN_MEMORY = 1_000_000


class Batch:
    """Rows that wait to be written, by their kind. Many of them wait on disk, so that no number fills the memory."""

    def __init__(self) -> None:
        self._files: dict[type[Any], IO[bytes]] = {}
        self._counts: Counter[type[Any]] = Counter()

    def add(self, *rows: Any) -> None:
        """Put rows with their kind."""
        for row in rows:
            kind = type(row)
            if kind not in self._files:
                self._files[kind] = SpooledTemporaryFile(MOST_IN_MEMORY)  # noqa: SIM115 - closed by `write`
            self._files[kind].write(_line(row))
            self._counts[kind] += 1

    def write(self) -> int:
        """Write everything, one COPY a table; gives how many rows. Has to run inside a transaction.

        Raises IntegrityError for what the database refuses.
        """
        with connection.cursor() as cursor:
            # COPY may take long, and the history's context reaches it only with a statement before it.
            cursor.execute(NO_TIME_LIMIT)
            for kind, model in TABLES.items():
                if kind in self._files:
                    with self._files.pop(kind) as lines:
                        lines.seek(0)
                        copy_in(cursor, model._meta.db_table, kind._fields, lines)
        written = self._counts.total()
        self._counts.clear()
        return written


def take_ids(model: type[models.Model], number: int) -> list[int]:
    """The next ids of a table, so that rows can refer to each other before they are written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, number],
        )
        return [row[0] for row in cursor.fetchall()]


def _line(row: Any) -> bytes:
    return ("\t".join([_FORMATS[type(value)](value) for value in row]) + "\n").encode()


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
