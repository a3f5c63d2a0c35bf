"""The dashboard's map: what it shades, how close it looks, what its list and its key say, and what it weighs."""

import json
import random
import re
from dataclasses import replace
from datetime import date
from html import unescape
from itertools import accumulate
from math import cos, pi, sin

import pytest
from django.template.loader import render_to_string

from hotspot.core.calendar import Period
from hotspot.core.definitions.registry import CURRENT
from hotspots.models import District, HotspotArea
from reports.dashboard.cards.base import UNITS
from reports.dashboard.cards.map import MOST_STEPS, MapArea, Places, ShadeScale, areas_map, by_place, value_of
from reports.figures.headline import Counts
from reports.figures.measures import HEADLINE, PATROL_HOURS
from reports.figures.series import MapView, Selection
from tests import factories
from tests.conftest import NOW
from tests.reports.test_dashboard import URL, cells, file_rows, said, worked

__all__ = ["worked"]
ARRESTS = CURRENT.measure("arrests")
HERTS = (-0.25, 51.8)
SEPTEMBER = Period(date(2024, 9, 1), date(2024, 10, 10))


def ring(longitude: float, latitude: float, metres: float, corners: int = 8, jagged: float = 0) -> list[list[float]]:
    """A ring around a place, anticlockwise."""
    chance = random.Random(7)
    points = []
    for corner in range(corners):
        far = metres * (1 + chance.uniform(-jagged, jagged)) / 111_320
        angle = 2 * pi * corner / corners
        points.append([longitude + far * cos(angle) / cos(latitude * pi / 180), latitude + far * sin(angle)])
    return [*points, points[0]]


def polygon(*where: float, **shape: float) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [ring(*where, **shape)]}


def place(number: int, boundary: dict[str, object], **counts: int) -> MapArea:
    """An area that is in no database."""
    area = HotspotArea(pk=number, name=f"Area {number}", town=f"Town {number}", district=District(pk=1, name="Herts"))
    return MapArea(area, Counts(**{"patrols": 1, **counts}), json.dumps(boundary))


def row_of(count: int, **counts: int) -> list[MapArea]:
    """Areas two kilometres apart, from west to east."""
    west, south = HERTS
    return [place(n, polygon(west + 0.03 * n, south, 300), **counts) for n in range(1, count + 1)]


def card_of(places: list[MapArea], **view: object):
    return areas_map(Places(places, MapView(**view)))


def picture(card, **question: object) -> str:
    """The chart as the page has it."""
    shown = {"code": "map", "name": "Map"}
    return render_to_string(
        "reports/charts/_map.html", {"chart": card.chart, "shown": shown, "question": {"query_without_map": "?a=1"}}
    )


# --- steps --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([374, 110, 286, 201, 140], ["301 to 400", "201 to 300", "101 to 200", "1 to 100"]),
        ([7, 4, 0, 1], ["7 to 8", "5 to 6", "3 to 4", "1 to 2", "0"]),
        ([5, 1], ["5", "4", "3", "2", "1"]),
        ([3, 1, 0], ["3", "2", "1", "0"]),
        ([8, 8, 8], ["8"]),
        ([8, 0], ["8", "0"]),
        ([0, 0], ["0"]),
        ([1_000_001, 3], ["1,000,001 to 1,500,000", "500,001 to 1,000,000", "1 to 500,000"]),
    ],
)
def test_the_key_has_at_most_five_steps_of_the_same_width_in_words(values, words):
    key = ShadeScale.of(values).key(values, ARRESTS)
    assert [line.words.removesuffix(" arrests").removesuffix(" arrest") for line in key] == words
    assert sum(int(line.areas.split()[0]) for line in key) == len(values)


