"""Made-up hourly rates, and the bank holidays of England and Wales.

No source has a force's rates: these are invented, say so, and only make the year cost something plausible.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from hotspot.core.calendar import Period
from hotspot.core.models import User
from hotspots.models import FundingStream, Programme
from patrols.models import CrewRole, RateType
from patrols.rates import operations

SOURCE = "Demonstration only: not a real rate"
# Pence an hour, of ordinary days and of bank holidays.
RATES = {
    CrewRole.POLICE_OFFICER: (48_20, 64_25),
    CrewRole.SPECIAL_CONSTABLE: (6_00, 6_00),
    CrewRole.PCSO: (33_10, 44_15),
    CrewRole.COMMUNITY_ENFORCEMENT_OFFICER: (27_60, 36_80),
}
# In per cent, from 1 September of the year in which a programme begins.
RISE = 4
BANK_HOLIDAYS = {
    "New Year’s Day": ("2025-01-01", "2026-01-01", "2027-01-01"),
    "Good Friday": ("2024-03-29", "2025-04-18", "2026-04-03", "2027-03-26"),
    "Easter Monday": ("2024-04-01", "2025-04-21", "2026-04-06", "2027-03-29"),
    "Early May bank holiday": ("2024-05-06", "2025-05-05", "2026-05-04"),
    "Spring bank holiday": ("2024-05-27", "2025-05-26", "2026-05-25"),
    "Summer bank holiday": ("2024-08-26", "2025-08-25", "2026-08-31"),
    "Christmas Day": ("2024-12-25", "2025-12-25", "2026-12-25"),
    "Boxing Day": ("2024-12-26", "2025-12-26"),
    "Boxing Day (substitute day)": ("2026-12-28",),
}


def make_rates(*, by: User, at: datetime) -> None:
    """Give every stream of every programme rates, and add the bank holidays.

    In later programmes than the first the PCC's stream has no rates for special constables: a page shows what has none.
    """
    for name, days in BANK_HOLIDAYS.items():
        for day in days:
            operations.add_holiday(by=by, day=date.fromisoformat(day), name=name)
    for place, programme in enumerate(Programme.objects.order_by("first_day")):
        for stream in FundingStream.objects.in_headline().filter(programme=programme):
            is_left_out = place > 0 and stream.kind == FundingStream.Kind.PCC_MATCH
            _make_rates(stream, [CrewRole.SPECIAL_CONSTABLE] if is_left_out else [], by=by, at=at)


def backdate_award(*, by: User, at: datetime) -> None:
    """Enter a rise after the months of the first programme were closed: what it would have cost stands beside them."""
    stream = FundingStream.objects.filter(kind=FundingStream.Kind.COUNCIL).earliest("programme__first_day")
    operations.set_rate(
        by=by,
        at=at,
        stream_id=stream.pk,
        role=CrewRole.COMMUNITY_ENFORCEMENT_OFFICER,
        rate_type=RateType.COUNCIL,
        first_day=date(2024, 11, 1),
        hour_pence=29_40,
        source=SOURCE,
        reason="A rise that was agreed later, from 1 November 2024 (demonstration)",
    )


def _make_rates(stream: FundingStream, left_out: Sequence[CrewRole], *, by: User, at: datetime) -> None:
    ordinary = RateType.COUNCIL if stream.kind == FundingStream.Kind.COUNCIL else RateType.OVERTIME
    for role in (role for role in RATES if role not in left_out):
        for rate_type, hour_pence in zip((ordinary, RateType.BANK_HOLIDAY), RATES[role], strict=True):
            for first_day, rate in _versions(stream.programme.period, hour_pence):
                operations.set_rate(
                    by=by,
                    at=at,
                    stream_id=stream.pk,
                    role=role,
                    rate_type=rate_type,
                    first_day=first_day,
                    hour_pence=rate,
                    source=SOURCE,
                    reason="Demonstration",
                )


def _versions(period: Period, hour_pence: int) -> Iterable[tuple[date, int]]:
    yield period.first_day, hour_pence
    rise = date(period.first_day.year, 9, 1)
    if rise in period:
        yield rise, round(hour_pence * (100 + RISE) / 100)
