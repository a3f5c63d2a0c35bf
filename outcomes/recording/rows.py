"""The rows of shifts with their outcomes, as they are written in bulk (`hotspot.core.bulk_insert`)."""

from datetime import datetime
from typing import Any, NamedTuple

from hotspot.core.bulk_insert import Tables
from outcomes.kinds import ARREST, ASB_POWER, KINDS, STOP_SEARCH, WEAPON, PerKind
from outcomes.models import ActivityCount
from patrols.models import PatrolShift
from patrols.shifts.rows import PARTS, ShiftRow

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


# Shifts come last: see `patrols.shifts.rows`.
TABLES: Tables = {
    **PARTS,
    # Searches before what may refer to them.
    **{ROWS[kind]: kind.model for kind in sorted(KINDS, key=lambda kind: kind is not STOP_SEARCH)},
    ActivityRow: ActivityCount,
    ShiftRow: PatrolShift,
}