def test_every_value_lies_in_one_step_and_a_higher_one_is_never_lighter():
    chance = random.Random(3)
    for _ in range(200):
        most = chance.choice([1, 2, 5, 6, 9, 11, 40, 99, 101, 12_212])
        values = sorted(chance.randint(0, most) for _ in range(chance.randint(1, 30)))
        scale = ShadeScale.of(values)
        steps = [scale.step(value) for value in values]
        assert steps == sorted(steps)
        assert all((step == 0) == (value == 0) for step, value in zip(steps, values, strict=True))
        assert len(set(steps) - {0}) <= MOST_STEPS
        assert steps[-1] == (MOST_STEPS if values[-1] else 0)
        shown = {line.step: int(line.areas.split()[0]) for line in scale.key(values, ARRESTS)}
        assert {step: steps.count(step) for step in steps} == {step: n for step, n in shown.items() if n}


@pytest.mark.parametrize("measure", HEADLINE, ids=lambda measure: measure.code)
def test_each_of_the_six_can_be_shown_and_has_words(measure):
    counts = Counts(**{measure.column: 90})
    value = value_of(counts, measure)
    assert value == (2 if measure == PATROL_HOURS else 90)
    card = card_of([place(1, polygon(*HERTS, metres=300), **{measure.column: 90})], measure=measure)
    assert card.sentence == f"Area 1 had {value} {UNITS[measure][1]}."
    assert card.columns[-1].label == measure.name


# --- words --------------------------------------------------------------------------------------------------------


def test_the_sentence_says_who_had_the_most_how_many_share_it_and_what_there_is_in_all():
    first, second, *rest = row_of(6, arrests=1)
    more = [replace(first, counts=Counts(arrests=3)), second]
    assert card_of(more, measure=ARRESTS).sentence == "Area 1 had the most: 3 arrests, of 4 in these 2 areas."
    assert card_of([*more, replace(rest[0], counts=Counts(arrests=3))], measure=ARRESTS).sentence == (
        "Area 1 and Area 3 had the most: 3 arrests each, of 7 in these 3 areas."
    )
    assert card_of(row_of(3, arrests=1), measure=ARRESTS).sentence == "All 3 areas had the same: 1 arrest each."
    many = [*row_of(5, arrests=2), place(9, polygon(*HERTS, metres=300))]
    assert card_of(many, measure=ARRESTS).sentence == "5 of 6 areas had the most: 2 arrests each, of 10 in all."
    assert card_of(row_of(2), measure=ARRESTS).sentence == "No arrests were counted in these areas."


def test_nothing_to_show_has_no_rows_and_no_map():
    card = card_of([])
    assert (card.rows, card.chart) == ([], None)


def test_areas_without_anything_are_outlined_and_not_filled():
    drawn = picture(card_of([*row_of(1, arrests=4), *row_of(12)[1:]], measure=ARRESTS))
    circles = re.findall(r"<circle c[^>]*%[^>]*>", drawn)
    assert sum('fill="url(#map-step-5)"' in circle for circle in circles) == 1
    assert sum("fill" not in circle for circle in circles) == 11


def test_the_table_is_the_content_the_highest_first():
    places = [*row_of(2, arrests=1), place(3, polygon(*HERTS, metres=300), arrests=5)]
    assert card_of(places, measure=ARRESTS).rows == [
        ["Area 3", "Herts", 5],
        ["Area 1", "Herts", 1],
        ["Area 2", "Herts", 1],
    ]


# --- where and how close ------------------------------------------------------------------------------------------


def test_all_areas_lie_on_the_map_from_west_to_east_and_north_at_the_top():
    west, south = HERTS
    places = [place(1, polygon(west, south, 300)), place(2, polygon(west + 0.3, south + 0.1, 300))]
    one, other = sorted(card_of(places).chart.marks, key=lambda mark: mark.title)
    assert 0 < float(one.left[:-1]) < float(other.left[:-1]) < 100
    assert 0 < float(other.top[:-1]) < float(one.top[:-1]) < 100


