"""Files of positions: what is read, what is refused, and the visits that they show with their bounds."""

import csv
import io
import random
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from hotspot.core.calendar import Period, today
from hotspot.core.errors import Conflict, DomainError, NotAllowed
from hotspots.assignment import NOWHERE
from hotspots.models import HotspotArea
from patrols.models import PatrolShift, PositionFile, PositionVisit
from patrols.visits import operations
from patrols.visits.position_files import MOST_BYTES, read_positions
from patrols.visits.queries import presence_in
from patrols.visits.stays import find_stays, tolerance_for
from tests import factories
from tests.patrols.positions import INSIDE, csv_of, track

DATA = Path(__file__).resolve().parent / "data"
AT = datetime(2024, 10, 14, 9, tzinfo=UTC)


def checked(force, content: bytes, name: str = "positions.csv", **values) -> PositionFile:
    return operations.check_file(by=force.anna, at=AT, name=name, content=content, **values)


def visits(file: PositionFile) -> list[PositionVisit]:
    return list(file.visits.order_by("first_seen"))


def code_of(content: bytes, **values) -> str:
    with pytest.raises(DomainError) as refusal:
        read_positions(content, **values)
    assert refusal.value.message
    return refusal.value.code


# Bounds


def test_a_stay_has_the_bounds_that_its_fixes_give_it(force):
    (visit,) = visits(checked(force, csv_of(*track((3, False), (11, True), (2, False)))))
    start = datetime(2024, 10, 12, 20, tzinfo=UTC)
    assert visit.area == force.hitchin
    assert visit.earliest_arrival == start + timedelta(minutes=2)
    assert visit.first_seen == start + timedelta(minutes=3)
    assert visit.last_seen == start + timedelta(minutes=13)
    assert visit.latest_departure == start + timedelta(minutes=14)


def test_a_stay_at_either_end_of_a_track_has_no_bound_there(force):
    (visit,) = visits(checked(force, csv_of(*track((5, True)))))
    assert (visit.earliest_arrival, visit.latest_departure) == (None, None)


def test_a_stay_of_one_fix_and_double_time_stamps_count_nothing(force):
    rows = track((2, False), (1, True), (20, False), (4, True), (2, False))
    file = checked(force, csv_of(*rows, *rows[5:9], *rows[2:3]))
    assert (file.too_short, file.repeated, len(visits(file))) == (1, 5, 1)
    twice = checked(force, csv_of(*track((2, False), (1, True)), *track((3, True))[2:], *track((3, False))[2:]))
    assert (twice.too_short, len(visits(twice))) == (1, 0)


def test_a_short_absence_does_not_end_a_visit_and_a_long_one_does(force):
    assert len(visits(checked(force, csv_of(*track((5, True), (2, False), (5, True)))))) == 1
    assert len(visits(checked(force, csv_of(*track((5, True), (3, False), (5, True)))))) == 2


def test_a_gap_without_positions_leaves_the_bound_open(force):
    rows = [*track((2, False), (5, True)), *track((5, True), start="2024-10-12T22:00:00+00:00")]
    first, second = visits(checked(force, csv_of(*rows)))
    assert first.earliest_arrival is not None
    assert first.latest_departure is None
    assert second.earliest_arrival is None


def test_order_in_the_file_does_not_matter_but_units_do(force):
    rows = track((3, False), (11, True), (2, False))
    random.Random(4).shuffle(rows)
    assert len(visits(checked(force, csv_of(*rows)))) == 1
    mixed = [(*row, number % 2) for number, row in enumerate(sorted(rows))]
    file = checked(force, csv_of(*mixed, headings="Fix time,Lat,Lon,Call sign"))
    assert (file.tracks, len(visits(file))) == (2, 2)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(1, 400), st.integers(-1, 1)), min_size=1, max_size=40),
)
def test_stays_are_those_of_a_slow_twin(steps):
    """One fix after the other: a stay goes on while the last fix in its area is near enough in time."""
    tolerance, seconds = 180.0, 0.0
    fixes: list[tuple[int, float, int]] = []
    for step_track, gap, area in steps:
        seconds += gap
        fixes.append((step_track, seconds, area))
    fixes.sort(key=lambda fix: fix[0])
    expected = set()
    for area in (0, 1):
        for number in (0, 1, 2):
            own = [(place, fix[1]) for place, fix in enumerate(fixes) if fix[0] == number and fix[2] == area]
            runs: list[list[tuple[int, float]]] = []
            for place, second in own:
                if runs and second - runs[-1][-1][1] <= tolerance:
                    runs[-1].append((place, second))
                else:
                    runs.append([(place, second)])
            for run in runs:
                if len(run) < 2:
                    continue
                bounds = []
                for place, step in ((run[0][0], -1), (run[-1][0], 1)):
                    beside = fixes[place + step] if 0 <= place + step < len(fixes) else None
                    is_near = beside and beside[0] == number and abs(beside[1] - fixes[place][1]) <= tolerance
                    bounds.append(beside[1] if beside and is_near else None)
                expected.add((area, number, bounds[0], run[0][1], run[-1][1], bounds[1]))
    tracks, times, areas = (np.array(column) for column in zip(*fixes, strict=True))
    found = find_stays(times.astype(float), tracks.astype(np.int32), areas.astype(np.int32), tolerance)
    columns = (
        found.areas,
        found.tracks,
        found.earliest_arrival,
        found.first_seen,
        found.last_seen,
        found.latest_departure,
    )
    rows = {tuple(None if value != value else value for value in row) for row in zip(*columns, strict=True)}  # noqa: PLR0124
    assert rows == expected
    assert found.too_short + len(rows) == len(runs_of(fixes, tolerance))


