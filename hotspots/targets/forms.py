"""Monthly targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from hotspot.core.errors import DomainError
from hotspot.core.pages.fields import MonthField, WholeNumberField, month_choices
from hotspot.core.pages.forms import Form, Look, uncapitalised
from hotspots.amounts import exact_hours
from hotspots.targets.queries import Aim
from hotspots.units import minutes_from_hours


@dataclass(frozen=True)
class TargetLine:
    """One line of the form: an area by its number and name, the target to start from, and a note under the name."""

    pk: int
    name: str
    aim: Aim
    note: str = ""


class TargetsForm(Form):
    """Two numbers for each area: what it is to be given a month."""

    def __init__(self, *args: Any, lines: Sequence[TargetLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lines = lines
        self.looks: dict[str, Look] = {}
        for line in lines:
            self._add(line)

    def _add(self, line: TargetLine) -> None:
        self._add_field(
            f"hours_{line.pk}",
            forms.DecimalField(
                label=f"Patrol hours a month in {line.name}",
                initial=exact_hours(line.aim.patrol_minutes).replace(",", ""),
                min_value=0,
                max_value=20_000,
                max_digits=7,
                decimal_places=2,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
                error_messages={"invalid": f"Enter the hours for {line.name} as a number, like 37.5"},
            ),
        )
        self._add_field(
            f"patrols_{line.pk}",
            WholeNumberField(
                label=f"Patrols a month in {line.name}",
                initial=line.aim.patrols,
                min_value=0,
                max_value=10_000,
                error_messages={"invalid": f"Enter the patrols for {line.name} as a whole number, like 12"},
            ),
        )

    def _add_field(self, name: str, field: forms.Field) -> None:
        field.error_messages["required"] = f"Enter {uncapitalised(str(field.label))}, or 0"
        self.fields[name] = field
        self.looks[name] = Look(width=5, hide_label=True)

    def clean(self) -> dict[str, Any]:
        """Hours as whole minutes."""
        for line in self._lines:
            name = f"hours_{line.pk}"
            if name in self.cleaned_data:
                self._read(name)
        return self.cleaned_data

    def _read(self, name: str) -> None:
        try:
            self.cleaned_data[name] = minutes_from_hours(self.cleaned_data[name])
        except DomainError as refusal:
            self.add_error(name, refusal.message)

    @property
    def aims(self) -> dict[int, Aim]:
        """What each area is to be given."""
        return {
            line.pk: Aim(self.cleaned_data[f"hours_{line.pk}"], self.cleaned_data[f"patrols_{line.pk}"])
            for line in self._lines
        }

    @property
    def lines(self) -> list[tuple[TargetLine, forms.BoundField, forms.BoundField]]:
        """Each line with its two inputs."""
        return [(line, self[f"hours_{line.pk}"], self[f"patrols_{line.pk}"]) for line in self._lines]


class MonthForm(Form):
    """Which month a page is about."""

    month = MonthField(label="Month", required=False)

    def __init__(self, *args: Any, months: tuple[date, date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = month_choices(*months)  # type: ignore[attr-defined]

    def chosen(self, default: date) -> date:
        """The first day of the month asked for; the default where none is, or one that is not offered."""
        month = self.cleaned_data.get("month") if self.is_bound and self.is_valid() else None
        self.initial["month"] = month or default
        return month or default
