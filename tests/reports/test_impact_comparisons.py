"""Matched places of comparison, what could be expected without patrols, and harm: against data made for each."""

import math
from collections.abc import Iterable

import numpy as np
import pytest
import shapely
from shapely.geometry import box

from hotspot.core.errors import DomainError
from hotspots.analysis.cells import areas_of, cells_at
from hotspots.models import IncidentCategory
from reports.impact import method_presenters, operations
from reports.impact.expecting import compare, expected_after
from reports.impact.matching import CIRCLES_AN_AREA, match_areas, quality_of
from reports.impact.points import Points
from reports.impact.statistics import Counted, displacement_difference
from reports.impact.weighing import CategoryCounts, Weights, harm_difference
from tests.hotspots import police_data
from tests.reports import impact

WEST, SOUTH = -0.30, 51.90
AREA = box(WEST, SOUTH, WEST + 0.004, SOUTH + 0.0025)
EVERY = np.array([True, True, True, True])


def points(rows: Iterable[tuple[float, float, Iterable[int]]]) -> Points:
    """Places with their monthly counts, of one category in no district."""
    flat = [(x, y, month, n) for x, y, counts in rows for month, n in enumerate(counts) if n]
    longitudes, latitudes, months, numbers = zip(*flat, strict=True)
    nothing = np.zeros(len(flat), np.intp)
    return Points(
        months=np.array(months, np.intp),
        categories=nothing,
        districts=nothing.astype(np.int64),
        longitudes=np.array(longitudes),
        latitudes=np.array(latitudes),
        numbers=np.array(numbers, np.int64),
        all_categories=[1],
        month_count=4,
    )


def at(east: int, north: int = 0) -> tuple[float, float]:
    """The middle of a place so many kilometres from that of the area."""
    return WEST + 0.002 + east / 68.7, SOUTH + 0.00125 + north / 111.3


INSIDE = (*at(0), [20, 20, 20, 20])


def places_of(match) -> list[tuple[float, float]]:
    return sorted((round(each.longitude, 4), round(each.latitude, 4)) for each in match.circles)


def test_places_of_the_same_level_and_trend_are_chosen():
    alike, fuller, falling = (*at(3), [21, 19, 20, 20]), (*at(6), [60, 60, 60, 60]), (*at(9), [40, 40, 0, 0])
    match = match_areas(points([INSIDE, alike, fuller, falling]), [AREA], [], EVERY)
    assert places_of(match) == [tuple(round(each, 4) for each in at(3))]
    assert match.unmatched == []
    assert match.circles[0].radius == pytest.approx(math.sqrt(279 * 274 / math.pi), rel=0.03)
    assert match.means[0].tolist() == [20, 20, 20, 20]
    assert match.means[1].tolist() == [21, 19, 20, 20]


def test_no_more_than_three_places_an_area_and_none_that_touch():
    many = [(*at(2 + east, north), [20, 20, 20, 20]) for east in range(4) for north in range(4)]
    close = [(x + 0.004, y, counts) for x, y, counts in many]
    match = match_areas(points([INSIDE, *many, *close]), [AREA, shapely.affinity.translate(AREA, 0, 0.05)], [], EVERY)
    assert len(match.circles) == CIRCLES_AN_AREA
    # The second area has nothing at all, and no place without incidents is tried.
    assert match.unmatched == [1]
    middles = [shapely.Point(each.longitude * 68.7, each.latitude * 111.3) for each in match.circles]
    apart = [one.distance(other) for one in middles for other in middles if one is not other]
    assert min(apart) > 2 * match.circles[0].radius / 1_000 * 0.99


def test_land_that_is_kept_out_and_the_area_itself_are_not_chosen():
    alike = (*at(3), [20, 20, 20, 20])
    kept_out = shapely.Point(at(3)).buffer(0.001)
    assert match_areas(points([INSIDE, alike]), [AREA], [kept_out], EVERY).unmatched == [0]
    assert match_areas(points([INSIDE]), [AREA], [], EVERY).circles == []


def test_months_after_have_no_say_in_the_match():
    alike = (*at(3), [20, 20, 500, 500])
    match = match_areas(points([INSIDE, alike]), [AREA], [], np.array([True, True, False, False]))
    assert len(match.circles) == 1
    assert match.areas.tolist() == [[20, 20]]


def test_a_place_that_is_only_known_from_months_after_is_not_chosen():
    """Areas with next to nothing are like any place without incidents: what came there later must not choose it."""
    area, later = (*at(0), [1, 0, 1, 0]), (*at(3), [0, 0, 500, 500])
    match = match_areas(points([area, later]), [AREA], [], np.array([True, True, False, False]))
    assert match.circles == []


def test_points_in_a_circle_are_compared_with():
    alike, elsewhere = (*at(3), [20, 20, 20, 20]), (*at(8), [200, 200, 200, 200])
    found = points([INSIDE, alike, elsewhere])
    match = match_areas(found, [AREA], [], EVERY)
    assert match.holds(found).tolist() == [False] * 4 + [True] * 4 + [False] * 4


@pytest.mark.parametrize(
    ("areas", "comparison", "is_close"),
    [
        ([10, 10, 10, 10], [10, 11, 10, 10], True),
        ([10, 10, 10, 10], [13, 13, 13, 13], False),
        ([10, 10, 10, 10], [12, 11, 9, 8], False),
        # The trend of one month is not known.
        ([10], [10], False),
    ],
)
def test_a_match_says_how_good_it_is(areas, comparison, is_close):
    assert quality_of(areas, comparison).is_close is is_close


