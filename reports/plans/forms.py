"""The forms of problem-solving plans, one for each step of SARA, and of their responses and reviews."""

from datetime import date
from typing import Any

from django import forms

from hotspot.core.models import User
from hotspot.core.pages.fields import DateField, MonthField, TextField, month_choices
from hotspot.core.pages.forms import Form, Look
from hotspots.initiatives.forms import NO_PEOPLE
from hotspots.initiatives.queries import possible_owners
from hotspots.models import HotspotAnalysis, HotspotArea, Initiative
from hotspots.pages.fields import money_field
from hotspots.pages.filters import ListFilter, choice_field, offer_areas
from hotspots.queries import areas_seen_by
from reports.models import ImpactStudy, PlanResponse, ProblemPlan
from reports.plans import queries

MOST_TEXT = 2_000


def _text(label: str, help_text: str = "") -> TextField:
    return TextField(
        label=label, help_text=help_text, required=False, max_length=MOST_TEXT, widget=forms.Textarea
    )  # fmt: skip


def _rows(*names: str) -> dict[str, Look]:
    return {name: Look(rows=3) for name in names}


class ProblemPlanForm(Form):
    """Which area a plan is about, and who leads it."""

    area = forms.ModelChoiceField(HotspotArea.objects.none(), label="Hotspot area", empty_label="Select an area")
    title = TextField(
        label="Problem, in a few words",
        help_text=f"For example, Disorder at the bus station after school. {NO_PEOPLE}",
        max_length=120,
    )
    opened_on = DateField(label="Date it began", help_text="For example, 1 9 2024")
    lead = forms.ModelChoiceField(
        User.objects.none(), label="Led by (optional)", help_text="They are reminded of reviews", required=False,
        empty_label="Nobody who uses this service",
    )  # fmt: skip
    team = TextField(
        label="Team that leads it (optional)",
        help_text="If nobody who uses this service does, for example Hitchin Safer Neighbourhood Team",
        required=False,
        max_length=120,
    )
    partners = _text("Partners (optional)", "Organisations, for example the town council and the bus company")

    looks = _rows("partners")

    def __init__(self, data: Any, *, by: User, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        offer_areas(self.fields["area"], areas_seen_by(by))
        self.fields["lead"].queryset = possible_owners()  # type: ignore[attr-defined]


class ScanningForm(Form):
    """What the problem is, by the CHEERS test, and what it was found by."""

    problem = _text("What is the problem?", f"In two or three sentences. {NO_PEOPLE}")
    community = _text("Community: who is affected?", "Residents, shops, passengers, staff: groups, not people")
    harm = _text("Harm: what harm does it do?", "Injuries, losses, fear, cost to services")
    expectation = _text("Expectation: what do they expect of police and partners?", "What was asked for, and where")
    incidents = _text("Events: what happens?", "What is reported, and what is not")
    recurring = _text("Recurring: how often does it come back?", "Days, hours and seasons")
    similarity = _text("Similarity: what do the events have in common?", "The same places, times, targets or behaviour")
    aim = _text("Aim: what is the plan to achieve, and how will you know?", "A number, a place and a date")
    first_month = MonthField(label="First month looked at (optional)", required=False)
    last_month = MonthField(label="Last month looked at (optional)", required=False)
    analyses = forms.ModelMultipleChoiceField(
        HotspotAnalysis.objects.none(),
        label="Analyses that show it",
        help_text="The plan links to them",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    looks = _rows("problem", "community", "harm", "expectation", "incidents", "recurring", "similarity", "aim")

    def __init__(self, data: Any, *, by: User, months: tuple[date, date], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        for name in ("first_month", "last_month"):
            label = self.fields[name].label
            field = MonthField(label=label, required=False)
            field.choices = [("", "None"), *month_choices(*months)]
            self.fields[name] = field
        self.fields["analyses"].queryset = queries.analyses_to_choose(by)  # type: ignore[attr-defined]


class AnalysisStepForm(Form):
    """What is known of the problem, and why it happens: victims, offenders and location."""

    known = _text("What is known?", f"From records, patrols, partners and residents. {NO_PEOPLE}")
    causes = _text("Why does it happen?", "Causes that can be changed, rather than what it looks like")
    victims = _text("Victims: who or what is targeted?", "Groups and kinds of premises, not people")
    offenders = _text("Offenders: who does it?", "Groups by age or occasion. Never names, descriptions or intelligence")
    location = _text("Location: what about the place makes it easy?", "Lighting, sight lines, opening hours, transport")
    gaps = _text("What is not known yet?", "And who could find out")

    looks = _rows("known", "causes", "victims", "offenders", "location", "gaps")


class AssessmentForm(Form):
    """Which studies say what became of the problem, and what was learnt."""

    studies = forms.ModelMultipleChoiceField(
        ImpactStudy.objects.none(),
        label="Studies of impact",
        help_text="The plan quotes what they found, in their own words",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    learnt = _text("What was learnt?", f"What worked, what did not, and what was not done. {NO_PEOPLE}")
    following = _text("What follows from it?", "Go on, change the responses, scan again, or close the plan")

    looks = _rows("learnt", "following")

    def __init__(self, data: Any, *, by: User, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.fields["studies"].queryset = queries.studies_to_choose(by)  # type: ignore[attr-defined]


class ResponseForm(Form):
    """One thing that is done: whose it is, by when, and what it is to cost."""

    action = TextField(
        label="What is to be done", help_text=f"For example, ask the council to mend the lights. {NO_PEOPLE}",
        max_length=200,
    )  # fmt: skip
    owner = forms.ModelChoiceField(
        User.objects.none(), label="Owner (optional)", help_text="They are reminded, and can tick it off",
        required=False, empty_label="Nobody who uses this service",
    )  # fmt: skip
    team = TextField(
        label="Team (optional)",
        help_text="If its owner does not use this service. Who leads the plan is reminded then",
        required=False,
        max_length=120,
    )
    due_on = DateField(label="Due date", help_text="For example, 30 11 2024")
    status = forms.ChoiceField(label="Status", choices=PlanResponse.Status.choices, widget=forms.RadioSelect)
    done_on = DateField(label="Date it was done (if it is)", required=False)
    note = TextField(
        label="What was done, or why it was dropped (optional)", help_text=NO_PEOPLE, required=False, max_length=500,
        widget=forms.Textarea,
    )  # fmt: skip
    planned_pence = money_field("Planned cost (optional)", "In pounds, where it is not that of an initiative")
    initiative = forms.ModelChoiceField(
        Initiative.objects.none(), label="Initiative (optional)", help_text="If it is part of one: its cost is shown",
        required=False, empty_label="None",
    )  # fmt: skip

    looks = {"note": Look(rows=2), "planned_pence": Look(prefix="£", width=10)}

    def __init__(self, data: Any, *, by: User, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.fields["owner"].queryset = possible_owners()  # type: ignore[attr-defined]
        self.fields["initiative"].queryset = queries.initiatives_to_choose(by)  # type: ignore[attr-defined]


class TickForm(Form):
    """That a response is done."""

    done_on = DateField(label="Date it was done")
    note = TextField(
        label="What was done (optional)", help_text=NO_PEOPLE, required=False, max_length=500, widget=forms.Textarea
    )

    looks = {"note": Look(rows=2)}


class ReviewForm(Form):
    """By when a plan is to be reviewed."""

    due_on = DateField(label="Date of the review", help_text="For example, 30 11 2024. Who leads the plan is reminded")


class HeldReviewForm(Form):
    """When a review took place, what was decided, and when the next one is due."""

    held_on = DateField(label="Date it took place")
    decided = TextField(
        label="What was decided", help_text=NO_PEOPLE, max_length=MOST_TEXT, widget=forms.Textarea
    )  # fmt: skip
    next_on = DateField(label="Next review due (optional)", required=False)

    looks = {"decided": Look(rows=3)}


class ClosePlanForm(Form):
    """Why a plan is closed."""

    reason = TextField(
        label="Why it is closed", help_text="For example, the aim is reached", max_length=300, widget=forms.Textarea
    )

    looks = {"reason": Look(rows=2)}


class PlanFilter(ListFilter):
    """By area and state."""

    area = forms.ModelChoiceField(
        HotspotArea.objects.none(), label="Hotspot area", required=False, empty_label="All areas"
    )
    state = choice_field("State", "Open and closed", ProblemPlan.State.choices)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_areas(self.fields["area"], HotspotArea.objects.visible_to(by))

    def apply(self, plans: Any) -> Any:
        """The plans that fit."""
        if area := self.chosen("area"):
            plans = plans.filter(area=area)
        if state := self.chosen("state"):
            plans = plans.filter(state=state)
        return plans
