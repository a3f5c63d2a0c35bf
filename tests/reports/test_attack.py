"""Everything that the PCC's office can download, put together by somebody who can do algebra (E11, E16, E17)."""

import csv
import io
import random
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from django.test import Client

from hotspot.core.periods import Period
from reports.filters import period_choices
from tests import factories
from tests.reports.test_rules import SMALL, rational_solutions

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

TODAY = date(2024, 10, 12)
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


def downloads(client: Client, force):
    """Every row of every file: each period that is offered, with all areas, each area and each two of them."""
    areas = (force.hitchin, force.letchworth, force.watford)
    for code in period_choices(force.programme, TODAY):
        for size in (0, 1, 2):
            for chosen in combinations(areas, size):
                response = client.get("/figures/download.csv", {"period": code, "area": [area.pk for area in chosen]})
                names = [area.name for area in chosen or areas]
                yield names, list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def parts(counts, names, first: str, last: str) -> dict[tuple[str, str], int]:
    return {cell: 1 for cell in counts if cell[0] in names and first <= cell[1] <= last}


def equations(counts, files):
    """What each shown number is the sum of. It is that sum, or the file is wrong."""
    for names, rows in files:
        for row in rows:
            if row[COUNT] == "[c]":
                continue
            of = [row["hotspot_area"]] if row["part"] == "area" else names
            first, last = (row["month"],) * 2 if row["month"] else (row["first_day"][:7], row["last_day"][:7])
            terms = parts(counts, of, first, last)
            assert int(row[COUNT]) == sum(counts[cell] for cell in terms)
            yield frozenset(terms)


@pytest.mark.parametrize("seed", range(4))
def test_e11_no_small_number_follows_from_all_that_is_published(force, now, as_user, seed):
    counts = make_counts(force, seed)
    files = list(downloads(as_user(force.paul), force))
    rows = [dict.fromkeys(terms, 1) for terms in set(equations(counts, files)) if terms]
    small = {}
    for _, period in period_choices(force.programme, TODAY).values():
        for name in {name for name, _ in counts}:
            terms = parts(counts, [name], f"{period.first_day:%Y-%m}", f"{period.last_day:%Y-%m}")
            if sum(counts[cell] for cell in terms) in SMALL:
                small[name, period] = {**terms, (name, period): -1}
    known = rational_solutions([*rows, *small.values()], [*counts, *small])
    assert small
    assert known.isdisjoint(small)
    assert any("[c]" in row[COUNT] for _, rows in files for row in rows)
    # The solver sees through what is not withheld: most of the numbers are told.
    assert known & {cell for cell, number in counts.items() if number not in SMALL}
