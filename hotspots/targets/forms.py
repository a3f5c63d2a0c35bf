"""Monthly targets."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from hotspot.core.errors import DomainError
from hotspot.core.pages.fields import MonthField, WholeNumberField, month_choices
from hotspot.core.pages.forms import Form, Look, uncapitalised
from hotspots.amounts import exact_hours
from hotspots.targets.operations import Aim
from hotspots.targets.queries import TargetRow
from hotspots.units import minutes_from_hours


class TargetsForm(Form):
    """Two numbers for each area: what it is to be given a month."""

    def __init__(self, *args: Any, rows: Sequence[TargetRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.looks: dict[str, Look] = {}
        for row in rows:
            self._add(row)

    def _add(self, row: TargetRow) -> None:
        name, standing = row.area.name, row.standing
        self._add_field(
            f"hours_{row.area.pk}",
            forms.DecimalField(
                label=f"Patrol hours a month in {name}",
                initial=exact_hours(standing.patrol_minutes).replace(",", "") if standing else "0",
                min_value=0,
                max_value=20_000,
                max_digits=7,
                decimal_places=2,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
                error_messages={"invalid": f"Enter the hours for {name} as a number, like 37.5"},
            ),
        )
        self._add_field(
            f"patrols_{row.area.pk}",
            WholeNumberField(
                label=f"Patrols a month in {name}",
                initial=standing.patrols if standing else 0,
                min_value=0,
                max_value=10_000,
                error_messages={"invalid": f"Enter the patrols for {name} as a whole number, like 12"},
            ),
        )

    def _add_field(self, name: str, field: forms.Field) -> None:
        field.error_messages["required"] = f"Enter {uncapitalised(str(field.label))}, or 0"
        self.fields[name] = field
        self.looks[name] = Look(width=5, hide_label=True)

    def clean(self) -> dict[str, Any]:
        """Hours as whole minutes."""
        for row in self.rows:
            name = f"hours_{row.area.pk}"
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
            row.area.pk: Aim(self.cleaned_data[f"hours_{row.area.pk}"], self.cleaned_data[f"patrols_{row.area.pk}"])
            for row in self.rows
        }

    @property
    def lines(self) -> list[tuple[TargetRow, forms.BoundField, forms.BoundField]]:
        """Each area with its two inputs."""
        return [(row, self[f"hours_{row.area.pk}"], self[f"patrols_{row.area.pk}"]) for row in self.rows]


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
