"""What figures can be compared with, by the codes that addresses have for it."""

from collections.abc import Sequence
from datetime import date

from hotspots.models import HotspotArea, Programme
from reports.figures.periods import period_choices

BEFORE, YEAR, REST, AREAS = "before", "year", "rest", "areas"
_TIMES = {BEFORE: "The time right before", YEAR: "The same time a year before"}
PERIOD, DISTRICT = "period:", "district:"
Choices = list[tuple[str, list[tuple[str, str]]]]


def comparison_choices(programme: Programme, areas: Sequence[HotspotArea], today: date) -> Choices:
    """Everything that can be compared with, by its code in the URL, in groups. `areas`: all the person may see."""
    periods = [(f"{PERIOD}{code}", words) for code, (words, _) in period_choices(programme, today).items()]
    districts = {area.district_id: area.district.name for area in areas}
    by_name = sorted(districts.items(), key=lambda district: district[1])
    return [
        ("The same hotspot areas at another time", [*_TIMES.items(), *periods]),
        (
            "Other hotspot areas at the same time",
            [(REST, "All the other hotspot areas"), (AREAS, "Hotspot areas you choose")],
        ),
        ("A district at the same time", [(f"{DISTRICT}{pk}", name) for pk, name in by_name]),
    ]


def can_compare(code: str, programme: Programme, areas: Sequence[HotspotArea], today: date) -> bool:
    """Whether a code names something that figures can be compared with."""
    return any(code == offered for _, choices in comparison_choices(programme, areas, today) for offered, _ in choices)
