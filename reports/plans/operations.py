"""Writes to problem-solving plans. Nothing is deleted: plans are closed and responses dropped, with a reason."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Min

from hotspot.core.calendar import today
from hotspot.core.errors import ChangedMeanwhile, DomainError
from hotspot.core.models import User
from hotspot.core.text import clean_line, clean_lines
from hotspots.models import HotspotAnalysis, HotspotArea, Initiative
from hotspots.saving import locked_row, save_row
from reports.models import (
    ImpactStudy,
    PlanAnalysis,
    PlanResponse,
    PlanReview,
    PlanStudy,
    ProblemPlan,
)
from reports.plans import rules

SCANNING = ("problem", "community", "harm", "expectation", "incidents", "recurring", "similarity", "aim")
ANALYSIS = ("known", "causes", "victims", "offenders", "location", "gaps")
ASSESSMENT = ("learnt", "following")


@transaction.atomic
def save_plan(
    *,
    by: User,
    at: datetime,
    plan_id: int | None = None,
    version: int | None = None,
    area: HotspotArea,
    title: str,
    opened_on: date,
    lead: User | None = None,
    team: str = "",
    partners: str = "",
) -> ProblemPlan:
    """Begin a plan, or change what it is about and who leads it. Raises DomainError(s) on a field, ChangedMeanwhile."""
    plan = locked_row(ProblemPlan, plan_id, version)
    if plan.pk is None:
        plan.added_by, plan.added_at = by, at
    rules.check_open(plan)
    rules.check_opened(opened_on, day=today(at), earliest=_earliest_day(plan) if plan.pk else None)
    if plan.pk is None:
        _check_new_plan(area, title)
    plan.area, plan.title, plan.opened_on = area, clean_line(title), opened_on
    plan.lead, plan.team, plan.partners = lead, clean_line(team), clean_lines(partners)
    save_row(plan)
    return plan


def _earliest_day(plan: ProblemPlan) -> date | None:
    """The first day on which something of a plan was due, done or reviewed; None where nothing is."""
    days = plan.responses.aggregate(due=Min("due_on"), done=Min("done_on"))
    days |= plan.reviews.aggregate(held=Min("held_on"))
    return min((day for day in days.values() if day), default=None)


def _check_new_plan(area: HotspotArea, title: str) -> None:
    # Whoever begins one of this area at this moment comes first.
    HotspotArea.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=area.pk)
    if ProblemPlan.objects.open().filter(area=area, title__iexact=clean_line(title)).exists():
        raise DomainError("plan_twice", "There is an open plan for this problem in this area already.", "title")


@transaction.atomic
def save_scanning(
    *,
    by: User,
    plan_id: int,
    version: int | None = None,
    first_month: date | None,
    last_month: date | None,
    analyses: Collection[HotspotAnalysis],
    **texts: str,
) -> ProblemPlan:
    """What the problem is: the texts of SCANNING, the months looked at, and the analyses. Raises as `save_plan`."""
    plan = _open_plan(plan_id, version)
    rules.check_months(first_month, last_month)
    plan.first_month, plan.last_month = first_month, last_month
    _save_texts(plan, SCANNING, texts)
    plan.scanned_by.exclude(analysis__in=analyses).delete()
    known = set(plan.scanned_by.values_list("analysis_id", flat=True))
    for analysis in analyses:
        if analysis.pk not in known:
            PlanAnalysis.objects.create(plan=plan, analysis=analysis)
    return plan


@transaction.atomic
def save_analysis(*, by: User, plan_id: int, version: int | None = None, **texts: str) -> ProblemPlan:
    """What is known of the problem, and why it happens: the texts of ANALYSIS. Raises as `save_plan`."""
    plan = _open_plan(plan_id, version)
    _save_texts(plan, ANALYSIS, texts)
    return plan


@transaction.atomic
def save_assessment(
    *, by: User, plan_id: int, version: int | None = None, studies: Collection[ImpactStudy], **texts: str
) -> ProblemPlan:
    """By which studies a plan is assessed, and the texts of ASSESSMENT. Raises as `save_plan`."""
    plan = _open_plan(plan_id, version)
    _save_texts(plan, ASSESSMENT, texts)
    plan.assessed_by.exclude(study__in=studies).delete()
    known = set(plan.assessed_by.values_list("study_id", flat=True))
    for study in studies:
        if study.pk not in known:
            PlanStudy.objects.create(plan=plan, study=study)
    return plan


def _save_texts(plan: ProblemPlan, names: Collection[str], texts: Mapping[str, str]) -> None:
    for name in names:
        setattr(plan, name, clean_lines(texts.get(name, "")))
    save_row(plan)


@transaction.atomic
def close_plan(*, by: User, at: datetime, plan_id: int, reason: str) -> ProblemPlan:
    """Close a plan, with a reason: nobody is reminded of it any more. Raises DomainError `plan_closed`."""
    plan = _open_plan(plan_id)
    plan.state, plan.closed_on, plan.close_reason = ProblemPlan.State.CLOSED, today(at), _reason(reason)
    save_row(plan)
    return plan


@transaction.atomic
def reopen_plan(*, by: User, plan_id: int) -> ProblemPlan:
    """Work on a closed plan again. Raises ChangedMeanwhile if it is open."""
    plan = locked_row(ProblemPlan, plan_id)
    if plan.is_open:
        raise ChangedMeanwhile
    plan.state, plan.closed_on, plan.close_reason = ProblemPlan.State.OPEN, None, ""
    save_row(plan)
    return plan


@transaction.atomic
def save_response(
    *,
    by: User,
    at: datetime,
    plan_id: int,
    response_id: int | None = None,
    version: int | None = None,
    action: str,
    due_on: date,
    owner: User | None = None,
    team: str = "",
    status: str = PlanResponse.Status.PLANNED,
    done_on: date | None = None,
    note: str = "",
    planned_pence: int | None = None,
    initiative: Initiative | None = None,
) -> PlanResponse:
    """Add a response to a plan, or change one. Raises DomainError(s) on a field, and ChangedMeanwhile."""
    plan = _open_plan(plan_id)
    response = locked_row(PlanResponse, response_id, version)
    if response.pk is None:
        response.plan, response.added_by, response.added_at = plan, by, at
        _check_room(plan)
        _check_new_response(plan, action, due_on, owner, team)
    response.action, response.due_on = clean_line(action), due_on
    response.owner, response.team, response.status = owner, clean_line(team), status
    response.done_on = done_on if status == PlanResponse.Status.DONE else None
    response.note, response.planned_pence, response.initiative = clean_line(note), planned_pence, initiative
    rules.check_after(plan, due_on, "due_on")
    rules.check_response(response, day=today(at))
    save_row(response)
    return response


def _check_room(plan: ProblemPlan) -> None:
    if plan.responses.count() >= rules.MOST_RESPONSES:
        message = f"A plan has at most {rules.MOST_RESPONSES} responses. Begin another plan."
        raise DomainError("too_many_responses", message)


def _check_new_response(plan: ProblemPlan, action: str, due_on: date, owner: User | None, team: str) -> None:
    same = {"action__iexact": clean_line(action), "due_on": due_on, "owner": owner, "team": clean_line(team)}
    if plan.responses.filter(**same).exists():
        raise DomainError("response_twice", "This plan has the same response already.", "action")


@transaction.atomic
def tick_response(*, by: User, at: datetime, response_id: int, done_on: date, note: str = "") -> PlanResponse:
    """Say that a response is done, as its owner or as who writes plans.

    Raises NotAllowed `not_own_response`, DomainError(s) on a field, and ChangedMeanwhile if it is not to be done.
    """
    response = PlanResponse.objects.visible_to(by).select_for_update(of=("self",)).get(pk=response_id)
    rules.check_may_do(response, by=by)
    rules.check_open(response.plan)
    if response.status in (PlanResponse.Status.DONE, PlanResponse.Status.DROPPED):
        raise ChangedMeanwhile
    response.status, response.done_on = PlanResponse.Status.DONE, done_on
    response.note = clean_line(note) or response.note
    rules.check_response(response, day=today(at))
    save_row(response)
    return response


@transaction.atomic
def add_review(*, by: User, at: datetime, plan_id: int, due_on: date) -> PlanReview:
    """Set a day by which a plan is to be reviewed. Raises DomainError on `due_on` for a day that is over."""
    plan = _open_plan(plan_id)
    if due_on < today(at):
        raise DomainError("review_past", "Enter today or a day to come.", "due_on")
    if plan.reviews.filter(due_on=due_on, held_on=None).exists():
        raise DomainError("review_twice", "A review is due on this day already.", "due_on")
    review = PlanReview(plan=plan, due_on=due_on, added_by=by, added_at=at)
    save_row(review)
    return review


@transaction.atomic
def hold_review(
    *, by: User, at: datetime, review_id: int, held_on: date, decided: str, next_on: date | None = None
) -> PlanReview:
    """Say when a review took place and what was decided, and set the next one. Raises DomainError on a field."""
    review = locked_row(PlanReview, review_id)
    _open_plan(review.plan_id)
    if review.held_on is not None:
        raise ChangedMeanwhile
    if held_on > today(at):
        raise DomainError("held_on_ahead", "It cannot have taken place on a day to come.", "held_on")
    rules.check_after(review.plan, held_on, "held_on")
    review.held_on, review.decided = held_on, clean_lines(decided)
    save_row(review)
    if next_on is not None:
        _add_next(by=by, at=at, plan_id=review.plan_id, next_on=next_on)
    return review


def _add_next(*, by: User, at: datetime, plan_id: int, next_on: date) -> None:
    try:
        add_review(by=by, at=at, plan_id=plan_id, due_on=next_on)
    except DomainError as refusal:
        raise DomainError(refusal.code, refusal.message, "next_on") from refusal


def _open_plan(plan_id: int, version: int | None = None) -> ProblemPlan:
    plan = locked_row(ProblemPlan, plan_id, version)
    rules.check_open(plan)
    return plan


def _reason(reason: str) -> str:
    if not (found := clean_line(reason)):
        raise DomainError("reason_missing", "Enter why it is closed.", "reason")
    return found