def runs_of(fixes, tolerance):
    last: dict[tuple[int, int], float] = {}
    runs = []
    for number, second, area in fixes:
        if area == NOWHERE:
            continue
        if second - last.get((number, area), -1e9) > tolerance:
            runs.append((number, area, second))
        last[number, area] = second
    return runs


# What is read


def test_a_real_bus_stands_at_its_stop(force):
    south, north, west, east = 52.6631, 52.6647, -8.6280, -8.6256
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    boundary = {"type": "Polygon", "coordinates": [ring]}
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(boundary=boundary, first_day="2019-01-01")
    content = (DATA / "bus304-limerick.gpx").read_bytes()
    file = checked(force, content, "bus.gpx")
    assert (file.format, file.fixes, file.tracks) == ("GPX", 80, 1)
    points = re.findall(r'lat="(.*?)" lon="(.*?)">.*?<time>(.*?)</time>', content.decode(), re.DOTALL)
    inside = [time for y, x, time in points if south <= float(y) <= north and west <= float(x) <= east]
    (visit,) = visits(file)
    assert [visit.first_seen, visit.last_seen] == [datetime.fromisoformat(inside[place]) for place in (0, -1)]
    assert (visit.last_seen - visit.first_seen).total_seconds() > 300


def test_a_real_file_without_times_is_refused():
    with pytest.raises(DomainError) as refusal:
        read_positions((DATA / "cerknicko-without-times.gpx").read_bytes())
    assert refusal.value.code == "positions_unreadable"
    assert "Point 1: The position has no time." in refusal.value.message


def test_positions_of_another_continent_are_refused_and_named_by_line():
    with pytest.raises(DomainError) as refusal:
        read_positions((DATA / "rangers-600s.csv").read_bytes())
    assert "160 of 160" in refusal.value.message
    assert "Line 2: The place is not in Great Britain." in refusal.value.message


def moved_rangers() -> bytes:
    """The same patrols moved to Hitchin, with their columns put right."""
    rows = list(csv.DictReader(io.StringIO((DATA / "rangers-600s.csv").read_text())))
    north, east = float(rows[0]["lat"]), float(rows[0]["lon"])
    north, east = east, north  # Under each other's heading.
    return csv_of(
        *(
            (
                row["time"].replace("2015", "2024"),
                float(row["lon"]) - north + 51.941,
                float(row["lat"]) - east - 0.272,
                row["patrol"],
            )
            for row in rows
        ),
        headings="time,latitude,longitude,unit",
    )


def test_real_positions_ten_minutes_apart_prove_no_band(force):
    HotspotArea.objects.update(first_day="2024-01-01")
    file = checked(force, moved_rangers())
    assert file.interval_seconds == 600
    found = visits(file)
    assert found
    for visit in found:
        if visit.earliest_arrival and visit.latest_departure:
            most = visit.latest_departure - visit.earliest_arrival
            assert most - (visit.last_seen - visit.first_seen) >= timedelta(minutes=20)


