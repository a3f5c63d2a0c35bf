"""The publishable list of initiatives as CSV: what its page shows."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from hotspot.core.spreadsheets import BOM, safe_text
from hotspots.initiatives.presenters import where
from hotspots.models import Initiative

HEADINGS = ("initiative", "kind", "where", "status", "first_day", "last_day", "quantity", "unit")


def published_text(initiatives: Iterable[Any]) -> str:
    """A row for each initiative that may be published; days as 2024-05-01, and empty where they are not known."""
    file = io.StringIO()
    file.write(BOM)
    writer = csv.writer(file)
    writer.writerow(HEADINGS)
    for each in initiatives:
        unit = "" if each.quantity is None else each.kind.unit if each.quantity == 1 else each.kind.units
        status = str(Initiative.Status(each.status).label)
        texts = [safe_text(text) for text in (each.name, each.kind.name, where(each), status)]
        writer.writerow([*texts, each.first_day or "", each.last_day or "", _number(each.quantity), safe_text(unit)])
    return file.getvalue()


def _number(quantity: int | None) -> int | str:
    return "" if quantity is None else quantity
