"""The forms that say what a shift was: logged, planned, completed or corrected. They parse and label; rules decide."""

import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from hotspot.core import wording
from hotspot.core.calendar import parse_day, today
from hotspot.core.clock import minutes_between
from hotspot.core.errors import DomainError, DomainErrors
from hotspot.core.models import User
from hotspot.core.pages.access import add_errors
from hotspot.core.pages.fields import TextField
from hotspot.core.pages.forms import Look
from hotspot.core.pages.resubmission import MARKER
from hotspots.models import FundingStream, HotspotArea
from outcomes.kinds import COUNTED
from outcomes.models import ActivityKind, AsbPowerKind
from outcomes.recording.crew_fields import CrewForm, count_field
from outcomes.records.funding import paid_from
from outcomes.rules import Report, Tally, check_said
from outcomes.vocabulary.cache import terms_of
from patrols.shifts.entries import AcknowledgedWarnings
from patrols.shifts.queries import areas_for_logging, default_stream
from patrols.shifts.rules import (
    MAXIMUM_NOTE,
    ShiftFacts,
    check_crew_size,
    check_is_ahead,
    check_is_over,
    check_length,
    clean_note,
)

# What the button "No, it is a different crew" sends.
DIFFERENT_CREW = "different_crew"
# As many radios as a thumb scrolls past without looking; beyond that, a list.
MOST_AREA_RADIOS = 6


