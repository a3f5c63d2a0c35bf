"""What is withheld cannot be worked out: small counts, and the others it takes."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.models import Programme
from reports.figures.suppression_rules import PublishedRun, shown_month_ends

pytestmark = pytest.mark.slow

SMALL = range(1, 5)
MONTHS = [date(2024, month, 1) for month in range(5, 13)] + [date(2025, month, 1) for month in range(1, 7)]


def grids(areas: st.SearchStrategy[int], months: st.SearchStrategy[int]):
    """Counts by area and month: mostly zero or small, as in life, with the number of areas and the months."""
    counts = st.one_of(st.just(0), st.integers(0, 6), st.integers(0, 30))
    return st.tuples(areas, months).flatmap(
        lambda size: st.tuples(
            st.just(list(range(1, size[0] + 1))),
            st.just(MONTHS[: size[1]]),
            st.lists(counts, min_size=size[0] * size[1], max_size=size[0] * size[1]),
        )
    )


def rational_solutions(rows: list[dict], unknowns: list) -> set:
    """The unknowns that linear equations determine, by elimination with exact fractions: the slow twin."""
    matrix = [[Fraction(row.get(key, 0)) for key in unknowns] for row in rows]
    done = 0
    for column in range(len(unknowns)):
        pivot = next((r for r in range(done, len(matrix)) if matrix[r][column]), None)
        if pivot is None:
            continue
        matrix[done], matrix[pivot] = matrix[pivot], matrix[done]
        matrix[done] = [value / matrix[done][column] for value in matrix[done]]
        for r, row in enumerate(matrix):
            if r != done and row[column]:
                matrix[r] = [value - row[column] * above for value, above in zip(row, matrix[done], strict=True)]
        done += 1
    return {unknowns[next(i for i, value in enumerate(row) if value)] for row in matrix if sum(map(bool, row)) == 1}


def ranges(months: int) -> list[tuple[int, int]]:
    """Every range of whole months by the places of its ends."""
    return [(first, end) for first in range(months) for end in range(first + 1, months + 1)]


def counted(counts, area, months, span) -> int:
    return sum(counts[area, month] for month in months[slice(*span)])


def equations(areas, months, told):
    """All that a reader knows: the total of all areas of each month, and each range that is shown."""
    for month in months:
        yield {(area, month): 1 for area in areas}
    for area in areas:
        for first, end in ranges(len(months)):
            if {first, end} <= told[area]:
                yield {(area, month): 1 for month in months[first:end]}


def follows(areas, months, told) -> set:
    """The withheld ranges that a reader can work out by linear algebra: area and range."""
    cells = {
        (area, span): {(area, month): 1 for month in months[slice(*span)]} | {(area, span): -1}
        for area in areas
        for span in ranges(len(months))
        if not {*span} <= told[area]
    }
    unknowns = [(area, month) for area in areas for month in months]
    known = rational_solutions([*equations(areas, months, told), *cells.values()], [*unknowns, *cells])
    return known & cells.keys()


def grid_of(areas, months, numbers):
    return dict(zip([(area, month) for area in areas for month in months], numbers, strict=True))


def check(areas, months, numbers) -> None:
    counts = grid_of(areas, months, numbers)
    told = shown_month_ends(counts, areas, months, small=SMALL)
    for area in areas:
        shown = [span for span in ranges(len(months)) if {*span} <= told[area]]
        assert not [span for span in shown if counted(counts, area, months, span) in SMALL]
    assert follows(areas, months, told) == set()


@given(grids(st.integers(2, 4), st.integers(1, 4)))
@settings(max_examples=60)
def test_no_withheld_range_of_months_can_be_worked_out(grid):
    check(*grid)


@given(grids(st.integers(2, 6), st.integers(1, 7)))
@settings(max_examples=150)
def test_no_withheld_range_of_months_can_be_worked_out_at_length(grid):
    check(*grid)


@given(grids(st.integers(1, 6), st.integers(2, 14)))
@settings(max_examples=100)
def test_the_next_month_changes_nothing_that_was_shown_before(grid):
    """Whoever read the figures month after month knows what the newest show, and no more."""
    areas, months, numbers = grid
    counts = grid_of(areas, months, numbers)
    now = shown_month_ends(counts, areas, months, small=SMALL)
    before = shown_month_ends(counts, areas, months[:-1], small=SMALL)
    assert {area: places - {len(months)} for area, places in now.items()} == before


@given(grids(st.integers(2, 6), st.integers(1, 14)))
@settings(max_examples=100)
def test_numbers_are_never_below_zero_and_that_gives_none_away(grid):
    """What is untold since each area was last told could be split over the areas in another way, at every place."""
    areas, months, numbers = grid
    counts = grid_of(areas, months, numbers)
    told = shown_month_ends(counts, areas, months, small=SMALL)
    if not any(numbers):
        return
    for place in range(1, len(months) + 1):
        since = {
            area: counted(counts, area, months, (max(known for known in told[area] if known < place), place))
            for area in areas
            if place not in told[area]
        }
        assert len(since) != 1
        assert not since or any(since.values())
        assert not since or set(since.values()) != {1} or len(since) == len(areas)


@given(
    grids(st.integers(2, 3), st.integers(1, 5)),
    st.sets(st.tuples(st.integers(1, 3), st.integers(0, 4), st.integers(1, 5), st.integers(-6, 6)), max_size=4),
)
@settings(max_examples=100)
def test_no_small_difference_to_what_was_published_is_shown(grid, published):
    """A range that was published, and was corrected since, is shown again when it differs by enough."""
    areas, months, numbers = grid
    counts = grid_of(areas, months, numbers)
    runs = [
        PublishedRun(area, first, end, max(0, counted(counts, area, months, (first, end)) + change))
        for area, first, end, change in published
        if area in areas and first < end <= len(months)
    ]
    told = shown_month_ends(counts, areas, months, small=SMALL, published=runs)
    for run in runs:
        now = counted(counts, run.area, months, (run.first, run.end))
        assert not {run.first, run.end} <= told[run.area] or abs(now - run.count) not in SMALL
    assert follows(areas, months, told) == set()


def test_what_was_published_is_compared_across_statements():
    """May and June were published one by one, then an arrest was added in May: May to June tells it."""
    counts = {(1, MONTHS[0]): 8, (1, MONTHS[1]): 9, (2, MONTHS[0]): 30, (2, MONTHS[1]): 30}
    told = shown_month_ends(
        counts,
        [1, 2],
        MONTHS[:2],
        small=SMALL,
        published=[PublishedRun(1, 0, 1, 7), PublishedRun(1, 1, 2, 9)],
    )
    assert told == {1: {0}, 2: {0}}


def test_counts_of_one_to_four_are_small_and_zero_is_not():
    assert [n for n in range(-1, 8) if n in Programme().small] == [*SMALL] == [1, 2, 3, 4]
    assert [*Programme(smallest_shown=3).small] == [1, 2]


def one_month(*numbers: int) -> list[bool]:
    """Whether each area's count is told, of one month."""
    areas = list(range(len(numbers)))
    told = shown_month_ends(grid_of(areas, MONTHS[:1], numbers), areas, MONTHS[:1], small=SMALL)
    return [1 in told[area] for area in areas]


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ((3, 40, 9, 0), [False, True, False, True]),  # The smallest other one is withheld with a lone small one.
        ((3, 0), [False, False]),  # A zero where nothing else can hide it.
        ((1, 1, 20), [False, False, False]),  # Their sum of 2 would say that each is 1.
        ((2, 1, 20), [False, False, True]),
        ((0, 5, 900), [True, True, True]),
        ((3,), [False]),
    ],
)
def test_what_is_withheld_in_one_month(numbers, told):
    assert one_month(*numbers) == told


