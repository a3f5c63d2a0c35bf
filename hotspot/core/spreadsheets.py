"""Files that spreadsheets open: what every one of ours has in common."""

import re
from typing import TypeVar

from django.http import HttpResponseBase
from django.utils.http import content_disposition_header

BOM = "\ufeff"
MARKING = "OFFICIAL-SENSITIVE"
"""How everything that is not published is handled: every internal page and file says so."""
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of an Excel workbook."""
# What a spreadsheet calculates. What may stand before it and be passed by: white space (as `str.isspace` knows it), and
# what separates or quotes cells where another country's settings read the file.
_FORMULA_STARTS = "=+-@\t\r\n\0＝＋－＠"
_PASSED_BY = "".join(chr(code) for code in range(0x3001) if chr(code).isspace()) + ';,"'
_FORMULA = re.compile(f"[{re.escape(_PASSED_BY)}]*[{re.escape(_FORMULA_STARTS)}]")

Answer = TypeVar("Answer", bound=HttpResponseBase)


def safe_text(text: str) -> str:
    """The text as a cell that no spreadsheet runs as a formula: a dangerous start is preceded by an apostrophe."""
    return f"'{text}" if _FORMULA.match(text) else text


def safe_text_sql(expression: str) -> str:
    """What `safe_text` does, as SQL around an expression of ours that is text."""
    # PostgreSQL's texts hold no NUL, and its white space depends on the server's language, so it is spelt out.
    passed_by, starts = (_in_brackets(characters) for characters in (_PASSED_BY, _FORMULA_STARTS.replace("\0", "")))
    # Most texts are empty or begin with a letter (65 is A, 122 is z): for them the expression need not be matched.
    return (
        f"CASE WHEN {expression} = '' OR ascii({expression}) BETWEEN 65 AND 122 THEN {expression} "
        f"WHEN {expression} ~ E'^[{passed_by}]*[{starts}]' THEN '''' || {expression} ELSE {expression} END"
    )


def _in_brackets(characters: str) -> str:
    """Characters between the brackets of a regular expression in an E'' string: by their numbers, so that none of them
    means anything."""
    return "".join(f"\\\\u{ord(character):04x}" for character in characters)


def instant_sql(expression: str) -> str:
    """SQL, to be executed in `london_clock`, for an instant by London's clock: 2024-10-26T22:00:00+01:00."""
    # JSON writes a time as ISO 8601 has it, and by the session's clock: quicker than a pattern, or working out both.
    return f"to_json(date_trunc('second', {expression})) #>> '{{}}'"


def as_attachment(response: Answer, name: str) -> Answer:
    """The response as a file to keep under this name. Where a browser shows it all the same, nothing in it can act."""
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response._csp_update = {"sandbox": True}  # type: ignore[attr-defined]
    return response
