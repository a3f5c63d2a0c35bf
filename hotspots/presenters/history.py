"""What was done to a record, as the timeline component shows it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Model

from hotspot.core import wording
from hotspot.core.queries import Change, Version
from hotspots.presenters.amounts import pounds
from hotspots.queries import PersonHistory


def timeline(versions: Iterable[Version], made: str = "Added") -> list[dict[str, str]]:
    """Versions as items of the timeline component. `made` is the title of the first."""
    return [_item(version, *_said(version, made)) for version in versions]


def person_timeline(history: PersonHistory) -> list[dict[str, str]]:
    """What happened to an account and its districts, newest first."""
    items = [(version, *_said(version, "Invited")) for version in history.account]
    for version in history.districts:
        verb = "Given" if version.kind == "insert" else "No longer given"
        items.append((version, f"{verb} {version.event.district.name}", ""))
    # In one transaction everything has one time; the invitation came first.
    items.sort(key=lambda item: (item[0].at, item[1] != "Invited", item[0].event.pgh_id), reverse=True)
    return [_item(*item) for item in items]


def _item(version: Version, title: str, text: str) -> dict[str, str]:
    by = f"by {version.by}" if version.by else ""
    return {"title": title, "text": text, "at": wording.moment(version.at), "by": by}


def _said(version: Version, made: str) -> tuple[str, str]:
    if version.kind == "insert":
        return made, ""
    lines = [_sentence(change) for change in version.changes]
    return (lines[0], "") if len(lines) == 1 else (f"{len(lines)} changes", "\n".join(lines))


def _sentence(change: Change) -> str:
    if change.field == "boundary":
        return "Boundary redrawn"
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
    if isinstance(value, date):
        return wording.day(value)
    return str(value) if isinstance(value, str | int | Model) else "another value"
