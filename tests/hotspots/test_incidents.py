"""Loading police data: what files contain, what is refused, what a newer release does."""

import csv
import gzip
import io
from collections import Counter
from datetime import date

import pytest

from hotspot.core.errors import DomainError
from hotspots.incidents import archives, loading, queries
from hotspots.models import DataBreak, District, Incident, IncidentCategory, IncidentMonth
from tests.hotspots import police_data
from tests.hotspots.police_data import MONTHS, hertfordshire, northumbria, street_csv

TEN = (
    "Broxbourne", "Dacorum", "East Hertfordshire", "Hertsmere", "North Hertfordshire", "St Albans", "Stevenage",
    "Three Rivers", "Watford", "Welwyn Hatfield",
)  # fmt: skip


@pytest.fixture
def anna(force):
    force.north_herts.name_in_police_data = "North Hertfordshire"
    force.north_herts.save()
    return force.anna


@pytest.fixture
def county(anna):
    """The ten districts."""
    for number, name in enumerate(TEN):
        if name not in ("North Hertfordshire", "Watford"):
            District.objects.create(name=name, code=f"E0700{number:04}")
    return anna


def refusal(content, by, **options) -> DomainError:
    with pytest.raises(DomainError) as refused:
        police_data.load(content, by=by, **options)
    assert not Incident.objects.exists()
    assert not IncidentMonth.objects.exists()
    return refused.value


# --- counts -------------------------------------------------------------------------------------------------------
def counted(month: str) -> Counter:
    """An independent count of a file by category and district; None: outside; no name: without a place."""
    rows = csv.DictReader(io.StringIO(hertfordshire(month).decode(), newline=""))
    return Counter((row["Crime type"], row["LSOA name"].rsplit(" ", 1)[0] or "nowhere") for row in rows)


@pytest.mark.parametrize("packed", [False, True])
def test_eight_months_are_counted_as_their_files_say(county, packed):
    if packed:
        members = {f"{month}/{month}-hertfordshire-street.csv": hertfordshire(month) for month in MONTHS}
        police_data.load(police_data.archive(members), by=county, name="archive.zip")
    else:
        for month in MONTHS:
            content = gzip.compress(hertfordshire(month))
            police_data.load(content, by=county, name=f"{month}-hertfordshire-street.csv.gz")
    assert [f"{each.month:%Y-%m}" for each in IncidentMonth.objects.order_by("month")] == list(MONTHS)
    names = {each.pk: each.name_in_police_data or each.name for each in District.objects.all()}
    for record in IncidentMonth.objects.all():
        expected = counted(f"{record.month:%Y-%m}")
        assert record.rows == expected.total()
        nowhere = Counter()
        inside, outside = Counter(), Counter()
        for (category, district), number in expected.items():
            if district == "nowhere":
                nowhere[category] += number
            elif district in TEN:
                inside[category, district] += number
            else:
                outside[category] += number
        categories = queries.categories()
        found = queries.counts_of(record)
        assert {(categories[c].name, names[d]): n for (c, d), n in found.items() if d} == inside
        assert {categories[c].name: n for c, n in queries.unplaced_in(record).items()} == nowhere
        assert {categories[c].name: n for (c, d), n in found.items() if d is None} == nowhere + outside
        assert record.located == record.rows - nowhere.total()
        assert record.elsewhere == outside.total() > 0


def test_rows_that_are_the_same_are_different_incidents(anna):
    same = {"Crime ID": "", "Crime type": "Anti-social behaviour", "Last outcome category": ""}
    police_data.load(street_csv([same] * 3), by=anna)
    assert Incident.objects.count() == 3


def test_an_incident_without_a_place_is_loaded_and_counted(anna):
    nowhere = {"Longitude": "", "Latitude": "", "Location": "No Location", "LSOA code": "", "LSOA name": ""}
    police_data.load(street_csv([{}, nowhere]), by=anna)
    record = IncidentMonth.objects.get()
    assert (record.rows, record.located, record.elsewhere) == (2, 1, 0)


