"""Requests for a correction in words and table rows."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.models import User
from patrols.models import CorrectionRequest

COLUMNS = [{"label": label} for label in ("Shift", "Asked", "By", "What is wrong", "State")]


def rows(requests: Iterable[CorrectionRequest]) -> list[list[Any]]:
    """The rows of the administrators' list."""
    return [
        [
            {"url": reverse("outcomes:correction_request", args=(each.pk,)), "text": each.shift.reference},
            wording.moment(each.asked_at),
            each.asked_by.name,
            each.reason,
            each.get_state_display(),
        ]
        for each in requests
    ]


def summary(request: CorrectionRequest) -> list[dict[str, str]]:
    """The rows of one request's summary list."""
    shift = request.shift
    said = {
        "Shift": f"{shift.reference}\n{shift.area.name}, {wording.span(shift.starts_at, shift.ends_at)}",
        "Asked": f"{wording.moment(request.asked_at)}, by {request.asked_by.name}",
        "What is wrong": request.reason,
        "State": request.get_state_display(),
        "Answer": request.answer,
    }
    if request.closed_at and request.closed_by:
        said["Answered"] = f"{wording.moment(request.closed_at)}, by {request.closed_by.name}"
    return [{"key": key, "value": value, "url": ""} for key, value in said.items() if value]


def on_shift_page(request: CorrectionRequest, *, viewer: User) -> str:
    """What the shift's page says of a request: when it was asked, and what became of it."""
    who = "You asked for a correction" if request.asked_by_id == viewer.pk else "A correction was asked for"
    asked = f"{who} at {wording.moment(request.asked_at)}: “{request.reason}”."
    if request.is_open:
        return f"{asked} An administrator has not answered yet."
    answer = f" {request.answer}" if request.answer else ""
    assert request.closed_at is not None  # noqa: S101 - a closed request says when
    return f"{asked} {request.get_state_display()} on {wording.moment(request.closed_at)}.{answer}"
