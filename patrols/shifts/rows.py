"""The rows of a shift, its crew and its visits, as they are written in bulk (`hotspot.core.bulk_insert`)."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hotspot.core.bulk_insert import Tables
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
    series: UUID | None = None


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


# The shifts come last, after all that belongs to them: what writes of parts set off in the database then finds no shift
# to move on and none to count, and the shift's own write counts everything at once. That each part has its shift is
# checked when the transaction ends.
PARTS: Tables = {CrewRow: CrewMember, VisitRow: Visit}
TABLES: Tables = {**PARTS, ShiftRow: PatrolShift}
