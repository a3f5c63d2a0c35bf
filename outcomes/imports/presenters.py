"""Imports in words: the list of them, what a check found, and what was written."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.models import Job
from outcomes.imports.undo_queries import Publication
from outcomes.kinds import KINDS
from outcomes.models import FileImport
from patrols.models import PatrolShift

LIST_COLUMNS = [{"label": label} for label in ("File", "State", "What is in it", "Uploaded", "By")]
PROBLEM_COLUMNS = [{"label": label} for label in ("Cell", "What it is", "Column", "Value", "Reason")]
SAMPLES = {
    "shifts": ("Row", "Night", "Times", "Hotspot area", "Crew", "Outcomes"),
    "outcomes": ("Row", "Outcome", "Shift", "Time", "Reference", "Detail"),
    "justice": ("Row", "Custody reference", "Shift", "What became of it", "Date", "Sentence"),
}
MOST_PREVIEWED, LONGEST_PREVIEWED = 30, 30
_KINDS = {
    "error": {"text": "Error", "colour": "red"},
    "question": {"text": "Question", "colour": "purple"},
    "conflict": {"text": "Different", "colour": "yellow"},
    "warning": {"text": "Warning", "colour": "yellow"},
}
_WHAT = {
    "shifts": ("shift", "shifts"),
    "outcomes": ("outcome", "outcomes"),
    "justice": ("step of an arrest", "steps of arrests"),
}


def stage(found: FileImport) -> str:
    """What its page is about: columns, checking, checked, writing, written, undoing or undone."""
    if found.undone is not None and found.undone.state != Job.State.FAILED:
        return "undone" if found.undone.state == Job.State.DONE else "undoing"
    if found.written is not None:
        return "written" if found.written.state == Job.State.DONE else "writing"
    if found.checked is None:
        return "columns"
    return "checked" if found.checked.state == Job.State.DONE else "checking"


def list_rows(imports: Iterable[FileImport]) -> list[list[Any]]:
    """The list of imports."""
    return [
        [
            {"url": reverse("outcomes:import_file", args=(found.pk,)), "text": found.file.name},
            _state(found),
            found.get_kind_display(),
            wording.moment(found.created_at),
            found.by.name,
        ]
        for found in imports
    ]


def _state(found: FileImport) -> dict[str, str]:
    job = found.written or found.checked
    if job is not None and job.state == Job.State.FAILED:
        return {"text": "Failed", "colour": "red"}
    words = {
        "columns": {"text": "Not checked yet", "colour": "grey"},
        "checking": {"text": "Being checked", "colour": ""},
        "checked": {"text": "Not imported yet", "colour": "yellow"},
        "writing": {"text": "Being imported", "colour": ""},
        "written": {"text": "Imported", "colour": "green"},
        "undoing": {"text": "Being undone", "colour": ""},
        "undone": {"text": "Undone", "colour": "grey"},
    }
    return words[stage(found)]


def what(kind: str, count: int) -> str:
    """1 shift, 2,345 outcomes."""
    return wording.plural(count, *_WHAT[kind])


def summary(kind: str, result: Mapping[str, Any]) -> list[dict[str, str]]:
    """What a check found, as a summary list."""
    states = result["states"]
    rows = [("Rows in the file", f"{result['rows']:,}"), ("New", what(kind, states.get("new", 0)))]
    if states.get("existing"):
        rows.append(("Here already, and left alone", wording.plural(states["existing"], "row")))
    if states.get("conflict"):
        rows.append(("Different from what is here", wording.plural(states["conflict"], "row")))
    if states.get("error"):
        rows.append(("With errors", wording.plural(states["error"], "row")))
    if states.get("left_out"):
        rows.append(("Left out", wording.plural(states["left_out"], "row")))
    if hidden := hidden_in_words(*result.get("hidden", (0, 0))):
        rows.append(("Hidden in the file, and read too", hidden))
    if states.get("new"):
        rows += _contents(kind, result)
    return [{"key": key, "value": value} for key, value in rows]


def _contents(kind: str, result: Mapping[str, Any], where: str = "the new rows") -> list[tuple[str, str]]:
    totals = result["totals"]
    if kind == FileImport.Kind.JUSTICE:
        return [(f"Steps in {where}", ", ".join(f"{label}: {count:,}" for label, count in totals.items()))]
    counts = [wording.plural(totals[kind.plural], *kind.counted) for kind in KINDS if totals.get(kind.plural)]
    rows = [(f"Outcomes in {where}", ", ".join(counts) or "None")]
    if kind == FileImport.Kind.SHIFTS:
        minutes = totals.get("patrol_minutes", 0)
        rows.insert(0, (f"Patrol hours in {where}", wording.duration(minutes)))
    if result["first_day"]:
        first, last = (wording.day(date.fromisoformat(result[name])) for name in ("first_day", "last_day"))
        rows.insert(0, ("Nights", first if first == last else f"{first} to {last}"))
    return rows


def problem_rows(problems: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """What is wrong, differs or is unusual, as the rows of a table."""
    return [
        [
            each.get("cell") or f"Row {each['row']:,}",
            _KINDS[each["kind"]],
            each["column"],
            each["value"],
            each["message"],
        ]
        for each in problems
    ]


def sample_columns(kind: str) -> list[dict[str, str]]:
    """The headers of the table that shows how rows were understood."""
    return [{"label": label} for label in SAMPLES[kind]]


def problems_caption(result: Mapping[str, Any]) -> str:
    """How many of the problems the table shows."""
    everything, shown = result.get("listed", sum(result["problems"].values())), len(result["shown"])
    if everything > shown:
        return f"The first {shown:,} of {everything:,} things to look at"
    return wording.plural(everything, "thing to look at", "things to look at")


CHANGED_COLUMNS = [{"label": label} for label in ("Shift", "Start", "Hotspot area", "What happened")]
PUBLICATION_COLUMNS = [{"label": "Where they are counted"}, {"label": "Shifts", "numeric": True}]


def changed_rows(shifts: Iterable[PatrolShift]) -> list[list[Any]]:
    """Shifts that keep an import from being undone, each with a link to it."""
    return [
        [
            {"url": reverse("outcomes:shift", args=(shift.pk,)), "text": shift.reference},
            wording.moment(shift.starts_at),
            shift.area.name,
            "Voided since" if shift.is_voided else "Changed since",
        ]
        for shift in shifts
    ]


def publication_rows(publications: Iterable[Publication]) -> list[list[Any]]:
    """Statements and returns that count shifts of an import."""
    return [
        [{"url": each.url, "text": each.name} if each.url else each.name, f"{each.shifts:,}"] for each in publications
    ]


def undo_summary(found: FileImport, result: Mapping[str, Any]) -> list[dict[str, str]]:
    """What would be voided, as a summary list."""
    rows = [("File", str(found)), ("Imported by", found.by.name)]
    rows.append(("To take back", what(found.kind, found.recorded_count)))
    return [{"key": key, "value": value} for key, value in [*rows, *_contents(found.kind, result, "the file")]]


def preview_rows(preview: Iterable[tuple[int, Sequence[str]]]) -> list[dict[str, Any]]:
    """The first rows of a file as they are, each with its number; cells cut short, blank rows left out."""
    rows = [(number, list(cells)) for number, cells in preview if any(cells)]
    width = min(max((len(cells) for _, cells in rows), default=0), MOST_PREVIEWED)
    return [
        {"number": number, "cells": [_short(cell) for cell in (cells + [""] * width)[:width]]} for number, cells in rows
    ]


def _short(cell: str) -> str:
    return cell if len(cell) <= LONGEST_PREVIEWED else f"{cell[: LONGEST_PREVIEWED - 1]}…"


def hidden_in_words(rows: int, columns: int) -> str:
    """How many rows and columns of a sheet are hidden; empty: none are."""
    parts = [(rows, "hidden row"), (columns, "hidden column")]
    return wording.listing([wording.plural(count, what) for count, what in parts if count])


def rows_left_out(result: Mapping[str, Any]) -> list[str]:
    """The rows that the person left out, as far as the result lists them."""
    return [f"Row {row:,}: {text}" for row, why, text in result.get("rows_offered", ()) if why == "left_out"]
