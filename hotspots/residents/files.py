"""Reads residents from a CSV file: a group and its residents a row, or the wide table of ethnic groups of the ONS."""

import io
import re
from collections.abc import Mapping, Sequence

from hotspot.core import wording
from hotspot.core.errors import DomainError
from hotspots.incidents.tables import Table
from hotspots.models import ResidentCount

Split = ResidentCount.Split
GROUPS: Mapping[str, tuple[str, ...]] = {
    Split.ETHNICITY: ("white", "mixed", "asian", "black", "other"),
    Split.AGE: ("under_10", "10_17", "18_24", "25_34", "over_34"),
}
"""The groups of each split: the broad ethnic groups of the census, and the age ranges of data.police.uk."""
LABELS: Mapping[str, str] = {
    **{group: group.capitalize() for group in GROUPS[Split.ETHNICITY]},
    **{group: group.replace("_", " " if "er_" in group else "-") for group in GROUPS[Split.AGE]},
}
"""What people call them: White, under 10, 10-17."""
_SIGNS = re.compile(r"[^a-z0-9]")
_PLAIN = {_SIGNS.sub("", label.lower()): group for group, label in LABELS.items()}
_WIDE = re.compile(r"Ethnic Group: (White|Mixed|Asian|Black|Other); measures: Value")
_ALL = "Ethnic Group: All categories: Ethnic group; measures: Value"
_NUMBER = re.compile(r"\d{1,9}|\d{1,3}(?:,\d{3}){1,2}", re.ASCII)


def read_residents(content: bytes, name: str, place: str) -> dict[tuple[str, str], int]:
    """Residents by split and group. Raises DomainError on the field `file` or `place`, with the line and the reason.

    Of the wide table of the ONS the row of `place` is read; its columns of single groups add up to the broad ones and
    are not needed.
    """
    table = Table(name, io.BytesIO(content))  # type: ignore[arg-type]
    headings = [heading.strip() for heading in table.headings]
    if any(_WIDE.fullmatch(heading) for heading in headings):
        found = _wide(table, headings, place)
    else:
        found = _long(table, [heading.casefold() for heading in headings])
    for split, groups in GROUPS.items():
        missing = [LABELS[group] for group in groups if (split, group) not in found]
        if missing and len(missing) < len(groups):
            message = f"{name} says nothing of {wording.listing(missing)}. A split needs all of its groups."
            raise DomainError("residents_missing", message, "file")
    if (Split.ETHNICITY, "white") not in found:
        raise DomainError("residents_missing", f"{name} has no residents by ethnic group.", "file")
    return found


def _wide(table: Table, headings: Sequence[str], place: str) -> dict[tuple[str, str], int]:
    row = next((cells for cells in table.rows() if cells[0].strip().casefold() == place.casefold()), None)
    if row is None:
        raise DomainError("residents_place_unknown", f"{table.name} has no row for {place}.", "place")
    found: dict[tuple[str, str], int] = {}
    for heading, cell in zip(headings, row, strict=True):
        if match := _WIDE.fullmatch(heading):
            found[Split.ETHNICITY, match[1].lower()] = _number(table, cell)
    if _ALL in headings and sum(found.values()) != _number(table, row[headings.index(_ALL)]):
        table.refuse("residents_sum", "has groups that do not add up to all residents")
    return found


def _long(table: Table, headings: Sequence[str]) -> dict[tuple[str, str], int]:
    if not {"group", "residents"} <= set(headings):
        message = f"{table.name} needs the columns “Group” and “Residents”, or those of the ONS’s table."
        raise DomainError("residents_columns_missing", message, "file")
    found: dict[tuple[str, str], int] = {}
    for cells in table.rows():
        group = _PLAIN.get(_SIGNS.sub("", cells[headings.index("group")].lower()))
        if group is None:
            table.refuse("residents_group", f"has a group that is none of {wording.listing(list(LABELS.values()))}")
        split = next(split for split, groups in GROUPS.items() if group in groups)
        if (split, group) in found:
            table.refuse("residents_twice", f"has {LABELS[group]} again")
        found[split, group] = _number(table, cells[headings.index("residents")])
    return found


def _number(table: Table, cell: str) -> int:
    if not _NUMBER.fullmatch(cell.strip()):
        table.refuse("residents_number", f"has ‘{cell[:40]}’, which is not a number of residents")
    return int(cell.strip().replace(",", ""))
