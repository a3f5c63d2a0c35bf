"""Rows of a file of shifts as the operations take them."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from hotspot.core import wording
from hotspot.core.clock import minutes_between
from hotspot.core.errors import DomainError, EntryWarning
from hotspot.core.models import User
from hotspot.core.table_files.column_evidence import Seen
from hotspot.core.table_files.columns import ImportColumn
from hotspot.core.table_files.values import is_nil, parse_count, parse_hours, parse_yes
from hotspots.models import FundingStream, Programme
from outcomes.imports.rows.answers import Answers
from outcomes.imports.rows.cells import BadRow, Cells
from outcomes.imports.rows.columns import shift_columns
from outcomes.imports.rows.crew import read_crew
from outcomes.imports.rows.names import AreaNames, plain_name
from outcomes.imports.rows.times import Times
from outcomes.kinds import COUNTED
from outcomes.models import ActivityKind, AsbPowerKind
from outcomes.recording.checking import Entry
from outcomes.rules import MAXIMUM_COUNT, Report, Tally
from patrols.shifts.entries import NOT_EXTERNAL, AcknowledgedWarnings, ExternalRecord
from patrols.shifts.rules import MAXIMUM_CREW, ShiftFacts, clean_note

# Changing it would make every row of every file new again.
_NAMESPACE = uuid.UUID("6f0f6b0e-58c5-4d0b-9d43-8d8c5a1b7e11")
# Hours are written with one decimal place.
_ROUNDED_MINUTES = 3
_LONGEST_SOURCE, _LONGEST_REFERENCE = 40, 80


class ShiftRows:
    """Turns rows into entries: one for a file, because it looks up names once and numbers rows that are alike."""

    def __init__(
        self,
        *,
        columns: Mapping[str, int],
        answers: Answers,
        by: User,
        reason: str,
        seen: Seen = Seen(),  # noqa: B008 - it is frozen
    ) -> None:
        self._answers, self._reason = answers, reason
        self._areas = AreaNames(by, answers.areas)
        self._streams = _Streams(by)
        self._times = Times(answers, seen, self._streams.days)
        self._powers = [kind.code for kind in AsbPowerKind.objects.all() if f"asb_{kind.code}" in columns]
        self._activity = [kind.code for kind in ActivityKind.objects.all() if f"activity_{kind.code}" in columns]
        self._alike: Counter[int] = Counter()

    def entry(self, row: Cells) -> Entry:
        """The shift that a row says. Raises BadRow."""
        area = row.read("area", lambda name: self._areas.find(name, row.text("district")))
        moments = self._times.read(row)
        crew = read_crew(row, self._count_of_crew)
        tally, activity = self._tally(row), self._counts(row, "activity", self._activity)
        external = row.read("external_reference", lambda text: self._external(text, row))
        if row.problems or moments is None:
            raise BadRow(row.problems)
        starts_at, ends_at, night = moments
        stream = row.read("funding_stream", lambda name: self._streams.find(name, night))
        if row.problems:
            raise BadRow(row.problems)
        facts = ShiftFacts(area, stream, starts_at, ends_at, crew, clean_note(row.text("note")))
        _compare_hours(row, facts)
        return Entry(
            submission_id=self._submission_id(facts, external),
            report=Report(facts, tally, activity),
            acknowledged=AcknowledgedWarnings((), self._reason),
            external=external,
            name=f"row {row.number:,}",
        )

    def _tally(self, row: Cells) -> Tally:
        counts = self._counts(row, "", [kind.plural for kind in COUNTED])
        powers = self._counts(row, "asb", self._powers)
        nothing = row.read("nothing_to_report", parse_yes, False)
        said = [count for count in (*counts.values(), *powers.values()) if count is not None]
        if self._answers.blank_is_nothing and not any(said):
            nothing = True
        return Tally(**counts, asb_powers=powers, nothing_to_report=nothing)

    def _counts(self, row: Cells, prefix: str, names: Sequence[str]) -> dict[str, int | None]:
        return {name: row.read(f"{prefix}_{name}".lstrip("_"), self._count) for name in names}

    def _count(self, text: str) -> int | None:
        count = self._nil_or_count(text)
        if count is not None and not 0 <= count <= MAXIMUM_COUNT:
            raise DomainError("count_out_of_range", f"Enter a number from 0 to {MAXIMUM_COUNT}.")
        return count

    def _count_of_crew(self, text: str) -> int | None:
        count = self._nil_or_count(text)
        if count is not None and not 0 <= count <= MAXIMUM_CREW:
            raise DomainError("crew_size", f"Enter a number from 0 to {MAXIMUM_CREW}.")
        return count

    def _nil_or_count(self, text: str) -> int | None:
        if not is_nil(text):
            return parse_count(text)
        if self._answers.nil_is_zero is None:
            message = f"This cell says “{text}”. Say whether that is 0 in all such cells of the file."
            raise DomainError("nil_in_count", message)
        return 0 if self._answers.nil_is_zero else None

    def _external(self, reference: str, row: Cells) -> ExternalRecord:
        return external_record(reference, row.text("external_source") or self._answers.source)

    def _submission_id(self, facts: ShiftFacts, external: ExternalRecord) -> uuid.UUID:
        """The same for the same row every time, so that a file that comes again adds nothing.

        A row with a reference is known by it; another by where, when and who, and by how many like it came before.
        """
        if external != NOT_EXTERNAL:
            return uuid.uuid5(_NAMESPACE, f"external\n{external.source}\n{external.reference}")
        crew = sorted((one.role.value, one.collar_number) for one in facts.crew)
        words = f"{facts.area.pk}\n{facts.starts_at:%Y%m%d%H%M}\n{facts.ends_at:%Y%m%d%H%M}\n{crew}"
        alike = uuid.uuid5(_NAMESPACE, words)
        self._alike[alike.int] += 1
        return uuid.uuid5(alike, str(self._alike[alike.int]))


def external_record(reference: str, source: str) -> ExternalRecord:
    """The record of another system that a row names, if it does. Raises DomainError `external_…`."""
    if not reference:
        return NOT_EXTERNAL
    if not source:
        message = "A reference needs the name of its system: add a column for it, or name it for the whole file."
        raise DomainError("external_source_missing", message)
    if len(reference) > _LONGEST_REFERENCE or len(source) > _LONGEST_SOURCE:
        message = f"A reference has up to {_LONGEST_REFERENCE} characters, a source system {_LONGEST_SOURCE}."
        raise DomainError("external_too_long", message)
    return ExternalRecord(source, reference)


def _compare_hours(row: Cells, facts: ShiftFacts) -> None:
    """Warn where the hours of a row are neither those of the crew together nor those of the shift."""
    if not (text := row.text("patrol_hours")):
        return
    minutes = minutes_between(facts.starts_at, facts.ends_at)
    together = minutes * len(facts.crew)
    said = parse_hours(text)
    if said is None or min(abs(said - each) for each in (minutes, together)) > _ROUNDED_MINUTES:
        message = f"The file has {text} hours, times and crew come to {wording.duration(together)}."
        row.warn(EntryWarning("hours_differ", message), "patrol_hours")


def columns_of_shifts() -> list[ImportColumn]:
    """The columns that a file of shifts can have, with the vocabularies as they stand."""
    return shift_columns(AsbPowerKind.objects.all(), ActivityKind.objects.all())


class _Streams:
    """What pays for shifts, by night and name."""

    def __init__(self, by: User) -> None:
        programmes = Programme.objects.visible_to(by).by_precedence().prefetch_related("funding_streams__programme")
        self._streams = [(programme.period, list(programme.funding_streams.all())) for programme in programmes]
        self.days = tuple((period.first_day, period.last_day) for period, _ in self._streams)

    def find(self, name: str, night: date) -> FundingStream:
        """The stream of this name of a programme that runs then; without a name, the usual one.

        Raises DomainError `no_programme` or `funding_unknown`.
        """
        streams = [stream for period, streams in self._streams if night in period for stream in streams]
        if not streams:
            message = f"No programme runs on {wording.day(night)}. Choose another night."
            raise DomainError("no_programme", message, "night")
        found = [stream for stream in streams if plain_name(stream.name) == plain_name(name)] if name else streams
        if not found:
            names = wording.listing([stream.name for stream in streams], "or")
            raise DomainError("funding_unknown", f"Enter what paid for it: {names}.", "funding_stream")
        return found[0]
