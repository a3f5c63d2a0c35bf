"""PDF files that screen readers can read (PDF/UA), and pictures as pixels, set by Typst."""

import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

NO_GLYPH = "?"
"""What stands for a letter that none of the fonts has: PDF/UA allows no empty boxes, and refuses the whole file."""
_REFUSED = re.compile(r'the text `"([^`]+)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]{1,6})\}")
_MOST_TRIES = 100


def typeset(template: Path, said: Mapping[str, Any]) -> bytes:
    """The PDF of a Typst template that reads `said` as JSON from its inputs.

    The same words give the same bytes: fonts are those that come with Typst, not those of the system. A letter that
    they do not have is a question mark, so that a name in another script does not keep a document from being made.
    """
    source = template.read_bytes()
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    for _ in range(_MOST_TRIES):
        try:
            return _compiled(source, text)
        except typst.TypstError as failure:
            without = _without_refused(text, str(failure))
            if without == text:
                raise
            text = without
    raise ValueError("Too many letters of this document are in no font.")


def picture_of(template: Path, svg: str) -> bytes:
    """The PNG, at 192 dots an inch, of a Typst template of one page that shows an SVG from its inputs."""
    made = typst.compile(
        template.read_bytes(), format="png", ppi=192, ignore_system_fonts=True, sys_inputs={"picture": svg}
    )
    if not isinstance(made, bytes):
        raise TypeError("A picture is one page.")
    return made


def _compiled(source: bytes, text: str) -> bytes:
    made = typst.compile(
        source, format="pdf", pdf_standards=["ua-1"], ignore_system_fonts=True, sys_inputs={"said": text}
    )
    if not isinstance(made, bytes):
        raise TypeError("A PDF is one document.")
    return made


def _without_refused(text: str, failure: str) -> str:
    """The text without what the failure says no font has, and without all of its script, to ask once for each."""
    found = _REFUSED.search(failure)
    if found is None:
        return text
    refused = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), found[1])
    scripts = {_script(letter) for letter in refused if not letter.isascii()}
    return "".join(NO_GLYPH if not letter.isascii() and _script(letter) in scripts else letter for letter in text)


def _script(letter: str) -> str:
    """The script of a letter, as its name begins with it; for Latin ones and signs, which fonts have in part, its own
    name."""
    name = unicodedata.name(letter, letter)
    is_of_script = unicodedata.category(letter).startswith(("L", "M")) and not name.startswith(("LATIN", "COMBINING"))
    return name.split(" ")[0] if is_of_script else name
