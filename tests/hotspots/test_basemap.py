"""The basemap of the force: its file, what is said of one that cannot be used, and how it is sent."""

from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.urls import reverse

from tests import pmtiles

FILE = pmtiles.archive("water")
URL = "/manage/basemap.pmtiles"


@pytest.fixture
def basemap(tmp_path, settings) -> Path:
    path = tmp_path / "map.pmtiles"
    path.write_bytes(FILE)
    settings.BASEMAP_FILE = str(path)
    return path


@pytest.fixture
def sam(force, as_user):
    return as_user(force.sam)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def warnings() -> list[str]:
    return [message.msg for message in run_checks() if message.id == "hotspots.W001"]


class TestCheck:
    def test_a_file_that_can_be_used_and_none_are_fine(self, basemap, settings):
        assert warnings() == []
        settings.BASEMAP_FILE = ""
        assert warnings() == []

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"SQLite format 3\0" + bytes(200), "not in the format PMTiles"),
            (FILE[:100], "not in the format PMTiles"),
            (b"", "not in the format PMTiles"),
            (pmtiles.archive("water", version=2), "is PMTiles version 2; version 3 is needed"),
            (pmtiles.archive("water", tile_type=pmtiles.PICTURES), "holds pictures"),
        ],
    )
    def test_what_cannot_be_used_is_said_and_left_out(self, basemap, sam, content, words):
        basemap.write_bytes(content)
        (warning,) = warnings()
        assert words in warning
        assert sam.get(URL).status_code == 404

    def test_a_missing_file_is_said_and_left_out(self, basemap, sam):
        basemap.unlink()
        assert warnings() == ["The file of the basemap cannot be read: No such file or directory."]
        assert sam.get(URL).status_code == 404


class TestSending:
    @pytest.mark.parametrize(
        ("asked", "start", "end"),
        [
            ("bytes=0-126", 0, 127),
            ("bytes=7-7", 7, 8),
            ("bytes=100-", 100, len(FILE)),
            ("bytes=-10", len(FILE) - 10, len(FILE)),
            ("bytes=-999999", 0, len(FILE)),
            ("bytes=0-16383", 0, len(FILE)),
        ],
    )
    def test_a_range_is_sent(self, basemap, sam, asked, start, end):
        response = sam.get(URL, headers={"Range": asked})
        assert response.status_code == 206
        assert body(response) == FILE[start:end]
        assert response["Content-Range"] == f"bytes {start}-{end - 1}/{len(FILE)}"
        assert response["Content-Length"] == str(end - start)

    @pytest.mark.parametrize("asked", [f"bytes={len(FILE)}-", "bytes=99999-100000", "bytes=5-4", "bytes=-0"])
    def test_a_range_outside_is_refused(self, basemap, sam, asked):
        response = sam.get(URL, headers={"Range": asked})
        assert response.status_code == 416
        assert response["Content-Range"] == f"bytes */{len(FILE)}"

    @pytest.mark.parametrize("asked", [None, "bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=" + "9" * 99 + "-"])
    def test_anything_else_is_the_whole_file(self, basemap, sam, asked):
        response = sam.get(URL, headers={"Range": asked} if asked else {})
        assert response.status_code == 200
        assert response["Accept-Ranges"] == "bytes"
        assert body(response) == FILE

    def test_a_large_file_is_sent_in_pieces(self, basemap, sam):
        basemap.write_bytes(FILE + bytes(200_000))
        response = sam.get(URL, headers={"Range": "bytes=10-150009"})
        pieces = list(response.streaming_content)
        assert sum(map(len, pieces)) == 150_000
        assert max(map(len, pieces)) < 70_000

    def test_the_browser_alone_keeps_it_and_asks_whether_it_changed(self, basemap, sam):
        first = sam.get(URL)
        assert first["Cache-Control"] == "private, max-age=86400"
        assert sam.get(URL, headers={"If-None-Match": first["ETag"]}).status_code == 304
        part = {"Range": "bytes=0-9", "If-Range": first["ETag"]}
        assert sam.get(URL, headers=part).status_code == 206
        basemap.write_bytes(FILE + b"x")
        assert sam.get(URL, headers={"If-None-Match": first["ETag"]}).status_code == 200
        assert sam.get(URL, headers=part).status_code == 200

    def test_only_signed_in_people_get_it(self, basemap, client, force):
        assert client.get(URL).status_code == 302

    def test_pages_that_say_nothing_are_still_kept_nowhere(self, force, sam):
        assert sam.get(reverse("hotspots:areas"))["Cache-Control"] == "no-store, private"


def test_the_page_for_drawing_names_it_only_where_it_can_be_used(basemap, force, as_user, settings):
    settings.BASEMAP_ATTRIBUTION = "Contains OS data <2026>"
    adam = as_user(force.adam)
    page = adam.get(reverse("hotspots:add_area")).content.decode()
    assert f'data-basemap="{URL}" data-basemap-zoom="1"' in page
    assert "Contains OS data &lt;2026&gt;" in page
    basemap.unlink()
    page = adam.get(reverse("hotspots:add_area")).content.decode()
    assert "data-basemap" not in page
    assert "Contains OS data" not in page
