"""Months that supervisors confirm: how many have, and one's own."""

from typing import Any, ClassVar

from django.http import Http404
from django.utils import timezone
from rest_framework.response import Response

from hotspot.core.api.idempotency import Answer, text_of
from hotspot.core.api.requests import ApiRequest
from hotspot.core.api.schema import Operation, described
from hotspot.core.api.serializers import Query, read
from hotspot.core.api.views import Endpoint, write_once
from hotspot.core.calendar import Period, parse_day
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from outcomes.api.serializers import plans
from outcomes.confirmations import operations, queries
from outcomes.confirmations.permissions import may_confirm, may_see_numbers
from outcomes.confirmations.rules import PersonMonth, can_be_asked_about, is_over
from outcomes.models import MonthConfirmation
from outcomes.records.rules import may_see_people


class Month(Endpoint):
    """One month, and who has confirmed it."""

    permissions: ClassVar = {"GET": Permission.VIEW_SHIFTS}
    operations = described(get=Operation("read_month", "Read who has confirmed a month", plans.MonthOutput))

    def get(self, request: ApiRequest, month: str) -> Response:
        """The month of the supervisors with shifts in it that the caller sees."""
        Query.read(request)
        days, by = _month(month), request.user
        state = queries.state_of(days, by=by)
        own = queries.own_month(by, days) if by.may(Permission.LOG_SHIFT) else None
        people = state.people if may_see_people(by) else []
        values = {
            "month": _code(days),
            "is_over": is_over(days, timezone.now()),
            "expected": state.expected,
            "confirmed": state.confirmed,
            "changed": state.changed,
            "own": _person(own, by, by=by) if own else None,
            "people": [_person(each, person, by=by) for person, each in people],
        }
        return Response(plans.MonthOutput(values).data)


class ConfirmMonth(Endpoint):
    """That there is nothing more to log for a month."""

    permissions: ClassVar = {"POST": Permission.LOG_SHIFT}
    operations = described(
        post=Operation(
            "confirm_month",
            "Confirm that a month is complete",
            plans.MonthConfirmationOutput,
            body=plans.ConfirmInput,
            is_keyed=True,
        )
    )

    def post(self, request: ApiRequest, month: str) -> Response:
        """Confirm one's own month; administrators also another's. 412 if it is not as it was read."""
        days = _month(month)
        return write_once(request, lambda _: self._confirm(request, days))

    def _confirm(self, request: ApiRequest, days: Period) -> Answer:
        data, by = read(plans.ConfirmInput, request.data), request.user
        person = by
        if data["person"] not in (None, by.pk):
            # Whoever may not confirm for others is not told which numbers are people.
            found = User.objects.people().filter(pk=data["person"]).first()
            if found is None or not may_confirm(found, by=by):
                raise Http404
            person = found
        done = operations.confirm_month(by=by, at=timezone.now(), person=person, month=days, seen=data["seen"])
        return Answer(200, text_of(_confirmation(done)))


class TakeBackMonth(Endpoint):
    """That there is something to log after all."""

    permissions: ClassVar = {"POST": Permission.LOG_SHIFT}
    operations = described(
        post=Operation("take_back_month", "Take a confirmed month back", plans.MonthConfirmationOutput, is_keyed=True)
    )

    def post(self, request: ApiRequest, confirmation_id: int) -> Response:
        """Say that there is something to log after all. The confirmation stays, as taken back."""
        seen = MonthConfirmation.objects.visible_to(request.user).select_related("person")
        found = seen.filter(pk=confirmation_id).first()
        if found is None or not may_confirm(found.person, by=request.user):
            raise Http404
        return write_once(request, lambda _: self._take_back(request, confirmation_id))

    def _take_back(self, request: ApiRequest, confirmation_id: int) -> Answer:
        done = operations.take_back(by=request.user, at=timezone.now(), confirmation_id=confirmation_id)
        return Answer(200, text_of(_confirmation(done)))


def _month(text: str) -> Period:
    """The month of an address, or 404: 2024-10."""
    day = parse_day(f"{text}-01")
    if day is None or not can_be_asked_about(day, timezone.now()):
        raise Http404
    return Period.month(day)


def _code(month: Period) -> str:
    return f"{month.first_day:%Y-%m}"


def _person(each: PersonMonth, person: User, *, by: User) -> dict[str, Any]:
    numbers: dict[str, int | None] = dict.fromkeys(("shifts", "planned", "changed"))
    if may_see_numbers(person, by=by):
        numbers = {"shifts": len(each.shifts), "planned": each.planned, "changed": each.changes}
    found = each.confirmation
    return {
        "person": person.pk,
        "is_confirmed": each.is_confirmed,
        "is_changed_since": each.is_confirmed and not each.is_settled,
        "confirmed_at": found.confirmed_at if found else None,
        "confirmation": found.pk if found else None,
        "fingerprint": each.fingerprint if may_confirm(person, by=by) else None,
        **numbers,
    }


def _confirmation(found: MonthConfirmation) -> dict[str, Any]:
    values = {
        "id": found.pk,
        "person": found.person_id,
        "month": f"{found.month:%Y-%m}",
        "confirmed_at": found.confirmed_at,
        "taken_back_at": found.taken_back_at,
    }
    return dict(plans.MonthConfirmationOutput(values).data)
