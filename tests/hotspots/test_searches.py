"""Stop-and-search files beside street files: months, releases, other forces, and counts without persons."""

import csv
import io
from collections import Counter
from datetime import date

import pytest

from hotspot.core.errors import DomainError
from hotspot.core.jobs import tasks
from hotspots.incidents import loading, search_presenters
from hotspots.models import District, HotspotArea, IncidentMonth, PublishedSearch, SearchMonth
from tests.hotspots import police_data
from tests.hotspots.police_data import FAR, outlines, street_csv
from tests.hotspots.test_incident_pages import run, text_of, upload

NAME = "2024-06-hertfordshire-stop-and-search.csv"
SQUARE = {"type": "Polygon", "coordinates": [[[-0.8, 51.5], [0.3, 51.5], [0.3, 52.2], [-0.8, 52.2], [-0.8, 51.5]]]}


def real() -> bytes:
    """Sixty-nine searches of June 2024, the first of them at ten to midnight on 31 May by the clock of their file."""
    return (police_data.DATA / NAME).read_bytes()


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def search_csv(rows) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows_of(real())[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@pytest.fixture
def anna(force):
    """An analyst in a county whose districts have outlines: North Herts is all of it here."""
    District.objects.update(outline=FAR)
    District.objects.filter(pk=force.north_herts.pk).update(outline=SQUARE)
    return force.anna


def load(content, by, *, name=NAME, **options):
    return police_data.load(content, by=by, name=name, **options)


def refusal(content, by, **options) -> DomainError:
    with pytest.raises(DomainError) as refused:
        load(content, by, **options)
    assert not PublishedSearch.objects.exists()
    assert not SearchMonth.objects.exists()
    return refused.value


def test_a_month_is_that_of_its_file_and_has_its_rows(anna):
    result = load(real(), anna)
    record = SearchMonth.objects.get()
    rows = rows_of(real())
    nowhere = sum(not row["Longitude"] for row in rows)
    assert (record.month, record.rows, record.located) == (date(2024, 6, 1), len(rows), len(rows) - nowhere)
    assert (result["months"], result["questions"], result["searches"]["months"][0]["rows"]) == ([], [], 69)
    assert Counter(PublishedSearch.objects.values_list("sought", flat=True)) == Counter(
        row["Object of search"] for row in rows
    )
    # London clocks showed ten past midnight on 1 June.
    assert f"{PublishedSearch.objects.earliest('at').at:%Y-%m-%d %H:%M}" == "2024-05-31 23:10"
    # Of a file that is called otherwise, the month is that of London's clocks.
    load(real(), anna, name="searches.csv")
    assert [each.month for each in SearchMonth.objects.current()] == [date(2024, 6, 1)]


def test_nothing_about_the_person_is_kept(anna):
    marked = [row | {"Gender": "Xx", "Age range": "Xx", "Self-defined ethnicity": "Xx"} for row in rows_of(real())]
    load(search_csv(marked), anna)
    kept = PublishedSearch.objects.values()
    assert "Xx" not in str(list(kept))
    assert set(kept[0]) == {
        "id", "month_id", "kind", "at", "district_id", "longitude", "latitude", "legislation", "sought", "outcome",
        "is_linked",
    }  # fmt: skip


def test_searches_are_put_into_districts_by_outlines(force):
    for name, feature in outlines().items():
        code = feature["properties"]["LAD13CD"]
        District.objects.update_or_create(
            code=code, defaults={"outline": feature["geometry"]}, create_defaults={
                "name": name, "code": code, "outline": feature["geometry"]
            },
        )  # fmt: skip
    load(real(), force.anna)
    record = SearchMonth.objects.get()
    inside = PublishedSearch.objects.filter(district__isnull=False).count()
    assert 0 < record.located - inside == record.elsewhere < 10
    assert PublishedSearch.objects.filter(district=force.watford_district).exists()


def test_a_release_replaces_a_month_and_says_what_changed(anna):
    load(real(), anna)
    rows = rows_of(real())
    newer = [*rows[:-2], rows[0], rows[-2] | {"Outcome": "Caution (simple or conditional)"}]
    (month,) = load(search_csv(newer), anna)["searches"]["months"]
    # One is gone; one has another outcome, so that it is gone and new; and one is there twice.
    assert month["differences"] == {"added": 2, "removed": 2, "changed": 0, "rows_before": 69}
    assert PublishedSearch.objects.count() == 69
    assert SearchMonth.objects.count() == 2
    with pytest.raises(DomainError, match="something to confirm"):
        load(search_csv(rows[:50]), anna, confirmed=())
    assert load(search_csv(rows[:50]), anna)["questions"] == [loading.SHORT]


def test_an_archive_has_both_kinds(anna):
    members = {
        f"2024-06/{NAME}": real(),
        "2024-06/2024-06-hertfordshire-street.csv": street_csv([{"Month": "2024-06"}]),
        "2024-06/2024-06-hertfordshire-outcomes.csv": b"",
    }
    result = load(police_data.archive(members), anna, name="a.zip")
    assert result["left_out"] == 1
    assert [each["rows"] for each in (*result["months"], *result["searches"]["months"])] == [1, 69]
    assert IncidentMonth.objects.count() == SearchMonth.objects.count() == 1


def test_without_outlines_they_are_left_out_beside_street_files_and_refused_alone(force):
    members = {NAME: real(), "2024-06-hertfordshire-street.csv": street_csv([{"Month": "2024-06"}])}
    result = load(police_data.archive(members), force.anna, name="a.zip")
    assert (result["searches"], result["searches_left_out"]) == (None, True)
    assert not SearchMonth.objects.exists()
    assert refusal(real(), force.anna).code == "incidents_no_outline"


def test_another_forces_are_left_out_in_an_archive_and_refused_alone(force, anna):
    luton = search_csv([row | {"Longitude": "-1.5", "Latitude": "53"} for row in rows_of(real())])
    assert refusal(luton, anna).code == "incidents_elsewhere"
    members = {NAME: real(), "2024-06-bedfordshire-stop-and-search.csv": luton}
    result = load(police_data.archive(members), anna, name="a.zip")
    assert result["searches"]["other_files"] == 1
    assert PublishedSearch.objects.count() == 69


BAD_ROWS = {
    "date": ({"Date": "yesterday"}, "‘yesterday’"),
    "no offset": ({"Date": "2024-06-01T10:00:00"}, "2024-06-01T10:00:00"),
    "half a place": ({"Latitude": "", "Longitude": "-0.3"}, "only one of its two"),
    "swapped": ({"Latitude": "-0.3", "Longitude": "51.9"}, "swapped"),
    "linked": ({"Outcome linked to object of search": "maybe"}, "‘maybe’"),
    "long": ({"Legislation": "x" * 121}, "more than 120"),
}


@pytest.mark.parametrize("what", BAD_ROWS)
def test_a_bad_row_refuses_the_file(anna, what):
    bad, why = BAD_ROWS[what]
    rows = rows_of(real())[:3]
    message = refusal(search_csv([rows[0], rows[1] | bad, rows[2]]), anna).message
    assert "Line 3" in message
    assert why in message


def test_other_faults_of_a_file(anna):
    assert refusal(search_csv([]), anna).code == "incidents_empty"
    without = "\n".join(",".join(line.split(",")[1:]) for line in real().decode().splitlines()).encode()
    assert "“Type”" in refusal(without, anna).message
    later = search_csv([row | {"Date": "2099-06-01T10:00:00+00:00"} for row in rows_of(real())])
    assert "still to come" in refusal(later, anna, name="searches.csv").message


def test_the_page_counts_by_month(force, anna, as_user):
    browser = as_user(anna)
    assert "No stop and searches yet" in text_of(browser, "/police-data/searches/")
    page = upload(browser, real(), NAME)
    shown = text_of(browser, page)
    assert "June 2024" in shown
    assert "Load 1 month" in shown
    browser.post(f"{page}load/")
    tasks.run_waiting_jobs()
    assert "Stop and search" in text_of(browser, page)
    rows = rows_of(real())
    (month,) = as_user(force.audrey).get("/police-data/searches/").context["rows"]
    drugs = sum(row["Object of search"] == "Controlled drugs" for row in rows)
    weapons = sum(row["Object of search"] == "Offensive weapons" for row in rows)
    arrests = sum(row["Outcome"] == "Arrest" for row in rows)
    found = sum(row["Outcome"] != "A no further action disposal" for row in rows)
    expected = [69, weapons, drugs, 69 - drugs - weapons, found, arrests]
    assert month[:7] == ["June 2024", *map(str, expected)]
    assert len(month) == len(search_presenters.COLUMNS)


def test_an_area_has_those_inside_its_boundary(force, anna, as_user):
    load(real(), anna)
    west, south, east, north = -0.42, 51.63, -0.37, 51.68
    square = {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(boundary=square)
    inside = sum(
        west <= float(row["Longitude"]) <= east and south <= float(row["Latitude"]) <= north
        for row in rows_of(real())
        if row["Longitude"]
    )
    context = as_user(anna).get(f"/police-data/analyses/areas/{force.hitchin.pk}/").context
    assert context["searches"] == [["June 2024", str(inside)]]
    assert inside > 0


def test_the_command_says_what_came_of_it(anna, tmp_path):
    path = tmp_path / NAME
    path.write_bytes(real())
    said = run(path, "--by", anna.email)
    assert "Stop and search: loaded" in said
    assert "Stop and search, June 2024: 69, 9 nowhere" in said
