"""Entries, income and months as somebody may see them, and what they add up to."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from hotspot.core import keyset
from hotspot.core.calendar import Period, parse_day
from hotspot.core.models import User
from hotspot.core.text import parse_id
from hotspots.ledger.rules import months_kept
from hotspots.models import (
    ClosedMonth,
    FundingStream,
    IncomeLine,
    IncomeMonth,
    IncomeReceipt,
    PreparedMonth,
    Programme,
    SpendCap,
    SpendCategory,
    SpendEntry,
    SpendEntryQuerySet,
)

PAGE_SIZE = 50


class SpendPart(NamedTuple):
    """What was spent from a stream on a category in a month, in pence."""

    stream: int
    category: int
    month: date
    pence: int


class Flow(NamedTuple):
    """What a stream was to bring, or brought, in a month, in pence."""

    stream: int
    month: date
    pence: int


@dataclass(frozen=True)
class WaitingSum:
    """How many entries wait for approval, and what they cost in pence."""

    entries: int = 0
    pence: int = 0


@dataclass(frozen=True)
class Accounts:
    """The money of a programme, summed: only approved entries count, reversals among them.

    Where somebody sees their own districts only, `spend` is theirs, and there is no income.
    """

    programme: Programme
    streams: Sequence[FundingStream]
    categories: Sequence[SpendCategory]
    spend: Sequence[SpendPart]
    expected: Sequence[Flow] = ()
    received: Sequence[Flow] = ()
    closed: Mapping[date, ClosedMonth] = field(default_factory=dict)
    prepared: Mapping[date, PreparedMonth] = field(default_factory=dict)
    waiting: WaitingSum = field(default_factory=WaitingSum)

    @property
    def months(self) -> list[date]:
        """The first days of the programme's months, and of later ones that something was entered in, in order."""
        entered = {row.month for rows in (self.spend, self.expected, self.received) for row in rows}
        return sorted({month.first_day for month in self.programme.period.each_month()} | entered)

    def spent(self, chosen: Callable[[SpendPart], bool] = lambda part: True) -> int:
        """The pence of the parts that are chosen."""
        return sum(part.pence for part in self.spend if chosen(part))


def total(flows: Sequence[Flow], *, stream: int | None = None, month: date | None = None) -> int:
    """The pence of some flows: of a stream, a month, or all."""
    return sum(flow.pence for flow in flows if stream in (None, flow.stream) and month in (None, flow.month))


def accounts_of(programme: Programme, user: User) -> Accounts:
    """What this person may know of the money of a programme."""
    streams = list(FundingStream.objects.visible_to(user).filter(programme=programme))
    ids = [stream.pk for stream in streams]
    seen = SpendEntry.objects.counted_for(user).filter(stream__in=ids)
    accounts = Accounts(programme, streams, list(SpendCategory.objects.all()), parts_of(seen))
    if user.has_own_districts:
        return accounts
    waiting = seen.waiting().aggregate(entries=Count("pk"), pence=Sum("cost_pence", default=0))
    return Accounts(
        programme,
        streams,
        accounts.categories,
        accounts.spend,
        expected=_expected(ids),
        received=_received(ids),
        closed=closed_months(programme, user),
        prepared={each.month: each for each in programme.prepared_months.select_related("prepared_by")},
        waiting=WaitingSum(**waiting),
    )


def parts_of(entries: QuerySet[SpendEntry]) -> list[SpendPart]:
    """What approved entries among these add up to, by stream, category and month."""
    rows = (
        entries.filter(state=SpendEntry.State.APPROVED)
        .order_by()
        .values_list("stream_id", "category_id", TruncMonth("day"))
        .annotate(pence=Sum("cost_pence"))
    )
    return [SpendPart(*row) for row in rows]


def _expected(streams: Sequence[int]) -> list[Flow]:
    rows = IncomeMonth.objects.filter(line__stream__in=streams).order_by().values_list("line__stream_id", "month")
    return [Flow(*row) for row in rows.annotate(total=Sum("pence"))]


def _received(streams: Sequence[int]) -> list[Flow]:
    receipts = IncomeReceipt.objects.filter(line__stream__in=streams).order_by()
    rows = receipts.values_list("line__stream_id", TruncMonth("day")).annotate(total=Sum("pence"))
    return [Flow(*row) for row in rows]


