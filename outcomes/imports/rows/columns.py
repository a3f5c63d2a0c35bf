"""The columns that a file of shifts can have: their names, what people call them, and which header is which."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from outcomes.kinds import COUNTED
from outcomes.models import ActivityKind, AsbPowerKind
from patrols.models import CrewRole

_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_PLURAL = re.compile(r"(?<=ch)es$|s$")


@dataclass(frozen=True)
class ImportColumn:
    """One thing that a row can say. `words` are other headers that mean it; `name` is what the rules call it."""

    name: str
    label: str
    words: tuple[str, ...] = ()
    hint: str = ""
    is_needed: bool = False
    part: str = ""


WHERE_AND_WHEN, CREW, OUTCOMES, MORE = "Where and when", "Crew", "Outcomes", "More"

_BEFORE_OR_AFTER = "before or after, on the night the clocks go back"
_FIRST = (
    ImportColumn(
        "night",
        "Night",
        ("date", "shift date", "patrol date", "date of patrol", "date of shift", "start date", "day"),
        "the date the shift started, day first",
        part=WHERE_AND_WHEN,
    ),
    ImportColumn(
        "start",
        "Start",
        ("start time", "time from", "from", "time on", "shift start", "on duty", "starts at london time"),
        "like 10pm or 22:00; with a date, the night may be left out",
        is_needed=True,
        part=WHERE_AND_WHEN,
    ),
    ImportColumn("start_change", "Start before or after the clock change", ("start clocks",), _BEFORE_OR_AFTER),
    ImportColumn(
        "end",
        "Finish",
        (
            "end",
            "finish time",
            "end time",
            "time to",
            "to",
            "until",
            "time off",
            "shift end",
            "off duty",
            "ends at london time",
        ),
        "like 6am or 06:00; earlier than the start means the next day",
        is_needed=True,
        part=WHERE_AND_WHEN,
    ),
    ImportColumn(
        "times",
        "Times",
        ("time", "patrol times", "shift times", "patrol time", "times of patrol", "start and finish"),
        "start and finish in one cell, like 22:00-03:00",
        part=WHERE_AND_WHEN,
    ),
    ImportColumn(
        "end_change", "Finish before or after the clock change", ("finish clocks", "end clocks"), _BEFORE_OR_AFTER
    ),
    ImportColumn(
        "area",
        "Hotspot area",
        ("area", "hotspot", "location", "patrol area", "place", "town"),
        "its name, as under Manage, Areas",
        is_needed=True,
        part=WHERE_AND_WHEN,
    ),
    ImportColumn("district", "District", ("local authority", "csp"), "needed where two areas have one name"),
)
_ROLE_WORDS = {
    CrewRole.POLICE_OFFICER: ("officers", "pcs", "constables", "no of officers", "number of officers"),
    CrewRole.SPECIAL_CONSTABLE: ("specials", "scs"),
    CrewRole.PCSO: ("police community support officers", "no of pcsos", "number of pcsos"),
    CrewRole.COMMUNITY_ENFORCEMENT_OFFICER: ("ceos", "council officers"),
}
_COLLAR_WORDS = {
    CrewRole.POLICE_OFFICER: ("collar numbers", "collar nos", "shoulder numbers", "officer collar numbers")
}
_PATROL_HOURS = ImportColumn(
    "patrol_hours",
    "Patrol hours",
    ("hrs", "hours", "person hours", "officer hours", "total hours", "hours worked"),
    "only compared with times and crew",
)
_CREW_TEXT = ImportColumn(
    "crew_text", "Crew", ("staff", "crew members", "staffing", "patrol crew"), "like 2 x PC, 1 x PCSO", part=CREW
)
_HEADLINE = (
    *(ImportColumn(kind.plural, kind.title, kind.import_headings, part=OUTCOMES) for kind in COUNTED),
    ImportColumn("nothing_to_report", "Nothing to report", ("nil return", "ntr"), "yes or no", part=OUTCOMES),
)
_LAST = (
    ImportColumn(
        "funding_stream", "Paid from", ("funding", "funding stream", "funded by", "budget"), "its name; else the usual"
    ),
    ImportColumn(
        "note", "Note", ("notes", "comment", "comments", "remarks", "summary"), "without names or intelligence"
    ),
    ImportColumn("external_source", "Source system", ("source", "system"), "the name of the system the row comes from"),
    ImportColumn(
        "external_reference",
        "Reference in the source system",
        ("reference", "ref", "external reference", "source reference", "id", "shift id", "unique id"),
        "makes the row known again when the file comes back changed",
    ),
)


def shift_columns(kinds: Iterable[AsbPowerKind], activity: Iterable[ActivityKind]) -> list[ImportColumn]:
    """All columns that a file of shifts can have, in the order of the form."""
    crew = [
        ImportColumn(
            f"crew_{role}",
            f"{role.label}s",
            (f"no of {role.label}s", f"{role.label}s people", *_ROLE_WORDS[role]),
            "how many",
            part=CREW,
        )
        for role in CrewRole
    ]
    collars = [
        ImportColumn(
            f"collars_{role}", f"Collar numbers of {role.label}s", _COLLAR_WORDS.get(role, ()), "with spaces or commas"
        )
        for role in CrewRole
    ]
    powers = [ImportColumn(f"asb_{kind.code}", kind.label, (kind.code,), part=OUTCOMES) for kind in kinds]
    done = [ImportColumn(f"activity_{kind.code}", kind.label, (kind.code,)) for kind in activity]
    return [*_FIRST, _CREW_TEXT, *crew, *collars, *_HEADLINE, *powers, *done, _PATROL_HOURS, *_LAST]


def recognise(headers: Sequence[str], columns: Sequence[ImportColumn]) -> dict[str, int]:
    """Which column each header is, by name, label or another word for it: column name → place of the header."""
    known: dict[str, str] = {}
    for words in (lambda c: (c.name, c.label), lambda c: c.words):
        for column in columns:
            for word in words(column):
                known.setdefault(_plain(word) or word, column.name)
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        if name := known.get(_plain(header) or header.lower()):
            found.setdefault(name, place)
    return found


def fingerprint(headers: Sequence[str]) -> str:
    """What a set of headers is remembered by, whatever capitals and spaces they are written with."""
    return hashlib.sha256("\n".join(map(_plain, headers)).encode()).hexdigest()


def missing(
    columns: Sequence[ImportColumn], chosen: Mapping[str, int], given: frozenset[str] = frozenset()
) -> list[ImportColumn]:
    """The columns that no file can do without and that this one has not, apart from those `given` by others."""
    return [column for column in columns if column.is_needed and column.name not in {*chosen, *given}]


def _plain(header: str) -> str:
    """A header in small letters, without signs and the s of plurals, so that "Arrest(s)" and "ARRESTS" are one."""
    words = _NOT_WORDS.sub(" ", header.lower()).split()
    return " ".join(stem for word in words if (stem := _PLURAL.sub("", word)))
