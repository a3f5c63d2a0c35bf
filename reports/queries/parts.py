"""Figures by what the summaries do not hold, counted from the records."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum

from hotspot.core.periods import Period
from hotspots.models import Programme
from outcomes.models import AsbPowerUse
from patrols.models import PatrolShift


@dataclass(frozen=True)
class RolePart:
    """The patrol minutes of one crew role, and its places in crews."""

    role: str
    patrol_minutes: int
    people: int


def by_role(*, programme: Programme, period: Period, areas: Iterable[int]) -> list[RolePart]:
    """Who gave the patrol minutes of the headline, most first. Counted from the crews."""
    crews = counted_shifts(programme, period, areas).values("crew__role")
    sums = crews.annotate(minutes=Sum("crew__minutes"), people=Count("crew")).order_by("-minutes", "crew__role")
    return [RolePart(row["crew__role"], row["minutes"], row["people"]) for row in sums]


@dataclass(frozen=True)
class PowerPart:
    """How often one power was used, and whether the headline counts it."""

    kind: str
    uses: int
    in_headline: bool


def by_power(*, programme: Programme, period: Period, areas: Iterable[int]) -> list[PowerPart]:
    """Uses of each power, most first, also of those that the headline leaves out. Counted from the records."""
    uses = AsbPowerUse.objects.standing().filter(shift__in=counted_shifts(programme, period, areas).order_by())
    counts = uses.order_by().values_list("kind", "kind__in_headline").annotate(n=Count("pk")).order_by("-n", "kind")
    return [PowerPart(kind, n, in_headline) for kind, in_headline, n in counts]


def counted_shifts(programme: Programme, period: Period, areas: Iterable[int]) -> QuerySet[PatrolShift]:
    """The shifts that the headline counts."""
    return PatrolShift.objects.counted().filter(
        funding_stream__programme=programme, area__in=list(areas), day__range=(period.first_day, period.last_day)
    )


# The ends of the shifts' ids keep a statement to the parts of about these days: parts of shifts have no day, and the
# planner would read all that there ever were.
_WITH = """
    WITH shifts AS MATERIALIZED ({shifts}),
    ends AS MATERIALIZED (SELECT min(id) AS first, max(id) AS last FROM shifts)
"""


def with_shifts(shifts: QuerySet[PatrolShift], *columns: str) -> tuple[str, tuple[Any, ...]]:
    """The beginning of a statement that reads the shifts once, and its parameters, for others to go on with.

    It names `shifts` (id and the columns) and `ends`, the first and last of their ids.
    """
    sql, parameters = shifts.order_by().values("id", *columns).query.sql_with_params()
    return _WITH.format(shifts=sql), parameters