def test_categories_from_searches_are_marked_and_new_ones_are_not(anna):
    generated = IncidentCategory.objects.filter(is_police_generated=True)
    assert sorted(each.name for each in generated) == ["Drugs", "Possession of weapons"]
    result = police_data.load(street_csv([{"Crime type": "Cattle rustling"}]), by=anna)
    assert result["new_categories"] == ["Cattle rustling"]
    assert not IncidentCategory.objects.get(name="Cattle rustling").is_police_generated


# --- what is refused ----------------------------------------------------------------------------------------------
BAD_ROWS = {
    "nan": ({"Longitude": "nan"}, "Line 3", "outside Great Britain"),
    "swapped": ({"Longitude": "51.9", "Latitude": "-0.2"}, "Line 3", "swapped"),
    "in the sea": ({"Longitude": "0", "Latitude": "0"}, "Line 3", "outside Great Britain"),
    "words": ({"Longitude": "west"}, "Line 3", "‘west’"),
    "half a place": ({"Latitude": ""}, "Line 3", "only one of"),
    "month": ({"Month": "January"}, "Line 3", "‘January’"),
    "no month 13": ({"Month": "2024-13"}, "Line 3", "‘2024-13’"),
    "no category": ({"Crime type": ""}, "Line 3", "no crime type"),
    "long": ({"Location": "x" * 201}, "Line 3", "“Location”"),
    "nul": ({"Location": "High\0Street"}, "Line 3", "no text"),
    "two forces": ({"Falls within": "Bedfordshire Police"}, "Hertfordshire Constabulary", "Bedfordshire Police"),
}


@pytest.mark.parametrize("what", BAD_ROWS)
def test_a_bad_row_refuses_the_file(anna, what):
    bad, where, why = BAD_ROWS[what]
    message = refusal(street_csv([{}, bad, {}]), anna).message
    assert where in message
    assert why in message


def test_a_file_that_is_cut_off_is_refused(anna):
    content = street_csv([{}] * 50)
    assert "columns instead of 12" in refusal(content[:-60], anna).message
    packed = gzip.compress(content)
    assert refusal(packed[:-20], anna, name="street.csv.gz").code == "incidents_damaged"
    whole = police_data.archive({"2024-01/2024-01-hertfordshire-street.csv": content})
    assert refusal(whole[:-40], anna, name="archive.zip").code == "incidents_damaged"


def test_columns_that_are_missing_are_named(anna):
    columns = [column for column in police_data.COLUMNS if column not in ("Longitude", "LSOA code")]
    message = refusal(street_csv([{}], columns), anna).message
    assert "“Longitude”, “LSOA code”" in message


def test_other_files_are_refused(anna):
    assert refusal(b"shift,night\r\n1,2\r\n", anna).code == "incidents_columns_missing"
    assert refusal(street_csv([]), anna).code == "incidents_empty"
    assert refusal(b"\xff\xfe\x00", anna).code == "incidents_row_broken"
    members = {"2024-01/2024-01-hertfordshire-outcomes.csv": street_csv([{}])}
    assert refusal(police_data.archive(members), anna, name="a.zip").code == "incidents_no_street_file"


def test_another_force_is_refused(county):
    bedfordshire = (police_data.DATA / "2025-06-bedfordshire-street.csv").read_bytes()
    # Also as the first file: next to nothing of it is in a district of this force.
    assert refusal(bedfordshire, county).code == "incidents_elsewhere"
    luton = street_csv([{"LSOA code": "E01015739", "LSOA name": "Luton 001A"}] * 2)
    assert refusal(luton, county).message.startswith("None of 2 incidents with a place are in a district")
    police_data.load(hertfordshire("2024-01"), by=county)
    with pytest.raises(DomainError) as refused:
        police_data.load(bedfordshire, by=county)
    assert "are of Bedfordshire Police. This service holds those of Hertfordshire Constabulary" in refused.value.message
    assert IncidentMonth.objects.count() == 1


