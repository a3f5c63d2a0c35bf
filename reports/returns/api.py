"""/api/v1/returns: submitted returns for other systems, as far as the caller may know them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response

from hotspot.core.api.requests import ApiRequest
from hotspot.core.api.schema import Operation, described
from hotspot.core.api.serializers import Day, NumberParameter, OwnField, Query, results_of
from hotspot.core.api.views import Endpoint
from hotspot.core.permissions import Permission
from reports.figures.tables import NOT_SHOWN
from reports.models import ProgrammeReturn
from reports.returns.presenters import AnsweredReturn
from reports.returns.sources import POUNDS, RATIO, RATIO_UNIT, WORDS

_UNITS = {POUNDS: "pence", RATIO_UNIT: "tenths"}
ANSWER = "A whole number in the unit, or text; null is not told, not entered or cannot be divided."


class ReturnsQuery(Query):
    """Which returns."""

    programme = NumberParameter(required=False)
    since = Day(required=False, help_text="Those whose period ends on this day or later.")
    until = Day(required=False, help_text="Those whose period ends on this day or earlier.")


class AnswerField(OwnField):
    """The answer to what is asked: a whole number or text, or nothing."""

    def openapi(self) -> dict[str, Any]:
        """Any of them."""
        return {"type": ["integer", "string", "null"]}

    def to_representation(self, value: int | str) -> int | str:
        """The same."""
        return value


class HeldAgainstOutput(serializers.Serializer):
    """What a row is held against, in its unit."""

    bound = serializers.CharField(help_text="target, at_least, at_most or budget.")
    value = serializers.IntegerField(allow_null=True)
    stream = serializers.CharField(required=False, help_text="Whose budget it is.")
    before = serializers.IntegerField(required=False, help_text="What the returns before said of this budget.")
    without = serializers.IntegerField(
        required=False, help_text="How many earlier periods that leaves out, whose returns were not submitted."
    )


class ReturnAreaOutput(serializers.Serializer):
    """A row's answer in one hotspot area."""

    hotspot_area = serializers.CharField()
    value = AnswerField(help_text=ANSWER)


class ReturnRowOutput(serializers.Serializer):
    """A row of a return: something that is asked with its answer, or words between."""

    code = serializers.CharField(help_text="The same in every return of the template while it is the same row.")
    kind = serializers.CharField(help_text="counted, entered, ratio, heading or note.")
    asked = serializers.CharField(help_text="What is asked, in the funder's words; or the heading or note itself.")
    counts = serializers.CharField(help_text="What the service counts for it.")
    unit = serializers.CharField(
        help_text="pence, hours, tenths (of ratios), words, yes or no, date, or what is counted."
    )
    value = AnswerField(help_text=ANSWER)
    is_withheld = serializers.BooleanField(help_text="Whether the answer is for those who may see records.")
    held_against = HeldAgainstOutput(allow_null=True)
    note = serializers.CharField(
        allow_blank=True, help_text="What is to be known of the value: hours without a rate that a cost leaves out."
    )
    by_area = ReturnAreaOutput(many=True, allow_null=True, help_text="null where it is not asked.")
    in_no_area = AnswerField(help_text="What of the value was given to no single area; null where that cannot be.")


class ReturnBriefOutput(serializers.Serializer):
    """A submitted return, in a list."""

    id = serializers.IntegerField()
    reference = serializers.CharField(help_text="Like home-office-return-2024-10-v1, as files are named.")
    name = serializers.CharField()
    programme = serializers.IntegerField()
    period = serializers.CharField(help_text="Like 2024-10, quarter-2024-07 or 2024-04-to-2024-09.")
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    version = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()
    restates = serializers.IntegerField(allow_null=True, help_text="The id of the version that it takes the place of.")
    restated_by = serializers.IntegerField(allow_null=True, help_text="The id of the version in its place.")


