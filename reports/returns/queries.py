"""What the rows of a return are filled with: everything that is counted, and what was entered before."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from hotspot.core.calendar import Period
from hotspot.core.definitions.base import Definition, Measure
from hotspot.core.definitions.registry import CURRENT, definition_of, definition_of_body
from hotspots.models import FundingStream, HotspotArea, IncomeReceipt, Programme, SpendCategory, SpendEntry
from outcomes.kinds import ASB_POWER, KINDS, WEAPON, OutcomeKind
from patrols.models import CrewRole
from reports.costs.definitions import COST_PER_HOUR, COST_PER_PATROL, HOURS_WITHOUT_RATE, PATROL_COST, CostMeasure
from reports.costs.queries import Costs, costs_in
from reports.costs.rules import CostSum, cost_sum, sums_by
from reports.figures.breakdowns import Part, counted_parts, knife_kinds
from reports.figures.headline import Counts, Grain
from reports.figures.history import figures_by
from reports.figures.measures import CATALOGUE, DEFINITION_VERSION
from reports.models import ProgrammeReturn
from reports.returns import initiatives

HOURS, POUNDS = "hours", "£"
NUMBER, MONEY = "entered:number", "entered:pence"
ENTERED = (NUMBER, MONEY)
"""What monthly targets are set for."""
MONEY_OF_COSTS = tuple(f"cost:{measure.code}" for measure in (PATROL_COST, COST_PER_HOUR, COST_PER_PATROL))
_COSTS: Mapping[str, CostMeasure] = {
    **dict(zip(MONEY_OF_COSTS, (PATROL_COST, COST_PER_HOUR, COST_PER_PATROL), strict=True)),
    f"cost:{HOURS_WITHOUT_RATE.code}": HOURS_WITHOUT_RATE,
}
SPEND, NOT_PATROLS, OF_CATEGORY, RECEIVED = "spend", "spend:patrols=no", "spend:category=", "received"
"""What the ledger has: approved spend, that on everything but patrols, that of a category, and what came in."""
_MEASURES = {measure.code: measure for measure in CATALOGUE}
_GROUPS: Mapping[str, tuple[str, str, Callable[[], frozenset[str]]]] = {
    "knives": (WEAPON.plural, "knives and other blades", knife_kinds),
    "community_protection": (
        ASB_POWER.plural,
        "Community Protection Warnings and Notices",
        lambda: frozenset({"cpw", "cpn"}),
    ),
}
# Where a part's key says what: "pcso:3" is a role and a funding stream, "arrest:found" a kind and what was found.
_PLACES = {"role": 0, "kind": 0, "group": 0, "stream": 1, "result": 1}


@dataclass(frozen=True)
class Source:
    """Something that can fill a row. `code` names it in a template: a figure, or "crew:role=pcso", a share of one.

    `unit` is hours, £ (numbers are pence then) or what is counted.
    """

    code: str
    group: str
    name: str
    unit: str

    @property
    def is_entered(self) -> bool:
        """Whether somebody has to enter it."""
        return self.code in ENTERED

    @property
    def is_headline(self) -> bool:
        """Whether it is a figure of the catalogue, whose total is never withheld."""
        return self.code in _MEASURES


def is_protected(code: str, definition: Definition) -> bool:
    """Whether a source counts people or what was done to them, in all or by kind. Small numbers can be withheld."""
    return code.partition(":")[0] in {measure.code for measure in definition.protected}


def is_cost(code: str) -> bool:
    """Whether a source is a cost, of which single areas are for the force alone."""
    return code in _COSTS


def is_of_ledger(code: str) -> bool:
    """Whether a source is spend or income of the ledger, of which single areas are for the force alone, too."""
    return code == RECEIVED or code.partition(":")[0] == SPEND


def is_money(code: str) -> bool:
    """Whether a source is an amount of pence."""
    return code in (MONEY, *MONEY_OF_COSTS) or is_of_ledger(code)


def definition_of_return(made: ProgrammeReturn) -> Definition:
    """By which a return is counted: a submitted one by what it says, a restatement like what it restates.

    So a restatement differs from what was submitted by the records alone. Any other draft: the current definition.
    """
    counted_by = made.body or (made.restates.body if made.restates else None)
    return definition_of_body(counted_by) if counted_by else definition_of(DEFINITION_VERSION)


def sources(programme: Programme) -> dict[str, Source]:
    """Everything that can fill a row of a programme's returns, by its code, in groups."""
    return {source.code: source for source in _sources(programme)}


