"""What was done to a record, as the timeline component shows it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Model

from hotspot.core import wording
from hotspot.core.permissions import Scope
from hotspot.core.queries import Change, SystemHistory, Version
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
        items.append((version, f"{verb} {history.names.get(version.event.district_id, 'a district')}", ""))
    # In one transaction everything has one time; the invitation came first.
    items.sort(key=lambda item: (item[0].at, item[1] != "Invited", item[0].event.pgh_id), reverse=True)
    return [_item(*item) for item in items]


def system_timeline(history: SystemHistory) -> list[dict[str, str]]:
    """What happened to a connected system and its account, newest first."""
    items = [(version, *_said_of_system(version)) for version in history.system]
    items += [(version, *_said(version, "")) for version in history.account if version.kind == "update"]
    items.sort(key=lambda item: item[0].at, reverse=True)
    return [_item(version, *(words.replace("Deactivated", "Revoked") for words in said)) for version, *said in items]


def _said_of_system(version: Version) -> tuple[str, str]:
    if version.kind == "insert":
        return "Connected", "\n".join(_scopes(version.event.scopes))
    lines = [line for change in version.changes for line in _system_sentences(change)]
    return (lines[0], "") if len(lines) == 1 else (f"{len(lines)} changes", "\n".join(lines))


def _system_sentences(change: Change) -> list[str]:
    if change.field == "secret_issued_at":
        return ["New secret made"]
    if change.field != "scopes":
        return [_sentence(change)]
    before, after = set(change.before), set(change.after)
    given = [f"Given: {words}" for words in _scopes(after - before)]
    return given + [f"No longer given: {words}" for words in _scopes(before - after)]


def _scopes(codes: Iterable[str]) -> list[str]:
    return [scope.label for scope in Scope if scope in set(codes)]


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
