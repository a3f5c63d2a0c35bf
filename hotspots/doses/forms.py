"""The forms of weekly targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from hotspot.core.pages.fields import WholeNumberField
from hotspot.core.pages.forms import Form, Look
from hotspots.doses.queries import Dose
from hotspots.pages.fields import WeekField

MINUTES_A_WEEK = 7 * 24 * 60
MOST_VISITS = 1_000


@dataclass(frozen=True)
class DoseLine:
    """One line of the form: an area by its number and name, the target to start from, and a note under the name."""

    pk: int
    name: str
    dose: Dose
    note: str


class DosesForm(Form):
    """Two numbers for each area: what it is to be given a week."""

    def __init__(self, *args: Any, lines: Sequence[DoseLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lines = lines
        self.looks: dict[str, Look] = {}
        for line in lines:
            self._add(f"minutes_{line.pk}", "Patrol minutes", line, line.dose.minutes, MINUTES_A_WEEK)
            self._add(f"visits_{line.pk}", "Visits", line, line.dose.visits, MOST_VISITS)

    def _add(self, name: str, what: str, line: DoseLine, initial: int, most: int) -> None:
        messages = {
            "required": f"Enter the {what.lower()} a week in {line.name}, or 0",
            "invalid": f"Enter the {what.lower()} a week in {line.name} as a whole number, like 45",
        }
        self.fields[name] = WholeNumberField(
            label=f"{what} a week in {line.name}",
            initial=initial,
            min_value=0,
            max_value=most,
            error_messages=messages,
        )
        self.looks[name] = Look(width=5, hide_label=True)

    @property
    def doses(self) -> dict[int, Dose]:
        """What each area is to be given."""
        given = self.cleaned_data
        return {line.pk: Dose(given[f"minutes_{line.pk}"], given[f"visits_{line.pk}"]) for line in self._lines}

    @property
    def lines(self) -> list[tuple[DoseLine, forms.BoundField, forms.BoundField]]:
        """Each line with its two inputs."""
        return [(line, self[f"minutes_{line.pk}"], self[f"visits_{line.pk}"]) for line in self._lines]


class WeekForm(Form):
    """Which week a page is about."""

    week = WeekField(label="Week of Monday", required=False)

    def __init__(self, *args: Any, weeks: tuple[date, date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["week"] = WeekField(label="Week of Monday", required=False, first=weeks[0], last=weeks[1])

    def chosen(self, default: date) -> date:
        """The Monday asked for; the default where none is, or one that is not offered."""
        monday = self.cleaned_data.get("week") if self.is_bound and self.is_valid() else None
        self.initial["week"] = monday or default
        return monday or default
