"""What was done to an order: to its own row, its areas, its hours and its rates."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from hotspot.core import wording
from hotspot.core.history import RecordVersion, versions_in, versions_of
from hotspots.amounts import pounds
from hotspots.models import PatrolOrder
from hotspots.orders.queries import ORDER_PARTS, events_of_part, version_of_order
from hotspots.pages.timeline import sentence, timeline_item


@dataclass(frozen=True)
class OrderChange:
    """A version of an order or of a part of it, and what it says in lines."""

    version: RecordVersion
    is_made: bool
    lines: tuple[str, ...]


def order_timeline(order: PatrolOrder, *, since: int = 0) -> list[dict[str, str]]:
    """What was done to an order after the version `since`, newest first, as items of the timeline component."""
    changes = sorted(_changes(order), key=lambda change: change.version.at, reverse=True)
    newest = changes[: max(0, version_of_order(order) - since)]
    # What one person saved at once has one time.
    together = groupby(newest, key=lambda change: (change.version.at, change.version.by))
    return [_item(list(group)) for _, group in together]


def _changes(order: PatrolOrder) -> Iterator[OrderChange]:
    for version in versions_of(order):
        is_made = version.kind == "insert"
        lines = () if is_made else tuple(sentence(change) for change in version.changes)
        yield OrderChange(version, is_made, lines)
    for part, words in zip(ORDER_PARTS, (_area_words, _month_words, _rate_words), strict=True):
        for version in reversed(versions_in(events_of_part(part, order))):
            yield OrderChange(version, False, (words(version),))


def _area_words(version: RecordVersion) -> str:
    return f"{version.event.area.name} {'added' if version.kind == 'insert' else 'removed'}"


def _month_words(version: RecordVersion) -> str:
    event = version.event
    minutes = "nothing" if version.kind == "delete" else wording.duration(event.minutes)
    return f"Ordered for {wording.month(event.month)}: {minutes}"


def _rate_words(version: RecordVersion) -> str:
    event = version.event
    return f"{pounds(event.hour_pence)} an hour from {wording.day(event.first_day)}: {event.reason}"


def _item(changes: list[OrderChange]) -> dict[str, str]:
    lines = [line for change in changes for line in change.lines]
    is_made = any(change.is_made for change in changes)
    if is_made or len(lines) != 1:
        title = "Entered" if is_made else f"{len(lines)} changes"
        return timeline_item(changes[0].version, title, "\n".join(lines))
    return timeline_item(changes[0].version, lines[0], "")