def test_other_forces_in_an_archive_are_left_out(county):
    police_data.load(hertfordshire("2024-01"), by=county)
    members = {
        "2024-02/2024-02-bedfordshire-street.csv": street_csv([{"Month": "2024-02", "Falls within": "Bedfordshire"}]),
        "2024-02/2024-02-hertfordshire-street.csv": hertfordshire("2024-02"),
        "2024-02/2024-02-hertfordshire-outcomes.csv": b"Crime ID\r\n",
    }
    result = police_data.load(police_data.archive(members), by=county, name="a.zip")
    assert result["other_forces"] == {"Bedfordshire": 1}
    assert result["left_out"] == 1
    assert [each["month"] for each in result["months"]] == ["2024-02-01"]


def test_a_month_in_two_files_is_refused(anna):
    members = {
        "a/2024-01-hertfordshire-street.csv": street_csv([{}]),
        "b/2024-01-hertfordshire-street.csv": street_csv([{}]),
    }
    assert refusal(police_data.archive(members), anna, name="a.zip").code == "incidents_month_twice"


def test_a_bomb_is_refused(anna, monkeypatch):
    monkeypatch.setattr(archives, "MOST_UNPACKED", 1_000_000)
    bomb = {"2024-01/2024-01-hertfordshire-street.csv": b"0" * 2_000_000}
    assert refusal(police_data.archive(bomb), anna, name="a.zip").code == "incidents_too_large_unpacked"
    assert refusal(gzip.compress(b"0" * 2_000_000), anna, name="a.gz").code == "incidents_too_large_unpacked"
    monkeypatch.setattr(archives, "MOST_UNPACKED", 10_000_000)
    assert refusal(police_data.archive(bomb), anna, name="a.zip").code == "incidents_row_broken"


def test_nothing_is_loaded_where_the_last_file_of_an_archive_is_bad(anna):
    members = {
        "2024-01/2024-01-hertfordshire-street.csv": street_csv([{}]),
        "2024-02/2024-02-hertfordshire-street.csv": street_csv([{"Month": "2024-02", "Longitude": "x"}]),
    }
    refusal(police_data.archive(members), anna, name="a.zip")
    assert not DataBreak.objects.exists()


# --- releases -----------------------------------------------------------------------------------------------------
def test_a_newer_release_replaces_a_month_and_says_what_changed(anna):
    police_data.load(
        street_csv(
            [
                {"Crime ID": "stays"},
                {"Crime ID": "solved"},
                {"Crime ID": "moved"},
                {"Crime ID": "renamed"},
                {"Crime ID": "gone"},
                {"Crime ID": "twice"},
                {"Crime ID": "twice"},
                {"Crime ID": "", "Crime type": "Anti-social behaviour"},
                {"Crime ID": "", "Crime type": "Anti-social behaviour"},
            ]
        ),
        by=anna,
    )
    newer = street_csv(
        [
            {"Crime ID": "stays"},
            {"Crime ID": "solved", "Last outcome category": "Offender given a caution"},
            {"Crime ID": "moved", "Longitude": "-0.3"},
            {"Crime ID": "renamed", "Crime type": "Robbery"},
            {"Crime ID": "new"},
            {"Crime ID": "twice"},
            {"Crime ID": "twice", "Last outcome category": "Offender given a caution"},
            {"Crime ID": "", "Crime type": "Anti-social behaviour"},
            {"Crime ID": "", "Crime type": "Anti-social behaviour"},
        ]
    )
    (month,) = police_data.load(newer, by=anna)["months"]
    assert month["differences"] == {
        "removed": 2, "added": 2, "changed": 3, "outcome": 1, "category": 1, "place": 1, "time": 0, "rows_before": 9,
    }  # fmt: skip
    old, new = IncidentMonth.objects.order_by("pk")
    assert old.replaced_at is not None
    assert list(IncidentMonth.objects.current()) == [new]
    assert not Incident.objects.filter(month=old).exists()
    assert Incident.objects.count() == 9


