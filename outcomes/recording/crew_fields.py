"""Who was on a shift, as its forms ask for it: a count for each role, with collar numbers and own times if known."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict

from hotspot.core import wording
from hotspot.core.clock import TimeHappenedTwice, parse_clock, parse_finish_clock, times_in
from hotspot.core.errors import DomainError
from hotspot.core.pages.fields import Stepper, TextField, WholeNumberField
from outcomes.recording.night_fields import NightForm
from patrols.models import CrewRole
from patrols.shifts.crew_text import Person, own_times_in, parse_collar_numbers
from patrols.shifts.rules import MAXIMUM_CREW, CrewEntry, instant_within

# What the button "Add a team" sends: the id of the team.
ADD_TEAM = "add_team"


def count_field(label: str, highest: int = 999) -> WholeNumberField:
    """A tally: blank is not zero, so it may be left empty."""
    return WholeNumberField(
        label=label, required=False, min_value=0, max_value=highest, widget=Stepper(highest=highest)
    )


def check_ranks(people: Iterable[Person], role: CrewRole) -> None:
    """Raise DomainError `rank_of_another_role` for a rank that is not of this role, as a PCSO among officers."""
    for other, number in people:
        if other is not None and other != role:
            message = f"{number} is a {wording.alternatives([other.label])}. Enter them with the {other.label}s."
            raise DomainError("rank_of_another_role", message)


class CrewForm(NightForm):
    """The crew of a shift. Somebody's own times stand in brackets after their collar number: PC1234 (10pm-2am)."""

    # Rules speak of the crew as a whole; the form has an input for each role.
    error_fields: ClassVar = {"crew": f"crew_{CrewRole.POLICE_OFFICER}"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_times: dict[tuple[CrewRole, str], tuple[datetime, datetime]] = {}
        for role in CrewRole:
            self.fields[f"crew_{role}"] = count_field(f"{role.label}s", MAXIMUM_CREW)
            self.fields[f"collars_{role}"] = TextField(
                label=f"Collar numbers: {role.label}s", required=False, max_length=400
            )

    def full_clean(self) -> None:
        """Nothing is checked where a team was put on the form: it is shown again, to be gone on with."""
        super().full_clean() if not self.is_adding_team else self._leave_unchecked()

    def _leave_unchecked(self) -> None:
        self._errors = ErrorDict(renderer=self.renderer)
        self.cleaned_data: dict[str, Any] = {}

    def is_valid(self) -> bool:
        """Whether what was sent can be saved."""
        return not self.is_adding_team and super().is_valid()

    @property
    def is_adding_team(self) -> bool:
        """Whether the form was sent to have a team put on it, and not to be saved."""
        return self.is_bound and ADD_TEAM in self.data

    @property
    def crew_rows(self) -> Iterator[tuple[BoundField, BoundField]]:
        """The count and the collar numbers of each role."""
        for role in CrewRole:
            yield self[f"crew_{role}"], self[f"collars_{role}"]

    @property
    def has_collar_numbers(self) -> bool:
        """Whether any collar number is in the form, so that the page opens where they are."""
        return any(collars.value() or collars.errors for _, collars in self.crew_rows)

    @property
    def has_crew_errors(self) -> bool:
        """Whether something about the crew is wrong already."""
        return any(count.errors or collars.errors for count, collars in self.crew_rows)

    def _clean_crew(self) -> None:
        self.own_times = {}
        for role in CrewRole:
            self._clean_collars(role)

    def _clean_collars(self, role: CrewRole) -> None:
        count, collars = f"crew_{role}", f"collars_{role}"
        try:
            text, spells = own_times_in(self.cleaned_data.get(collars) or "", column=role)
            people = parse_collar_numbers(text, column=role)
            check_ranks(people, role)
            numbers = [number for _, number in people]
            for index, spell in spells.items():
                if times := self._own_times(spell):
                    self.own_times[role, numbers[index]] = times
        except DomainError as error:
            self.add_error(collars, ValidationError(error.message, error.code))
            return
        said = self.cleaned_data.get(count)
        if said is not None and len(numbers) > said:
            self.add_error(collars, f"You entered {len(numbers)} collar numbers for {said}. Change one of the two.")
        self.cleaned_data[collars] = numbers
        self.cleaned_data[count] = said or len(numbers)

    def _own_times(self, spell: str) -> tuple[datetime, datetime] | None:
        """The instants of somebody's own times, like 10pm-2am; None while those of the shift are not known."""
        first, *others = times_in(spell)
        if len(others) != 1:
            message = f"Write when they started and finished, like 10pm-2am, instead of “{spell[:20]}”."
            raise DomainError("own_times_not_understood", message)
        clocks = parse_clock(first), parse_finish_clock(others[0])
        if self.starts_at is None or self.ends_at is None:
            return None
        shift = self.starts_at, self.ends_at
        try:
            return instant_within(clocks[0], shift), instant_within(clocks[1], shift, latest=True)
        except TimeHappenedTwice as error:
            message = "One of these times came twice that night. Save the shift, then give own times under its crew."
            raise DomainError("own_times_not_understood", message) from error

    def _crew(self) -> Iterator[CrewEntry]:
        """Everybody whose role is valid, with the own times that the form says."""
        for role in CrewRole:
            if {f"crew_{role}", f"collars_{role}"} <= self.cleaned_data.keys():
                for entry in self._entries(role):
                    times = self.own_times.get((role, entry.collar_number))
                    yield replace(entry, starts_at=times[0], ends_at=times[1]) if times else entry

    def _entries(self, role: CrewRole) -> Iterable[CrewEntry]:
        numbers = self.cleaned_data[f"collars_{role}"]
        for index in range(self.cleaned_data[f"crew_{role}"]):
            yield CrewEntry(role, numbers[index] if index < len(numbers) else "")