@pytest.mark.parametrize(
    "headings", ["time,lat,lon", "Timestamp,Latitude,Longitude", "Fix_Time,Y,X", "time,lat,lon,Unit name,Street"]
)
def test_headings_are_known_in_the_words_of_systems(headings):
    assert len(read_positions(csv_of(*track((3, True)), headings=headings)).seconds) == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"time,latitude\r\n", "positions_headings"),
        (b"time,latitude,longitude\r\n", "positions_empty"),
        (b"", "positions_headings"),
        (b"time,latitude,longitude,Officer name\r\n", "positions_people"),
        (b"time,latitude,longitude,Collar_No\r\n", "positions_people"),
        *[
            (b"time,latitude,longitude," + heading + b"\r\n", "positions_people")
            for heading in (
                b"OfficerName",
                b"CollarNo",
                b"Shoulder no",
                b"shoulder_number",
                b"Name",
                b"Resource name",
                b"PC",
                b"Username",
                b"FirstName",
                b"Payroll",
                b"Epaulette",
                b"Constable",
                b"Crew 1",
                b"Warrantno",
                b"User ID",
                b"Badge",
                b"Login",
                b"Call sign holder",
            )
        ],
        (csv_of(("2024-10-12T20:00:00Z", "x", "-0.2")), "positions_unreadable"),
        (csv_of(("12/10/2024 25:00:00", *INSIDE)), "positions_unreadable"),
        (csv_of(("2024-10-12T20:00:00Z", INSIDE[1], INSIDE[0])), "positions_unreadable"),
        (csv_of(("2024-10-12T20:00:00Z", "nan", "-0.2")), "positions_unreadable"),
        (csv_of(("1970-01-01T00:00:00Z", *INSIDE)), "positions_unreadable"),
        (csv_of(("2024-10-12T20:00:00Z", *INSIDE, "500"), headings="time,lat,lon,accuracy"), "positions_unreadable"),
        (csv_of(("2024-10-12T20:00:00Z", *INSIDE, "-1"), headings="time,lat,lon,accuracy"), "positions_unreadable"),
        (csv_of(("2024-10-12T20:00:00Z", *INSIDE, "nan"), headings="time,lat,lon,accuracy"), "positions_unreadable"),
        *[(csv_of((day, *INSIDE)), "positions_unreadable") for day in ("2024-10-12", "20241012", "2024-W41-6")],
        (b"time,latitude,longitude" + b",a" * 4_000_000 + b"\r\n", "positions_too_complex"),
        (b"<kml></kml>", "positions_not_gpx"),
        (b"<gpx><trk><trkseg>", "positions_damaged"),
        (b"<gpx></gpx>", "positions_no_tracks"),
        (b'<!DOCTYPE gpx [<!ENTITY a "b">]><gpx>&a;</gpx>', "positions_doctype"),
        (b"<gpx>" + b"<a>" * 40 + b"</a>" * 40 + b"</gpx>", "positions_too_complex"),
        (b"\0" * 100, "positions_headings"),
        (b"x" * (MOST_BYTES + 1), "positions_too_large"),
    ],
)
def test_what_is_no_file_of_positions_is_refused(content, code):
    assert code_of(content) == code


def test_too_many_positions_are_refused(monkeypatch):
    monkeypatch.setattr("patrols.visits.fixes.MOST_FIXES", 10)
    assert code_of(csv_of(*track((11, True)))) == "positions_too_many"


def test_a_few_bad_rows_are_named_and_left_out(force):
    rows = [*track((3, False), (20, True), (3, False)), ("later", *INSIDE), ("", "", "")]
    file = checked(force, csv_of(*rows))
    assert [each["place"] for each in file.findings] == ["Line 28"]
    assert file.fixes == 26


# Time zones


def naive(*rows: tuple) -> list[tuple]:
    return [(row[0].removesuffix("+00:00"), *row[1:]) for row in rows]


def test_times_without_a_zone_are_asked_about(force):
    content = csv_of(*naive(*track((2, False), (5, True), (2, False))))
    with pytest.raises(DomainError) as refusal:
        checked(force, content)
    assert (refusal.value.code, refusal.value.field) == ("positions_zone", "zone")
    (utc,) = visits(checked(force, content, zone="utc"))
    (london,) = visits(checked(force, content, zone="london"))
    assert utc.first_seen - london.first_seen == timedelta(hours=1)


def test_an_hour_that_came_twice_is_not_guessed():
    rows = [("2024-10-27T01:30:00", *INSIDE)]
    assert code_of(csv_of(*rows), zone="london") == "positions_unreadable"
    assert len(read_positions(csv_of(*rows), zone="utc").seconds) == 1


def test_the_zone_of_the_file_goes_before_what_was_said():
    positions = read_positions(csv_of(("2024-10-12T20:00:00+01:00", *INSIDE)), zone="utc")
    assert positions.first_at == datetime(2024, 10, 12, 19, tzinfo=UTC)


# Shifts


