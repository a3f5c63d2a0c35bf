"""Whether a change could ever be told: the months it takes, where the counts come from, and where it is said."""

from datetime import date, timedelta

import pytest
import redis
from django.core.cache import cache
from django.urls import reverse

from hotspot.core.cache import remember
from hotspots.assignment import assign
from hotspots.incidents import operations
from hotspots.models import Dataset, District, IncidentCategory, IncidentMonth
from hotspots.power import queries as power_queries
from hotspots.power.formulas import months_needed, power_of, smallest_fall
from hotspots.power.presenters import power_cells, power_in_words
from hotspots.power.queries import Locality, Power, Powers, powers
from tests import factories
from tests.hotspots import area_sets, police_data
from tests.hotspots.police_data import hertfordshire, street_csv
from tests.reports.test_impact import BESIDE, WATFORD


def test_the_months_needed_are_the_first_with_enough_power():
    months = months_needed(0.25, 30, 3_000)
    assert power_of(0.75, 30 * months, 3_000 * months) >= 0.8
    assert power_of(0.75, 30 * (months - 1), 3_000 * (months - 1)) < 0.8
    assert months_needed(0.25, 30, 3_000, dispersion=2) > months


@pytest.mark.parametrize(("before", "comparison"), [(0, 1_000), (0.2, 1_000), (500, 0)])
def test_no_number_of_months_is_enough_for_nearly_nothing(before, comparison):
    assert months_needed(0.25, before, comparison) is None


@pytest.fixture
def county(force, now):
    """A month of Watford."""
    police_data.load(hertfordshire("2024-01"), by=force.anna, name="2024-01-hertfordshire-street.csv")
    return force


def test_incidents_are_counted_inside_boundaries_and_in_the_rest_of_the_district(county):
    watford = county.watford_district.pk
    inside, beside = (
        powers(county.anna, [Locality(WATFORD, watford)]),
        powers(county.anna, [Locality(WATFORD, watford), Locality(BESIDE, watford)]),
    )
    assert inside.single[0].a_month > 10
    assert (inside.months, inside.dataset) == (1, Dataset.STREET)
    assert inside.single == [inside.together]
    assert beside.together.a_month == pytest.approx(sum(each.a_month for each in beside.single))
    # Twelve months as this one, compared with the district without the area.
    month = IncidentMonth.objects.get()
    rest = (
        month.incidents.filter(district=watford, longitude__isnull=False, is_police_generated=False)
        .exclude(category__is_police_generated=True)
        .count()
        - inside.single[0].a_month
    )
    assert inside.single[0].smallest_fall == pytest.approx(smallest_fall(12 * inside.single[0].a_month, 12 * rest))


def test_places_that_overlap_both_have_what_they_share(county):
    twice = powers(county.anna, [Locality(WATFORD, county.watford_district.pk)] * 2)
    assert twice.single[0] == twice.single[1]
    assert twice.single[0].a_month > 0
    # Together they have it once.
    assert twice.together.a_month == twice.single[0].a_month


def test_each_place_looks_only_at_its_own_longitudes(county, monkeypatch):
    """With 400 areas and a million incidents, all of them for each would keep a page for minutes."""
    looked_at = []

    def assigned(longitudes, latitudes, shapes):
        looked_at.append(len(longitudes))
        return assign(longitudes, latitudes, shapes)

    monkeypatch.setattr(power_queries, "assign", assigned)
    cache.clear()
    powers(county.anna, [Locality(WATFORD, county.watford_district.pk), Locality(BESIDE, county.watford_district.pk)])
    located = IncidentMonth.objects.get().incidents.filter(longitude__isnull=False).count()
    # Both, and all together.
    assert len(looked_at) == 3
    assert 0 < max(looked_at) < located / 5


def test_the_extract_is_taken_where_it_has_as_many_months(county):
    District.objects.update(outline=police_data.SQUARE)
    police_data.load(police_data.extract_csv([{}]), by=county.anna, name="extract.csv")
    assert powers(county.anna, [Locality(WATFORD, county.watford_district.pk)]).dataset == Dataset.EXTRACT
    # Its counts of single areas are not for the PCC's office.
    assert powers(county.paul, [Locality(WATFORD, county.watford_district.pk)]).dataset == Dataset.STREET
    assert powers(county.sam, [Locality(WATFORD, county.watford_district.pk)]) is None


