"""What the filters of the list of shifts find, each in a way that an index answers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from hotspot.core.clock import instant
from hotspot.core.compiled_queries import any_of
from hotspot.core.definitions.registry import CURRENT
from hotspot.core.models import User
from hotspot.core.permissions import GRANTS, has_own_districts
from hotspots.models import DistrictAccess, FundingStream, Programme
from outcomes.kinds import BY_PLURAL, KINDS, OutcomeKind
from outcomes.models import Outcome
from outcomes.vocabulary.cache import terms_of
from patrols.collar_numbers import BareNumber, bare_number
from patrols.models import CrewMember, PatrolShift, PatrolShiftQuerySet
from patrols.shifts.crew_text import Person

_NUMBER = re.compile(r"(?:HS-?)?([0-9]{1,18})", re.ASCII | re.IGNORECASE)
MOST_NAMED_BY_ID = 5_000
_COUNTED, _PAID = "counted-", "programme-"


def midnight(day: date | None, days_on: int = 0) -> datetime | None:
    """When a London day begins, None for none. The list is indexed by instants, not by days."""
    try:
        return instant(day + timedelta(days=days_on), time(0)) if day else None
    except OverflowError:
        # After the last day of the calendar comes nothing that could be left out.
        return None


@dataclass(frozen=True)
class PaidFrom:
    """What pays for a shift: one funding stream, or, without one, all those of a programme but business as usual.

    With `is_counted` only shifts that its figures count, which are completed.
    """

    programme: Programme
    stream: FundingStream | None = None
    is_counted: bool = False

    def __str__(self) -> str:
        if self.stream:
            return f"{self.stream.name}, {self.programme}"
        return f"{'Counted for' if self.is_counted else 'Paid from'} {self.programme}"

    @property
    def code(self) -> str:
        """How an address names it."""
        if self.stream:
            return str(self.stream.pk)
        return f"{_COUNTED if self.is_counted else _PAID}{self.programme.pk}"


def streams_in(code: str) -> dict[str, int]:
    """The key of the stream or of the programme that an address names, by what it is; empty for neither."""
    number = code.removeprefix(_COUNTED).removeprefix(_PAID)
    name = "stream" if number == code else "programme"
    return {name: int(number)} if number.isascii() and number.isdecimal() and len(number) < 19 else {}


def paid_from(shifts: PatrolShiftQuerySet, choice: PaidFrom) -> PatrolShiftQuerySet:
    """The shifts that this pays for.

    The database holds the shifts of a programme to its days: said again, they keep a scan of the newest shifts from
    passing all that came after an old programme.
    """
    found = shifts.filter(
        starts_at__gte=midnight(choice.programme.first_day), starts_at__lt=midnight(choice.programme.last_day, 1)
    )
    if choice.stream:
        return found.filter(funding_stream=choice.stream)
    streams = FundingStream.objects.in_headline().filter(programme=choice.programme)
    found = found.filter(funding_stream__in=list(streams.values_list("pk", flat=True)))
    return found.filter(state__in=CURRENT.states) if choice.is_counted else found


@dataclass(frozen=True)
class ChosenOutcome:
    """Outcomes of one kind: all of them (`code` is None), those of one term, or, without one, those not known yet."""

    kind: OutcomeKind
    code: str | None = None

    @classmethod
    def parse(cls, text: str) -> "Self":
        """What `str(choice)` wrote. Raises ValueError for anything else."""
        plural, has_code, code = text.partition(":")
        kind = BY_PLURAL.get(plural)
        if kind is None or (code and code not in terms_of(kind.vocabulary)):
            raise ValueError(text)
        return cls(kind, code if has_code else None)

    def __str__(self) -> str:
        return self.kind.plural if self.code is None else f"{self.kind.plural}:{self.code}"

    @property
    def label(self) -> str:
        """Arrests; Arrests: Public order; Arrests: kind to follow."""
        if self.code is None:
            return self.kind.title
        term = terms_of(self.kind.vocabulary).get(self.code)
        return f"{self.kind.title}: {term or 'kind to follow'}"

    def rows(self, *, found: bool | None = None) -> QuerySet[Outcome]:
        """The standing outcomes that it names, of the powers without a code those that the headline counts.

        `found` keeps those searches whose detail says that something was found, or that nothing was.
        """
        rows: QuerySet[Outcome] = self.kind.model.objects.standing().order_by()
        if self.code is not None:
            rows = rows.filter(
                **{self.kind.breakdown: self.code} if self.code else {f"{self.kind.breakdown}__isnull": True}
            )
        elif self.kind.counted_by:
            rows = rows.filter(**{f"{self.kind.breakdown}__in_headline": True})
        return rows if found is None else rows.filter(**{self.kind.find: found})


def to_follow() -> list[QuerySet[Outcome]]:
    """The outcomes of every kind whose detail is to follow."""
    return [kind.model.objects.standing().filter(detail_to_follow=True).order_by() for kind in KINDS]


def with_any_of(shifts: PatrolShiftQuerySet, outcomes: Sequence[QuerySet[Outcome]]) -> PatrolShiftQuerySet:
    """The shifts with any of these outcomes."""
    return _among(shifts, [rows.values_list("shift", flat=True) for rows in outcomes])


def with_reference(shifts: PatrolShiftQuerySet, text: str) -> PatrolShiftQuerySet:
    """The shift of this number, and those for which another system, or an outcome, has this reference.

    HS-1457 and 1457 are numbers of shifts; references are found whatever their capitals.
    """
    own = PatrolShift.objects.exclude(external_reference="").filter(external_reference__iexact=text)
    found: list[QuerySet[Any, Any]] = [own.order_by().values_list("pk", flat=True)]
    for kind in KINDS:
        rows = kind.model.objects.exclude(reference="").filter(reference__iexact=text)
        found.append(rows.order_by().values_list("shift", flat=True))
    if number := _NUMBER.fullmatch(text):
        found.append(PatrolShift.objects.filter(pk=int(number[1])).order_by().values_list("pk", flat=True))
    return _among(shifts, found)


def with_words(shifts: PatrolShiftQuerySet, text: str) -> PatrolShiftQuerySet:
    """The shifts whose note has these words."""
    return _among(shifts, [PatrolShift.objects.with_words(text).order_by().values_list("pk", flat=True)])


def with_collar_number(shifts: PatrolShiftQuerySet, person: Person) -> PatrolShiftQuerySet:
    """The shifts with this person in the crew. A number without a rank may be anybody's; with one, it is of its role,
    because forces number officers and PCSOs apart."""
    role, number = person
    crew = CrewMember.objects.exclude(collar_number="").alias(bare=BareNumber("collar_number"))
    crew = crew.filter(bare=bare_number(number))
    if role is not None:
        crew = crew.filter(Q(collar_number=number) | Q(role=role))
    return _among(shifts, [crew.order_by().values_list("shift", flat=True)])


def says_something(text: str) -> bool:
    """Whether a search for these words looks for any: "the" and "and" are in every note, and in no index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT numnode(websearch_to_tsquery('english', %s)) > 0", [text])
        return bool(cursor.fetchone()[0])


