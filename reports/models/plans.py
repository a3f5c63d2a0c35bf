"""Problem-solving plans of hotspot areas: scanning, analysis, response and assessment (SARA)."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from hotspot.core.models import User, tracked
from hotspot.core.permissions import Permission
from hotspots.models import DistrictAccess, HotspotAnalysis, HotspotArea, Initiative
from reports.models.impact import ImpactStudy


class ProblemPlanQuerySet(models.QuerySet["ProblemPlan"]):
    def visible_to(self, user: User) -> Self:
        """All of them for who may see plans; for supervisors, those of the areas of their own districts."""
        if not user.may(Permission.VIEW_PLANS):
            return self.none()
        if not user.has_own_districts:
            return self
        return self.filter(area__district__in=DistrictAccess.objects.filter(user=user).values("district"))

    def open(self) -> Self:
        """Those that are worked on."""
        return self.filter(state=ProblemPlan.State.OPEN)


@tracked()
class ProblemPlan(models.Model):
    """What a neighbourhood team and its partners do about a problem in a hotspot area, by the steps of SARA.

    Scanning says what the problem is, with the CHEERS test (community, harm, expectation, events, recurring,
    similarity) and the months that are looked at, by their first days. Analysis says what is known and why it happens.
    Responses are rows of their own; assessment is what studies of impact found, and what was learnt. `lead` is a user
    of the service, or else `team` is a name. A closed plan says why.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    area = models.ForeignKey(HotspotArea, models.PROTECT, related_name="problem_plans")
    title = models.CharField(max_length=120)
    lead = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    team = models.CharField("team that leads it", max_length=120, blank=True)
    partners = models.TextField(blank=True)
    opened_on = models.DateField("begun on")
    problem = models.TextField("what the problem is", blank=True)
    community = models.TextField("who it affects", blank=True)
    harm = models.TextField("what harm it does", blank=True)
    expectation = models.TextField("what is expected of police and partners", blank=True)
    incidents = models.TextField("what happens", blank=True)
    recurring = models.TextField("how often it comes back", blank=True)
    similarity = models.TextField("what the events have in common", blank=True)
    first_month = models.DateField("first month looked at", null=True, blank=True)
    last_month = models.DateField("last month looked at", null=True, blank=True)
    aim = models.TextField("what the plan is to achieve", blank=True)
    known = models.TextField("what is known", blank=True)
    causes = models.TextField("why it happens", blank=True)
    victims = models.TextField("victims", blank=True)
    offenders = models.TextField("offenders", blank=True)
    location = models.TextField("location", blank=True)
    gaps = models.TextField("what is not known yet", blank=True)
    learnt = models.TextField("what was learnt", blank=True)
    following = models.TextField("what follows from it", blank=True)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    closed_on = models.DateField("closed on", null=True, blank=True)
    close_reason = models.CharField("why it was closed", max_length=300, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = ProblemPlanQuerySet.as_manager()

    class Meta:
        ordering = ("-state", "-opened_on", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(first_month__isnull=True, last_month__isnull=True)
                | Q(first_month__day=1, last_month__day=1, last_month__gte=F("first_month")),
                name="plan_months_in_order",
                violation_error_message="The last month must be the same as or after the first.",
            ),
            models.CheckConstraint(
                condition=Q(lead__isnull=True) | Q(team=""),
                name="plan_one_lead",
                violation_error_message="Name a person or a team as its lead, not both.",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_on__isnull=True, close_reason="")
                | Q(state="closed", closed_on__isnull=False) & ~Q(close_reason=""),
                name="plan_closed_with_reason",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether it is worked on, and can be changed."""
        return self.state == self.State.OPEN


@tracked()
class PlanAnalysis(models.Model):
    """An analysis of where incidents gather, by which the problem of a plan was found."""

    plan = models.ForeignKey(ProblemPlan, models.CASCADE, related_name="scanned_by")
    analysis = models.ForeignKey(HotspotAnalysis, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("plan", "id")
        constraints = (models.UniqueConstraint(fields=("plan", "analysis"), name="plan_analysis_once"),)

    def __str__(self) -> str:
        return str(self.analysis)


@tracked()
class PlanStudy(models.Model):
    """A study of impact by which a plan is assessed. What it found is read from it and never written down again."""

    plan = models.ForeignKey(ProblemPlan, models.CASCADE, related_name="assessed_by")
    study = models.ForeignKey(ImpactStudy, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("plan", "id")
        constraints = (models.UniqueConstraint(fields=("plan", "study"), name="plan_study_once"),)

    def __str__(self) -> str:
        return str(self.study)


class PlanResponseQuerySet(models.QuerySet["PlanResponse"]):
    def visible_to(self, user: User) -> Self:
        """Those of the plans that this person may see."""
        return self.filter(plan__in=ProblemPlan.objects.visible_to(user).values("pk"))

    def to_do(self) -> Self:
        """Those of open plans that are neither done nor dropped."""
        waiting = (PlanResponse.Status.PLANNED, PlanResponse.Status.UNDER_WAY)
        return self.filter(plan__state=ProblemPlan.State.OPEN, status__in=waiting)


@tracked()
class PlanResponse(models.Model):
    """One thing that is done about the problem of a plan: whose it is, by when, and what it is to cost, in pence.

    What it really cost is known of the `initiative` that it is part of. `owner` is a user of the service, or else
    `team` is a name.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        UNDER_WAY = "under_way", "Under way"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    plan = models.ForeignKey(ProblemPlan, models.PROTECT, related_name="responses")
    action = models.CharField("what is to be done", max_length=200)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    team = models.CharField(max_length=120, blank=True)
    due_on = models.DateField("due")
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    done_on = models.DateField("done on", null=True, blank=True)
    note = models.CharField("what was done, or why it was dropped", max_length=500, blank=True)
    planned_pence = models.BigIntegerField("planned cost, in pence", null=True, blank=True)
    initiative = models.ForeignKey(Initiative, models.PROTECT, null=True, blank=True, related_name="responses")
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = PlanResponseQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "due_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(team=""),
                name="response_one_owner",
                violation_error_message="Name a person or a team as its owner, not both.",
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_on__isnull=False) | ~Q(status="done") & Q(done_on__isnull=True),
                name="response_done_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(planned_pence__isnull=True) | Q(planned_pence__gte=0),
                name="response_cost_not_negative",
                violation_error_message="The planned cost must be 0 or more.",
            ),
        )

    def __str__(self) -> str:
        return self.action


