"""The algorithm record and the equality note as PDF."""

import io
import re

import pytest
from pypdf import PdfReader

from hotspots.analysis import algorithm_record
from hotspots.models import District, HotspotAnalysis
from tests.hotspots import police_data
from tests.hotspots.police_data import SQUARE, street_csv
from tests.hotspots.test_analyses import FIRST, analyse


@pytest.fixture
def analysis(force) -> HotspotAnalysis:
    District.objects.update(outline=SQUARE)
    police_data.load(street_csv([{}] * 3), by=force.anna)
    return analyse(force.anna, last=FIRST)


def words_of(text: str) -> str:
    """Text without the ends of lines, where the PDF has its own and may part words."""
    return re.sub(r"[\s\u00ad-]+", "", text)


def test_the_file_says_what_the_page_says(analysis, force, as_user):
    anna = as_user(force.anna)
    url = f"/police-data/analyses/{analysis.pk}/record.pdf"
    assert f'href="{url}"' in anna.get(f"/police-data/analyses/{analysis.pk}/record/").content.decode()
    answer = anna.get(url)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="algorithm-record-{analysis.pk}.pdf"'
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages]
    text = words_of("".join(pages).replace("OFFICIAL-SENSITIVE", "").replace("fi", "fi"))
    for section in algorithm_record.sections(analysis):
        assert words_of(section.title) in text
        for row in section.rows:
            assert words_of(row["key"]) in text
            assert all(words_of(line)[:40] in text for line in row["value"].splitlines()), row["key"]
    assert all(page.count("OFFICIAL-SENSITIVE") == 2 for page in pages)
    assert "Equality note" in pages[-1]


def test_the_file_can_be_read_aloud_and_does_nothing(analysis, force, as_user):
    content = as_user(force.anna).get(f"/police-data/analyses/{analysis.pk}/record.pdf").content
    for mark in (b"/MarkInfo", b"/StructTreeRoot", b"/Lang", b"pdfuaid:part"):
        assert mark in content, mark
    for active in (b"/JavaScript", b"/JS", b"/EmbeddedFile", b"/Launch", b"/OpenAction"):
        assert active not in content, active


def test_any_name_is_text(analysis, force, as_user):
    HotspotAnalysis.objects.filter(pk=analysis.pk).update(name='#panic("x") *bold* $x$ <a> @ref // [')
    content = as_user(force.anna).get(f"/police-data/analyses/{analysis.pk}/record.pdf").content
    first = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    assert '#panic("x") *bold* $x$ <a> @ref // [' in first
