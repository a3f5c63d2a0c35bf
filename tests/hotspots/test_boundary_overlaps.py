"""What a boundary shares with areas that are there, said before it is saved."""

import json
from datetime import date

import pytest
from django.urls import reverse

from hotspots.areas.boundaries import METRES_A_DEGREE, check_boundary
from hotspots.areas.overlaps import find_overlaps
from hotspots.models import HotspotArea
from tests import factories
from tests.hotspots.test_areas import NEW
from tests.hotspots.test_boundaries import polygon

WEST, SOUTH, SIZE = -0.3, 51.9, 0.01


def square(east: float = 0, north: float = 0, size: float = SIZE) -> dict:
    west, south = WEST + east, SOUTH + north
    return polygon(
        [[west, south], [west + size, south], [west + size, south + size], [west, south + size], [west, south]]
    )


@pytest.fixture
def adam(force, as_user):
    return as_user(force.adam)


@pytest.fixture
def there(force):
    """One area, which is active from May 2024."""
    HotspotArea.objects.all().delete()
    return factories.HotspotAreaFactory(name="Old Town", district=force.north_herts, boundary=square())


class TestMeasures:
    def test_half_of_a_square(self, there):
        (found,) = find_overlaps(check_boundary(square(east=SIZE / 2)), [there])
        assert found.area == there
        assert (found.share, found.share_of_area) == pytest.approx((0.5, 0.5), abs=1e-6)
        assert found.hectares == pytest.approx(check_boundary(square()).hectares / 2, rel=1e-6)

    def test_a_small_boundary_in_a_large_area(self, there):
        (found,) = find_overlaps(check_boundary(square(east=0.002, north=0.002, size=0.005)), [there])
        assert (found.share, found.share_of_area) == pytest.approx((1, 0.25), abs=1e-6)

    def test_the_largest_comes_first(self, there, force):
        more = factories.HotspotAreaFactory(name="More", district=force.north_herts, boundary=square(east=0.012))
        found = find_overlaps(check_boundary(square(east=0.004)), [more, there])
        assert [each.area for each in found] == [there, more]

    @pytest.mark.parametrize(("metres", "is_found"), [(0, False), (4, False), (6, True)])
    def test_a_sliver_is_none(self, there, metres, is_found):
        boundary = square(north=SIZE - metres / METRES_A_DEGREE)
        assert bool(find_overlaps(check_boundary(boundary), [there])) == is_found

    def test_boundaries_that_touch_or_are_apart_share_nothing(self, there):
        for boundary in (square(east=SIZE), square(east=SIZE, north=SIZE), square(east=0.5)):
            assert find_overlaps(check_boundary(boundary), [there]) == []


class TestPages:
    def sent(self, force, **changes) -> dict:
        text = json.dumps(square(east=SIZE / 2))
        return NEW | {"district": str(force.north_herts.pk), "text": text} | changes

    def test_a_new_area_is_compared_and_can_be_saved(self, force, adam, there):
        url = reverse("hotspots:add_area")
        page = adam.post(url, self.sent(force))
        text = page.content.decode()
        assert "This boundary overlaps 1 area." in text
        assert page.context["overlaps"][0][1:4] == ["38 hectares", "50%", "50%"]
        assert 'class="app-drawing__overlap"' in text
        assert adam.post(url, dict(page.context["kept"]) | {"step": "save"}).status_code == 302

    def test_what_was_repaired_is_said_beside_it(self, force, adam, there):
        west, south, east, north = WEST + SIZE / 2, SOUTH, WEST + 3 * SIZE / 2, SOUTH + SIZE
        loop = [[east, south + 0.005], [east + 0.0001, south + 0.0051], [east + 0.0001, south + 0.005]]
        ring = [
            [west, south],
            [east, south],
            *loop,
            [east, south + 0.0051],
            [east, north],
            [west, north],
            [west, south],
        ]
        page = adam.post(reverse("hotspots:add_area"), self.sent(force, text=json.dumps(polygon(ring))))
        text = page.content.decode()
        assert "Read as GeoJSON in longitude and latitude (WGS 84)." in text
        assert "The boundary has been repaired, and is 38 square metres larger for it." in text
        assert "This boundary overlaps 1 area." in text
        assert 'class="app-drawing__overlap"' in text

    def test_only_areas_that_are_active_then_count(self, force, adam, there):
        url = reverse("hotspots:add_area")
        HotspotArea.objects.update(last_day=date(2024, 4, 30), first_day=date(2024, 4, 1))
        assert "overlaps" not in adam.post(url, self.sent(force)).content.decode()
        HotspotArea.objects.update(last_day=date(2024, 5, 1))
        assert "overlaps 1 area" in adam.post(url, self.sent(force)).content.decode()
        HotspotArea.objects.update(first_day=date(2030, 1, 1), last_day=None)
        assert "overlaps 1 area" in adam.post(url, self.sent(force)).content.decode()

    def test_an_area_is_not_compared_with_itself(self, force, adam, there):
        url = reverse("hotspots:redraw_area", args=(there.pk,))
        text = json.dumps(square(east=0.001))
        assert "overlaps" not in adam.post(url, {"text": text}).content.decode()
        beside = factories.HotspotAreaFactory(name="Beside", district=force.north_herts, boundary=square(east=SIZE))
        assert "overlaps 1 area" in adam.post(url, {"text": text}).content.decode()
        # An area that has ended is compared with those of its own days.
        HotspotArea.objects.filter(pk=there.pk).update(last_day=date(2024, 6, 30))
        HotspotArea.objects.filter(pk=beside.pk).update(first_day=date(2024, 7, 1))
        assert "overlaps" not in adam.post(url, {"text": text}).content.decode()
