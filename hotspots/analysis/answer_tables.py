"""The tables of an analysis: how much its cells hold, what the same rule did before, and the cells."""

from collections.abc import Mapping
from typing import Any

from hotspot.core import wording
from hotspots.analysis.presenters import (
    NO_STREET,
    amount,
    change_in_words,
    counted,
    in_runs,
    land_share,
    left_out_rows,
    numeric_columns,
    times,
)
from hotspots.incidents.presenters import share
from hotspots.models import HotspotAnalysis

MOST_CELLS = 100
# What the columns of the tables mean, under each.
NOTES = {
    "accuracy": "Density: how many times as dense incidents are in these cells as on all the land. Of the best "
    "possible: of what the densest land of the same size held.",
    "placebo": "The cells that the rule takes from one period, and what the same cells had in the next. Compare a "
    "later fall with this.",
    "categories": "In these cells: the share of the category’s incidents. Own hotspots the same: if the rule looked at "
    "this category alone, the cells in both choices as a share of those in either.",
    "scores": "Gi*: incidents in the cell and its neighbours against the average, in standard deviations. A cell "
    "without incidents can stand out by its neighbours.",
}


def tables(analysis: HotspotAnalysis) -> list[dict[str, Any]]:
    """The tables under the map: accuracy, placebo, categories, what was not counted, and the cells.

    Each has a caption, columns, rows, and perhaps a `note` on what they mean; `cards` where a row is read by itself
    and would not fit a phone.
    """
    result = analysis.result
    found = [
        _accuracies(result),
        _placebos(result),
        _areas(result),
        _categories(result),
        _left_out(result),
        _cells(result),
    ]
    return [table for table in found if table["rows"]]


def _counted(result: Mapping[str, Any]) -> str:
    return counted(result).capitalize()


def _cells(result: Mapping[str, Any]) -> dict[str, Any]:
    cells = result["cells"]
    has_scores = any(each["score"] is not None for each in cells)
    number = wording.plural(len(cells), "cell")
    caption = f"The {number}" if len(cells) <= MOST_CELLS else f"The first {MOST_CELLS} of {number}"
    rows = [
        [
            f"{place}. {each['place'] or NO_STREET}",
            amount(each["count"]),
            *([f"{each['score']:.1f}"] if has_scores else []),
            f"{each['area'] / 10_000:,.1f}",
            each["district"],
        ]
        for place, each in enumerate(cells[:MOST_CELLS], start=1)
    ]
    columns = [
        {"label": "On or near"},
        *numeric_columns(_counted(result), *(["Gi*"] if has_scores else []), "Hectares"),
        {"label": "District"},
    ]
    return {"caption": caption, "columns": columns, "rows": rows, "note": NOTES["scores"] if has_scores else ""}


def _accuracies(result: Mapping[str, Any]) -> dict[str, Any]:
    rows = [["These months", *_accuracy(result)]]
    if result["later"]:
        rows.append(["Later months", *_accuracy(result["later"])])
    columns = [
        {"label": "When"},
        *numeric_columns(
            _counted(result), "In these cells", "Share", "Share of land", "Density (PAI)", "Of the best possible (PEI)"
        ),
    ]
    caption = "How much the cells hold"
    return {"caption": caption, "columns": columns, "rows": rows, "cards": True, "note": NOTES["accuracy"]}


def _accuracy(result: Mapping[str, Any]) -> list[str]:
    efficiency = result["efficiency"]
    return [
        amount(result["total"]),
        amount(result["inside"]),
        share(result["inside"] / result["total"]),
        land_share(result),
        times(result["accuracy"]),
        "–" if efficiency is None else share(efficiency),
    ]


def _areas(result: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        [
            each["name"],
            each["district"],
            amount(each["count"]),
            share(each["count"] / result["total"]),
            f"{each['hectares']:,.1f}",
        ]
        for each in result["areas"]
    ]
    columns = [{"label": "Area"}, {"label": "District"}, *numeric_columns(_counted(result), "Share", "Hectares")]
    return {
        "caption": "The hotspot areas of the day it was asked, by places inside them",
        "columns": columns,
        "rows": rows,
    }


def _categories(result: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        [
            each["name"],
            amount(each["total"]),
            share(each["inside"] / each["total"]),
            "–" if each["overlap"] is None else share(each["overlap"]),
        ]
        for each in result["categories"]
    ]
    columns = [{"label": "Category"}, *numeric_columns(_counted(result), "In these cells", "Own hotspots the same")]
    caption = "Each category by itself"
    return {"caption": caption, "columns": columns, "rows": rows, "note": NOTES["categories"]}


def _placebos(result: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        [
            f"{in_runs(pair['before'])}, then {in_runs(pair['after'])}",
            amount(pair["chosen_before"]),
            amount(pair["chosen_after"]),
            change_in_words(pair["chosen_change"]),
            change_in_words(pair["all_change"]),
        ]
        for pair in result["placebo"]
    ]
    columns = [
        {"label": "A period and the next"},
        *numeric_columns(
            f"{_counted(result)} in the chosen cells", "In the same cells next", "Change", "Change of everything"
        ),
    ]
    caption = "The same rule before"
    return {"caption": caption, "columns": columns, "rows": rows, "note": NOTES["placebo"]}


def _left_out(result: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "caption": "Incidents of these months that are not counted",
        "columns": [{"label": "Reason"}, *numeric_columns("Incidents")],
        "rows": [list(row) for row in left_out_rows(result)],
    }
