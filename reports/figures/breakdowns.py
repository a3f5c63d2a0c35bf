"""Figures by what the headline's summaries do not hold: by crew role, kind of outcome and so on.

Whole months come from the summary of parts, the days left over at either end from the records, in one query.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Q

from hotspot.core.calendar import Period
from hotspots.models import Programme
from outcomes.models import AsbPowerKind, StopSearch, Term, WeaponKind, WeaponRecovered
from patrols.models import PatrolShift
from reports.figures.headline import bounds

# The ends of the shifts' ids at either end of a period keep a statement to the parts of about these days: parts of
# shifts have no day, and the planner would read all that there ever were.
_WITH = """
    WITH shifts AS MATERIALIZED ({shifts}),
    ends AS MATERIALIZED (
        SELECT min(id) FILTER (WHERE is_before) AS first, max(id) FILTER (WHERE is_before) AS last,
            min(id) FILTER (WHERE NOT is_before) AS next, max(id) FILTER (WHERE NOT is_before) AS final
        FROM (SELECT id, day <= %s AS is_before FROM shifts) placed
    )
"""
NEAR = """(
    shift_id BETWEEN (SELECT first FROM ends) AND (SELECT last FROM ends)
    OR shift_id BETWEEN (SELECT next FROM ends) AND (SELECT final FROM ends)
)"""
"""What a part of a shift is looked for with, before it is joined with the shifts of `with_ragged_days`."""
_NO_SHIFTS = "SELECT id, day, area_id, funding_stream_id FROM patrols_patrolshift WHERE false"


def with_ragged_days(programme: Programme, period: Period, areas: Iterable[int]) -> tuple[str, tuple[Any, ...]]:
    """The beginning of a statement about the days of a period in none of its whole months, and its parameters.

    It names `shifts` (id, day, area_id, funding_stream_id), which the headline counts there.
    """
    days = bounds(period)
    if days["before_months"] < period.first_day and days["after_months"] > period.last_day:
        return _WITH.format(shifts=_NO_SHIFTS), (days["before_months"],)
    before = Q(day__range=(days["first_day"], days["before_months"]))
    after = Q(day__range=(days["after_months"], days["last_day"]))
    shifts = PatrolShift.objects.counted().filter(
        before | after, funding_stream__programme=programme, area__in=list(areas)
    )
    columns = shifts.order_by().values("id", "day", "area_id", "funding_stream_id")
    sql, parameters = columns.query.sql_with_params()
    return _WITH.format(shifts=sql), (*parameters, days["before_months"])


@dataclass(frozen=True)
class RolePart:
    """The patrol minutes of one crew role, and its places in crews."""

    role: str
    patrol_minutes: int
    people: int


def by_role(*, programme: Programme, period: Period, areas: Iterable[int]) -> list[RolePart]:
    """Who gave the patrol minutes of the headline, most first."""
    minutes, people = Counter[str](), Counter[str]()
    for part in counted_parts(programme, period, areas, ("crew",)):
        role, _, _ = part.key.partition(":")
        minutes[role] += part.minutes
        people[role] += part.number
    return [RolePart(role, minutes[role], people[role]) for role in sorted(minutes, key=lambda r: (-minutes[r], r))]


@dataclass(frozen=True)
class PowerPart:
    """How often one power was used, and whether the headline counts it."""

    kind: str
    uses: int
    in_headline: bool


def by_power(*, programme: Programme, period: Period, areas: Iterable[int]) -> list[PowerPart]:
    """Uses of each power, most first, also of those that the headline leaves out."""
    kinds = AsbPowerKind.objects.in_bulk()
    found = counted_parts(programme, period, areas, ("asb_powers",))
    powers = [PowerPart(part.key, part.number, kinds[part.key].in_headline) for part in found]
    return sorted(powers, key=lambda power: (-power.uses, power.kind))


def knife_kinds() -> frozenset[str]:
    """The codes of the kinds of weapon that count as knives and other blades: one list for everything that says so."""
    return frozenset(WeaponKind.objects.filter(is_knife=True).values_list("pk", flat=True))


@dataclass(frozen=True)
class WeaponPart:
    """How many weapons of one kind were found in one way; None: the detail is to follow."""

    kind: WeaponKind | None
    found_by: str | None
    number: int


def weapons_by_kind(*, programme: Programme, period: Period, areas: Iterable[int]) -> list[WeaponPart]:
    """The weapons of the headline by kind and by how they were found, most first."""
    kinds = WeaponKind.objects.in_bulk()
    rows = _standing(WeaponRecovered, programme, period, areas).values_list("kind", "found_by")
    found = [WeaponPart(kinds.get(kind), source, number) for kind, source, number in rows.annotate(number=Count("pk"))]
    return sorted(found, key=lambda part: (-part.number, str(part.kind), part.found_by or ""))


@dataclass(frozen=True)
class SearchPart:
    """The stop searches of one power or object (None: to follow), and in how many something or nothing was found.

    Of the others the detail does not say.
    """

    term: Term | None
    searches: int
    found: int
    nothing: int


def searches_by(field: str, *, programme: Programme, period: Period, areas: Iterable[int]) -> list[SearchPart]:
    """The stop searches of the headline by a field that names a term: `power`, `object` or one of the person, most
    first."""
    vocabulary: Any = StopSearch._meta.get_field(field).related_model
    terms = vocabulary.objects.in_bulk()
    rows = _standing(StopSearch, programme, period, areas).values_list(field)
    numbers = rows.annotate(
        number=Count("pk"), something=Count("pk", filter=Q(found=True)), nothing=Count("pk", filter=Q(found=False))
    )
    parts = [SearchPart(terms.get(term), *counts) for term, *counts in numbers]
    return sorted(parts, key=lambda part: (part.term is None, -part.searches, str(part.term)))


def _standing(model: Any, programme: Programme, period: Period, areas: Iterable[int]) -> Any:
    shifts = PatrolShift.objects.counted().filter(
        funding_stream__programme=programme, day__range=(period.first_day, period.last_day), area__in=list(areas)
    )
    return model.objects.standing().filter(shift__in=shifts).order_by()


@dataclass(frozen=True)
class Part:
    """What there was of one thing. `MonthPart` says what `name` and `key` are. `area` is None unless split by it."""

    name: str
    key: str
    number: int
    minutes: int
    area: int | None = None


_PARTS = f"""
    SELECT area_id, part, key, number, minutes FROM reports_monthpart
    WHERE programme_id = %s AND part = ANY(%s) AND area_id = ANY(%s) AND month BETWEEN %s AND %s
    UNION ALL
    SELECT area_id, part COLLATE "C",
        (CASE part WHEN 'crew' THEN key || ':' || funding_stream_id ELSE key END) COLLATE "C", number, minutes
    FROM reports_part_of_shift JOIN shifts ON shifts.id = shift_id
    WHERE part = ANY(%s) AND {NEAR}
"""  # noqa: S608 - our own statement


def counted_parts(
    programme: Programme, period: Period, areas: Iterable[int], names: Sequence[str], *, by_area: bool = False
) -> Iterator[Part]:
    """Each key of the parts named, of the headline's shifts of a period in some areas.

    Keys that there were none of are left out.
    """
    area_ids, days = list(areas), bounds(period)
    if not area_ids:
        return iter(())
    ragged, ragged_parameters = with_ragged_days(programme, period, area_ids)
    area = "area_id" if by_area else "NULL::bigint"
    sql = f"""{ragged}
        SELECT part, key, sum(number)::bigint, sum(minutes)::bigint, {area} FROM ({_PARTS}) parts
        GROUP BY part, key{", area_id" if by_area else ""} HAVING sum(number) <> 0
    """  # noqa: S608 - our own statement, values are parameters
    months = (programme.pk, list(names), area_ids, days["first_month"], days["last_month"])
    with connection.cursor() as cursor:
        cursor.execute(sql, [*ragged_parameters, *months, list(names)])
        rows = cursor.fetchall()
    return (Part(*row) for row in rows)
