"""Arrests and their stages as rows of tables."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from outcomes.models import Arrest, JusticeStage

LIST_COLUMNS = [{"label": label} for label in ("Custody reference", "Night", "Hotspot area", "Offence", "Last entered")]
STAGE_COLUMNS = [{"label": label} for label in ("Step", "Outcome", "Date", "Sentence", "Who told us", "Entered")]
RULE = (
    "A year of a sentence counts 365 days and a month a twelfth of that; the sum is rounded to whole days. A suspended "
    "sentence is no custody."
)


def name_of(arrest: Arrest) -> str:
    """41XY/1234/24, or that it has no reference, with its number here."""
    return arrest.reference or f"No reference (arrest {arrest.pk})"


def list_rows(arrests: Iterable[Arrest]) -> list[list[Any]]:
    """The worklist: a custody reference and what was recorded, never a person."""
    return [
        [
            {"url": reverse("outcomes:arrest", args=(arrest.pk,)), "text": name_of(arrest)},
            wording.weekday(arrest.shift.day),
            arrest.shift.area.name,
            str(arrest.offence_group or "Detail to follow"),
            _last(arrest),
        ]
        for arrest in arrests
    ]


def _last(arrest: Arrest) -> str:
    if arrest.justice_outcome is None:
        return "Nothing"
    day = arrest.justice_outcome_on
    return f"{arrest.justice_outcome}, {wording.day(day)}" if day else str(arrest.justice_outcome)


def about(arrest: Arrest) -> list[dict[str, str]]:
    """Which arrest it is."""
    rows = [
        ("Custody reference", arrest.reference or "None was entered"),
        ("Shift", f"{arrest.shift.reference}, {wording.weekday(arrest.shift.day)}"),
        ("Hotspot area", arrest.shift.area.name),
        ("Offence", str(arrest.offence_group or "Detail to follow")),
    ]
    return [{"key": key, "value": value} for key, value in rows]


def stage_rows(stages: Iterable[JusticeStage]) -> list[list[Any]]:
    """The steps of an arrest, the first one first."""
    return [
        [
            stage.get_step_display(),
            str(stage.outcome),
            wording.day(stage.day) if stage.day else "Not known",
            sentence_in_words(stage),
            stage.source or "–",
            f"{wording.moment(stage.entered_at)}{f' by {stage.entered_by.name}' if stage.entered_by else ''}",
        ]
        for stage in stages
    ]


def sentence_in_words(stage: JusticeStage) -> str:
    """Immediate custody: 6 months (183 days), from 12 January 2025."""
    if not stage.sentence_kind:
        return "–"
    length = f": {stage.sentence}" if stage.sentence else ""
    days = f" ({wording.plural(stage.custody_days, 'day')})" if stage.custody_days else ""
    later = f", {wording.day(stage.sentenced_on)}" if stage.sentenced_on else ""
    return f"{stage.get_sentence_kind_display()}{length}{days}{later}"
