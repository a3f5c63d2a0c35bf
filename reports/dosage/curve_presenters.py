"""Curves of visits in words, table rows and shapes. No wording says that a length caused anything."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.calendar import Period
from reports.dosage.koper import (
    BAND_MINUTES,
    LEAST_BANDS,
    LEAST_INCIDENTS,
    LEAST_VISITS,
    LONGEST_MINUTES,
    WIDEST_BOUNDS,
    WIDEST_INTERVAL,
    CannotTell,
)
from reports.figures.charts import GRID, on_grid
from reports.models import KoperStudy

LIST_COLUMNS = [{"label": label} for label in ("Study", "Months", "Best length", "Asked by")]
BAND_COLUMNS = [
    {"label": "Length of visit"},
    {"label": "Visits", "numeric": True},
    {"label": "Incidents after them", "numeric": True},
    {"label": "Expected", "numeric": True},
    {"label": "Ratio (95% interval)", "numeric": True},
    {"label": "Quiet after them (95% interval)", "numeric": True},
]
POINT_COLUMNS = [
    {"label": "Minutes"},
    {"label": "Ratio", "numeric": True},
    {"label": "95% interval", "numeric": True},
]
REASONS = {
    CannotTell.TIMES: "Of too few incidents the minute is known: at least 80% have to begin and end within one.",
    CannotTell.POSITIONS: (
        f"The lengths of visits are not known well enough: their bounds lie {{open:.0f}} minutes apart, and may lie "
        f"{WIDEST_BOUNDS:g} apart. Positions have to come more often."
    ),
    CannotTell.ROUNDED: "Most visits were entered by hand in whole five minutes, so their lengths are estimates.",
    CannotTell.VISITS: (
        f"There are too few visits: {LEAST_BANDS} bands of {BAND_MINUTES} minutes beside each other need "
        f"{LEAST_VISITS} each."
    ),
    CannotTell.INCIDENTS: f"Too few incidents followed the visits: it takes {LEAST_INCIDENTS}.",
    CannotTell.FLAT: "The differences between lengths of visits are no greater than chance makes them.",
    CannotTell.EDGE: (
        "Incidents are fewest after the shortest or the longest visits that there are, so the best length may lie "
        "beyond them."
    ),
    CannotTell.WIDE: f"The interval of the best length is wider than {WIDEST_INTERVAL:g} minutes.",
}


def list_rows(studies: Iterable[KoperStudy]) -> list[list[Any]]:
    """The rows of the list of studies."""
    return [
        [
            {"url": reverse("reports:koper_study", args=(study.pk,)), "text": study.name},
            months(study),
            best_in_words(study.result) if study.result else "–",
            study.by.name,
        ]
        for study in studies
    ]


def months(study: KoperStudy) -> str:
    """October 2024, or 1 April 2024 to 31 March 2025."""
    return wording.period(Period(study.first_day, study.last_day))


def best_in_words(result: Mapping[str, Any]) -> str:
    """About 13 minutes, or that it cannot be told."""
    return "Cannot tell" if result["best"] is None else f"About {result['best']:.0f} minutes"


def asked(study: KoperStudy) -> list[dict[str, Any]]:
    """What was asked, as a summary list."""
    return [
        {"key": "Areas", "value": wording.listing([area.name for area in study.areas.all()])},
        {"key": "Months", "value": months(study)},
        {"key": "Categories", "value": wording.listing([str(each) for each in study.categories.all()])},
        {"key": "Each visit watched for", "value": f"{study.follow_up} minutes"},
        {"key": "Asked by", "value": f"{study.by.name}, {wording.moment(study.created_at)}"},
    ]


def summary(study: KoperStudy) -> list[str]:
    """What came of a study, in sentences that can be stood behind."""
    result = study.result
    if result["best"] is None:
        return [f"Which length of visit is best cannot be told. {_reason(result)}"]
    low, high = result["interval"]
    first, last = result["points"][0][0], result["points"][-1][0]
    lowest = min(point[1] for point in result["points"])
    return [
        f"In the {study.follow_up} minutes after a visit, incidents were fewest where it had lasted about "
        f"{result['best']:.0f} minutes (95% interval {floor(low)} to {ceil(high)}): {lowest:.1f} times what is usual "
        f"there at that time of the day. Lengths from {first:.0f} to {last:.0f} minutes were compared.",
        "This says what followed visits, not what caused it: crews may stay longer where something is going on, and "
        "leave early where they are called away.",
    ]


def _reason(result: Mapping[str, Any]) -> str:
    return REASONS[CannotTell(result["reason"])].format(open=result["open_minutes"])


def behind(result: Mapping[str, Any]) -> list[dict[str, str]]:
    """What the answer was made of."""
    without = result["all_visits"] - result["visits"]
    rows = [
        ("Visits", f"{result['visits']:,} of {result['all_visits']:,}"),
        (
            "Left out",
            f"{without:,} without both bounds, of {LONGEST_MINUTES} minutes or more, or with no time to watch",
        ),
        ("How far the length of a visit is uncertain (median)", f"{result['open_minutes']:.1f} minutes"),
        ("Incidents with a known minute", f"{result['exact']:,} of {result['exact'] + result['vague']:,}"),
        ("Incidents that followed a visit", f"{result['incidents']:,}"),
        ("By chance alone", "Not tested" if result["p_value"] is None else _chance(result["p_value"])),
    ]
    return [{"key": key, "value": value} for key, value in rows]


def _chance(p_value: float) -> str:
    return f"lengths would differ as much in {100 * p_value:.1f} of 100 cases"


def band_rows(result: Mapping[str, Any]) -> list[list[str]]:
    """A row for each band of lengths."""
    return [
        [
            f"{band['first']} to under {band['last']} minutes",
            f"{band['visits']:,}",
            f"{band['incidents']:,}",
            f"{band['expected']:.1f}",
            _with_interval(band["ratio"], band["ratio_interval"])
            if band["visits"] >= LEAST_VISITS
            else "too few visits",
            _share(band["quiet"], band["quiet_interval"]) if band["visits"] >= LEAST_VISITS else "–",
        ]
        for band in result["bands"]
    ]


def _with_interval(value: float | None, interval: Sequence[float] | None) -> str:
    return "–" if value is None or interval is None else f"{value:.2f} ({interval[0]:.2f} to {interval[1]:.2f})"


def _share(value: float | None, interval: Sequence[float] | None) -> str:
    if value is None or interval is None:
        return "–"
    return f"{value:.1%} ({interval[0]:.1%} to {interval[1]:.1%})"


def point_rows(result: Mapping[str, Any]) -> list[list[str]]:
    """The curve as a table."""
    return [
        [f"{length:.0f}", f"{value:.2f}", f"{low:.2f} to {high:.2f}"] for length, value, low, high in result["points"]
    ]


@dataclass(frozen=True)
class CurveChart:
    """The curve as shapes on a grid of 1,000 by 1,000: `line` and `band` are points, `usual` the height of ratio 1,
    `best` where the lowest point is.
    """

    line: str
    band: str
    usual: int
    best: int | None
    top: str
    first: str
    last: str


def chart(result: Mapping[str, Any]) -> CurveChart | None:
    """The curve with its interval; None where there is none to draw."""
    points = result["points"]
    if not points:
        return None
    first, last = float(points[0][0]), float(points[-1][0])
    most = float(max(1.0, *(point[3] for point in points)))

    def across(length: float) -> int:
        return round(GRID * (length - first) / (last - first))

    def up(value: float) -> int:
        return GRID - on_grid(round(1000 * min(max(value, 0), most)), round(1000 * most))

    upper = [f"{across(length)},{up(high)}" for length, _, _, high in points]
    lower = [f"{across(length)},{up(low)}" for length, _, low, _ in reversed(points)]
    return CurveChart(
        line=" ".join(f"{across(length)},{up(value)}" for length, value, _, _ in points),
        band=" ".join([*upper, *lower]),
        usual=up(1),
        best=None if result["best"] is None else across(result["best"]),
        top=f"{most:.1f} times the usual",
        first=f"{first:.0f} minutes",
        last=f"{last:.0f} minutes",
    )
