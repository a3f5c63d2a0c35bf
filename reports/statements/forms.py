"""The forms by which a statement is prepared, and a number is looked up."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django import forms

from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.pages.fields import DateField, TextField
from hotspot.core.pages.forms import Form, Look
from hotspots.models import Programme
from hotspots.queries import areas_seen_by
from reports.figures.periods import LAUNCH, LAUNCH_TO, MONTHS, month_choices, range_code
from reports.figures.publication import period_of, periods, periods_over
from reports.models import AnnouncedRelease, Statement
from reports.releases.presenters import when_in_words
from reports.releases.rules import release_moment
from reports.statements import press_text
from reports.statements.quoted_numbers import LONGEST, Quoted, parse_quoted


class ChooseForm(Form):
    """What a statement is of: a programme's period, and all or some hotspot areas."""

    period = forms.ChoiceField(
        label="Period", help_text="Whole months that are over, or since launch up to the last day with records"
    )
    from_month = forms.ChoiceField(label="From month", help_text="For months you choose", required=False)
    to_month = forms.ChoiceField(
        label="To month", help_text="For months you choose, or since launch to a month you choose", required=False
    )
    areas = forms.TypedMultipleChoiceField(
        label="Hotspot areas",
        help_text="Tick none for all of them",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    looks = {"areas": Look(small=True)}

    def __init__(self, *args: Any, by: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._programmes = {programme.pk: programme for programme in Programme.objects.visible_to(by)}
        areas = areas_seen_by(by)
        self._at = at
        self.fields["period"].choices = list(self._periods(at))  # type: ignore[attr-defined]
        for name in ("from_month", "to_month"):
            ends = [("", "Select a month"), *self._months(at)]
            self.fields[name].choices = ends  # type: ignore[attr-defined]
        self.initial.setdefault("period", self._to_publish(at))
        self.fields["areas"].choices = [(area.pk, f"{area.name}, {area.district}") for area in areas]  # type: ignore[attr-defined]

    def _periods(self, at: datetime) -> Iterator[tuple[str, list[tuple[str, str]]]]:
        for programme in self._programmes.values():
            choices = {code: words for code, (words, _) in periods(programme, at).items()}
            chosen = {MONTHS: "Months you choose", LAUNCH_TO: "Since launch, to a month you choose"}
            words_of = {LAUNCH: choices.pop(LAUNCH, ""), **(chosen if choices else {}), **choices}
            # Words that name no days are those of every programme.
            named = {
                code: f"{words}, {programme.name}" for code, words in words_of.items() if code in (LAUNCH, *chosen)
            }
            options = ((code, named.get(code, words)) for code, words in words_of.items() if words)
            yield programme.name, [(f"{programme.pk}:{code}", words) for code, words in options]

    def _to_publish(self, at: datetime) -> str | None:
        """The newest month or quarter of all areas that nobody has begun or published a statement of."""
        known = Statement.objects.exclude(state=Statement.State.WITHDRAWN).filter(area_ids=[])
        taken = set(known.values_list("programme", "code"))
        open_periods = [
            (period.last_day, period.first_day, f"{programme.pk}:{code}")
            for programme in self._programmes.values()
            for code, (_, period) in periods_over(programme, at).items()
            if code != LAUNCH and not code.startswith("year-") and (programme.pk, code) not in taken
        ]
        return max(open_periods)[2] if open_periods else None

    def _months(self, at: datetime) -> list[tuple[str, str]]:
        """Every month of any programme that is over, oldest first."""
        found = {month for each in self._programmes.values() for month in month_choices(periods_over(each, at))}
        return sorted(found)

    def clean(self) -> dict[str, Any]:
        """The period's code, made from its ends where they are chosen."""
        found = super().clean() or self.cleaned_data
        programme, _, code = found.get("period", "").partition(":")
        first, last = found.get("from_month", ""), found.get("to_month", "")
        if not code:
            return found
        if code not in (MONTHS, LAUNCH_TO):
            # Months that were chosen before another period was: the page after this one names the period.
            return found | {"code": code}
        if code == MONTHS and not first:
            self.add_error("from_month", "Select the first month")
        elif not last:
            self.add_error("to_month", "Select the last month")
        else:
            code = range_code(first if code == MONTHS else LAUNCH, last)
            if period_of(self._programmes[int(programme)], code, self._at) is None:
                said = (
                    f"Choose months of {self._programmes[int(programme)]}, the last one the same as or after the first"
                )
                self.add_error("to_month", said)
        return found | {"code": code}

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `operations.draft`. Every area ticked is all of them."""
        programme, _, _ = self.cleaned_data["period"].partition(":")
        chosen = self.cleaned_data["areas"]
        is_all = len(chosen) == len(self.fields["areas"].choices)  # type: ignore[attr-defined]
        return {
            "programme": self._programmes[int(programme)],
            "code": self.cleaned_data["code"],
            "area_ids": [] if is_all else chosen,
        }


class WordsForm(Form):
    """The press text, with its numbers in braces."""

    words = TextField(
        label="Press text",
        help_text="Numbers stand in braces, like {arrests}, and fill themselves in. Move them or leave them out.",
        max_length=press_text.MOST_WORDS,
        strip=False,
        widget=forms.Textarea,
    )

    looks = {"words": Look(rows=18)}


class ReadForm(Form):
    """That somebody has read what there is to know about the figures."""

    read = forms.BooleanField(
        label="I have read this, and the figures can be published as they are",
        error_messages={"required": "Tick that you have read it, or correct the records first"},
    )


NO_MAIL = (
    "This service has no mail server, so tell them yourself; their first page shows it. Nobody else can sign it off "
    "without taking it over"
)


class SendForm(Form):
    """Who signs a statement off, and when it is released."""

    approver = forms.TypedChoiceField(
        label="Who signs it off",
        help_text="They are told by e-mail. Nobody else can sign it off without taking it over",
        coerce=int,
        error_messages={"required": "Choose who signs it off"},
    )
    announced = forms.TypedChoiceField(
        label="Entry of the release calendar",
        help_text="It is released at the time that was announced",
        coerce=int,
        required=False,
        empty_value=None,
    )
    release_day = DateField(
        label="Or release it on",
        help_text="Leave day and time empty to publish it once it is signed off. For example, 12 12 2026",
        required=False,
    )
    release_clock = TextField(label="At", help_text="By London’s clock, like 9:30am", required=False, max_length=20)

    looks = {"release_clock": Look(width=10)}

    def __init__(
        self,
        *args: Any,
        approvers: Sequence[User],
        entries: Sequence[AnnouncedRelease],
        told: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._people = {person.pk: person for person in approvers}
        if not told:
            self.fields["approver"].help_text = NO_MAIL
        people = [(person.pk, f"{person.name}, {person.get_role_display()}") for person in approvers]
        self.fields["approver"].choices = [("", "Select a person"), *people]  # type: ignore[attr-defined]
        announced = [(entry.pk, f"{entry}: {when_in_words(entry.month, entry.release_at)}") for entry in entries]
        self.fields["announced"].choices = [("", "None of them"), *announced]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """`release_at`: of the day and time, both or neither, and not beside an entry of the calendar."""
        found = super().clean() or self.cleaned_data
        day, clock = found.get("release_day"), found.get("release_clock", "")
        if found.get("announced") and (day or clock):
            self.add_error("release_day", "Leave day and time empty, or choose none of the calendar")
        elif day and not clock:
            self.add_error("release_clock", "Enter the time")
        elif clock and not day and "release_day" not in self.errors:
            self.add_error("release_day", "Enter the day")
        return found | {"release_at": self._moment(day, clock) if day and clock else None}

    def _moment(self, day: date, clock: str) -> datetime | None:
        try:
            return release_moment(day, clock)
        except DomainError as refusal:
            self.add_error("release_clock", refusal.message)
            return None

    @property
    def facts(self) -> dict[str, Any]:
        """The arguments of `operations.send`."""
        data = self.cleaned_data
        return {
            "approver": self._people[data["approver"]],
            "release_at": data["release_at"],
            "announced_id": data["announced"],
        }


class NumberForm(Form):
    """A number whose statement is looked for."""

    number = TextField(
        label="Number",
        help_text="As you read it, for example 12,212 or more than 12,000 hours",
        max_length=LONGEST,
        error_messages={"required": "Enter a number"},
    )

    looks = {"number": Look(width=20)}

    def clean_number(self) -> Quoted | None:
        """The figure as it is quoted, exact or rounded."""
        text = self.cleaned_data["number"]
        try:
            return parse_quoted(text) if text else None
        except DomainError as error:
            raise forms.ValidationError(error.message, code=error.code) from error


class LookUpForm(NumberForm):
    """A number or a file whose statement is looked for."""

    file = forms.FileField(label="Or a file", help_text="As it was downloaded", required=False, allow_empty_file=True)

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["number"].required = False

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        found = super().clean() or {}
        if found.get("number") is None and not found.get("file") and not self.errors:
            self.add_error("number", "Enter a number or choose a file")
        return found
