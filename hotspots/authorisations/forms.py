"""The forms of authorisations."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms

from hotspot.core.models import User
from hotspot.core.pages.fields import TextField
from hotspot.core.pages.forms import Form, Look
from hotspots.authorisations.moments import MomentsForm, day_field, time_field
from hotspots.authorisations.operations import AuthorisationFacts, LaterTimes
from hotspots.authorisations.queries import STATES, in_areas, in_state
from hotspots.models import HotspotArea, PoliceRank, PowerAuthorisation, PowerAuthorisationQuerySet
from hotspots.pages.filters import ListFilter, choice_field, offer_areas
from hotspots.queries import areas_seen_by

KINDS = PowerAuthorisation.Kind
NO_PEOPLE = "Do not name members of the public, or say anything by which one could be told"
OFFICER = "Name or collar number, as on the authorisation"


def rank_field(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", "Select a rank"), *PoliceRank.choices])


class AuthorisationForm(MomentsForm):
    """What the written authorisation says."""

    moments: ClassVar[tuple[str, ...]] = ("given", "start", "end", "review", "informed")

    kind = forms.ChoiceField(label="Power", choices=KINDS.choices, widget=forms.RadioSelect)
    areas = forms.ModelMultipleChoiceField(
        HotspotArea.objects.none(), label="Hotspot areas", help_text="Every area that the locality takes in",
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    locality = TextField(
        label="Locality", help_text="As the authorisation specifies it: its streets, or its name", max_length=300
    )
    grounds = TextField(
        label="Grounds",
        help_text=f"As the authorisation states them. {NO_PEOPLE}",
        max_length=4_000,
        widget=forms.Textarea,
    )
    rank = rank_field("Rank of who gave it")
    officer = TextField(label="Who gave it", help_text=OFFICER, max_length=120)
    given_day = day_field("Date it was given", help_text="For example, 29 11 2026")
    given_time = time_field("Time it was given")
    start_day = day_field("First date")
    start_time = time_field("Start")
    end_day = day_field("Last date")
    end_time = time_field("End")
    is_signed = forms.BooleanField(label="It is in writing and signed by who gave it", required=False)
    has_regard = forms.BooleanField(
        label="Who gave it had particular regard to freedom of expression and assembly (articles 10 and 11)",
        required=False,
    )
    informed_day = day_field("Date a superintendent was informed (optional)", required=False)
    informed_time = time_field("Time a superintendent was informed (optional)", required=False)
    review_day = day_field("Date of the next review (optional)", required=False)
    review_time = time_field("Time of the next review (optional)", required=False)

    looks = {
        "kind": Look(
            option_hints={
                KINDS.DISPERSAL: "Directions under section 35. An inspector or above, for at most 48 hours",
                KINDS.SEARCH: "An inspector or above, for at most 24 hours; a superintendent can continue it once",
            },
            reveals={KINDS.DISPERSAL: "has_regard", KINDS.SEARCH: ("informed_day", "informed_time")},
        ),
        "grounds": Look(rows=4),
    }

    def __init__(self, data: Any, *, by: User, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        areas: Any = self.fields["areas"]
        areas.queryset = areas_seen_by(by)

    @property
    def facts(self) -> AuthorisationFacts:
        """What a valid form says."""
        data = self.cleaned_data
        is_search = data["kind"] == KINDS.SEARCH
        names = ("kind", "areas", "locality", "grounds", "rank", "officer", "is_signed")
        return AuthorisationFacts(
            **{name: data[name] for name in names},
            given_at=data["given"],
            starts_at=data["start"],
            ends_at=data["end"],
            review_at=data["review"],
            has_regard=data["has_regard"] and not is_search,
            informed_at=data["informed"] if is_search else None,
        )


class CorrectAuthorisationForm(AuthorisationForm):
    """The same, when it was continued and withdrawn if it was, and why it is corrected."""

    moments = (*AuthorisationForm.moments, "until", "extended", "withdrawn")

    until_day = day_field("Continued until: date", required=False, help_text="Leave both empty if it was not continued")
    until_time = time_field("Continued until: time", required=False)
    extended_day = day_field("Date it was continued", required=False)
    extended_time = time_field("Time it was continued", required=False)
    withdrawn_day = day_field("Date it was withdrawn", required=False, help_text="Leave empty if it was not withdrawn")
    withdrawn_time = time_field("Time it was withdrawn", required=False)
    reason = TextField(label="Why it is corrected", max_length=300)

    def __init__(self, data: Any, *, by: User, found: PowerAuthorisation, initial: dict[str, Any]) -> None:
        super().__init__(data, by=by, initial=initial)
        absent = (
            *(() if found.extended_until else ("until", "extended")),
            *(() if found.withdrawn_at else ("withdrawn",)),
        )
        for name in absent:
            for part in ("day", "time", "change"):
                self.fields.pop(f"{name}_{part}", None)

    @property
    def later(self) -> LaterTimes:
        """What a valid form says of the continuation and the withdrawal, where they were recorded."""
        data = self.cleaned_data
        return LaterTimes(
            extended_until=data.get("until"), extended_at=data.get("extended"), withdrawn_at=data.get("withdrawn")
        )


class ContinueAuthorisationForm(MomentsForm):
    """How a section 60 authorisation was continued."""

    moments = ("until", "extended")

    until_day = day_field("Continued until: date")
    until_time = time_field("Continued until: time")
    extended_day = day_field("Date it was continued")
    extended_time = time_field("Time it was continued")
    rank = rank_field("Rank of who continued it")
    officer = TextField(label="Who continued it", help_text=OFFICER, max_length=120)
    grounds = TextField(
        label="Why it was continued",
        help_text=f"The offences that were committed or are suspected. {NO_PEOPLE}",
        max_length=4_000,
        widget=forms.Textarea,
    )

    looks = {"grounds": Look(rows=4)}


class WithdrawAuthorisationForm(MomentsForm):
    """When and why an authorisation was ended before its time."""

    moments = ("withdrawn",)

    withdrawn_day = day_field("Date it was withdrawn")
    withdrawn_time = time_field("Time it was withdrawn")
    reason = TextField(label="Why it is withdrawn", max_length=300)


class ReviewAuthorisationForm(MomentsForm):
    """A review of an authorisation, and when the next is due."""

    moments = ("reviewed", "review")

    reviewed_day = day_field("Date of the review")
    reviewed_time = time_field("Time of the review")
    officer = TextField(label="Who reviewed it", help_text=OFFICER, max_length=120)
    finding = TextField(
        label="What was found", help_text=f"For example, still needed: groups are gathering again. {NO_PEOPLE}",
        max_length=2_000, widget=forms.Textarea,
    )  # fmt: skip
    review_day = day_field("Date of the next review (optional)", required=False)
    review_time = time_field("Time of the next review (optional)", required=False)

    looks = {"finding": Look(rows=3)}


class InformSuperintendentForm(MomentsForm):
    """When a superintendent was told of a section 60 authorisation."""

    moments = ("informed",)

    informed_day = day_field("Date a superintendent was informed")
    informed_time = time_field("Time a superintendent was informed")


class VoidAuthorisationForm(Form):
    """Why an authorisation should not be here."""

    reason = TextField(label="Why it was recorded by mistake", max_length=300)


class AuthorisationFilter(ListFilter):
    """By state, kind and area."""

    state = choice_field("State", "All but those recorded by mistake", list(STATES))
    kind = choice_field("Power", "Both powers", KINDS.choices)
    area = forms.ModelChoiceField(
        HotspotArea.objects.none(), label="Hotspot area", required=False, empty_label="All areas"
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_areas(self.fields["area"], HotspotArea.objects.visible_to(by))

    def apply_at(self, found: PowerAuthorisationQuerySet, at: datetime) -> PowerAuthorisationQuerySet:
        """The authorisations that fit at an instant."""
        state = self.chosen("state")
        found = in_state(found, state, at) if state else found.standing()
        if kind := self.chosen("kind"):
            found = found.filter(kind=kind)
        if area := self.chosen("area"):
            found = found.filter(in_areas([area.pk]))
        return found
