"""The forms that say what a shift was: logged, planned, completed or corrected. They parse and label; rules decide."""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import QueryDict

from hotspot.core import wording
from hotspot.core.errors import DomainError
from hotspot.core.forms import DateField, Form, Look, Stepper, TextField, WholeNumberField
from hotspot.core.models import User
from hotspot.core.periods import LONDON, parse_clock, parse_day, span, today
from hotspot.core.unsent import MARKER
from hotspots.models import FundingStream, HotspotArea
from outcomes.models import ActivityKind, AsbPowerKind
from outcomes.operations import TALLIED
from outcomes.presenters.funding import paid_from
from outcomes.rules import Report, Tally
from patrols.models import CrewMember, CrewRole, PatrolShift
from patrols.operations import Kept
from patrols.queries import areas_for_logging, default_stream
from patrols.rules import MAXIMUM_CREW, MAXIMUM_NOTE, CrewEntry, ShiftFacts, clean_collar_number, clean_note

OTHER_NIGHT = "other"
# What the button "No, it is a different crew" sends.
DIFFERENT_CREW = "different_crew"
# As many radios as a thumb scrolls past without looking; beyond that, a list.
MOST_AREA_RADIOS = 6
CHANGES = (("before", "Before the clocks went back"), ("after", "After the clocks went back"))
_SEPARATORS = re.compile(r"[\s,;/]+")


def _count(label: str, highest: int = 999) -> WholeNumberField:
    """A tally: blank is not zero, so it may be left empty."""
    return WholeNumberField(
        label=label, required=False, min_value=0, max_value=highest, widget=Stepper(highest=highest)
    )


