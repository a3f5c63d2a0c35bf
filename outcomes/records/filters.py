"""The filters of the shift list. One set serves the page and its files; all state is in the URL."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode

from hotspot.core import wording
from hotspot.core.calendar import parse_day
from hotspot.core.conditions import all_given
from hotspot.core.models import Disclosure, User
from hotspot.core.pages.fields import TextField, TypedDateField
from hotspot.core.pages.forms import Look
from hotspot.core.permissions import Permission, grants
from hotspots.models import FundingStream, HotspotArea, Programme
from hotspots.pages.filters import ListFilter, choice_field
from outcomes.kinds import KINDS
from outcomes.models import Outcome
from outcomes.records import filter_queries as finding
from outcomes.records.filter_fields import (
    AreasField,
    CollarNumberField,
    OutcomeField,
    PaidFromField,
    areas_in_words,
    counted_code,
)
from outcomes.records.filter_queries import ChosenOutcome, midnight
from outcomes.records.rules import may_see_people, may_see_warnings
from patrols.models import PatrolShift, PatrolShiftQuerySet

MOST_COUNTED = 2_000
"""Longer lists do not say how long they are unless the address asks for it, because counting takes its time."""
COUNT, EVERYTHING = "count", "all"
MINE, ALL = "mine", "all"
YES, OVERDUE = "yes", "overdue"
SOMETHING, NOTHING = "something", "nothing"
_STATES = {**dict(PatrolShift.State.choices), OVERDUE: "Needs completing"}
_FOUND = {SOMETHING: "Something was found", NOTHING: "Nothing was found"}
_OF_A_PERSON = ("logged_by", "collar")
_OF_EVERYBODY = ("since", "until", "whose")


class ShiftFilter(ListFilter):
    """`apply` narrows a queryset. A value that makes no sense is ignored, and said beside its field."""

    since = TypedDateField(label="Date from (earliest)", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = TypedDateField(label="Date to (latest)", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    area = AreasField(HotspotArea.objects.none(), label="Area", required=False, empty_label="All areas")
    state = choice_field("State", "All states", list(_STATES.items()))
    whose = forms.ChoiceField(
        label="Whose", choices=[(MINE, "Mine"), (ALL, "Everybody’s in my districts")], required=False
    )
    logged_by = forms.ModelChoiceField(User.objects.none(), label="Logged by", required=False, empty_label="Everybody")
    late = choice_field("Logged late", "Late or not", [(YES, "More than 24 hours after the end")])
    flagged = choice_field("Unusual", "Unusual or not", [(YES, "Kept with doubts")])
    to_follow = choice_field("Detail of outcomes", "Entered or not", [(YES, "Detail to follow")])
    outcome = OutcomeField(label="Outcomes", required=False)
    found = choice_field("Stop searches", "Found or not", list(_FOUND.items()))
    stream = PaidFromField(label="Paid from", required=False)
    reference = TextField(
        label="Reference",
        required=False,
        max_length=80,
        help_text="Of the shift, like HS-1457, of an arrest or search, or of another system",
    )
    collar = CollarNumberField(label="Collar number", required=False, max_length=40)
    text = TextField(label="Words in the note", required=False, max_length=100)

    looks = {"since": Look(width=10), "until": Look(width=10), "collar": Look(width=10)}
    position = "after"

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        for name in set(self.fields) - usable_by(by):
            del self.fields[name]
        self._of("area").offer(HotspotArea.objects.visible_to(by).defer("boundary"), self.data.get("area", ""))
        self._of("stream").offer(FundingStream.objects.visible_to(by))
        if "logged_by" in self.fields:
            self._of("logged_by").queryset = finding.people_who_log(by)

    def _of(self, name: str) -> Any:
        return self.fields[name]

    def clean_text(self) -> str:
        """Words that every note has would find nothing, which is not what they mean."""
        text: str = self.cleaned_data["text"]
        if text and not finding.says_something(text):
            raise ValidationError("Enter a word that says more, like “knife”", code="no_words")
        return text

    def clean(self) -> dict[str, Any]:
        """Whether something was found is only said of searches."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        outcome = given.get("outcome")
        if given.get("found") and outcome and not outcome.kind.find:
            self.add_error("found", "Only stop searches say whether something was found")
        return given

    @property
    def has_own(self) -> bool:
        """Whether this person logs shifts, so that "mine" means something."""
        return _has_own(self.by.may)

    @property
    def is_mine(self) -> bool:
        return self.has_own and self.chosen("whose") != ALL and not self.chosen("logged_by")

    @property
    def is_of_one_person(self) -> bool:
        """Whether it is narrowed to somebody else, so that a number of its rows would be that person's total."""
        return any(self.chosen(name) for name in _OF_A_PERSON if name in self.fields)

    @property
    def shows_gaps(self) -> bool:
        """Gaps are one's own missing nights: only where nothing but dates narrows the list."""
        return self.is_mine and not self._narrowed

    @property
    def is_home(self) -> bool:
        """Whether somebody who logs shifts asks for no list: their first page, and what is older.

        An address that cannot be read is a list, so that it is said beside its field.
        """
        return self.shows_gaps and not self.errors and not any(self.chosen(name) for name in _OF_EVERYBODY)

    @property
    def is_to_be_found(self) -> bool:
        """Whether somebody who logs shifts came to find one: the form is open then, at the first press."""
        return self.shows_gaps and not self.is_home and not (self.chosen("since") or self.chosen("until"))

    @property
    def clear_url(self) -> str:
        """The list with nothing chosen: who logs shifts has a first page at its bare address."""
        return f"?whose={MINE}" if self.has_own else "?"

    @property
    def shows_totals(self) -> bool:
        """How many there are is said where something narrows the list, never of what one person logged or worked."""
        dated = self.chosen("since") or self.chosen("until")
        return bool(self._narrowed or dated) and not self.is_mine and not self.is_of_one_person

    @property
    def shows_when(self) -> bool:
        """Whether rows say when they were logged: it is what makes them late."""
        return bool(self.chosen("late"))

    @property
    def shows_hours(self) -> bool:
        """Only of shifts that the figures count: others are no patrol hours."""
        stream = self.chosen("stream")
        return bool(stream and stream.is_counted)

    @property
    def _narrowed(self) -> bool:
        return any(self.chosen(name) for name in self.fields if name not in _OF_EVERYBODY)

    @property
    def outcomes(self) -> list[QuerySet[Outcome]]:
        """The outcomes that the list is narrowed to, kind by kind; none where it is not."""
        outcome, found = self.chosen("outcome"), self.chosen("found")
        if outcome is None and not found:
            return finding.to_follow() if self.chosen("to_follow") else []
        chosen = [outcome] if outcome else [ChosenOutcome(kind) for kind in KINDS if kind.find]
        return [each.rows(found=found == SOMETHING if found and each.kind.find else None) for each in chosen]

    @property
    def counts_outcomes_of(self) -> tuple[str, str]:
        """What those outcomes are called, one and several of them."""
        outcome = self.chosen("outcome")
        kinds = [outcome.kind] if outcome else [kind for kind in KINDS if kind.find and self.chosen("found")]
        return kinds[0].counted if kinds else ("outcome with detail to follow", "outcomes with detail to follow")

    def apply(self, shifts: PatrolShiftQuerySet) -> PatrolShiftQuerySet:
        """The shifts that the filters let through."""
        areas = self.chosen("area") or []
        conditions = all_given(
            starts_at__gte=midnight(self.chosen("since")),
            starts_at__lt=midnight(self.chosen("until"), days_on=1),
            # Only of one area does PostgreSQL know that the index goes on in the order of the list.
            area=areas[0] if len(areas) == 1 else None,
            area__in=areas if len(areas) > 1 else None,
            logged_by=self.chosen("logged_by") or (self.by if self.is_mine else None),
        )
        shifts = shifts.filter(conditions)
        for name, narrow in _NARROW.items():
            if value := self.chosen(name):
                shifts = narrow(shifts, value)
        if self.chosen("outcome") or self.chosen("found"):
            shifts = finding.with_any_of(shifts, self.outcomes)
        return shifts

    @property
    def understood(self) -> str:
        """The query string of the filters in force: what they do, however it was written, without what they ignore."""
        said = {name: _as_asked(value) for name in self.fields if (value := self.chosen(name))}
        # As it was typed: the rank before a number says whose it is.
        return urlencode(said | ({"collar": self.data["collar"].strip()} if "collar" in said else {}))

    def in_words(self, name: str, value: Any) -> str:
        """What a filter narrows the list to, without the name of its field."""
        return _WORDS[name](value)

    def in_force_for_file(self) -> list[tuple[str, str]]:
        """The filters in force as a file says them, which names nobody."""
        return [(name, _UNNAMED.get(name, text)) for name, text in self.in_force()]


