"""The way from a cell to the records behind it, for those who may see them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from hotspot.core.calendar import Period
from hotspot.core.models import User
from outcomes.kinds import BY_PLURAL
from outcomes.records.addresses import shifts_address
from reports.explore.criteria import ExploreCriteria
from reports.explore.dimensions import (
    AREA,
    AREA_KIND,
    ASB_POWER,
    DISTRICT,
    MONTH,
    OFFENCE,
    SEARCH_OUTCOME,
    WEAPON_KIND,
    WEEK,
    Dimension,
    Key,
)
from reports.explore.values import whole_of

CellAddress = Callable[[Key, Key], str]
_PLACES, _TIMES = (AREA, DISTRICT, AREA_KIND), (MONTH, WEEK)
_TERMS = (OFFENCE, SEARCH_OUTCOME, WEAPON_KIND, ASB_POWER)
"""What the list of shifts can be narrowed to, of each kind of outcome."""
_OF_ALL_SHIFTS = ("patrol_hours", "patrols", "clock_hours", "people")
_FOUND = {"finds": True}


def addresses_of(asked: ExploreCriteria, *, by: User, days: Period) -> CellAddress:
    """Gives the address of the list of the shifts behind the cell of a row and a column.

    Empty where the list cannot be narrowed to just them, for somebody who may not see records, and where ethnicity or
    age is asked for: small numbers of these are withheld, and a list would tell them.
    """
    known = {*_PLACES, *_TIMES, *_TERMS}
    outcome = BY_PLURAL.get(asked.measure.family.code)
    is_listed = asked.measure.code in _OF_ALL_SHIFTS or asked.measure.code in BY_PLURAL or asked.measure.code in _FOUND
    if asked.is_protected or asked.only or not is_listed or not set(asked.by) <= known:
        return lambda row, column: ""

    def address(row: Key, column: Key) -> str:
        keys = {asked.rows: row} | ({asked.columns: column} if asked.columns else {})
        chosen: dict[str, Any] = {"period": _period(keys, days), "areas": _areas(asked, by, keys)}
        if outcome and asked.measure.code not in _OF_ALL_SHIFTS:
            chosen["outcome"] = outcome
        for dimension, key in keys.items():
            if dimension in _TERMS:
                chosen["code"] = "" if key is None else str(key)
        if asked.measure.code in _FOUND:
            chosen["found"] = _FOUND[asked.measure.code]
        return shifts_address(by=by, programme=asked.question.programme, **chosen)

    return address


def _period(keys: dict[Dimension, Key], days: Period) -> Period:
    """The days of the month or the week that lie in the period."""
    for dimension, key in keys.items():
        if dimension in _TIMES and isinstance(key, date):
            return whole_of(dimension, key).clip(days) or days
    return days


def _areas(asked: ExploreCriteria, by: User, keys: dict[Dimension, Key]) -> list[int]:
    """The areas of a cell; none where they are all that there are."""
    areas, place = asked.question.areas, next((each for each in keys if each in _PLACES), None)
    if place == AREA:
        return [area.pk for area in areas if area.pk == keys[AREA]]
    if place == DISTRICT:
        return [area.pk for area in areas if area.district_id == keys[DISTRICT]]
    if place == AREA_KIND:
        return [area.pk for area in areas if area.kind == keys[AREA_KIND]]
    # A supervisor sees their own shifts of other districts too, which are in no cell.
    return [area.pk for area in areas] if asked.question.is_narrowed or by.has_own_districts else []
