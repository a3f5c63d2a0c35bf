"""The costs that a press text can name: of closed months alone, so that what is published stays what was frozen.

Patrols at what their hours cost, and what was spent on each other category: entries of closed months stay, too.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Sum

from hotspot.core.calendar import Period
from hotspot.core.definitions.registry import CURRENT
from hotspots.amounts import pounds
from hotspots.models import ClosedMonth, HotspotArea, Programme, SpendCategory, SpendEntry
from reports.costs.definitions import COST_PER_HOUR, PATROL_COST, VERSION
from reports.costs.queries import frozen_lines
from reports.costs.rules import CostSum, cost_sum
from reports.figures.criteria import ReportCriteria
from reports.models import Statement
from reports.statements.press_text import COST, cost_names

PATROLS, HOUR, SPEND = f"{COST}patrols", f"{COST}hour", f"{COST}spend:"


def publishable(question: ReportCriteria) -> dict[str, int]:
    """The costs in pence that a statement of these days and areas can name, by the name of their token.

    None but of all areas and whole months that are closed; of patrols, only where all time has a rate.
    """
    months = question.period.whole_months
    if question.is_narrowed or months != question.period:
        return {}
    firsts = [month.first_day for month in months.each_month()]
    closed = ClosedMonth.objects.filter(programme=question.programme, month__in=firsts)
    if closed.count() != len(firsts):
        return {}
    return _costs(question.programme, months)


def _costs(programme: Programme, months: Period) -> dict[str, int]:
    return _named(_frozen(programme, months)) | _spend(programme, months)


def _spend(programme: Programme, months: Period) -> dict[str, int]:
    """What was spent on each category but patrols, which are named by what their hours cost."""
    entries = SpendEntry.objects.of_programme(programme).approved().exclude(stream__kind__in=CURRENT.streams_apart)
    entries = entries.filter(day__range=(months.first_day, months.last_day), category__is_patrol=False)
    sums = entries.order_by("category").values_list("category").annotate(pence=Sum("cost_pence"))
    return {f"{SPEND}{category}": pence for category, pence in sums if pence > 0}


def _frozen(programme: Programme, months: Period) -> CostSum:
    areas = list(HotspotArea.objects.order_by().values_list("pk", flat=True))
    return cost_sum(frozen_lines(programme, months, areas))


def _named(total: CostSum) -> dict[str, int]:
    hour = total.hour_pence
    return {} if total.unpaid_minutes or hour is None else {PATROLS: total.pence, HOUR: hour}


def sentences(words: str, question: ReportCriteria) -> dict[str, str]:
    """What the costs that a press text names become in it. Nothing is read where it names none."""
    costs = publishable(question) if cost_names(words) else {}
    said = {PATROLS: "{} was spent on these patrols", HOUR: "An hour of patrol cost {}"}
    said |= {name: f"{{}} was spent on {_in_a_sentence(what)}" for name, what in _categories(costs).items()}
    return {name: said[name].format(pounds(pence)) for name, pence in costs.items()}


def _categories(costs: Collection[str]) -> dict[str, str]:
    """What spend that is named is on, by the name of its token."""
    if not any(name.startswith(SPEND) for name in costs):
        return {}
    known = {f"{SPEND}{pk}": name for pk, name in SpendCategory.objects.order_by().values_list("pk", "name")}
    return {name: known[name] for name in costs if name in known}


def _in_a_sentence(name: str) -> str:
    """Initiatives as initiatives, and CCTV as it is; braces as text, which the name of a category can have."""
    small = name[:1].lower() + name[1:] if name[1:2].islower() else name
    return small.replace("{", "{{").replace("}", "}}")


def offered(costs: Mapping[str, int]) -> list[tuple[str, str]]:
    """The tokens that are offered, and what each is."""
    names = {PATROLS: PATROL_COST.name, HOUR: COST_PER_HOUR.name}
    names |= {name: f"Spend: {what}" for name, what in _categories(costs).items()}
    return [(f"{{{name}}}", names[name]) for name in costs]


def kept(words: str, question: ReportCriteria) -> dict[str, Any]:
    """The costs that a press text names, as a statement's body keeps them: pence, and by which definition.

    The body of one that names none keeps the form it always had.
    """
    names = cost_names(words)
    if not names:
        return {}
    costs = publishable(question)
    return {"costs": {"definition": VERSION, **{name: costs[name] for name in names if name in costs}}}


def are_still_frozen(statement: Statement, first_day: date, last_day: date) -> bool:
    """Whether what is frozen gives the costs of a published statement once more."""
    kept_costs: Mapping[str, Any] = (statement.body or {}).get("costs", {})
    named: Sequence[str] = [name for name in kept_costs if name.startswith(COST)]
    if not named:
        return True
    found = _costs(statement.programme, Period(first_day, last_day))
    return all(found.get(name) == kept_costs[name] for name in named)