def test_a_match_with_nothing_has_no_quality():
    assert quality_of([0, 0], [1, 1]) is None
    assert quality_of([5, 5, 5, 5, 5, 9], [1, 1, 1, 1, 1, 2]).correlation == pytest.approx(1)


def test_empirical_bayes_expects_of_the_worst_places_what_they_then_have():
    """Places with gamma rates, the worst fifty chosen: what is expected is near what they have next."""
    random = np.random.default_rng(20_261_130)
    number = 2_000
    rates = random.gamma(2, 3, number)
    before, after = random.poisson(rates), random.poisson(rates)
    where = [at(column, row) for column in range(50) for row in range(40)]
    rows = [(x, y, [int(n), 0, 0, 0]) for (x, y), n in zip(where, before, strict=True)]
    # A place without incidents before has one in a later month, or it would not be known at all.
    rows = [(x, y, counts if counts[0] else [0, 1, 0, 0]) for x, y, counts in rows]
    found = points(rows)
    worst = np.argsort(-before, kind="stable")[:50]
    cell = float(areas_of(cells_at(np.array([where[0][0]]), np.array([where[0][1]]), 9))[0])
    half = math.sqrt(cell) / 2
    shapes = [
        box(where[each][0] - half / 68_700, where[each][1] - half / 111_300,
            where[each][0] + half / 68_700, where[each][1] + half / 111_300)
        for each in worst
    ]  # fmt: skip
    expected = expected_after(
        found, shapes, before[worst].tolist(), np.array([True, False, False, False]), Counted(10_000, 10_000),
        dispersion=1,
    )  # fmt: skip
    total, had, has = sum(each.after for each in expected), before[worst].sum(), after[worst].sum()
    assert abs(total - has) < 0.1 * has
    assert had > 1.15 * has
    found = compare(float(has), expected, Counted(10_000, 10_000), dispersion=1)
    assert found.interval().holds(1)


def test_nothing_is_expected_without_a_comparison():
    found = points([INSIDE, (*at(3), [1, 0, 0, 0])])
    assert expected_after(found, [AREA], [80], EVERY, Counted(0, 5), dispersion=1) is None
    assert compare(5, [], Counted(9, 9), dispersion=1) is None


def test_harm_is_the_weighted_sum_of_differences():
    burglary = CategoryCounts(1, Counted(40, 30), Counted(100, 110))
    robbery = CategoryCounts(2, Counted(4, 1), Counted(10, 12))
    unweighted = CategoryCounts(3, Counted(90, 10), Counted(90, 90))
    found = harm_difference([burglary, robbery, unweighted], Weights({1: 10.0, 2: 365.0}, ["Other"]), scale=2.5)
    single = [
        displacement_difference(each.areas, each.comparison, areas=(1, 2.5, 1, 1)) for each in (burglary, robbery)
    ]
    assert found.value == pytest.approx(10 * (-10 - 4) + 365 * (-3 - 0.8))
    assert found.error == pytest.approx(math.hypot(10 * single[0].error, 365 * single[1].error))
    assert harm_difference([unweighted], Weights({1: 10.0}, []), scale=1) is None


def test_nothing_is_prevented_where_every_category_changed_as_it_did_elsewhere():
    """Places that differ in what they have: each category fell or rose by the same share in both."""
    robbery = CategoryCounts(1, Counted(40, 20), Counted(100, 50))
    burglary = CategoryCounts(2, Counted(60, 90), Counted(900, 1_350))
    found = harm_difference([robbery, burglary], Weights({1: 365.0, 2: 10.0}, []), scale=10)
    assert found.value == pytest.approx(0)


def test_a_study_weighs_by_harm_and_names_what_has_no_weight(force, now):
    police_data.loaded(by=force.anna)
    table = police_data.weights(by=force.anna)
    found = impact.answered(force, harm_table=table)
    harm = found.result["harm"]
    assert harm["table"] == str(table)
    weighed = {"Burglary", "Robbery"}
    names = set(IncidentCategory.objects.filter(is_police_generated=False).values_list("name", flat=True))
    assert set(harm["without_weight"]) == names - weighed
    words = {row["key"]: row["value"] for row in method_presenters.methods(found)}
    assert "Weighed by harm" in words


def test_a_matched_study_says_what_nothing_is_like(force, now):
    police_data.loaded(by=force.anna)
    found = impact.answered(force, is_matched=True)
    assert found.result["match"]["unmatched"] == [force.hitchin.name]
    assert found.result["comparison"]["before"] == 0
    words = {row["key"]: row["value"] for row in method_presenters.methods(found)}
    assert f"Nothing is like {force.hitchin.name}" in words["Places of comparison"]


def test_areas_are_chosen_or_matched_but_not_both(force, now):
    police_data.loaded(by=force.anna)
    with pytest.raises(DomainError) as refusal:
        impact.asked(force, is_matched=True, comparison_areas=[force.letchworth])
    assert refusal.value.code == "impact_compared_twice"


def test_answers_of_the_first_version_can_still_be_read(force, now):
    police_data.loaded(by=force.anna)
    found = impact.answered(force)
    for name in ("harm", "match", "joint_dispersion"):
        del found.result[name]
    for each in (found.result["all"], *found.result["areas"]):
        for name in ("judged", "z", "expected", "by_expected", "by_expected_interval", "by_expected_judged"):
            del each[name]
    del found.result["patrols"]
    assert next(row["key"] for row in method_presenters.methods(found)) == "How much months vary"
    assert method_presenters.expected_rows(found) == []


def test_the_job_answers_as_at_its_own_time(force, now):
    police_data.loaded(by=force.anna)
    study = impact.answered(force)
    operations.answer_study(job=study.job)
    again = type(study).objects.get(pk=study.pk)
    assert again.result == study.result
