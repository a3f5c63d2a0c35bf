"""Who took records, in words and table rows."""

from collections.abc import Callable, Iterable

from hotspot.core import wording
from hotspot.core.models import Disclosure
from hotspot.core.permissions import Role

DISCLOSURE_COLUMNS = [{"label": label} for label in ("When", "Who", "What", "Which", "Reference")]
_DID = {
    "download_csv": "Downloaded {what} as CSV",
    "ask_for_workbook": "Asked for an Excel file of {what}",
    "download_workbook": "Downloaded an Excel file of {what}",
}


def disclosure_rows(disclosures: Iterable[Disclosure], filter_words: Callable[[str], str]) -> list[list[str]]:
    """The rows of the list. `filter_words` says in words what the filters of an address let through."""
    said: dict[str, str] = {}
    rows = []
    for each in disclosures:
        query = each.detail.get("filters", "")
        if query not in said:
            said[query] = filter_words(query)
        did = _DID[each.action].format(what=each.detail.get("what", "records"))
        who = f"{each.by}, {Role(each.role).label}"
        rows.append([wording.moment(each.at), who, did, said[query], each.request])
    return rows