def test_distances_are_true_in_both_directions():
    west, south = HERTS
    degree = 0.1 / cos(51.85 * pi / 180)
    corners = [(west, south), (west + degree, south), (west, south + 0.1)]
    chart = card_of([place(n, polygon(*where, 200)) for n, where in enumerate(corners, start=1)]).chart
    marks = sorted(chart.marks, key=lambda mark: mark.title)
    x, y = [float(mark.left[:-1]) * 10 for mark in marks], [float(mark.top[:-1]) * 7.5 for mark in marks]
    assert x[1] - x[0] == pytest.approx(y[0] - y[2], rel=0.02)


def test_one_area_fills_the_map_and_there_is_nothing_to_zoom_to():
    chart = card_of(row_of(1), near=1).chart
    assert len(chart.outlines) == 1
    assert (chart.zoom, chart.closer, chart.further, chart.lines[0].zoom) == ("", "", "", "")
    assert "<a" not in picture(card_of(row_of(1))).split("app-map__picture")[1]


def test_an_area_far_from_the_others_is_a_dot_until_the_map_looks_closely():
    everything = card_of(row_of(12)).chart
    assert everything.outlines == []
    assert [mark.is_big for mark in everything.marks] == [False] * 12
    close = card_of(row_of(12), near=5)
    assert [outline.is_chosen for outline in close.chart.outlines] == [True]
    assert [mark.label for mark in close.chart.marks] == ["5"]
    assert close.sentence.endswith("The map is zoomed in on Area 5.")
    assert [line.is_chosen for line in close.chart.lines] == [number == 5 for number in range(1, 13)]


def test_zooming_in_and_out_ends_at_all_areas_and_where_there_is_nothing_more_to_see():
    view = {"near": 5}
    seen = []
    while (chart := card_of(row_of(12), **view).chart).closer:
        area, step = chart.closer.split("-")
        assert (area, int(step)) not in seen
        seen.append((area, int(step)))
        view = {"near": 5, "step": int(step)}
    assert 0 < len(seen) < 10
    while chart.further:
        view = {"near": 5, "step": int(chart.further.split("-")[1])}
        before, chart = chart, card_of(row_of(12), **view).chart
        assert len(chart.marks) >= len(before.marks)
    assert view["step"] == 1
    assert card_of(row_of(12), near=5, step=0).chart.zoom == ""
    assert card_of(row_of(12), near=5, step=9).chart.closer == ""


def test_the_edge_of_all_areas_is_the_edge_of_every_closer_map():
    chart = card_of(row_of(12), near=1, step=1).chart
    assert len(chart.marks) >= 5


def test_an_area_of_parts_is_shown_whole_and_marked_inside_one_of_them():
    west, south = HERTS
    parts = [[ring(west, south, 400)], [ring(west + 0.02, south, 400)]]
    whole = place(99, {"type": "MultiPolygon", "coordinates": parts})
    chart = card_of([*row_of(12), whole], near=99).chart
    (outline,) = [outline for outline in chart.outlines if outline.is_chosen]
    assert outline.path.count("M") == 2
    xs = [int(x) for x in re.findall(r"(\d+),-?\d+", outline.path)]
    assert 0 <= min(xs) < max(xs) <= 1000
    (mark,) = [mark for mark in chart.marks if mark.is_chosen]
    assert not 45 < float(mark.left[:-1]) < 55


def test_a_hole_is_a_hole():
    boundary = {"type": "Polygon", "coordinates": [ring(*HERTS, 900), ring(*HERTS, 400)]}
    (outline,) = card_of([place(1, boundary)]).chart.outlines
    assert outline.path.count("M") == 2
    assert 'fill-rule="evenodd"' in picture(card_of([place(1, boundary)]))


def test_areas_that_cross_others_are_drawn_the_smaller_on_top():
    small, big = place(1, polygon(*HERTS, 300), arrests=1), place(2, polygon(*HERTS, 900), arrests=9)
    chart = card_of([small, big], measure=ARRESTS).chart
    assert [outline.step for outline in chart.outlines] == [5, 1]
    assert len({mark.left for mark in chart.marks}) == 1


