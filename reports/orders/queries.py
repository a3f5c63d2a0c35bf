"""Orders as somebody may see them, with what was delivered: as it was signed off, or as the records stand."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Prefetch, Q, QuerySet, Sum

from hotspot.core.calendar import Period
from hotspot.core.definitions.registry import CURRENT
from hotspot.core.definitions.sql import counting_shift
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import HotspotArea, IncomeReceipt, OrderArea, OrderRate, PatrolOrder, SpendEntry
from patrols.models import CrewRole
from reports.models import DeliveryStatement, OrderInvoice, StatementPayment
from reports.orders.rules import (
    OrderTerms,
    QuarterDifference,
    QuarterFigures,
    difference_of,
    figures_of,
    quarter_of,
    quarters_in,
)

# Which shifts count is written once, for figures and costs too. A council's officers are counted for what it is paid,
# everybody else in the crew for what the force is paid: so no minute is paid for twice.
_MINUTES = f"""
    SELECT o.id, s.day, sum(c.minutes)::bigint
    FROM hotspots_patrolorder o
    JOIN hotspots_fundingstream f ON f.id = o.stream_id
    JOIN (
        SELECT order_id, area_id FROM hotspots_orderarea
        UNION ALL
        SELECT id, area FROM hotspots_patrolorder, unnest(%(areas)s::bigint[]) area WHERE is_force_wide
    ) w ON w.order_id = o.id
    JOIN patrols_patrolshift s ON s.funding_stream_id = o.stream_id AND s.area_id = w.area_id
        AND s.day BETWEEN o.first_day AND least(o.last_day, %(until)s)
    JOIN patrols_crewmember c ON c.shift_id = s.id
    WHERE o.id = ANY(%(orders)s) AND (c.role = %(partners)s) = (o.direction = %(by_partner)s)
        AND {counting_shift(CURRENT, state="s.state", kind="f.kind")}
    GROUP BY o.id, s.day
