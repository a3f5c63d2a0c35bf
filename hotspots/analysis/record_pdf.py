"""The algorithm record of an analysis and its equality note as PDF that screen readers can read (PDF/UA), by Typst."""

from collections.abc import Iterable
from pathlib import Path

from hotspot.core.calendar import today
from hotspot.core.spreadsheets import MARKING
from hotspot.core.typesetting import typeset
from hotspots.analysis.algorithm_record import ABOUT, EQUALITY, sections
from hotspots.models import AreaSet, HotspotAnalysis

_TEMPLATE = Path(__file__).with_name("record.typ")


def record_pdf(analysis: HotspotAnalysis, approvals: Iterable[AreaSet] = ()) -> bytes:
    """The record of an analysis that has its answer, with what `sections` takes.

    The equality note is on a page of its own, to be passed on.
    """
    day = today(analysis.created_at)
    said = {
        "marking": MARKING,
        "title": "Algorithm record",
        "name": analysis.name,
        "about": ABOUT,
        "sections": [
            {
                "title": section.title,
                "begins_page": section.title == EQUALITY,
                "entries": [{"key": row["key"], "lines": row["value"].splitlines() or [""]} for row in section.rows],
            }
            for section in sections(analysis, approvals)
        ],
        "day": [day.year, day.month, day.day],
    }
    return typeset(_TEMPLATE, said)