@pytest.mark.parametrize(
    "boundary",
    [
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": "here"},
        {"type": "Polygon", "coordinates": [[[0, 51], [0, 51], [0, 51], [0, 51]]]},
        {"type": "MultiPolygon", "coordinates": [[["x", 1]]]},
    ],
    ids=str,
)
def test_a_boundary_that_cannot_be_drawn_is_said_and_its_area_is_still_in_list_and_table(boundary):
    card = card_of([*row_of(2, arrests=1), place(7, boundary, arrests=2)], measure=ARRESTS)
    assert card.notes == ["Not on the map, because the boundary cannot be drawn: Area 7."]
    assert card.rows[0] == ["Area 7", "Herts", 2]
    assert len(card.chart.marks) == 2
    assert "Area 7" in picture(card)
    alone = card_of([place(7, boundary)])
    assert alone.chart is None
    assert alone.rows


def test_a_boundary_that_crosses_itself_is_drawn_all_the_same():
    west, south = HERTS
    knot = [[west, south], [west + 0.01, south + 0.02], [west + 0.01, south], [west, south + 0.01], [west, south]]
    (outline,) = card_of([place(1, {"type": "Polygon", "coordinates": [knot]})]).chart.outlines
    assert outline.path.count(",") >= 4


# --- words on the map ---------------------------------------------------------------------------------------------


def test_words_cover_no_dot_and_no_other_words():
    chance = random.Random(5)
    west, south = HERTS
    places = [
        place(n, polygon(west + chance.uniform(0, 0.6), south + chance.uniform(0, 0.3), 300)) for n in range(1, 41)
    ]
    marks = card_of(places).chart.marks
    boxes = [box_of(mark) for mark in marks if mark.label]
    dots = [(x - 12, y - 12, x + 12, y + 12) for x, y in map(pixels, marks)]
    assert 10 < len(boxes) <= 40
    for number, box in enumerate(boxes):
        assert not any(cross(box, other) for other in boxes[number + 1 :])
        assert sum(cross(box, dot) for dot in dots) == 0
        assert box[0] >= 0
        assert box[2] <= 600


def pixels(mark) -> tuple[float, float]:
    return float(mark.left[:-1]) * 6, float(mark.top[:-1]) * 4.5


def box_of(mark) -> tuple[float, float, float, float]:
    """What the words cover on a map 600 pixels wide, as the style sheet places them."""
    x, y = pixels(mark)
    wide = 8 * len(f"{mark.label} {mark.town}".strip())
    left = {"right": x + 13, "left": x - 13 - wide}.get(mark.side, x - wide / 2)
    middle = {"above": y - 24, "below": y + 24}.get(mark.side, y)
    return left, middle - 8, left + wide, middle + 8


def cross(one, other) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_where_dots_lie_on_each_other_the_darkest_is_on_top_and_has_the_number():
    west, south = HERTS
    heap = [place(n, polygon(west + 0.0005 * n, south, 30), arrests=n % 4) for n in range(5)]
    marks = card_of([*heap, *row_of(30)[20:]], measure=ARRESTS).chart.marks
    assert [mark.step for mark in marks] == sorted(mark.step for mark in marks)
    assert marks[-1].label == "4"


def test_the_area_that_was_chosen_is_named_although_others_lie_over_it():
    here = polygon(*HERTS, 300)
    places = [*row_of(12), *(place(n, here, arrests=n) for n in range(20, 24))]
    card = card_of(places, measure=ARRESTS, near=20)
    (mark,) = [mark for mark in card.chart.marks if mark.is_chosen]
    assert (mark.label, mark.town) == ("13", "Town 20")
    drawn = picture(card)
    assert drawn.index("app-map__chosen") > drawn.rindex('fill="url(#map-shape-')


