"""What each column of a file of rows is called and holds. Collar numbers and people's names are in none of them."""

from collections.abc import Iterator, Sequence

from hotspot.core.definitions.registry import CURRENT
from hotspot.core.definitions.sql import counting_shift
from hotspot.core.exports.columns import ColumnKind, ExportColumn, text
from outcomes.kinds import COUNTED, KINDS, OutcomeKind
from outcomes.models import ActivityKind
from outcomes.vocabulary.cache import terms_of
from patrols.models import CrewRole, PatrolShift

IN_HEADLINE = f"({counting_shift(CURRENT, state='s.state', kind='f.kind')})"
REFERENCE = ExportColumn("shift", "'HS-' || s.id", ColumnKind.CODE)
STATE = "s.state"
_NOT_WORKED = f"'{PatrolShift.State.PLANNED}', '{PatrolShift.State.CANCELLED}'"
DAY = ExportColumn("day", "s.day", ColumnKind.DAY)
WHERE = (
    text("hotspot_area", "a.name"),
    text("district", "d.name"),
    text("district_code", "d.code"),
    text("programme", "p.name"),
    text("funding_stream", "f.name"),
)
_CREW = {
    CrewRole.POLICE_OFFICER: "police_officers",
    CrewRole.SPECIAL_CONSTABLE: "special_constables",
    CrewRole.PCSO: "pcsos",
    CrewRole.COMMUNITY_ENFORCEMENT_OFFICER: "community_enforcement_officers",
}


def external(row: str) -> tuple[ExportColumn, ExportColumn]:
    """The record in another system that a row came from."""
    return (
        text("source_system", f"{row}.external_source"),
        text("source_reference", f"{row}.external_reference"),
    )


def said(sql: str) -> str:
    """A count of standing outcomes. Nobody has said how a planned or cancelled shift went, and blank is not zero."""
    return f"CASE WHEN s.state NOT IN ({_NOT_WORKED}) THEN coalesce({sql}, 0) END"


def _counts(kind: OutcomeKind) -> Iterator[ExportColumn]:
    """How many of a kind a shift has. Powers that the headline leaves out are in a column of their own."""
    yield ExportColumn(kind.plural, said(f"{kind.plural}.n"), unit="headline kinds" if kind.counted_by else "")
    if kind.counted_by:
        yield ExportColumn(f"{kind.plural}_other", said(f"{kind.plural}.other"), unit="other kinds")


def shift_columns() -> Sequence[ExportColumn]:
    """The columns of the file of shifts."""
    return (
        REFERENCE,
        ExportColumn("state", STATE, ColumnKind.CODE),
        DAY,
        ExportColumn("starts_at", "s.starts_at", ColumnKind.INSTANT, "London time"),
        ExportColumn("ends_at", "s.ends_at", ColumnKind.INSTANT, "London time"),
        ExportColumn("clock_time", "s.clock_minutes", unit="minutes"),
        ExportColumn("patrol_time", "coalesce(crew.minutes, 0)", unit="person-minutes"),
        ExportColumn("crew", "coalesce(crew.size, 0)", unit="people"),
        *(ExportColumn(name, f"coalesce(crew.{role.value}, 0)", unit="people") for role, name in _CREW.items()),
        *WHERE,
        ExportColumn("in_headline", IN_HEADLINE, ColumnKind.YES_NO),
        *(column for kind in KINDS for column in _counts(kind)),
        ExportColumn("detail_to_follow", said(" + ".join(f"coalesce({kind.plural}.f, 0)" for kind in COUNTED))),
        ExportColumn("nothing_to_report", "s.nothing_to_report", ColumnKind.YES_NO),
        *(ExportColumn(f"activity_{code}", f"activity.n{place}") for place, code in enumerate(terms_of(ActivityKind))),
        ExportColumn("visits", "coalesce(visits.n, 0)"),
        ExportColumn("visit_time", "coalesce(visits.minutes, 0)", unit="minutes"),
        ExportColumn("taken_away", "coalesce(taken.minutes, 0)", unit="person-minutes"),
        ExportColumn("not_backfilled", "coalesce(taken.lost, 0)", unit="person-minutes"),
        ExportColumn("unusual", "nullif(array_to_string(s.doubts_kept, ' '), '')", ColumnKind.CODE),
        text("unusual_because", "s.doubts_reason"),
        text("note", "s.note"),
        text("void_because", "s.void_reason"),
        *external("s"),
        ExportColumn("logged_at", "s.logged_at", ColumnKind.INSTANT, "London time"),
        ExportColumn("updated_at", "s.updated_at", ColumnKind.INSTANT, "London time"),
    )


def outcome_columns(details: Sequence[ExportColumn]) -> Sequence[ExportColumn]:
    """The columns of the file of outcomes. `details` are those that only some of them have."""
    return (
        ExportColumn("outcome", "o.what", ColumnKind.CODE),
        ExportColumn("outcome_id", "o.id"),
        REFERENCE,
        ExportColumn("shift_state", STATE, ColumnKind.CODE),
        DAY,
        *WHERE,
        ExportColumn("in_headline", f"({IN_HEADLINE} AND o.void_reason = '' AND o.is_counted)", ColumnKind.YES_NO),
        ExportColumn("happened_at", "o.happened_at", ColumnKind.INSTANT, "London time"),
        text("reference", "o.reference"),
        ExportColumn("detail_to_follow", "o.detail_to_follow", ColumnKind.YES_NO),
        text("withdrawn_because", "o.void_reason"),
        *details,
        *external("o"),
    )
