"""What else changed, in table rows."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from reports.models import OutsideChange


def change_columns(*, adds: bool) -> list[dict[str, Any]]:
    """The columns of `change_rows`."""
    columns = [{"label": label} for label in ("When", "What changed", "Kind", "Where", "Source")]
    return [*columns, {"label": "Withdraw"}] if adds else columns


def change_rows(changes: Iterable[OutsideChange], *, adds: bool) -> list[list[Any]]:
    """The rows of the list of other changes; for who adds them, a way to withdraw each."""
    return [[*_row(change), *([_withdrawal(change)] if adds else [])] for change in changes]


def _row(change: OutsideChange) -> list[str]:
    withdrawn = f" (withdrawn: {change.void_reason})" if change.void_reason else ""
    where = str(change.district) if change.district else "Everywhere"
    first = wording.day(change.first_day)
    days = f"{first} to {wording.day(change.last_day)}" if change.last_day else f"From {first}"
    return [days, f"{change.title}{withdrawn}", change.get_kind_display(), where, change.source]


def _withdrawal(change: OutsideChange) -> Any:
    if change.void_reason:
        return "–"
    return {"url": reverse("reports:withdraw_change", args=(change.pk,)), "text": f"Withdraw {change.title}"}
