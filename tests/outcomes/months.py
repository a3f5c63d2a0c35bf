"""Confirmed months, for tests."""

from datetime import UTC, date, datetime
from typing import Any

from django.urls import reverse

from hotspot.core.calendar import Period
from outcomes.confirmations import operations, queries
from outcomes.models import MonthConfirmation

OCTOBER = Period.month(date(2024, 10, 1))
NOVEMBER_1 = datetime(2024, 11, 1, 9, tzinfo=UTC)


def confirm(person, *, by=None, at=NOVEMBER_1, month=OCTOBER) -> MonthConfirmation:
    """The month of a person, confirmed as it is."""
    seen = queries.own_month(person, month).fingerprint
    return operations.confirm_month(by=by or person, at=at, person=person, month=month, seen=seen)


def in_every_state(force) -> dict[str, Any]:
    """A confirmed month of Sam's, by the name that paths are made with."""
    at = datetime(2024, 10, 1, 9, tzinfo=UTC)
    fields = {"person": force.sam, "confirmed_by": force.sam, "month": date(2024, 9, 1)}
    return {"month_confirmation": MonthConfirmation.objects.create(shifts={}, confirmed_at=at, **fields)}


def path_of(name: str, values: dict[str, Any]) -> str:
    """The path of a page about a month; empty for every other."""
    if name == "outcomes:confirm_month":
        return reverse(name, args=("2024-09",))
    return reverse(name, args=(values["month_confirmation"].pk,)) if name == "outcomes:take_back_month" else ""