def closed_months(programme: Programme, user: User) -> dict[date, ClosedMonth]:
    """The closed months of a programme, by their first day."""
    found = ClosedMonth.objects.visible_to(user).filter(programme=programme).select_related("closed_by", "prepared_by")
    return {each.month: each for each in found}


def first_open_month(programme: Programme) -> date | None:
    """The first month that the ledger of a programme has and that is not closed; None where all are."""
    closed = set(programme.closed_months.values_list("month", flat=True))
    months = (month.first_day for month in months_kept(programme).each_month())
    return next((month for month in months if month not in closed), None)


@dataclass(frozen=True)
class CapState:
    """A cap, the most that may be spent, and what was, in pence."""

    cap: SpendCap
    limit: int
    spent: int

    @property
    def left(self) -> int:
        """What may still be spent; less than nothing where it was exceeded."""
        return self.limit - self.spent


def caps_of(accounts: Accounts) -> list[CapState]:
    """The caps of a programme, each with what is left of it. A share is of the income that is agreed."""
    caps = accounts.programme.caps.select_related("stream").prefetch_related("categories")
    return [_state(cap, accounts) for cap in caps]


def _state(cap: SpendCap, accounts: Accounts) -> CapState:
    categories = {category.pk for category in cap.categories.all()}
    agreed = total(accounts.expected, stream=cap.stream_id)
    # A fraction of a penny cannot be spent.
    limit = cap.amount_pence if cap.amount_pence is not None else agreed * (cap.share or 0) // 10_000
    spent = accounts.spent(lambda part: part.category in categories and cap.stream_id in (None, part.stream))
    return CapState(cap, limit, spent)


def lines_of(programme: Programme, user: User) -> list[IncomeLine]:
    """The income lines of a programme, each with its months."""
    lines = IncomeLine.objects.visible_to(user).filter(stream__programme=programme)
    return list(lines.select_related("stream").prefetch_related("months"))


def received_by_line(lines: Sequence[IncomeLine]) -> dict[int, int]:
    """What came in of each line, in pence, by the line's id."""
    rows = IncomeReceipt.objects.filter(line__in=lines).order_by().values_list("line_id")
    return defaultdict(int, rows.annotate(total=Sum("pence")))


class EntryCursor(NamedTuple):
    """Where a page of entries ends: the next starts strictly after it."""

    day: date
    pk: int

    @classmethod
    def parse(cls, text: str) -> "EntryCursor | None":
        """The place that an address names; None where it makes no sense."""
        first, _, number = text.partition("_")
        day, pk = parse_day(first), parse_id(number)
        return None if day is None or pk is None else cls(day, pk)

    def __str__(self) -> str:
        return f"{self.day.isoformat()}_{self.pk}"


@dataclass(frozen=True)
class EntryPage:
    """One page of entries. `older` is where the next page starts, None on the last one."""

    entries: Sequence[SpendEntry]
    older: EntryCursor | None


def page_of_entries(entries: QuerySet[SpendEntry], *, after: EntryCursor | None, size: int = PAGE_SIZE) -> EntryPage:
    """The next entries, newest first. As quick for the thousandth page as for the first."""
    if after is not None:
        entries = entries.filter(keyset.after(after, "day", "pk", newest_first=True))
    ordered = entries.order_by("-day", "-pk")
    rows, more = keyset.take_page(lambda most: list(ordered[:most]), size)
    return EntryPage(rows, EntryCursor(rows[-1].day, rows[-1].pk) if more else None)


def entries_in(programme: Programme, month: date) -> SpendEntryQuerySet:
    """All entries of a month of a programme."""
    period = Period.month(month)
    return SpendEntry.objects.of_programme(programme).filter(day__range=(period.first_day, period.last_day))


@dataclass(frozen=True)
class MonthSums:
    """What a month adds up to, as closing it writes down: entries that are approved, spend and receipts in pence."""

    entries: int
    spend_pence: int
    received_pence: int


def sums_of(programme: Programme, month: date) -> MonthSums:
    """What a month of a programme adds up to right now."""
    period = Period.month(month)
    spend = (
        entries_in(programme, month).approved().aggregate(entries=Count("pk"), spend_pence=Sum("cost_pence", default=0))
    )
    received = IncomeReceipt.objects.filter(
        line__stream__programme=programme, day__range=(period.first_day, period.last_day)
    )
    return MonthSums(**spend, received_pence=received.aggregate(total=Sum("pence", default=0))["total"])
