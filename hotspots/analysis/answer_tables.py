"""The tables of an analysis: how much its cells or other units hold, what the same rule did before, and the units."""

from collections.abc import Mapping
from typing import Any

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
from hotspots.analysis.unit_words import UnitWords, words_of
from hotspots.incidents.presenters import share
from hotspots.models import HotspotAnalysis

MOST_CELLS = 100
NO_NAME = "No name"
# What the columns of the tables mean, under each.
NOTES = {
    "accuracy": "Density: how many times as dense incidents are in these {units} as on all the {ground}. Of the best "
    "possible: of what the densest {ground} of the same size held.",
    "placebo": "The {units} that the rule takes from one period, and what the same {units} had in the next. Compare a "
    "later fall with this.",
    "categories": "In these {units}: the share of the category’s incidents. Own hotspots the same: if the rule "
    "looked at this category alone, the {units} in both choices as a share of those in either.",
    "scores": "Gi*: incidents in the {unit} and its neighbours against the average, in standard deviations. One "
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
    cells, units = result["cells"], words_of(result)
    has_scores = any(each["score"] is not None for each in cells)
    number = units.number(len(cells))
    caption = f"The {number}" if len(cells) <= MOST_CELLS else f"The first {MOST_CELLS} of {number}"
    rows = [
        [
            *_named(place, each, units),
            amount(each["count"]),
            *([f"{each['score']:.1f}"] if has_scores else []),
            units.size(each["area"]),
            each["district"],
        ]
        for place, each in enumerate(cells[:MOST_CELLS], start=1)
    ]
    columns = [
        *([{"label": units.named}] if units.named else []),
        {"label": "On or near"},
        *numeric_columns(_counted(result), *(["Gi*"] if has_scores else []), units.measure.capitalize()),
        {"label": "District"},
    ]
    return {"caption": caption, "columns": columns, "rows": rows, "note": _note("scores", units) if has_scores else ""}


def _named(place: int, cell: Mapping[str, Any], units: UnitWords) -> list[str]:
    """The rank of a unit with its name, where it has one, and its streets."""
    streets = cell["place"] or NO_STREET
    if units.named is None:
        return [f"{place}. {streets}"]
    # Identifiers of streets say nothing to people, and most are 36 characters long.
    name = f"{cell['name']} ({cell['cell']})" if units.measure == "hectares" else cell["name"] or NO_NAME
    return [f"{place}. {name}", streets]


def _note(name: str, units: UnitWords) -> str:
    return NOTES[name].format(unit=units.one, units=units.many, ground=units.ground)


def _accuracies(result: Mapping[str, Any]) -> dict[str, Any]:
    rows, units = [["These months", *_accuracy(result)]], words_of(result)
    if result["later"]:
        rows.append(["Later months", *_accuracy(result["later"])])
    columns = [
        {"label": "When"},
        *numeric_columns(
            _counted(result),
            f"In these {units.many}",
            "Share",
            f"Share of {units.ground}",
            "Density (PAI)",
            "Of the best possible (PEI)",
        ),
    ]
    caption = f"How much the {units.many} hold"
    return {"caption": caption, "columns": columns, "rows": rows, "cards": True, "note": _note("accuracy", units)}


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
    units = words_of(result)
    inside = f"In these {units.many}"
    columns = [{"label": "Category"}, *numeric_columns(_counted(result), inside, "Own hotspots the same")]
    caption = "Each category by itself"
    return {"caption": caption, "columns": columns, "rows": rows, "note": _note("categories", units)}


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
    units = words_of(result)
    columns = [
        {"label": "A period and the next"},
        *numeric_columns(
            f"{_counted(result)} in the chosen {units.many}",
            f"In the same {units.many} next",
            "Change",
            "Change of everything",
        ),
    ]
    caption = "The same rule before"
    return {"caption": caption, "columns": columns, "rows": rows, "note": _note("placebo", units)}


def _left_out(result: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "caption": "Incidents of these months that are not counted",
        "columns": [{"label": "Reason"}, *numeric_columns("Incidents")],
        "rows": [list(row) for row in left_out_rows(result)],
    }