class ShiftForm(Form):
    """Where, when, who: what a planned and a worked shift have in common.

    `facts()` gives what was entered to the operations. Fields are named as the rules name them.
    """

    submission_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    area = forms.ModelChoiceField(
        HotspotArea.objects.none(),
        label="Where",
        empty_label=None,
        error_messages={"required": "Select where you patrolled", "invalid_choice": "Select where you patrolled"},
    )
    night = forms.ChoiceField(label="Which night", widget=forms.RadioSelect, help_text="The date the shift started")
    night_date = DateField(label="Date the shift started", required=False)
    start = TextField(label="Start", max_length=20, error_messages={"required": "Enter when the shift started"})
    start_change = forms.ChoiceField(
        label="Was the start before or after the clocks went back?",
        choices=CHANGES,
        widget=forms.RadioSelect,
        required=False,
    )
    end = TextField(label="Finish", max_length=20, error_messages={"required": "Enter when the shift finished"})
    end_change = forms.ChoiceField(
        label="Was the finish before or after the clocks went back?",
        choices=CHANGES,
        widget=forms.RadioSelect,
        required=False,
    )
    funding_stream = forms.ModelChoiceField(
        FundingStream.objects.none(), label="Paid from", required=False, empty_label="The programme’s usual funding"
    )
    note = TextField(
        label="Note",
        required=False,
        max_length=MAXIMUM_NOTE,
        widget=forms.Textarea,
        help_text="Do not include names or intelligence.",
    )
    doubts_reason = TextField(label="Why it is right", required=False, max_length=500)

    looks = {
        "night": Look(reveals={OTHER_NIGHT: "night_date"}),
        "start": Look(width=5),
        "end": Look(width=5),
        "start_change": Look(small=False),
        "note": Look(rows=3),
    }
    # Rules speak of the crew as a whole; the form has an input for each role.
    error_fields: ClassVar = {"crew": f"crew_{CrewRole.POLICE_OFFICER}"}

    def __init__(self, *args: Any, by: User, at: datetime, **kwargs: Any) -> None:
        self.by, self.at = by, at
        self.starts_at: datetime | None = None
        self.ends_at: datetime | None = None
        super().__init__(*args, **kwargs)
        self._set_areas()
        self._set_nights()
        self._set_streams()
        for role in CrewRole:
            self.fields[f"crew_{role}"] = _count(f"{role.label}s", MAXIMUM_CREW)
            self.fields[f"collars_{role}"] = TextField(
                label=f"Collar numbers: {role.label}s", required=False, max_length=400
            )

    def _set_streams(self) -> None:
        """Offer what can pay, and say which programme does where several run on one of the nights offered."""
        field: Any = self.fields["funding_stream"]
        since = today(self.at) - timedelta(days=400)
        field.queryset = FundingStream.objects.visible_to(self.by).filter(programme__last_day__gte=since)
        streams = list(field.queryset.select_related("programme"))
        several = len({stream.programme_id for stream in streams}) > 1
        names = [(stream.pk, f"{stream}, {stream.programme}" if several else str(stream)) for stream in streams]
        field.choices = [("", field.empty_label), *names]
        days = filter(None, (parse_day(value) for value, _ in self.fields["night"].choices))  # type: ignore[attr-defined]
        said = (paid_from(streams, day) for day in sorted(days, reverse=True))
        field.help_text = self.several_programmes = next(filter(None, said), "")

    def _set_areas(self) -> None:
        field: Any = self.fields["area"]
        field.queryset = areas_for_logging(self.by)
        if len(field.queryset) <= MOST_AREA_RADIOS:
            field.widget = forms.RadioSelect()
        else:
            field.empty_label = "Select an area"
        field.widget.choices = field.choices

    def _set_nights(self) -> None:
        """Offer the named nights, and the one the form speaks of already: it may have been opened before midnight."""
        offered = self.nights()
        self.initial.setdefault("night", offered[0][0])
        for night in (self.initial["night"], self.data.get("night", "")):
            day = parse_day(night)
            if day and night not in dict(offered):
                offered.append((night, wording.weekday(day)))
        self.fields["night"].choices = [*offered, (OTHER_NIGHT, "Another date")]  # type: ignore[attr-defined]

    def nights(self) -> list[tuple[str, str]]:
        """The nights offered by name. After midday the day that has begun comes first, before midday the one before."""
        this, last = today(self.at), today(self.at) - timedelta(days=1)
        named = [(this, "Tonight"), (last, "Last night")]
        if self.at.astimezone(LONDON).hour < 12:
            named.reverse()
        return [(day.isoformat(), f"{name} ({day:%a} {day.day} {day:%b})") for day, name in named]

    @property
    def crew_rows(self) -> Iterator[tuple[BoundField, BoundField]]:
        """The count and the collar numbers of each role."""
        for role in CrewRole:
            yield self[f"crew_{role}"], self[f"collars_{role}"]

    @property
    def has_collar_numbers(self) -> bool:
        """Whether any collar number is in the form, so that the page opens where they are."""
        return any(collars.value() or collars.errors for _, collars in self.crew_rows)

    def clean(self) -> dict[str, Any]:
        """Turn night and clock times into instants, and collar numbers into people."""
        super().clean()
        self._clean_night()
        self._clean_span()
        for role in CrewRole:
            self._clean_collars(role)
        return self.cleaned_data

    def _clean_night(self) -> None:
        night = self.cleaned_data.get("night")
        if night == OTHER_NIGHT:
            self.cleaned_data["night"] = self.cleaned_data.get("night_date")
            if not self.cleaned_data["night"] and "night_date" not in self.errors:
                self.add_error("night_date", "Enter the date the shift started")
        elif night:
            self.cleaned_data["night"] = date.fromisoformat(night)

    def _clean_span(self) -> None:
        clocks = {name: self._clock(name) for name in ("start", "end")}
        night = self.cleaned_data.get("night")
        if not isinstance(night, date) or None in clocks.values():
            return
        changes = {name: self.cleaned_data.get(name) or None for name in ("start_change", "end_change")}
        try:
            self.starts_at, self.ends_at = span(night, clocks["start"], clocks["end"], **changes)
        except DomainError as error:
            asks = error.code == "time_happened_twice"
            self.add_error(f"{error.field}_change" if asks else error.field, ValidationError(error.message, error.code))

    def _clock(self, name: str) -> Any:
        text = self.cleaned_data.get(name)
        try:
            return parse_clock(text, name) if text else None
        except DomainError as error:
            self.add_error(name, ValidationError(error.message, error.code))
            return None

    def _clean_collars(self, role: CrewRole) -> None:
        count, collars = f"crew_{role}", f"collars_{role}"
        texts = [text for text in _SEPARATORS.split(self.cleaned_data.get(collars) or "") if text]
        try:
            numbers = [clean_collar_number(text) for text in texts]
        except DomainError as error:
            self.add_error(collars, ValidationError(error.message, error.code))
            return
        said = self.cleaned_data.get(count)
        if said is not None and len(numbers) > said:
            self.add_error(collars, f"You entered {len(numbers)} collar numbers for {said}. Change one of the two.")
        self.cleaned_data[collars] = numbers
        self.cleaned_data[count] = said or len(numbers)

    def facts(self) -> ShiftFacts:
        """What a valid form says about the shift. Raises DomainError when no programme runs on that night."""
        assert self.starts_at is not None  # noqa: S101 - a valid form has both
        assert self.ends_at is not None  # noqa: S101
        return ShiftFacts(
            area=self.cleaned_data["area"],
            funding_stream=self.cleaned_data["funding_stream"] or self._default_stream(),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            crew=[entry for role in CrewRole for entry in self._entries(role)],
            note=clean_note(self.cleaned_data["note"]),
        )

    def _default_stream(self) -> FundingStream:
        stream = default_stream(self.cleaned_data["night"])
        if stream is None:
            day = wording.day(self.cleaned_data["night"])
            message = f"No programme runs on {day}. Choose another night, or ask an administrator to add the programme."
            raise DomainError("no_programme", message, "night")
        return stream

    def _entries(self, role: CrewRole) -> Iterable[CrewEntry]:
        numbers = self.cleaned_data[f"collars_{role}"]
        for index in range(self.cleaned_data[f"crew_{role}"]):
            yield CrewEntry(role, numbers[index] if index < len(numbers) else "")

    @property
    def sent(self) -> QueryDict:
        """What the browser sent."""
        assert isinstance(self.data, QueryDict)  # noqa: S101 - these forms are only ever bound to a request
        return self.data

    def kept(self) -> Kept:
        """The doubts that were kept on the page that asks about them, one of them perhaps by its own button."""
        reason = self.cleaned_data["doubts_reason"]
        if self.sent.get("choice") == DIFFERENT_CREW and not reason.strip():
            reason = "A different crew"
        return Kept(self.sent.getlist("keep"), reason)

    def hidden_values(self) -> Iterator[tuple[str, str]]:
        """What was sent, name by name, for the page that asks "Is this right?"."""
        for name, values in self.sent.lists():
            if name not in {"csrfmiddlewaretoken", MARKER, "keep", "doubts_reason", "choice"}:
                for value in values:
                    yield name, str(value)

    def echo(self) -> str:
        """The shift in words, as far as it has been entered, or what stops it from being read."""
        self.full_clean()
        if not (self.starts_at and self.ends_at):
            times = (self.errors.get(name) for name in ("start", "end", "start_change", "end_change"))
            return next((str(errors[0]) for errors in times if errors and self.data.get("start")), "")
        size = sum(self.cleaned_data.get(f"crew_{role}") or 0 for role in CrewRole)
        return wording.shift_echo(self.starts_at, self.ends_at, size)