def _as_asked(value: Any) -> str:
    """A chosen value as addresses name it."""
    if isinstance(value, User):
        return str(value.pk)
    if isinstance(value, finding.PaidFrom):
        return value.code
    return ",".join(str(area.pk) for area in value) if isinstance(value, list) else str(value)


def usable_by(by: User) -> set[str]:
    """The filters that this person may use: those of what they see of a shift. "Whose" is for those who log shifts."""
    names = set(ShiftFilter.base_fields)
    if not _has_own(by.may):
        names.discard("whose")
    if not may_see_people(by):
        names.difference_update(_OF_A_PERSON)
    if not may_see_warnings(by):
        names.discard("flagged")
    return names


def _in_state(shifts: PatrolShiftQuerySet, state: str) -> PatrolShiftQuerySet:
    if state == OVERDUE:
        return shifts.filter(state=PatrolShift.State.PLANNED, ends_at__lte=timezone.now())
    return shifts.filter(state=state)


_NARROW: Mapping[str, Callable[[PatrolShiftQuerySet, Any], PatrolShiftQuerySet]] = {
    "state": _in_state,
    "late": lambda shifts, _: shifts.late(),
    "flagged": lambda shifts, _: shifts.with_warnings(),
    "to_follow": lambda shifts, _: finding.with_any_of(shifts, finding.to_follow()),
    "stream": finding.paid_from,
    "reference": finding.with_reference,
    "collar": finding.with_collar_number,
    "text": finding.with_words,
}
_WORDS: Mapping[str, Callable[[Any], str]] = {
    "since": lambda value: f"From {wording.day(value)}",
    "until": lambda value: f"To {wording.day(value)}",
    "area": areas_in_words,
    "state": lambda value: _STATES.get(value, value),
    "whose": lambda value: "Everybody’s" if value == ALL else "",
    "logged_by": lambda value: f"Logged by {value}",
    "late": lambda value: "Logged late",
    "flagged": lambda value: "Kept with doubts",
    "to_follow": lambda value: "Detail to follow",
    "outcome": lambda value: value.label,
    "found": lambda value: _FOUND.get(value, value),
    "stream": str,
    "reference": lambda value: f"Reference {value}",
    "collar": lambda value: f"Collar number {value[1]}",
    "text": lambda value: f"Note says {value}",
}
_UNNAMED = {"logged_by": "Logged by one person", "collar": "One person in the crew"}