def people_who_log(by: User) -> QuerySet[User]:
    """Everybody who logged a shift. To a supervisor, those who work in one of their districts, or in none of their own.

    By name, with systems that log by the API. Nothing is counted: one look at an index for each person.
    """
    people = User.objects.filter(Exists(PatrolShift.objects.filter(logged_by=OuterRef("pk")))).order_by("name", "pk")
    if not by.has_own_districts:
        return people
    own = DistrictAccess.objects.filter(user=by).values("district")
    colleagues = DistrictAccess.objects.filter(district__in=own).values("user")
    bound = [role for role in GRANTS if has_own_districts(role)]
    return people.filter(Q(pk=by.pk) | Q(pk__in=colleagues) | ~Q(role__in=bound))


def _among(shifts: PatrolShiftQuerySet, found: Sequence[QuerySet[Any, Any]]) -> PatrolShiftQuerySet:
    """The shifts whose ids any of these queries finds.

    A few are named by their ids: PostgreSQL takes what an expression or two joined conditions find for a share of
    everything, expects them everywhere in the list, and reads it from the newest shift on to where they are. Many are
    looked for on the way through the list, which soon has a page of them.
    """
    first, *others = found
    ids = list((first.union(*others, all=True) if others else first)[: MOST_NAMED_BY_ID + 1])
    if len(ids) <= MOST_NAMED_BY_ID:
        return shifts.filter(any_of("pk", sorted(set(ids))))
    any_found = Q(pk__in=first)
    for other in others:
        any_found |= Q(pk__in=other)
    return shifts.filter(any_found)
