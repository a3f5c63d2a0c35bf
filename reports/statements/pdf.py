"""A statement as a publication: PDF that screen readers can read (PDF/UA), set by Typst on A4 pages."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from hotspot.core import wording
from hotspot.core.typesetting import typeset
from reports.contact.presenters import contact_in_words
from reports.figures.formatting import NO_PATROLS
from reports.figures.tables import NOT_RECORDED, number_text
from reports.statements.addresses import signed_off_by
from reports.statements.body import PublishedStatement
from reports.statements.hours_chart import hours_chart
from reports.statements.statement_tables import StatementTable

_TEMPLATE = Path(__file__).with_name("statement.typ")
_BULLET = "• "


def pdf(release: PublishedStatement) -> bytes:
    """The figures, the press text, hours by month as a chart, the tables, what is counted, whom to ask, how to check.

    Made from the body alone.
    """
    body, at = release.body, release.published_at or release.as_at
    chart, initiatives = hours_chart(release), release.initiatives
    said = {
        "marking": body["marking"],
        "programme": body["programme"],
        "title": body["title"],
        "slug": release.slug,
        "areas": f"{body['hotspot_areas'][:1].upper()}{body['hotspot_areas'][1:]}",
        "as_at": wording.moment(release.as_at),
        "tiles": [{"number": number, "label": label} for number, label in release.page_tiles],
        "notes": release.page_notes,
        "press": list(_press_blocks(body["press_text"])),
        "chart": asdict(chart) if chart else None,
        "tables": [_table(each) for each in release.tables],
        "initiatives": {"header": [each["label"] for each in initiatives.columns], "rows": initiatives.rows}
        if initiatives
        else None,
        "measures": [{"name": measure["name"], "definition": measure["definition"]} for measure in release.measures],
        "claims": [(words, "The same" if found == words else found, source) for words, found, source in release.claims],
        "facts": list(_facts(release)),
        "contact": contact_in_words(body),
        "addresses": body.get("addresses", {}),
        "sha256": release.sha256,
        "day": [at.year, at.month, at.day],
    }
    return typeset(_TEMPLATE, said)


def _facts(release: PublishedStatement) -> Iterator[str]:
    body, at = release.body, release.signed_off_at or release.as_at
    yield f"Statement {release.slug}, counted by definition {body['definition']}."
    yield f"{signed_off_by(body)}, {wording.moment(at)}."
    if release.published_at and release.published_at != at:
        yield f"Published {wording.moment(release.published_at)}."
    if release.unrecorded:
        yield f"No patrols recorded in {wording.listing(release.unrecorded)}."
    if body["corrects"]:
        yield f"This version corrects {body['corrects']}: {body['reason']}"


def _press_blocks(text: str) -> Iterator[dict[str, Any]]:
    """The press text in paragraphs, each of lines, and lists: lines that begin with a bullet."""
    for paragraph in text.split("\n\n"):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        for is_list, found in groupby(lines, lambda line: line.startswith(_BULLET)):
            yield {"is_list": is_list, "lines": [line.removeprefix(_BULLET) for line in found]}


def _table(table: StatementTable) -> dict[str, Any]:
    """Rows as text, the total apart; a month without records says so across its row."""
    *rows, total = ([cell if isinstance(cell, str) else number_text(cell) for cell in row] for row in table.rows)
    return {
        "name": table.name,
        "header": [table.key, *table.figures],
        "rows": [[row[0], NO_PATROLS] if NOT_RECORDED in row else row for row in rows],
        "total": total,
    }
