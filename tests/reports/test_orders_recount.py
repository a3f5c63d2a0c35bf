"""An independent recount in plain Python agrees with the product on random orders, shifts, rates and corrections.

The recount keeps a list of its own of what was agreed, patrolled and signed off, and works out hours and pence from
that, without any of the product's code and with fractions in place of whole numbers' tricks.
"""

import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.core.errors import DomainError
from hotspots.orders import operations as order_operations
from patrols.models import CrewMember, CrewRole, PatrolShift
from reports.models import DeliveryStatement
from reports.orders import queries
from tests import factories
from tests.reports import orders

FIRST = date(2024, 5, 1)
QUARTERS = [date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1), date(2025, 1, 1)]
TODAY = date(2025, 5, 2)
AT = datetime(2025, 5, 2, 12, tzinfo=UTC)
DAYS = st.integers(0, 200).map(lambda number: FIRST + timedelta(days=number))
WHICH = st.integers(0, 30)
PENCE = st.integers(1, 99_999)
ROLES = (CrewRole.POLICE_OFFICER, CrewRole.PCSO, CrewRole.SPECIAL_CONSTABLE, CrewRole.COMMUNITY_ENFORCEMENT_OFFICER)
ORDER = st.fixed_dictionaries(
    {
        "partner": st.booleans(),
        "stream": st.sampled_from([0, 0, 0, 1]),
        "areas": st.sampled_from([{0}, {0, 1}, {1, 2}, {2}, set()]),
        "ends": st.tuples(st.integers(0, 90), st.integers(100, 330)).map(
            lambda pair: [FIRST + timedelta(n) for n in pair]
        ),
        "rate": PENCE,
        "vat": st.sampled_from([0, 2_000, 1_750, 333]),
        "over": st.booleans(),
        "hours": st.lists(st.sampled_from([0, 3, 8, 20]), min_size=11, max_size=11),
    }
)
SHIFT = st.tuples(
    DAYS,
    st.integers(0, 2),
    st.sampled_from([0, 0, 0, 0, 1, 2]),
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 400)), min_size=1, max_size=3),
)
# Few orders with many patrols, which are signed off again and again: only then is there something to carry.
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("order"), ORDER),
        st.tuples(st.just("change"), WHICH, ORDER),
        st.tuples(st.just("rate"), WHICH, DAYS, PENCE),
        st.tuples(st.just("shifts"), st.lists(SHIFT, min_size=2, max_size=6)),
        st.tuples(st.just("shifts"), st.lists(SHIFT, min_size=2, max_size=6)),
        st.tuples(st.just("void"), WHICH),
        st.tuples(st.just("lengthen"), WHICH, st.integers(1, 400)),
        st.tuples(st.just("move"), WHICH, st.integers(0, 2)),
        st.tuples(st.just("sign")),
        st.tuples(st.just("sign")),
    ),
    min_size=8,
    max_size=16,
)
BEGINNING = st.tuples(st.lists(ORDER, min_size=2, max_size=4), st.lists(SHIFT, min_size=6, max_size=12))


def rounded(value: Fraction) -> int:
    """To whole pence, half a penny up."""
    return math.floor(value + Fraction(1, 2))


@dataclass
class Agreed:
    """What the recount knows of an order, and what was signed off of it: quarter, then (net, carried, VAT)."""

    partner: bool
    stream: int
    areas: set[int]
    first: date
    last: date
    rate: int
    vat: int
    over: bool
    hours: dict[date, int]
    rates: dict[date, int] = field(default_factory=dict)
    signed: list[tuple[int, int, int]] = field(default_factory=list)
    accounted: dict[date, Fraction] = field(default_factory=dict)

    def meets(self, other: "Agreed") -> bool:
        same = self.partner == other.partner and self.stream == other.stream
        days = self.first <= other.last and other.first <= self.last
        return same and days and (not self.areas or not other.areas or bool(self.areas & other.areas))

    def rate_on(self, day: date) -> int:
        later = [first for first in self.rates if first <= day]
        return self.rates[max(later)] if later else self.rate


@dataclass
class Patrol:
    """What the recount knows of a shift: its day, area, stream (2: business as usual) and crew."""

    day: date
    area: int
    stream: int
    crew: list[list[int]]
    counts: bool = True


def months_of(quarter: date) -> list[date]:
    return [quarter.replace(month=quarter.month + number) for number in range(3)]


def touches(order: Agreed, month: date) -> bool:
    return order.first < (month + timedelta(days=31)).replace(day=1) and order.last >= month


