"""Fields of the filters of the list of shifts whose values are more than text."""

from collections.abc import Sequence
from functools import cache
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from hotspot.core import wording
from hotspot.core.errors import DomainError
from hotspot.core.pages.fields import TextField
from hotspots.models import FundingStream, FundingStreamQuerySet, HotspotArea, Programme
from hotspots.pages.filters import offer_areas
from outcomes.kinds import KINDS
from outcomes.records.filter_queries import ChosenOutcome, PaidFrom, streams_in
from outcomes.vocabulary.cache import terms_of
from patrols.shifts.crew_text import Person, parse_collar_numbers

MOST_NAMED = 3
_ONE_PERSON = "Enter one collar number, like PC1234"


class AreasField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An area of a menu, or several that an address names by their numbers, with commas between them.

    Several are one more line of the menu, so that they stay chosen when another filter changes.
    """

    def offer(self, areas: QuerySet[HotspotArea], given: str) -> None:
        """Let one of these be chosen, or those that the address names."""
        offer_areas(self, areas)
        if "," not in given:
            return
        menu: Any = self.choices

        def choices() -> list[tuple[Any, str]]:
            first, *rest = menu
            try:
                return [first, (given, areas_in_words(self.to_python(given) or [])), *rest]
            except ValidationError:
                return [first, *rest]

        self.choices = choices

    def to_python(self, value: Any) -> list[HotspotArea] | None:
        """The areas in list order. Raises ValidationError `invalid_choice` where one of them cannot be seen."""
        if value in self.empty_values:
            return None
        numbers = set(str(value).split(","))
        if not all(number.isascii() and number.isdecimal() and len(number) < 19 for number in numbers):
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
        found = list(self.queryset.filter(pk__in=numbers)) if self.queryset is not None else []
        if len(found) < len(numbers):
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice")
        return found


def areas_in_words(areas: Sequence[HotspotArea]) -> str:
    """Hitchin; Hitchin and Watford; 5 hotspot areas."""
    if len(areas) > MOST_NAMED:
        return wording.plural(len(areas), "hotspot area")
    return wording.listing([str(area) for area in areas])


class PaidFromField(forms.TypedChoiceField):
    """A funding stream, or all those of a programme that count in its figures."""

    def offer(self, streams: FundingStreamQuerySet) -> None:
        """Let one of these be chosen, under the name of its programme. They are read once, where they are needed."""

        @cache
        def offered() -> list[FundingStream]:
            return list(streams.select_related("programme"))

        def choices() -> list[tuple[str, Any]]:
            groups: dict[Any, list[tuple[str, str]]] = {}
            for stream in offered():
                lines = groups.setdefault(stream.programme, _all_of(stream.programme))
                lines.append((str(stream.pk), stream.name))
            return [("", "All funding streams"), *((str(programme), lines) for programme, lines in groups.items())]

        def chosen(code: str) -> PaidFrom:
            numbers = streams_in(code)
            for stream in offered():
                if stream.pk == numbers.get("stream"):
                    return PaidFrom(stream.programme, stream)
                if stream.programme_id == numbers.get("programme"):
                    return PaidFrom(stream.programme, is_counted=code == counted_code(stream.programme))
            raise ValueError(code)

        self.choices, self.coerce = choices, chosen


def counted_code(programme: Programme) -> str:
    """How an address names all that counts in the figures of a programme."""
    return PaidFrom(programme, is_counted=True).code


def _all_of(programme: Programme) -> list[tuple[str, str]]:
    return [
        (counted_code(programme), "All that counts in its figures"),
        (PaidFrom(programme).code, "All but business as usual"),
    ]


class OutcomeField(forms.TypedChoiceField):
    """A kind of outcome, all of it or one of its terms."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_outcome_choices, coerce=ChosenOutcome.parse, **kwargs)


def _outcome_choices() -> list[tuple[str, Any]]:
    choices: list[tuple[str, Any]] = [("", "All shifts")]
    for kind in KINDS:
        lines = [(str(ChosenOutcome(kind)), f"All {kind.brief[1]}")]
        lines += [(str(ChosenOutcome(kind, code)), str(term)) for code, term in terms_of(kind.vocabulary).items()]
        if kind.field(kind.breakdown).null:
            lines.append((str(ChosenOutcome(kind, "")), "Kind to follow"))
        choices.append((kind.title, lines))
    return choices


class CollarNumberField(TextField):
    """One person's collar number, with or without a rank; its value is the role that the rank gives, and the number."""

    default_error_messages: ClassVar = {"invalid": _ONE_PERSON}

    def clean(self, value: Any) -> Person | None:
        """Raises ValidationError where it is not one number."""
        text = super().clean(value)
        if not text:
            return None
        try:
            people = parse_collar_numbers(text)
        except DomainError as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal
        if len(people) != 1:
            raise ValidationError(_ONE_PERSON, code="invalid")
        return people[0]
