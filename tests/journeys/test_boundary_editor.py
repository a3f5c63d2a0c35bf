"""Drawing a boundary in the browser: by mouse, finger and keyboard; and giving one without a script."""

import json

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect
from shapely.geometry import box, shape

from hotspots.models import District, HotspotArea
from tests import pmtiles
from tests.factories import SQUARE
from tests.hotspots.test_boundaries import circle, polygon
from tests.hotspots.test_outlines import collection, feature
from tests.journeys.conftest import DESKTOP, PHONE, SMALL_PHONE
from tests.journeys.test_every_page import look_over

pytestmark = pytest.mark.slow

OUTLINE = polygon([[-0.5, 51.8], [0.1, 51.8], [0.1, 52.1], [-0.5, 52.1], [-0.5, 51.8]])
HOLE = [[-0.273, 51.941], [-0.271, 51.941], [-0.271, 51.943], [-0.273, 51.941]]
CORNERS = [(0.35, 0.3), (0.75, 0.3), (0.75, 0.7), (0.35, 0.7)]


@pytest.fixture
def new_area(force, page_for):
    """The page on which an area is added, filled in but for its boundary; `new_area(PHONE)`."""

    def opened(size=DESKTOP, *, javascript: bool = True, **options) -> Page:
        District.objects.update(outline=OUTLINE)
        page = page_for(force.adam, size, javascript=javascript, **options)
        page.goto(reverse("hotspots:add_area"))
        page.get_by_label("Name", exact=True).fill("Stevenage Old Town")
        page.get_by_label("Town", exact=True).fill("Stevenage")
        page.get_by_label("District").select_option(index=1)
        page.get_by_label("Anti-social behaviour", exact=True).check()
        for part, value in (("Day", "1"), ("Month", "5"), ("Year", "2024")):
            page.get_by_label(part, exact=True).fill(value)
        if javascript:
            expect(page.locator(".app-boundary__district")).to_have_count(2)
        return page

    return opened


def map_of(page: Page) -> Locator:
    found = page.get_by_role("application", name="Map to draw on")
    found.scroll_into_view_if_needed()
    return found


def place(page: Page, share: tuple[float, float]) -> tuple[float, float]:
    """A place on the map, which is one wide and one high, in pixels."""
    extent = map_of(page).bounding_box()
    assert extent
    return extent["x"] + extent["width"] * share[0], extent["y"] + extent["height"] * share[1]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def drawn(page: Page) -> dict:
    """What the text below the map holds."""
    text = page.get_by_label("GeoJSON", exact=True).input_value()
    return json.loads(text) if text else {}


def ring(page: Page) -> list:
    return drawn(page)["coordinates"][0]


def draw(page: Page) -> None:
    press(page, "Draw")
    for corner in CORNERS:
        page.mouse.move(*place(page, corner))
        page.mouse.click(*place(page, corner))
    press(page, "Finish")
    expect(page.get_by_role("button", name="Draw another part")).to_be_visible()


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*place(page, start))
    page.mouse.down()
    page.mouse.move(*place(page, end), steps=8)
    page.mouse.up()


def test_a_boundary_is_drawn_changed_and_saved(new_area):
    page = new_area()
    draw(page)
    first = ring(page)
    assert len(first) == 5
    drag(page, CORNERS[2], (0.85, 0.85))
    moved = ring(page)
    assert sum(corner not in first for corner in moved[:-1]) == 1
    # One adapter of the library lost the drawing here.
    press(page, "Undo")
    assert ring(page) == first
    press(page, "Redo")
    assert ring(page) == moved
    drag(page, (0.55, 0.3), (0.55, 0.15))
    assert len(ring(page)) == 6
    press(page, "Undo")
    assert ring(page) == moved
    press(page, "Redo")
    assert len(ring(page)) == 6
    press(page, "Next corner")
    press(page, "Delete corner")
    assert len(ring(page)) == 5
    press(page, "Delete shape")
    assert drawn(page) == {}
    press(page, "Undo")
    sent = shape(drawn(page))
    press(page, "Continue")
    expect(page.get_by_role("heading", name="Check the new area")).to_be_visible()
    press(page, "Add area")
    saved = shape(HotspotArea.objects.get(name="Stevenage Old Town").boundary)
    assert saved.equals(sent)


def test_a_second_part_makes_one_boundary_of_two(new_area):
    page = new_area()
    draw(page)
    press(page, "Draw another part")
    for corner in ((0.1, 0.8), (0.25, 0.8), (0.18, 0.95)):
        page.mouse.move(*place(page, corner))
        page.mouse.click(*place(page, corner))
    press(page, "Finish")
    expect(page.get_by_role("button", name="Draw another part")).to_be_visible()
    assert drawn(page)["type"] == "MultiPolygon"
    assert len(drawn(page)["coordinates"]) == 2