class ShiftForm(CrewForm):
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

    looks = {**CrewForm.looks, "note": Look(rows=3)}
    field_order = ("submission_id", "area")
    # What the line that says the shift in words has to know besides what is entered.
    echo_query = ""

    def __init__(self, *args: Any, by: User, at: datetime, **kwargs: Any) -> None:
        self.by, self.at = by, at
        super().__init__(*args, **kwargs)
        self._set_areas()
        self._set_nights()
        self._set_streams()
        self._set_mornings()

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
        # Read once: the field would ask for them again each time its choices are looked at.
        choices: list[tuple[Any, str]] = list(field.queryset.values_list("pk", "name"))
        if len(choices) <= MOST_AREA_RADIOS:
            field.widget = forms.RadioSelect()
        else:
            choices.insert(0, ("", "Select an area"))
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Turn night and clock times into instants, and collar numbers into people."""
        super().clean()
        self._clean_night()
        self._clean_span()
        self._clean_crew()
        # In a form without errors the operation says what rules say; with errors, they speak of the rest here.
        if self.errors and (refused := self._refused_by_rules()):
            add_errors(self, DomainErrors(refused))
        return self.cleaned_data

    def _refused_by_rules(self) -> list[DomainError]:
        """What rules have against what can be read."""
        found = []
        if self.starts_at and self.ends_at:
            found += check_length(self.starts_at, self.ends_at) or self._check_end(self.ends_at)
        if not self.has_crew_errors:
            found += check_crew_size(len(list(self._crew())))
        return found

    def _takes_shift_until(self, ends_at: datetime) -> bool:
        return not self._check_end(ends_at)

    def _check_end(self, ends_at: datetime) -> list[DomainError]:
        """What the rules have against a shift that ends then."""
        raise NotImplementedError

    def facts(self) -> ShiftFacts:
        """What a valid form says about the shift. Raises DomainError when no programme runs on that night."""
        assert self.starts_at is not None  # noqa: S101 - a valid form has both
        assert self.ends_at is not None  # noqa: S101
        return ShiftFacts(
            area=self.cleaned_data["area"],
            funding_stream=self.cleaned_data["funding_stream"] or self._default_stream(),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            crew=list(self._crew()),
            note=clean_note(self.cleaned_data["note"]),
        )

    def _default_stream(self) -> FundingStream:
        stream = self._stream_on(self.cleaned_data["night"])
        if stream is None:
            day = wording.day(self.cleaned_data["night"])
            message = f"No programme runs on {day}. Choose another night, or ask an administrator to add the programme."
            raise DomainError("no_programme", message, "night")
        return stream

    def _stream_on(self, night: date) -> FundingStream | None:
        return default_stream(night)

    @property
    def sent(self) -> QueryDict:
        """What the browser sent."""
        assert isinstance(self.data, QueryDict)  # noqa: S101 - these forms are only ever bound to a request
        return self.data

    def acknowledged(self) -> AcknowledgedWarnings:
        """The warnings acknowledged on the page that shows them, one of them perhaps by its own button."""
        reason = self.cleaned_data["doubts_reason"]
        if self.sent.get("choice") == DIFFERENT_CREW and not reason.strip():
            reason = "A different crew"
        return AcknowledgedWarnings(self.sent.getlist("keep"), reason)

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
            times = (self.errors.get(name) for name in ("start_day", "start", "end", "start_change", "end_change"))
            return next((str(errors[0]) for errors in times if errors and self.data.get("start")), "")
        crew = list(self._crew())
        spans = [(entry.starts_at or self.starts_at, entry.ends_at or self.ends_at) for entry in crew]
        minutes = sum(max(0, minutes_between(*each)) for each in spans)
        return wording.shift_echo(self.starts_at, self.ends_at, len(crew), minutes)


class PlanForm(ShiftForm):
    """A shift ahead."""

    echo_query = "?plan=1"

    def nights(self) -> list[tuple[str, str]]:
        """Tonight and tomorrow."""
        days = (("Tonight", today(self.at)), ("Tomorrow night", today(self.at) + timedelta(days=1)))
        return [(day.isoformat(), f"{name} ({day:%a} {day.day} {day:%b})") for name, day in days]

    def _check_end(self, ends_at: datetime) -> list[DomainError]:
        return check_is_ahead(ends_at, at=self.at)


class LogForm(ShiftForm):
    """A finished shift with its outcomes: `report()` gives both to the operations."""

    nothing_to_report = forms.BooleanField(label="Nothing to report", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nothing_to_report = self.fields.pop("nothing_to_report")
        self.fields |= {kind.plural: count_field(kind.title) for kind in COUNTED}
        self.fields["nothing_to_report"] = nothing_to_report
        for power in self.power_kinds:
            self.fields[f"asb_{power.code}"] = count_field(power.label)
        for activity in self.activity_kinds:
            self.fields[f"activity_{activity.code}"] = count_field(activity.label)

    def _refused_by_rules(self) -> list[DomainError]:
        is_readable = self.errors.keys().isdisjoint(self.tally().counts)
        return [*super()._refused_by_rules(), *(check_said(self.tally()) if is_readable else ())]

    def _check_end(self, ends_at: datetime) -> list[DomainError]:
        return check_is_over(ends_at, at=self.at)

    @property
    def is_ahead(self) -> bool:
        """Whether what was entered is not over yet, so that it can be planned instead."""
        return self.is_bound and self.has_error("end", "not_over_yet")

    @cached_property
    def power_kinds(self) -> list[AsbPowerKind]:
        """The powers that can be counted; the rules say whether one was in force that night."""
        return list(terms_of(AsbPowerKind).values())

    @cached_property
    def activity_kinds(self) -> list[ActivityKind]:
        return list(terms_of(ActivityKind).values())

    @property
    def headline_rows(self) -> list[BoundField]:
        """Arrests, searches, weapons."""
        return [self[kind.plural] for kind in COUNTED]

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
    def opens_more(self) -> bool:
        """Whether one of the other powers or an activity has a value or an error to show."""
        return any(field.value() or field.errors for field in (*self.more_powers, *self.activity_rows))

    def tally(self) -> Tally:
        """The counts that were entered, without those that are not valid."""
        entered = self.cleaned_data.get
        return Tally(
            **{kind.plural: entered(kind.plural) for kind in COUNTED},
            asb_powers={kind.code: entered(f"asb_{kind.code}") for kind in self.power_kinds},
            nothing_to_report=bool(entered("nothing_to_report")),
        )

    def report(self) -> Report:
        """What a valid form says about the shift and its outcomes. Raises DomainError when no programme runs then."""
        activity = {kind.code: self.cleaned_data[f"activity_{kind.code}"] for kind in self.activity_kinds}
        return Report(self.facts(), self.tally(), activity)
