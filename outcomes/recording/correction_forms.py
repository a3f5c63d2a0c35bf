"""The forms of a saved shift: a plan changed or worked, a logged shift put right. They know who was on it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms

from hotspot.core import wording
from hotspot.core.calendar import LONDON
from hotspot.core.pages.fields import TextField
from outcomes.recording.crew_forms import Staying
from outcomes.recording.forms import LogForm, PlanForm, ShiftForm
from patrols.models import CrewMember, CrewRole, PatrolShift
from patrols.shifts.after_midnight import possible_days
from patrols.shifts.crew_changes import PEOPLE_LEAVE, described, leaving
from patrols.shifts.entries import AcknowledgedWarnings
from patrols.shifts.rules import CrewEntry


class SavedShiftForm(ShiftForm):
    """What a saved shift is to become. Crew members who stay keep their own times."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    leaves = forms.MultipleChoiceField(
        label="Who is no longer in the crew?", required=False, widget=forms.CheckboxSelectMultiple
    )

    leaving: set[int] = set()

    def __init__(self, *args: Any, shift: PatrolShift, **kwargs: Any) -> None:
        self.shift = shift
        super().__init__(*args, **kwargs)
        self._offer_to_leave(shift.crew.all())

    @property
    def echo_query(self) -> str:  # type: ignore[override]
        """The shift whose crew the echo has to know."""
        return f"?shift={self.shift.pk}"

    def nights(self) -> list[tuple[str, str]]:
        """The night that the shift is on; another one by its date."""
        return [(self.shift.day.isoformat(), wording.weekday(self.shift.day))]

    def _means_a_night(self, night: date) -> bool:
        """Not where the saved shift started in the small hours of that day already."""
        return len(possible_days(self.shift.day, self.shift.starts_at.astimezone(LONDON).time())) == 1

    def clean(self) -> dict[str, Any]:
        """Ask who leaves a crew that has fewer people now, where it makes a difference."""
        super().clean()
        unclear = [staying for role in CrewRole if (staying := self._staying(role)) and staying.is_unclear]
        self._ask_who_leaves(unclear)
        return self.cleaned_data

    def _offer_to_leave(self, members: Iterable[CrewMember]) -> None:
        choices = [(str(member.pk), described(member, self.shift)) for member in members]
        self.fields["leaves"].choices = choices  # type: ignore[attr-defined]

    def _ask_who_leaves(self, unclear: Sequence[Staying]) -> None:
        members = [member for staying in unclear for member in staying.others]
        self._offer_to_leave(members)
        self.leaving = {int(pk) for pk in self.cleaned_data.get("leaves", [])} & {member.pk for member in members}
        for staying in unclear:
            if len(self.leaving & {member.pk for member in staying.others}) != staying.leavers:
                who = wording.plural(staying.leavers, wording.alternatives([staying.role.label]))
                self.add_error("leaves", f"Select who is no longer in the crew: {who}")
                return

    def _staying(self, role: CrewRole) -> Staying | None:
        numbers, size = self.cleaned_data.get(f"collars_{role}"), self.cleaned_data.get(f"crew_{role}")
        if not isinstance(numbers, list) or size is None:
            return None
        return Staying(self.shift, role, numbers=numbers, size=size)

    def _entries(self, role: CrewRole) -> Iterable[CrewEntry]:
        staying = self._staying(role)
        return staying.entries(self.leaving) if staying else []

    def acknowledged(self) -> AcknowledgedWarnings:
        """Who leaves has been confirmed where it was asked on the form, and nobody else leaves."""
        acknowledged = super().acknowledged()
        selected = Counter(described(each, self.shift) for each in self.shift.crew.all() if each.pk in self.leaving)
        crew = [entry for role in CrewRole for entry in self._entries(role)]
        if not selected or not Counter(described(each, self.shift) for each in leaving(self.shift, crew)) <= selected:
            return acknowledged
        return AcknowledgedWarnings(
            {*acknowledged.codes, PEOPLE_LEAVE},
            acknowledged.reason or ("" if acknowledged.codes else "Selected on the form"),
        )


class CompleteForm(SavedShiftForm, LogForm):
    """How a planned shift went."""


class ChangePlanForm(SavedShiftForm, PlanForm):
    """A planned shift, still planned. `was` carries what the form showed at first, so that a conflict can be shown."""

    was = TextField(widget=forms.HiddenInput, required=False)

    @property
    def echo_query(self) -> str:  # type: ignore[override]
        """The shift whose crew the echo has to know, and that it stays planned."""
        return f"?plan=1&shift={self.shift.pk}"


class CorrectForm(CompleteForm):
    """A logged shift, put right. `was` carries what the form showed at first, so that a conflict can be shown."""

    was = TextField(widget=forms.HiddenInput, required=False)
    reason = TextField(
        label="Why it changes",
        max_length=500,
        help_text="Everybody who can see the shift can read this.",
        error_messages={"required": "Say why, in a few words"},
    )
