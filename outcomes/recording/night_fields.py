"""When a shift was, as its forms ask for it: a night by name or date, and two clock times."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError

from hotspot.core import wording
from hotspot.core.calendar import LONDON, parse_day, today
from hotspot.core.clock import parse_clock, parse_finish_clock, span, times_in
from hotspot.core.errors import DomainError
from hotspot.core.pages.fields import DateField, TextField
from hotspot.core.pages.forms import Form, Look
from patrols.shifts.after_midnight import morning_in_words, possible_days

OTHER_NIGHT = "other"
CHANGES = (("before", "Before the clocks went back"), ("after", "After the clocks went back"))


class NightForm(Form):
    """The night, the start and the finish. A valid form has `starts_at` and `ends_at`, and the day of the start.

    Both times may be written in the first field, like 10pm-6am. `clocks` are those that were understood.
    """

    night = forms.ChoiceField(label="Which night", widget=forms.RadioSelect, help_text="The date the shift started")
    night_date = DateField(label="Date the shift started", required=False)
    start_day = TextField(label="Which morning did it start?", required=False, widget=forms.RadioSelect)
    start = TextField(label="Start", max_length=30, error_messages={"required": "Enter when the shift started"})
    start_change = forms.ChoiceField(
        label="Was the start before or after the clocks went back?",
        choices=CHANGES,
        widget=forms.RadioSelect,
        required=False,
    )
    end = TextField(
        label="Finish",
        max_length=20,
        required=False,
        error_messages={"required": "Enter when the shift finished"},
    )
    end_change = forms.ChoiceField(
        label="Was the finish before or after the clocks went back?",
        choices=CHANGES,
        widget=forms.RadioSelect,
        required=False,
    )

    looks = {
        "night": Look(reveals={OTHER_NIGHT: "night_date"}),
        "start": Look(width=5),
        "end": Look(width=5),
        "start_change": Look(small=False),
    }

    at: datetime
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    clocks: Mapping[str, time] = {}

    def _set_nights(self) -> None:
        """Offer the named nights, and the one the form speaks of already: it may have been opened before midnight."""
        offered = self.nights()
        self.initial.setdefault("night", offered[0][0])
        for night in (self.initial["night"], self.data.get("night", "")):
            day = parse_day(night)
            if day and night not in dict(offered):
                offered.append((night, wording.weekday(day)))
        self.fields["night"].choices = [*offered, (OTHER_NIGHT, "Another date")]  # type: ignore[attr-defined]

    def _set_mornings(self) -> None:
        """Offer the mornings of the night that the form shows at first; a form that was sent says which they are."""
        night, start = parse_day(str(self.initial["night"])), self.initial.get("start") or ""
        self.asks_which_morning = False
        if night is None:
            return
        self._offer_mornings(possible_days(night, time(0)))
        with suppress(DomainError):
            clocks = {"start": parse_clock(start), "end": parse_clock(self.initial.get("end") or start)}
            self.asks_which_morning = len(self._days(night, clocks)) > 1

    def _offer_mornings(self, days: Sequence[date]) -> None:
        self.mornings = [(day.isoformat(), morning_in_words(day)) for day in days]
        self.fields["start_day"].widget.choices = self.mornings

    def nights(self) -> list[tuple[str, str]]:
        """The nights offered by name. After midday the day that has begun comes first, before midday the one before."""
        this, last = today(self.at), today(self.at) - timedelta(days=1)
        named = [(this, "Tonight"), (last, "Last night")]
        if self.at.astimezone(LONDON).hour < 12:
            named.reverse()
        return [(day.isoformat(), f"{name} ({day:%a} {day.day} {day:%b})") for day, name in named]

    def _clean_night(self) -> None:
        self.names_a_night = False
        night = self.cleaned_data.get("night")
        if night == OTHER_NIGHT:
            self.cleaned_data["night"] = self.cleaned_data.get("night_date")
            if not self.cleaned_data["night"] and "night_date" not in self.errors:
                self.add_error("night_date", "Enter the date the shift started")
        elif night:
            self.cleaned_data["night"] = date.fromisoformat(night)
            self.names_a_night = True

    def _clean_span(self) -> None:
        self.clocks = clocks = self._clean_clocks()
        night = self.cleaned_data.get("night")
        if not isinstance(night, date) or len(clocks) < 2:
            return
        night = self._starting_day(night, clocks)
        if night is None:
            return
        self.cleaned_data["night"] = night
        changes = {name: self.cleaned_data.get(name) or None for name in ("start_change", "end_change")}
        try:
            self.starts_at, self.ends_at = span(night, clocks["start"], clocks["end"], **changes)
        except DomainError as error:
            asks = error.code == "time_happened_twice"
            self.add_error(f"{error.field}_change" if asks else error.field, ValidationError(error.message, error.code))

    def _starting_day(self, night: date, clocks: Mapping[str, time]) -> date | None:
        """The day on which the shift started, asked for where a named night leaves two. None until that is answered."""
        days = self._days(night, clocks) if self.names_a_night else [night]
        self.asks_which_morning = len(days) > 1
        if not self.asks_which_morning:
            return days[0]
        self._offer_mornings(days)
        answer = parse_day(self.cleaned_data["start_day"])
        if answer in days:
            return answer
        self.add_error("start_day", "Select which morning the shift started")
        return None

    def _days(self, night: date, clocks: Mapping[str, time]) -> list[date]:
        """The days on which the shift may have started, as far as this form takes a shift of those days."""
        if not self._means_a_night(night):
            return [night]
        return [day for day in possible_days(night, clocks["start"]) if self._takes(day, clocks)] or [night]

    def _means_a_night(self, night: date) -> bool:
        """Whether the option names a night, rather than the day on which a saved shift started."""
        return True

    def _takes(self, day: date, clocks: Mapping[str, time]) -> bool:
        """Whether a shift of this day can be entered here. Times that the clock change affects are checked later."""
        try:
            return self._takes_shift_until(span(day, clocks["start"], clocks["end"])[1])
        except DomainError:
            return True

    def _takes_shift_until(self, ends_at: datetime) -> bool:
        return True

    def _clean_clocks(self) -> dict[str, time]:
        """The clock times that were understood, of `start` and `end`."""
        start, end = self.cleaned_data.get("start") or "", self.cleaned_data.get("end") or ""
        first, *others = times_in(start)
        if others == [end] or (len(others) == 1 and not end):
            start, end = first, others[0]
        found = {"start": self._clock("start", start, parse_clock), "end": self._clock("end", end, parse_finish_clock)}
        if not end and "end" not in self.errors:
            self.add_error("end", self.fields["end"].error_messages["required"])
        return {name: clock for name, clock in found.items() if clock is not None}

    def _clock(self, name: str, text: str, parse: Callable[[str, str], time]) -> time | None:
        try:
            return parse(text, name) if text else None
        except DomainError as error:
            self.add_error(name, ValidationError(error.message, error.code))
            return None
