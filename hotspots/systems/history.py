"""What happened to a connected system, as the timeline component shows it."""

from collections.abc import Iterable

from hotspot.core.history import Change, RecordVersion, SystemHistory
from hotspot.core.permissions import Scope
from hotspots.pages.timeline import sentence, timeline_item, title_and_text


def system_timeline(history: SystemHistory) -> list[dict[str, str]]:
    """What happened to a connected system and its account, newest first."""
    items = [(version, *_said_of_system(version)) for version in history.system]
    items += [(version, *title_and_text(version, "")) for version in history.account if version.kind == "update"]
    items.sort(key=lambda item: item[0].at, reverse=True)
    return [
        timeline_item(version, *(words.replace("Deactivated", "Revoked") for words in said)) for version, *said in items
    ]


def _said_of_system(version: RecordVersion) -> tuple[str, str]:
    if version.kind == "insert":
        return "Connected", "\n".join(_scopes(version.event.scopes))
    lines = [line for change in version.changes for line in _system_sentences(change)]
    return (lines[0], "") if len(lines) == 1 else (f"{len(lines)} changes", "\n".join(lines))


def _system_sentences(change: Change) -> list[str]:
    if change.field == "secret_issued_at":
        return ["New secret made"]
    if change.field != "scopes":
        return [sentence(change)]
    before, after = set(change.before), set(change.after)
    given = [f"Given: {words}" for words in _scopes(after - before)]
    return given + [f"No longer given: {words}" for words in _scopes(before - after)]


def _scopes(codes: Iterable[str]) -> list[str]:
    return [scope.label for scope in Scope if scope in set(codes)]
