"""The columns that a file of shifts can have: their names, and what people call them."""

from collections.abc import Iterable

from hotspot.core.table_files.columns import ImportColumn
from outcomes.kinds import COUNTED
from outcomes.models import ActivityKind, AsbPowerKind
from patrols.models import CrewRole

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
