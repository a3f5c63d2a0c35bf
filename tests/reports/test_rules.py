"""What is withheld cannot be worked out: small counts, and the others it takes (E10, E11)."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.models import Programme
from reports.rules import determined, newly_told, spans, told_runs, withheld, withheld_cells

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


def published_equations(areas, tree):
    """All that a reader knows: the total over all areas of each span, and that each span is the sum of its parts."""
    for span in tree:
        yield {(area, span): 1 for area in areas}
    for span, parts in tree.items():
        for area in areas:
            if parts:
                yield {(area, span): -1, **{(area, part): 1 for part in parts}}


def cell_value(counts, area, span):
    return sum(n for (of, month), n in counts.items() if of == area and span[0] <= month <= span[1])


def check(areas, months, numbers) -> None:
    counts = dict(zip([(area, month) for area in areas for month in months], numbers, strict=True))
    tree = spans(months)
    hidden = withheld_cells(counts, areas, months, small=SMALL)
    cells = [(area, span) for area in areas for span in tree]
    assert {cell for cell in cells if 1 <= cell_value(counts, *cell) <= 4} <= hidden <= set(cells)
    known = rational_solutions(list(published_equations(areas, tree)), [cell for cell in cells if cell in hidden])
    assert known == set()


@given(grids(st.integers(2, 5), st.integers(1, 5)))
@settings(max_examples=60, deadline=None)
def test_e11_no_withheld_cell_can_be_worked_out(grid):
    check(*grid)


@pytest.mark.slow
@given(grids(st.integers(2, 7), st.integers(1, 14)))
@settings(max_examples=300, deadline=None)
def test_e11_no_withheld_cell_can_be_worked_out_at_length(grid):
    check(*grid)


@given(st.lists(st.integers(0, 40), min_size=2, max_size=14))
def test_e11_one_column_with_its_total_has_no_lone_gap(numbers):
    values = dict(enumerate(numbers))
    hidden = withheld(values, [dict.fromkeys(values, 1)], small=SMALL)
    assert {key for key, value in values.items() if value in SMALL} <= hidden
    assert len(hidden) != 1
    assert bool(hidden) == any(value in SMALL for value in numbers)
    # Readers know that [c] is no negative number; were all of them 1, their sum would say so.
    assert not hidden or len(hidden) == len(values) or any(values[key] != 1 for key in hidden)


@given(grids(st.integers(2, 5), st.integers(1, 6)), st.sets(st.integers(0, 200)))
@settings(max_examples=60, deadline=None)
def test_what_is_determined_agrees_with_exact_fractions(grid, chosen):
    areas, months, _ = grid
    tree = spans(months)
    cells = [(area, span) for area in areas for span in tree]
    hidden = {cells[place % len(cells)] for place in chosen}
    rows = list(published_equations(areas, tree))
    # The totals of quarters and years say nothing that those of the months and of each area do not.
    enough = [row for row in rows if -1 in row.values() or not tree[next(iter(row))[1]]]
    assert determined(enough, hidden) == rational_solutions(rows, [cell for cell in cells if cell in hidden])


def test_e10_counts_of_one_to_four_are_small_and_zero_is_not():
    assert [n for n in range(-1, 8) if n in Programme().small] == [*SMALL] == [1, 2, 3, 4]
    assert [*Programme(smallest_shown=3).small] == [1, 2]


@given(
    values=st.lists(st.integers(0, 9), min_size=1, max_size=8),
    asked=st.lists(st.tuples(st.integers(0, 7), st.integers(1, 8)), max_size=12),
)
def test_e11_statements_one_after_the_other_never_tell_a_small_number_of_months(values, asked):
    """Each is told unless a small run of months would follow; in the end elimination finds none that was not told."""
    months = len(values)
    runs = [(first, min(first + length, months)) for first, length in asked if first < months]
    told: list[tuple[int, int]] = []
    for run in runs:
        if not any(sum(values[first:end]) in SMALL for first, end in newly_told(told, run)):
            told.append(run)
    everything = [(first, end) for first in range(months) for end in range(first + 1, months + 1)]
    follows = {run for run in everything if in_span(run, told, months)}
    assert told_runs(told) == follows
    assert not [run for run in follows if sum(values[slice(*run)]) in SMALL]


def in_span(run, told, months) -> bool:
    """Whether a run's sum is a combination of the told ones: by elimination with exact fractions, the slow twin."""
    basis: list[list[Fraction]] = []

    def rest(first, end):
        vector = [Fraction(first <= place < end) for place in range(months)]
        for row in basis:
            lead = next(place for place, value in enumerate(row) if value)
            share = vector[lead] / row[lead]
            vector = [value - share * other for value, other in zip(vector, row, strict=True)]
        return vector

    for each in told:
        if any(vector := rest(*each)):
            basis.append(vector)
    return not any(rest(*run))


def test_the_smallest_other_count_is_withheld_with_a_lone_small_one():
    assert withheld({"a": 3, "b": 40, "c": 9, "d": 0}, [{"a": 1, "b": 1, "c": 1, "d": 1}], small=SMALL) == {"a", "c"}


def test_a_zero_is_withheld_where_nothing_else_can_hide_a_small_count():
    assert withheld({"a": 3, "b": 0}, [{"a": 1, "b": 1}], small=SMALL) == {"a", "b"}


def test_nothing_is_withheld_without_small_counts():
    assert withheld({"a": 0, "b": 5, "c": 900}, [{"a": 1, "b": 1, "c": 1}], small=SMALL) == set()


def test_a_small_month_is_not_given_away_by_its_quarter():
    months = MONTHS[2:5]
    counts = {(1, months[0]): 3, (1, months[1]): 10, (1, months[2]): 20, (2, months[0]): 2, (2, months[1]): 50}
    hidden = withheld_cells(counts, [1, 2], months, small=SMALL)
    assert {(1, (months[0], months[0])), (2, (months[0], months[0]))} <= hidden
    quarter = (months[0], months[2])
    for area in (1, 2):
        of_area = {span for of, span in hidden if of == area}
        assert quarter in of_area or len(of_area) > 1


def test_a_year_is_a_tree_of_months_quarters_and_financial_years():
    tree = spans(MONTHS)
    may, june = ((month, month) for month in MONTHS[:2])
    assert tree[MONTHS[0], MONTHS[1]] == [may, june]
    assert tree[MONTHS[0], MONTHS[10]] == [
        (MONTHS[0], MONTHS[1]),
        (MONTHS[2], MONTHS[4]),
        (MONTHS[5], MONTHS[7]),
        (MONTHS[8], MONTHS[10]),
    ]
    assert tree[MONTHS[0], MONTHS[-1]] == [(MONTHS[0], MONTHS[10]), (MONTHS[11], MONTHS[13])]
    assert spans([]) == {}