"""  # noqa: S608 - our own statement, values are parameters


@dataclass(frozen=True)
class QuarterAccount:
    """A quarter of an order: what it comes to, the statement once it was signed off, and whether it can be.

    `since` is what a quarter that was signed off differs by now and is not yet carried. `is_next` says that it is the
    one to sign off next, which carries the differences of those before.
    """

    figures: QuarterFigures
    statement: DeliveryStatement | None
    since: QuarterDifference | None
    is_next: bool
    is_over: bool

    @property
    def first_day(self) -> date:
        """The first day of the quarter."""
        return self.figures.quarter.first_day

    @property
    def can_be_signed(self) -> bool:
        """Whether it is over, and every quarter before it was signed off."""
        return self.is_next and self.is_over


@dataclass(frozen=True)
class OrderAccount:
    """An order with its quarters, the earliest first. `until` is the last day that is counted."""

    order: PatrolOrder
    terms: OrderTerms
    quarters: Sequence[QuarterAccount]
    until: date

    @property
    def ordered(self) -> int:
        """Minutes ordered."""
        return sum(each.figures.ordered for each in self.quarters)

    @property
    def delivered(self) -> int:
        """Minutes delivered, as they were signed off or stand."""
        return sum(each.figures.delivered for each in self.quarters)

    @property
    def net(self) -> int:
        """What is due without VAT so far, with what was carried."""
        return sum(each.figures.total_net for each in self.quarters)

    def quarter(self, first: date) -> QuarterAccount | None:
        """The quarter that begins on this day, if the order has it."""
        return next((each for each in self.quarters if each.first_day == first), None)


def orders_seen_by(user: User) -> QuerySet[PatrolOrder]:
    """The orders that somebody may see, with all that a page says of them."""
    places = Prefetch("places", OrderArea.objects.select_related("area").defer("area__boundary").order_by("area"))
    found = PatrolOrder.objects.visible_to(user).select_related("organisation", "stream__programme")
    return found.prefetch_related(places, "months", "rates", "statements")


def last_day_counted(user: User, today: date) -> date:
    """Yesterday for who sees figures of single days; the last day of a month that is over for everybody else."""
    last = today if user.may(Permission.VIEW_DAILY_FIGURES) else today.replace(day=1)
    return last - timedelta(days=1)


def minutes_by_day(orders: Collection[PatrolOrder], until: date) -> dict[int, dict[date, int]]:
    """The minutes delivered of each order by London day, up to a day."""
    parameters: dict[str, Any] = {
        "orders": [order.pk for order in orders],
        "until": until,
        "areas": list(HotspotArea.objects.values_list("pk", flat=True)),
        "partners": CrewRole.COMMUNITY_ENFORCEMENT_OFFICER.value,
        "by_partner": PatrolOrder.Direction.BY_PARTNER.value,
    }
    found: dict[int, dict[date, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_MINUTES, parameters)
        for order, day, minutes in cursor.fetchall():
            found[order][day] = minutes
    return found


def terms_of(order: PatrolOrder) -> OrderTerms:
    """What was agreed in an order, as it stands."""
    rates: list[OrderRate] = list(order.rates.all())
    return OrderTerms(
        days=order.days,
        ordered={month.month: month.minutes for month in order.months.all()},
        rates=[(date.min, order.hour_pence), *((rate.first_day, rate.hour_pence) for rate in rates)],
        charges_over=order.charges_over,
        vat_hundredths=order.vat_hundredths,
    )


def accounts_of(orders: Sequence[PatrolOrder], *, until: date, today: date) -> list[OrderAccount]:
    """Orders with what was delivered of them up to a day. One question for all of them."""
    minutes = minutes_by_day([order for order in orders if not order.withdrawal], until)
    return [_account(order, minutes.get(order.pk, {}), until=until, today=today) for order in orders]


def account_of(order: PatrolOrder, *, until: date, today: date) -> OrderAccount:
    """One order with what was delivered of it."""
    return accounts_of([order], until=until, today=today)[0]


def _account(order: PatrolOrder, minutes: Mapping[date, int], *, until: date, today: date) -> OrderAccount:
    terms = terms_of(order)
    signed = {statement.quarter: statement for statement in order.statements.all()}
    frozen = {first: QuarterFigures.of_body(statement.body) for first, statement in signed.items()}
    since = _differences(terms, minutes, frozen)
    quarters = [] if order.withdrawal else _quarters(terms, signed, since, today)
    following = next((quarter for quarter in quarters if quarter.first_day not in signed), None)
    found = []
    for quarter in quarters:
        first, is_next = quarter.first_day, quarter == following
        figures = frozen.get(first) or figures_of(terms, quarter, minutes, since.values() if is_next else ())
        is_over = quarter.last_day < today
        found.append(QuarterAccount(figures, signed.get(first), since.get(first), is_next, is_over))
    return OrderAccount(order, terms, found, until)


def _differences(
    terms: OrderTerms, minutes: Mapping[date, int], frozen: Mapping[date, QuarterFigures]
) -> dict[date, QuarterDifference]:
    """What each quarter that was signed off differs by now from what it and later statements accounted for."""
    found = {}
    for first, figures in frozen.items():
        carried = [each for other in frozen.values() for each in other.carried if each.quarter == first]
        accounted = (
            figures.delivered + sum(each.delivered for each in carried),
            figures.payable + sum(each.payable for each in carried),
            figures.net + sum(each.pence for each in carried),
        )
        if difference := difference_of(first, figures_of(terms, figures.quarter, minutes), accounted):
            found[first] = difference
    return found


def _quarters(
    terms: OrderTerms, signed: Mapping[date, Any], since: Mapping[date, QuarterDifference], today: date
) -> list[Period]:
    """The quarters of an order, those signed off, and one more where nothing else would carry what is left over."""
    own = set(quarters_in(terms.days)) | {quarter_of(first) for first in signed}
    if since and not {quarter.first_day for quarter in own} - set(signed):
        following = quarter_of(max(own).last_day + timedelta(days=1))
        last_over = quarter_of(quarter_of(today).first_day - timedelta(days=1))
        own.add(max(following, last_over))
    return sorted(own)


def standing_invoice(statement: DeliveryStatement) -> OrderInvoice | None:
    """The invoice or credit note for a statement that was not cancelled."""
    return statement.invoices.filter(cancels=None, cancelled_by=None).first()


def received_for(invoices: Iterable[OrderInvoice]) -> dict[int, int]:
    """What came in for invoices, in pence without VAT, less receipts that were reversed. By the invoice's id."""
    paid = Q(invoice_payment__invoice__in=list(invoices), reversal=None)
    rows = IncomeReceipt.objects.filter(paid).order_by().values("invoice_payment__invoice").annotate(sum=Sum("pence"))
    return dict(rows.values_list("invoice_payment__invoice", "sum"))


def paid_for(statements: Iterable[DeliveryStatement]) -> dict[int, int]:
    """What was paid for statements by entries of spend, in pence without VAT, less what was reversed. By their ids."""
    entries = SpendEntry.objects.filter(statement_payment__statement__in=list(statements)).select_related(
        "statement_payment"
    )
    found: dict[int, int] = defaultdict(int)
    reversed_entries = set(
        SpendEntry.objects.approved().filter(reverses__in=entries.values("pk")).values_list("reverses", flat=True)
    )
    for entry in entries:
        if entry.pk not in reversed_entries:
            found[entry.statement_payment.statement_id] += entry.net_pence
    return dict(found)


def invoices_seen_by(user: User) -> QuerySet[OrderInvoice]:
    """The invoices and credit notes that somebody may see, the newest first."""
    return OrderInvoice.objects.visible_to(user).select_related("statement__order__organisation", "cancelled_by")


def invoices_of(statement: DeliveryStatement) -> list[OrderInvoice]:
    """What was issued for a statement, the newest first."""
    return list(statement.invoices.select_related("cancelled_by"))


def payable_seen_by(user: User) -> QuerySet[PatrolOrder]:
    """The standing orders for hours that the programme pays for, by organisation."""
    return orders_seen_by(user).filter(direction=PatrolOrder.Direction.BY_PARTNER, withdrawal="")


def links_seen_by(user: User) -> QuerySet[StatementPayment]:
    """Which entries of spend pay for statements that somebody may see."""
    statements = DeliveryStatement.objects.visible_to(user)
    return StatementPayment.objects.filter(statement__in=statements).select_related("entry", "statement__order")


def payments_of(statement: DeliveryStatement, user: User) -> list[StatementPayment]:
    """The entries of spend that pay for a statement, for who may see single entries."""
    return list(links_seen_by(user).filter(statement=statement, entry__in=SpendEntry.objects.visible_to(user)))
