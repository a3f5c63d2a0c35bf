"""Cards that another time stands beside: what they say of it is what the same card says when it is asked for alone."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hotspot.core.calendar import Period
from reports.dashboard.cards.base import area_parts
from reports.dashboard.cards.crews import by_district, districts
from reports.dashboard.cards.kinds import by_kind, outcomes_by_kind
from reports.dashboard.cards.outcomes import outcomes_by_area
from reports.dashboard.views import KINDS
from tests.reports.test_kinds import asked, busy

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
__all__ = ["busy"]

SEPTEMBER = Period.month(date(2024, 9, 1))


@pytest.fixture
def beside(busy):
    """October, and September beside it."""
    october = asked(busy)
    return replace(october, other=replace(october, period=SEPTEMBER))


def test_outcomes_by_area(beside):
    card, then = outcomes_by_area(area_parts(beside)), outcomes_by_area(area_parts(beside.other))
    plain = outcomes_by_area(area_parts(replace(beside, other=None)))
    first = len(plain.columns)
    assert [row[:first] for row in card.rows] == [list(row) for row in plain.rows]
    # Hours; then of each outcome its number and rate, without the interval.
    own = {row[0]: [row[1], *(value for at in range(2, first, 4) for value in row[at : at + 2])] for row in then.rows}
    assert {row[0]: list(row[first:]) for row in card.rows} == own
    assert list(card.foot[first:]) == [
        then.foot[1], *(value for at in range(2, first, 4) for value in then.foot[at : at + 2])
    ]  # fmt: skip
    assert card.sentence.startswith(plain.sentence)
    labels = [column.label for column in card.columns[first:]]
    assert labels[:3] == ["Compared: Patrol hours", "Compared: Arrests", "per 100 hours"]


def test_outcomes_by_kind(beside):
    """September, which had fewer kinds, with October beside it."""
    beside = replace(beside.other, other=replace(beside, other=None))
    then = {(part.column, part.label): part.number for part in by_kind(beside.other)}
    now = {(part.column, part.label): part.number for part in by_kind(replace(beside, other=None))}
    found = by_kind(beside)
    assert {(part.column, part.label): part.before for part in found} == {key: then.get(key, 0) for key in now | then}
    assert {(part.column, part.label): part.number for part in found} == {key: now.get(key, 0) for key in now | then}
    assert then.keys() - now.keys()
    card = outcomes_by_kind(found)
    assert [row[-1] for row in card.rows] == [part.before for part in found]
    assert all(bar.length for panel in card.chart.panels for bar in panel.chart.bars)


def test_districts(beside):
    then = {row[0]: (row[1], row[-1]) for row in districts(by_district(beside.other)).rows}
    card = districts(by_district(beside))
    assert {row[0]: (row[-2], row[-1]) for row in card.rows} == {
        row[0]: then.get(row[0], (0, None)) for row in card.rows
    }
    assert then


@pytest.mark.parametrize(
    ("code", "keys"), [("who-patrols", 2), ("when-patrols-happen", 2), ("dosage", 1), ("data-quality", 1)]
)
def test_cards_that_compare_nothing_themselves_have_the_other_time_beside_them(beside, code, keys):
    card, then = KINDS[code].card(beside), KINDS[code].card(beside.other)
    plain = KINDS[code].card(replace(beside, other=None))
    width = len(plain.columns)
    assert then.sentence in card.sentence.removeprefix(plain.sentence)
    assert {tuple(row[:width]) for row in plain.rows} <= {tuple(row[:width]) for row in card.rows}
    assert {(*row[:keys], *row[width:]) for row in card.rows if any(row[width:])} == {
        tuple(row) for row in then.rows if any(row[keys:])
    }
    assert {len(row) for row in card.rows} == {len(card.columns)}


@pytest.mark.parametrize("code", ["dosage", "data-quality"])
def test_areas_of_one_name_have_their_own_numbers_beside_them(beside, code):
    here, _, there = beside.areas
    assert here.district != there.district
    names = {f"{here.name}, {area.district}": area for area in (here, there)}
    apart = {row[0]: list(row) for row in KINDS[code].card(beside).rows}
    own = {name: apart[area.name][1:] for name, area in names.items()}
    there.name = here.name
    rows = {row[0]: list(row[1:]) for row in KINDS[code].card(beside).rows}
    assert {name: rows[name] for name in names} == own
    assert len(rows) == len(apart)


def test_each_costs_one_query_more(beside, django_assert_num_queries):
    for count, more in ((by_kind, 1), (by_district, 1), (area_parts, 1)):
        with django_assert_num_queries(queries_of(count, replace(beside, other=None)) + more):
            count(replace(beside, other=replace(beside.other)))


def queries_of(count, question) -> int:
    with CaptureQueriesContext(connection) as queries:
        count(question)
    return len(queries)
