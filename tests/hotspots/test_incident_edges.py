"""Loading at its edges: damaged archives, odd text, files that change meanwhile. Each was a fault once."""

import io
from datetime import UTC, date, datetime

import pytest

from hotspot.core.errors import DomainError
from hotspot.core.jobs import tasks
from hotspots.areas import operations
from hotspots.incidents import loading
from hotspots.incidents import operations as incidents
from hotspots.incidents.breaks import MonthFacts, find_breaks
from hotspots.models import District, Incident, IncidentMonth
from tests.hotspots import police_data
from tests.hotspots.police_data import AT, street_csv


def test_a_month_that_is_still_to_come_is_refused(force):
    with pytest.raises(DomainError) as refused:
        police_data.load(street_csv([{}, {"Month": "2099-12"}]), by=force.anna)
    assert "December 2099" in refused.value.message
    assert not IncidentMonth.objects.exists()


def test_a_release_that_takes_most_of_a_month_away_has_to_be_confirmed(force):
    police_data.load(street_csv([{"Crime ID": str(number)} for number in range(100)]), by=force.anna)
    with pytest.raises(DomainError) as refused:
        police_data.load(street_csv([{}] * 79), by=force.anna, confirmed=())
    assert refused.value.code == "incidents_unconfirmed"
    assert IncidentMonth.objects.get().rows == 100
    assert police_data.load(street_csv([{}] * 80), by=force.anna, confirmed=())["questions"] == []


def damaged_archives() -> dict[str, bytes]:
    """An archive, each time with a few bytes changed that only its directory or the head of its file has."""
    whole = police_data.archive({"2024-01-hertfordshire-street.csv": street_csv([{}])})
    entry = whole.find(b"PK\x01\x02")
    changes = {
        "the name of the file itself": (whole.find(b"2024-01"), b"3"),
        "where the file starts": (entry + 42, b"\x05"),
        "where the file starts, beyond the end": (entry + 44, b"\xff"),
        "a name that is no text": (entry + 9, b"\x08", entry + 46, b"\xff"),
        "where the files start, before the beginning": (whole.rfind(b"PK\x05\x06") + 18, b"\xff"),
        "a way of packing that nobody has": (entry + 8, b"\x20"),
    }
    found = {}
    for what, change in changes.items():
        content = bytearray(whole)
        for at, new in zip(change[::2], change[1::2], strict=True):
            content[at : at + 1] = new
        found[what] = bytes(content)
    return found


@pytest.mark.parametrize("what", damaged_archives())
def test_an_archive_with_a_damaged_directory_is_refused_as_damaged(force, what):
    with pytest.raises(DomainError) as refused:
        police_data.load(damaged_archives()[what], by=force.anna, name="a.zip")
    assert refused.value.code == "incidents_damaged"


def test_an_entry_without_a_name_is_left_out(force):
    whole = police_data.archive({"2024-01-hertfordshire-street.csv": street_csv([{}]), "x": b""})
    nameless = bytearray(whole)
    entry = whole.rfind(b"PK\x01\x02")
    # Of its one letter a comment is made.
    nameless[entry + 28], nameless[entry + 32] = 0, 1
    assert police_data.load(bytes(nameless), by=force.anna, name="a.zip")["left_out"] == 0


def test_a_category_is_the_same_however_it_is_spaced_and_capitalised(force):
    written = (
        "Burglary ",
        "burglary",
        " BURGLARY",
        "Anti-social\u00a0behaviour",
        "anti-social  behaviour",
        "Drugs\u200b",
    )
    result = police_data.load(street_csv([{"Crime type": name} for name in written]), by=force.anna)
    assert result["new_categories"] == []
    assert set(Incident.objects.values_list("category__name", flat=True)) == {
        "Burglary", "Anti-social behaviour", "Drugs",
    }  # fmt: skip


def test_a_space_makes_no_other_force_and_no_category(force):
    police_data.load(street_csv([{}]), by=force.anna)
    police_data.load(street_csv([{"Falls within": "Hertfordshire Constabulary "}]), by=force.anna)
    with pytest.raises(DomainError) as refused:
        police_data.load(street_csv([{"Crime type": " "}]), by=force.anna)
    assert "no crime type" in refused.value.message


