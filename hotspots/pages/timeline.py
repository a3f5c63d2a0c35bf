"""What was done to a record, as the timeline component shows it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Model

from hotspot.core import wording
from hotspot.core.history import Change, RecordVersion
from hotspots.amounts import pounds


def timeline(versions: Iterable[RecordVersion], made: str = "Added") -> list[dict[str, str]]:
    """Versions as items of the timeline component. `made` is the title of the first."""
    return [timeline_item(version, *title_and_text(version, made)) for version in versions]


def timeline_item(version: RecordVersion, title: str, text: str) -> dict[str, str]:
    """A version as an item of the timeline component."""
    by = f"by {version.by}" if version.by else ""
    return {"title": title, "text": text, "at": wording.moment(version.at), "by": by}


def title_and_text(version: RecordVersion, made: str) -> tuple[str, str]:
    """What a version changed: one sentence as its title, or several as its text. `made` is the title of the first."""
    if version.kind == "insert":
        return made, ""
    lines = [sentence(change) for change in version.changes]
    return (lines[0], "") if len(lines) == 1 else (f"{len(lines)} changes", "\n".join(lines))


def sentence(change: Change) -> str:
    """One change of a field in words."""
    if change.field == "boundary":
        return "Boundary redrawn"
    if change.field == "outline":
        return "Outline loaded"
    if change.field == "is_active":
        return "Reactivated" if change.after else "Deactivated"
    label = change.label.removesuffix(", in pence")
    return (
        f"{label[:1].upper()}{label[1:]} changed from {_value(change, change.before)} to {_value(change, change.after)}"
    )


def _value(change: Change, value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if change.field.endswith("_pence"):
        return pounds(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return wording.moment(value)
    if isinstance(value, date):
        return wording.day(value)
    return str(value) if isinstance(value, str | int | Model) else "another value"
