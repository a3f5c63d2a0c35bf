"""The forms by which a return's template is written, and a return is filled in."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django import forms

from hotspot.core.models import User
from hotspot.core.pages.fields import TextField, WholeNumberField
from hotspot.core.pages.forms import Form, Look, explain
from hotspot.core.pages.formsets import row_formset
from hotspots.amounts import pounds_typed
from hotspots.models import FundingStream, Programme
from hotspots.pages.fields import MoneyField, money_field
from reports.figures.periods import month_choices
from reports.figures.publication import periods_over
from reports.models import ProgrammeReturn, ReturnTemplate, TemplateRow
from reports.returns.operations import MOST_ROWS, AskedFor
from reports.returns.queries import MONEY, Source, is_money
from reports.returns.rules import row_fault

Bound = TemplateRow.Bound
MOST_ENTERED = 999_999_999


class TemplateForm(Form):
    """What a return is called, and how often it is asked for."""

    programme = forms.ChoiceField(label="Programme")
    name = TextField(label="Name", help_text="For example, Home Office monthly return", max_length=80)
    every = forms.ChoiceField(label="How often", choices=ReturnTemplate.Every.choices, widget=forms.RadioSelect)
    by_area = forms.BooleanField(label="Say what is counted for each hotspot area too", required=False)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._programmes = {str(programme.pk): programme for programme in Programme.objects.visible_to(by)}
        names = [(pk, programme.name) for pk, programme in self._programmes.items()]
        self.fields["programme"].choices = names  # type: ignore[attr-defined]

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `operations.make_template`."""
        return self.cleaned_data | {"programme": self._programmes[self.cleaned_data["programme"]]}


class MonthRangeForm(Form):
    """The months that a return is of, where they are no period of its template. Reading it is `code_of_range`."""

    from_month = forms.ChoiceField(label="From month")
    to_month = forms.ChoiceField(label="To month")

    def __init__(self, programme: Programme, at: datetime) -> None:
        super().__init__()
        months = month_choices(periods_over(programme, at))
        for name in ("from_month", "to_month"):
            self.fields[name].choices = months  # type: ignore[attr-defined]


class RowsForm(Form):
    """When a return is due, and the version of its template that was looked at."""

    number = forms.IntegerField(widget=forms.HiddenInput)
    due_days = WholeNumberField(
        label="Days after the period in which it is due (optional)", required=False, min_value=0, max_value=366
    )

    looks = {"due_days": Look(width=3)}


class TemplateRowForm(Form):
    """One thing that is asked for."""

    code = TextField(required=False, max_length=20, widget=forms.HiddenInput)
    label = TextField(label="What is asked, in the funder’s words", max_length=200)
    source = forms.ChoiceField(label="What fills it")
    bound = forms.ChoiceField(label="Held against", required=False)
    limit = TextField(label="How many (of “At least” and “At most”)", required=False, max_length=15)
    place = WholeNumberField(label="Place in the return", required=False, min_value=1, max_value=999)

    looks = {"limit": Look(width=10), "place": Look(width=3)}

    def __init__(
        self, *args: Any, sources: Mapping[str, Source], streams: Sequence[FundingStream], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        groups = groupby(sources.values(), key=lambda source: source.group)
        choices = [(group, [(source.code, source.name) for source in each]) for group, each in groups]
        self.fields["source"].choices = [("", "Select what fills it"), *choices]  # type: ignore[attr-defined]
        self.fields["bound"].choices = [  # type: ignore[attr-defined]
            *((bound.value, bound.label) for bound in Bound if bound != Bound.BUDGET),
            *((f"{Bound.BUDGET}:{stream.pk}", f"The budget of {stream.name}") for stream in streams),
        ]

    def clean(self) -> dict[str, Any]:
        """The limit in the unit of the row, pence of pounds, and whether it all goes together."""
        found = super().clean() or self.cleaned_data
        bound, _, stream = found.get("bound", "").partition(":")
        found |= {"bound": bound or Bound.NONE, "stream_id": int(stream) if stream else None}
        if found.get("limit"):
            found["limit"] = self._limit(found["limit"], is_money(found.get("source") or ""))
        else:
            found["limit"] = None
        if not self.errors:
            fault = row_fault(source=found["source"], bound=found["bound"], limit=found["limit"])
            if fault is not None:
                self.add_error(*fault)
        return found

    def _limit(self, text: str, is_money: bool) -> int | None:
        field: forms.Field = MoneyField() if is_money else WholeNumberField(min_value=0)
        explain(field, "the limit")
        try:
            value = field.clean(text)
        except forms.ValidationError as refusal:
            self.add_error("limit", refusal)
            return None
        return int(value)

    @property
    def asked(self) -> AskedFor:
        """The row as the operation takes it."""
        return AskedFor(**{name: self.cleaned_data[name] for name in AskedFor.__dataclass_fields__})


def row_initial(row: TemplateRow) -> dict[str, Any]:
    """A row as the form shows it."""
    limit = "" if row.limit is None else pounds_typed(row.limit) if is_money(row.source) else str(row.limit)
    bound = f"{row.bound}:{row.stream_id}" if row.stream_id else row.bound
    return {
        "code": row.code,
        "label": row.label,
        "source": row.source,
        "bound": bound,
        "limit": limit,
        "place": row.position,
    }


def in_order(forms_of_rows: Iterable[TemplateRowForm]) -> list[AskedFor]:
    """The rows by the places that were given them; those without one come last, as they were entered."""
    return [form.asked for form in sorted(forms_of_rows, key=lambda form: form.cleaned_data["place"] or MOST_ROWS * 10)]


TemplateRowFormSet = row_formset(TemplateRowForm, most=MOST_ROWS)


class EntriesForm(Form):
    """What a return asks for and nobody can count, and what is to be said about it."""

    def __init__(self, data: Mapping[str, Any] | None, *, made: ProgrammeReturn, rows: Sequence[TemplateRow]) -> None:
        super().__init__(data, initial={"remarks": made.remarks})
        self.looks: dict[str, Look] = {"remarks": Look(rows=4)}
        self._rows = rows
        for row in rows:
            self._add(row, made.entered.get(row.code))
        self.fields["remarks"] = TextField(
            label="Remarks (optional)",
            help_text="What the funder should know about these numbers",
            required=False,
            max_length=4000,
            widget=forms.Textarea,
        )

    def _add(self, row: TemplateRow, value: int | None) -> None:
        if row.source == MONEY:
            self.fields[row.code] = money_field(row.label, "")
            self.looks[row.code] = Look(prefix="£", width=10)
            self.initial[row.code] = value
        else:
            self.fields[row.code] = WholeNumberField(
                label=row.label, required=False, min_value=0, max_value=MOST_ENTERED
            )
            self.looks[row.code] = Look(width=10)
            self.initial[row.code] = value

    @property
    def entered(self) -> dict[str, int | None]:
        """The numbers by the code of their row, money in pence."""
        return {row.code: self.cleaned_data[row.code] for row in self._rows}