def _sources(programme: Programme) -> Iterator[Source]:
    for measure in CATALOGUE:
        yield Source(measure.code, "Figures", measure.name, measure.unit)
    for role in CrewRole:
        yield Source(f"crew:role={role}", "Patrol hours by role", f"Patrol hours: {role.label}", HOURS)
    for stream in FundingStream.objects.filter(programme=programme).in_headline():
        yield Source(
            f"crew:stream={stream.pk}", "Patrol hours by funding stream", f"Patrol hours: {stream.name}", HOURS
        )
    for kind in KINDS:
        if kind.plural in _MEASURES:
            yield from _split(kind, _MEASURES[kind.plural])
    yield Source("visits", "Visits", "Visits", "visits")
    yield Source("visits:kind=in_band", "Visits", "Visits of 10 to 20 minutes", "visits")
    for code, cost in _COSTS.items():
        yield Source(code, "Costs", cost.name, POUNDS if code in MONEY_OF_COSTS else HOURS)
    yield Source(SPEND, "Money of the ledger", "Spend that is approved", POUNDS)
    yield Source(NOT_PATROLS, "Money of the ledger", "Spend on everything but patrols", POUNDS)
    for category in SpendCategory.objects.all():
        yield Source(f"{OF_CATEGORY}{category.pk}", "Money of the ledger", f"Spend: {category.name}", POUNDS)
    yield Source(RECEIVED, "Money of the ledger", "Income received", POUNDS)
    for code, name in initiatives.named():
        yield Source(code, initiatives.GROUP, name, initiatives.UNIT)
    yield Source(NUMBER, "Entered by hand", "A number", "")
    yield Source(MONEY, "Entered by hand", "An amount of money", POUNDS)


def _split(kind: OutcomeKind, measure: Measure) -> Iterator[Source]:
    """The shares of a figure of outcomes."""
    code, group = measure.code, kind.split_title
    for term in kind.vocabulary.objects.all():
        yield Source(f"{code}:kind={term.code}", group, f"{measure.name}: {term.label}", measure.unit)
    for name, (of, words, _) in _GROUPS.items():
        if of == code:
            yield Source(f"{code}:group={name}", group, f"{measure.name}: {words}", measure.unit)
    if kind.find:
        yield Source(f"{code}:result=found", group, f"{measure.name} in which something was found", measure.unit)


@dataclass(frozen=True)
class Count:
    """What was counted for a row: in all areas together, and in each of them. Time is in minutes, money in pence.

    None is a cost of an hour or of a patrol that there is not.
    """

    total: int | None
    by_area: Mapping[int, int | None]


def counted(
    codes: Iterable[str],
    *,
    programme: Programme,
    period: Period,
    areas: Sequence[HotspotArea],
    at: datetime,
    definition: Definition,
) -> dict[str, Count]:
    """The counts of some sources in a period by a definition; of those that are entered, none.

    `areas` are all that the caller may see, `at` is when it is asked.
    """
    area_ids, asked = [area.pk for area in areas], [code for code in codes if code not in ENTERED]
    installed = [code for code in asked if initiatives.is_of_initiatives(code)]
    wanted = [code for code in asked if not (is_cost(code) or is_of_ledger(code) or code in installed)]
    found = figures_by(definition, programme=programme, period=period, areas=area_ids, at=at, by=(Grain.AREA,))
    by_area = {row.area: row.counts for row in found.rows if row.area is not None}
    split = [code.partition(":") for code in wanted if code not in _MEASURES]
    names = list(dict.fromkeys(name for name, _, _ in split))
    parts = list(counted_parts(programme, period, area_ids, names, by_area=True)) if names else []
    figures = {
        code: _of_figure(code, found.totals, by_area) if code in _MEASURES else _of_parts(code, parts)
        for code in wanted
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
        found[code] = Count(received, {}) if code == RECEIVED else Count(sum(pence for _, pence in amounts), by_area)
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
    return numbers[_COSTS[code].code]


def _of_figure(code: str, totals: Counts, by_area: Mapping[int, Counts]) -> Count:
    column = _MEASURES[code].column
    return Count(getattr(totals, column), {area: getattr(counts, column) for area, counts in by_area.items()})


def _of_parts(code: str, parts: Iterable[Part]) -> Count:
    name, _, condition = code.partition(":")
    what, _, value = condition.partition("=")
    meant = _GROUPS[value][2]() if what == "group" else {value}
    by_area: dict[int, int] = {}
    for part in parts:
        is_meant = not what or [*part.key.split(":"), ""][_PLACES[what]] in meant
        if part.name == name and is_meant and part.area is not None:
            by_area[part.area] = by_area.get(part.area, 0) + (part.minutes if name == "crew" else part.number)
    return Count(sum(by_area.values()), by_area)


def entered_before(made: ProgrammeReturn) -> dict[str, int]:
    """What was entered for each row in the returns that stand for earlier periods of the same template, added up.

    Returns of a chosen range of months are left out: they say again what those of the single periods said.
    """
    sums: dict[str, int] = {}
    earlier = ProgrammeReturn.objects.standing().filter(template=made.template, last_day__lt=made.first_day)
    earlier = earlier.exclude(code__contains="-to-")
    for entered in earlier.values_list("entered", flat=True):
        for code, value in entered.items():
            sums[code] = sums.get(code, 0) + value
    return sums
