"""Writes to rates, rules and bank holidays. What was in force on earlier days stays, unless somebody says why not."""

from datetime import date, datetime

from django.db import transaction

from hotspot.core.calendar import today
from hotspot.core.errors import DomainError, NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_line
from hotspots.models import FundingStream
from hotspots.saving import locked_row, save_row
from patrols.models import BankHoliday, HourlyRate, PayRule, RateType
from patrols.rates import queries


@transaction.atomic
def set_rate(
    *,
    by: User,
    at: datetime,
    stream_id: int,
    role: str,
    rate_type: str,
    first_day: date,
    hour_pence: int | None,
    source: str,
    reason: str = "",
) -> HourlyRate | None:
    """Enter what an hour of a role and type costs from a day on; None: there is no rate from then on.

    The first rate of a stream and role that is not for bank holidays also says how its time is paid: at this type on
    ordinary days, as bank holiday on those. Returns None where nothing was different. Raises NotAllowed, DomainErrors,
    and `reason_needed` where days before today had another rate and no reason is given.
    """
    stream = _locked_stream(by, stream_id, first_day)
    standing = queries.in_force(stream.pk, role, rate_type, first_day)
    if standing is None and hour_pence is None:
        raise DomainError("no_rate_to_end", "There is no rate of this type that could end on this day.", "first_day")
    if standing is not None and standing.hour_pence == hour_pence:
        return None
    if standing is not None:
        _check_reason(reason, first_day, at)
    rate = standing if standing is not None and standing.first_day == first_day else HourlyRate()
    rate.funding_stream, rate.role, rate.rate_type, rate.first_day = stream, role, rate_type, first_day
    rate.hour_pence, rate.source, rate.reason = hour_pence, clean_line(source), clean_line(reason)
    save_row(rate)
    if rate_type != RateType.BANK_HOLIDAY:
        _begin_rule(stream, role, rate_type, first_day)
    return rate


def _begin_rule(stream: FundingStream, role: str, rate_type: str, first_day: date) -> None:
    """Give a role without a rule on this day one: as its first says, or this type and that of bank holidays."""
    rules = PayRule.objects.filter(funding_stream=stream, role=role).order_by("first_day")
    first = rules.first()
    if first is not None and first.first_day <= first_day:
        return
    ordinary, holiday = (first.ordinary, first.bank_holiday) if first else (rate_type, RateType.BANK_HOLIDAY)
    save_row(PayRule(funding_stream=stream, role=role, first_day=first_day, ordinary=ordinary, bank_holiday=holiday))


@transaction.atomic
def set_rule(
    *,
    by: User,
    at: datetime,
    stream_id: int,
    role: str,
    first_day: date,
    ordinary: str,
    bank_holiday: str,
    reason: str = "",
) -> PayRule | None:
    """Say which type of time a stream pays a role for from a day on.

    Returns None where nothing was different. Raises NotAllowed, DomainErrors, and `reason_needed` as `set_rate` does.
    """
    stream = _locked_stream(by, stream_id, first_day)
    standing = queries.rule_in_force(stream.pk, role, first_day)
    if standing is not None and (standing.ordinary, standing.bank_holiday) == (ordinary, bank_holiday):
        return None
    if standing is not None:
        _check_reason(reason, first_day, at)
    rule = standing if standing is not None and standing.first_day == first_day else PayRule()
    rule.funding_stream, rule.role, rule.first_day = stream, role, first_day
    rule.ordinary, rule.bank_holiday, rule.reason = ordinary, bank_holiday, clean_line(reason)
    save_row(rule)
    return rule


def add_holiday(*, by: User, day: date, name: str) -> BankHoliday:
    """Add a day to the list of bank holidays. Raises NotAllowed, and DomainErrors if it is there already."""
    _check_manages(by)
    holiday = BankHoliday(day=day, name=clean_line(name))
    save_row(holiday)
    return holiday


@transaction.atomic
def remove_holiday(*, by: User, holiday_id: int) -> None:
    """Take a day that is no bank holiday off the list; its history stays. Raises NotAllowed and ChangedMeanwhile."""
    _check_manages(by)
    locked_row(BankHoliday, holiday_id).delete()


def _locked_stream(by: User, stream_id: int, first_day: date) -> FundingStream:
    """The stream, locked so that its rates are entered one after the other, after what both writes have to check."""
    _check_manages(by)
    stream = locked_row(FundingStream, stream_id)
    if not stream.in_headline:
        raise DomainError("stream_apart", "Business as usual costs the programme nothing, so it has no rates.")
    if first_day > stream.programme.last_day:
        raise DomainError("after_programme", "Choose a day on which the programme still runs.", "first_day")
    return stream


def _check_manages(by: User) -> None:
    if not by.may(Permission.MANAGE):
        raise NotAllowed("not_allowed", "Only an administrator can change rates.")


def _check_reason(reason: str, first_day: date, at: datetime) -> None:
    if first_day < today(at) and not clean_line(reason):
        message = "Say why: days before today had another rate, and what their patrols cost changes."
        raise DomainError("reason_needed", message, "reason")
