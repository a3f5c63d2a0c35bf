"""What a phone may send of a shift, in every version of it that phones may still keep, and of a visit."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from hotspot.core.errors import DomainError

Fields = dict[str, str]

# What is sent now. When it changes, the version goes up here and in static/js/queue.js, and UPGRADES says how the one
# before is read. An entry stays for at least 90 days after the release that replaced its version.
PAYLOAD_VERSION = 1
UPGRADES: Mapping[int, Callable[[Fields], Fields]] = {}
MOST_BYTES = 16 * 1024
MOST_FIELDS = 120
MOST_CHARACTERS = 60
# As `mayBeKept` in static/js/drafts.js: the phone does not keep these, and here they are not taken either.
NEVER = re.compile(r"note|collar|reason|reference|doubts|csrf|keep|choice")
MOST_AREA = 2**31
A_DAY = timedelta(days=1)
_NAME = re.compile(r"[a-z0-9_-]{1,60}")


@dataclass(frozen=True)
class QueuedShift:
    """What a phone sent: for whom, under which submission, and the fields of the form."""

    person: int
    submission_id: UUID
    fields: Fields


@dataclass(frozen=True)
class NotedVisit:
    """What a phone noted of "I’m here" and "I’ve left": for whom, the numbers of the presses, and how long ago."""

    person: int
    arrival: UUID
    area: int
    arrived_ago: timedelta
    left_ago: timedelta | None
    departure: UUID | None


def versions() -> list[int]:
    """The versions that are read."""
    return sorted({*UPGRADES, PAYLOAD_VERSION})


def read_sent(text: bytes, *, days: int) -> QueuedShift | NotedVisit:
    """What a phone sent, as JSON: a visit or a shift. Raises DomainError as `read_visit` and `read` do."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error
    return read_visit(body, days=days) if isinstance(body, dict) and "visit" in body else read(body)


def read(body: Any) -> QueuedShift:
    """What was sent, in today's version. Raises DomainError `unreadable` or `version_unknown`."""
    if not isinstance(body, dict) or type(body.get("person")) is not int:
        raise _unreadable()
    try:
        submission_id = UUID(body["submission_id"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unreadable() from error
    fields = _upgraded(_fields(body.get("fields")), body.get("version"))
    return QueuedShift(body["person"], submission_id, fields | {"submission_id": str(submission_id)})


def read_visit(body: Any, *, days: int) -> NotedVisit:
    """The visit that was sent, its times as how long ago they were by the phone’s own clock, which may be wrong.

    Raises DomainError `unreadable`, or `noted_when` for times to come or of longer ago than a phone keeps, in days.
    """
    try:
        visit, sent_at = body["visit"], body["sent_at"]
        left = visit.get("left")
        found = NotedVisit(
            person=body["person"],
            arrival=UUID(body["submission_id"]),
            area=int(visit["area"]),
            arrived_ago=timedelta(milliseconds=sent_at - int(visit["arrived"])),
            left_ago=timedelta(milliseconds=sent_at - int(left)) if left else None,
            departure=UUID(visit["departure"]) if left else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise _unreadable() from error
    if type(found.person) is not int or not 0 < found.area < MOST_AREA:
        raise _unreadable()
    times = [ago for ago in (found.arrived_ago, found.left_ago) if ago is not None]
    if any(not timedelta(0) <= ago <= timedelta(days=days) + A_DAY for ago in times):
        message = "The clock of this phone was changed, or this was long ago. Log the shift with its times instead."
        raise DomainError("noted_when", message)
    return found


def _fields(sent: Any) -> Fields:
    if not isinstance(sent, dict) or len(sent) > MOST_FIELDS:
        raise _unreadable()
    for name, value in sent.items():
        if not _NAME.fullmatch(name) or not isinstance(value, str) or len(value) > MOST_CHARACTERS:
            raise _unreadable()
    return {name: value for name, value in sent.items() if not NEVER.search(name)}


def _upgraded(fields: Fields, version: Any) -> Fields:
    if type(version) is not int or version not in versions():
        raise DomainError("version_unknown", "This service does not read what this phone kept. Enter the shift again.")
    while version != PAYLOAD_VERSION:
        fields, version = UPGRADES[version](fields), version + 1
    return fields


def _unreadable() -> DomainError:
    return DomainError("unreadable", "This cannot be read as a shift. Enter it again.")