class Recount:
    """Hours and pence by the rules of docs/orders.md, from lists."""

    def __init__(self) -> None:
        self.orders: dict[int, Agreed] = {}
        self.patrols: dict[int, Patrol] = {}

    def delivered(self, order: Agreed, quarter: date) -> list[tuple[date, int]]:
        found = []
        for patrol in self.patrols.values():
            inside = order.first <= patrol.day <= order.last and patrol.day.replace(day=1) in months_of(quarter)
            if not inside or not patrol.counts or patrol.stream != order.stream:
                continue
            if order.areas and patrol.area not in order.areas:
                continue
            found += [(patrol.day, minutes) for role, minutes in patrol.crew if (role == 3) == order.partner]
        return sorted(found)

    def net(self, order: Agreed, quarter: date) -> int:
        most = 60 * sum(order.hours.get(month, 0) for month in months_of(quarter))
        by_rate: dict[int, int] = {}
        for day, minutes in self.delivered(order, quarter):
            due = minutes if order.over else min(minutes, most)
            most -= due
            rate = order.rate_on(day)
            by_rate[rate] = by_rate.get(rate, 0) + due
        return sum(rounded(Fraction(minutes * rate, 60)) for rate, minutes in by_rate.items())

    def sign(self, order: Agreed, asked: date | None) -> None:
        """Sign off the next quarter, which is the one that the product asks for: None where there is none.

        After the last quarter of an order there is one more, without hours of its own, if there is something to carry.
        """
        own = [quarter for quarter in QUARTERS if any(touches(order, month) for month in months_of(quarter))]
        left = [quarter for quarter in sorted({*own, *order.accounted}) if quarter not in order.accounted]
        if left or asked is None:
            assert asked == (left[0] if left else None)
        else:
            assert asked > max(own)
            assert asked > max(order.accounted)
        if asked is None:
            return
        net = self.net(order, asked)
        carried = sum(self.net(order, before) - accounted for before, accounted in order.accounted.items())
        order.signed.append((net, carried, rounded(Fraction((net + carried) * order.vat, 10_000))))
        for before in order.accounted:
            order.accounted[before] = self.net(order, before)
        order.accounted[asked] = net