class PlanForm(ShiftForm):
    """A shift ahead."""

    def nights(self) -> list[tuple[str, str]]:
        """Tonight and tomorrow."""
        days = (("Tonight", today(self.at)), ("Tomorrow night", today(self.at) + timedelta(days=1)))
        return [(day.isoformat(), f"{name} ({day:%a} {day.day} {day:%b})") for name, day in days]


class LogForm(ShiftForm):
    """A finished shift with its outcomes: `report()` gives both to the operations."""

    arrests = _count("Arrests")
    stop_searches = _count("Stop searches")
    weapons = _count("Weapons recovered")
    nothing_to_report = forms.BooleanField(label="Nothing to report", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in self.power_kinds:
            self.fields[f"asb_{kind.code}"] = _count(kind.label)
        for activity in self.activity_kinds:
            self.fields[f"activity_{activity.code}"] = _count(activity.label)

    @cached_property
    def power_kinds(self) -> list[AsbPowerKind]:
        """The powers that can be counted; the rules say whether one was in force that night."""
        return list(AsbPowerKind.objects.all())

    @cached_property
    def activity_kinds(self) -> list[ActivityKind]:
        return list(ActivityKind.objects.all())

    @property
    def headline_rows(self) -> list[BoundField]:
        """Arrests, searches, weapons."""
        return [self[name] for name in TALLIED]

    @property
    def first_powers(self) -> list[BoundField]:
        """The powers that most shifts with any use."""
        return [self[f"asb_{kind.code}"] for kind in self.power_kinds if kind.on_quick_form]

    @property
    def more_powers(self) -> list[BoundField]:
        """The other powers, behind a disclosure."""
        return [self[f"asb_{kind.code}"] for kind in self.power_kinds if not kind.on_quick_form]

    @property
    def activity_rows(self) -> list[BoundField]:
        return [self[f"activity_{kind.code}"] for kind in self.activity_kinds]

    @property
    def opens_more_powers(self) -> bool:
        """Whether one of the other powers has a value or an error to show."""
        return any(field.value() or field.errors for field in self.more_powers)

    @property
    def opens_activity(self) -> bool:
        return any(field.value() or field.errors for field in self.activity_rows)

    def report(self) -> Report:
        """What a valid form says about the shift and its outcomes. Raises DomainError when no programme runs then."""
        tally = Tally(
            arrests=self.cleaned_data["arrests"],
            stop_searches=self.cleaned_data["stop_searches"],
            weapons=self.cleaned_data["weapons"],
            asb_powers={kind.code: self.cleaned_data[f"asb_{kind.code}"] for kind in self.power_kinds},
            nothing_to_report=self.cleaned_data["nothing_to_report"],
        )
        activity = {kind.code: self.cleaned_data[f"activity_{kind.code}"] for kind in self.activity_kinds}
        return Report(self.facts(), tally, activity)


class CompleteForm(LogForm):
    """How a planned shift went. Crew members who stay keep their own times."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, shift: PatrolShift, **kwargs: Any) -> None:
        self.shift = shift
        super().__init__(*args, **kwargs)

    def nights(self) -> list[tuple[str, str]]:
        """The night that the shift is on; another one by its date."""
        return [(self.shift.day.isoformat(), wording.weekday(self.shift.day))]

    def _entries(self, role: CrewRole) -> Iterable[CrewEntry]:
        standing = [member for member in self.shift.crew.all() if member.role == role]
        for entry in super()._entries(role):
            member = next((member for member in standing if member.collar_number == entry.collar_number), None)
            if member is None:
                yield entry
            else:
                standing.remove(member)
                yield self._with_own_times(entry, member)

    def _with_own_times(self, entry: CrewEntry, member: CrewMember) -> CrewEntry:
        starts_at = member.starts_at if member.starts_at != self.shift.starts_at else None
        ends_at = member.ends_at if member.ends_at != self.shift.ends_at else None
        return replace(entry, starts_at=starts_at, ends_at=ends_at)


class CorrectForm(CompleteForm):
    """A logged shift, put right. `was` carries what the form showed at first, so that a conflict can be shown."""

    was = TextField(widget=forms.HiddenInput, required=False)
    reason = TextField(
        label="Why it changes",
        max_length=500,
        help_text="Everybody who can see the shift can read this.",
        error_messages={"required": "Say why, in a few words"},
    )
