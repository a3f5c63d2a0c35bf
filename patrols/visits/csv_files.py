"""CSV files of positions, as radio and vehicle systems export them: known by their headings."""

import csv
import io
import re

from patrols.visits.fixes import FixReader, refusal

HEADINGS: dict[str, tuple[str, ...]] = {
    "time": (
        "time",
        "timestamp",
        "datetime",
        "date time",
        "fix time",
        "time utc",
        "utc time",
        "gps time",
        "recorded at",
    ),
    "latitude": ("latitude", "lat", "y"),
    "longitude": ("longitude", "lon", "long", "lng", "x"),
    "accuracy": ("accuracy", "accuracy m", "accuracy metres", "horizontal accuracy"),
    "shift": ("shift", "shift reference", "patrol", "patrol reference"),
    "unit": ("unit", "call sign", "callsign", "vehicle", "device", "radio", "issi", "fleet number"),
}
NEEDED = ("time", "latitude", "longitude")
NOT_LETTERS = re.compile(r"[^a-z0-9]+")
HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")
A_NAME = re.compile(r"\bnames?\b")
PEOPLE = re.compile(
    r"\b(officers?|person|persons|people|staff|crew|rank|pin|pc|pcso|ps|sgt|dob|users?|operator|member|holder|wearer)\b"
    r"|officer|collar|warrant|shoulder|epaulette|payroll|personnel|employee|driver|rider|badge|constable|sergeant"
    r"|inspector|surname|forename|(first|last|full|given|family|user|known) ?name|initials|login|e ?mail|birth"
    r"|(national|force|service) (insurance|number|no)\b|mobile number|phone"
)
"""What headings of columns that name people have. A file with one is refused: where somebody was is not asked here."""
THINGS = re.compile(
    r"\b(unit|vehicle|device|radio|fleet|call ?sign|area|hotspot|place|street|road|town|district|station|file|track"
    r"|shift|patrol|layer|route|zone)\b"
)
"""What a name in a heading can be the name of, other than a person."""
LONGEST_CELL = 200
MOST_COLUMNS = 200


def read_csv(content: bytes, reader: FixReader) -> None:
    """Take the positions of a CSV file. Raises DomainError `positions_…`."""
    rows = csv.reader(io.StringIO(_text(content), newline=""))
    try:
        headings = next(rows, [])
        columns = _columns(headings)
        tracks: dict[tuple[str, str], int] = {}
        for row in rows:
            if any(cell.strip() for cell in row):
                _add(row, f"Line {rows.line_num:,}", columns, tracks, reader)
    except csv.Error as error:
        raise refusal("damaged", "The file is no CSV file, or is damaged. Export it again.") from error
    if not (reader.fixes or reader.bad):
        raise refusal("empty", "The file has headings but no positions.")


def _add(
    row: list[str], place: str, columns: dict[str, int], tracks: dict[tuple[str, str], int], reader: FixReader
) -> None:
    def cell(name: str) -> str:
        at = columns.get(name, -1)
        return row[at][:LONGEST_CELL] if 0 <= at < len(row) else ""

    key = cell("shift").strip(), cell("unit").strip()
    if key not in tracks:
        tracks[key] = reader.track(key[0])
    reader.add(place, tracks[key], (cell("time"), cell("latitude"), cell("longitude")), cell("accuracy"))


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refusal("damaged", "The file is no text. Export it as CSV (UTF-8).")


def _columns(headings: list[str]) -> dict[str, int]:
    """The place of each column that is known. Raises DomainError `positions_…`."""
    if len(headings) > MOST_COLUMNS:
        raise refusal("too_complex", f"The file must have at most {MOST_COLUMNS:,} columns.")
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        words = _words(heading)
        if _names_people(heading):
            message = (
                f"The file has a column “{heading.strip()[:60]}”. Positions must not name people: remove it, and name "
                "the shift or the unit instead."
            )
            raise refusal("people", message)
        name = next((name for name, known in HEADINGS.items() if words in known), None)
        if name and name not in found:
            found[name] = place
    if missing := [name for name in NEEDED if name not in found]:
        message = f"The file has no column for the {' and the '.join(missing)}. Its first line must have headings."
        raise refusal("headings", message)
    return found


def _words(heading: str) -> str:
    return NOT_LETTERS.sub(" ", heading.lower()).strip()


def _names_people(heading: str) -> bool:
    """Whether a column seems to say who somebody is. OfficerName and collar_no are taken apart into words first."""
    words = _words(HUMPS.sub(" ", heading))
    is_name = A_NAME.search(words) is not None and not THINGS.search(words)
    return is_name or PEOPLE.search(words) is not None
