"""Groups of cells that could become hotspot areas, and the incidents in an area, in words and table rows."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspots.analysis.area_counts import AreaMonth
from hotspots.analysis.groups import CellGroup, groups_of
from hotspots.analysis.presenters import NO_STREET, numeric_columns
from hotspots.analysis.presenters import months as months_in_words
from hotspots.incidents.presenters import share
from hotspots.models import HotspotAnalysis, HotspotArea

MOST_GROUPS = 100
ASB, VIOLENCE = "Anti-social behaviour", "Violence and sexual offences"


def group_columns(*, manages: bool) -> list[dict[str, Any]]:
    """The columns of `group_rows`."""
    columns = [{"label": "On or near"}, {"label": "District"}, *numeric_columns("Cells", "Incidents", "Hectares")]
    return [*columns, {"label": "Hotspot area"}] if manages else columns


def group_rows(analysis: HotspotAnalysis, *, manages: bool) -> list[list[Any]]:
    """The groups of cells that lie side by side, each with a link for those who may add areas."""
    return [
        [
            group.name or NO_STREET,
            group.district,
            f"{len(group.cells):,}",
            f"{group.count:,}",
            f"{group.area / 10_000:,.1f}",
            *([_add_link(analysis, group)] if manages else []),
        ]
        for group in groups_of(analysis)[:MOST_GROUPS]
    ]


def _add_link(analysis: HotspotAnalysis, group: CellGroup) -> dict[str, str]:
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


def reason_for(analysis: HotspotAnalysis, group: CellGroup) -> str:
    """Why an area was chosen, for everybody to read; whoever adds it can say it better."""
    result = analysis.result
    inside, land = share(group.count / result["total"]), f"{group.area / result['land']:.2%}"
    place = str(analysis.district) if analysis.district else "all districts"
    return (
        f"{inside} of the {result['total']:,} incidents recorded {_in_months(analysis)} in {place} were here, on "
        f"{land} of the land."
    )


def _in_months(analysis: HotspotAnalysis) -> str:
    words = months_in_words(analysis.first_month, analysis.last_month)
    return f"in {words}" if analysis.first_month == analysis.last_month else f"from {words}"


def area_columns(area: HotspotArea) -> list[dict[str, Any]]:
    """The columns of `area_rows`."""
    return [{"label": "Month"}, *numeric_columns("All incidents", ASB, VIOLENCE, "Others", f"All of {area.district}")]


def area_rows(months: Iterable[AreaMonth]) -> list[list[str]]:
    """The incidents in an area by month, newest first, beside those of its district."""
    rows = []
    for each in months:
        total, asb, violence = each.by_category.total(), each.by_category[ASB], each.by_category[VIOLENCE]
        numbers = (total, asb, violence, total - asb - violence, each.in_district)
        rows.append([wording.month(each.month), *(f"{number:,}" for number in numbers)])
    return rows[::-1]
