"""Text that spreadsheets open: what every file of ours has in common."""

BOM = "\ufeff"
_FORMULA_STARTS = "=+-@\t\r\n\0＝＋－＠"


def safe_text(text: str) -> str:
    """The text as a cell that no spreadsheet runs as a formula: a dangerous start is preceded by an apostrophe."""
    start = text.lstrip()[:1]
    return f"'{text}" if (text[:1] in _FORMULA_STARTS and text) or (start and start in _FORMULA_STARTS) else text