def test_a_small_month_is_shown_with_the_months_after_it():
    counts = grid_of([1, 2], MONTHS[:4], [9, 3, 12, 8, 50, 4, 60, 70])
    told = shown_month_ends(counts, [1, 2], MONTHS[:4], small=SMALL)
    # Neither June nor July by itself, but May, August, June to July, and everything since launch.
    assert told == {1: {0, 1, 3, 4}, 2: {0, 1, 3, 4}}


def test_one_that_hides_another_stays_untold_until_it_moves():
    """Else it would turn out to be nothing, and the other would be known: area 2 has had no arrest at all."""
    counts = grid_of([1, 2], MONTHS[:3], [3, 6, 0, 0, 0, 7])
    assert shown_month_ends(counts, [1, 2], MONTHS[:3], small=SMALL) == {1: {0, 3}, 2: {0, 3}}


def test_a_month_without_a_count_is_a_month_with_none():
    dense = grid_of([1, 2], MONTHS[:3], [9, 0, 4, 50, 0, 60])
    sparse = {cell: count for cell, count in dense.items() if count}
    told = shown_month_ends(sparse, [1, 2], MONTHS[:3], small=SMALL)
    assert told == shown_month_ends(dense, [1, 2], MONTHS[:3], small=SMALL) == {1: {0, 1, 2}, 2: {0, 1, 2}}


def test_the_area_that_moved_least_since_it_was_told_hides_another():
    counts = grid_of([1, 2, 3], MONTHS[:2], [50, 3, 6, 9, 7, 8])
    told = shown_month_ends(counts, [1, 2, 3], MONTHS[:2], small=SMALL)
    # In June area 3 had 8 arrests and area 2 had 9; in all they had 15 each.
    assert told == {1: {0, 1}, 2: {0, 1, 2}, 3: {0, 1}}


def test_what_follows_backwards_from_a_published_run_is_known_too():
    """June was published as 19, and June to July as 24: from 20 up to June follow 1 up to May and 25 up to July."""
    counts = grid_of([1, 2], MONTHS[:3], [3, 17, 6, 50, 50, 50])
    published = [PublishedRun(1, 1, 2, 19), PublishedRun(1, 1, 3, 24)]
    told = shown_month_ends(counts, [1, 2], MONTHS[:3], small=SMALL, published=published)
    assert told == {1: {0, 2}, 2: {0, 2}}
    assert shown_month_ends(counts, [1, 2], MONTHS[:3], small=SMALL) == {1: {0, 2, 3}, 2: {0, 2, 3}}


def test_a_published_run_of_an_area_that_is_not_asked_for_says_nothing():
    counts = grid_of([1, 2], MONTHS[:1], [8, 30])
    told = shown_month_ends(counts, [1, 2], MONTHS[:1], small=SMALL, published=[PublishedRun(3, 0, 1, 7)])
    assert told == {1: {0, 1}, 2: {0, 1}}


@pytest.mark.parametrize(("now", "is_told"), [(7, True), (8, False), (11, False), (12, True)])
def test_a_correction_is_shown_again_once_it_is_no_small_number(now, is_told):
    counts = grid_of([1, 2], MONTHS[:1], [now, 30])
    told = shown_month_ends(counts, [1, 2], MONTHS[:1], small=SMALL, published=[PublishedRun(1, 0, 1, 7)])
    assert (1 in told[1]) is is_told
