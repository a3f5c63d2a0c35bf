"""The cards of areas against their slow twins: single shifts, days one by one, chances added up."""

import calendar
import math
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from hotspot.core.calendar import Period
from hotspots.models import AreaTarget
from reports.dashboard.cards.base import OUTCOMES
from reports.dashboard.views import KINDS
from reports.figures.series import Selection
from reports.impact.distributions import poisson_interval
from tests.reports.naive import naive_figures
from tests.reports.test_trend import busy

__all__ = ["busy"]
pytestmark = pytest.mark.slow

AT = datetime(2024, 10, 20, 12, tzinfo=UTC)
PERIOD = Period(date(2024, 9, 10), date(2024, 10, 31))


@pytest.fixture
def asked(busy) -> Selection:
    for area, hours in ((busy.hitchin, 40), (busy.watford, 90)):
        AreaTarget.objects.create(area=area, first_month=date(2024, 9, 1), patrol_minutes=hours * 60, patrols=9)
    busy.hitchin.last_day = date(2024, 10, 12)
    return Selection(busy.programme, PERIOD, [busy.hitchin, busy.letchworth, busy.watford], AT)


def counts(asked: Selection) -> dict[int, dict[str, int]]:
    found = naive_figures(asked.programme, PERIOD.first_day, date(2024, 10, 20), asked.area_ids, by=["area"])
    return {area: numbers for (area,), numbers in found.items()}


def half_up(value: Fraction, places: int = 0) -> Decimal:
    scaled = math.floor(value * 10**places + Fraction(1, 2))
    return Decimal(scaled).scaleb(-places)


def in_hours(minutes: int) -> Decimal:
    return half_up(Fraction(minutes, 60))


def test_outcomes_are_counts_of_rows_and_rates_their_hundredfold_over_hours(asked):
    twin = counts(asked)
    rows = {row[0]: list(row[1:]) for row in KINDS["outcomes-by-area"].card(asked).rows}
    for area in asked.areas:
        minutes, row = twin[area.pk]["patrol_minutes"], rows[area.name]
        assert row[0] == in_hours(minutes)
        assert row[0] >= 20
        for place, measure in enumerate(OUTCOMES):
            count, rate, low, high = row[1 + 4 * place : 5 + 4 * place]
            assert count == twin[area.pk][measure.column]
            assert rate == half_up(Fraction(count * 6000, minutes), 1)
            assert low <= rate <= high


def test_the_ends_of_an_interval_leave_one_in_forty_to_either_side():
    """By adding up the chances of each count, at the mean that an end says."""
    for count in (1, 4, 9, 15, 40):
        low, high = poisson_interval(count)
        at_most = sum(math.exp(-high) * high**k / math.factorial(k) for k in range(count + 1))
        at_least = 1 - sum(math.exp(-low) * low**k / math.factorial(k) for k in range(count))
        assert at_most == pytest.approx(0.025, rel=0.02)
        assert at_least == pytest.approx(0.025, rel=0.02)


def test_targets_so_far_are_a_share_for_each_day_and_short_is_what_hours_lack(asked):
    twin = counts(asked)
    rows = {row[0]: list(row[1:]) for row in KINDS["hours-by-area"].card(asked).rows}
    for area, hours in ((asked.areas[0], 40), (asked.areas[2], 90)):
        day, due = PERIOD.first_day, Fraction(0)
        while day <= min(date(2024, 10, 20), area.last_day or date.max):
            due += Fraction(hours * 60, calendar.monthrange(day.year, day.month)[1])
            day += timedelta(days=1)
        minutes = twin[area.pk]["patrol_minutes"]
        short = max(half_up(due) - minutes, Decimal(0))
        assert rows[area.name][:2] == [in_hours(minutes), in_hours(int(half_up(due)))]
        assert rows[area.name][3] == in_hours(int(short))
    assert rows[asked.areas[1].name][1:4] == [None, None, None]