def _has_own(may: Callable[[Permission], bool]) -> bool:
    return may(Permission.LOG_SHIFT) and not may(Permission.CORRECT_ANY_SHIFT)


@dataclass(frozen=True)
class NamedRecords:
    """The records that addresses of the shift list name by their numbers, by these."""

    areas: Mapping[int, HotspotArea] = field(default_factory=dict)
    people: Mapping[int, User] = field(default_factory=dict)
    streams: Mapping[int, FundingStream] = field(default_factory=dict)
    programmes: Mapping[int, Programme] = field(default_factory=dict)


def named_in(queries: Sequence[str], *, by: User) -> NamedRecords:
    """What these addresses name of what this person may see. One query for each kind of record that any names."""
    given = [QueryDict(query) for query in queries]
    streams = [finding.streams_in(each.get("stream", "")) for each in given]
    areas = {number for each in given for number in _numbers(each.get("area", ""))}
    people = {number for each in given for number in _numbers(each.get("logged_by", ""))}
    return NamedRecords(
        HotspotArea.objects.visible_to(by).only("name").in_bulk(areas),
        User.objects.only("name").in_bulk(people),
        FundingStream.objects.visible_to(by)
        .select_related("programme")
        .in_bulk({each["stream"] for each in streams if "stream" in each}),
        Programme.objects.visible_to(by).in_bulk({each["programme"] for each in streams if "programme" in each}),
    )


