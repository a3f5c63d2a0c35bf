"""Writes that end a month: one person prepares it, another closes it."""

from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from hotspot.core.calendar import today
from hotspot.core.errors import Conflict, NotInThisState
from hotspot.core.models import User
from hotspots.ledger import queries, rules
from hotspots.models import ClosedMonth, PreparedMonth, Programme


@transaction.atomic
def prepare_month(*, by: User, at: datetime, programme_id: int, month: date) -> PreparedMonth:
    """Say that a month is complete, and write down what it adds up to. Preparing it again replaces that.

    Raises Conflict for what keeps it from being closed.
    """
    programme = _alone(by, programme_id)
    _check(programme, month, at)
    programme.prepared_months.filter(month=month).delete()
    sums = asdict(queries.sums_of(programme, month))
    return PreparedMonth.objects.create(programme=programme, month=month, prepared_by=by, prepared_at=at, **sums)


@transaction.atomic
def close_month(*, by: User, at: datetime, programme_id: int, month: date) -> ClosedMonth:
    """Close a month that another person prepared, if it adds up to what they wrote down. It stays closed.

    Raises NotInThisState `month_not_prepared`, NotAllowed `same_person`, and Conflict `month_changed` or for what else
    keeps it from being closed.
    """
    programme = _alone(by, programme_id)
    _check(programme, month, at)
    prepared = programme.prepared_months.select_related("prepared_by").filter(month=month).first()
    if prepared is None:
        raise NotInThisState("month_not_prepared", "Somebody has to prepare this month first.")
    rules.check_other_person(by, prepared.prepared_by, what="close it")
    sums = queries.sums_of(programme, month)
    if sums != queries.MonthSums(prepared.entries, prepared.spend_pence, prepared.received_pence):
        message = "The month has changed since it was prepared. Somebody has to prepare it again."
        raise Conflict("month_changed", message)
    with rules.refusals_in_words():
        return ClosedMonth.objects.create(
            programme=programme,
            month=month,
            prepared_by=prepared.prepared_by,
            prepared_at=prepared.prepared_at,
            closed_by=by,
            closed_at=at,
            **asdict(sums),
        )


def _alone(by: User, programme_id: int) -> Programme:
    """The programme, while nobody else writes to its ledger: writers share this row."""
    rules.check_keeps(by)
    return Programme.objects.visible_to(by).select_for_update(no_key=True).get(pk=programme_id)


def _check(programme: Programme, month: date, at: datetime) -> None:
    first_open = queries.first_open_month(programme)
    rules.check_can_be_closed(
        programme,
        month,
        undecided=queries.entries_in(programme, month).undecided().count(),
        earlier=first_open if first_open and first_open < month else None,
        today=today(at),
    )