class Book:
    """Does each step with the product, and by the rules in the recount; both must accept the same."""

    def __init__(self, force) -> None:
        self.force = force
        self.streams = [force.grant, factories.FundingStreamFactory(programme=force.programme), force.business_as_usual]
        self.areas = [force.hitchin, force.letchworth, force.watford]
        self.recount = Recount()

    def _try(self, allowed: bool, call, **arguments):
        try:
            with transaction.atomic():
                made = call(**arguments)
        except DomainError:
            assert not allowed
            return None
        assert allowed
        return made

    def _agreed(self, drawn, before: Agreed | None = None) -> Agreed:
        first, last = drawn["ends"]
        months = [date(2024, 5 + number, 1) if number < 8 else date(2025, number - 7, 1) for number in range(11)]
        hours = {month: hours for month, hours in zip(months, drawn["hours"], strict=True) if hours}
        agreed = Agreed(
            partner=before.partner if before else drawn["partner"],
            stream=before.stream if before else drawn["stream"],
            areas=set(drawn["areas"]),
            first=first,
            last=last,
            rate=drawn["rate"],
            vat=drawn["vat"],
            over=drawn["over"],
            hours={},
            rates=before.rates if before else {},
            signed=before.signed if before else [],
            accounted=before.accounted if before else {},
        )
        agreed.hours = {month: number for month, number in hours.items() if touches(agreed, month)}
        return agreed

    def _facts(self, agreed: Agreed):
        return orders.facts(
            is_force_wide=not agreed.areas,
            areas=[self.areas[place] for place in agreed.areas],
            first_day=agreed.first,
            last_day=agreed.last,
            hour_pence=agreed.rate,
            vat_hundredths=agreed.vat,
            charges_over=agreed.over,
            months={month: 60 * hours for month, hours in agreed.hours.items()},
        )

    def _may(self, agreed: Agreed, pk: int | None) -> bool:
        others = [other for key, other in self.recount.orders.items() if key != pk]
        return bool(agreed.hours) and not any(agreed.meets(other) for other in others)

    def order(self, drawn) -> None:
        agreed = self._agreed(drawn)
        made = self._try(
            self._may(agreed, None),
            order_operations.add_order,
            by=self.force.fay,
            at=AT,
            organisation=self.force.north_herts_council,
            stream=self.streams[agreed.stream],
            direction="by_partner" if agreed.partner else "for_partner",
            facts=self._facts(agreed),
        )
        if made is not None:
            self.recount.orders[made.pk] = agreed

    def _order(self, number: int) -> int | None:
        keys = sorted(self.recount.orders)
        return keys[number % len(keys)] if keys else None

    def _patrol(self, number: int) -> int | None:
        keys = sorted(self.recount.patrols)
        return keys[number % len(keys)] if keys else None

    def change(self, number, drawn) -> None:
        if (pk := self._order(number)) is None:
            return
        before = self.recount.orders[pk]
        agreed = self._agreed(drawn, before)
        # The rate of VAT stays once a quarter was signed off.
        allowed = self._may(agreed, pk) and (not before.signed or agreed.vat == before.vat)
        call = order_operations.change_order
        if self._try(allowed, call, by=self.force.fay, order_id=pk, facts=self._facts(agreed)):
            self.recount.orders[pk] = agreed

    def rate(self, number, day, pence) -> None:
        if (pk := self._order(number)) is None:
            return
        order = self.recount.orders[pk]
        allowed = order.first < day <= order.last
        facts = {"first_day": day, "hour_pence": pence, "reason": "Agreed anew"}
        if self._try(allowed, order_operations.set_rate, by=self.force.fay, order_id=pk, **facts):
            order.rates[day] = pence

    def shifts(self, drawn) -> None:
        for day, area, stream, crew in drawn:
            self._shift(day, area, stream, crew)

    def _shift(self, day, area, stream, crew) -> None:
        starts_at = datetime(day.year, day.month, day.day, 17, tzinfo=UTC)
        made = factories.PatrolShiftFactory(
            area=self.areas[area],
            funding_stream=self.streams[stream],
            logged_by=self.force.sam,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=400),
            crew=[],
        )
        for role, minutes in crew:
            ends_at = starts_at + timedelta(minutes=minutes)
            factories.CrewMemberFactory(shift=made, role=ROLES[role], starts_at=starts_at, ends_at=ends_at)
        self.recount.patrols[made.pk] = Patrol(day, area, stream, [list(member) for member in crew])

    def void(self, number) -> None:
        if (pk := self._patrol(number)) is not None:
            PatrolShift.objects.filter(pk=pk).update(state="voided", void_reason="Entered twice")
            self.recount.patrols[pk].counts = False

    def lengthen(self, number, minutes) -> None:
        if (pk := self._patrol(number)) is not None:
            first = CrewMember.objects.filter(shift=pk).order_by("pk")[0]
            first.ends_at = first.starts_at + timedelta(minutes=minutes)
            first.save(update_fields=("ends_at",))
            self.recount.patrols[pk].crew[0][1] = minutes

    def move(self, number, area) -> None:
        if (pk := self._patrol(number)) is not None:
            PatrolShift.objects.filter(pk=pk).update(area=self.areas[area])
            self.recount.patrols[pk].area = area

    def sign(self) -> None:
        for pk in sorted(self.recount.orders):
            self._sign(pk)

    def _sign(self, pk) -> None:
        found = orders.account(queries.orders_seen_by(self.force.pete).get(pk=pk), by=self.force.pete, today=TODAY)
        following = next((each for each in found.quarters if each.can_be_signed), None)
        order = self.recount.orders[pk]
        self.recount.sign(order, following.first_day if following else None)
        if following is not None:
            orders.signed(found.order, following.first_day, by=self.force.pete, at=AT)

    def check(self) -> None:
        for pk, agreed in self.recount.orders.items():
            statements = DeliveryStatement.objects.filter(order=pk).order_by("signed_at", "pk")
            kept = [(each.net_pence, each.carried_pence, each.vat_pence) for each in statements]
            assert kept == agreed.signed
            found = orders.account(queries.orders_seen_by(self.force.fay).get(pk=pk), by=self.force.fay, today=TODAY)
            for quarter in found.quarters:
                first = quarter.first_day
                if first in agreed.accounted:
                    since = quarter.since.pence if quarter.since else 0
                    assert since == self.recount.net(agreed, first) - agreed.accounted[first]
                elif first in QUARTERS:
                    delivered = sum(minutes for _, minutes in self.recount.delivered(agreed, first))
                    assert (quarter.figures.delivered, quarter.figures.net) == (
                        delivered,
                        self.recount.net(agreed, first),
                    )


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=15)
@given(beginning=BEGINNING, steps=STEPS)
def test_a_recount_agrees(force, beginning, steps):
    with transaction.atomic():
        book = Book(force)
        for drawn in beginning[0]:
            book.order(drawn)
        book.shifts(beginning[1])
        for name, *arguments in steps:
            getattr(book, name)(*arguments)
        book.check()
        transaction.set_rollback(True)
