"""Recorded incidents in one area: by month, and before and since it was a hotspot area."""

import csv
import io
from collections import Counter
from datetime import date

import pytest
from django.urls import reverse
from shapely.geometry import Point, shape

from hotspots.analysis import area_counts, area_presenters
from hotspots.models import Dataset, HotspotArea
from tests.hotspots import police_data
from tests.hotspots.police_data import hertfordshire, street_csv

ASB = "Anti-social behaviour"
# The middle of Watford.
WATFORD = {
    "type": "Polygon",
    "coordinates": [[[-0.42, 51.64], [-0.38, 51.64], [-0.38, 51.67], [-0.42, 51.67], [-0.42, 51.64]]],
}


@pytest.fixture
def area(force) -> HotspotArea:
    """Watford since May 2024, and three months of incidents: January 2024, January and February 2025."""
    HotspotArea.objects.filter(pk=force.watford.pk).update(
        boundary=WATFORD, first_day=date(2024, 5, 1), last_day=date(2025, 2, 20)
    )
    months = ("2024-01", "2025-01", "2025-02")
    members = {f"{month}-hertfordshire-street.csv": hertfordshire(month) for month in months}
    police_data.load(police_data.archive(members), by=force.anna, name="a.zip")
    return HotspotArea.objects.get(pk=force.watford.pk)


def counted(month: str) -> tuple[Counter[str], Counter[str]]:
    """The rows of a file itself by category: inside the boundary, and in the whole district."""
    inside, district = Counter(), Counter()
    boundary = shape(WATFORD)
    for row in csv.DictReader(io.StringIO(hertfordshire(month).decode(), newline="")):
        if row["Longitude"] and boundary.contains(Point(float(row["Longitude"]), float(row["Latitude"]))):
            inside[row["Crime type"]] += 1
        if row["LSOA name"].startswith("Watford"):
            district[row["Crime type"]] += 1
    return inside, district


def test_counts_are_those_of_the_files(force, area):
    months = {each.month: each for each in area_counts.months_of(area, force.anna, Dataset.STREET)}
    for code in ("2024-01", "2025-01", "2025-02"):
        month = months[date.fromisoformat(f"{code}-01")]
        assert (month.by_category, month.of_district) == counted(code)
        assert month.by_category[ASB] > 0


def test_the_same_months_before_and_since_are_compared(force, area):
    compared = area_counts.before_and_since(area, area_counts.months_of(area, force.anna, Dataset.STREET))
    # It was not active for the whole of February 2025, and that of 2024 is not loaded.
    assert [each.month for each in compared.before] == [date(2024, 1, 1)]
    assert [each.month for each in compared.since] == [date(2025, 1, 1)]
    rows = {row[0]: row[1:] for row in area_presenters.comparison_rows(compared, left_out=["Drugs"])}
    (before, _district_before), (since, district_since) = counted("2024-01"), counted("2025-01")
    assert rows[ASB][:2] == [f"{before[ASB]:,}", f"{since[ASB]:,}"]
    others = sum(district_since.values()) - district_since["Drugs"]
    assert rows["All but those recorded because police looked"][4] == f"{others:,}"
    assert area_presenters.compared_months(compared) == "January 2025, compared with January 2024"


def month_of(day: date, here: int) -> area_counts.AreaMonth:
    return area_counts.AreaMonth(day, Counter({ASB: here}), Counter({ASB: 10 * here}))


@pytest.mark.parametrize(
    ("before", "since", "change"), [(20, 15, "−25%"), (20, 25, "+25%"), (20, 20, "0%"), (19, 1, "too few")]
)
def test_changes_in_per_cent_need_twenty_incidents(before, since, change):
    compared = area_counts.BeforeAndSince([month_of(date(2024, 1, 1), before)], [month_of(date(2025, 1, 1), since)])
    assert area_presenters.comparison_rows(compared, left_out=[])[0][1:4] == [str(before), str(since), change]


def test_each_month_of_the_year_is_compared_once_by_its_latest(force, area):
    days = [date(2022, 1, 1), date(2023, 1, 1), date(2025, 1, 1)]
    area.last_day = None
    months = [month_of(day, number) for number, day in enumerate(days)]
    compared = area_counts.before_and_since(area, [*months, month_of(date(2026, 1, 1), 9)])
    assert ([each.month for each in compared.before], [each.month for each in compared.since]) == (
        [date(2023, 1, 1)],
        [date(2026, 1, 1)],
    )


def test_the_page_has_the_comparison_or_says_what_is_missing(force, area, as_user, now):
    path = reverse("analyses:area_incidents", args=(area.pk,))
    page = as_user(force.anna).get(path).content.decode()
    assert "January 2025, compared with January 2024" in page
    HotspotArea.objects.filter(pk=area.pk).update(first_day=date(2023, 5, 1))
    page = as_user(force.anna).get(path).content.decode()
    assert "No month since it became a hotspot area can be compared" in page


def test_a_month_that_lacks_the_area_counts_nothing_there(force, area):
    police_data.load(street_csv([{"Month": "2024-01", "Longitude": "-0.1", "Latitude": "51.7"}]), by=force.anna)
    months = {each.month: each for each in area_counts.months_of(area, force.anna, Dataset.STREET)}
    assert months[date(2024, 1, 1)].by_category.total() == 0
