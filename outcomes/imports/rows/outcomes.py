"""Rows of a file of outcomes, one outcome a row, as the operations take them."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import ForeignKey

from hotspot.core import wording
from hotspot.core.clock import instant
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspots.models import Programme
from outcomes.imports.detail_operations import MODELS, Detail
from outcomes.imports.files.column_evidence import Seen
from outcomes.imports.files.values import parse_count, parse_date, parse_moment, parse_yes
from outcomes.imports.rows.answers import Answers
from outcomes.imports.rows.cells import BadRow, Cells
from outcomes.imports.rows.columns import MORE, OUTCOMES, WHERE_AND_WHEN, ImportColumn
from outcomes.imports.rows.names import plain_name
from outcomes.imports.rows.shifts import external_record
from outcomes.models import Arrest, AsbPowerUse, Outcome, StopSearch, Term, WeaponRecovered
from outcomes.rules import clean_reference
from patrols.shifts.operations import NOT_EXTERNAL, ExternalRecord

_NUMBER = re.compile(r"(?:HS-?)?([0-9]{1,12})", re.IGNORECASE | re.ASCII)
_WORDS = {
    "arrest": ("arrest", "arrests"),
    "stop_search": ("stop search", "stop searches", "stop and search", "search"),
    "weapon": ("weapon", "weapon recovered", "weapons", "knife"),
    "asb_power": ("asb power", "asb power used", "power", "power used"),
}
# Column → model and its field. One column may serve several kinds of outcome.
_TERMS: dict[str, Sequence[tuple[type[Outcome], str]]] = {
    "offence_group": [(Arrest, "offence_group")],
    "justice_outcome": [(Arrest, "justice_outcome")],
    "search_power": [(StopSearch, "power")],
    "search_object": [(StopSearch, "object")],
    "search_outcome": [(StopSearch, "outcome")],
    "self_defined_ethnicity": [(StopSearch, "self_defined_ethnicity")],
    "officer_defined_ethnicity": [(StopSearch, "officer_defined_ethnicity")],
    "age_band": [(StopSearch, "age_band")],
    "weapon_kind": [(WeaponRecovered, "kind")],
    "found_by": [(WeaponRecovered, "found_by")],
    "asb_kind": [(AsbPowerUse, "kind")],
}
_OTHERS: dict[str, tuple[type[Outcome], str, Callable[[str], Any]]] = {
    "justice_outcome_on": (Arrest, "justice_outcome_on", parse_date),
    "custody_days": (Arrest, "custody_days", parse_count),
    "found": (StopSearch, "found", parse_yes),
    "linked": (StopSearch, "linked", parse_yes),
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
        ImportColumn("offence_group", "Offence group", ("offence",), part=OUTCOMES),
        ImportColumn("justice_outcome", "Justice outcome", ("disposal",), part=OUTCOMES),
        ImportColumn("justice_outcome_on", "Date of the justice outcome", part=OUTCOMES),
        ImportColumn("custody_days", "Sentence of custody, in days", ("custody days",), part=OUTCOMES),
        ImportColumn("search_power", "Power of search", ("legislation",), part=OUTCOMES),
        ImportColumn("search_object", "Object of search", part=OUTCOMES),
        ImportColumn("search_outcome", "Outcome of search", ("search outcome",), part=OUTCOMES),
        ImportColumn("found", "Something was found", ("found",), "yes or no", part=OUTCOMES),
        ImportColumn("linked", "Outcome linked to object of search", ("linked",), "yes or no", part=OUTCOMES),
        ImportColumn("self_defined_ethnicity", "Self-defined ethnicity", part=OUTCOMES),
        ImportColumn("officer_defined_ethnicity", "Officer-defined ethnicity", part=OUTCOMES),
        ImportColumn("age_band", "Age range", ("age", "age band"), part=OUTCOMES),
        ImportColumn("weapon_kind", "Kind of weapon", ("weapon type",), part=OUTCOMES),
        ImportColumn("found_by", "How the weapon was found", ("found by",), part=OUTCOMES),
        ImportColumn("asb_kind", "ASB power", ("power type", "kind of power"), part=OUTCOMES),
        ImportColumn("external_source", "Source system", ("source", "system"), part=MORE),
        ImportColumn("external_reference", "Reference in the source system", ("external reference", "id"), part=MORE),
    ]


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
            (model, name): _named(model._meta.get_field(name))
            for column, uses in _TERMS.items()
            if column in columns
            for model, name in uses
        }

    def entry(self, row: Cells) -> Detail:
        """The outcome that a row says. Raises BadRow."""
        model: type[Outcome] | None = row.read("outcome", _model)
        shift = row.read("shift", lambda text: self._shift(text, row))
        external = row.read(
            "external_reference",
            lambda text: external_record(text, row.text("external_source") or self._answers.source),
        )
        values = self._values(row, model) if model else {}
        if not (values.get("reference") or external != NOT_EXTERNAL or row.problems):
            message = "Enter a reference, so that the outcome is known again."
            row.note(DomainError("reference_missing", message, "reference"))
        if row.problems:
            raise BadRow(row.problems)
        assert model is not None  # noqa: S101 - or there were problems
        return Detail(model, shift, values, external, f"row {row.number:,}")

    def _shift(self, text: str, row: Cells) -> int | ExternalRecord:
        if match := _NUMBER.fullmatch(text):
            return int(match[1])
        if not text and row.text("shift_reference"):
            return external_record(row.text("shift_reference"), row.text("shift_source") or self._answers.source)
        raise DomainError("shift_missing", "Enter the number of the shift, like HS-1457, or its reference.")

    def _values(self, row: Cells, model: type[Outcome]) -> dict[str, Any]:
        values: dict[str, Any] = {"reference": row.read("reference", clean_reference, "")}
        for column, uses in _TERMS.items():
            for used_by, name in uses:
                if used_by is model and row.text(column):
                    terms = self._terms[model, name]
                    values[name] = row.read(column, lambda text, terms=terms: _term(text, terms))  # type: ignore[misc]
        for column, (used_by, name, parse) in _OTHERS.items():
            if used_by is model and row.text(column):
                values[name] = row.read(column, parse)
        if row.text("happened_at"):
            values["happened_at"] = row.read("happened_at", lambda text: self._time(text, row))
        return values

    def _time(self, text: str, row: Cells) -> Any:
        moment = parse_moment(text, self._within)
        if moment.instant:
            return moment.instant
        if moment.day is None:
            raise DomainError("date_missing", "Enter the time with its date, like 26/10/2024 23:15.")
        change = self._answers.clock_rows.get((row.number, "happened_at"), "") or self._answers.clock
        return instant(moment.day, moment.clock, change=change or None, field="happened_at")  # type: ignore[arg-type]


def _model(text: str) -> type[Outcome]:
    word = text.lower()
    found = next((name for name, words in _WORDS.items() if word in words), None)
    if found is None:
        raise DomainError("outcome_unknown", "Enter arrest, stop search, weapon or ASB power.")
    return MODELS[found]


def _named(field: Any) -> dict[str, Term]:
    """The terms of a vocabulary by code and by label."""
    assert isinstance(field, ForeignKey)  # noqa: S101 - the table above names vocabularies only
    vocabulary: Any = field.related_model
    terms: list[Term] = list(vocabulary.objects.all())
    return {plain_name(name): term for term in terms for name in (term.code, term.label)}


def _term(text: str, terms: Mapping[str, Term]) -> Term:
    found = terms.get(plain_name(text))
    if found is None:
        labels = list(dict.fromkeys(term.label for term in terms.values()))
        shown = wording.listing(labels[:8], "or") + (" …" if len(labels) > 8 else "")
        raise DomainError("term_unknown", f"Enter one of: {shown}.")
    return found
