"""An independent recount, in plain Python and in whole pence, agrees with the product on random ledgers.

The recount keeps a list of its own of what was done and accepted, and adds that up, without any of the product's code.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.core.errors import DomainError
from hotspots.ledger import month_operations, operations, queries
from hotspots.models import ClosedMonth, SpendCategory, SpendEntry
from tests import factories

AT = datetime(2024, 10, 12, 12, tzinfo=UTC)
FIRST = date(2024, 5, 1)
DAYS = st.integers(0, 164).map(lambda number: FIRST + timedelta(days=number))
WHICH = st.integers(0, 30)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("enter"), DAYS, st.integers(0, 1), st.integers(0, 4), st.integers(1, 10**9), st.booleans()),
        st.tuples(st.just("correct"), WHICH, DAYS, st.integers(1, 10**9)),
        st.tuples(st.sampled_from(["submit", "approve", "refuse", "delete"]), WHICH),
        st.tuples(st.just("reverse"), WHICH, DAYS),
        st.tuples(st.just("close"), st.integers(5, 10)),
    ),
    min_size=10,
    max_size=60,
)


@dataclass
class Line:
    """What the recount knows of an entry."""

    day: date
    stream: int
    category: int
    net: int
    vat: int
    recovered: bool
    state: str = "draft"
    reverses: int | None = None


@dataclass
class Recount:
    """What was done so far, by the number of the entry, and the months that are closed."""

    lines: dict[int, Line] = field(default_factory=dict)
    closed: set[tuple[int, int]] = field(default_factory=set)

    def sums(self) -> dict[tuple[int, int, date], int]:
        """What was spent by stream, category and month."""
        found: dict[tuple[int, int, date], int] = defaultdict(int)
        for line in self.lines.values():
            if line.state == "approved":
                cost = line.net + (0 if line.recovered else line.vat)
                found[line.stream, line.category, line.day.replace(day=1)] += cost
        return dict(found)

    def is_closed(self, day: date) -> bool:
        return (day.year, day.month) in self.closed

    def pick(self, number: int) -> int:
        keys = sorted(self.lines)
        return keys[number % len(keys)]


class Book:
    """Does each step with the product, and by the rules in the recount; both must accept the same."""

    def __init__(self, force) -> None:
        self.force = force
        self.streams = [force.grant, factories.FundingStreamFactory(programme=force.programme, kind="pcc_match")]
        self.categories = list(SpendCategory.objects.order_by("pk"))
        self.recount = Recount()

    def _try(self, allowed: bool, call, **arguments) -> SpendEntry | None:
        try:
            with transaction.atomic():
                made = call(**arguments)
        except DomainError:
            assert not allowed
            return None
        assert allowed
        return made

    def enter(self, day, stream, category, net, recovered) -> None:
        line = Line(day, self.streams[stream].pk, self.categories[category].pk, net, net // 5, recovered)
        made = self._save(line, None, allowed=not self.recount.is_closed(day))
        if made is not None:
            self.recount.lines[made.pk] = line

    def _save(self, line: Line, entry_id: int | None, *, allowed: bool) -> SpendEntry | None:
        facts = operations.SpendFacts(
            stream=next(each for each in self.streams if each.pk == line.stream),
            day=line.day,
            category=next(each for each in self.categories if each.pk == line.category),
            area=None,
            description="Spend",
            net_pence=line.net,
            vat_pence=line.vat,
            vat_recoverable=line.recovered,
        )
        return self._try(allowed, operations.save_entry, by=self.force.fay, at=AT, entry_id=entry_id, facts=facts)

    def correct(self, number, day, net) -> None:
        pk = self.recount.pick(number)
        before = self.recount.lines[pk]
        line = Line(day, before.stream, before.category, net, net // 5, before.recovered)
        can = before.state in {"draft", "refused"} and before.reverses is None
        allowed = can and not self.recount.is_closed(day) and not self.recount.is_closed(before.day)
        if self._save(line, pk, allowed=allowed):
            self.recount.lines[pk] = line

    def submit(self, number) -> None:
        pk = self.recount.pick(number)
        line = self.recount.lines[pk]
        if self._try(line.state == "draft", operations.submit_entry, by=self.force.fay, at=AT, entry_id=pk):
            line.state = "submitted"

    def approve(self, number) -> None:
        self._decide(number, "approved", operations.approve_entry)

    def refuse(self, number) -> None:
        self._decide(number, "refused", operations.refuse_entry, reason="No")

    def _decide(self, number, state, call, **more) -> None:
        pk = self.recount.pick(number)
        line = self.recount.lines[pk]
        if self._try(line.state == "submitted", call, by=self.force.adam, at=AT, entry_id=pk, **more):
            line.state = state

    def delete(self, number) -> None:
        pk = self.recount.pick(number)
        line = self.recount.lines[pk]
        can = line.state in {"draft", "refused"} and line.reverses is None and not self.recount.is_closed(line.day)
        if self._try(can, operations.delete_entry, by=self.force.fay, entry_id=pk):
            del self.recount.lines[pk]

    def reverse(self, number, day) -> None:
        pk = self.recount.pick(number)
        line = self.recount.lines[pk]
        others = [each for each in self.recount.lines.values() if each.reverses == pk and each.state != "refused"]
        can = line.state == "approved" and line.reverses is None and not others
        allowed = can and day >= line.day and not self.recount.is_closed(day)
        facts = {"by": self.force.fay, "at": AT, "entry_id": pk, "day": day, "reason": "Wrong"}
        made = self._try(allowed, operations.reverse_entry, **facts)
        if made is not None:
            self.recount.lines[made.pk] = Line(
                day, line.stream, line.category, -line.net, -line.vat, line.recovered, "submitted", pk
            )

    def close(self, month) -> None:
        waits = any(
            line.state in {"draft", "submitted"} and line.day.month == month for line in self.recount.lines.values()
        )
        earlier = all((2024, before) in self.recount.closed for before in range(5, month))
        allowed = month < 10 and not waits and earlier and (2024, month) not in self.recount.closed
        facts = {"at": AT, "programme_id": self.force.programme.pk, "month": date(2024, month, 1)}
        if self._try(allowed, month_operations.prepare_month, by=self.force.fay, **facts):
            month_operations.close_month(by=self.force.adam, **facts)
            self.recount.closed.add((2024, month))


@pytest.mark.parametrize("rounds", [6, pytest.param(150, marks=pytest.mark.slow)])
def test_the_recount_agrees_on_random_ledgers(force, rounds):
    @settings(max_examples=rounds)
    @given(STEPS)
    def agrees(steps) -> None:
        undo = transaction.savepoint()
        try:
            check(force, steps)
        finally:
            transaction.savepoint_rollback(undo)

    agrees()


def check(force, steps) -> None:
    """Take the steps, and compare all sums at the end, and those of closed months with what closing wrote down."""
    book, frozen = Book(force), {}
    for name, *arguments in steps:
        if name in {"enter", "close"} or book.recount.lines:
            getattr(book, name)(*arguments)
        if name == "close":
            frozen.update({month: spent_in(book, month) for month in book.recount.closed if month not in frozen})
    accounts = queries.accounts_of(force.programme, force.fay)
    product = {(part.stream, part.category, part.month): part.pence for part in accounts.spend}
    assert product == book.recount.sums()
    assert accounts.waiting.entries == sum(line.state == "submitted" for line in book.recount.lines.values())
    for month in ClosedMonth.objects.all():
        key = month.month.year, month.month.month
        assert frozen[key] == spent_in(book, key) == month.spend_pence


def spent_in(book: Book, month: tuple[int, int]) -> int:
    """What the recount has as spent in a month."""
    return sum(pence for (_, _, day), pence in book.recount.sums().items() if (day.year, day.month) == month)
