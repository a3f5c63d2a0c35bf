"""Problem-solving plans in words and table rows. What a study found is read from it, in its own words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst

from hotspot.core import wording
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.amounts import pounds
from reports.impact import presenters as impact
from reports.impact.rules import placebo_of, shows_totals, verdict
from reports.models import ImpactStudy, PlanResponse, PlanReview, ProblemPlan
from reports.plans import rules
from reports.plans.area_figures import PlanMonth
from reports.plans.operations import ANALYSIS, ASSESSMENT, SCANNING
from reports.plans.queries import DueThing, PlanTotals

LIST_COLUMNS: list[dict[str, Any]] = [
    {"label": label} for label in ("Plan", "Area", "State", "Led by", "Responses done", "Next review", "Assessed")
]
REVIEW_COLUMNS = [{"label": label} for label in ("Review due", "Reviewed", "What was decided")]
MONTH_COLUMNS: list[dict[str, Any]] = [
    {"label": "Month"},
    *({"label": label, "numeric": True} for label in ("Patrol hours", "Patrols", "Incidents", "ASB", "Violence")),
]
DUE_COLUMNS = [{"label": label} for label in ("What", "Due", "Plan")]
TOTAL_COLUMNS: list[dict[str, Any]] = [{"label": "Plans"}, {"label": "Number", "numeric": True}]
_TAGS = {
    PlanResponse.Status.PLANNED: "yellow",
    PlanResponse.Status.UNDER_WAY: "blue",
    PlanResponse.Status.DONE: "green",
    PlanResponse.Status.DROPPED: "grey",
}


def plan_state(plan: ProblemPlan) -> dict[str, str]:
    """Whether it is worked on, as a tag."""
    return {"text": plan.get_state_display(), "colour": "green" if plan.is_open else "grey"}


def leader(plan: ProblemPlan) -> str:
    """Who leads it: a user of the service or a team; a dash for nobody."""
    return str(plan.lead) if plan.lead else plan.team or "–"


def list_rows(plans: Iterable[Any], *, day: date) -> list[list[Any]]:
    """The rows of the list of plans, as `queries.listed_plans` gives them."""
    return [
        [
            {"url": reverse("reports:plan", args=(each.pk,)), "text": each.title},
            each.area.name,
            plan_state(each),
            leader(each),
            _progress(each),
            _next_review(each, day=day),
            "Yes" if each.is_assessed else "No",
        ]
        for each in plans
    ]


def _progress(plan: Any) -> str:
    if not plan.response_count:
        return "None yet"
    late = f", {plan.late_count:,} overdue" if plan.late_count and plan.is_open else ""
    return f"{plan.done_count:,} of {plan.response_count:,}{late}"


def _next_review(plan: Any, *, day: date) -> str:
    if plan.next_review is None or not plan.is_open:
        return "–"
    return f"{wording.day(plan.next_review)}{' (overdue)' if plan.next_review < day else ''}"


def about(plan: ProblemPlan) -> list[dict[str, str]]:
    """What a plan is about, as a summary list."""
    rows = [
        ("Hotspot area", f"{plan.area.name}, {plan.area.district.name}"),
        ("Led by", leader(plan)),
        ("Begun on", wording.day(plan.opened_on)),
    ]
    if plan.partners:
        rows.append(("Partners", plan.partners))
    if plan.closed_on:
        rows.append(("Closed", f"{wording.day(plan.closed_on)}: {plan.close_reason}"))
    return [{"key": key, "value": value} for key, value in rows]


def scanning(plan: ProblemPlan) -> list[dict[str, str]]:
    """What was written on scanning; what was left empty is left out."""
    return _texts(plan, SCANNING)


def analysis(plan: ProblemPlan) -> list[dict[str, str]]:
    """What was written on analysis; what was left empty is left out."""
    return _texts(plan, ANALYSIS)


def assessment(plan: ProblemPlan) -> list[dict[str, str]]:
    """What was written on assessment, besides what studies found; what was left empty is left out."""
    return _texts(plan, ASSESSMENT)


def _texts(plan: ProblemPlan, names: Iterable[str]) -> list[dict[str, str]]:
    return [
        {"key": capfirst(str(plan._meta.get_field(name).verbose_name)), "value": text}  # type: ignore[union-attr]
        for name in names
        if (text := getattr(plan, name))
    ]


def months_caption(months: Sequence[PlanMonth]) -> str:
    """The months looked at: January 2024 to April 2024. Empty for none."""
    if not months:
        return ""
    first, last = wording.month(months[0].month), wording.month(months[-1].month)
    return f"The months looked at: {first if first == last else f'{first} to {last}'}"


def month_rows(months: Sequence[PlanMonth]) -> list[list[str]]:
    """The months that a plan looks at, oldest first."""
    return [[wording.month(each.month), *_numbers(each)] for each in months]


def month_foot(months: Sequence[PlanMonth]) -> list[str]:
    """All of these months; incidents of those that are loaded, and a dash where none is."""
    minutes = sum(each.counts.patrol_minutes for each in months)
    patrols = sum(each.counts.patrols for each in months)
    loaded = [each.incidents for each in months if each.incidents is not None]
    incidents = [f"{sum(numbers):,}" for numbers in zip(*loaded, strict=True)] or ["–"] * 3
    return ["All of these", f"{wording.hours(minutes):,}", f"{patrols:,}", *incidents]


def _numbers(month: PlanMonth) -> list[str]:
    incidents = ["–"] * 3 if month.incidents is None else [f"{number:,}" for number in month.incidents]
    return [f"{wording.hours(month.counts.patrol_minutes):,}", f"{month.counts.patrols:,}", *incidents]


def response_columns(*, links: bool) -> list[dict[str, Any]]:
    """The columns of `response_rows`."""
    labels = ("Response", "Owner", "Due", "Status", "Planned cost", "Cost so far")
    numeric = {"Planned cost", "Cost so far"}
    columns: list[dict[str, Any]] = [{"label": label, "numeric": label in numeric} for label in labels]
    return [*columns, {"label": "Change"}] if links else columns


def response_rows(
    responses: Iterable[Any], costs: Mapping[int, int], *, user: User, day: date, links: bool
) -> list[list[Any]]:
    """The responses of a plan as `queries.responses_of` gives them; with `links`, what the person can do.

    `costs` are in pence, by the ids of initiatives.
    """
    return [
        [
            _action(each),
            str(each.owner) if each.owner else each.team or "–",
            _due(each, day=day),
            {"text": str(PlanResponse.Status(each.status).label), "colour": _TAGS[PlanResponse.Status(each.status)]},
            pounds(_planned(each)),
            pounds(costs.get(each.initiative_id)) if each.shown_initiative else "–",
            *([_link(each, user)] if links else []),
        ]
        for each in responses
    ]


def _action(response: Any) -> str:
    note = f" ({response.note})" if response.note else ""
    part = f" Part of the initiative {response.shown_initiative}." if response.shown_initiative else ""
    return f"{response.action}{note}{'.' if part and not response.action.endswith('.') else ''}{part}"


def _planned(response: Any) -> int | None:
    if response.planned_pence is None and response.shown_initiative:
        planned: int | None = response.shown_initiative.planned_pence
        return planned
    own: int | None = response.planned_pence
    return own


def _due(response: PlanResponse, *, day: date) -> str:
    if response.done_on:
        return f"Done on {wording.day(response.done_on)}"
    waits = response.status in (PlanResponse.Status.PLANNED, PlanResponse.Status.UNDER_WAY)
    return f"{wording.day(response.due_on)}{' (overdue)' if waits and response.due_on < day else ''}"


def _link(response: PlanResponse, user: User) -> Any:
    if user.may(Permission.KEEP_PLANS):
        return {"url": reverse("reports:edit_response", args=(response.pk,)), "text": f"Change {response.action}"}
    waits = response.status in (PlanResponse.Status.PLANNED, PlanResponse.Status.UNDER_WAY)
    if waits and rules.may_do(response, by=user):
        return {"url": reverse("reports:tick_response", args=(response.pk,)), "text": f"Tick off {response.action}"}
    return "–"


def review_columns(*, keeps: bool) -> list[dict[str, Any]]:
    """The columns of `review_rows`."""
    return [*REVIEW_COLUMNS, {"label": "Record"}] if keeps else REVIEW_COLUMNS


def review_rows(reviews: Iterable[PlanReview], *, day: date, keeps: bool) -> list[list[Any]]:
    """The reviews of a plan; for who keeps it, a way to record one that took place."""
    rows: list[list[Any]] = []
    for each in reviews:
        late = " (overdue)" if each.held_on is None and each.due_on < day else ""
        held = wording.day(each.held_on) if each.held_on else "Not yet"
        link: Any = {
            "url": reverse("reports:hold_review", args=(each.pk,)),
            "text": f"Record the review of {wording.day(each.due_on)}",
        }
        record = [link if each.held_on is None else "–"] if keeps else []
        rows.append([f"{wording.day(each.due_on)}{late}", held, each.decided or "–", *record])
    return rows


@dataclass(frozen=True)
class StudyFinding:
    """What a study of impact found, in its own words: of all its areas and, where it is one of them, of the plan's."""

    name: str
    url: str
    verdict: str
    of_area: str
    lines: Sequence[str]