def test_a_later_release_of_real_rows_differs_in_outcomes_only(anna):
    """Outcomes are all that a later snapshot of January 2024 changed in its first rows."""
    later = (police_data.DATA / "later-release.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(later.decode())))
    earlier = street_csv([row | {"Last outcome category": "Under investigation"} for row in rows])
    District.objects.create(name="Barnet", code="E09000003")
    police_data.load(earlier, by=anna)
    (month,) = police_data.load(later, by=anna)["months"]
    changed = sum(row["Last outcome category"] not in ("", "Under investigation") for row in rows)
    assert month["differences"]["changed"] == month["differences"]["outcome"] == changed > 0
    assert {month["differences"][name] for name in ("added", "removed", "category", "place")} == {0}


def test_a_check_says_the_same_and_loads_nothing(anna):
    content = street_csv([{"Crime type": "Cattle rustling"}])
    source = police_data.keep(content, by=anna, name="a.csv")
    tried = loading.try_load(
        source=source, content=io.BytesIO(content), at=police_data.AT, progress=lambda done, total: None
    )
    assert not Incident.objects.exists()
    assert not IncidentCategory.objects.filter(name="Cattle rustling").exists()
    assert tried == police_data.load(content, by=anna, name="a.csv")


def test_a_short_month_has_to_be_confirmed(anna):
    for month in ("2024-01", "2024-02", "2024-03"):
        police_data.load(street_csv([{"Month": month}] * 100), by=anna)
    most = street_csv([{"Month": "2024-04"}] * 80)
    assert police_data.load(most, by=anna, confirmed=())["questions"] == []
    few = street_csv([{"Month": "2024-04"}] * 79)
    with pytest.raises(DomainError) as refused:
        police_data.load(few, by=anna, confirmed=())
    assert refused.value.code == "incidents_unconfirmed"
    assert IncidentMonth.objects.current().get(month=date(2024, 4, 1)).rows == 80
    assert police_data.load(few, by=anna, confirmed=[loading.SHORT])["questions"] == [loading.SHORT]


def test_the_first_force_has_to_be_confirmed(anna):
    assert refusal(street_csv([{}]), anna, confirmed=()).code == "incidents_unconfirmed"
    assert police_data.load(street_csv([{}]), by=anna)["questions"] == [loading.NEW_FORCE]
    assert police_data.load(street_csv([{}]), by=anna)["questions"] == []


# --- breaks -------------------------------------------------------------------------------------------------------
def test_the_change_of_map_points_in_july_2022_is_found_and_nothing_else(db, force):
    District.objects.create(name="Newcastle upon Tyne", code="E08000021")
    result = police_data.load(northumbria(), by=force.anna, name="northumbria.csv")
    (found,) = DataBreak.objects.all()
    assert (found.month, found.kind) == (date(2022, 7, 1), DataBreak.Kind.POINTS)
    assert found.figures["share"] < 0.1
    assert found.figures["usual"] > 0.3
    assert [each["month"] for each in result["breaks"]] == ["2022-07-01"]


def test_it_is_found_in_whatever_order_the_months_come(force):
    District.objects.create(name="Newcastle upon Tyne", code="E08000021")
    rows = list(csv.DictReader(io.StringIO(northumbria().decode())))
    for month in sorted({row["Month"] for row in rows}, reverse=True):
        police_data.load(street_csv([row for row in rows if row["Month"] == month]), by=force.anna)
    assert [(each.month, each.kind) for each in DataBreak.objects.all()] == [(date(2022, 7, 1), "points")]


def test_hertfordshire_has_no_break(county):
    members = {f"{month}-hertfordshire-street.csv": hertfordshire(month) for month in MONTHS}
    assert police_data.load(police_data.archive(members), by=county, name="a.zip")["breaks"] == []
