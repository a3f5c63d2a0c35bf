"""What holds of programmes."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Q

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspot.core.errors import Conflict, DomainError
from hotspots.models import IncomeMonth, IncomeReceipt, Programme, SpendEntry

_YEARS = re.compile(r"(?<!\s)\s+(\d{4}(?:[/–-]\d{2,4})?)$")


def check_overlap(period: Period, others: Iterable[Programme], *, is_default: bool) -> None:
    """Raise DomainError `programmes_overlap` if one of the `others`, in order of precedence, runs in the period."""
    overlapping = [other for other in others if other.period.clip(period) is not None]
    if not overlapping:
        return
    named = wording.listing([f"{other.name} ({wording.period(other.period)})" for other in overlapping])
    used = "this programme" if is_default else overlapping[0].name
    message = (
        f"{named} {'runs' if len(overlapping) == 1 else 'run'} on some of these days too. On them new shifts and "
        f"figures would use {used} unless another is chosen. Change the dates, or tick this to keep them."
    )
    raise DomainError("programmes_overlap", message, "keeps_overlap")


def check_money(programme: Programme, period: Period) -> None:
    """Raise Conflict `money_outside` if money of a programme was entered for days before the period, or is expected in
    months that it does not have."""
    of_stream, first_month = {"stream__programme": programme}, period.first_day.replace(day=1)
    expected = IncomeMonth.objects.filter(line__stream__programme=programme)
    outside = (
        SpendEntry.objects.filter(**of_stream, day__lt=period.first_day),
        IncomeReceipt.objects.filter(line__stream__programme=programme, day__lt=period.first_day),
        expected.filter(Q(month__lt=first_month) | Q(month__gt=period.last_day)),
        programme.closed_months.filter(month__lt=first_month),
    )
    if any(rows.exists() for rows in outside):
        message = "The ledger has money outside these dates. Choose dates that hold it."
        raise Conflict("money_outside", message)


def usual_programme(programmes: Sequence[Programme], day: date) -> Programme | None:
    """The one that is meant where nobody says which: of those that run on a day the default, or the one made first.

    Without any, the first in their order that has begun, or else the first. None of none.
    """
    started = [programme for programme in programmes if programme.first_day <= day]
    running = [programme for programme in started if day <= programme.last_day]
    running.sort(key=lambda programme: (not programme.is_default, programme.pk))
    return next(iter([*running, *started, *programmes]), None)


def without_years(name: str) -> str:
    """Operation Hotspot: a programme's name without its years."""
    return _YEARS.sub("", name) or name


def years_of(name: str) -> str:
    """2024/25: the years at the end of a programme's name; empty without any."""
    found = _YEARS.search(name)
    return found[1] if found else ""
