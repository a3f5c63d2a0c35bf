"""What else changed, in table rows."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from reports.impact.events import OtherEvent
from reports.models import OutsideChange


def change_columns(*, adds: bool) -> list[dict[str, Any]]:
    """The columns of `change_rows`."""
    columns = [{"label": label} for label in ("When", "What changed", "Kind", "Where", "Source")]
    return [*columns, {"label": "Withdraw"}] if adds else columns


def change_rows(events: Iterable[OtherEvent], *, adds: bool, links: bool) -> list[list[Any]]:
    """The rows of the list of events; for who adds them, a way to withdraw each, and with `links` to initiatives."""
    return [[*_row(each, links=links), *([_withdrawal(each.change)] if adds else [])] for each in events]


def _row(event: OtherEvent, *, links: bool) -> list[Any]:
    reason = event.change.void_reason if event.change else ""
    withdrawn = f" (withdrawn: {reason})" if reason else ""
    first = wording.day(event.first_day)
    days = f"{first} to {wording.day(event.last_day)}" if event.last_day else f"From {first}"
    source: Any = {"url": event.url, "text": f"Initiative {event.title}"} if links and event.url else event.source
    return [days, f"{event.title}{withdrawn}", event.kind, event.where or "Everywhere", source]


def _withdrawal(change: OutsideChange | None) -> Any:
    if change is None or change.void_reason:
        return "–"
    return {"url": reverse("reports:withdraw_change", args=(change.pk,)), "text": f"Withdraw {change.title}"}
