"""Rates in words and table rows."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspots.amounts import pounds
from hotspots.models import FundingStream
from patrols.models import BankHoliday, CrewRole, HourlyRate, PayRule, RateType
from patrols.rates.queries import RoleRates

ROLE_COLUMNS = [{"label": label} for label in ("Role", "On ordinary days", "On bank holidays", "Source")]
RATE_COLUMNS: list[dict[str, Any]] = [
    {"label": "Role"},
    {"label": "Type of time"},
    {"label": "From"},
    {"label": "Until"},
    {"label": "Rate an hour", "numeric": True},
    {"label": "Source"},
]
RULE_COLUMNS = [{"label": label} for label in ("Role", "From", "On ordinary days", "On bank holidays", "Reason")]
HOLIDAY_COLUMNS = [{"label": "Day"}, {"label": "Bank holiday"}]
NO_RATE = "No rate"


def stream_tables(streams: Iterable[FundingStream], rates: Sequence[RoleRates]) -> list[dict[str, Any]]:
    """A table for each stream: what each role is paid at."""
    return [
        {
            "stream": stream,
            "rows": [_role_row(each) for each in rates if each.stream_id == stream.pk],
        }
        for stream in streams
    ]


def _role_row(rates: RoleRates) -> list[str]:
    role = CrewRole(rates.role).label
    if rates.rule is None:
        return [role, NO_RATE, NO_RATE, "–"]
    paid = [_paid(rates.rule.ordinary, rates.ordinary), _paid(rates.rule.bank_holiday, rates.bank_holiday)]
    sources = dict.fromkeys(rate.source for rate in (rates.ordinary, rates.bank_holiday) if rate is not None)
    return [role, *paid, "; ".join(sources) or "–"]


def _paid(rate_type: str, rate: HourlyRate | None) -> str:
    return f"{RateType(rate_type).label}: {hourly(rate.hour_pence if rate else None)}"


def hourly(pence: int | None) -> str:
    """£32.50 an hour; that there is none for None."""
    return "no rate" if pence is None else f"{pounds(pence)} an hour"


def rate_rows(rates: Iterable[HourlyRate]) -> list[list[Any]]:
    """The rates of a stream, as they come: by role and type, the newest first."""
    rows: list[list[Any]] = []
    for _, group in groupby(rates, key=lambda rate: (rate.role, rate.rate_type)):
        following: HourlyRate | None = None
        for rate in group:
            rows.append(_rate_row(rate, following))
            following = rate
    return rows


def _rate_row(rate: HourlyRate, following: HourlyRate | None) -> list[Any]:
    until = wording.day(following.first_day - timedelta(days=1)) if following else "–"
    return [
        {"url": reverse("rates:rate", args=(rate.pk,)), "text": rate.get_role_display()},
        rate.get_rate_type_display(),
        wording.day(rate.first_day),
        until,
        NO_RATE if rate.hour_pence is None else pounds(rate.hour_pence),
        rate.source,
    ]


def rate_facts(rate: HourlyRate) -> list[dict[str, str]]:
    """One rate as a summary list."""
    rows = [
        ("Funding stream", rate.funding_stream.name),
        ("Role", rate.get_role_display()),
        ("Type of time", rate.get_rate_type_display()),
        ("From", wording.day(rate.first_day)),
        ("Rate an hour", NO_RATE if rate.hour_pence is None else pounds(rate.hour_pence)),
        ("Source", rate.source),
        *([("Reason", rate.reason)] if rate.reason else []),
    ]
    return [{"key": key, "value": value} for key, value in rows]


def rule_rows(rules: Iterable[PayRule]) -> list[list[str]]:
    """How time is paid, by role, the newest rule first."""
    return [
        [
            rule.get_role_display(),
            wording.day(rule.first_day),
            rule.get_ordinary_display(),
            rule.get_bank_holiday_display(),
            rule.reason or "–",
        ]
        for rule in rules
    ]


def holiday_rows(holidays: Iterable[BankHoliday], *, manages: bool) -> list[list[Any]]:
    """The list of bank holidays, each with a link for those who may remove it."""
    return [[wording.day(each.day), each.name, *([_removal(each)] if manages else [])] for each in holidays]


def holiday_columns(*, manages: bool) -> list[dict[str, Any]]:
    """The columns of `holiday_rows`."""
    return [*HOLIDAY_COLUMNS, {"label": "Remove"}] if manages else HOLIDAY_COLUMNS


def _removal(holiday: BankHoliday) -> dict[str, str]:
    return {"url": reverse("rates:remove_holiday", args=(holiday.pk,)), "text": f"Remove {wording.day(holiday.day)}"}


def said(rate: HourlyRate | None) -> str:
    """What entering a rate did."""
    if rate is None:
        return "Nothing was different, so the rates stay as they were."
    what = f"{rate.get_role_display()}, {rate.get_rate_type_display().lower()}"
    return f"{what}: {hourly(rate.hour_pence)} from {wording.day(rate.first_day)} on."


def day_in_force(day: date, first: date, last: date) -> date:
    """The day whose rates are shown: today, or the nearest day on which the programme runs."""
    return min(max(day, first), last)
