"""Orders at the borders of days, quarters and roles."""

from datetime import UTC, date, datetime

import pytest

from hotspots.orders import operations as order_operations
from patrols.models import CrewRole
from reports.orders import files, queries
from tests import factories
from tests.reports.orders import (
    AUTUMN,
    SPRING,
    SUMMER,
    Direction,
    facts,
    invoiced,
    ordered,
    patrolled,
    quarter,
    sender,
    signed,
)

WINTER_TODAY = date(2025, 1, 10)


def shift(force, starts_at: datetime, ends_at: datetime, *, crew=(CrewRole.PCSO,)):
    return factories.PatrolShiftFactory(
        starts_at=starts_at, ends_at=ends_at, crew=list(crew), area=force.hitchin, funding_stream=force.grant,
        logged_by=force.sam,
    )  # fmt: skip


def test_a_night_on_which_the_clocks_go_back_has_its_extra_hour(force):
    order = ordered(force, charges_over=True)
    shift(force, datetime(2024, 10, 26, 21, tzinfo=UTC), datetime(2024, 10, 27, 6, tzinfo=UTC))
    assert quarter(order, AUTUMN, by=force.fay, today=WINTER_TODAY).figures.delivered == 9 * 60


def test_a_shift_over_the_end_of_a_quarter_is_in_the_one_in_which_it_began(force):
    order = ordered(force, charges_over=True)
    shift(force, datetime(2024, 9, 30, 22, 30, tzinfo=UTC), datetime(2024, 10, 1, 2, tzinfo=UTC))
    shift(force, datetime(2024, 9, 30, 23, 30, tzinfo=UTC), datetime(2024, 10, 1, 2, tzinfo=UTC))
    found = [quarter(order, first, by=force.fay, today=WINTER_TODAY).figures.delivered for first in (SUMMER, AUTUMN)]
    assert found == [210, 150]


def test_a_mixed_crew_is_in_two_orders_without_a_minute_in_both(force):
    ours = ordered(force)
    theirs = ordered(force, direction=Direction.BY_PARTNER, vat_hundredths=0)
    patrolled(force, date(2024, 6, 12), roles=(CrewRole.PCSO, CrewRole.COMMUNITY_ENFORCEMENT_OFFICER))
    assert [quarter(order, SPRING, by=force.fay).figures.delivered for order in (ours, theirs)] == [240, 240]


def test_a_correction_that_is_taken_back_carries_nothing(force):
    order = ordered(force)
    patrolled(force, date(2024, 6, 12))
    signed(order, SPRING, by=force.pete)
    for rate in (60_00, 50_00):
        order_operations.set_rate(
            by=force.fay, order_id=order.pk, first_day=date(2024, 6, 2), hour_pence=rate, reason="A slip"
        )
    assert quarter(order, SPRING, by=force.fay).since is None
    assert quarter(order, SUMMER, by=force.fay).figures.carried == ()


@pytest.mark.parametrize("hour_pence", [50_01, 50_03, 33_33])
def test_a_cancelled_invoice_leaves_nothing_of_its_half_pennies(force, hour_pence):
    sender(force)
    order = ordered(force, hour_pence=hour_pence)
    patrolled(force, date(2024, 6, 12))
    statement = signed(order, SPRING, by=force.pete)
    shown = invoiced(force, statement)
    assert shown.gross_pence == statement.gross_pence
    assert sum(line[3] for line in shown.body["lines"]) == shown.net_pence


def test_the_last_quarter_of_an_order_that_ends_within_it_can_be_signed_off(force):
    order = ordered(force, last_day=date(2024, 8, 10))
    patrolled(force, date(2024, 8, 11))
    signed(order, SPRING, by=force.pete)
    assert signed(order, SUMMER, by=force.pete).delivered_minutes == 0


def test_a_statement_and_an_invoice_of_every_kind_of_name_are_files(force):
    sender(force)
    council = force.north_herts_council
    order_operations.save_organisation(
        by=force.fay,
        organisation_id=council.pk,
        name="=HYPERLINK(1) <b> 議会 🏛 " + "W" * 80,
        kind="council",
        address="東京\n#1",
    )
    order = ordered(force, reference="=1+1")
    patrolled(force, date(2024, 6, 12))
    statement = signed(order, SPRING, by=force.pete)
    assert files.invoice_pdf(invoiced(force, statement)).startswith(b"%PDF")
    found = queries.orders_seen_by(force.pete).get(pk=order.pk)
    account = queries.account_of(found, until=date(2024, 9, 30), today=date(2024, 10, 12))
    for make, _ in files.FILES.values():
        assert make(account, account.quarter(SPRING), at=datetime(2024, 10, 12, tzinfo=UTC))
    order_operations.change_order(by=force.fay, order_id=order.pk, facts=facts(areas=[force.hitchin], reference=""))
