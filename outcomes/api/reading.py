"""From what a request holds to what the domain takes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from hotspot.core import wording
from hotspot.core.calendar import today
from hotspot.core.compiled_queries import CompiledRecords, any_of
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspots.models import FundingStream, HotspotArea, Programme
from outcomes.kinds import ASB_POWER, BY_PLURAL, COUNTED
from outcomes.records.queries import record_of
from outcomes.rules import Report, Tally, clean_reference
from patrols.models import CrewRole, PatrolShift
from patrols.shifts.entries import NOT_EXTERNAL, NOTHING_ACKNOWLEDGED, AcknowledgedWarnings, ExternalRecord
from patrols.shifts.rules import CrewEntry, ShiftFacts, clean_collar_number, clean_note, usual_stream

# What the rules call a field, where the API calls it otherwise.
FIELDS = {"night": "starts_at", "start": "starts_at", "end": "ends_at"}


def field_named(name: str | None) -> str | None:
    """The API's name of a field that a rule speaks of."""
    if name and name.startswith("asb_"):
        return ASB_POWER.plural
    return FIELDS.get(name or "", name)


@CompiledRecords
def _known(by: User, areas: Any) -> tuple[QuerySet[Any], ...]:
    return (
        HotspotArea.objects.visible_to(by).filter(any_of("pk", areas)).defer("boundary"),
        FundingStream.objects.visible_to(by),
        Programme.objects.visible_to(by),
    )


class Known:
    """The areas and funding streams that one caller may name: those of some bodies are looked up together."""

    def __init__(self, by: User, bodies: Iterable[object]) -> None:
        named = [body for body in bodies if isinstance(body, Mapping)]
        areas, streams, programmes = _known.records(by, areas=list(_numbers("area", named)))
        by_id = {programme.pk: programme for programme in programmes}
        self._areas: dict[int, HotspotArea] = {area.pk: area for area in areas}
        self._streams: dict[int, FundingStream] = {stream.pk: stream for stream in streams}
        for stream in streams:
            stream.programme = by_id[stream.programme_id]

    def area(self, number: int) -> HotspotArea:
        """The hotspot area. Raises DomainError `area_unknown`."""
        if number not in self._areas:
            message = "There is no such hotspot area, or it is not in your districts. An administrator gives districts."
            raise DomainError("area_unknown", message, "area")
        return self._areas[number]

    def stream(self, number: int) -> FundingStream:
        """The funding stream. Raises DomainError `stream_unknown`."""
        if number not in self._streams:
            raise DomainError("stream_unknown", "There is no such funding stream.", "funding_stream")
        return self._streams[number]

    def usual_stream(self, day: date) -> FundingStream:
        """What pays for a shift on this day that names nothing. Raises DomainError `stream_unknown`."""
        found = usual_stream(stream for stream in self._streams.values() if day in stream.programme.period)
        if found is None:
            message = f"No programme runs on {wording.day(day)}. An administrator can add one, or change its dates."
            raise DomainError("stream_unknown", message, "funding_stream")
        return found


def _numbers(name: str, bodies: Sequence[Mapping[str, Any]]) -> set[int]:
    """What the bodies name, as far as it can be a number of ours; whether it is right is checked body by body."""
    return {body[name] for body in bodies if type(body.get(name)) is int and 0 < body[name] < 2**63}


def facts_of(data: Mapping[str, Any], known: Known) -> ShiftFacts:
    """Where, when and who of a new shift. Raises DomainError."""
    named = data.get("funding_stream")
    return ShiftFacts(
        area=known.area(data["area"]),
        funding_stream=known.stream(named) if named else known.usual_stream(today(data["starts_at"])),
        starts_at=data["starts_at"],
        ends_at=data["ends_at"],
        crew=_crew(data["crew"]),
        note=clean_note(data["note"]),
    )


def changed_facts(data: Mapping[str, Any], shift: PatrolShift, known: Known) -> ShiftFacts:
    """Where, when and who of a standing shift, with what is named instead. Raises DomainError."""
    return ShiftFacts(
        area=known.area(data["area"]) if "area" in data else shift.area,
        funding_stream=known.stream(data["funding_stream"]) if "funding_stream" in data else shift.funding_stream,
        starts_at=data.get("starts_at", shift.starts_at),
        ends_at=data.get("ends_at", shift.ends_at),
        crew=_crew(data["crew"]) if "crew" in data else _standing_crew(shift),
        note=clean_note(data["note"]) if "note" in data else shift.note,
    )


def _crew(entries: Sequence[Mapping[str, Any]]) -> list[CrewEntry]:
    return [
        CrewEntry(
            CrewRole(entry["role"]), clean_collar_number(entry["collar_number"]), entry["starts_at"], entry["ends_at"]
        )
        for entry in entries
    ]


def _standing_crew(shift: PatrolShift) -> list[CrewEntry]:
    # Own times only where they differ, so that moving the shift moves who was there throughout.
    return [
        CrewEntry(
            CrewRole(member.role),
            member.collar_number,
            None if member.starts_at == shift.starts_at else member.starts_at,
            None if member.ends_at == shift.ends_at else member.ends_at,
        )
        for member in shift.crew.all()
    ]


def report_of(data: Mapping[str, Any], facts: ShiftFacts) -> Report:
    """All that a request says about a worked shift. Raises DomainError for a reference that looks like a name."""
    details = {name: [_outcome(row) for row in data[name]] for name in BY_PLURAL}
    powers = Counter(row["kind"].pk for row in details[ASB_POWER.plural])
    tally = Tally(
        **{kind.plural: len(details[kind.plural]) or None for kind in COUNTED},
        asb_powers=dict(powers),
        nothing_to_report=data["nothing_to_report"],
    )
    return Report(facts, tally, data["activity"], details)


def _outcome(row: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(row)
    if "reference" in values:
        values["reference"] = clean_reference(values["reference"])
    return values


def corrected(data: Mapping[str, Any], shift: PatrolShift, known: Known) -> Report:
    """The shift as it stands, with what the request says instead."""
    record = record_of(shift)
    said = data.get("counts", {})
    standing = record.tally
    counts = {kind.plural: said.get(kind.plural, getattr(standing, kind.plural)) for kind in COUNTED}
    powers: dict[str, int | None] = {**standing.asb_powers, **said.get(ASB_POWER.plural, {})}
    total = sum(counts.values()) + sum(count or 0 for count in powers.values())
    tally = Tally(**counts, asb_powers=powers, nothing_to_report=total == 0)
    activity = data.get("activity", {row.kind_id: row.count for row in record.activity})
    return Report(changed_facts(data, shift, known), tally, activity)


def acknowledged_of(data: Mapping[str, Any]) -> AcknowledgedWarnings:
    """The warnings that the caller acknowledges."""
    keep = data.get("keep")
    return AcknowledgedWarnings(keep["doubts"], keep["reason"]) if keep else NOTHING_ACKNOWLEDGED


def still_acknowledged(data: Mapping[str, Any], shift: PatrolShift) -> AcknowledgedWarnings:
    """The warnings that the caller acknowledges, and those acknowledged when the shift was recorded."""
    acknowledged = acknowledged_of(data)
    return AcknowledgedWarnings({*shift.doubts_kept, *acknowledged.codes}, acknowledged.reason or shift.doubts_reason)


def external_of(data: Mapping[str, Any]) -> ExternalRecord:
    """The record of another system, if one is named."""
    external = data.get("external")
    return ExternalRecord(external["source"], external["reference"]) if external else NOT_EXTERNAL
