"""Rates for tests: made-up numbers, entered through the operations that the pages use."""

from datetime import UTC, date, datetime

from hotspot.core.models import User
from hotspots.models import FundingStream
from patrols.models import BankHoliday, CrewRole, HourlyRate, RateType
from patrols.rates import operations

AT = datetime(2024, 10, 12, 12, tzinfo=UTC)
LAUNCH = date(2024, 5, 1)


def rate(
    by: User,
    stream: FundingStream,
    hour_pence: int | None,
    first_day: date = LAUNCH,
    *,
    role: str = CrewRole.POLICE_OFFICER,
    rate_type: str = RateType.OVERTIME,
) -> HourlyRate:
    """A rate from a day on."""
    made = operations.set_rate(
        by=by,
        at=AT,
        stream_id=stream.pk,
        role=role,
        rate_type=rate_type,
        first_day=first_day,
        hour_pence=hour_pence,
        source="Made up for tests",
        reason="A test",
    )
    assert made is not None
    return made


def holiday(by: User, day: date = date(2024, 8, 26), name: str = "Summer bank holiday") -> BankHoliday:
    """A bank holiday."""
    return operations.add_holiday(by=by, day=day, name=name)
