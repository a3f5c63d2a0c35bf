"""What can fill a row of a return: everything that is counted, what somebody enters, and words."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from hotspot.core.definitions.base import Definition, Measure
from hotspots.models import FundingStream, Programme, SpendCategory
from outcomes.kinds import ASB_POWER, KINDS, WEAPON, OutcomeKind
from patrols.models import CrewRole
from reports.costs.definitions import COST_PER_HOUR, COST_PER_PATROL, HOURS_WITHOUT_RATE, PATROL_COST, CostMeasure
from reports.figures.breakdowns import knife_kinds
from reports.figures.measures import CATALOGUE
from reports.returns import initiatives

HOURS, POUNDS, RATIO_UNIT, WORDS_UNIT, YES_NO_UNIT, DATE_UNIT = "hours", "£", "ratio", "words", "yes or no", "date"
NUMBER, MONEY = "entered:number", "entered:pence"
TEXT, YES_NO, DATE = "entered:text", "entered:yes_no", "entered:date"
ENTERED = (NUMBER, MONEY, TEXT, YES_NO, DATE)
"""What somebody has to enter each time."""
HEADING, NOTE = "heading", "note"
WORDS = (HEADING, NOTE)
"""Rows of words of the template, which nothing fills."""
RATIO = "ratio"
"""One row of the same return divided by another."""
AVERAGES = tuple(f"cost:{measure.code}" for measure in (COST_PER_HOUR, COST_PER_PATROL))
"""Costs that were divided and rounded already."""
MONEY_OF_COSTS = tuple(f"cost:{measure.code}" for measure in (PATROL_COST, COST_PER_HOUR, COST_PER_PATROL))
TOTAL_COST = MONEY_OF_COSTS[0]
COSTS: Mapping[str, CostMeasure] = {
    **dict(zip(MONEY_OF_COSTS, (PATROL_COST, COST_PER_HOUR, COST_PER_PATROL), strict=True)),
    f"cost:{HOURS_WITHOUT_RATE.code}": HOURS_WITHOUT_RATE,
}
OF_CREW = "crew:"
"""Patrol hours by role or by funding stream."""
OF_STREAM = f"{OF_CREW}stream="
SPEND, NOT_PATROLS, OF_CATEGORY, RECEIVED = "spend", "spend:patrols=no", "spend:category=", "received"
"""What the ledger has: approved spend, that on everything but patrols, that of a category, and what came in."""
MEASURES = {measure.code: measure for measure in CATALOGUE}
GROUPS: Mapping[str, tuple[str, str, Callable[[], frozenset[str]]]] = {
    "knives": (WEAPON.plural, "knives and other blades", knife_kinds),
    "community_protection": (
        ASB_POWER.plural,
        "Community Protection Warnings and Notices",
        lambda: frozenset({"cpw", "cpn"}),
    ),
}


@dataclass(frozen=True)
class Source:
    """Something that can fill a row. `code` names it in a template: a figure, or "crew:role=pcso", a share of one.

    `unit` is hours, £ (numbers are pence then) or what is counted.
    """

    code: str
    group: str
    name: str
    unit: str

    def has_words(self, words: str) -> bool:
        """Whether all of these words are in its name or its group's."""
        name = f"{self.group} {self.name}".casefold()
        return all(word in name for word in words.casefold().split())

    @property
    def is_entered(self) -> bool:
        """Whether somebody has to enter it."""
        return self.code in ENTERED

    @property
    def is_headline(self) -> bool:
        """Whether it is a figure of the catalogue, whose total is never withheld."""
        return self.code in MEASURES

    @property
    def is_counted(self) -> bool:
        """Whether the service counts it from the records, in all and by area."""
        return is_counted(self.code)


def is_protected(code: str, definition: Definition) -> bool:
    """Whether a source counts people or what was done to them, in all or by kind. Small numbers can be withheld."""
    return code.partition(":")[0] in {measure.code for measure in definition.protected}


def is_counted(code: str) -> bool:
    """Whether a source is counted from the records, in all and by area."""
    return code not in (*ENTERED, *WORDS, RATIO)


def is_patrol_time(code: str) -> bool:
    """Whether a source is time of patrols: a figure, or a share of one."""
    return code.startswith(OF_CREW) or (code in MEASURES and MEASURES[code].unit == HOURS)


def is_cost(code: str) -> bool:
    """Whether a source is a cost, of which single areas are for the force alone."""
    return code in COSTS


def is_of_ledger(code: str) -> bool:
    """Whether a source is spend or income of the ledger, of which single areas are for the force alone, too."""
    return code == RECEIVED or code.partition(":")[0] == SPEND


def is_money(code: str) -> bool:
    """Whether a source is an amount of pence."""
    return code in (MONEY, *MONEY_OF_COSTS) or is_of_ledger(code)


def sources(programme: Programme) -> dict[str, Source]:
    """Everything that can fill a row of a programme's returns, by its code, in groups."""
    return {source.code: source for source in _sources(programme)}


def _sources(programme: Programme) -> Iterator[Source]:
    yield from (of_measure(measure) for measure in CATALOGUE)
    for role in CrewRole:
        yield Source(f"crew:role={role}", "Patrol hours by role", f"Patrol hours: {role.label}", HOURS)
    for stream in FundingStream.objects.filter(programme=programme).in_headline():
        yield Source(f"{OF_STREAM}{stream.pk}", "Patrol hours by funding stream", f"Patrol hours: {stream.name}", HOURS)
    for kind in KINDS:
        if kind.plural in MEASURES:
            yield from _split(kind, MEASURES[kind.plural])
    yield Source("visits", "Visits", "Visits", "visits")
    yield Source("visits:kind=in_band", "Visits", "Visits of 10 to 20 minutes", "visits")
    for code, cost in COSTS.items():
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
    yield Source(TEXT, "Entered by hand", "Words", WORDS_UNIT)
    yield Source(YES_NO, "Entered by hand", "Yes or no", YES_NO_UNIT)
    yield Source(DATE, "Entered by hand", "A date", DATE_UNIT)
    yield Source(RATIO, "Worked out", "One row divided by another", RATIO_UNIT)
    yield Source(HEADING, "Words of the return", "A heading", "")
    yield Source(NOTE, "Words of the return", "A note", "")


def of_measure(measure: Measure) -> Source:
    """A figure of the catalogue."""
    return Source(measure.code, "Figures", measure.name, measure.unit)


def _split(kind: OutcomeKind, measure: Measure) -> Iterator[Source]:
    """The shares of a figure of outcomes."""
    code, group = measure.code, kind.split_title
    for term in kind.vocabulary.objects.all():
        yield Source(f"{code}:kind={term.code}", group, f"{measure.name}: {term.label}", measure.unit)
    yield from shares_of_interest(kind)


def shares_of_interest(kind: OutcomeKind) -> Iterator[Source]:
    """The shares of a figure of outcomes that funders ask for, which need no terms of a force's own."""
    measure, group = MEASURES[kind.plural], kind.split_title
    for name, (of, words, _) in GROUPS.items():
        if of == measure.code:
            yield Source(f"{measure.code}:group={name}", group, f"{measure.name}: {words}", measure.unit)
    if kind.find:
        name = f"{measure.name} in which something was found"
        yield Source(f"{measure.code}:result=found", group, name, measure.unit)
