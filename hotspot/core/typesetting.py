"""PDF files that screen readers can read (PDF/UA), set by Typst."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst


def typeset(template: Path, said: Mapping[str, Any]) -> bytes:
    """The PDF of a Typst template that reads `said` as JSON from its inputs.

    The same words give the same bytes: fonts are those that come with Typst, not those of the system.
    """
    made = typst.compile(
        template.read_bytes(),
        format="pdf",
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        sys_inputs={"said": json.dumps(said, sort_keys=True)},
    )
    if not isinstance(made, bytes):
        raise TypeError("A PDF is one document.")
    return made
