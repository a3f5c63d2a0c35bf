"""PDF files are made whatever was typed: what no font has is a question mark, not an error for ever."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader

from hotspot.core.typesetting import typeset

TEMPLATE = """#let said = json(bytes(sys.inputs.said))
#set document(title: "Names", date: datetime(year: 2024, month: 7, day: 1))
#set text(font: "Libertinus Serif", lang: "en")
= Names
#said.name
"""


def set_name(folder: Path, name: str) -> str:
    template = folder / "names.typ"
    template.write_text(TEMPLATE, encoding="utf-8")
    made = typeset(template, {"name": name})
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Cyngor Sir Gâr, Ŵyth", "Cyngor Sir Gâr, Ŵyth"),
        ("Совет Ελλάδα", "Совет Ελλάδα"),
        ("東京 Town Council", "?? Town Council"),
        ("Café 🏛 议会 가나 BID", "Café ? ?? ?? BID"),
        ('#panic("x") *a* \\ $x$ <b>', '#panic("x") *a* \\ $x$ <b>'),
    ],
)
def test_every_name_can_be_set(tmp_path, name, shown):
    assert shown in set_name(tmp_path, name)


def test_the_same_words_give_the_same_bytes(tmp_path):
    template = tmp_path / "names.typ"
    template.write_text(TEMPLATE, encoding="utf-8")
    assert typeset(template, {"name": "東京 🏛"}) == typeset(template, {"name": "東京 🏛"})