def _numbers(text: str) -> list[int]:
    parts = text.split(",")
    return [int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 19]


def taken_in_words(query: str, *, role: str, named: NamedRecords) -> str:
    """What somebody who had this role took with the filters of an address, whatever they may see by now."""
    given = QueryDict(query)
    found = {
        "since": parse_day(given.get("since", "")),
        "until": parse_day(given.get("until", "")),
        "area": [named.areas[number] for number in _numbers(given.get("area", "")) if number in named.areas],
        "logged_by": next((named.people.get(number) for number in _numbers(given.get("logged_by", ""))), None),
        "stream": _stream_of(given.get("stream", ""), named),
        "outcome": _outcome_of(given.get("outcome", "")),
        "collar": ("", given["collar"].strip()) if given.get("collar", "").strip() else None,
        **{name: given.get(name, "").strip() for name in _PLAIN},
    }
    said = [_WORDS[name](value) for name in _WORDS if name != "whose" and (value := found[name])]
    if _has_own(partial(grants, role)) and not found["logged_by"]:
        said.append("Everybody’s in their districts" if given.get("whose") == ALL else "Their own")
    return "; ".join(said) or "Everything"


_PLAIN = ("state", "late", "flagged", "to_follow", "found", "reference", "text")


def names_one_person(query: str) -> bool:
    """Whether an address narrows the list to what one person logged or worked."""
    given = QueryDict(query)
    return any(given.get(name, "").strip() for name in _OF_A_PERSON)


def _stream_of(code: str, named: NamedRecords) -> finding.PaidFrom | None:
    numbers = finding.streams_in(code)
    stream = named.streams.get(numbers.get("stream", 0))
    programme = stream.programme if stream else named.programmes.get(numbers.get("programme", 0))
    is_counted = programme is not None and code == counted_code(programme)
    return finding.PaidFrom(programme, stream, is_counted) if programme else None


def _outcome_of(text: str) -> ChosenOutcome | None:
    try:
        return ChosenOutcome.parse(text)
    except ValueError:
        return None


class DisclosureFilter(ListFilter):
    """By who took records, and when. A value that makes no sense is ignored, and said beside its field."""

    person = forms.ModelChoiceField(User.objects.none(), label="Who", required=False, empty_label="Everybody")
    since = TypedDateField(label="Date from (earliest)", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = TypedDateField(label="Date to (latest)", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    looks = {"since": Look(width=10), "until": Look(width=10)}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        took = Disclosure.objects.visible_to(by).order_by().values("by")
        self.fields["person"].queryset = User.objects.people().filter(pk__in=took).order_by("name")  # type: ignore[attr-defined]

    def apply(self, disclosures: QuerySet[Disclosure]) -> QuerySet[Disclosure]:
        """The disclosures that the filters let through."""
        conditions = all_given(
            by=self.chosen("person"),
            at__gte=midnight(self.chosen("since")),
            at__lt=midnight(self.chosen("until"), days_on=1),
        )
        return disclosures.filter(conditions)