def test_visits_belong_to_the_shift_that_the_file_names(force):
    starts_at = datetime(2024, 10, 12, 19, tzinfo=UTC)
    shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, starts_at=starts_at)
    elsewhere = factories.PatrolShiftFactory(area=force.watford, funding_stream=force.grant, starts_at=starts_at)
    rows = track((2, False), (10, True), (2, False))
    for reference, expected in ((shift.reference, shift), (elsewhere.reference, None), ("HS-999999", None), ("", None)):
        content = csv_of(*((*row, reference) for row in rows), headings="time,lat,lon,shift")
        (visit,) = visits(checked(force, content))
        assert visit.shift == expected


def on_a_shift(force):
    """A shift of four hours without recorded visits, and a counted file with a visit to Hitchin of 9 minutes on it."""
    starts_at = datetime(2024, 10, 12, 19, tzinfo=UTC)
    shift = factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, starts_at=starts_at, ends_at=starts_at + timedelta(hours=4)
    )
    rows = track((2, False), (10, True), (2, False))
    file = checked(force, csv_of(*((*row, shift.reference) for row in rows), headings="time,lat,lon,shift"))
    operations.count_file(by=force.anna, at=AT, file_id=file.pk)
    return shift


def days_with_visits(force) -> list[date]:
    found = presence_in([force.hitchin.pk], Period(date(2024, 9, 1), date(2024, 10, 31)))
    return [day for (_, day), part in found.items() if part.stays]


def test_a_visit_stays_on_its_day_when_its_shift_is_voided(force):
    shift = on_a_shift(force)
    PatrolShift.objects.filter(pk=shift.pk).update(state="voided", void_reason="Entered twice")
    part = in_hitchin(force)[force.hitchin.pk, date(2024, 10, 12)]
    assert (part.shifts, len(part.stays)) == (0, 1)


@pytest.mark.parametrize("is_moved", [True, False])
def test_a_visit_stays_on_its_day_when_its_shift_is_corrected(force, is_moved):
    """As where the day or the area of a shift was wrong: its visits moved to September with it, or were nowhere."""
    on_a_shift(force)
    starts_at = datetime(2024, 9, 20, 19, tzinfo=UTC) if is_moved else datetime(2024, 10, 12, 19, tzinfo=UTC)
    corrected = factories.PatrolShiftFactory(
        area=force.hitchin if is_moved else force.watford, funding_stream=force.grant, starts_at=starts_at
    )
    PositionVisit.objects.update(shift=corrected)
    assert days_with_visits(force) == [date(2024, 10, 12)]
    (part,) = [part for part in in_hitchin(force).values() if part.shifts]
    assert part.shifts_unvisited == 0


def test_what_one_crew_did_says_nothing_about_another_without_visits(force):
    shift = on_a_shift(force)
    factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, starts_at=shift.starts_at, ends_at=shift.ends_at
    )
    ((part,),) = [in_hitchin(force).values()]
    assert (part.shifts, part.shifts_unvisited, len(part.stays)) == (2, 1, 1)


def test_an_area_that_is_redrawn_during_a_file_loses_no_visit(force):
    """The first of the areas that lie over one another had the positions, and its visits of later days were dropped."""
    old = force.hitchin
    HotspotArea.objects.filter(pk=old.pk).update(last_day=date(2024, 10, 12))
    new = factories.HotspotAreaFactory(
        name="Hitchin redrawn", district=old.district, boundary=old.boundary, first_day=date(2024, 10, 13)
    )
    both = [track((2, False), (10, True), (2, False), start=f"2024-10-{day}T20:00:00+00:00") for day in (12, 13)]
    found = visits(checked(force, csv_of(*both[0], *both[1])))
    assert [(visit.area_id, visit.day.day) for visit in found] == [(old.pk, 12), (new.pk, 13)]


def test_an_area_counts_from_midnight_in_london_on_its_first_day(force):
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(first_day=date(2024, 10, 13))
    late = track((2, False), (10, True), (2, False), start="2024-10-12T23:05:00+00:00")
    assert [visit.day for visit in visits(checked(force, csv_of(*late)))] == [date(2024, 10, 13)]


def test_positions_that_are_still_to_come_are_refused(force):
    ahead = (AT + timedelta(days=400)).isoformat()
    with pytest.raises(DomainError) as refusal:
        checked(force, csv_of(*track((2, False), (10, True)), (ahead, *INSIDE)))
    assert refusal.value.code == "positions_future"


# Counting and withdrawing


def in_hitchin(force):
    return presence_in([force.hitchin.pk], Period(today(AT - timedelta(days=7)), today(AT)))


