"""Summaries and figures are exact after whatever was written: against a recount and against the slow twin."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.core.calendar import Period
from reports.figures.headline import COLUMNS, Counts, Grain, figures
from reports.figures.history import counted_at, settled_moment
from reports.figures.summary_check import summary_differences
from tests.conftest import NOW
from tests.reports.naive import MEASURES, naive_figures
from tests.reports.writes import EDGES, STEPS, add_crew, add_outcomes, add_shifts, add_visits, make_world, writes

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SPLITS = ((), (Grain.AREA,), (Grain.MONTH,), (Grain.DAY,), (Grain.AREA, Grain.MONTH), (Grain.AREA, Grain.DAY))
days = st.dates(date(2024, 5, 1), date(2025, 3, 31))
periods = st.tuples(days, days).map(lambda ends: Period(min(ends), max(ends)))

quick = settings(max_examples=25)
long = settings(quick, max_examples=600)


def as_dict(counts: Counts) -> dict[str, int]:
    return {column: getattr(counts, column) for column in COLUMNS}


def write(world, steps) -> None:
    for step, number, at, state in steps:
        step(world, number, at, state)


def check(world, steps, period) -> None:
    """All summaries are a recount; all figures are the twin's; parts add up to the total."""
    world.shifts = []
    with transaction.atomic():
        write(world, steps)
        assert summary_differences() == []
        for stream in world.streams[1:]:
            for areas in (world.areas, world.areas[:2]):
                check_figures(stream.programme, period, [area.pk for area in areas])
        transaction.set_rollback(True)


def check_figures(programme, period, areas) -> None:
    for by in SPLITS:
        found = figures(programme=programme, period=period, areas=areas, at=NOW, by=by)
        twin = naive_figures(programme, period.first_day, period.last_day, areas, by)
        if by:
            assert {tuple(getattr(row, grain) for grain in by): as_dict(row.counts) for row in found.rows} == twin
        else:
            assert as_dict(found.totals) == twin.get((), dict.fromkeys(MEASURES, 0))
        if by == (Grain.AREA, Grain.MONTH):
            assert counted_at(programme=programme, period=period, areas=areas, moment=settled_moment()) == found.rows


@given(steps=writes, period=periods)
@quick
def test_figures_are_a_recount_after_any_writes(force, steps, period):
    check(make_world_once(force), steps, period)


@given(steps=writes, period=periods)
@long
def test_figures_are_a_recount_after_any_writes_at_length(force, steps, period):
    check(make_world_once(force), steps, period)


_WORLDS: dict[int, object] = {}


def make_world_once(force):
    """One world for all examples of a test: each example rolls back what it wrote."""
    key = force.programme.pk
    if key not in _WORLDS:
        _WORLDS.clear()
        _WORLDS[key] = make_world(force)
    return _WORLDS[key]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_each_way_of_writing_keeps_the_summaries_exact(force, step):
    world = make_world(force)
    period = force.programme.period
    begin = [
        *((add_shifts, place * 9 + 2, edge, "completed") for place, edge in enumerate(EDGES[:4])),
        *((add, place, EDGES[0], "completed") for place in range(12) for add in (add_crew, add_visits, add_outcomes)),
    ]
    # Some of these meet each branch of the step, and some of them nothing to change.
    for number in (0, 1, 5, 6, 11, 30):
        check(world, [*begin, (step, number, EDGES[5], "voided")], period)


@given(steps=writes, period=periods, cut=st.integers(0, 400))
@quick
def test_any_partition_adds_up_to_the_total(force, steps, period, cut):
    world = make_world_once(force)
    world.shifts = []
    areas = [area.pk for area in world.areas]
    with transaction.atomic():
        write(world, steps)
        middle = min(period.first_day + timedelta(days=cut), period.last_day)
        parts = [Period(period.first_day, middle)]
        if middle < period.last_day:
            parts.append(Period(middle + timedelta(days=1), period.last_day))
        ask = {"programme": force.programme, "at": NOW}
        total = figures(period=period, areas=areas, **ask).totals
        by_time = [figures(period=part, areas=areas, **ask).totals for part in parts]
        by_area = [figures(period=period, areas=[area], **ask).totals for area in areas]
        by_day = [figures(period=Period(day, day), areas=areas, **ask).totals for day in busy_days(world, period)]
        assert Counts.total(by_time) == Counts.total(by_area) == Counts.total(by_day) == total
        transaction.set_rollback(True)


def busy_days(world, period):
    rows = figures(
        programme=world.force.programme,
        period=period,
        areas=[area.pk for area in world.areas],
        at=NOW,
        by=(Grain.DAY,),
    ).rows
    return [row.day for row in rows]
