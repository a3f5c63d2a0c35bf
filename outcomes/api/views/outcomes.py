"""Single outcomes and visits: listed, detailed, withdrawn."""

from typing import ClassVar

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from rest_framework.response import Response

from hotspot.core.api.cursors import Cursors, number
from hotspot.core.api.etags import etag, version_wanted
from hotspot.core.api.idempotency import Answer
from hotspot.core.api.json import Ready
from hotspot.core.api.requests import ApiRequest
from hotspot.core.api.schema import Operation, described
from hotspot.core.api.serializers import read
from hotspot.core.api.views import Endpoint, respond, write_once
from hotspot.core.errors import DomainError
from hotspot.core.permissions import Permission
from outcomes.api.reading import field_named
from outcomes.api.serializers import answers, requests
from outcomes.api.views.pages import days_of, listing, record, since_of
from outcomes.kinds import KINDS, OutcomeKind
from outcomes.models import Outcome, StopSearch
from outcomes.recording import detail_operations
from outcomes.records import json_documents, json_lists
from outcomes.records.json_lists import DocumentList
from outcomes.records.queries import visible_outcome


class OutcomeList(Endpoint):
    """Outcomes of one kind, over all shifts that the caller may see."""

    permissions: ClassVar = {"GET": Permission.VIEW_SHIFTS}
    kind: OutcomeKind = KINDS[0]  # `as_view` names it

    @property
    def operations(self) -> dict[str, Operation]:
        """Of this kind."""
        answer = answers.listed(answers.OF_SHIFT[self.kind])
        return described(
            get=Operation(
                f"list_{self.kind.plural}", f"List {self.kind.described[1]}", answer, query=requests.OutcomeQuery
            )
        )

    def get(self, request: ApiRequest) -> Response:
        """A page of them, in the order in which they were recorded. Withdrawn ones are there, with their reason."""
        return _page(request, json_lists.OUTCOMES[self.kind])


class VisitList(Endpoint):
    """Visits, over all shifts that the caller may see."""

    permissions: ClassVar = {"GET": Permission.VIEW_SHIFTS}
    operations = described(
        get=Operation("list_visits", "List visits", answers.listed(answers.VisitOfShift), query=requests.OutcomeQuery)
    )

    def get(self, request: ApiRequest) -> Response:
        """A page of visits, in the order in which they were recorded."""
        return _page(request, json_lists.VISITS)


def _page(request: ApiRequest, rows: DocumentList) -> Response:
    query = requests.OutcomeQuery.read(request)
    first, end = days_of(query)
    filters = {"first": first, "end": end, "areas": query.get("area"), "shift": query.get("shift")}
    since, cursors = since_of(query), Cursors.of(request, number)
    start, size = cursors.read(query.get("cursor")), query["page_size"]
    found = rows.page(request.user, size=size, start=start, updated_since=since, **filters)
    return listing(request, found, cursors)


class OutcomeEndpoint(Endpoint):
    """What those about one outcome of a kind share."""

    kind: OutcomeKind = KINDS[0]  # `as_view` names it
    field_named = staticmethod(field_named)

    def outcome(self, request: ApiRequest, outcome_id: int) -> Outcome:
        """The outcome with its shift, if this caller may see it; else Http404."""
        try:
            return visible_outcome(self.kind, outcome_id, by=request.user)
        except self.kind.model.DoesNotExist as unknown:
            raise Http404 from unknown

    def document(self, request: ApiRequest, outcome_id: int) -> tuple[str, int]:
        """Its JSON text and the version of its shift."""
        try:
            return json_documents.one_outcome(self.kind, outcome_id, by=request.user)
        except self.kind.model.DoesNotExist as unknown:
            raise Http404 from unknown

    def answer(self, request: ApiRequest, outcome_id: int) -> Answer:
        """The outcome as it is now."""
        text, version = self.document(request, outcome_id)
        return Answer(200, Ready(text), {"ETag": etag(version, text)})


class OutcomeDetail(OutcomeEndpoint):
    """One outcome. Its ETag names the version of its shift."""

    permissions: ClassVar = {"GET": Permission.VIEW_SHIFTS, "PATCH": Permission.CORRECT_SHIFT}

    @property
    def operations(self) -> dict[str, Operation]:
        """Of this kind."""
        answer = answers.OF_SHIFT[self.kind]
        return described(
            get=Operation(f"read_{self.kind.plural}", f"Read {self.kind.described[0]}", answer, has_etag=True),
            patch=Operation(
                f"detail_{self.kind.plural}",
                f"Say more about {self.kind.described[0]}",
                answer,
                body=requests.CHANGES[self.kind],
                is_versioned=True,
            ),
        )

    def get(self, request: ApiRequest, outcome_id: int) -> Response:
        """The outcome."""
        text, version = self.document(request, outcome_id)
        return record(request, text, version)

    @transaction.atomic
    def patch(self, request: ApiRequest, outcome_id: int) -> Response:
        """Say more about it. What is not named stays. Needs If-Match with the ETag of it or of its shift."""
        outcome = self.outcome(request, outcome_id)
        version = version_wanted(request, outcome.shift.version)
        values = dict(read(requests.CHANGES[self.kind], request.data))
        reason = values.pop("reason")
        if values.get("stop_search") is not None:
            values["stop_search"] = _search(request, outcome, values["stop_search"])
        if "reference" in values and values["reference"] is None:
            values["reference"] = ""
        detail_operations.detail_outcome(
            by=request.user,
            at=timezone.now(),
            kind=self.kind,
            outcome_id=outcome_id,
            version=version,
            values=values,
            reason=reason,
        )
        return respond(self.answer(request, outcome_id))


def _search(request: ApiRequest, outcome: Outcome, number: int) -> StopSearch:
    searches = StopSearch.objects.visible_to(request.user).filter(pk=number, shift=outcome.shift_id)
    found: StopSearch | None = searches.first()
    if found is None:
        raise DomainError("search_elsewhere", "There is no such stop search on this shift.", "stop_search")
    return found


class WithdrawOutcome(OutcomeEndpoint):
    """Withdrawing an outcome that did not happen."""

    permissions: ClassVar = {"POST": Permission.CORRECT_SHIFT}

    @property
    def operations(self) -> dict[str, Operation]:
        """Of this kind."""
        body, answer = requests.ReasonInput, answers.OF_SHIFT[self.kind]
        return described(
            post=Operation(
                f"withdraw_{self.kind.plural}",
                f"Withdraw {self.kind.described[0]}",
                answer,
                body=body,
                is_versioned=True,
                is_keyed=True,
            )
        )

    def post(self, request: ApiRequest, outcome_id: int) -> Response:
        """Withdraw it, with a reason. Needs If-Match."""
        version = version_wanted(request, self.outcome(request, outcome_id).shift.version)
        return write_once(request, lambda _: self._withdraw(request, outcome_id, version))

    def _withdraw(self, request: ApiRequest, outcome_id: int, version: int) -> Answer:
        detail_operations.withdraw_outcome(
            by=request.user,
            at=timezone.now(),
            kind=self.kind,
            outcome_id=outcome_id,
            version=version,
            reason=read(requests.ReasonInput, request.data)["reason"],
        )
        return self.answer(request, outcome_id)
