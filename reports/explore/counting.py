"""Numbers by any two dimensions: from the summaries where they hold them, else from the records."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Aggregate,
    BigIntegerField,
    CharField,
    Count,
    F,
    Func,
    Max,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Cast, NullIf

from hotspot.core.calendar import Period
from hotspots.models import HotspotArea, Programme
from patrols.models import PatrolShift, on_counted_shift
from reports.explore.dimensions import (
    AREA,
    AREA_KIND,
    ASB_POWER,
    DIMENSIONS,
    DISTRICT,
    HOUR,
    MOMENT,
    MONTH,
    OFFENCE,
    ROLE,
    SEARCH_OUTCOME,
    SHIFT,
    STREAM,
    WEAPON_KIND,
    WEEK,
    WEEKDAY,
    Dimension,
    Key,
)
from reports.explore.measures import CREW, ExploreMeasure, Family
from reports.figures.clock import clock_minutes
from reports.models import DaySummary, MonthPart, MonthSummary

Numbers = Mapping[tuple[Key, ...], "Number"]
_NO_BASE: Aggregate = Sum(0)
_SUMMED = {AREA, DISTRICT, AREA_KIND, MONTH, WEEK}


def _piece(number: int) -> Func:
    """One piece of the key of a month's part, between colons."""
    return Func(F("key"), Value(":"), Value(number), function="split_part", output_field=CharField())


def _known(key: Any) -> NullIf:
    return NullIf(key, Value(""))


PART_KEYS: dict[str, dict[Dimension, Any]] = {
    "crew": {ROLE: _piece(1), STREAM: Cast(_piece(2), BigIntegerField())},
    **{each.of: {each: _known(_piece(1))} for each in (OFFENCE, SEARCH_OUTCOME, WEAPON_KIND, ASB_POWER)},
}
"""What the parts of months are kept by, beside area and month: see `MonthPart`."""


@dataclass(frozen=True)
class Number:
    """What was counted, and of how many: the base of a share, 0 for a measure that is none."""

    number: int = 0
    base: int = 0

    def __add__(self, other: "Number") -> "Number":
        return Number(self.number + other.number, self.base + other.base)


NOTHING_COUNTED = Number()


@dataclass(frozen=True)
class ExploreScope:
    """What is counted: a programme, London days, areas (ids), and the values to which dimensions are narrowed.

    `only` has them as they are in the database, by the dimension's code; None means that there is nothing.
    """

    programme: Programme
    period: Period
    areas: Sequence[int]
    only: Mapping[str, Sequence[Key]]


def numbers(scope: ExploreScope, measure: ExploreMeasure, by: Sequence[Dimension]) -> Numbers:
    """The measure by the values of the dimensions, in their order. What there was none of is left out.

    Weekdays go from 1 (Monday), weeks are named by their Monday and months by their first day. Patrol hours lie in
    the hours of London's clock in which they were worked; everything else lies in the hour in which it began.
    """
    touched = {*by, *(DIMENSIONS[code] for code in scope.only)}
    if measure.family == CREW and measure.is_minutes and touched & {WEEKDAY, HOUR}:
        return _by_the_clock(scope, by)
    is_of_months = WEEK not in by and scope.period.whole_months == scope.period
    if measure.column and set(by) <= _SUMMED and set(scope.only) <= {AREA_KIND.code}:
        rows = _summaries(scope, measure, by, by_month=is_of_months)
    elif is_of_months and measure.only is None and _is_kept_in_parts(measure, touched):
        rows = _parts(scope, measure, by)
    else:
        rows = _records(scope, measure, by)
    return {tuple(key): Number(number or 0, base or 0) for *key, number, base in rows if number or base}


def _summaries(scope: ExploreScope, measure: ExploreMeasure, by: Sequence[Dimension], *, by_month: bool) -> Any:
    """From the summary of months or of days."""
    days = (scope.period.first_day, scope.period.last_day)
    model, day = (MonthSummary, "month") if by_month else (DaySummary, "day")
    kinds = {"area__kind__in": scope.only[AREA_KIND.code]} if scope.only else {}
    rows = model._default_manager.filter(
        programme=scope.programme, area__in=scope.areas, **{f"{day}__range": days}, **kinds
    )
    keys = {f"key_{place}": each.made(day if each.path == "day" else each.path) for place, each in enumerate(by)}
    return _added_up(rows.order_by(), keys, Sum(measure.column), _NO_BASE)


def _is_kept_in_parts(measure: ExploreMeasure, touched: Collection[Dimension]) -> bool:
    own = PART_KEYS.get(measure.family.code)
    return own is not None and set(touched) <= {*_SUMMED, *own}


