"""Analyses in words, table rows and warnings."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst

from hotspot.core import wording
from hotspot.core.calendar import months_between
from hotspot.core.models import Job
from hotspots.incidents.presenters import break_in_words, share
from hotspots.models import HotspotAnalysis

LIST_COLUMNS = [{"label": label} for label in ("Analysis", "Months", "Where", "Hotspots", "State", "By")]
MOST_CELLS = 100
NO_STREET = "No street named"
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
# Of a cell of this resolution, the map points of published data tell less than the cell.
FINER_THAN_POINTS = 9
# Outlines are simplified and points are moved, but of 2,548 real incidents none lies beyond the cells on the outlines.
MOST_BEYOND = 0.02
METHODS = {
    HotspotAnalysis.Method.RANK: "the {number} with most incidents",
    HotspotAnalysis.Method.GI_STAR: "cells that stand out with their neighbours (Gi*, at most {rate} in 100 by chance)",
}


def months(first: date, last: date) -> str:
    """January 2024; January to April 2024; November 2023 to February 2024."""
    if first == last:
        return wording.month(first)
    start = f"{first:%B}" if first.year == last.year else wording.month(first)
    return f"{start} to {wording.month(last)}"


def in_runs(codes: Sequence[str]) -> str:
    """Months as a result has them, some perhaps missing between them: April 2024 and January to April 2025."""
    runs: list[list[date]] = []
    for each in map(date.fromisoformat, codes):
        if runs and months_between(runs[-1][-1], each) == 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    return wording.listing([months(run[0], run[-1]) for run in runs])


def where(analysis: HotspotAnalysis) -> str:
    """The district, or all of them."""
    return str(analysis.district) if analysis.district else "All districts"


def list_rows(analyses: Iterable[HotspotAnalysis]) -> list[list[Any]]:
    """The list of analyses."""
    return [
        [
            {"url": reverse("analyses:analysis", args=(each.pk,)), "text": each.name},
            months(each.first_month, each.last_month),
            where(each),
            wording.plural(len(each.result["cells"]), "cell") if each.result else "–",
            _state(each.job),
            each.by.name,
        ]
        for each in analyses
    ]


def _state(job: Job | None) -> dict[str, str]:
    if job is None or not job.is_over:
        return {"text": "Running", "colour": ""}
    is_done = job.state == Job.State.DONE
    return {"text": "Done", "colour": "green"} if is_done else {"text": "Failed", "colour": "red"}


def method(analysis: HotspotAnalysis) -> str:
    """The rule in words."""
    words = METHODS[HotspotAnalysis.Method(analysis.method)]
    number = wording.plural(analysis.number, "cell")
    return words.format(number=number, rate=analysis.rate_percent)


def asked(analysis: HotspotAnalysis) -> list[dict[str, str]]:
    """What was asked, as a summary list."""
    categories = [category.name for category in analysis.categories.all()]
    rows = [
        ("Months", months(analysis.first_month, analysis.last_month)),
        ("Where", where(analysis)),
        ("Categories", ", ".join(categories)),
        ("Rule", capfirst(method(analysis))),
        ("Cells", f"H3, resolution {analysis.resolution}"),
        ("Asked", f"{wording.moment(analysis.created_at)} by {analysis.by.name}"),
    ]
    return [{"key": key, "value": value} for key, value in rows]


# --- words --------------------------------------------------------------------------------------------------------
def summary(analysis: HotspotAnalysis) -> list[str]:
    """What came of it, in a few sentences that a councillor can read."""
    result = analysis.result
    if not result["cells"]:
        return ["No cell stands out: by this rule, none has more incidents than chance could have put there."]
    said = [
        f"{wording.plural(len(result['cells']), 'cell')} had {share(result['inside'] / result['total'])} of "
        f"{result['total']:,} incidents on {land_share(result)} of the land: {times(result['accuracy'])} as dense as "
        "everywhere.",
        f"Half of all incidents were on {result['half']:.2%} of the land, a quarter on {result['quarter']:.2%}.",
    ]
    if result["later"]:
        said.append(_later(result["later"]))
    if result["placebo"]:
        said.append(_placebo(result["placebo"]))
    return said


def _later(later: Mapping[str, Any]) -> str:
    same = later["chosen_again"]
    return (
        f"Later, in {in_runs(later['months'])}, the same cells had {share(later['inside'] / later['total'])} of "
        f"incidents. Of the {wording.plural(later['chosen_then'], 'cell')} that the rule would choose then, {same:,} "
        f"{'is' if same == 1 else 'are'} the same."
    )


def _placebo(pairs: Iterable[Mapping[str, Any]]) -> str:
    known = [pair for pair in pairs if pair["chosen_change"] is not None and pair["all_change"] is not None]
    if not known:
        return ""
    chosen, everything = (_range([pair[name] for pair in known]) for name in ("chosen_change", "all_change"))
    return (
        "Cells that are chosen for being the worst tend to get better by themselves. Those that this rule would have "
        f"chosen before changed by {chosen} in the next period, while everything changed by {everything}."
    )


def _range(changes: Sequence[float]) -> str:
    low, high = _change(min(changes)), _change(max(changes))
    return low if low == high else f"{low} to {high}"


def land_share(result: Mapping[str, Any]) -> str:
    """The share of land of the chosen cells: 2.1%."""
    return f"{result['land_inside'] / result['land']:.2%}"


def times(number: float | None) -> str:
    """How many times: 14.6 times."""
    return "–" if number is None else f"{number:,.1f} times"


def warnings(analysis: HotspotAnalysis) -> list[str]:
    """What a reader has to know before using it."""
    result = analysis.result
    said = [
        break_in_words(date.fromisoformat(each["month"]), each["kind"], each["category"], each["figures"])
        for each in result["breaks"]
    ]
    if months_between(analysis.first_month, analysis.last_month) + 1 > len(result["months"]):
        said.append(
            f"Of the months asked for, only {in_runs([each['month'] for each in result['months']])} are loaded."
        )
    if result["stood_out"] > len(result["cells"]):
        said.append(
            f"{result['stood_out']:,} cells stand out. The {len(result['cells']):,} that do so most are kept, and all "
            "figures are of these."
        )
    if result["beyond_outlines"] > MOST_BEYOND * result["total"]:
        beyond = share(result["beyond_outlines"] / result["total"])
        said.append(
            f"{beyond} of these incidents lie beyond the outlines of their districts, so shares of land and densities "
            "are wrong. Check the outlines under Manage, Districts."
        )
    if analysis.resolution >= FINER_THAN_POINTS:
        said.append(
            "These cells are smaller than 500 metres. Places in published data are map points that stand for eight "
            "addresses or more, so a cell can have a neighbour's incidents: look at the streets before you draw areas."
        )
    if result["generated"]:
        said.append("Some of these incidents were recorded because police looked: they say where the police were.")
    return said


# --- tables -------------------------------------------------------------------------------------------------------
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


def numeric_columns(*labels: str) -> list[dict[str, Any]]:
    """Columns of figures with these labels."""
    return [{"label": label, "numeric": True} for label in labels]


def _cells(result: Mapping[str, Any]) -> dict[str, Any]:
    cells = result["cells"]
    has_scores = any(each["score"] is not None for each in cells)
    number = wording.plural(len(cells), "cell")
    caption = f"The {number}" if len(cells) <= MOST_CELLS else f"The first {MOST_CELLS} of {number}"
    rows = [
        [
            f"{place}. {each['place'] or NO_STREET}",
            f"{each['count']:,}",
            *([f"{each['score']:.1f}"] if has_scores else []),
            f"{each['area'] / 10_000:,.1f}",
            each["district"],
        ]
        for place, each in enumerate(cells[:MOST_CELLS], start=1)
    ]
    columns = [
        {"label": "On or near"},
        *numeric_columns("Incidents", *(["Gi*"] if has_scores else []), "Hectares"),
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
            "Incidents", "In these cells", "Share", "Share of land", "Density (PAI)", "Of the best possible (PEI)"
        ),
    ]
    caption = "How much the cells hold"
    return {"caption": caption, "columns": columns, "rows": rows, "cards": True, "note": NOTES["accuracy"]}


def _accuracy(result: Mapping[str, Any]) -> list[str]:
    efficiency = result["efficiency"]
    return [
        f"{result['total']:,}",
        f"{result['inside']:,}",
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
            f"{each['count']:,}",
            share(each["count"] / result["total"]),
            f"{each['hectares']:,.1f}",
        ]
        for each in result["areas"]
    ]
    columns = [{"label": "Area"}, {"label": "District"}, *numeric_columns("Incidents", "Share", "Hectares")]
    return {"caption": "The hotspot areas of the day it was asked, by map points", "columns": columns, "rows": rows}


def _categories(result: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        [
            each["name"],
            f"{each['total']:,}",
            share(each["inside"] / each["total"]),
            "–" if each["overlap"] is None else share(each["overlap"]),
        ]
        for each in result["categories"]
    ]
    columns = [{"label": "Category"}, *numeric_columns("Incidents", "In these cells", "Own hotspots the same")]
    caption = "Each category by itself"
    return {"caption": caption, "columns": columns, "rows": rows, "note": NOTES["categories"]}


def _placebos(result: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        [
            f"{in_runs(pair['before'])}, then {in_runs(pair['after'])}",
            f"{pair['chosen_before']:,}",
            f"{pair['chosen_after']:,}",
            _change(pair["chosen_change"]),
            _change(pair["all_change"]),
        ]
        for pair in result["placebo"]
    ]
    columns = [
        {"label": "A period and the next"},
        *numeric_columns("Incidents in the chosen cells", "In the same cells next", "Change", "Change of everything"),
    ]
    caption = "The same rule before"
    return {"caption": caption, "columns": columns, "rows": rows, "note": NOTES["placebo"]}


def _change(change: float | None) -> str:
    return "–" if change is None else f"{change:+.0%}".replace("-", "−")


def left_out_rows(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Why incidents are not counted, and how many for each reason."""
    words = {
        "category": "Of categories that were not selected",
        "place": "Without a place",
        "elsewhere": "Outside the districts looked at",
    }
    # JSON comes back in another order.
    return [(words[name], f"{result['left_out'][name]:,}") for name in words]


def _left_out(result: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "caption": "Incidents of these months that are not counted",
        "columns": [{"label": "Reason"}, *numeric_columns("Incidents")],
        "rows": [list(row) for row in left_out_rows(result)],
    }