def test_visits_count_once_they_are_confirmed_and_until_they_are_withdrawn(force):
    content = csv_of(*track((3, False), (11, True), (2, False)))
    file = checked(force, content)
    assert in_hitchin(force) == {}
    operations.count_file(by=force.anna, at=AT, file_id=file.pk)
    ((part,),) = [in_hitchin(force).values()]
    assert [stay.least[1] - stay.least[0] for stay in part.stays] == [timedelta(minutes=10)]
    with pytest.raises(DomainError) as refusal:
        checked(force, content)
    assert refusal.value.code == "positions_again"
    operations.withdraw_file(by=force.adam, at=AT, file_id=file.pk, reason="Wrong unit")
    assert in_hitchin(force) == {}
    again = checked(force, content)
    operations.count_file(by=force.anna, at=AT, file_id=again.pk)
    with pytest.raises(DomainError):
        operations.count_file(by=force.anna, at=AT, file_id=again.pk)
    with pytest.raises(Conflict):
        operations.withdraw_file(by=force.adam, at=AT, file_id=file.pk, reason="Again")


def test_of_two_readings_of_a_file_one_counts(force):
    content = csv_of(*track((3, False), (11, True), (2, False)))
    one, other = checked(force, content), checked(force, content)
    operations.count_file(by=force.anna, at=AT, file_id=one.pk)
    with pytest.raises(DomainError) as refusal:
        operations.count_file(by=force.anna, at=AT, file_id=other.pk)
    assert refusal.value.code == "positions_again"


@pytest.mark.parametrize("who", ["sam", "paul", "audrey"])
def test_others_load_no_positions(force, who):
    with pytest.raises(NotAllowed):
        operations.check_file(by=force.people[who], at=AT, name="a.csv", content=b"")


def test_positions_of_no_area_are_refused(force):
    with pytest.raises(DomainError) as refusal:
        checked(force, csv_of(*track((5, False))))
    assert refusal.value.code == "positions_elsewhere"
    HotspotArea.objects.update(last_day="2024-10-01")
    with pytest.raises(DomainError) as refusal:
        checked(force, csv_of(*track((5, True))))
    assert refusal.value.code == "positions_no_areas"


def test_no_position_is_kept_anywhere(force):
    """Not in the database at all: neither coordinates nor what the file calls its unit."""
    rows = [(*row, "CANARY-UNIT-7") for row in track((3, False), (11, True), (2, False))]
    file = checked(force, csv_of(*rows, headings="time,lat,lon,unit"), "positions.csv")
    operations.count_file(by=force.anna, at=AT, file_id=file.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" row WHERE row::text ~ %s', [r"CANARY-UNIT-7|51\.941\D"])  # noqa: S608
            assert cursor.fetchone()[0] == 0, table
    assert len(tables) > 40


# Pages


def sent(content: bytes, name: str = "positions.csv", zone: str = "own") -> dict[str, object]:
    return {"file": SimpleUploadedFile(name, content), "zone": zone}


def test_a_file_is_read_seen_counted_and_withdrawn_in_pages(force, now, as_user):
    now.move_to(AT)
    anna = as_user(force.anna)
    assert "No file yet" in anna.get(reverse("positions:list")).content.decode()
    content = csv_of(*naive(*track((3, False), (11, True), (2, False))))
    asked = anna.post(reverse("positions:new"), sent(content))
    assert asked.status_code == 422
    assert "Say which clock they follow" in asked.content.decode()
    answer = anna.post(reverse("positions:new"), sent(content, zone="utc"))
    assert answer.status_code == 302
    page = anna.get(answer["Location"]).content.decode()
    assert "Counting this file would add 1 visit, 0 of them on a shift" in page
    file = PositionFile.objects.get()
    anna.post(reverse("positions:count", args=(file.pk,)))
    assert "This file added 1 visit" in anna.get(answer["Location"]).content.decode()
    assert anna.post(reverse("positions:withdraw", args=(file.pk,)), {"reason": ""}).status_code == 422
    anna.post(reverse("positions:withdraw", args=(file.pk,)), {"reason": "Wrong unit"})
    assert "Wrong unit" in anna.get(answer["Location"]).content.decode()
    assert anna.post(reverse("positions:count", args=(file.pk,))).status_code == 409


def test_coarse_positions_are_warned_of(force, now, as_user):
    HotspotArea.objects.update(first_day="2024-01-01")
    file = checked(force, moved_rangers())
    page = as_user(force.anna).get(reverse("positions:file", args=(file.pk,))).content.decode()
    assert "Positions every 600 seconds cannot show whether a visit lasted 10 to 20 minutes" in page


def test_absences_are_judged_by_how_often_a_device_speaks():
    assert tolerance_for(5) == 180
    assert tolerance_for(600) == 1200