def findings(studies: Iterable[ImpactStudy], plan: ProblemPlan, user: User) -> list[StudyFinding]:
    """What the studies of a plan found, as far as this person may see it."""
    return [_finding(each, plan, user) for each in studies]


def _finding(study: ImpactStudy, plan: ProblemPlan, user: User) -> StudyFinding:
    sees_incidents = user.may(Permission.VIEW_INCIDENTS)
    shown = bool(study.result) and shows_totals(study, sees_incidents=sees_incidents)
    area = next((each for each in study.result.get("areas", ()) if each["id"] == plan.area_id), None)
    return StudyFinding(
        study.name,
        reverse("reports:impact_study", args=(study.pk,)) if user.may(Permission.VIEW_IMPACT) else "",
        impact.outcome(study, sees_incidents=sees_incidents),
        verdict(area, placebo_of(study.result)) if area and shown else "",
        impact.summary(study) if shown else [],
    )


def due_rows(things: Iterable[DueThing], titles: Mapping[int, str], *, day: date) -> list[list[Any]]:
    """What is due of a person; `titles` of plans by their ids."""
    return [
        [
            {"url": due_url(each), "text": due_words(each)},
            f"{wording.day(each.due_on)}{' (overdue)' if each.due_on < day else ''}",
            {"url": reverse("reports:plan", args=(each.plan,)), "text": titles[each.plan]},
        ]
        for each in things
    ]


def due_words(thing: DueThing) -> str:
    """What is to be done."""
    return f"Review of {thing.words}" if thing.is_review else thing.words


def due_url(thing: DueThing) -> str:
    """Where it can be done: reviews are recorded on the page of their plan."""
    if thing.is_review:
        return reverse("reports:plan", args=(thing.plan,))
    return reverse("reports:tick_response", args=(thing.pk,))


def total_rows(totals: PlanTotals, studies: Iterable[ImpactStudy], *, sees_incidents: bool) -> list[list[str]]:
    """All plans added up, and how many studies of theirs found what."""
    rows = [
        ("Open", totals.open),
        ("Closed", totals.closed),
        ("Hotspot areas with a plan", totals.areas),
        *((f"Responses: {label.lower()}", totals.responses[status]) for status, label in PlanResponse.Status.choices),
        ("Responses overdue", totals.late),
        ("Reviews overdue", totals.reviews_late),
        ("Assessed by a study", totals.assessed),
    ]
    said = Counter(impact.outcome(study, sees_incidents=sees_incidents) for study in studies)
    rows += [(f"Studies that say “{words}”", number) for words, number in sorted(said.items())]
    return [[label, f"{number:,}"] for label, number in rows]