class PlanReviewQuerySet(models.QuerySet["PlanReview"]):
    def visible_to(self, user: User) -> Self:
        """Those of the plans that this person may see."""
        return self.filter(plan__in=ProblemPlan.objects.visible_to(user).values("pk"))

    def to_hold(self) -> Self:
        """Those of open plans that have not taken place."""
        return self.filter(plan__state=ProblemPlan.State.OPEN, held_on__isnull=True)


@tracked()
class PlanReview(models.Model):
    """A day by which a plan is reviewed and, once it was, on which day and what was decided."""

    plan = models.ForeignKey(ProblemPlan, models.PROTECT, related_name="reviews")
    due_on = models.DateField("review due")
    held_on = models.DateField("reviewed on", null=True, blank=True)
    decided = models.TextField("what was decided", blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    objects = PlanReviewQuerySet.as_manager()

    class Meta:
        ordering = ("plan", "due_on", "id")

    def __str__(self) -> str:
        return f"Review of {self.plan}"


class PlanReminder(models.Model):
    """That somebody was reminded of a response or of a review, for the day on which it was due then."""

    class Stage(models.TextChoices):
        SOON = "soon", "Due soon"
        OVERDUE = "overdue", "Overdue"

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    response = models.ForeignKey(PlanResponse, models.PROTECT, null=True, blank=True, related_name="reminders")
    review = models.ForeignKey(PlanReview, models.PROTECT, null=True, blank=True, related_name="reminders")
    due_on = models.DateField()
    stage = models.CharField(max_length=7, choices=Stage)
    sent_at = models.DateTimeField()

    class Meta:
        ordering = ("-sent_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(response__isnull=True) ^ Q(review__isnull=True), name="reminder_of_one_thing"
            ),
            models.UniqueConstraint(fields=("user", "response", "due_on", "stage"), name="reminder_of_response_once"),
            models.UniqueConstraint(fields=("user", "review", "due_on", "stage"), name="reminder_of_review_once"),
        )

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.response or self.review}"
