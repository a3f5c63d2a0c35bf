"""What the rows of a return are filled with: counts of a period, and what was entered before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Sum

from hotspot.core.calendar import Period
from hotspot.core.definitions.base import Definition
from hotspot.core.definitions.registry import CURRENT, definition_of, definition_of_body
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import HotspotArea, IncomeReceipt, Programme, SpendEntry
from reports.costs.definitions import COST_PER_HOUR, COST_PER_PATROL, HOURS_WITHOUT_RATE, PATROL_COST
from reports.costs.queries import Costs, costs_in
from reports.costs.rules import CostSum, cost_sum, sums_by
from reports.figures.breakdowns import Part, counted_parts
from reports.figures.headline import Counts, Grain
from reports.figures.history import figures_by
from reports.figures.measures import DEFINITION_VERSION
from reports.models import ProgrammeReturn
from reports.returns import initiatives
from reports.returns.periods import return_periods
from reports.returns.sources import (
    COSTS,
    GROUPS,
    MEASURES,
    MONEY_OF_COSTS,
    NOT_PATROLS,
    OF_CATEGORY,
    RECEIVED,
    SPEND,
    is_cost,
    is_counted,
    is_of_ledger,
)

# Where a part's key says what: "pcso:3" is a role and a funding stream, "arrest:found" a kind and what was found.
_PLACES = {"role": 0, "kind": 0, "group": 0, "stream": 1, "result": 1}


@dataclass(frozen=True)
class Count:
    """What was counted for a row: in all areas together, and in each of them. Time is in minutes, money in pence.

    None is a cost of an hour or of a patrol that there is not. `in_no_area` is the part of the total that was given to
    no area. `unpaid` are the minutes that a cost leaves out because they have no rate: in all, and in each area.
    """

    total: int | None
    by_area: Mapping[int, int | None]
    in_no_area: int = 0
    unpaid: int = 0
    unpaid_by_area: Mapping[int, int] = field(default_factory=dict)


def counted(
    codes: Iterable[str],
    *,
    programme: Programme,
    period: Period,
    areas: Sequence[HotspotArea],
    at: datetime,
    definition: Definition,
) -> dict[str, Count]:
    """The counts of some sources in a period by a definition; of those that are not counted, none.

    `areas` are all that the caller may see, `at` is when it is asked.
    """
    area_ids, asked = [area.pk for area in areas], [code for code in codes if is_counted(code)]
    installed = [code for code in asked if initiatives.is_of_initiatives(code)]
    wanted = [code for code in asked if not (is_cost(code) or is_of_ledger(code) or code in installed)]
    found = figures_by(definition, programme=programme, period=period, areas=area_ids, at=at, by=(Grain.AREA,))
    by_area = {row.area: row.counts for row in found.rows if row.area is not None}
    split = [code.partition(":") for code in wanted if code not in MEASURES]
    names = list(dict.fromkeys(name for name, _, _ in split))
    parts = list(counted_parts(programme, period, area_ids, names, by_area=True)) if names else []
    figures = {
        code: _of_figure(code, found.totals, by_area) if code in MEASURES else _of_parts(code, parts) for code in wanted
    }
    costs = _costs([code for code in asked if is_cost(code)], programme, period, area_ids, at)
    in_place = initiatives.in_place(installed, programme, period, area_ids)
    money = _of_ledger([code for code in asked if is_of_ledger(code)], programme, period)
    return figures | costs | money | {code: Count(*numbers) for code, numbers in in_place.items()}


def _of_ledger(codes: Sequence[str], programme: Programme, period: Period) -> dict[str, Count]:
    """Approved spend, reversals among it, and receipts of the days of a period. Nothing is read where none is asked.

    What was spent for the whole force is in the total, and in no area.
    """
    if not codes:
        return {}
    days, apart = (period.first_day, period.last_day), CURRENT.streams_apart
    entries = SpendEntry.objects.of_programme(programme).approved().filter(day__range=days)
    rows = entries.exclude(stream__kind__in=apart).order_by().values_list("category", "category__is_patrol", "area")
    spend = list(rows.annotate(pence=Sum("cost_pence")))
    receipts = IncomeReceipt.objects.filter(line__stream__programme=programme, day__range=days)
    received = receipts.exclude(line__stream__kind__in=apart).aggregate(pence=Sum("pence", default=0))["pence"]
    found = {}
    for code in codes:
        amounts = [(area, pence) for category, is_patrol, area, pence in spend if _is_meant(code, category, is_patrol)]
        by_area: dict[int, int] = {}
        for area, pence in amounts:
            if area is not None:
                by_area[area] = by_area.get(area, 0) + pence
        total = sum(pence for _, pence in amounts)
        spent = Count(total, by_area, in_no_area=total - sum(by_area.values()))
        found[code] = Count(received, {}, in_no_area=received) if code == RECEIVED else spent
    return found


def _is_meant(code: str, category: int, is_patrol: bool) -> bool:
    return code == SPEND or (not is_patrol if code == NOT_PATROLS else code == f"{OF_CATEGORY}{category}")


def _costs(
    codes: Iterable[str], programme: Programme, period: Period, areas: Sequence[int], at: datetime
) -> dict[str, Count]:
    """Costs of the months of a period: closed ones as they were frozen. Nothing is read where none is asked for."""
    codes = list(codes)
    if not codes:
        return {}
    months = Period(period.first_day.replace(day=1), Period.month(period.last_day).last_day)
    costs = costs_in(areas, programme, months, at=at)
    by_area = sums_by(costs.lines, lambda line: line.area_id)
    total, patrols = cost_sum(costs.lines), _patrols_by_area(costs)
    return {
        code: Count(
            _of_cost(code, total, sum(patrols.values())),
            {area: _of_cost(code, by_area.get(area, CostSum()), patrols.get(area, 0)) for area in areas},
            unpaid=total.unpaid_minutes if code in MONEY_OF_COSTS else 0,
            unpaid_by_area={area: found.unpaid_minutes for area, found in by_area.items()}
            if code in MONEY_OF_COSTS
            else {},
        )
        for code in codes
    }


def _patrols_by_area(costs: Costs) -> dict[int, int]:
    found: dict[int, int] = {}
    for (_, area), number in costs.patrols.items():
        found[area] = found.get(area, 0) + number
    return found


def _of_cost(code: str, found: CostSum, patrols: int) -> int | None:
    numbers = {
        PATROL_COST.code: found.pence,
        COST_PER_HOUR.code: found.hour_pence,
        COST_PER_PATROL.code: found.patrol_pence(patrols),
        HOURS_WITHOUT_RATE.code: found.unpaid_minutes,
    }
    return numbers[COSTS[code].code]


def _of_figure(code: str, totals: Counts, by_area: Mapping[int, Counts]) -> Count:
    column = MEASURES[code].column
    return Count(getattr(totals, column), {area: getattr(counts, column) for area, counts in by_area.items()})


def _of_parts(code: str, parts: Iterable[Part]) -> Count:
    name, _, condition = code.partition(":")
    what, _, value = condition.partition("=")
    meant = GROUPS[value][2]() if what == "group" else {value}
    by_area: dict[int, int] = {}
    for part in parts:
        is_meant = not what or [*part.key.split(":"), ""][_PLACES[what]] in meant
        if part.name == name and is_meant and part.area is not None:
            by_area[part.area] = by_area.get(part.area, 0) + (part.minutes if name == "crew" else part.number)
    return Count(sum(by_area.values()), by_area)


@dataclass(frozen=True)
class EnteredBefore:
    """What earlier returns of a template add up to, by the code of the row, and how many periods had none submitted."""

    sums: Mapping[str, int]
    missing: int


def entered_before(made: ProgrammeReturn, at: datetime) -> EnteredBefore:
    """The numbers that were entered for each row in the returns that stand for earlier periods of the same template,
    added up.

    Returns of a chosen range of months are left out, here and among the periods.
    """
    sums: dict[str, int] = {}
    standing = ProgrammeReturn.objects.standing().of_single_periods()
    earlier = dict(standing.filter(template=made.template, last_day__lt=made.first_day).values_list("code", "entered"))
    for entered in earlier.values():
        for code, value in entered.items():
            if isinstance(value, int):
                sums[code] = sums.get(code, 0) + value
    periods = return_periods(made.template, at).items()
    return EnteredBefore(
        sums, sum(period.last_day < made.first_day and code not in earlier for code, (_, period) in periods)
    )


def definition_of_return(made: ProgrammeReturn) -> Definition:
    """By which a return is counted: a submitted one by what it says, a restatement like what it restates.

    So a restatement differs from what was submitted by the records alone. Any other draft: the current definition.
    """
    counted_by = made.body or (made.restates.body if made.restates else None)
    return definition_of_body(counted_by) if counted_by else definition_of(DEFINITION_VERSION)


def preparer_ids(made: ProgrammeReturn) -> set[int]:
    """The ids of those who prepared a return: who began it, entered something, or asked for its approval."""
    ids = {made.prepared_by_id, *made.preparers.values_list("pk", flat=True)}
    return ids | ({made.proposed_by_id} if made.proposed_by_id else set())


def possible_approvers(made: ProgrammeReturn) -> list[str]:
    """The names of those who may approve a return: everybody who may submit returns and prepared nothing of it."""
    people = User.objects.who_may(Permission.PREPARE_RETURN)
    return list(people.exclude(pk__in=preparer_ids(made)).order_by("name").values_list("name", flat=True))
