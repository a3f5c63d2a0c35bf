"""The figures behind the sentences of a study: how sure, against what, how well matched, how much harm."""

from collections.abc import Mapping, Sequence
from typing import Any

from hotspot.core import wording
from hotspots.analysis.area_presenters import LEAST_FOR_PERCENT
from reports.impact.matching import quality_of
from reports.impact.presenters import percent
from reports.models import ImpactStudy

USUAL = 3
"""Within so many standard deviations a change of a count is usual."""
_BY_CHANCE = ", if months varied by chance alone"
_RING = "above 0: the ring got better too; below 0: incidents may have moved there"

Rows = list[dict[str, str]]


def methods(study: ImpactStudy, *, shows_counts: bool = True) -> Rows:
    """The figures behind the sentences, as a summary list.

    Without `shows_counts` not those by harm: one rare and heavy incident more or less can be read off them.
    """
    result = study.result
    rows = [{"key": "How much months vary", "value": _varying(result)}]
    if exact := result["all"]["exact"]:
        high = "no limit" if exact[1] is None else f"{exact[1]:.2f}"
        key = "Exact interval of the rate ratio, without comparison"
        rows.append({"key": key, "value": f"{exact[0]:.2f} to {high}{_BY_CHANCE}"})
    rows += _displacement(result["prevented"])
    # Answers of earlier versions of the method do not have all of these.
    rows += _expected(result["all"])
    rows += _harm(result.get("harm")) if shows_counts else []
    return rows + _match(result.get("match"))


def _varying(result: Mapping[str, Any]) -> str:
    words = f"{result['dispersion']:.2f} times as much as by chance alone"
    joint = result.get("joint_dispersion", 0)
    return (
        f"{words}; all areas together against the comparison {joint:.2f} times"
        if joint > result["dispersion"]
        else words
    )


def _displacement(prevented: Mapping[str, Any] | None) -> Rows:
    if not prevented:
        return []
    value = f"{_with_interval(prevented)} incidents against what the comparison lets expect"
    rows = [{"key": "Weighted displacement difference", "value": value}]
    if prevented["quotient"] is not None:
        value = f"{prevented['quotient']:.2f} ({_RING})"
        rows.append({"key": "Weighted displacement quotient", "value": value})
    return rows


def _with_interval(found: Mapping[str, Any]) -> str:
    number, low, high = (_signed(each) for each in (found["difference"], *found["interval"]))
    return f"{number} (95% interval {low} to {high})"


def _expected(everything: Mapping[str, Any]) -> Rows:
    if everything.get("by_expected") is None or everything["before"] < LEAST_FOR_PERCENT:
        return []
    value = (
        f"{everything['after']:,} incidents where {everything['expected']:,.0f} could be expected: "
        f"{_against(everything)}, with its 95% interval. What areas had by chance before is taken out."
    )
    return [{"key": "Empirical Bayes", "value": value}]


def _against(compared: Mapping[str, Any]) -> str:
    low, high = (percent(end) for end in compared["by_expected_interval"])
    return f"{percent(compared['by_expected'])} ({low} to {high})"


def _harm(harm: Mapping[str, Any] | None) -> Rows:
    if harm is None:
        return []
    value = "Nothing that was counted has a weight"
    if harm["difference"] is not None:
        value = f"{_with_interval(harm)} against what the comparison lets expect, by {harm['table']}"
        if harm["without_weight"]:
            value += f". Without a weight, and so not in it: {wording.listing(harm['without_weight'])}"
    return [{"key": "Weighed by harm", "value": value}]


def _match(match: Mapping[str, Any] | None) -> Rows:
    if match is None:
        return []
    words = [f"{wording.plural(len(match['places']), 'place')}, up to three as large as each area"]
    if match["unmatched"]:
        words.append(f"Nothing is like {wording.listing(match['unmatched'])}")
    return [{"key": "Places of comparison", "value": ". ".join(words)}, *_quality(match)]


def _quality(match: Mapping[str, Any]) -> Rows:
    quality = quality_of(match["areas"], match["comparison"])
    if quality is None:
        return []
    words = f"before, a place for each area had {_level(quality.level)} the areas"
    if quality.trends:
        ours, theirs = (percent(each) for each in quality.trends)
        words += f", and changed by {theirs} from the first half of the months to the second, the areas by {ours}"
    if quality.correlation is not None:
        words += f". Months go together with a correlation of {quality.correlation:.2f}".replace("-", "−")
    judged = "Close" if quality.is_close and not match["unmatched"] else "Rough"
    return [{"key": "How good the match is", "value": f"{judged}: {words}"}]


def _level(level: float) -> str:
    """7% fewer incidents than, as many incidents as."""
    if round(level, 2) == 1:
        return "as many incidents as"
    return f"{abs(level - 1):.0%} {'fewer' if level < 1 else 'more'} incidents than"


def _signed(number: float) -> str:
    return f"{number:+,.0f}".replace("-", "−")


EXPECTED_COLUMNS: list[dict[str, Any]] = [
    {"label": "Area"},
    {"label": "Could be expected after", "numeric": True},
    {"label": "After", "numeric": True},
    {"label": "Against that", "numeric": True},
    {"label": "Change of the count"},
]


def expected_rows(study: ImpactStudy) -> list[list[str]]:
    """Every area in the order of their names, and all together; none for answers that do not have this."""
    result = study.result
    if result["all"].get("expected") is None:
        return []
    named: Sequence[tuple[str, Mapping[str, Any]]] = [
        *((f"{area['name']}, {area['district']}", area) for area in result["areas"]),
        ("All of these", result["all"]),
    ]
    return [
        [
            name,
            f"{compared['expected']:,.0f}",
            f"{compared['after']:,}",
            _against(compared) if compared["by_expected"] and compared["before"] >= LEAST_FOR_PERCENT else "–",
            "Usual variation" if abs(compared["z"]) < USUAL else "More than usual",
        ]
        for name, compared in named
    ]
