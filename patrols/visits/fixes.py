"""Positions on their way from a file to stays: read row by row, with what is wrong by its place in the file."""

import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from hotspot.core.calendar import LONDON
from hotspot.core.errors import DomainError
from hotspots.incidents.tables import EAST, NORTH, SOUTH, WEST
from patrols.models import PositionFile

MOST_FIXES = 200_000
MOST_FINDINGS = 50
"""As many rows that cannot be read are named; the others are counted."""
WORST_ACCURACY_METRES = 100.0
_DAY_FIRST = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M")
_DAY_ONLY = re.compile(r"[0-9]{4}-?(W?[0-9]{2}-?)?[0-9]{1,2}")
_LAST_YEAR = 2100


class Fix(NamedTuple):
    """Where something was when. `track` numbers the runs of positions that belong together."""

    track: int
    seconds: float
    longitude: float
    latitude: float


class NoZone(DomainError):
    """A time has no zone, and nobody said which clock it follows."""

    def __init__(self) -> None:
        message = "The times in this file have no time zone. Say which clock they follow: UTC or London."
        super().__init__("positions_zone", message, "zone")


def refusal(code: str, message: str) -> DomainError:
    """The error `positions_…` on the field `file`, to be raised."""
    return DomainError(f"positions_{code}", message, "file")


@dataclass
class FixReader:
    """Takes the positions of a file as texts and keeps those that make sense.

    `zone` says which clock times without a zone follow. `references` are what the tracks are called, by their numbers.
    """

    zone: str
    fixes: list[Fix] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    findings: list[dict[str, str]] = field(default_factory=list)
    bad: int = 0

    def track(self, reference: str) -> int:
        """The number of a new run of positions of this reference, which may be empty."""
        self.references.append(reference)
        return len(self.references) - 1

    def add(self, place: str, track: int, texts: tuple[str, str, str], accuracy: str = "") -> None:
        """Read a position from its time, latitude and longitude; `place` is where the file has it.

        Raises NoZone, and DomainError `positions_too_many`.
        """
        if len(self.fixes) + self.bad >= MOST_FIXES:
            raise refusal("too_many", f"The file must have at most {MOST_FIXES:,} positions. Split it by day.")
        time, latitude, longitude = texts
        try:
            _check_accuracy(accuracy)
            self.fixes.append(Fix(track, self._seconds(time), *_place(longitude, latitude)))
        except ValueError as error:
            self.bad += 1
            if len(self.findings) < MOST_FINDINGS:
                self.findings.append({"place": place, "message": str(error)})

    def _seconds(self, text: str) -> float:
        moment = _moment(text.strip())
        if moment.tzinfo is None:
            moment = self._in_zone(moment)
        if not 1990 <= moment.year < _LAST_YEAR:
            raise ValueError("The time is of a year that cannot be.")
        return moment.timestamp()

    def _in_zone(self, moment: datetime) -> datetime:
        if self.zone == PositionFile.Zone.UTC:
            return moment.replace(tzinfo=UTC)
        if self.zone != PositionFile.Zone.LONDON:
            raise NoZone
        local = moment.replace(tzinfo=LONDON)
        if local.utcoffset() != local.replace(fold=1).utcoffset():
            raise ValueError("The clocks changed in this hour, so the time does not say when it was.")
        return local


def _moment(text: str) -> datetime:
    """The time as written: ISO 8601, or day first with slashes."""
    if not text:
        raise ValueError("The position has no time.")
    for pattern in _DAY_FIRST:
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007 - whoever asked says which clock it follows
        except ValueError:
            continue
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError("The time cannot be read. It must be like 2026-10-24T22:00:30Z.") from error
    if _DAY_ONLY.fullmatch(text):
        raise ValueError("The time is a day only. It must be like 2026-10-24T22:00:30Z.")
    return moment


def _place(longitude: str, latitude: str) -> tuple[float, float]:
    try:
        east, north = float(longitude), float(latitude)
    except ValueError as error:
        raise ValueError("The latitude or longitude is no number.") from error
    if not (math.isfinite(east) and math.isfinite(north)):
        raise ValueError("The latitude or longitude is no number.")
    if WEST <= east <= EAST and SOUTH <= north <= NORTH:
        return east, north
    if WEST <= north <= EAST and SOUTH <= east <= NORTH:
        raise ValueError("The place is not in Great Britain. Latitude and longitude seem to be swapped.")
    raise ValueError("The place is not in Great Britain.")


def _check_accuracy(text: str) -> None:
    if not text.strip():
        return
    try:
        metres = float(text)
    except ValueError as error:
        raise ValueError("The accuracy is no number of metres.") from error
    # Devices write a number below 0 where they do not know.
    if metres < 0:
        raise ValueError("The accuracy is below 0: the device did not know where it was.")
    if not metres <= WORST_ACCURACY_METRES:
        raise ValueError(f"The position is known to {WORST_ACCURACY_METRES:g} metres at best.")
