"""A statement as one A4 page: PDF that screen readers can read (PDF/UA), set by Typst."""

from pathlib import Path

from hotspot.core import wording
from hotspot.core.typesetting import typeset
from reports.statements.body import PublishedStatement

_TEMPLATE = Path(__file__).with_name("statement.typ")


def pdf(release: PublishedStatement) -> bytes:
    """The six figures, what they count and where they come from."""
    body, at = release.body, release.published_at or release.as_at
    said = {
        "marking": body["marking"],
        "programme": body["programme"],
        "title": body["title"],
        "areas": f"{body['hotspot_areas'][:1].upper()}{body['hotspot_areas'][1:]}",
        "as_at": wording.moment(release.as_at),
        "tiles": [{"number": number, "label": label} for number, label in release.tiles],
        "measures": [
            {"name": measure["name"], "definition": measure["definition"]} for measure in release.headline_measures
        ],
        "facts": [
            f"Statement {release.slug}, counted by definition {body['definition']}.",
            f"Prepared by {body['prepared_by']}, signed off by {body.get('approved_by', '')}, {wording.moment(at)}.",
            *([f"No patrols recorded in {wording.listing(release.unrecorded)}."] if release.unrecorded else []),
            *([f"This version corrects {body['corrects']}: {body['reason']}"] if body["corrects"] else []),
        ],
        "sha256": release.sha256,
        "day": [at.year, at.month, at.day],
    }
    return typeset(_TEMPLATE, said)
