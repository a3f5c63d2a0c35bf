"""The one reader of files of positions: known by their content, whatever they are called."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from patrols.models import PositionFile
from patrols.visits.csv_files import read_csv
from patrols.visits.fixes import FixReader, refusal
from patrols.visits.gpx_files import read_gpx
from patrols.visits.stays import Seconds, usual_interval

MOST_BYTES = 10_000_000
MOST_BAD = 0.1
"""A file of which more cannot be read is not what it seems to be."""
_BLANK = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"


@dataclass(frozen=True)
class Positions:
    """What a file holds, in order of tracks, and of time within each. `references` name the tracks by their numbers."""

    format: str
    tracks: NDArray[np.int32]
    seconds: Seconds
    longitudes: NDArray[np.float64]
    latitudes: NDArray[np.float64]
    references: list[str]
    interval: float
    repeated: int
    findings: list[dict[str, str]]
    bad: int

    @property
    def first_at(self) -> datetime:
        """The time of the first position."""
        return instant_of(self.seconds.min())

    @property
    def last_at(self) -> datetime:
        """The time of the last position."""
        return instant_of(self.seconds.max())


def instant_of(seconds: float) -> datetime:
    """The instant so many seconds after 1970, as positions have it."""
    return datetime.fromtimestamp(float(seconds), UTC)


def read_positions(content: bytes, *, zone: str = PositionFile.Zone.OWN) -> Positions:
    """The positions of a GPX or CSV file. Of several at the same time in one track, the first counts.

    Raises DomainError `positions_…` on the field `file`, or `zone` where times do not say which clock they follow.
    """
    if len(content) > MOST_BYTES:
        raise refusal("too_large", f"The selected file must be smaller than {MOST_BYTES / 1_000_000:g} MB.")
    reader = FixReader(zone)
    is_xml = content[:1_000].lstrip(_BLANK)[:1] == b"<"
    (read_gpx if is_xml else read_csv)(content, reader)
    _check_readable(reader)
    return _in_order("GPX" if is_xml else "CSV", reader)


def _check_readable(reader: FixReader) -> None:
    if reader.bad <= MOST_BAD * (reader.bad + len(reader.fixes)) and reader.fixes:
        return
    first = reader.findings[0]
    message = (
        f"{reader.bad:,} of {reader.bad + len(reader.fixes):,} positions cannot be read. "
        f"{first['place']}: {first['message']}"
    )
    raise refusal("unreadable", message)


def _in_order(kind: str, reader: FixReader) -> Positions:
    table = np.array(reader.fixes, np.float64).reshape(-1, 4)
    # A stable order, so that of two positions at one time the first of the file comes first.
    table = table[np.lexsort((table[:, 1], table[:, 0]))]
    is_new = np.ones(len(table), np.bool_)
    is_new[1:] = (np.diff(table[:, 0]) != 0) | (np.diff(table[:, 1]) != 0)
    kept = table[is_new]
    tracks = kept[:, 0].astype(np.int32)
    return Positions(
        format=kind,
        tracks=tracks,
        seconds=kept[:, 1],
        longitudes=kept[:, 2],
        latitudes=kept[:, 3],
        references=reader.references,
        interval=usual_interval(kept[:, 1], tracks),
        repeated=len(table) - len(kept),
        findings=reader.findings,
        bad=reader.bad,
    )
