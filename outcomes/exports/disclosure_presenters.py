"""Who took records, in words and table rows."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hotspot.core import wording
from hotspot.core.models import Disclosure
from hotspot.core.permissions import Role
from outcomes.exports.presenters import counted
from outcomes.records.filters import names_one_person

DISCLOSURE_COLUMNS = [{"label": label} for label in ("When", "Who", "What", "Which", "Reference")]
_DID = {
    "download_csv": "Downloaded {what} as CSV",
    "ask_for_workbook": "Asked for an Excel file of {what}",
    "download_workbook": "Downloaded an Excel file of {what}",
    "download_document": "Downloaded the document of an entry of {what}",
    "download_initiative_document": "Downloaded a document of an initiative",
}


def disclosure_rows(disclosures: Iterable[Disclosure], which: Callable[[Disclosure], str]) -> list[list[str]]:
    """The rows of the list. `which` says in words what the filters let through."""
    return [
        [
            wording.moment(each.at),
            f"{each.by}, {Role(each.role).label}",
            _DID[each.action].format(what=_how_much(each.detail)),
            which(each),
            each.request,
        ]
        for each in disclosures
    ]


def _how_much(detail: Mapping[str, Any]) -> str:
    """1,234 shifts; shifts, where they were not counted or are one person's, whom nothing is counted of."""
    what: str = detail.get("what", "records")
    is_counted = "rows" in detail and not names_one_person(detail.get("filters", ""))
    return counted(what, detail["rows"]) if is_counted else what
