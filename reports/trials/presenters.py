"""Results of trials in sentences and table rows. Only here does the service say what patrols led to."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspots.analysis.area_presenters import LEAST_FOR_PERCENT
from reports.impact.presenters import percent
from reports.models import TrialResult

LEAST_CONTRAST = 0.5
"""With less between the shares of drawn and of other days that were patrolled, the page warns."""


def title(result: TrialResult) -> str:
    """The outcome in a few words."""
    answer = result.result["intention_to_treat"]
    if not answer["is_told"]:
        return "No difference could be told"
    return "Fewer incidents on treated days" if _low(answer) else "More incidents on treated days"


def _low(answer: Mapping[str, Any]) -> bool:
    return answer["ratio"] is not None and answer["ratio"] < 1


def summary(result: TrialResult) -> list[str]:
    """The answer in sentences: what was compared, what came of it, and what could be told at all."""
    said = result.result
    answer = said["intention_to_treat"]
    days = wording.period(Period(date.fromisoformat(said["first_day"]), date.fromisoformat(said["last_day"])))
    counted = (
        f"{wording.plural(said['areas'], 'area')}, {days}: {wording.plural(answer['treated'], 'incident')} on the "
        f"{answer['treated_days']:,} days of an area that were drawn for patrols, and {answer['control']:,} on the "
        f"{answer['control_days']:,} that were not."
    )
    return [counted, _verdict(answer), *_could_have(said, is_told=answer["is_told"])]


def sentence(result: TrialResult) -> str:
    """What a result lets somebody say by itself, as one text: which trial, what was counted, and the answer."""
    names = [each["name"][:1].lower() + each["name"][1:] for each in result.trial.sealed_analysis["categories"]]
    return f"In the randomised trial “{result.trial.name}” of {wording.listing(names)}: {' '.join(summary(result))}"


def is_sound(result: TrialResult) -> bool:
    """Whether nothing stands against quoting a result: carried out to its end, largely as drawn, by what was sealed."""
    said = result.result
    contrast = _rate(said["compliance"]) - _rate(said["contamination"])
    return said["sha256_holds"] and not said["stopped"] and contrast >= LEAST_CONTRAST


def _verdict(answer: Mapping[str, Any]) -> str:
    if not answer["is_told"]:
        return f"No difference could be told{_size(answer)}: chance alone makes as much."
    word = "fewer" if _low(answer) else "more"
    return f"Drawing days for patrols led to {word} incidents{_size(answer)}. The days were drawn by chance."


def _size(answer: Mapping[str, Any]) -> str:
    """The change in per cent with its interval, after a sentence; nothing where the base is too small for one."""
    low, high = answer["interval"]
    if answer["control"] < LEAST_FOR_PERCENT or answer["ratio"] is None:
        return ""
    upper = "no limit" if high is None else percent(high)
    return f" ({percent(answer['ratio'])}, 95% interval {percent(low)} to {upper})"


def _could_have(said: Mapping[str, Any], *, is_told: bool) -> list[str]:
    fall = said["could_tell"]["smallest_fall"]
    if fall is None:
        return ["With so few days and incidents, this trial could not have told even a fall of nine in ten."]
    could = "could tell" if is_told else "could have told"
    return [f"The trial {could} a fall of {fall:.0%} or more with 80% power."]


def warnings(result: TrialResult) -> list[str]:
    """What stands against reading the answer too simply."""
    said = result.result
    found = []
    if not said["sha256_holds"]:
        found.append("The seed, plan and analysis do not give the SHA-256 that was published. Do not use this result.")
    if said["stopped"]:
        found.append(
            f"The trial was stopped after {said['days']:,} of {said['days_planned']:,} days: {said['stopped']} An "
            "analysis of a trial that was stopped because of what was seen in it finds too much."
        )
    followed, strayed = (_rate(said[name]) for name in ("compliance", "contamination"))
    if followed - strayed < LEAST_CONTRAST:
        found.append(
            f"Drawn days were patrolled in {followed:.0%} and the others in {strayed:.0%}: crews hardly followed "
            "the draw, so this says little about what patrols do."
        )
    if said["unclear"]:
        count = wording.plural(said["unclear"], "incident")
        found.append(f"{count} in these areas could have happened on more than one day. They are not counted.")
    return found


COMPARISON_COLUMNS: list[dict[str, Any]] = [
    {"label": "Comparison"},
    {"label": "Treated days", "numeric": True},
    {"label": "Incidents on treated days", "numeric": True},
    {"label": "Other days", "numeric": True},
    {"label": "Incidents on other days", "numeric": True},
    {"label": "Change", "numeric": True},
    {"label": "95% interval", "numeric": True},
    {"label": "p", "numeric": True},
]


def comparison_rows(result: TrialResult) -> list[list[str]]:
    """Intention to treat first, then what stands beside it."""
    said = result.result
    rows = [
        _row("Intention to treat: by the days drawn", said["intention_to_treat"]),
        _row("As treated: by the days patrolled (not randomised)", said["as_treated"]),
    ]
    if said["ring"]:
        rows.append(_row("The ring around the areas, by the days drawn", said["ring"]))
    planned = said["intention_to_treat"]["left_out_days"]
    rows.extend(
        _row(f"Intention to treat, washout of {wording.plural(each['days'], 'day')}", each)
        for each in said["washouts"]
        if each["left_out_days"] != planned
    )
    return rows


def _row(label: str, answer: Mapping[str, Any]) -> list[str]:
    low, high = answer["interval"]
    enough = answer["control"] >= LEAST_FOR_PERCENT and answer["ratio"] is not None
    return [
        label,
        f"{answer['treated_days']:,}",
        f"{answer['treated']:,}",
        f"{answer['control_days']:,}",
        f"{answer['control']:,}",
        percent(answer["ratio"]) if enough else "too few for per cent",
        f"{percent(low)} to {'no limit' if high is None else percent(high)}" if enough else "–",
        "–" if answer["p_value"] is None else _chance(answer["p_value"]),
    ]


def _chance(p: float) -> str:
    return "below 0.001" if p < 0.001 else f"{p:.3f}"


def carried_out_rows(result: TrialResult) -> list[dict[str, str]]:
    """How far the trial was carried out as drawn, as a summary list."""
    said = result.result
    could, planned = said["could_tell"], said["planned"]
    return [
        {"key": "Compliance: drawn days that were patrolled", "value": _share(said["compliance"])},
        {"key": "Contamination: other days that were patrolled", "value": _share(said["contamination"])},
        {
            "key": "Chance of so large a difference by redrawing the schedule",
            "value": f"{_chance(said['randomisation_p'])}, if patrols did nothing",
        },
        {
            "key": "Incidents in an area on a control day",
            "value": f"{could['expected']:.3g}; {planned['expected']:.3g} had been expected",
        },
        {
            "key": "How much days vary",
            "value": f"{could['dispersion']:.2f} times as much as by chance; {planned['dispersion']:.2f} expected",
        },
        {
            "key": f"Chance to tell a fall of {planned['target_fall']:.0%}, as sealed",
            "value": f"{planned['power']:.0%}",
        },
    ]


def _share(share: Mapping[str, int]) -> str:
    return f"{share['patrolled']:,} of {share['days']:,} ({_rate(share):.0%})"


def _rate(share: Mapping[str, int]) -> float:
    return share["patrolled"] / share["days"] if share["days"] else 0.0


def source_rows(result: TrialResult) -> list[dict[str, str]]:
    """What the answer rests on, as a summary list."""
    said = result.result
    months = (
        f"{wording.month(date.fromisoformat(each['month'] + '-01'))}: {each['file']}, {each['incidents']:,} incidents, "
        f"loaded {wording.moment(datetime.fromisoformat(each['loaded_at']))}"
        for each in said["data"]
    )
    return [
        {"key": "Answered", "value": f"{wording.moment(result.created_at)}, by version {said['version']}"},
        {"key": "Your own extract", "value": "\n".join(months)},
        {"key": "SHA-256 published before", "value": said["sha256"]},
        {"key": "Seed", "value": said["seed"]},
        {"key": "Seed, plan and analysis give that SHA-256", "value": "Yes" if said["sha256_holds"] else "No"},
    ]


METHOD = (
    "The rate ratio is that of Mantel and Haenszel over areas and blocks, its interval and p by Student’s t on their "
    "scores. It supposes neither equal areas nor a distribution of incidents. Percentages are changes of the rate on "
    "treated days against the others. “As treated” compares days that crews chose, so it can show what they chose by."
)

LIST_COLUMNS: list[dict[str, Any]] = [{"label": "Analysis"}, {"label": "Outcome"}]


def list_rows(results: Iterable[TrialResult]) -> list[list[Any]]:
    """The rows of the list of results of a trial."""
    return [
        [
            {"url": reverse("reports:trial_result", args=(each.pk,)), "text": wording.moment(each.created_at)},
            title(each) if each.result else "No answer yet",
        ]
        for each in results
    ]
