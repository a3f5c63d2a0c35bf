"""The algorithm record of an analysis, in the order of the UK Algorithmic Transparency Recording Standard (version 3),
with a note on equality. What the service does not know is left to the force, and says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.utils.text import capfirst

from hotspot.core import wording
from hotspots.analysis import presenters
from hotspots.analysis.presenters import asked, land_share, method
from hotspots.analysis.shapes import BESIDE, NEAREST, TOUCHING
from hotspots.analysis.unit_words import words_for
from hotspots.incidents.presenters import share
from hotspots.models import AreaSet, Dataset, HotspotAnalysis, UnitLayer

ABOUT = (
    "In the order of the UK Algorithmic Transparency Recording Standard, version 3. Before it is published, the force "
    "adds what only it knows; those entries say so."
)
EQUALITY = "Equality note"
FORCE_ADDS = "To be added by the force"
SOURCES = {
    Dataset.STREET: "data.police.uk, street files, Open Government Licence v3.0",
    Dataset.EXTRACT: "The force’s own extract of recorded incidents, with their real places and times",
}
UNITS = {
    UnitLayer.Kind.LSOA: "Incidents are counted by the outline that holds their place, not by a code in their file, so "
    "codes of another census change nothing. Sizes are true areas; LSOAs are neighbours where their outlines come "
    f"within {TOUCHING:.0f} metre of each other.",
    UnitLayer.Kind.STREET: f"Incidents are counted on the nearest street segment, at most {NEAREST:.0f} metres away. "
    "Sizes are lengths; segments are neighbours where they share an end point. Where some become an area, it is the "
    f"land within {BESIDE:.0f} metres of them.",
}
PERSONAL_DATA = {
    Dataset.STREET: "None. Places are anonymous map points that stand for eight addresses or more.",
    Dataset.EXTRACT: "References, real places and times of incidents, which can lead to persons. They are stored, and "
    "only counted: by cell or other unit, area, category and month. No name is read.",
}


@dataclass(frozen=True)
class RecordSection:
    """A section of the record: its title, and its entries as a summary list."""

    title: str
    rows: list[dict[str, str]]


def sections(analysis: HotspotAnalysis, approvals: Iterable[AreaSet] = ()) -> list[RecordSection]:
    """The record of an analysis that has its answer; `approvals` are the approved sets with areas chosen by it."""
    parts = (
        ("Tier 1: overview", _overview),
        ("Tier 2: owner and responsibility", partial(_owner, approvals=approvals)),
        ("Tier 2: description and rationale", _rationale),
        ("Tier 2: deployment context", _deployment),
        ("Tier 2: tool specification", _tool),
        ("Tier 2: data", _data),
        ("Tier 2: risks, mitigations and impact assessments", _risks),
        (EQUALITY, _equality),
    )
    return [
        RecordSection(title, [{"key": key, "value": value} for key, value in entries(analysis)])
        for title, entries in parts
    ]


Entries = list[tuple[str, str]]


def _overview(analysis: HotspotAnalysis) -> Entries:
    return [
        ("Name", analysis.name),
        (
            "What it does",
            f"Counts recorded incidents in {_small(analysis)} and names those that stand out, so that people can "
            "decide where extra foot patrols are funded. It looks at places and past months. It forecasts nothing and "
            "knows no person.",
        ),
        ("What came of it", "\n".join(presenters.summary(analysis))),
        ("Contact", FORCE_ADDS),
    ]


def _small(analysis: HotspotAnalysis) -> str:
    return words_for(analysis).many if analysis.layer else "small cells of land"


def _owner(analysis: HotspotAnalysis, *, approvals: Iterable[AreaSet]) -> Entries:
    approved = [
        f"{each.approved_by}, {wording.moment(each.approved_at)}: {each}" for each in approvals if each.approved_at
    ]
    return [
        ("Organisation", analysis.result["months"][0]["force"] or FORCE_ADDS),
        ("Asked by", f"{analysis.by.name}, {wording.moment(analysis.created_at)}"),
        (
            "Approved by",
            "\n".join(approved)
            or f"Nobody yet. {capfirst(words_for(analysis).many)} are no hotspot areas: an "
            "administrator approves those.",
        ),
        ("Senior responsible owner", FORCE_ADDS),
        ("Suppliers", FORCE_ADDS),
    ]


def _rationale(analysis: HotspotAnalysis) -> Entries:
    return [
        (
            "Why",
            "Recorded incidents gather on little land. Patrols on that land reach more of them than anywhere else.",
        ),
        (
            "Scope",
            "Where incidents of the chosen categories were recorded in the chosen months. Not how many there will be, "
            "not who is involved, and not whether patrols work there.",
        ),
        ("Rule", f"{capfirst(method(analysis))}."),
        (
            "Alternatives",
            "The other rule, other sizes of cells and other units can be run on the same data and compared. "
            "Forecasting was ruled out.",
        ),
    ]


def _deployment(analysis: HotspotAnalysis) -> Entries:
    return [
        ("Use in decisions", "One of several reasons for choosing areas. People look at the streets and decide."),
        ("Human review", "An analyst reads the result; an administrator decides about hotspot areas and draws them."),
        ("How often", f"Once, at {wording.moment(analysis.created_at)}. The answer is kept as it was."),
        ("Training", FORCE_ADDS),
        ("Appeals", FORCE_ADDS),
    ]


def _tool(analysis: HotspotAnalysis) -> Entries:
    result = analysis.result
    accuracy = f"No {words_for(analysis).one} stands out"
    if result["cells"]:
        what = presenters.counted(result)
        accuracy = (
            f"{capfirst(share(result['inside'] / result['total']))} of {what} on {land_share(result)} of the "
            f"{words_for(analysis).ground}: a "
            f"prediction accuracy index of {_number(result['accuracy'])} in the months that it was made of"
        )
    later = result["later"]
    if later and result["cells"]:
        accuracy += f", and of {_number(later['accuracy'])} in the months after"
    return [
        ("Kind", "A count with a rule that is written down. Nothing is learnt from data."),
        ("Version of the method", result["version"]),
        ("Unit", _unit(analysis)),
        ("Performance", f"{accuracy}."),
        *((entry["key"], entry["value"]) for entry in asked(analysis) if entry["key"] in ("Months", "Times", "Where")),
    ]


def _unit(analysis: HotspotAnalysis) -> str:
    layer = analysis.layer
    if layer is None:
        return f"H3 cells of resolution {analysis.resolution}, with their true areas"
    return f"{layer}. Source: {layer.source}. {UNITS[UnitLayer.Kind(layer.kind)]}"


def _number(index: float | None) -> str:
    return "–" if index is None else f"{index:,.1f}"


def _data(analysis: HotspotAnalysis) -> Entries:
    result = analysis.result
    rows = sum(month["rows"] for month in result["months"])
    files = [f"{_month(each)}: {each['file']}, release {each['release']}" for each in result["months"]]
    excluded = [f"{number}: {words}" for words, number in presenters.left_out_rows(result)]
    return [
        ("Source", SOURCES[Dataset(analysis.dataset)]),
        ("Files", "\n".join(files)),
        ("Releases", "Numbered in the order in which they were loaded here, all months together."),
        ("Categories", ", ".join(category.name for category in analysis.categories.all())),
        ("Incidents counted", f"{presenters.amount(_incidents(result))} of {rows:,}"),
        ("Weight", _weight(result)),
        ("Not counted, and why", "\n".join(excluded)),
        (
            "Recorded because police looked",
            f"{capfirst(share(result['police_generated'] / rows))} of the incidents of these months: "
            f"{_generated(result['generated'], analysis)}",
        ),
        ("Personal data", PERSONAL_DATA[Dataset(analysis.dataset)]),
    ]


def _incidents(result: dict[str, Any]) -> float:
    harm = result.get("harm")
    number: float = harm["incidents"] if harm else result["total"]
    return number


def _weight(result: dict[str, Any]) -> str:
    harm = result.get("harm")
    if not harm:
        return "Each incident counts as one"
    names = f" ({', '.join(harm['categories'])})" if harm["categories"] else ""
    return (
        f"Harm: the weights of {harm['table']}, version {harm['version']}. Source: {harm['source']}. Categories "
        f"without a weight count 0: {presenters.amount(harm['unweighted'])} incidents{names}."
    )


def _generated(categories: list[str], analysis: HotspotAnalysis) -> str:
    counted = [*categories, *(["records marked one by one"] if analysis.includes_generated else [])]
    return f"counted are {wording.listing(counted)}" if counted else "none of them is counted"


def _month(month: dict[str, Any]) -> str:
    return wording.month(date.fromisoformat(month["month"]))


def _risks(analysis: HotspotAnalysis) -> Entries:
    return [
        (
            "Falling by itself",
            f"{capfirst(words_for(analysis).many)} chosen for being bad get better with nothing done. The page of the "
            "analysis shows by how much those of the same rule changed before; a later fall has to be compared with "
            "that.",
        ),
        (
            "Feedback",
            "Where police are, more is recorded. Categories recorded because police looked are left out unless "
            "somebody selects them; other records can still follow patrols.",
        ),
        *(("Warning", text) for text in presenters.warnings(analysis)),
        ("Data protection impact assessment", FORCE_ADDS),
    ]


def _equality(analysis: HotspotAnalysis) -> Entries:
    return [
        (
            "What could go wrong",
            "Recorded incidents are those that people report and police record, which differs between communities. An "
            "area that is patrolled more will have more stop searches and uses of powers, of those who live or spend "
            "time there.",
        ),
        (
            "What the data can say",
            "It holds nothing about people: whom the choice affects has to be looked at with other sources, such as "
            "the census, before areas are approved (public sector equality duty, Equality Act 2010, section 149).",
        ),
        ("Equality impact assessment", FORCE_ADDS),
    ]
