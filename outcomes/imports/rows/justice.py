"""Rows of a file of what became of arrests, one step of one arrest a row, as the operations take them."""

from collections.abc import Mapping
from typing import Any

from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.table_files.column_evidence import Seen
from hotspot.core.table_files.columns import ImportColumn
from hotspot.core.table_files.values import parse_date
from outcomes.imports.justice_operations import StageRow
from outcomes.imports.rows.answers import Answers
from outcomes.imports.rows.cells import BadRow, Cells
from outcomes.imports.rows.columns import MORE, OUTCOMES
from outcomes.imports.rows.names import plain_name
from outcomes.imports.rows.outcomes import term_named, terms_by_name
from outcomes.justice.rules import StageEntry
from outcomes.models import Arrest, JusticeStage
from outcomes.rules import clean_reference

_SUSPENDED = "suspended"
_SENTENCES = {
    **dict.fromkeys(("custody", "immediate custody", "prison", "imprisonment"), JusticeStage.Sentence.CUSTODY),
    **dict.fromkeys((_SUSPENDED, "suspended sentence"), JusticeStage.Sentence.SUSPENDED),
    **dict.fromkeys(("other", "other sentence", "fine", "community order"), JusticeStage.Sentence.OTHER),
}


def columns_of_justice() -> list[ImportColumn]:
    """The columns that a file of what became of arrests can have."""
    return [
        ImportColumn(
            "reference",
            "Custody reference",
            ("custody number", "custody record", "custody ref", "reference", "ref"),
            "as it is on the arrest; never a name",
            is_needed=True,
            part=OUTCOMES,
        ),
        ImportColumn(
            "outcome",
            "What became of it",
            ("justice outcome", "outcome", "disposal", "result"),
            "like Charged or Convicted",
            is_needed=True,
            part=OUTCOMES,
        ),
        ImportColumn(
            "day",
            "Date of that",
            ("date", "outcome date", "date of outcome", "disposal date"),
            "day first, like 26/10/2024",
            is_needed=True,
            part=OUTCOMES,
        ),
        ImportColumn("sentence_kind", "Sentence", ("sentence type",), "custody, suspended or other", part=OUTCOMES),
        ImportColumn(
            "sentence",
            "Length of the sentence",
            ("sentence length", "length"),
            "like 6 months or 90 days",
            part=OUTCOMES,
        ),
        ImportColumn(
            "sentenced_on", "Date of the sentence", ("sentence date",), "if later than the conviction", part=OUTCOMES
        ),
        ImportColumn("source", "Who told us", ("source", "system"), "a system or a team", part=MORE),
    ]


class JusticeRows:
    """Turns rows into steps of arrests: one for a file, because it reads the vocabulary once."""

    def __init__(
        self,
        *,
        columns: Mapping[str, int],
        answers: Answers,
        by: User,
        reason: str,
        seen: Seen = Seen(),  # noqa: B008 - it is frozen
    ) -> None:
        self._source = answers.source
        self._terms = terms_by_name(Arrest._meta.get_field("justice_outcome"))

    def entry(self, row: Cells) -> StageRow:
        """What a row says of an arrest. Raises BadRow."""
        reference = row.read("reference", _needed_reference)
        outcome: Any = row.read("outcome", lambda text: term_named(text, self._terms))
        day = row.read("day", parse_date)
        sentence, kind = row.text("sentence"), row.read("sentence_kind", _sentence_kind, "")
        if not kind and _SUSPENDED in sentence.lower():
            kind = JusticeStage.Sentence.SUSPENDED
        sentenced_on = row.read("sentenced_on", parse_date) if row.text("sentenced_on") else None
        if row.problems:
            raise BadRow(row.problems)
        entry = StageEntry(
            outcome=outcome,
            day=day,
            sentence_kind=kind,
            sentence=sentence.lower().replace(_SUSPENDED, "").strip(" ,()") if kind else sentence,
            sentenced_on=sentenced_on,
            source=(row.text("source") or self._source)[:80],
        )
        return StageRow(reference, entry, f"row {row.number:,}")


def _needed_reference(text: str) -> str:
    reference = clean_reference(text)
    if not reference:
        raise DomainError("reference_missing", "Enter the custody reference of the arrest.", "reference")
    return reference


def _sentence_kind(text: str) -> str:
    if text and plain_name(text) not in _SENTENCES:
        raise DomainError("sentence_kind_unknown", "Enter custody, suspended or other.", "sentence_kind")
    return _SENTENCES[plain_name(text)] if text else ""
