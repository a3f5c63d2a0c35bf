"""Rows of shifts: each asks what the form of one shift asks, in one line."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from hotspot.core.calendar import today
from hotspot.core.errors import EntryWarning
from hotspot.core.models import User
from hotspot.core.pages.fields import TextField, TypedDateField
from hotspot.core.pages.forms import Form, Look
from hotspot.core.pages.formsets import row_formset
from hotspots.models import FundingStream, HotspotArea
from outcomes.recording.forms import LogForm
from patrols.shifts.entries import AcknowledgedWarnings
from patrols.shifts.queries import areas_for_logging
from patrols.shifts.rules import usual_stream

MOST_ROWS = 31
"""A month of nights. More inputs than those of so many rows are not read from a form."""
FIRST_ROWS = 3
LONGEST_TEXT = 60_000


class RowOptions:
    """What all rows of a page offer, read once."""

    def __init__(self, by: User) -> None:
        self.areas = {area.pk: area for area in areas_for_logging(by).defer("boundary")}
        self._streams = list(FundingStream.objects.visible_to(by).select_related("programme"))

    def stream_on(self, night: date) -> FundingStream | None:
        """The stream that pays for a shift on this day, as `default_stream` says."""
        return usual_stream(stream for stream in self._streams if night in stream.programme.period)


class ShiftRowForm(LogForm):
    """One shift of several. Funding is the usual, and the night is typed."""

    day = TypedDateField(
        label="Night",
        widget=forms.DateInput(format="%d/%m/%Y"),
        error_messages={"required": "Enter the date the shift started"},
    )
    area_text = TextField(required=False, max_length=200, widget=forms.HiddenInput)

    error_fields: ClassVar = {**LogForm.error_fields, "night": "day"}
    looks = {**LogForm.looks, "day": Look(width=10), "start": Look(width=10), "end": Look(width=5)}

    def __init__(self, *args: Any, by: User, at: datetime, options: RowOptions, **kwargs: Any) -> None:
        self._options = options
        super().__init__(*args, by=by, at=at, **kwargs)
        self.initial.setdefault("day", today(at) - timedelta(days=1))
        self.warnings: list[EntryWarning] = []

    def _set_areas(self) -> None:
        choices = [("", "Select an area"), *((pk, area.name) for pk, area in self._options.areas.items())]
        self.fields["area"] = forms.TypedChoiceField(
            label="Where",
            choices=choices,
            coerce=self._area,
            empty_value=None,
            error_messages=dict.fromkeys(("required", "invalid_choice"), "Select where you patrolled"),
        )

    def _area(self, pk: str) -> HotspotArea:
        if (area := self._options.areas.get(int(pk))) is None:
            raise ValueError(f"No area of this person's: {pk}")
        return area

    def _set_nights(self) -> None:
        for name in ("submission_id", "night", "night_date", "start_day"):
            del self.fields[name]

    def _set_streams(self) -> None:
        del self.fields["funding_stream"]

    def _set_mornings(self) -> None:
        self.asks_which_morning = False

    def _clean_night(self) -> None:
        self.names_a_night = False
        self.cleaned_data["night"] = self.cleaned_data.get("day")
        self.cleaned_data["funding_stream"] = None
        if "area" in self.errors and (text := self.cleaned_data.get("area_text")):
            self.errors["area"].clear()
            self.add_error("area", ValidationError(f"No area of yours is called “{text[:60]}”. Select where it was"))

    def _stream_on(self, night: date) -> FundingStream | None:
        return self._options.stream_on(night)

    def acknowledged(self) -> AcknowledgedWarnings:
        """The warnings that this row was shown with before."""
        return AcknowledgedWarnings(self.sent.getlist(self.add_prefix("keep")), self.cleaned_data["doubts_reason"])

    @property
    def is_entered(self) -> bool:
        """Whether somebody entered something here, and did not take the row out."""
        is_out = self.data.get(self.add_prefix("DELETE"))
        return not is_out and bool({*self.changed_data} - {"day"})

    @property
    def crew_counts(self) -> list[BoundField]:
        """How many there were of each role."""
        return [count for count, _ in self.crew_rows]

    @property
    def outcome_rows(self) -> list[BoundField]:
        """What most shifts have."""
        return [*self.headline_rows, *self.first_powers]

    @property
    def less_used(self) -> list[BoundField]:
        """What a row shows only where something is entered, or wrong: it can be added on the shift's page."""
        names = ("start_change", "end_change", "note")
        fields = [collars for _, collars in self.crew_rows]
        fields += [*self.more_powers, *self.activity_rows, *(self[name] for name in names)]
        return [field for field in fields if field.value() or field.errors]


ShiftRows = row_formset(ShiftRowForm, most=MOST_ROWS, extra=FIRST_ROWS, takes_out_new=True)


class PasteForm(Form):
    """Rows out of a spreadsheet, with their headings."""

    text = TextField(
        label="Rows from a spreadsheet",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea,
        help_text="Copy the rows with their headings, like Date, Start, Finish, Area, Police officers and Arrests.",
    )
    looks = {"text": Look(rows=4)}

    def clean_text(self) -> str:
        """As it was sent: cleaning makes spaces of the tabs between cells. Rows are cleaned cell by cell."""
        return str(self.data.get("text", ""))


def numbered(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Values of rows as a form posts them."""
    data: dict[str, Any] = {"form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": "0"}
    for index, row in enumerate(rows):
        data |= {f"form-{index}-{name}": value for name, value in row.items()}
    return data