def test_a_new_release_is_counted_afresh(force, now):
    place = Locality(police_data.SQUARE, force.north_herts.pk)
    police_data.load(street_csv([{}]), by=force.anna)
    first = powers(force.anna, [place]).single[0].a_month
    police_data.load(street_csv([{"Crime ID": "b" * 64}, {}]), by=force.anna)
    assert (first, powers(force.anna, [place]).single[0].a_month) == (1, 2)


def test_a_category_that_is_left_out_from_now_on_is_not_remembered(force, now):
    place = Locality(police_data.SQUARE, force.north_herts.pk)
    police_data.load(street_csv([{}]), by=force.anna)
    assert powers(force.anna, [place]).single[0].a_month == 1
    burglary = IncidentCategory.objects.get(name="Burglary")
    operations.change_category(by=force.adam, category_id=burglary.pk, is_police_generated=True)
    assert powers(force.anna, [place]).single[0].a_month == 0


def test_months_of_another_database_with_the_same_ids_are_not_remembered(force, now):
    place = Locality(police_data.SQUARE, force.north_herts.pk)
    police_data.load(street_csv([{}]), by=force.anna)
    assert powers(force.anna, [place]).single[0].a_month == 1
    # The same ids, loaded at another time: a new database that has the old cache.
    month = IncidentMonth.objects.get()
    IncidentMonth.objects.update(loaded_at=month.loaded_at + timedelta(seconds=1))
    month.incidents.all().delete()
    assert powers(force.anna, [place]).single[0].a_month == 0


def test_nothing_is_said_without_months_or_places(force, now):
    assert powers(force.anna, [Locality(WATFORD, 1)]) is None
    police_data.loaded(by=force.anna)
    assert powers(force.anna, []) is None


def test_without_a_cache_everything_is_made(monkeypatch):
    def broken(*args, **kwargs):
        raise redis.ConnectionError

    monkeypatch.setattr(cache, "get_many", broken)
    monkeypatch.setattr(cache, "set_many", broken)
    assert remember(["a", "b"], lambda missing: dict.fromkeys(missing, 1)) == {"a": 1, "b": 1}


def test_what_is_remembered_is_not_made_again():
    made = []

    def make(missing):
        made.append(list(missing))
        return {key: [1] for key in missing}

    assert remember(["power-a", "power-b", "power-a"], make) == {"power-a": [1], "power-b": [1]}
    assert remember(["power-b", "power-c"], make) == {"power-b": [1], "power-c": [1]}
    assert made == [["power-a", "power-b"], ["power-c"]]
    cache.delete_many(["power-a", "power-b", "power-c"])


def test_words():
    assert power_cells(Power(0.4, None, None)) == ["0.4", "None", "Over 60"]
    assert power_cells(Power(40, 0.312, 19)) == ["40.0", "31%", "19"]
    none = Powers([], Power(1, None, None), 1, Dataset.STREET)
    assert power_in_words(none).startswith("Too few incidents")
    some = Powers([], Power(40, 0.312, 19), 12, Dataset.EXTRACT)
    assert power_in_words(some) == (
        "Of all these areas together, a fall of 31% or more could be told from chance in 12 months, with 80% power; "
        "one of 25% takes 19 months. From the latest 12 months of the force's own extract, without records that police "
        "activity makes, compared with the rest of the districts."
    )


@pytest.mark.parametrize(("who", "sees"), [("anna", True), ("adam", True), ("audrey", True), ("sam", False)])
def test_it_is_said_beside_targets(county, as_user, who, sees):
    factories.AreaTargetFactory(area=county.hitchin, first_month=date(2024, 5, 1))
    page = as_user(county.people[who]).get(reverse("hotspots:targets")).content.decode()
    assert ("Could we ever tell?" in page) is sees


@pytest.mark.parametrize(("who", "sees"), [("anna", True), ("paul", True), ("sam", False)])
def test_it_is_said_beside_sets(county, as_user, who, sees):
    found = area_sets.in_every_state(county)["approved_set"]
    page = as_user(county.people[who]).get(reverse("area_sets:area_set", args=(found.pk,))).content.decode()
    assert ("Could we ever tell?" in page) is sees
