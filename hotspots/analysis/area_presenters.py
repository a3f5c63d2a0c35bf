"""Groups of units that could become hotspot areas, and the incidents in an area, in words and table rows."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst

from hotspot.core import wording
from hotspots.analysis.area_counts import AreaMonth, BeforeAndSince
from hotspots.analysis.groups import UnitGroup, groups_of
from hotspots.analysis.presenters import (
    NO_STREET,
    amount,
    change_in_words,
    counted,
    hours_in_words,
    in_runs,
    numeric_columns,
    was,
)
from hotspots.analysis.presenters import months as months_in_words
from hotspots.analysis.unit_words import words_for
from hotspots.analysis.weighing import hours_of
from hotspots.incidents.presenters import share
from hotspots.models import HotspotAnalysis, HotspotArea

MOST_GROUPS = 100
LEAST_FOR_PERCENT = 20
"""Below this many incidents before, a change in per cent says nothing."""
SEARCH_COLUMNS = [{"label": "Month"}, {"label": "Stop and searches", "numeric": True}]
ASB, VIOLENCE = "Anti-social behaviour", "Violence and sexual offences"


def group_columns(analysis: HotspotAnalysis, *, manages: bool) -> list[dict[str, Any]]:
    """The columns of `group_rows`."""
    what, units = counted(analysis.result).capitalize(), words_for(analysis)
    number, size = capfirst(units.many), capfirst(units.measure)
    columns = [{"label": "On or near"}, {"label": "District"}, *numeric_columns(number, what, size)]
    return [*columns, {"label": "Hotspot area"}] if manages else columns


def group_rows(analysis: HotspotAnalysis, *, manages: bool) -> list[list[Any]]:
    """The groups of units that lie side by side, each with a link for those who may add areas."""
    return [
        [
            group.name or NO_STREET,
            group.district,
            f"{len(group.cells):,}",
            amount(group.count),
            words_for(analysis).size(group.area),
            *([_add_link(analysis, group)] if manages else []),
        ]
        for group in groups_of(analysis)[:MOST_GROUPS]
    ]


def _add_link(analysis: HotspotAnalysis, group: UnitGroup) -> dict[str, str]:
    return {
        "url": reverse("analyses:add_group", args=(analysis.pk, group.number)),
        "text": f"Add {group.name or 'this land'}",
    }


def kind_of_area(analysis: HotspotAnalysis) -> str:
    """What an area chosen by these categories is a hotspot for."""
    names = {category.name for category in analysis.categories.all()}
    if names == {ASB}:
        return HotspotArea.Kind.ASB
    return HotspotArea.Kind.BOTH if ASB in names else HotspotArea.Kind.SERIOUS_VIOLENCE


def reason_for(analysis: HotspotAnalysis, group: UnitGroup) -> str:
    """Why an area was chosen, for everybody to read; whoever adds it can say it better."""
    result = analysis.result
    what = "harm" if result.get("harm") else f"{amount(result['total'])} incidents"
    inside, land = capfirst(share(group.count / result["total"])), f"{group.area / result['land']:.2%}"
    place = str(analysis.district) if analysis.district else "all districts"
    return (
        f"{inside} of the {what} recorded {_in_months(analysis)} in {place} {was(result)} here, on {land} of the "
        f"{words_for(analysis).ground}{_by_table(result)}."
    )


def _by_table(result: Mapping[str, Any]) -> str:
    harm = result.get("harm")
    return f", by the weights of {harm['table']}, version {harm['version']}" if harm else ""


def _in_months(analysis: HotspotAnalysis) -> str:
    words = months_in_words(analysis.first_month, analysis.last_month)
    told = f"in {words}" if analysis.first_month == analysis.last_month else f"from {words}"
    hours = hours_of(analysis)
    return f"{told} {hours_in_words(hours)}" if hours else told


def area_columns(area: HotspotArea) -> list[dict[str, Any]]:
    """The columns of `area_rows`."""
    return [{"label": "Month"}, *numeric_columns("All incidents", ASB, VIOLENCE, "Others", f"All of {area.district}")]


def search_rows(months: Iterable[tuple[date, int]]) -> list[list[str]]:
    """The published stop and searches in an area by month."""
    return [[wording.month(month), f"{number:,}"] for month, number in months]


def area_rows(months: Iterable[AreaMonth]) -> list[list[str]]:
    """The incidents in an area by month, newest first, beside those of its district."""
    rows = []
    for each in months:
        total, asb, violence = each.by_category.total(), each.by_category[ASB], each.by_category[VIOLENCE]
        numbers = (total, asb, violence, total - asb - violence, each.of_district.total())
        rows.append([wording.month(each.month), *(f"{number:,}" for number in numbers)])
    return rows[::-1]


def comparison_columns(area: HotspotArea) -> list[dict[str, Any]]:
    """The columns of `comparison_rows`."""
    return [
        {"label": "Incidents"},
        *numeric_columns("Here before", "Here since", "Change here"),
        *numeric_columns(f"{area.district} before", f"{area.district} since", "Change in the district"),
    ]


def comparison_rows(compared: BeforeAndSince, *, left_out: Collection[str]) -> list[list[str]]:
    """The same months before and since, here and in the district. `left_out` are categories that police generate."""
    months = (*compared.before, *compared.since)
    kept = {name for each in months for name in each.of_district | each.by_category} - set(left_out)
    kinds = {ASB: {ASB}, VIOLENCE: {VIOLENCE}, "All but those recorded because police looked": kept}
    return [[label, *_compared(compared, names)] for label, names in kinds.items()]


def _compared(compared: BeforeAndSince, names: Collection[str]) -> list[str]:
    def total(counts: Iterable[Counter[str]]) -> int:
        return sum(each[name] for each in counts for name in names)

    before, since = compared.before, compared.since
    here = total(each.by_category for each in before), total(each.by_category for each in since)
    district = total(each.of_district for each in before), total(each.of_district for each in since)
    return [*_change(*here), *_change(*district)]


def _change(before: int, since: int) -> list[str]:
    change = change_in_words((since - before) / before) if before >= LEAST_FOR_PERCENT else "too few"
    return [f"{before:,}", f"{since:,}", change]


def compared_months(compared: BeforeAndSince) -> str:
    """Which months are compared: January to April 2025 with January to April 2024."""
    return f"{_month_names(compared.since)}, compared with {_month_names(compared.before)}"


def _month_names(found: Sequence[AreaMonth]) -> str:
    return in_runs([each.month.isoformat() for each in found])