def test_corners_stick_to_the_corners_and_sides_of_areas_beside(force, page_for):
    page = page_for(force.adam)
    page.goto(reverse("hotspots:redraw_area", args=(force.hitchin.pk,)))
    beside = page.locator(".app-boundary__around").first
    expect(beside).to_be_attached()
    press(page, "Delete shape")
    press(page, "Draw")
    map_of(page)
    extent = beside.bounding_box()
    assert extent
    # Beside its south-western corner, its southern side, its south-eastern corner; and far from all of it.
    west, east, south = extent["x"], extent["x"] + extent["width"], extent["y"] + extent["height"]
    middle = (west + east) / 2
    for x, y in ((west - 5, south + 4), (middle, south + 6), (east + 4, south + 5), (middle, south + 60)):
        page.mouse.move(x, y)
        page.mouse.click(x, y)
    press(page, "Finish")
    expect(page.get_by_role("button", name="Draw another part")).to_be_visible()
    corners = ring(page)[:-1]
    assert [-0.28, 51.94] in corners
    assert [-0.27, 51.94] in corners
    (side,) = [corner for corner in corners if corner not in SQUARE["coordinates"][0] and abs(corner[1] - 51.94) < 2e-6]
    assert side[0] == pytest.approx(-0.275, abs=1e-4)
    assert sum(abs(corner[1] - 51.94) > 1e-4 for corner in corners) == 1


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE])
def test_a_finger_draws_moves_and_deletes(new_area, size):
    page = new_area(size)
    press(page, "Draw")
    map_of(page)
    for corner in CORNERS:
        page.touchscreen.tap(*place(page, corner))
    press(page, "Finish")
    expect(page.get_by_role("button", name="Draw another part")).to_be_visible()
    first = ring(page)
    assert len(first) == 5
    client = page.context.new_cdp_session(page)
    start, end = place(page, CORNERS[2]), place(page, (0.9, 0.9))
    steps = [(start[0] + (end[0] - start[0]) * n / 8, start[1] + (end[1] - start[1]) * n / 8) for n in range(9)]
    for kind, points in [("touchStart", steps[:1]), *(("touchMove", [each]) for each in steps[1:]), ("touchEnd", [])]:
        touches = [{"x": x, "y": y} for x, y in points]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    expect(page.get_by_role("button", name="Undo", exact=True)).to_have_attribute("aria-disabled", "false")
    assert ring(page) != first
    assert len(ring(page)) == 5
    page.touchscreen.tap(*place(page, CORNERS[0]))
    press(page, "Delete corner")
    assert len(ring(page)) == 4
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_keyboard_alone_draws_and_is_not_trapped(new_area):
    page = new_area()
    page.get_by_role("button", name="Draw", exact=True).focus()
    page.keyboard.press("Enter")
    map_of(page).focus()
    for way in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press("Space")
        page.keyboard.press(way)
        page.wait_for_timeout(400)
    page.keyboard.press("Space")
    expect(page.get_by_role("status").filter(has_text="4 corners.")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Draw another part")).to_be_visible()
    first = ring(page)
    assert len(first) == 5
    page.get_by_role("button", name="Next corner").focus()
    page.keyboard.press("Enter")
    map_of(page).focus()
    page.keyboard.press("Shift+ArrowUp")
    assert sum(corner not in first for corner in ring(page)[:-1]) == 1
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Zoom in")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(map_of(page)).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Delete shape")).to_be_focused()


def test_what_is_pasted_is_drawn_and_a_hole_is_left_alone(new_area):
    page = new_area()
    text = page.get_by_label("GeoJSON", exact=True)
    text.fill(json.dumps({"type": "Feature", "properties": {}, "geometry": SQUARE}))
    text.blur()
    press(page, "Next corner")
    press(page, "Delete shape")
    assert drawn(page) == {}
    text.fill(json.dumps({"type": "Polygon", "coordinates": [SQUARE["coordinates"][0], HOLE]}))
    text.blur()
    expect(page.get_by_text("This boundary has a hole")).to_be_visible()
    expect(page.locator(".app-boundary__fixed")).to_be_attached()
    assert len(drawn(page)["coordinates"]) == 2
    draw(page)
    assert len(drawn(page)["coordinates"]) == 1
    press(page, "Undo")
    assert len(drawn(page)["coordinates"]) == 2
    expect(page.locator(".app-boundary__fixed")).to_be_attached()
    text.fill(json.dumps(polygon(circle(2_001))))
    text.blur()
    expect(page.get_by_text("This boundary has very many corners")).to_be_visible()
    # Nothing moves under the finger while the map takes what was pasted.
    text.fill(json.dumps({"type": "Polygon", "coordinates": [SQUARE["coordinates"][0], HOLE]}))
    press(page, "Continue")
    expect(page.get_by_role("heading", name="Check the new area")).to_be_visible()


