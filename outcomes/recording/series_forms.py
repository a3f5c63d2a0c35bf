"""Several shifts planned on one page: a pattern of nights, or a copy of a week."""

import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from django import forms

from hotspot.core.calendar import LONDON, Period, monday_of, today
from hotspot.core.clock import parse_clock
from hotspot.core.definitions.registry import CURRENT
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.pages.fields import DateField
from hotspot.core.pages.forms import Form, Look
from hotspots.models import FundingStream
from outcomes.recording.forms import PlanForm
from patrols.models import CrewRole, PatrolShift
from patrols.planning.rules import NIGHTS, night_span, nights_of
from patrols.planning.series_operations import MOST_NIGHTS, SeriesNight
from patrols.shifts.after_midnight import EARLIEST_MORNING_START
from patrols.shifts.rules import CrewEntry, ShiftFacts, clean_note, usual_stream

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_OF_ONE_NIGHT = ("night", "night_date", "start_change", "end_change")
AFTER, OF_THAT_DAY = "after", "of_that_day"


@dataclass(frozen=True)
class Candidate:
    """A night that may be planned. `problem` says why it cannot be, and then there are no facts.

    `key` is what the list sends back: a name, and of a copy, after a full stop, the version that is copied.
    """

    key: str
    day: date
    facts: ShiftFacts | None = None
    problem: str = ""

    @property
    def name(self) -> str:
        """What stays the same when the shift that is copied changes: it is planned once."""
        return name_of(self.key)

    @property
    def night(self) -> SeriesNight:
        """The night, to be planned."""
        assert self.facts is not None  # noqa: S101 - only what can be planned is
        return SeriesNight(self.name, self.facts)


def name_of(key: str) -> str:
    """The name in a key that the list sent back."""
    return key.partition(".")[0]


class PatternForm(PlanForm):
    """The same shift on some weekdays, from a first night to a last."""

    weekdays = forms.MultipleChoiceField(
        label="Which nights of the week",
        choices=[(str(number), name) for number, name in enumerate(WEEKDAYS)],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one night of the week"},
    )
    first_day = DateField(label="First night", help_text="For example, 25 10 2024")
    last_day = DateField(label="Last night", help_text="This night is included")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in _OF_ONE_NIGHT:
            del self.fields[name]
        self.fields["start_day"] = _start_day_field()
        first = today(self.at)
        self.initial.setdefault("first_day", first)
        self.initial.setdefault("last_day", first + timedelta(days=NIGHTS - 1))

    def clean(self) -> dict[str, Any]:
        """Besides what a shift needs: a last night that is not before the first, and no more nights than can be."""
        super().clean()
        start = self.clocks.get("start")
        self.asks_which_morning = start is not None and start < EARLIEST_MORNING_START
        if self.asks_which_morning and not self.cleaned_data.get("start_day") and "start_day" not in self.errors:
            self.add_error("start_day", "Select which morning the shifts start")
        first, last = self.cleaned_data.get("first_day"), self.cleaned_data.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", "The last night must not be before the first")
        elif first and last and (last - first).days > 7 * MOST_NIGHTS:
            self.add_error("last_day", f"{MOST_NIGHTS} nights can be planned at once. Choose an earlier last night.")
        elif not self.errors and not self._chosen_days():
            self.add_error("last_day", "None of these nights of the week lies between the first night and the last")
        elif not self.errors and len(self._chosen_days()) > MOST_NIGHTS:
            words = f"{MOST_NIGHTS} nights can be planned at once. These are {len(self._chosen_days())}."
            self.add_error("last_day", words)
        return self.cleaned_data

    def _own_times(self, spell: str) -> None:
        """Own times are those of one night: they are not taken here, nor lost without a word."""
        message = f"Leave “({spell[:20]})” out: own times are given for each shift, once it is planned."
        raise DomainError("own_times_of_pattern", message)

    def _set_mornings(self) -> None:
        """Ask from the start where the usual times are in the small hours."""
        self.asks_which_morning = False
        with suppress(DomainError):
            self.asks_which_morning = parse_clock(str(self.initial.get("start") or "")) < EARLIEST_MORNING_START

    def _chosen_days(self) -> list[date]:
        weekdays = {int(number) for number in self.cleaned_data["weekdays"]}
        return nights_of(weekdays, Period(self.cleaned_data["first_day"], self.cleaned_data["last_day"]))

    def candidates(self) -> list[Candidate]:
        """The nights of a valid form, each by the day on which its shift starts."""
        on = timedelta(days=1 if self.asks_which_morning and self.cleaned_data["start_day"] == AFTER else 0)
        clocks, crew = (self.clocks["start"], self.clocks["end"]), list(self._crew())
        chosen, streams = self.cleaned_data["funding_stream"], streams_seen_by(self.by)
        return [
            candidate(
                day.isoformat(),
                day,
                clocks,
                area=self.cleaned_data["area"],
                funding_stream=chosen or _paying(streams, day),
                crew=crew,
                note=clean_note(self.cleaned_data["note"]),
            )
            for day in (night + on for night in self._chosen_days())
        ]


