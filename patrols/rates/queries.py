"""Rates as somebody may see them, and what time is paid at on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet

from hotspot.core.calendar import Period
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import FundingStream, Programme
from patrols.models import BankHoliday, HourlyRate, PayRule, RateType


def streams_seen_by(user: User) -> QuerySet[FundingStream]:
    """The streams whose rates this person may see. Business as usual costs the programme nothing."""
    if not user.may(Permission.VIEW_FUNDING):
        return FundingStream.objects.none()
    return FundingStream.objects.visible_to(user).in_headline().select_related("programme")


def rates_seen_by(user: User) -> QuerySet[HourlyRate]:
    """The hourly rates this person may see."""
    streams = streams_seen_by(user)
    return HourlyRate.objects.filter(funding_stream__in=streams).select_related("funding_stream__programme")


def rates_of(stream: FundingStream) -> list[HourlyRate]:
    """Every rate of a stream, by role and type, the newest first."""
    return list(HourlyRate.objects.filter(funding_stream=stream))


def rules_of(stream: FundingStream) -> list[PayRule]:
    """Every rule of a stream, by role, the newest first."""
    return list(PayRule.objects.filter(funding_stream=stream))


def holidays_seen_by(user: User) -> QuerySet[BankHoliday]:
    """The bank holidays, for who may see rates, the latest first."""
    return BankHoliday.objects.all() if user.may(Permission.VIEW_FUNDING) else BankHoliday.objects.none()


class PayMonth(NamedTuple):
    """The London days of a month, by their numbers, on which a stream pays a role at one rate.

    `hour_pence` is None where the type of time has no rate. Days without a rule are in none.
    """

    stream_id: int
    role: str
    month: date
    rate_type: str
    hour_pence: int | None
    days: list[int]


_PAY_MONTHS = """
    SELECT funding_stream_id, role, date_trunc('month', day)::date, rate_type, hour_pence,
        array_agg(extract(day FROM day)::int)
    FROM patrols_pay_days(%s, %s, %s) GROUP BY 1, 2, 3, 4, 5
"""


def pay_months(programme: Programme, period: Period) -> list[PayMonth]:
    """At what the streams of a programme pay each role on the days of a period, where they have a rule for it.

    Closing a month freezes by the same function of the database.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PAY_MONTHS, [programme.pk, period.first_day, period.last_day])
        return [PayMonth(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class RoleRates:
    """What a stream pays one role in force on a day: the rule, if there is one, and the rates of its two types."""

    stream_id: int
    role: str
    rule: PayRule | None
    ordinary: HourlyRate | None = None
    bank_holiday: HourlyRate | None = None


def rates_on(day: date, streams: Iterable[FundingStream], roles: Iterable[str]) -> list[RoleRates]:
    """What each stream pays each role on a day, in their order."""
    streams, roles = list(streams), list(roles)
    rules = PayRule.objects.filter(funding_stream__in=streams, first_day__lte=day)
    by_role = {(rule.funding_stream_id, rule.role): rule for rule in rules.order_by("first_day")}
    rates = HourlyRate.objects.filter(funding_stream__in=streams, first_day__lte=day)
    by_type = {(rate.funding_stream_id, rate.role, rate.rate_type): rate for rate in rates.order_by("first_day")}
    found = []
    for stream in streams:
        for role in roles:
            rule, key = by_role.get((stream.pk, role)), (stream.pk, role)
            if rule is None:
                found.append(RoleRates(stream.pk, role, None))
                continue
            ordinary, holiday = by_type.get((*key, rule.ordinary)), by_type.get((*key, rule.bank_holiday))
            found.append(RoleRates(stream.pk, role, rule, ordinary, holiday))
    return found


def in_force(stream_id: int, role: str, rate_type: RateType | str, day: date) -> HourlyRate | None:
    """The rate of a type in force on a day, if there is one."""
    rates = HourlyRate.objects.filter(funding_stream=stream_id, role=role, rate_type=rate_type, first_day__lte=day)
    return rates.order_by("-first_day").first()


def rule_in_force(stream_id: int, role: str, day: date) -> PayRule | None:
    """The rule in force on a day, if there is one."""
    return (
        PayRule.objects.filter(funding_stream=stream_id, role=role, first_day__lte=day).order_by("-first_day").first()
    )
