"""How large a file may be."""

from hotspot.core.errors import DomainError

# An Excel file is made as a whole before anybody has it, and opens slowly; CSV has no such limit.
MOST_WORKBOOK_ROWS = 100_000


def check_workbook_rows(rows: int) -> None:
    """Refuse an Excel file of more rows than we make. Raises DomainError `too_many_rows`."""
    if rows > MOST_WORKBOOK_ROWS:
        message = f"An Excel file can have {MOST_WORKBOOK_ROWS:,} rows. Choose CSV, which has no limit, or filter more."
        raise DomainError("too_many_rows", message, "format")