@pytest.mark.parametrize("latitude", ["٥١", "5_1.9"])
def test_a_coordinate_is_written_as_numbers_are(force, latitude):
    with pytest.raises(DomainError) as refused:
        police_data.load(street_csv([{"Latitude": latitude}]), by=force.anna)
    assert f"‘{latitude}’" in refused.value.message


def test_the_first_archive_does_not_choose_the_force_by_its_name(force):
    """Bedfordshire comes first by its name: its files would be loaded, and Hertfordshire's left out."""
    bedfordshire = {"Month": "2024-02", "Falls within": "Bedfordshire Police"}
    members = {
        "2024-02/2024-02-bedfordshire-street.csv": street_csv([bedfordshire]),
        "2024-02/2024-02-hertfordshire-street.csv": street_csv([{"Month": "2024-02"}]),
    }
    with pytest.raises(DomainError) as refused:
        police_data.load(police_data.archive(members), by=force.anna, name="a.zip")
    assert refused.value.code == "incidents_forces_mixed"
    assert not IncidentMonth.objects.exists()
    police_data.load(street_csv([{}]), by=force.anna)
    assert police_data.load(police_data.archive(members), by=force.anna, name="a.zip")["other_forces"]


def test_a_district_does_not_take_the_name_that_another_has_in_police_data(force):
    District.objects.filter(pk=force.north_herts.pk).update(name_in_police_data="North Hertfordshire")
    with pytest.raises(DomainError) as refused:
        operations.save_district(by=force.adam, name="North Hertfordshire", code="E07000199")
    assert (refused.value.code, refused.value.field) == ("district_police_name_taken", "name")


@pytest.mark.parametrize(("points", "shared", "is_found"), [(404, 40, False), (747, 112, False), (2680, 162, True)])
def test_few_places_say_nothing_of_the_map_points_before_it_is_known_what_is_usual(points, shared, is_found):
    """A twentieth and a tenth of Hertfordshire, with no change; the change of July 2022 in all of Northumbria."""
    months = [
        MonthFacts(date(2024, 1, 1), points, None, None, {}),
        MonthFacts(date(2024, 2, 1), points, shared, None, {}),
    ]
    assert bool(find_breaks(months)) == is_found


@pytest.mark.parametrize("change", ["another load", "a district that is renamed"])
def test_what_its_check_did_not_show_is_not_loaded(force, change):
    police_data.load(street_csv([{"Month": "2024-02"}]), by=force.anna)
    content = street_csv([{}, {"LSOA name": "North Herts 001A"}])
    source, _ = incidents.check_new_file(by=force.anna, at=AT, name="a.csv", content=content, page=str)
    tasks.run_waiting_jobs()
    if change == "another load":
        police_data.load(street_csv([{}] * 2), by=force.anna)
    else:
        District.objects.filter(pk=force.north_herts.pk).update(name="North")
    job = incidents.load_file(by=force.anna, at=AT, file_id=source.pk, confirmed=(), page="")
    tasks.run_waiting_jobs()
    job.refresh_from_db()
    assert "Since this file was checked" in job.error
    assert not Incident.objects.filter(lsoa="E01023500", month__source=source).exists()
    again, _ = incidents.check_new_file(by=force.anna, at=AT, name="a.csv", content=content, page=str)
    tasks.run_waiting_jobs()
    job = incidents.load_file(by=force.anna, at=AT, file_id=again.pk, confirmed=(), page="")
    tasks.run_waiting_jobs()
    job.refresh_from_db()
    assert job.state == "done"


def test_a_month_has_come_when_it_has_in_london(force):
    content = street_csv([{"Month": "2024-07"}])
    source = police_data.keep(content, by=force.anna, name="2024-07-hertfordshire-street.csv")
    # Half past midnight on 1 July in London.
    at = datetime(2024, 6, 30, 23, 30, tzinfo=UTC)
    loading.load(
        source=source,
        content=io.BytesIO(content),
        at=at,
        confirmed=loading.QUESTIONS,
        progress=lambda done, total: None,
    )
    assert IncidentMonth.objects.get().month == date(2024, 7, 1)