def test_a_town_is_named_once_and_dots_without_room_for_a_number_are_counted():
    places = row_of(12)
    for each in places:
        each.area.town = "Hitchin"
    assert [mark.town for mark in card_of(places).chart.marks] == 11 * [""] + ["Hitchin"]
    west, south = HERTS
    heap = [place(n, polygon(west + 0.0005 * n, south, 30)) for n in range(1, 20)] + row_of(30)[20:]
    chart = card_of(heap).chart
    assert 0 < chart.crowded < len(heap)
    assert f"no room for the numbers of {chart.crowded} areas" in picture(card_of(heap))


# --- weight -------------------------------------------------------------------------------------------------------


def test_few_dots_lead_to_closer_maps_and_of_many_only_the_list_does():
    few, many = picture(card_of(row_of(40))), picture(card_of(row_of(41)))
    assert few.count("<text") > 30
    assert few.count('tabindex="-1"') == 40 + few.count("<text")
    assert "tabindex" not in many
    assert len(re.findall(r"zoom=\d+#map", many)) == 41


@pytest.mark.parametrize("near", [None, 66])
@pytest.mark.parametrize("metres", [300, 2500], ids=["small areas", "areas that cover the county"])
def test_a_hundred_and_twenty_areas_of_many_points_weigh_less_than_60_kb(near, metres):
    west, south = HERTS
    places = [
        place(n, polygon(west + n % 12 * 0.05, south + n // 12 * 0.03, metres, corners=400, jagged=0.4), arrests=n)
        for n in range(1, 121)
    ]
    drawn = picture(card_of(places, measure=ARRESTS, near=near))
    assert len(drawn.split('<svg class="app-map__picture"')[1].split('<p class="app-map__under">')[0]) < 60_000


# --- districts ----------------------------------------------------------------------------------------------------


def outline(west: float, south: float, east: float, north: float) -> str:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def over(outlines: list[str], places: list[MapArea], **view: object):
    return areas_map(Places(places, MapView(**view), outlines))


def test_outlines_of_districts_lie_beneath_and_change_nothing_else():
    _, south = HERTS
    half, far = outline(-3, south, 3, 54), outline(-4, 54, -3, 55)
    for view in ({}, {"near": 5}, {"near": 5, "step": 2}):
        bare, drawn = (
            card_of(row_of(12), **view).chart,
            over([half, outline(-3, 50, 3, 54), far], row_of(12), **view).chart,
        )
        assert replace(drawn, districts=[]) == bare
        # One path: of the second nothing but its inside is on the map, and the third is elsewhere.
        (path,) = drawn.districts
        (_, y), (_, other) = ends = places_on(path)
        assert sorted(x for x, _ in ends) == [0, 1000]
        assert y == other
    html = picture(over([half], row_of(12)))
    assert html.index('<g class="app-districts" aria-hidden="true">') < html.index("app-map__spots")
    assert "app-districts" not in picture(card_of(row_of(12)))


def places_on(path):
    """The places that an SVG path leads through, of which each but the first is given as a distance from the last."""
    found = []
    for part in filter(None, path.rstrip("Z").split("M")):
        start, *steps = [tuple(map(int, pair)) for pair in re.findall(r"(-?\d+),(-?\d+)", part)]
        found += accumulate(steps, lambda place, step: (place[0] + step[0], place[1] + step[1]), initial=start)
    return found


def test_outlines_are_cut_off_where_the_map_ends_and_lose_bends_before_they_get_long():
    west, south = HERTS
    jagged = [json.dumps(polygon(west + 0.2, south + n / 1000, 9_000, 5_000, 0.02)) for n in range(10)]
    paths = over(jagged, row_of(12)).chart.districts
    assert len(paths) == 10
    assert sum(map(len, paths)) <= 5_000
    places = [place for path in paths for place in places_on(path)]
    assert all(0 <= x <= 1000 and 0 <= y <= 750 for x, y in places)


@pytest.mark.parametrize("broken", ['{"type": "Polygon"}', '{"type": "Polygon", "coordinates": "here"}'])
def test_an_outline_that_cannot_be_drawn_is_left_out(broken):
    assert over([broken], row_of(3)).chart.districts == []
    assert over([outline(-3, HERTS[1], 3, 54)], [place(7, {"type": "Polygon"})]).chart is None


def test_people_see_the_outlines_of_their_districts(worked, as_user):
    _, south = HERTS
    District.objects.update(outline=json.loads(outline(-3, south, 3, 54)))
    HotspotArea.objects.update(boundary=polygon(*HERTS, 300))
    for person, seen in ((worked.anna, 2), (worked.sam, 1)):
        page = map_of(as_user(person).get(URL))
        (districts,) = re.findall(r'<g class="app-districts" aria-hidden="true">(.*?)</g>', page, re.DOTALL)
        assert districts.count("<path") == seen
        assert "faintly those of districts" in page


def test_places_lie_beneath_with_the_names_that_have_room():
    _, south = HERTS
    there, far = outline(-3, south, 3, 54), outline(-4, 54, -3, 55)
    beneath = [("Long Marston", there), ("Elsewhere", far), ("Tring", there)]
    drawn = areas_map(Places(row_of(12), MapView(), (), beneath)).chart
    assert len(drawn.places) == 2
    assert [each.name for each in drawn.place_names] == ["Long Marston"]
    assert replace(drawn, places=[], place_names=[]) == card_of(row_of(12)).chart
    html = picture(areas_map(Places(row_of(12), MapView(), (), beneath)))
    assert "Long Marston</text>" in html
    assert html.index("app-places-beneath") < html.index("app-map__spots")


def test_the_dashboard_asks_for_the_places_around_its_areas(worked, as_user):
    west, south = HERTS
    HotspotArea.objects.update(boundary=polygon(*HERTS, 300))
    factories.PlaceFactory(name="Whitwell", west=west - 0.05, south=south)
    factories.PlaceFactory(name="Far away", west=west + 2, south=south)
    page = map_of(as_user(worked.anna).get(URL))
    assert page.count("app-places-beneath") == 1
    assert "Far away" not in page
    assert "faintly places" in page


# --- the page -----------------------------------------------------------------------------------------------------


def map_of(response) -> str:
    html = response.content.decode()
    card = html[html.index('id="map"') :]
    return card[: card.index("</section>")]


def test_the_query_asks_figures_and_boundaries_and_nothing_else(worked, django_assert_num_queries):
    areas = list(HotspotArea.objects.select_related("district").defer("boundary"))
    with django_assert_num_queries(2):
        card = areas_map(by_place(Selection(worked.programme, SEPTEMBER, areas, NOW)))
    assert {row[0] for row in card.rows} == {worked.hitchin.name, worked.letchworth.name, worked.watford.name}
    with django_assert_num_queries(3):
        by_place(Selection(worked.programme, SEPTEMBER, areas, NOW, districts=District.objects.visible_to(worked.anna)))


def test_an_area_that_was_not_active_is_on_the_map_only_with_something_counted(worked):
    HotspotArea.objects.update(last_day=date(2024, 8, 1))
    areas = list(HotspotArea.objects.all())
    found = by_place(Selection(worked.programme, Period(date(2024, 10, 7), date(2024, 10, 7)), areas, NOW))
    assert [each.area for each in found.places] == [worked.watford]
    later = Selection(worked.programme, Period(date(2024, 11, 1), date(2024, 11, 7)), areas, NOW)
    assert list(by_place(later).places) == []


def test_an_area_that_was_not_active_cannot_be_looked_at_and_that_is_said(worked, as_user):
    HotspotArea.objects.filter(pk=worked.watford.pk).update(last_day=date(2024, 8, 1))
    page = map_of(as_user(worked.anna).get(f"{URL}?period=2024-09&zoom={worked.watford.pk}"))
    assert "The area to zoom to was not active in this period, so the map shows all that were." in page


def test_a_narrower_question_forgets_an_area_that_it_leaves_out(worked, as_user):
    client = as_user(worked.anna)
    question = client.get(f"{URL}?map=arrests&zoom={worked.watford.pk}-2").context["sheet"].question
    assert f"map=arrests&zoom={worked.watford.pk}-2" in question.query()
    assert "zoom" not in question.query(areas=[worked.hitchin])
    assert question.query_without_map == question.query(view=MapView())


def test_the_address_names_the_measure_and_the_page_keeps_it_everywhere(worked, as_user):
    response = as_user(worked.anna).get(f"{URL}?map=arrests")
    card = unescape(map_of(response))
    assert f"{worked.hitchin.name} had the most: 9 arrests, of 10 in these 3 areas." in card
    assert re.search(r'href="/dashboard/map\.csv\?[^"]*map=arrests', card)
    assert '<option value="arrests" selected>' in response.content.decode()
    assert re.search(r'href="[^"]*map=arrests[^"]*"[^>]*aria-current="true"', card)
    rows = file_rows(as_user(worked.anna).get(f"{URL}map.csv?map=arrests"))
    assert (rows[0]["hotspot_area"], rows[0]["arrests (arrests)"]) == (worked.hitchin.name, "9")
    assert cells(response.content.decode(), "map")[0][-1] == "9"


def test_patrol_hours_are_shown_unless_another_measure_is_asked_for(worked, as_user):
    page = map_of(as_user(worked.anna).get(URL))
    assert "patrol hours, of" in page
    assert "map=patrol_hours" not in as_user(worked.anna).get(URL).content.decode().split('id="map"')[0]


def test_every_link_of_the_map_leads_to_a_map(worked, as_user):
    HotspotArea.objects.filter(pk=worked.watford.pk).update(boundary=polygon(-0.4, 51.65, 300))
    client = as_user(worked.anna)
    query = f"?period=2024-10&map=arrests&zoom={worked.watford.pk}"
    links = set(re.findall(r'href="(\?[^"#]*)#map"', map_of(client.get(f"{URL}{query}"))))
    assert len(links) >= 6 + 3 + 2
    for link in links:
        response = client.get(f"{URL}{unescape(link)}")
        assert "Some of this was not used" not in said(response)
        assert "app-map__picture" in map_of(response)
        assert response.context["sheet"].question.code == "2024-10"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("map=horoscope", "The map cannot show ‘horoscope’."),
        ("map=clock_hours", "The map cannot show ‘clock_hours’."),
        ("zoom=999999", "The map has no area ‘999999’ to zoom to."),
        ("zoom=1-2-3", "The map has no area ‘1-2-3’ to zoom to."),
        ("zoom=%D9%A1", "The map has no area ‘١’ to zoom to."),
        (f"zoom={'9' * 400}", f"The map has no area ‘{'9' * 40}’ to zoom to."),
    ],
)
def test_what_makes_no_sense_is_ignored_and_said(worked, as_user, query, words):
    response = as_user(worked.anna).get(f"{URL}?{query}")
    assert words in said(response)
    assert "patrol hours, of" in map_of(response)
    question = response.context["sheet"].question
    assert question.view == MapView()
    assert "zoom" not in question.query()


def test_a_supervisor_cannot_look_at_an_area_elsewhere(worked, as_user):
    response = as_user(worked.sam).get(f"{URL}?zoom={worked.watford.pk}")
    assert f"The map has no area ‘{worked.watford.pk}’ to zoom to." in said(response)
    assert "Watford" not in map_of(response)


def test_long_names_and_marks_in_names_are_written_as_they_are(worked, as_user):
    name = "<b>O'Connell & Sons</b> " + "very " * 15
    HotspotArea.objects.filter(pk=worked.hitchin.pk).update(name=name, town=name[:80])
    html = map_of(as_user(worked.anna).get(URL))
    assert "<b>O" not in html
    assert unescape(html).count(name.strip()) >= 3
