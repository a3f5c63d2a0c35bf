"""The forms by which a return's template is written, and a return is filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from hotspot.core.models import User
from hotspot.core.pages.fields import DateField, TextField, UploadField, WholeNumberField
from hotspot.core.pages.forms import Form, Look, explain, uncapitalised
from hotspot.core.pages.formsets import RowFormSet, row_formset
from hotspots.amounts import pounds_typed
from hotspots.models import FundingStream, Programme
from hotspots.pages.fields import MoneyField, money_field
from hotspots.programmes.rules import years_of
from reports.figures.periods import month_choices
from reports.figures.publication import periods_over
from reports.models import ProgrammeReturn, ReturnTemplate, TemplateRow
from reports.returns.rules import NO_RATIO, row_fault
from reports.returns.sources import DATE, MONEY, RATIO, TEXT, YES_NO, Source, is_money
from reports.returns.starters import STARTERS
from reports.returns.template_operations import MOST_ROWS, AskedFor
from reports.returns.workbooks import MOST_BYTES

Bound = TemplateRow.Bound
MOST_ENTERED = 999_999_999
MOST_WORDS = 2000


def _due_days() -> WholeNumberField:
    return WholeNumberField(
        label="Days after the period in which it is due (optional)",
        help_text="Without them it is never overdue, and nobody is reminded of it",
        required=False,
        min_value=0,
        max_value=366,
    )


class _NamedForm(Form):
    """Of which programme a template is, and what it is called."""

    programme = forms.ChoiceField(label="Programme")
    name = TextField(label="Name", max_length=80)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._programmes = {str(programme.pk): programme for programme in Programme.objects.visible_to(by)}
        names = [(pk, programme.name) for pk, programme in self._programmes.items()]
        self.fields["programme"].choices = names  # type: ignore[attr-defined]

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of the operation."""
        return self.cleaned_data | {"programme": self._programmes[self.cleaned_data["programme"]]}


class TemplateForm(_NamedForm):
    """What a return is called, and how often it is asked for."""

    name = TextField(label="Name", help_text="For example, Home Office monthly return", max_length=80)
    every = forms.ChoiceField(label="How often", choices=ReturnTemplate.Every.choices, widget=forms.RadioSelect)
    due_days = _due_days()
    by_area = forms.BooleanField(label="Say what is counted for each hotspot area too", required=False)
    begin_with = forms.ChoiceField(
        label="Begin with",
        help_text="Starters have measures that published accounts of hotspot programmes have. They are no funder’s "
        "form: change them to what yours asks for.",
        choices=[("", "No rows"), *((code, starter.name) for code, starter in STARTERS.items())],
        required=False,
        widget=forms.RadioSelect,
    )

    looks = {
        "due_days": Look(width=3),
        "begin_with": Look(option_hints={code: starter.hint for code, starter in STARTERS.items()}),
    }

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `make_template`."""
        return {name: value for name, value in super().facts.items() if name not in ("begin_with", "due_days")}

    @property
    def rows(self) -> Sequence[AskedFor]:
        """What it asks for to begin with."""
        starter = STARTERS.get(self.cleaned_data["begin_with"])
        return starter.rows if starter else ()


class WorkbookForm(Form):
    """The funder's workbook, and the version of the template that was looked at."""

    seen = forms.IntegerField(widget=forms.HiddenInput)
    file = UploadField(
        label="Workbook",
        help_text="Excel without macros (XLSX), smaller than 5 MB, as the funder sent it",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        most_bytes=MOST_BYTES,
        too_large="The workbook must be smaller than 5 MB.",
    )


class CopyTemplateForm(_NamedForm):
    """Of which programme a copy of a template is, and what it is called."""


