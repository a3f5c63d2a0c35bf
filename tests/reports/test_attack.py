"""Everything that the PCC's office can download, put together by somebody who can do algebra."""

import csv
import io
import random
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from django.test import Client

from hotspot.core.calendar import Period
from reports.figures.periods import completed, month_choices, period_choices, range_code
from tests import factories
from tests.reports.test_rules import SMALL, rational_solutions

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

TODAY = date(2024, 10, 12)
BEFORE = date(2024, 9, 12)
COUNT = "arrests (arrests)"


def make_counts(force, seed: int) -> dict[tuple[str, str], int]:
    """Arrests by area and month of May to October 2024, most of them few or none, as the shifts have them."""
    chance, counts = random.Random(seed), {}
    for area in (force.hitchin, force.letchworth, force.watford):
        for month in Period(date(2024, 5, 1), TODAY).each_month():
            number = chance.choice([0, 0, 1, 2, 3, 5, 9, 14])
            starts_at = datetime.combine(month.first_day, datetime.min.time(), UTC) + timedelta(hours=20)
            shift = factories.PatrolShiftFactory(
                area=area, funding_stream=force.grant, logged_by=force.sam, starts_at=starts_at
            )
            factories.ArrestFactory.create_batch(number, shift=shift)
            counts[area.name, f"{month.first_day:%Y-%m}"] = number
    return counts


def codes(force, day: date) -> list[str]:
    """Every period that the PCC's office can ask for: each that is offered, and each range of months."""
    offered = period_choices(force.programme, day, completed_only=True)
    months = [code for code, _ in month_choices(offered)]
    return list(dict.fromkeys([*offered, *(range_code(*ends) for ends in combinations(months, 2))]))


def downloads(client: Client, force, day: date):
    """Every row of every file: each period, with all areas, each area and each two of them."""
    areas = (force.hitchin, force.letchworth, force.watford)
    for code in codes(force, day):
        for size in (0, 1, 2):
            for chosen in combinations(areas, size):
                response = client.get("/figures/download.csv", {"period": code, "area": [area.pk for area in chosen]})
                assert response.status_code == 200
                names = [area.name for area in chosen or areas]
                yield names, list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def parts(counts, names, first: str, last: str) -> dict[tuple[str, str], int]:
    return {cell: 1 for cell in counts if cell[0] in names and first <= cell[1] <= last}


def cells(counts, files):
    """Each number of the files: the names of its areas, what it is the sum of, and the number as it is shown."""
    for names, rows in files:
        for row in rows:
            of = [row["hotspot_area"]] if row["part"] == "area" else names
            first, last = (row["month"],) * 2 if row["month"] else (row["first_day"][:7], row["last_day"][:7])
            yield tuple(of), parts(counts, of, first, last), row[COUNT]


@pytest.mark.parametrize("seed", range(3))
def test_no_withheld_count_follows_from_all_that_is_published(force, now, as_user, seed):
    """Read on one day and a month before, of every range of months, so that what a month added is known as well."""
    counts, files = make_counts(force, seed), []
    for day in (BEFORE, TODAY):
        now.move_to(datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=12))
        files += downloads(as_user(force.paul), force, day)
    shown, withheld = {}, {}
    for names, terms, said in cells(counts, files):
        if said == "[c]":
            withheld[names, frozenset(terms)] = terms
        else:
            assert int(said) == sum(counts[cell] for cell in terms)
            shown[frozenset(terms)] = terms
    of_one = {cell: terms for cell, terms in withheld.items() if len(cell[0]) == 1}
    asked = [*shown.values(), *({**terms, cell: -1} for cell, terms in of_one.items())]
    known = rational_solutions(asked, [*counts, *of_one])
    assert of_one
    assert known.isdisjoint(of_one)
    small = [
        cell for cell in shown if len({name for name, _ in cell}) == 1 and sum(counts[each] for each in cell) in SMALL
    ]
    assert small == []
    # The solver sees through what is not withheld, and nothing tells of the month that is not over.
    assert known & counts.keys()
    assert not {cell for terms in shown for cell in terms if cell[1] > "2024-09"}
    for _, rows in files:
        for row in rows:
            assert "[c]" not in (row["patrols (patrols)"], row["patrol_hours (hours)"], row["clock_hours (hours)"])


def test_nothing_that_the_pcc_office_gets_changes_with_a_shift_of_this_month(force, now, as_user):
    """Asked before and after a shift is logged, live figures say the same."""
    make_counts(force, seed=1)
    assert completed(force.programme, TODAY) == Period(date(2024, 5, 1), date(2024, 9, 30))
    paul = as_user(force.paul)
    before = list(downloads(paul, force, TODAY))
    shift = factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, starts_at=datetime(2024, 10, 11, 20, tzinfo=UTC)
    )
    factories.ArrestFactory.create_batch(8, shift=shift)
    assert list(downloads(paul, force, TODAY)) == before
