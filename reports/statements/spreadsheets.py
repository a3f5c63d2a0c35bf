"""A statement as a spreadsheet: a cover, contents and notes, then one table a sheet."""

from collections.abc import Sequence

from hotspot.core import wording
from reports.contact.presenters import contact_in_words
from reports.figures.formatting import in_letters
from reports.figures.sheets import About, WorkbookSheet, with_contents
from reports.figures.spreadsheets import ods_of, xlsx_of
from reports.figures.tables import NOT_RECORDED, NOT_SHOWN
from reports.statements.addresses import signed_off_by
from reports.statements.body import PublishedStatement

_ADDRESSES = {"statement": "The statement", "check": "Check a figure or this file"}


def sheets(release: PublishedStatement) -> list[WorkbookSheet]:
    """The sheets of a statement, in order."""
    return with_contents(_cover(release), _notes(release), *_tables(release))


def _cover(release: PublishedStatement) -> WorkbookSheet:
    body, at, published_at = release.body, release.signed_off_at, release.published_at
    facts = [
        f"{body['marking']}",
        f"Statement {release.slug}, counted by definition {body['definition']}.",
        f"Figures as at {wording.moment(release.as_at)}, for {body['hotspot_areas']}.",
        signed_off_by(body) + (f" at {wording.moment(at)}." if at else "."),
        *([f"Published at {wording.moment(published_at)}."] if published_at and published_at != at else []),
        *([f"This version corrects {body['corrects']}: {body['reason']}"] if body["corrects"] else []),
        f"Questions: {contact_in_words(body)}.",
        *(
            f"{words}: {body['addresses'][name]}"
            for name, words in _ADDRESSES.items()
            if name in body.get("addresses", {})
        ),
        f"SHA-256 of the statement: {release.sha256}",
    ]
    return WorkbookSheet("Cover", release.title, facts)


def _notes(release: PublishedStatement) -> WorkbookSheet:
    rows = [tuple(measure[key] for key in ("name", "unit", "definition")) for measure in release.measures]
    lines = ["This sheet has one table.", *release.body["notes"]]
    title = "Notes: what the figures count, and what is withheld"
    return WorkbookSheet("Notes", title, lines, "notes", ["Figure", "Unit", "What it counts"], rows)


def _signs(release: PublishedStatement) -> list[str]:
    """Where what stands for no number is explained, of what there is."""
    cells = [cell for table in release.tables for row in table.rows for cell in row]
    found = [NOT_SHOWN] * (None in [*cells, *release.headline.values()]) + [NOT_RECORDED] * (NOT_RECORDED in cells)
    return [f"{' and '.join(found)} {'is' if len(found) == 1 else 'are'} explained in the notes."] if found else []


def _tables(release: PublishedStatement) -> Sequence[WorkbookSheet]:
    about = " ".join(["This sheet has one table.", *_signs(release)])
    names = {measure["code"]: measure["name"] for measure in release.measures}
    headline = [(names[code], NOT_SHOWN if number is None else number) for code, number in release.headline.items()]
    made = [
        WorkbookSheet(
            "Headline",
            f"The {in_letters(len(headline))} figures. {release.title}",
            [about],
            "headline",
            ["Figure", "Number"],
            headline,
        )
    ]
    for table in release.tables:
        made.append(
            WorkbookSheet(
                table.name.replace(" ", "_"),
                f"{table.name}. {release.title}",
                [about],
                table.name.lower().replace(" ", "_"),
                [table.key, *(f"{measure['name']} ({measure['unit']})" for measure in release.measures)],
                [[NOT_SHOWN if cell is None else cell for cell in row] for row in table.rows],
                has_total=True,
            )
        )
    if told := release.initiatives:
        made.append(
            WorkbookSheet(
                "Initiatives",
                f"Initiatives. {release.title}",
                ["This sheet has one table. It has the initiatives that the statement speaks of."],
                "initiatives",
                [column["label"] for column in told.columns],
                told.rows,
            )
        )
    return made


def _about(release: PublishedStatement) -> About:
    return About(release.title, release.slug, release.published_at or release.as_at, release.body["marking"])


def xlsx(release: PublishedStatement) -> bytes:
    """The statement for Excel."""
    return xlsx_of(sheets(release), _about(release))


def ods(release: PublishedStatement) -> bytes:
    """The statement for LibreOffice and every other spreadsheet."""
    return ods_of(sheets(release), _about(release))