def _start_day_field() -> forms.ChoiceField:
    """The question which morning is meant by a night, of all nights of a pattern at once."""
    return forms.ChoiceField(
        label="Which morning do the shifts start?",
        choices=[(AFTER, "The morning after each night"), (OF_THAT_DAY, "The morning before, of the same date")],
        widget=forms.RadioSelect,
        required=False,
        help_text="With Friday, the morning after is Saturday’s",
    )


def streams_seen_by(user: User) -> list[FundingStream]:
    """What can pay for shifts, with its programme."""
    return list(FundingStream.objects.visible_to(user).select_related("programme"))


def _paying(streams: Iterable[FundingStream], day: date) -> FundingStream | None:
    return usual_stream(stream for stream in streams if day in stream.programme.period)


def _paying_for_copy(shift: PatrolShift, running: Sequence[FundingStream]) -> FundingStream | None:
    """Which of the streams of a day pays for a copy of a shift: its own, or one of its kind in another programme.

    Without one of its kind, what usually pays; but business as usual does not become a funded patrol, or the other way
    round, because a week was copied.
    """
    if shift.funding_stream in running:
        return shift.funding_stream
    kind = shift.funding_stream.kind
    alike = [one for one in running if _is_apart(one.kind) == _is_apart(kind)]
    return usual_stream(one for one in alike if one.kind == kind) or usual_stream(alike)


def _is_apart(kind: str) -> bool:
    return kind in CURRENT.streams_apart


def candidate(
    key: str, day: date, clocks: tuple[time, time], *, funding_stream: FundingStream | None, **facts: Any
) -> Candidate:
    """A night that may be planned, or what stops it already."""
    if funding_stream is None:
        return Candidate(key, day, problem="No programme runs on this night.")
    try:
        starts_at, ends_at = night_span(day, *clocks)
    except DomainError as refusal:
        return Candidate(key, day, problem=refusal.message)
    made = ShiftFacts(funding_stream=funding_stream, starts_at=starts_at, ends_at=ends_at, **facts)
    return Candidate(key, day, made)


class CopyWeekForm(Form):
    """Which week is copied, into which: each by any of its days."""

    submission_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    source = DateField(label="Copy the week of", help_text="Any day of it, Monday to Sunday. For example, 14 10 2024")
    target = DateField(label="Into the week of", help_text="Any day of it")

    looks = {"source": Look(), "target": Look()}

    def __init__(self, *args: Any, day: date, **kwargs: Any) -> None:
        monday = monday_of(day)
        kwargs["initial"] = {"source": monday, "target": monday + timedelta(days=7)} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """A week is not copied into itself."""
        super().clean()
        source, target = self.cleaned_data.get("source"), self.cleaned_data.get("target")
        if source and target and monday_of(source) == monday_of(target):
            self.add_error("target", "Choose another week than the one that is copied")
        return self.cleaned_data

    @property
    def week(self) -> Period:
        """The week that is copied, of a valid form."""
        monday = monday_of(self.cleaned_data["source"])
        return Period(monday, monday + timedelta(days=6))

    def candidates(self, shifts: Sequence[PatrolShift], streams: Sequence[FundingStream]) -> list[Candidate]:
        """These shifts, planned as many weeks on as there are between the two, and paid as they were if that can be."""
        on = monday_of(self.cleaned_data["target"]) - self.week.first_day
        return [_copy(shift, shift.day + on, streams) for shift in shifts]


def _copy(shift: PatrolShift, day: date, streams: Sequence[FundingStream]) -> Candidate:
    key = f"{shift.pk}.{shift.version}"
    clocks = tuple(at.astimezone(LONDON).time() for at in (shift.starts_at, shift.ends_at))
    running = [stream for stream in streams if day in stream.programme.period]
    funding_stream = _paying_for_copy(shift, running)
    if running and funding_stream is None:
        problem = f"The programme of this night has no funding like “{shift.funding_stream.name}”."
        return Candidate(key, day, problem=problem)
    made = candidate(
        key,
        day,
        clocks,  # type: ignore[arg-type]
        area=shift.area,
        funding_stream=funding_stream,
        crew=[],
        note="",
    )
    if made.facts is None:
        return made
    facts = made.facts
    crew = [_crew_entry(member, shift, facts) for member in shift.crew.all()]
    return Candidate(made.key, day, ShiftFacts(facts.area, facts.funding_stream, facts.starts_at, facts.ends_at, crew))


def _crew_entry(member: Any, shift: PatrolShift, facts: ShiftFacts) -> CrewEntry:
    """Somebody of the crew, with their own time moved along where it still lies within the shift."""
    starts_at = facts.starts_at + (member.starts_at - shift.starts_at)
    ends_at = facts.ends_at - (shift.ends_at - member.ends_at)
    if not facts.starts_at <= starts_at < ends_at <= facts.ends_at:
        return CrewEntry(CrewRole(member.role), member.collar_number)
    return CrewEntry(CrewRole(member.role), member.collar_number, starts_at, ends_at)
