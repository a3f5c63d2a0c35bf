"""Tables of residents as rows."""

from collections.abc import Iterable

from hotspot.core import wording
from hotspots.models import ResidentTable
from hotspots.residents.files import LABELS

LIST_COLUMNS = [{"label": label} for label in ("Place and census", "Residents", "Licence", "Source", "Loaded")]


def list_rows(tables: Iterable[ResidentTable]) -> list[list[str]]:
    """The list of tables, the newest first: it is the one that is used."""
    return [
        [
            str(table),
            "\n".join(f"{LABELS[count.group]}: {count.residents:,}" for count in table.counts.all()),
            table.licence,
            table.source,
            f"{wording.moment(table.created_at)} by {table.by.name}",
        ]
        for table in tables
    ]
