"""Entries of spend as files: one row each, oldest first, money in pounds with pence."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import EmptyResultSet
from django.db import transaction
from django.db.models import QuerySet

from hotspot.core import wording
from hotspot.core.calendar import today
from hotspot.core.errors import DomainError
from hotspot.core.exports.columns import ColumnKind, ExportColumn, Rows, text
from hotspot.core.exports.workbook import workbook_of
from hotspot.core.models import User
from hotspot.core.spreadsheets import MARKING
from hotspots.models import Programme, SpendEntry

MOST_IN_WORKBOOK = 20_000
"""An Excel file of so many rows is made in about two seconds, while its reader waits."""


def _pounds(name: str, sql: str) -> ExportColumn:
    return ExportColumn(name, f"round({sql} / 100.0, 2)", unit="GBP")


COLUMNS = (
    ExportColumn("entry", "'SP-' || e.id", ColumnKind.CODE),
    ExportColumn("date", "e.day", ColumnKind.DAY),
    ExportColumn("state", "e.state", ColumnKind.CODE),
    text("programme", "p.name"),
    text("funding_stream", "f.name"),
    text("category", "c.name"),
    ExportColumn("patrol_spend", "c.is_patrol", ColumnKind.YES_NO),
    text("hotspot_area", "a.name"),
    text("district", "d.name"),
    text("supplier", "e.supplier"),
    text("reference", "e.reference"),
    text("description", "e.description"),
    _pounds("net", "e.net_pence"),
    _pounds("vat", "e.vat_pence"),
    ExportColumn("vat_recovered", "e.vat_recoverable", ColumnKind.YES_NO),
    _pounds("cost", "e.cost_pence"),
    ExportColumn("reverses", "'SP-' || e.reverses_id", ColumnKind.CODE),
    text("reversed_because", "e.reason"),
    text("refused_because", "e.refusal"),
    ExportColumn("entered_at", "e.entered_at", ColumnKind.INSTANT, "London time"),
    ExportColumn("decided_at", "e.decided_at", ColumnKind.INSTANT, "London time"),
)
_FROM = """FROM hotspots_spendentry e
JOIN hotspots_fundingstream f ON f.id = e.stream_id
JOIN hotspots_programme p ON p.id = f.programme_id
JOIN hotspots_spendcategory c ON c.id = e.category_id
LEFT JOIN hotspots_hotspotarea a ON a.id = e.area_id
LEFT JOIN hotspots_district d ON d.id = a.district_id
WHERE e.id IN ({chosen}) ORDER BY e.day, e.id"""


def rows_of(entries: QuerySet[SpendEntry]) -> Rows:
    """The rows of a file of these entries."""
    try:
        chosen, parameters = entries.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        chosen, parameters = "SELECT NULL::bigint WHERE false", ()
    return Rows(COLUMNS, _FROM.format(chosen=chosen), parameters)


@transaction.atomic
def workbook(
    programme: Programme, entries: QuerySet[SpendEntry], filters: Sequence[str], *, by: User, at: datetime
) -> tuple[bytes, int]:
    """The entries as an Excel file, and how many there are. Raises DomainError `too_many_rows` or `no_space`."""
    if entries.count() > MOST_IN_WORKBOOK:
        message = f"An Excel file can have {MOST_IN_WORKBOOK:,} entries. Filter more, or choose CSV."
        raise DomainError("too_many_rows", message)
    return workbook_of(
        rows_of(entries),
        title="Spend",
        about=[
            ("Marking", MARKING),
            ("What", f"{programme}: entries of spend, one row each, oldest first"),
            ("Made", f"{wording.moment(at)}, for {by}"),
            ("Filters", "; ".join(filters) or "None: everything that this person may see"),
            ("Cost", "What it costs the programme: the net amount, and the VAT where that is not recovered."),
            ("What counts", "Approved entries. A reversal has its amounts negated."),
            ("Left out", "The names of who entered and approved."),
        ],
        at=at,
        progress=lambda done: None,
    )


def file_name(at: datetime, ending: str) -> str:
    """The name of a file of entries. It says how to handle what is in it."""
    return f"{MARKING.lower()}-spend-{today(at).isoformat()}.{ending}"