class ReturnOutput(ReturnBriefOutput):
    """A submitted return, whole. It never changes, but for `restated_by`."""

    marking = serializers.CharField()
    reason = serializers.CharField(allow_null=True, help_text="Why it restates the version before.")
    as_at = serializers.DateTimeField()
    definition = serializers.CharField(help_text="The version of the definitions, see /figures/definitions/.")
    template_version = serializers.IntegerField()
    rows = ReturnRowOutput(many=True)
    remarks = serializers.CharField(allow_blank=True)
    prepared_by = serializers.CharField(allow_null=True, help_text="Of a return that a second person approved.")
    submitted_by = serializers.CharField()
    sha256 = serializers.CharField(allow_null=True, help_text="null for those to whom not every number is told.")


class ReturnEndpoint(Endpoint):
    """What was submitted to funders."""

    permissions: ClassVar = {"GET": Permission.VIEW_RETURNS}
    rate = "figures"

    def returns(self, request: ApiRequest) -> QuerySet[ProgrammeReturn]:
        """All that the caller may read, newest first. Nothing of drafts."""
        submitted = ProgrammeReturn.objects.visible_to(request.user).submitted()
        return submitted.select_related("template", "restated_by").defer("restated_by__body")


class ReturnList(ReturnEndpoint):
    """Submitted returns."""

    operations = described(
        get=Operation("list_returns", "List submitted returns", results_of(ReturnBriefOutput), query=ReturnsQuery)
    )

    def get(self, request: ApiRequest) -> Response:
        """All of them, newest period first: there are few. Restated ones are among them, and say by which."""
        query = ReturnsQuery.read(request)
        wanted: dict[str, int | date | None] = {
            "template__programme": query.get("programme"),
            "last_day__gte": query.get("since"),
            "last_day__lte": query.get("until"),
        }
        chosen = {name: value for name, value in wanted.items() if value is not None}
        return Response({"results": [_brief(made) for made in self.returns(request).filter(**chosen).defer("body")]})


class ReturnDetail(ReturnEndpoint):
    """One submitted return."""

    operations = described(get=Operation("read_return", "Read a submitted return", ReturnOutput))

    def get(self, request: ApiRequest, return_id: int) -> Response:
        """The return as it was submitted. Without the right to single days: no outcomes by kind or by area."""
        Query.read(request)
        made = get_object_or_404(self.returns(request), pk=return_id)
        sees_parts = request.user.may(Permission.VIEW_DAILY_FIGURES)
        answer = AnsweredReturn(made.body or {}, sees_parts)
        body = answer.body
        same = ("marking", "reason", "as_at", "definition", "template_version", "remarks", "submitted_by")
        return Response(
            _brief(made)
            | {name: body[name] for name in same}
            | {
                "rows": [_row(row, answer) for row in body["rows"]],
                "prepared_by": body.get("prepared_by"),
                "sha256": made.sha256 if sees_parts else None,
            }
        )


def _brief(made: ProgrammeReturn) -> dict[str, Any]:
    newer = getattr(made, "restated_by", None)
    return {
        "id": made.pk,
        "reference": made.slug,
        "name": made.template.name,
        "programme": made.template.programme_id,
        "period": made.code,
        "first_day": made.first_day,
        "last_day": made.last_day,
        "version": made.version,
        "submitted_at": made.submitted_at,
        "restates": made.restates_id,
        "restated_by": newer.pk if newer and newer.state == ProgrammeReturn.State.SUBMITTED else None,
    }


def _row(row: Mapping[str, Any], answer: AnsweredReturn) -> dict[str, Any]:
    is_told = answer.tells(row)
    areas = zip(answer.body["area_names"] or [], answer.area_values(row), strict=False)
    return {
        "code": row["code"],
        "kind": _kind(row),
        "asked": row["label"],
        "counts": row["counts"],
        "unit": _UNITS.get(row["unit"], row["unit"]),
        "value": row["value"] if is_told else None,
        "is_withheld": not is_told,
        "held_against": row["beside"] if is_told else None,
        "note": answer.note(row),
        "by_area": None
        if row["areas"] is None
        else [{"hotspot_area": name, "value": _told(value)} for name, value in areas],
        "in_no_area": _told(answer.rest_of(row)) if row["areas"] is not None else None,
    }


def _told(value: int | str | None) -> int | str | None:
    return None if value == NOT_SHOWN else value


def _kind(row: Mapping[str, Any]) -> str:
    if row["source"] in (*WORDS, RATIO):
        return str(row["source"])
    return "entered" if row["is_entered"] else "counted"
