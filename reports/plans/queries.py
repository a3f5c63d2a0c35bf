"""Problem-solving plans as somebody may see them, and what is due."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.initiatives.queries import costs_of
from hotspots.models import HotspotAnalysis, Initiative
from reports.models import (
    ImpactStudy,
    PlanResponse,
    PlanResponseQuerySet,
    PlanReview,
    PlanReviewQuerySet,
    PlanStudy,
    ProblemPlan,
    ProblemPlanQuerySet,
)

SOON = timedelta(days=7)
"""How long before a day somebody is told of what is due then."""


def plans_seen_by(user: User) -> ProblemPlanQuerySet:
    """The plans this person may see, open ones first, each with its area."""
    plans = ProblemPlan.objects.visible_to(user).select_related("area__district", "lead", "added_by")
    return plans.defer("area__boundary", "area__district__outline")


def listed_plans(user: User, *, day: date) -> ProblemPlanQuerySet:
    """The same with what the list says of each.

    That is `response_count`, `done_count`, `late_count` of those due before the day, `next_review`, and whether it
    `is_assessed`.
    """
    to_do = Q(responses__status__in=(PlanResponse.Status.PLANNED, PlanResponse.Status.UNDER_WAY))
    reviews = PlanReview.objects.filter(plan=OuterRef("pk"), held_on__isnull=True).order_by("due_on")
    return (
        plans_seen_by(user)
        .annotate(
            response_count=Count("responses"),
            done_count=Count("responses", filter=Q(responses__status=PlanResponse.Status.DONE)),
            late_count=Count("responses", filter=to_do & Q(responses__due_on__lt=day)),
            next_review=reviews.values("due_on")[:1],
            is_assessed=Exists(PlanStudy.objects.filter(plan=OuterRef("pk"))),
        )
        .order_by("-state", "-opened_on", "-pk")
    )


def responses_of(plan: ProblemPlan, user: User) -> list[PlanResponse]:
    """The responses of a plan that this person may see, the first due first.

    Each has its `shown_initiative`: None for one that is withdrawn, or in districts that are not theirs.
    """
    responses: list[Any] = list(plan.responses.select_related("owner"))
    linked = [each.initiative_id for each in responses if each.initiative_id]
    shown = Initiative.objects.visible_to(user).standing().in_bulk(linked) if linked else {}
    for each in responses:
        each.shown_initiative = shown.get(each.initiative_id)
    return responses


def responses_with_costs(plan: ProblemPlan, user: User) -> tuple[list[PlanResponse], dict[int, int]]:
    """The same, and what their initiatives cost in pence, by the ids of those."""
    responses: list[Any] = responses_of(plan, user)
    return responses, costs_of(user, [each.shown_initiative for each in responses if each.shown_initiative])


def reviews_of(plan: ProblemPlan) -> list[PlanReview]:
    """The reviews of a plan that the caller may see, the first due first."""
    return list(plan.reviews.all())


def responses_seen_by(user: User) -> PlanResponseQuerySet:
    """The responses of the plans this person may see."""
    found = PlanResponse.objects.visible_to(user).select_related("plan__area", "owner", "initiative")
    return found.defer("plan__area__boundary")


def reviews_seen_by(user: User) -> PlanReviewQuerySet:
    """The reviews of the plans this person may see."""
    return PlanReview.objects.visible_to(user).select_related("plan")


def analyses_of(plan: ProblemPlan) -> list[HotspotAnalysis]:
    """The analyses by which the problem of a plan was found."""
    return [each.analysis for each in plan.scanned_by.select_related("analysis")]


def studies_of(plan: ProblemPlan) -> list[ImpactStudy]:
    """The studies by which a plan is assessed."""
    related = Prefetch(
        "study", ImpactStudy.objects.select_related("by").prefetch_related("categories", "comparison_areas")
    )
    return [each.study for each in plan.assessed_by.prefetch_related(related)]


def analyses_to_choose(user: User) -> QuerySet[HotspotAnalysis]:
    """The answered analyses that this person may link a plan to."""
    return HotspotAnalysis.objects.visible_to(user).exclude(result={})


def studies_to_choose(user: User) -> QuerySet[ImpactStudy]:
    """The answered studies that this person may link a plan to."""
    return ImpactStudy.objects.visible_to(user).answered()


def initiatives_to_choose(user: User) -> QuerySet[Initiative]:
    """The initiatives that this person may link a response to."""
    return Initiative.objects.visible_to(user).standing().order_by("name")


@dataclass(frozen=True)
class DueThing:
    """A response or a review that somebody answers for: the id of its row, and of its plan."""

    is_review: bool
    pk: int
    plan: int
    words: str
    due_on: date


def due_things(user: User, *, day: date) -> list[DueThing]:
    """What is overdue or due within a week and is this person's, the first due first.

    A response is its owner's; one that a team owns is of who leads its plan, and so are reviews.
    """
    if not user.may(Permission.DO_RESPONSES):
        return []
    responses, reviews = due_rows(user, day=day)
    found = _rows(responses, "action", F("pk") * 1).union(_rows(reviews, "plan__title", -F("pk")), all=True)
    things = [DueThing(pk < 0, abs(pk), plan, words, due_on) for pk, plan, words, due_on in found]
    return sorted(things, key=lambda each: (each.due_on, each.is_review, each.pk))


def due_rows(user: User, *, day: date) -> tuple[QuerySet[PlanResponse], QuerySet[PlanReview]]:
    """The responses and the reviews that `due_things` are, for who does responses."""
    plans, until = ProblemPlan.objects.visible_to(user).values("pk"), day + SOON
    own = Q(owner=user) | Q(owner__isnull=True, plan__lead=user)
    responses = PlanResponse.objects.to_do().filter(own, plan__in=plans, due_on__lte=until)
    return responses, PlanReview.objects.to_hold().filter(plan__lead=user, plan__in=plans, due_on__lte=until)


def _rows(found: QuerySet[Any], words: str, number: Any) -> QuerySet[Any]:
    """Their number, plan, words and day. Reviews have their ids below nought, to be told from responses."""
    rows: QuerySet[Any] = found.order_by().annotate(number=number).values_list("number", "plan", words, "due_on")
    return rows


def people_with_something_due(*, day: date) -> list[int]:
    """The ids of those whose something is overdue or due within a week."""
    until = day + SOON
    responses = PlanResponse.objects.to_do().filter(due_on__lte=until)
    reviews = PlanReview.objects.to_hold().filter(due_on__lte=until)
    found = set(responses.values_list("owner", flat=True)) | set(reviews.values_list("plan__lead", flat=True))
    found |= set(responses.filter(owner__isnull=True).values_list("plan__lead", flat=True))
    return sorted(found - {None})


@dataclass(frozen=True)
class PlanTotals:
    """All plans added up: how many are open, closed and assessed, in how many areas, their responses, what is late."""

    open: int
    closed: int
    areas: int
    assessed: int
    responses: dict[str, int]
    late: int
    reviews_late: int

    @property
    def number(self) -> int:
        """All of them."""
        return self.open + self.closed


def plan_totals(user: User, *, day: date) -> PlanTotals | None:
    """All plans added up, for who may see that; None for the others."""
    if not user.may(Permission.VIEW_PLAN_TOTALS):
        return None
    assessed = Exists(PlanStudy.objects.filter(plan=OuterRef("pk")))
    plans = ProblemPlan.objects.aggregate(
        open=Count("pk", filter=Q(state=ProblemPlan.State.OPEN)),
        closed=Count("pk", filter=Q(state=ProblemPlan.State.CLOSED)),
        areas=Count("area", distinct=True),
        assessed=Count("pk", filter=assessed),
    )
    statuses = {status: Count("pk", filter=Q(status=status)) for status in PlanResponse.Status.values}
    return PlanTotals(
        **plans,
        responses=PlanResponse.objects.aggregate(**statuses),
        late=PlanResponse.objects.to_do().filter(due_on__lt=day).count(),
        reviews_late=PlanReview.objects.to_hold().filter(due_on__lt=day).count(),
    )


def assessing_studies(user: User) -> list[ImpactStudy]:
    """The studies by which any plan is assessed and that this person may see, each once."""
    studies = ImpactStudy.objects.visible_to(user).filter(pk__in=PlanStudy.objects.values("study"))
    return list(studies.prefetch_related("comparison_areas"))
