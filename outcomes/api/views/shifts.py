"""Shifts: listed and mirrored, logged one by one or many at once, corrected, completed, voided."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid5

from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from rest_framework import serializers as drf
from rest_framework.response import Response

from hotspot.core.api.cursors import MOST_NUMBER, Cursors, moment, number, refusal
from hotspot.core.api.etags import version_wanted
from hotspot.core.api.idempotency import Answer, text_of
from hotspot.core.api.problems import Problem, body_of, problem_of
from hotspot.core.api.requests import ApiRequest
from hotspot.core.api.schema import Operation, described
from hotspot.core.api.serializers import read
from hotspot.core.api.views import Endpoint, respond, write_once
from hotspot.core.errors import DomainError, DomainErrors, NeedsConfirming, NotAllowed
from hotspot.core.permissions import Permission
from outcomes.api.reading import (
    Known,
    acknowledged_of,
    changed_facts,
    corrected,
    external_of,
    facts_of,
    field_named,
    report_of,
    still_acknowledged,
)
from outcomes.api.serializers import answers, requests
from outcomes.api.views.pages import days_of, link, listing, record, since_of, written
from outcomes.kinds import BY_PLURAL
from outcomes.recording import correction_operations, operations
from outcomes.recording.checking import Entry
from outcomes.recording.operations import Logged, Result
from outcomes.records import json_documents, json_lists
from outcomes.records.queries import visible_shift
from patrols.models import PatrolShift
from patrols.shifts import operations as shifts_operations
from patrols.shifts import void_operations


class ShiftEndpoint(Endpoint):
    """What all of these share."""

    field_named = staticmethod(field_named)

    def shift(self, request: ApiRequest, shift_id: int) -> PatrolShift:
        """The shift with what belongs to it, if this caller may see it; else Http404."""
        try:
            return visible_shift(shift_id, by=request.user)
        except PatrolShift.DoesNotExist as unknown:
            raise Http404 from unknown


class ShiftList(ShiftEndpoint):
    """All shifts that the caller may see; a new one."""

    permissions: ClassVar = {"GET": Permission.VIEW_SHIFTS, "POST": Permission.LOG_SHIFT}
    operations = described(
        get=Operation(
            "list_shifts",
            "List shifts, or mirror what changes",
            answers.listed(answers.ShiftListed, resume=answers.RESUME),
            query=requests.ShiftQuery,
        ),
        post=Operation(
            "log_shift",
            "Log or plan a shift",
            answers.ShiftOutput,
            body=requests.ShiftInput,
            statuses=(200, 201),
            is_keyed=True,
        ),
    )

    def get(self, request: ApiRequest) -> Response:
        """A page of shifts. Voided ones are there too, with their reason."""
        query = requests.ShiftQuery.read(request)
        if "updated_since" in query:
            return self._changes(request, query)
        filters, cursors = _filters(query), Cursors.of(request, moment, number)
        shifts, start = json_lists.NEWEST[query["detail"] == "full"], cursors.read(query.get("cursor"))
        found = shifts.page(request.user, size=query["page_size"], start=start, **filters)
        return listing(request, found, cursors)

    def _changes(self, request: ApiRequest, query: Mapping[str, Any]) -> Response:
        """What changed, in the order of the transactions that changed it, as far as all of them have ended.

        `resume` is where to go on next time: nothing can appear before it any more.
        """
        filters, cursors = _filters(query), Cursors.of(request, number, number)
        if not cursors.database.is_itself:
            raise Problem("restore_unfinished", headers={"Retry-After": "60"})
        start, horizon = cursors.read(query.get("cursor")), json_documents.settled()
        since = since_of(query)
        # Nobody has been told of a change that is still to come: only a server that was itself set back knows less.
        if start is not None and start[0] >= horizon:
            raise refusal("cursor_unknown")
        shifts, size = json_lists.CHANGED[query["detail"] == "full"], query["page_size"]
        found = shifts.page(request.user, size=size, start=start, horizon=horizon, updated_since=since, **filters)
        # Where nothing has changed, everything up to the horizon has been looked at.
        seen = found.last or start or (horizon - 1, MOST_NUMBER)
        return listing(request, found, cursors, resume=link(request, cursors.write(seen)))

    def post(self, request: ApiRequest) -> Response:
        """Log a finished shift with its crew and outcomes, or plan one ahead."""
        return write_once(request, lambda key: self._create(request, key))

    def _create(self, request: ApiRequest, key: UUID) -> Answer:
        data = read(requests.ShiftInput, request.data)
        entry = entry_of(data, Known(request.user, [data]), data.get("submission_id") or uuid5(key, "shift"))
        if data["state"] == "planned":
            made = plan(request, data, entry)
        else:
            said = {
                name: getattr(entry, name) for name in ("submission_id", "report", "acknowledged", "external", "visits")
            }
            made = operations.log_shift(by=request.user, at=timezone.now(), **said)
        location = reverse("api:shift", args=[made.shift_id])
        return written(made.shift_id, request, status=201 if made.is_new else 200, Location=location)


def entry_of(data: Mapping[str, Any], known: Known, submission_id: UUID, **more: Any) -> Entry:
    """The shift that a request describes. Raises DomainError."""
    report = report_of(data, facts_of(data, known))
    return Entry(
        submission_id=submission_id,
        report=report,
        acknowledged=acknowledged_of(data),
        external=external_of(data),
        visits=spans_of(data["visits"]),
        **more,
    )


def plan(request: ApiRequest, data: Mapping[str, Any], entry: Entry) -> Logged:
    """Put the shift into the plan. Raises NotAllowed, and what the operation raises."""
    if not request.user.may(Permission.PLAN_SHIFT):
        raise NotAllowed("may_not_plan", "You may not plan shifts.", "state")
    if any(data[name] for name in (*BY_PLURAL, "visits", "activity")):
        raise DomainError("not_worked", "A planned shift has no outcomes or visits yet.", "state")
    now, facts = timezone.now(), entry.facts
    said = {name: getattr(entry, name) for name in ("submission_id", "acknowledged", "external")}
    shift = shifts_operations.plan_shift(by=request.user, at=now, facts=facts, **said)
    return Logged(shift.pk, shift.logged_at == now)


def spans_of(visits: Any) -> list[tuple[datetime, datetime]]:
    """The visits of a request, from arriving to leaving."""
    return [(visit["arrived_at"], visit["left_at"]) for visit in visits]


class ShiftBulk(ShiftEndpoint):
    """Many new shifts in one request, each on its own: what is wrong with one does not stop the others."""

    permissions: ClassVar = {"POST": Permission.LOG_SHIFT}
    operations = described(
        post=Operation(
            "log_shifts", "Log or plan many shifts", answers.BulkOutput, body=requests.BulkInput, is_keyed=True
        )
    )
    most_bytes, most_values = 5 * 1024 * 1024, 50_000

    def post(self, request: ApiRequest) -> Response:
        """Log or plan up to 500 shifts. 200 with what became of each."""
        return write_once(request, lambda key: self._create(request, key))

    def _create(self, request: ApiRequest, key: UUID) -> Answer:
        items = read(requests.BulkInput, request.data)["shifts"]
        known = Known(request.user, items)
        results: dict[int, dict[str, Any]] = {}
        entries: dict[int, Entry] = {}
        for place, item in enumerate(items):
            try:
                data = read(requests.ShiftInput, item)
                submission_id = data.get("submission_id") or uuid5(key, f"shift {place}")
                entry = entry_of(data, known, submission_id, name=f"item {place}")
                if data["state"] == "completed":
                    entries[place] = entry
                else:
                    results[place] = self._planned(request, data, entry)
            except (DomainError, DomainErrors, NeedsConfirming, drf.ValidationError) as refusal:
                results[place] = self._refused(request, refusal)
        logged = operations.log_shifts(by=request.user, at=timezone.now(), entries=list(entries.values()))
        results |= {place: self._said(request, result) for place, result in zip(entries, logged, strict=True)}
        return Answer(200, text_of(_summary([results[place] | {"index": place} for place in range(len(items))])))

    def _planned(self, request: ApiRequest, data: Mapping[str, Any], entry: Entry) -> dict[str, Any]:
        with transaction.atomic():
            made = plan(request, data, entry)
        return {"status": 201 if made.is_new else 200, "id": made.shift_id}

    def _said(self, request: ApiRequest, result: Result) -> dict[str, Any]:
        if result.errors:
            errors = list(result.errors)
            return self._refused(request, DomainErrors(errors) if len(errors) > 1 else errors[0])
        if result.warnings:
            return self._refused(request, NeedsConfirming(list(result.warnings)))
        return {"status": 201 if result.is_new else 200, "id": result.shift_id}

    def _refused(self, request: ApiRequest, refusal: Exception) -> dict[str, Any]:
        problem = problem_of(refusal, self)
        said = body_of(problem.kind, str(problem.detail), request._request.reference, problem.more)
        return {"status": problem.kind.status, "problem": said}


def _summary(results: list[dict[str, Any]]) -> dict[str, Any]:
    statuses = [result["status"] for result in results]
    made, before = statuses.count(201), statuses.count(200)
    return {"made": made, "made_before": before, "refused": len(results) - made - before, "results": results}


class ShiftDetail(ShiftEndpoint):
    """One shift with everything on it."""

    permissions: ClassVar = {"GET": Permission.VIEW_SHIFTS, "PATCH": Permission.CORRECT_SHIFT}
    operations = described(
        get=Operation("read_shift", "Read a shift", answers.ShiftOutput, has_etag=True),
        patch=Operation(
            "correct_shift", "Correct a shift", answers.ShiftOutput, body=requests.CorrectionInput, is_versioned=True
        ),
    )

    def get(self, request: ApiRequest, shift_id: int) -> Response:
        """The shift, with its version as ETag."""
        try:
            text, version = json_documents.one(shift_id, by=request.user)
        except PatrolShift.DoesNotExist as unknown:
            raise Http404 from unknown
        return record(request, text, version)

    @transaction.atomic
    def patch(self, request: ApiRequest, shift_id: int) -> Response:
        """Correct a logged shift. What is not named stays as it is. Needs If-Match and a reason."""
        shift = self.shift(request, shift_id)
        version = version_wanted(request, shift.version)
        data = read(requests.CorrectionInput, request.data)
        if shift.version != version:
            raise Problem("changed_meanwhile")
        correction_operations.correct_shift(
            by=request.user,
            at=timezone.now(),
            shift_id=shift_id,
            version=version,
            reason=data["reason"],
            report=corrected(data, shift, Known(request.user, [data])),
            acknowledged=still_acknowledged(data, shift),
        )
        return respond(written(shift_id, request))


class CompleteShift(ShiftEndpoint):
    """How a planned shift went."""

    permissions: ClassVar = {"POST": Permission.LOG_SHIFT}
    operations = described(
        post=Operation(
            "complete_shift",
            "Complete a planned shift",
            answers.ShiftOutput,
            body=requests.CompletionInput,
            is_versioned=True,
            is_keyed=True,
        )
    )

    def post(self, request: ApiRequest, shift_id: int) -> Response:
        """Say how a planned shift went. Needs If-Match."""
        shift = self.shift(request, shift_id)
        version = version_wanted(request, shift.version)
        return write_once(request, lambda _: self._complete(request, shift, version))

    def _complete(self, request: ApiRequest, shift: PatrolShift, version: int) -> Answer:
        data = read(requests.CompletionInput, request.data)
        facts = changed_facts(data, shift, Known(request.user, [data]))
        correction_operations.complete_shift(
            by=request.user,
            at=timezone.now(),
            shift_id=shift.pk,
            version=version,
            report=report_of(data, facts),
            acknowledged=still_acknowledged(data, shift),
        )
        return written(shift.pk, request)


class VoidShift(ShiftEndpoint):
    """Withdrawing a shift."""

    permissions: ClassVar = {"POST": Permission.VOID_SHIFT}
    operations = described(
        post=Operation(
            "void_shift",
            "Void a shift",
            answers.ShiftOutput,
            body=requests.ReasonInput,
            is_versioned=True,
            is_keyed=True,
        )
    )

    def post(self, request: ApiRequest, shift_id: int) -> Response:
        """Withdraw the shift from every figure, with a reason. Needs If-Match."""
        version = version_wanted(request, self.shift(request, shift_id).version)
        return write_once(request, lambda _: self._void(request, shift_id, version))

    def _void(self, request: ApiRequest, shift_id: int, version: int) -> Answer:
        reason = read(requests.ReasonInput, request.data)["reason"]
        void_operations.void_shift(
            by=request.user, at=timezone.now(), shift_id=shift_id, version=version, reason=reason
        )
        return written(shift_id, request)


class ShiftVisits(ShiftEndpoint):
    """The visits of a shift."""

    permissions: ClassVar = {"PUT": Permission.CORRECT_SHIFT}
    operations = described(
        put=Operation(
            "set_visits",
            "Replace the visits of a shift",
            answers.ShiftOutput,
            body=requests.VisitsInput,
            is_versioned=True,
        )
    )

    @transaction.atomic
    def put(self, request: ApiRequest, shift_id: int) -> Response:
        """Replace all visits of the shift. Needs If-Match."""
        version = version_wanted(request, self.shift(request, shift_id).version)
        visits = spans_of(read(requests.VisitsInput, request.data)["visits"])
        shifts_operations.set_visits(
            by=request.user, at=timezone.now(), shift_id=shift_id, version=version, visits=visits
        )
        return respond(written(shift_id, request))


def _filters(query: Mapping[str, Any]) -> dict[str, Any]:
    """What narrows the list of shifts."""
    first, end = days_of(query)
    return {
        "first": first,
        "end": end,
        "areas": query.get("area"),
        "states": query.get("state"),
        "source": query.get("external_source"),
        "reference": query.get("external_reference"),
    }
