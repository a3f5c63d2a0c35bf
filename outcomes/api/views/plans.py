"""Planned shifts that are cancelled or handed over, and planned time that was taken away."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from rest_framework.response import Response

from hotspot.core import keyset
from hotspot.core.api.cursors import Cursors, number
from hotspot.core.api.etags import version_wanted
from hotspot.core.api.idempotency import Answer, text_of
from hotspot.core.api.requests import ApiRequest
from hotspot.core.api.schema import Operation, described
from hotspot.core.api.serializers import read
from hotspot.core.api.views import Endpoint, write_once
from hotspot.core.errors import DomainError
from hotspot.core.permissions import Permission
from outcomes.api.serializers import answers, plans
from outcomes.api.views.pages import days_of, link, written
from outcomes.api.views.shifts import ShiftEndpoint
from patrols.abstractions import operations as abstractions
from patrols.models import Abstraction
from patrols.planning import operations
from patrols.planning.queries import may_take_over

_FIELDS = {"hours": "minutes"}


class CancelShift(ShiftEndpoint):
    """A planned shift that does not take place."""

    permissions: ClassVar = {"POST": Permission.PLAN_SHIFT}
    operations = described(
        post=Operation(
            "cancel_shift",
            "Cancel a planned shift",
            answers.ShiftOutput,
            body=plans.CancelInput,
            is_versioned=True,
            is_keyed=True,
        )
    )

    def post(self, request: ApiRequest, shift_id: int) -> Response:
        """Say that a planned shift does not take place. It stays, as cancelled. Needs If-Match."""
        version = version_wanted(request, self.shift(request, shift_id).version)
        return write_once(request, lambda _: self._cancel(request, shift_id, version))

    def _cancel(self, request: ApiRequest, shift_id: int, version: int) -> Answer:
        reason = read(plans.CancelInput, request.data)["reason"]
        operations.cancel_shift(by=request.user, at=timezone.now(), shift_id=shift_id, version=version, reason=reason)
        return written(shift_id, request)


class HandOverShift(ShiftEndpoint):
    """A planned shift that becomes another supervisor's."""

    permissions: ClassVar = {"POST": Permission.PLAN_SHIFT}
    operations = described(
        post=Operation(
            "hand_over_shift",
            "Hand a planned shift over",
            plans.HandedOverOutput,
            body=plans.HandOverInput,
            is_versioned=True,
            is_keyed=True,
        )
    )

    def post(self, request: ApiRequest, shift_id: int) -> Response:
        """Make a planned shift another supervisor's, to change and to complete. Needs If-Match."""
        version = self._version(request, shift_id)
        return write_once(request, lambda _: self._hand_over(request, shift_id, version))

    def _version(self, request: ApiRequest, shift_id: int) -> int:
        """The version that is handed over; -1 for a system that handed it over, sees it no more and asks again."""
        try:
            return version_wanted(request, self.shift(request, shift_id).version)
        except Http404:
            if "Idempotency-Key" not in request.headers:
                raise
            return -1

    def _hand_over(self, request: ApiRequest, shift_id: int, version: int) -> Answer:
        address = read(plans.HandOverInput, request.data)["to"]
        to = may_take_over(self.shift(request, shift_id)).filter(email__iexact=address).first()
        if to is None:
            raise DomainError("may_not_take_over", "Name somebody who logs shifts in this area.", "to")
        done = operations.hand_over(by=request.user, at=timezone.now(), shift_id=shift_id, version=version, to=to)
        done.refresh_from_db(fields=("version",))
        said = {"id": done.pk, "reference": done.reference, "version": done.version}
        return Answer(200, text_of(dict(plans.HandedOverOutput(said).data)))


class AbstractionEndpoint(ShiftEndpoint):
    """What these share: the API's names of the fields that rules speak of."""

    @staticmethod
    def field_named(name: str | None) -> str | None:
        """The page asks for hours and minutes, the API for minutes."""
        return _FIELDS.get(name or "", name)


class AbstractionList(Endpoint):
    """Planned time that was taken away from shifts that the caller sees."""

    permissions: ClassVar = {"GET": Permission.VIEW_SHIFTS}
    operations = described(
        get=Operation(
            "list_abstractions",
            "List planned time that was taken away",
            plans.AbstractionsListed,
            query=plans.AbstractionQuery,
        )
    )

    def get(self, request: ApiRequest) -> Response:
        """A page of them, in the order in which they were recorded. Withdrawn ones are there too."""
        query, cursors = plans.AbstractionQuery.read(request), Cursors.of(request, number)
        found = Abstraction.objects.visible_to(request.user).order_by("pk")
        first, end = days_of(query)
        narrowed = {
            "shift__starts_at__gte": first,
            "shift__starts_at__lt": end,
            "shift__area__in": query.get("area"),
            "shift": query.get("shift"),
        }
        found = found.filter(**{name: value for name, value in narrowed.items() if value})
        if start := cursors.read(query.get("cursor")):
            found = found.filter(keyset.after(start, "pk"))
        rows, more = keyset.take_page(lambda most: list(found[:most]), query["page_size"])
        following = link(request, cursors.write((rows[-1].pk,))) if more else None
        return Response({"results": [_document(row) for row in rows], "next": following})


class ShiftAbstractions(AbstractionEndpoint):
    """Planned time taken away from one shift."""

    permissions: ClassVar = {"POST": Permission.PLAN_SHIFT}
    operations = described(
        post=Operation(
            "record_abstraction",
            "Record planned time that was taken away",
            plans.AbstractionOutput,
            body=plans.AbstractionInput,
            statuses=(201,),
            is_keyed=True,
        )
    )

    def post(self, request: ApiRequest, shift_id: int) -> Response:
        """Record that people of a shift were taken away for another duty."""
        self.shift(request, shift_id)
        return write_once(request, lambda key: self._record(request, key, shift_id))

    def _record(self, request: ApiRequest, key: UUID, shift_id: int) -> Answer:
        data = dict(read(plans.AbstractionInput, request.data))
        made = abstractions.record_taken_away(
            by=request.user,
            at=timezone.now(),
            submission_id=key,
            shift_id=shift_id,
            backfilled=data.pop("is_backfilled"),
            **data,
        )
        return Answer(201, text_of(_document(made)))


class WithdrawAbstraction(AbstractionEndpoint):
    """Planned time that was not taken away after all."""

    permissions: ClassVar = {"POST": Permission.PLAN_SHIFT}
    operations = described(
        post=Operation("withdraw_abstraction", "Withdraw what was taken away", plans.AbstractionOutput, is_keyed=True)
    )

    def post(self, request: ApiRequest, abstraction_id: int) -> Response:
        """Take back what was recorded by mistake. It stays, and counts no longer."""
        if not Abstraction.objects.visible_to(request.user).filter(pk=abstraction_id).exists():
            raise Http404
        return write_once(request, lambda _: self._withdraw(request, abstraction_id))

    def _withdraw(self, request: ApiRequest, abstraction_id: int) -> Answer:
        done = abstractions.withdraw_taken_away(by=request.user, at=timezone.now(), abstraction_id=abstraction_id)
        return Answer(200, text_of(_document(done)))


def _document(found: Abstraction) -> dict[str, Any]:
    names = ("id", "reason", "people", "minutes", "patrol_minutes", "is_backfilled", "recorded_at", "withdrawn_at")
    values = {name: getattr(found, name) for name in names} | {"shift": found.shift_id}
    return dict(plans.AbstractionOutput(values).data)