def _parts(scope: ExploreScope, measure: ExploreMeasure, by: Sequence[Dimension]) -> Any:
    """From the parts of whole months."""
    own = PART_KEYS[measure.family.code]
    rows = MonthPart.objects.filter(
        programme=scope.programme,
        part=measure.family.code,
        area__in=scope.areas,
        month__range=(scope.period.first_day, scope.period.last_day),
    )
    if measure.flag:
        name, value = measure.flag
        kinds: Any = measure.family.model._meta.get_field("kind").related_model
        rows = rows.filter(key__in=kinds.objects.filter(**{name: value}).values("pk"))

    def expression(dimension: Dimension) -> Any:
        return own[dimension] if dimension in own else F("month" if dimension == MONTH else dimension.path)

    rows = _narrowed(rows.order_by(), {code: expression(DIMENSIONS[code]) for code in scope.only}, scope)
    keys = {f"key_{place}": expression(dimension) for place, dimension in enumerate(by)}
    return _added_up(rows, keys, Sum("minutes" if measure.is_minutes else "number"), _NO_BASE)


def _records(scope: ExploreScope, measure: ExploreMeasure, by: Sequence[Dimension]) -> Any:
    family, shift = measure.family, measure.family.shift
    counted = family.rows().filter(
        on_counted_shift(shift),
        **{
            f"{shift}funding_stream__programme": scope.programme,
            f"{shift}day__range": (scope.period.first_day, scope.period.last_day),
            f"{shift}area__in": scope.areas,
        },
    )
    if shift:
        first, last = _ends(scope)
        counted = counted.filter(shift__gte=first, shift__lte=last)
    if measure.flag:
        name, value = measure.flag
        counted = counted.filter(**{f"kind__{name}": value})
    counted = _narrowed(counted, {code: _expression(DIMENSIONS[code], family) for code in scope.only}, scope)
    keys = {f"key_{place}": _expression(dimension, family) for place, dimension in enumerate(by)}
    base: Aggregate
    if measure.base is None:
        counted = counted.filter(measure.only) if measure.only else counted
        number, base = measure.number(None), _NO_BASE
    else:
        number, base = measure.number(measure.only), Count("pk", filter=measure.base)
    return _added_up(counted, keys, number, base)


def _ends(scope: ExploreScope) -> tuple[int, int]:
    """The lowest and the highest id of a shift of the period.

    Records of shifts have no day, and the planner would read all that there ever were.
    """
    days = (scope.period.first_day, scope.period.last_day)
    shifts = PatrolShift.objects.filter(funding_stream__programme=scope.programme, day__range=days)
    ends = shifts.aggregate(first=Min("pk"), last=Max("pk"))
    return ends["first"] or 0, ends["last"] or 0


def _narrowed(rows: QuerySet[Any], expressions: Mapping[str, Any], scope: ExploreScope) -> Any:
    """The rows that have one of the values that each dimension is narrowed to."""
    named = rows.annotate(**{f"only_{code}": expression for code, expression in expressions.items()})
    return named.filter(*(_among(f"only_{code}", scope.only[code]) for code in expressions))


def _added_up(rows: QuerySet[Any], keys: Mapping[str, Any], number: Aggregate, base: Aggregate) -> Any:
    """Rows by their keys, with number and base. Without keys there is one, which a constant keeps together."""
    grouped = rows.annotate(whole=Value(1), **keys).values("whole", *keys)
    return grouped.annotate(number=number, base=base).values_list(*keys, "number", "base")


def _expression(dimension: Dimension, family: Family) -> Any:
    if dimension.of == SHIFT:
        return dimension.made(f"{family.shift}{dimension.path}")
    return dimension.made(family.moment) if dimension.of == MOMENT else F(dimension.path)


def _among(path: str, values: Sequence[Key]) -> Q:
    named = [value for value in values if value is not None]
    found = Q(**{f"{path}__in": named})
    return found | Q(**{f"{path}__isnull": True}) if None in values else found


def _by_the_clock(scope: ExploreScope, by: Sequence[Dimension]) -> Numbers:
    """Patrol minutes by hours of the week. The clock's summary knows areas; what lies above them is added up here."""
    places = [each for each in by if each in (AREA, DISTRICT, AREA_KIND)]
    kept = {"month": MONTH in by, "weekday": WEEKDAY in by, "hour": HOUR in by}
    kinds = scope.only.get(AREA_KIND.code)
    found = clock_minutes(
        scope.programme,
        scope.period,
        scope.areas,
        columns=[name for name, is_kept in {"area_id": bool(places or kinds), **kept}.items() if is_kept],
        weekdays=scope.only.get(WEEKDAY.code),
        hours=scope.only.get(HOUR.code),
    )
    above = _above(scope) if places or kinds else {}
    names = {MONTH: "month", WEEKDAY: "weekday", HOUR: "hour"}
    minutes = Counter[tuple[Key, ...]]()
    for row in found:
        place = above.get(row.get("area_id"), {})
        if not kinds or place[AREA_KIND] in kinds:
            minutes[tuple(place[each] if each in places else row[names[each]] for each in by)] += row["minutes"]
    return {key: Number(total) for key, total in minutes.items() if total}


def _above(scope: ExploreScope) -> dict[Key, dict[Dimension, Key]]:
    areas = HotspotArea.objects.filter(pk__in=scope.areas).values_list("pk", "district", "kind")
    return {pk: {AREA: pk, DISTRICT: district, AREA_KIND: kind} for pk, district, kind in areas}
