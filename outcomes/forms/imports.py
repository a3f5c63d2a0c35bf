"""The forms of an import: a file, what its columns are, what it leaves open, and the last word."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from hotspot.core.forms import Form, Look, TextField
from outcomes.imports.columns import Column, missing
from outcomes.imports.peeking import Peek, grouped
from outcomes.imports.readers import MOST_BYTES
from outcomes.models import FileImport

BEFORE_OR_AFTER = (("before", "Before the clocks went back"), ("after", "After the clocks went back"))


class UploadForm(Form):
    """A file and what it holds."""

    kind = forms.ChoiceField(label="What is in the file?", choices=FileImport.Kind, widget=forms.RadioSelect)
    file = forms.FileField(
        label="File",
        help_text="CSV, XLSX or ODS, up to 5 MB and 20,000 rows, with headers in its first row",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,.ods,text/csv"}),
        error_messages={"required": "Select a file", "empty": "The selected file is empty."},
    )

    def clean_file(self) -> Any:
        """Refuse by its size what need not be read."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError("The selected file must be smaller than 5 MB.", "file_too_large")
        return file


class ColumnsForm(Form):
    """What each header of the file means, and what else the file cannot say itself."""

    source = TextField(
        label="Name of the system the file comes from (optional)",
        help_text="Needed if a column has references and none has the name of their system",
        max_length=40,
        required=False,
    )
    blank_is_nothing = forms.BooleanField(
        label="Rows in which every outcome is blank had nothing to report (otherwise such a row is an error)",
        required=False,
    )
    reads_right = forms.BooleanField(
        label="These words are spelt right", error_messages={"required": "Check the words, and confirm them"}
    )

    looks = {"source": Look(width=20)}

    def __init__(self, *args: Any, found: Peek, columns: Sequence[Column], kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found, self._columns = found, columns
        if not found.is_guess:
            del self.fields["reads_right"]
        if kind != FileImport.Kind.SHIFTS:
            del self.fields["blank_is_nothing"]
        choices = [("", "Leave out"), *self._choices()]
        self.looks = {**self.looks}
        for place, header in enumerate(found.headers):
            name = f"column_{place}"
            self.fields[name] = forms.ChoiceField(
                label=header or f"Column {place + 1}", choices=choices, required=False
            )
            self.looks[name] = Look(hide_label=True)

    def _choices(self) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        for heading, columns in grouped(self._columns).items():
            yield heading, [(column.name, column.label) for column in columns]

    @classmethod
    def initial_of(cls, found: FileImport) -> dict[str, Any]:
        """What the form shows at first."""
        chosen = {f"column_{place}": name for name, place in found.columns.items()}
        return {**found.answers, **chosen}

    def clean(self) -> dict[str, Any]:
        """Each meaning once, and all that no row can do without."""
        seen: dict[str, str] = {}
        for place, header in enumerate(self.found.headers):
            name = self.cleaned_data.get(f"column_{place}")
            if name and name in seen:
                message = f"“{header}” and “{seen[name]}” cannot both be this. Leave one out."
                self.add_error(f"column_{place}", ValidationError(message, "column_twice"))
            elif name:
                seen[name] = header
        lacking = missing(self._columns, self.columns)
        if lacking and not self.errors:
            names = ", ".join(column.label for column in lacking)
            self.add_error(None, ValidationError(f"Choose which columns are: {names}.", "columns_missing"))
        return self.cleaned_data

    @property
    def columns(self) -> dict[str, int]:
        """The place in the file of each of our columns."""
        chosen = ((self.cleaned_data.get(f"column_{place}"), place) for place in range(len(self.found.headers)))
        return {name: place for name, place in chosen if name}

    @property
    def answers(self) -> dict[str, Any]:
        """What else was said about the file."""
        return {name: self.cleaned_data[name] for name in ("source", "blank_is_nothing") if name in self.cleaned_data}

    @property
    def lines(self) -> list[tuple[str, Sequence[str], BoundField]]:
        """Each header with its first values and its field."""
        return [
            (header or f"Column {place + 1}", self.found.values[place], self[f"column_{place}"])
            for place, header in enumerate(self.found.headers)
        ]


class SheetForm(Form):
    """Which sheet of a workbook."""

    sheet = forms.ChoiceField(label="Sheet")

    def __init__(self, data: Mapping[str, Any] | None = None, *, found: Peek) -> None:
        super().__init__(data, initial={"sheet": found.format.sheet})
        self.fields["sheet"].choices = [(name, name) for name in found.format.sheets]  # type: ignore[attr-defined]


class ClockForm(Form):
    """Which of two equal times is meant: for all cells that ask, or for single ones."""

    everywhere = forms.ChoiceField(
        label="For all of them",
        choices=[*BEFORE_OR_AFTER, ("", "I will say it for each")],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args: Any, questions: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._names = {f"cell_{each['row']}_{each['name']}": (each["row"], each["name"]) for each in questions}
        self.looks: dict[str, Look] = {}
        for name, each in zip(self._names, questions, strict=True):
            label = f"Row {each['row']:,}: {each['column']} {each['value']}"
            choices = [("", "As for all"), *BEFORE_OR_AFTER]
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)

    @property
    def cells(self) -> dict[tuple[int, str], str]:
        """What was said of single cells, by row and column."""
        return {cell: self.cleaned_data[name] for name, cell in self._names.items()}


class ConfirmForm(Form):
    """The last word before rows are written."""

    with_conflicts = forms.BooleanField(
        label="Leave out the rows that differ from what is here, and import the others",
        error_messages={"required": "Select that these rows are left out, or change the file"},
    )
    warnings_read = forms.BooleanField(
        label="I have read the warnings, and these rows are right",
        error_messages={"required": "Read the warnings, and confirm that these rows are right"},
    )

    def __init__(self, *args: Any, result: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not result["states"].get("conflict"):
            del self.fields["with_conflicts"]
        if not result["problems"].get("warning"):
            del self.fields["warnings_read"]
