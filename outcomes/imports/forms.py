"""The forms of an import: a file, what its columns are, what it leaves open, and the last word."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from hotspot.core import wording
from hotspot.core.pages.fields import TextField, UploadField
from hotspot.core.pages.forms import Form, Look
from hotspot.core.table_files.column_evidence import Seen, given_otherwise
from hotspot.core.table_files.columns import ImportColumn, missing
from hotspot.core.table_files.readers import MOST_BYTES
from outcomes.imports.preview import FilePreview, grouped
from outcomes.imports.rows.names import AreaNames
from outcomes.models import FileImport

# A column that somebody looked at and that holds nothing to import.
IGNORED = "ignored"
# Fewer columns than these are no shift.
_ENOUGH = 3
BEFORE_OR_AFTER = (("before", "Before the clocks went back"), ("after", "After the clocks went back"))


class UploadForm(Form):
    """A file and what it holds."""

    kind = forms.ChoiceField(label="What is in the file?", choices=FileImport.Kind, widget=forms.RadioSelect)
    file = UploadField(
        label="File",
        help_text="CSV, XLSX or ODS, up to 5 MB and 20,000 rows, as you keep it: you say next where its headers are",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.ods,text/csv"}),
        most_bytes=MOST_BYTES,
        too_large="The selected file must be smaller than 5 MB.",
    )


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

    def __init__(
        self, *args: Any, found: FilePreview, columns: Sequence[ImportColumn], kind: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.found, self._columns = found, columns
        if not (found.is_guess and found.foreign):
            del self.fields["reads_right"]
        if kind != FileImport.Kind.SHIFTS:
            del self.fields["blank_is_nothing"]
        choices = [("", "Nothing chosen"), (IGNORED, "Not needed: it counts no outcomes"), *self._choices()]
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
        ignored = {f"column_{place}": IGNORED for place in found.answers.get("ignored", ())}
        return {**found.answers, **ignored, **chosen}

    def clean(self) -> dict[str, Any]:
        """Each meaning once, and all that no row can do without."""
        seen: dict[str, str] = {}
        for place, header in enumerate(self.found.headers):
            name = self.cleaned_data.get(f"column_{place}")
            if name == IGNORED:
                continue
            if name and name in seen:
                message = f"“{header}” and “{seen[name]}” cannot both be this. Leave one out."
                self.add_error(f"column_{place}", ValidationError(message, "column_twice"))
            elif name:
                seen[name] = header
        lacking = missing(self._columns, self.columns, given_otherwise(self.columns, self._seen))
        if lacking and not self.errors:
            names = ", ".join(column.label for column in lacking)
            self.add_error(None, ValidationError(f"Choose which columns are: {names}.", "columns_missing"))
        return self.cleaned_data

    @property
    def _seen(self) -> Seen:
        """Whether the nights have times, as far as their first values show."""
        place = self.columns.get("night")
        return Seen(has_nights_with_times=place is not None and any(":" in text for text in self.found.values[place]))

    @property
    def columns(self) -> dict[str, int]:
        """The place in the file of each of our columns."""
        chosen = ((self.cleaned_data.get(f"column_{place}"), place) for place in range(len(self.found.headers)))
        return {name: place for name, place in chosen if name and name != IGNORED}

    @property
    def columns_recognised(self) -> bool:
        """Whether enough headers mean something to believe that they are the headers."""
        return sum(1 for name in self.initial if name.startswith("column_")) >= _ENOUGH

    @property
    def answers(self) -> dict[str, Any]:
        """What else was said about the file."""
        names = ("source", "blank_is_nothing")
        said: dict[str, Any] = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        places = range(len(self.found.headers))
        ignored = [place for place in places if self.cleaned_data.get(f"column_{place}") == IGNORED]
        return {**said, "ignored": ignored}

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

    def __init__(self, data: Mapping[str, Any] | None = None, *, found: FilePreview) -> None:
        super().__init__(data, initial={"sheet": found.format.sheet})
        hidden = found.format.hidden_sheets
        choices = [(name, f"{name} (hidden)" if name in hidden else name) for name in found.format.sheets]
        self.fields["sheet"].choices = choices  # type: ignore[attr-defined]


class HeaderForm(Form):
    """Which row of the preview has the headers."""

    header_row = forms.TypedChoiceField(label="Row with the headers", coerce=int)

    def __init__(self, data: Mapping[str, Any] | None = None, *, found: FilePreview) -> None:
        super().__init__(data, initial={"header_row": found.header_row})
        rows = [(number, number) for number, cells in found.preview if any(cells)]
        self.fields["header_row"].choices = rows  # type: ignore[attr-defined]


class QuestionsForm(Form):
    """Everything that a check asks: what some cells mean, which area a name is, and which rows to leave out.

    A question that was answered before is asked again with its answer, so that it can be changed.
    """

    nil_is_zero = forms.TypedChoiceField(
        label="What do cells with “nil” or “-” mean?",
        choices=[("yes", "0: there were none"), ("no", "Nothing: as if the cell were empty")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )
    small_numbers = forms.ChoiceField(
        label="What are times of one or two figures?",
        choices=[("minutes", "Minutes after midnight: 15 is 00:15"), ("hours", "Hours: 15 is 3pm")],
        widget=forms.RadioSelect,
        required=False,
    )
    night_time = forms.ChoiceField(
        label="The night has a time that is not the start’s. Which is right?",
        choices=[("ignore", "The column with the start"), ("", "I will correct the file")],
        widget=forms.RadioSelect,
        required=False,
    )
    left_out = forms.TypedMultipleChoiceField(
        label="Leave out these rows",
        help_text="Totals, and rows that you do not want to correct. Everything else has to be right.",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    everywhere = forms.ChoiceField(
        label="Times when the clocks went back: for all of them",
        choices=[*BEFORE_OR_AFTER, ("", "I will say it for each")],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        result: Mapping[str, Any],
        answers: Mapping[str, Any],
        clocks: Sequence[Mapping[str, Any]],
        areas: AreaNames,
    ) -> None:
        offered = result.get("rows_offered", ())
        initial = {**answers, "left_out": [row for row, why, _ in offered if why != "wrong"]}
        if (nil := answers.get("nil_is_zero")) is not None:
            initial["nil_is_zero"] = "yes" if nil else "no"
        super().__init__(data, initial=initial)
        asked = result.get("asked", {})
        for name, code in _CODES.items():
            if not (asked.get(code) or answers.get(name) not in (None, "")):
                del self.fields[name]
        self._clocks(clocks)
        self._areas(result.get("spellings", ()), areas)
        self._rows(offered)

    def _clocks(self, clocks: Sequence[Mapping[str, Any]]) -> None:
        self._cells = {f"cell_{each['row']}_{each['name']}": (each["row"], each["name"]) for each in clocks}
        if not clocks:
            del self.fields["everywhere"]
        for name, each in zip(self._cells, clocks, strict=True):
            label = f"Row {each['row']:,}: {each['column']} {each['value']}"
            choices = [("", "As for all"), *BEFORE_OR_AFTER]
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)

    def _areas(self, spellings: Iterable[tuple[str, int]], areas: AreaNames) -> None:
        # Named by what they ask, so that an answer can never be taken for one about another spelling.
        self._spelt = {f"area_{sha256(text.encode()).hexdigest()[:16]}": text for text, _ in spellings}
        for (name, spelling), (_, count) in zip(self._spelt.items(), spellings, strict=True):
            self.fields[name] = forms.TypedChoiceField(
                label=f"“{spelling}”, in {wording.plural(count, 'row')}",
                choices=area_choices(spelling, areas),
                coerce=int,
                empty_value=None,
                required=False,
            )

    def _rows(self, offered: Sequence[tuple[int, str, str]]) -> None:
        field = self.fields.pop("left_out")
        if offered:
            field.choices = [(row, f"Row {row:,}: {text}") for row, _, text in offered]  # type: ignore[attr-defined]
            self.fields["left_out"] = field

    @property
    def area_fields(self) -> list[BoundField]:
        """The fields that ask which area a name is."""
        return [self[name] for name in self._spelt]

    @property
    def single_fields(self) -> list[BoundField]:
        """The fields that ask neither about areas nor about rows to leave out."""
        return [field for field in self if field.name not in self._spelt and field.name != "left_out"]

    @property
    def answers(self) -> dict[str, Any]:
        """The answers as `imports.shifts.Answers` reads them."""
        said = {name: self.cleaned_data[name] for name in _CODES if name in self.fields}
        # What was answered once can be changed, but leaving it empty does not take it back.
        said = {name: value for name, value in said.items() if value not in (None, "") or name == "night_time"}
        if "everywhere" in self.fields:
            cells = ((cell, self.cleaned_data[name]) for name, cell in self._cells.items())
            said["clock"] = self.cleaned_data["everywhere"]
            said["clock_rows"] = [[row, column, change] for (row, column), change in cells if change]
        if "left_out" in self.fields:
            said["left_out_rows"] = self.cleaned_data["left_out"]
        return said

    @property
    def areas(self) -> dict[str, int]:
        """The id of the area that each spelling was matched to."""
        chosen = ((spelling, self.cleaned_data[name]) for name, spelling in self._spelt.items())
        return {spelling: area for spelling, area in chosen if area}


_CODES = {
    "nil_is_zero": "nil_in_count",
    "small_numbers": "small_number_unclear",
    "night_time": "night_time_unclear",
}


def area_choices(spelling: str, areas: AreaNames, nothing: str = "Choose, or correct the file") -> list[Any]:
    """Every area under the closest names to this spelling, as the choices of a select."""
    close = areas.close(spelling)
    others = [area for area in areas.all if area not in close]
    groups = (("Closest names", close), ("Other areas", others))
    named = [(title, [(area.pk, f"{area.name}, {area.district.name}") for area in group]) for title, group in groups]
    return [("", nothing), *((title, choices) for title, choices in named if choices)]


class SpellingForm(Form):
    """Which area a remembered spelling is; none: forget it."""

    area = forms.TypedChoiceField(label="Hotspot area", coerce=int, empty_value="0", required=False)

    looks: Mapping[str, Look] = {"area": Look(hide_label=True)}

    def __init__(self, *args: Any, spelling: str, areas: AreaNames, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].label = f"Hotspot area for “{spelling}”"
        self.fields["area"].choices = area_choices(spelling, areas, "Forget it")  # type: ignore[attr-defined]


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
        self._unmapped = {f"unmapped_{each['place']}": each["place"] for each in result.get("unmapped", ())}
        for name, each in zip(self._unmapped, result.get("unmapped", ()), strict=True):
            self.fields[name] = forms.BooleanField(
                label=f"Leave out “{each['header']}”, which holds {wording.plural(each['values'], 'value')}",
                error_messages={"required": f"Confirm that “{each['header']}” is left out, or say what it is"},
            )

    @property
    def acknowledged(self) -> list[int]:
        """The places of the columns that may be left out although they hold values."""
        return [place for name, place in self._unmapped.items() if self.cleaned_data.get(name)]
