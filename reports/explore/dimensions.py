"""What measures can be split and narrowed by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncMonth, TruncWeek

from hotspot.core.calendar import LONDON
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from outcomes.kinds import BY_PLURAL
from outcomes.models import (
    AgeBand,
    AsbPowerKind,
    Ethnicity,
    OffenceGroup,
    OfficerEthnicity,
    SearchObject,
    SearchOutcome,
    SearchPower,
    Term,
    WeaponKind,
    WeaponSource,
)

SHIFT, MOMENT = "shift", "moment"
NONE = "none"
"""How addresses say that a record has nothing there: its detail is to follow, or its time was not recorded."""
_WHERE, _WHEN, _WHO, _WHAT, _PERSON = "Where", "When", "Who", "What", "Person searched"
Key = str | int | date | None
"""A value as it is in the database."""


@dataclass(frozen=True)
class Dimension:
    """One thing to split by. `code` names it in addresses, `group` is the heading it is offered under.

    `of` says what has it: every shift (`SHIFT`), every time (`MOMENT`), or the records of one family, by its code.
    `path` leads to it from there; `made` makes of the path what is grouped by. `vocabulary` has its terms. `is_time`
    runs along the calendar or the clock, `is_protected` is a characteristic of people that the law protects.
    """

    code: str
    name: str
    group: str
    of: str
    path: str = ""
    made: Callable[[str], Any] = F
    vocabulary: type[Term] | None = None
    is_time: bool = False
    is_protected: bool = False

    def __str__(self) -> str:
        return self.name

    @property
    def heading(self) -> str:
        """What it is offered under: what only one kind of outcome has, under the kind."""
        kind = BY_PLURAL.get(self.of)
        return kind.label_plural if kind and self.group == _WHAT else self.group

    @property
    def is_shared(self) -> bool:
        """Whether every family has it, patrols too, so that a rate can be had of them."""
        return self.of in (SHIFT, MOMENT)


def _weekday(path: str) -> ExtractIsoWeekDay:
    return ExtractIsoWeekDay(path, tzinfo=LONDON)


def _hour(path: str) -> ExtractHour:
    return ExtractHour(path, tzinfo=LONDON)


AREA = Dimension("area", "Hotspot area", _WHERE, SHIFT, "area")
DISTRICT = Dimension("district", "District", _WHERE, SHIFT, "area__district")
AREA_KIND = Dimension("area_kind", "Kind of area", _WHERE, SHIFT, "area__kind")
MONTH = Dimension("month", "Month", _WHEN, SHIFT, "day", TruncMonth, is_time=True)
WEEK = Dimension("week", "Week", _WHEN, SHIFT, "day", TruncWeek, is_time=True)
WEEKDAY = Dimension("weekday", "Weekday", _WHEN, MOMENT, made=_weekday, is_time=True)
HOUR = Dimension("hour", "Hour", _WHEN, MOMENT, made=_hour, is_time=True)
STREAM = Dimension("stream", "Funding stream", _WHO, SHIFT, "funding_stream")
ROLE = Dimension("role", "Role", _WHO, "crew", "role")
OFFENCE = Dimension("offence", "Offence group", _WHAT, "arrests", "offence_group", vocabulary=OffenceGroup)
SEARCH_POWER = Dimension("search_power", "Power of search", _WHAT, "stop_searches", "power", vocabulary=SearchPower)
SEARCH_OBJECT = Dimension("object", "Object of search", _WHAT, "stop_searches", "object", vocabulary=SearchObject)
SEARCH_OUTCOME = Dimension("outcome", "Outcome of search", _WHAT, "stop_searches", "outcome", vocabulary=SearchOutcome)
WEAPON_KIND = Dimension("weapon", "Kind of weapon", _WHAT, "weapons", "kind", vocabulary=WeaponKind)
FOUND_BY = Dimension("found_by", "How it was found", _WHAT, "weapons", "found_by", vocabulary=WeaponSource)
ASB_POWER = Dimension("power", "ASB power", _WHAT, "asb_powers", "kind", vocabulary=AsbPowerKind)
ETHNICITY = Dimension(
    "ethnicity",
    "Self-defined ethnicity",
    _PERSON,
    "stop_searches",
    "self_defined_ethnicity",
    vocabulary=Ethnicity,
    is_protected=True,
)
OFFICER_ETHNICITY = Dimension(
    "officer_ethnicity",
    "Officer-defined ethnicity",
    _PERSON,
    "stop_searches",
    "officer_defined_ethnicity",
    vocabulary=OfficerEthnicity,
    is_protected=True,
)
AGE = Dimension("age", "Age band", _PERSON, "stop_searches", "age_band", vocabulary=AgeBand, is_protected=True)

DIMENSIONS: dict[str, Dimension] = {
    dimension.code: dimension
    for dimension in (
        *(AREA, DISTRICT, AREA_KIND, MONTH, WEEK, WEEKDAY, HOUR, ROLE, STREAM, OFFENCE, ASB_POWER, SEARCH_POWER),
        *(SEARCH_OBJECT, SEARCH_OUTCOME, WEAPON_KIND, FOUND_BY, ETHNICITY, OFFICER_ETHNICITY, AGE),
    )
}
"""By their codes, in the order in which they are offered."""

CHOSEN_ABOVE = (AREA, DISTRICT, MONTH, WEEK)
"""What is narrowed by the areas and the period that are asked for, and by nothing else."""


def dimensions_for(by: User) -> Sequence[Dimension]:
    """What this person may split by, in order.

    Protected characteristics are for whoever may see by them who was searched.
    """
    may_see_people = by.may(Permission.VIEW_SCRUTINY)
    return [dimension for dimension in DIMENSIONS.values() if may_see_people or not dimension.is_protected]


def dimensions_of(family: str, *, by: User) -> Sequence[Dimension]:
    """What this person may split the records of a family by, in order."""
    return [dimension for dimension in dimensions_for(by) if dimension.is_shared or dimension.of == family]