def test_an_unfinished_shape_is_finished_when_the_form_is_sent(new_area):
    page = new_area()
    press(page, "Draw")
    for corner in CORNERS:
        page.mouse.move(*place(page, corner))
        page.mouse.click(*place(page, corner))
    press(page, "Continue")
    expect(page.get_by_text("5 points")).to_be_visible()


def test_after_going_back_the_map_shows_what_the_text_holds(new_area):
    page = new_area()
    draw(page)
    first = drawn(page)
    press(page, "Continue")
    expect(page.get_by_role("heading", name="Check the new area")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("button", name="Draw another part")).to_be_visible()
    assert drawn(page) == first
    # The way that the check page itself offers.
    press(page, "Continue")
    press(page, "Go back and change")
    expect(page.get_by_role("button", name="Draw another part")).to_be_visible()
    assert shape(drawn(page)).equals(shape(first))


def test_without_a_script_corners_are_listed_and_mistakes_lose_nothing(new_area):
    page = new_area(PHONE, javascript=False)
    assert not page.get_by_role("application").is_visible()
    page.get_by_label("List its corners").check()
    lines = "51.94, -0.28\nTL 185 29\n51.95, -0.27"
    page.get_by_label("Corners", exact=True).fill(lines)
    press(page, "Continue")
    page.get_by_role("link", name="Line 2: “TL 185 29” is not a point").click()
    assert page.get_by_label("Corners", exact=True).input_value() == lines
    page.get_by_label("Corners", exact=True).fill(lines.replace("TL 185 29", "519500 228300"))
    press(page, "Continue")
    expect(page.get_by_text("4 points")).to_be_visible()
    press(page, "Go back and change")
    assert "519500 228300" in page.get_by_label("Corners", exact=True).input_value()
    press(page, "Continue")
    press(page, "Add area")
    assert len(HotspotArea.objects.get(name="Stevenage Old Town").boundary["coordinates"][0]) == 4


def test_without_a_script_a_circle_is_drawn_around_a_street_corner(new_area):
    page = new_area(SMALL_PHONE, javascript=False)
    page.get_by_label("A circle around a point").check()
    page.get_by_label("Centre").fill("TL 18500 29100")
    page.get_by_label("Radius").fill("150")
    press(page, "Continue")
    expect(page.get_by_text("7.1 hectares")).to_be_visible()
    press(page, "Add area")
    assert HotspotArea.objects.filter(name="Stevenage Old Town").exists()


PAINTED = """([west, north]) => [...document.querySelectorAll(".leaflet-tile-pane canvas")].some((canvas) => {
  const box = canvas.getBoundingClientRect();
  if (west < box.left || west > box.right || north < box.top || north > box.bottom) return false;
  const scale = canvas.width / box.width;
  const pixel = canvas.getContext("2d").getImageData((west - box.left) * scale, (north - box.top) * scale, 1, 1).data;
  return [...pixel].join() === "227,240,243,255";
})"""


def test_the_basemap_of_the_force_lies_beneath(new_area, tmp_path, settings):
    path = tmp_path / "map.pmtiles"
    path.write_bytes(pmtiles.archive("water"))
    settings.BASEMAP_FILE, settings.BASEMAP_ATTRIBUTION = str(path), "Contains OS data"
    page = new_area()
    expect(page.get_by_text("Contains OS data")).to_be_visible()
    map_of(page)
    # The colour of water in the light theme, anywhere on the map: every tile is water.
    page.wait_for_function(PAINTED, arg=place(page, (0.8, 0.8)))
    draw(page)
    assert len(ring(page)) == 5


def test_what_a_boundary_overlaps_and_places_are_accessible_too(force, page_for, tmp_path):
    page = page_for(force.adam)
    page.goto(reverse("hotspots:load_places"))
    path = tmp_path / "wards.geojson"
    path.write_bytes(
        collection(feature(name="Hitchin Priory"), feature(box(-0.276, 51.93, -0.2, 51.96), name="Bearton"))
    )
    page.get_by_label("Boundary file").set_input_files(path)
    press(page, "Continue")
    assert look_over(page) == []
    press(page, "Load 2 places")
    page.goto(reverse("hotspots:redraw_area", args=(force.hitchin.pk,)))
    press(page, "Continue")
    # Letchworth has the same boundary here.
    expect(page.get_by_text("This boundary overlaps 2 areas.")).to_be_visible()
    expect(page.get_by_text("Bearton")).to_be_visible()
    assert look_over(page) == []