def copy_initial(template: ReturnTemplate, programmes: Sequence[Programme]) -> dict[str, str]:
    """What a copy is called and of which programme it is, where nothing else is said: of the one that follows.

    Years in its name follow those of the programme, where both programmes have some. In the same programme it needs
    another name.
    """
    own = template.programme
    later = sorted((each for each in programmes if each.first_day > own.last_day), key=lambda each: each.first_day)
    if not later:
        return {"programme": str(own.pk), "name": f"{template.name} (copy)"[:80]}
    old, new = years_of(own.name), years_of(later[0].name)
    name = template.name.replace(old, new) if old and new else template.name
    return {"programme": str(later[0].pk), "name": name[:80]}


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

    seen = forms.IntegerField(widget=forms.HiddenInput)
    due_days = _due_days()
    words = TextField(
        label="Find what fills a row (optional)",
        help_text="Words of its name, such as “knives” or “hours”: the lists then have only what has all of them",
        required=False,
        max_length=80,
    )

    looks = {"due_days": Look(width=3), "words": Look(width=20)}


class TemplateRowForm(Form):
    """One thing that is asked for."""

    code = TextField(required=False, max_length=20, widget=forms.HiddenInput)
    label = TextField(label="What is asked, in the funder’s words", max_length=500)
    source = forms.ChoiceField(label="What fills it")
    bound = forms.ChoiceField(label="Held against", required=False, initial=Bound.NONE)
    limit = TextField(label="How many (of “At least” and “At most”)", required=False, max_length=15)
    place = WholeNumberField(label="Place in the return", required=False, min_value=1, max_value=999)
    by_area = forms.BooleanField(label="Say it for each hotspot area too", required=False)
    top = WholeNumberField(label="Divide the row with this number", required=False, min_value=1, max_value=MOST_ROWS)
    base = WholeNumberField(label="by the row with this number", required=False, min_value=1, max_value=MOST_ROWS)
    per = forms.ChoiceField(
        label="and say it for each",
        choices=[(number, f"{number:,}") for number in (1, 10, 100, 1_000, 10_000)],
        initial="1",
        required=False,
    )
    cell = TextField(
        label="Cell of the funder’s workbook", help_text="For example, Sheet1!C7", required=False, max_length=80
    )

    looks = {
        "limit": Look(width=10),
        "place": Look(width=3),
        "top": Look(width=3),
        "base": Look(width=3),
        "cell": Look(width=20),
    }
    less_used = ("by_area", "top", "base", "per", "cell")

    def __init__(
        self,
        *args: Any,
        sources: Mapping[str, Source],
        streams: Sequence[FundingStream],
        words: str = "",
        kept: Mapping[str, Mapping[str, Any]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._sources, self._kept = sources, kept or {}
        own = self["source"].value()
        offered = [source for source in sources.values() if source.has_words(words) or source.code == own]
        groups = groupby(offered, key=lambda source: source.group)
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
        found |= {"top": found.get("top") or 0, "base": found.get("base") or 0}
        # What it is said for each of was chosen for a ratio, and stays in the form when another source is.
        found["per"] = int(found.get("per") or 1) if found.get("source") == RATIO else 1
        if not self.errors:
            fault = row_fault(**{name: found[name] for name in ("source", "bound", "limit", "by_area")})
            if fault is None and found["source"] != RATIO and (found["top"] or found["base"]):
                fault = "top", NO_RATIO
            if fault is not None:
                self.add_error(*fault)
        return found

    @property
    def in_short(self) -> str:
        """The row in a line: what is asked, and what fills it."""
        source = self._sources.get(self["source"].value() or "")
        label = self["label"].value() or "new"
        return f"{label} ({uncapitalised(source.name)})" if source else str(label)

    @property
    def is_open(self) -> bool:
        """Whether its fields are shown at once: it is new, was changed, or is wrong."""
        kept = self._kept.get(self["code"].value() or "")
        if kept is None or (self.is_bound and self.errors):
            return True
        return any(_text(self[name].value()) != _text(kept.get(name)) for name in self.fields)

    @property
    def often(self) -> list[BoundField]:
        """The fields that most rows need, as they are displayed."""
        return [field for field in self.visible_fields() if field.name not in self.less_used]

    @property
    def seldom(self) -> list[BoundField]:
        """The others: whether the row is given by area, what it divides, and which cell it fills."""
        return [self[name] for name in self.less_used]

    @property
    def uses_seldom(self) -> bool:
        """Whether any of the others says something, or is wrong."""
        values = {name: str(self[name].value() or "") for name in self.less_used}
        return any(value not in ("", "False", "1") or self[name].errors for name, value in values.items())

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


def _text(value: Any) -> str:
    """A value as the form would send it; a box that is not ticked sends nothing."""
    return "" if value in (None, False, "False") else str(value)


def row_initial(row: TemplateRow, places: Mapping[str, int]) -> dict[str, Any]:
    """A row as the form shows it; `places` are those of all rows by their codes."""
    limit = "" if row.limit is None else pounds_typed(row.limit) if is_money(row.source) else str(row.limit)
    bound = f"{row.bound}:{row.stream_id}" if row.stream_id else row.bound
    return {
        "code": row.code,
        "label": row.label,
        "source": row.source,
        "bound": bound,
        "limit": limit,
        "place": row.position,
        "by_area": row.by_area,
        "top": places.get(row.top),
        "base": places.get(row.base),
        "per": row.per,
        "cell": row.cell,
    }


def in_order(formset: RowFormSet) -> list[AskedFor]:
    """The rows by the places that were given them; those without one come last, as they were entered.

    What a row divides is named by the numbers on the page, and is found where it then stands.
    """
    kept = sorted(formset.rows(), key=lambda form: form.cleaned_data["place"] or MOST_ROWS * 10)
    numbers = {form: number for number, form in enumerate(formset.forms, start=1)}
    places = {numbers[form]: place for place, form in enumerate(kept, start=1)}
    return [replace(row, top=places.get(row.top, 0), base=places.get(row.base, 0)) for row in (f.asked for f in kept)]


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

    def _post_clean(self) -> None:
        """Name the question in each error: one of several amounts would look like every other."""
        super()._post_clean()  # type: ignore[misc]
        for row in self._rows:
            if row.code in self.errors:
                self.errors[row.code].data = [_of_question(row, each) for each in self.errors[row.code].as_data()]

    def _add(self, row: TemplateRow, value: int | str | None) -> None:
        field, look = _entry(row)
        self.fields[row.code], self.looks[row.code] = field, look
        is_date = row.source == DATE and isinstance(value, str)
        self.initial[row.code] = date.fromisoformat(str(value)) if is_date else value

    @property
    def entered(self) -> dict[str, int | str | None]:
        """What was entered by the code of its row: money in pence, dates as ISO has them."""
        values = {row.code: self.cleaned_data[row.code] for row in self._rows}
        return {code: str(value) if isinstance(value, date) else value for code, value in values.items() if value != ""}


def _of_question(row: TemplateRow, error: forms.ValidationError) -> forms.ValidationError:
    label = row.label.replace("%", "%%") if error.params else row.label
    return forms.ValidationError(f"{label}: {uncapitalised(str(error.message))}", error.code, error.params)


def _entry(row: TemplateRow) -> tuple[forms.Field, Look]:
    """The field in which a row's answer is entered, and how it looks."""
    if row.source == MONEY:
        return money_field(row.label, ""), Look(prefix="£", width=10)
    if row.source == TEXT:
        field = TextField(label=row.label, required=False, max_length=MOST_WORDS, widget=forms.Textarea)
        return field, Look(rows=3)
    if row.source == YES_NO:
        choices = [("yes", "Yes"), ("no", "No")]
        radios = forms.ChoiceField(label=row.label, required=False, choices=choices, widget=forms.RadioSelect)
        return radios, Look(inline=True)
    if row.source == DATE:
        return DateField(label=row.label, required=False), Look()
    return WholeNumberField(label=row.label, required=False, min_value=0, max_value=MOST_ENTERED), Look(width=10)
