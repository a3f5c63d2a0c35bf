"""Rows of a file of outcomes, one outcome a row, as the operations take them."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import BooleanField, DateField, Field, ForeignKey, PositiveIntegerField

from hotspot.core import wording
from hotspot.core.clock import instant
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.table_files.column_evidence import Seen
from hotspot.core.table_files.columns import ImportColumn
from hotspot.core.table_files.values import parse_count, parse_date, parse_moment, parse_yes
from hotspots.models import Programme
from outcomes.imports.detail_operations import Detail
from outcomes.imports.rows.answers import Answers
from outcomes.imports.rows.cells import BadRow, Cells
from outcomes.imports.rows.columns import MORE, OUTCOMES, WHERE_AND_WHEN
from outcomes.imports.rows.names import plain_name
from outcomes.imports.rows.shifts import external_record
from outcomes.kinds import KINDS, DetailField, OutcomeKind, details_of
from outcomes.models import Term
from outcomes.rules import clean_reference
from patrols.shifts.entries import NOT_EXTERNAL, ExternalRecord

_NUMBER = re.compile(r"(?:HS-?)?([0-9]{1,12})", re.IGNORECASE | re.ASCII)
# How a cell is read, by the field that it fills; any other field names a term of a vocabulary.
_READS: dict[type["Field[Any, Any]"], Callable[[str], Any]] = {
    DateField: parse_date,
    PositiveIntegerField: parse_count,
    BooleanField: parse_yes,
}


def columns_of_outcomes() -> list[ImportColumn]:
    """The columns that a file of outcomes can have."""
    return [
        ImportColumn(
            "outcome", "Outcome", ("type", "outcome type", "kind of outcome"), is_needed=True, part=WHERE_AND_WHEN
        ),
        ImportColumn("shift", "Shift", ("hs number", "shift number", "shift id"), "like HS-1457", part=WHERE_AND_WHEN),
        ImportColumn(
            "shift_reference", "Shift’s reference in its source system", ("shift reference",), part=WHERE_AND_WHEN
        ),
        ImportColumn("shift_source", "Shift’s source system", ("shift source",), part=WHERE_AND_WHEN),
        ImportColumn("happened_at", "Time", ("time of arrest", "date and time", "happened at"), part=WHERE_AND_WHEN),
        ImportColumn(
            "reference", "Reference", ("custody number", "crime number", "search number", "ref"), part=OUTCOMES
        ),
        *(_column(kind, detail) for kind, detail in details_of(KINDS) if detail.imported),
        ImportColumn("external_source", "Source system", ("source", "system"), part=MORE),
        ImportColumn("external_reference", "Reference in the source system", ("external reference", "id"), part=MORE),
    ]


def _column(kind: OutcomeKind, detail: DetailField) -> ImportColumn:
    hint = "yes or no" if isinstance(kind.field(detail.field), BooleanField) else ""
    return ImportColumn(detail.imported, detail.label, detail.headings, hint, part=OUTCOMES)


class OutcomeRows:
    """Turns rows into details: one for a file, because it reads the vocabularies once."""

    def __init__(
        self,
        *,
        columns: Mapping[str, int],
        answers: Answers,
        by: User,
        reason: str,
        seen: Seen = Seen(),  # noqa: B008 - it is frozen
    ) -> None:
        self._answers = answers
        periods = [programme.period for programme in Programme.objects.visible_to(by)]
        self._within = tuple((period.first_day, period.last_day) for period in periods)
        self._terms = {
            (kind, detail): terms_by_name(kind.field(detail.field))
            for kind, detail in details_of(KINDS)
            if detail.imported in columns and type(kind.field(detail.field)) not in _READS
        }

    def entry(self, row: Cells) -> Detail:
        """The outcome that a row says. Raises BadRow."""
        kind: OutcomeKind | None = row.read("outcome", _kind)
        shift = row.read("shift", lambda text: self._shift(text, row))
        external = row.read(
            "external_reference",
            lambda text: external_record(text, row.text("external_source") or self._answers.source),
        )
        values = self._values(row, kind) if kind else {}
        if not (values.get("reference") or external != NOT_EXTERNAL or row.problems):
            message = "Enter a reference, so that the outcome is known again."
            row.note(DomainError("reference_missing", message, "reference"))
        if row.problems:
            raise BadRow(row.problems)
        assert kind is not None  # noqa: S101 - or there were problems
        return Detail(kind, shift, values, external, f"row {row.number:,}")

    def _shift(self, text: str, row: Cells) -> int | ExternalRecord:
        if match := _NUMBER.fullmatch(text):
            return int(match[1])
        if not text and row.text("shift_reference"):
            return external_record(row.text("shift_reference"), row.text("shift_source") or self._answers.source)
        raise DomainError("shift_missing", "Enter the number of the shift, like HS-1457, or its reference.")

    def _values(self, row: Cells, kind: OutcomeKind) -> dict[str, Any]:
        values: dict[str, Any] = {"reference": row.read("reference", clean_reference, "")}
        # Terms first: problems are listed in this order.
        for detail in sorted(kind.details, key=lambda detail: type(kind.field(detail.field)) in _READS):
            if detail.imported and row.text(detail.imported):
                values[detail.field] = row.read(detail.imported, self._reader(kind, detail))
        if row.text("happened_at"):
            values["happened_at"] = row.read("happened_at", lambda text: self._time(text, row))
        return values

    def _reader(self, kind: OutcomeKind, detail: DetailField) -> Callable[[str], Any]:
        parse = _READS.get(type(kind.field(detail.field)))
        return parse or (lambda text: term_named(text, self._terms[kind, detail]))

    def _time(self, text: str, row: Cells) -> Any:
        moment = parse_moment(text, self._within)
        if moment.instant:
            return moment.instant
        if moment.day is None:
            raise DomainError("date_missing", "Enter the time with its date, like 26/10/2024 23:15.")
        change = self._answers.clock_rows.get((row.number, "happened_at"), "") or self._answers.clock
        return instant(moment.day, moment.clock, change=change or None, field="happened_at")  # type: ignore[arg-type]


def _kind(text: str) -> OutcomeKind:
    found = next((kind for kind in KINDS if text.lower() in kind.import_words), None)
    if found is None:
        raise DomainError("outcome_unknown", f"Enter {wording.listing([kind.brief[0] for kind in KINDS], 'or')}.")
    return found


def terms_by_name(field: Any) -> dict[str, Term]:
    """The terms of a vocabulary by code and by label."""
    assert isinstance(field, ForeignKey)  # noqa: S101 - the table above names vocabularies only
    vocabulary: Any = field.related_model
    terms: list[Term] = list(vocabulary.objects.all())
    return {plain_name(name): term for term in terms for name in (term.code, term.label)}


def term_named(text: str, terms: Mapping[str, Term]) -> Term:
    """The term that a cell names. Raises DomainError `term_unknown`."""
    found = terms.get(plain_name(text))
    if found is None:
        labels = list(dict.fromkeys(term.label for term in terms.values()))
        shown = wording.listing(labels[:8], "or") + (" …" if len(labels) > 8 else "")
        raise DomainError("term_unknown", f"Enter one of: {shown}.")
    return found
