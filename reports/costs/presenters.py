"""Costs in words and table rows. By month, area, stream and role only: nothing here knows a person."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.calendar import today as london_day
from hotspots.models import FundingStream
from patrols.models import CrewRole, RateType
from reports.costs.definitions import HOURS_WITHOUT_RATE, MEASURES
from reports.costs.forecast import FEWEST_MONTHS
from reports.costs.money import Money
from reports.costs.office import OfficeRow
from reports.costs.queries import Costs
from reports.costs.rules import CostSum, cost_sum, sums_by

NOTHING = "–"
WITHHELD = "[c]"
_NUMBERS: list[dict[str, Any]] = [
    {"label": label, "numeric": True}
    for label in ("Patrols", "Hours", "Patrol cost", "Cost of an hour", "Cost of a patrol", "Hours without a rate")
]
_TIME_NUMBERS = [_NUMBERS[place] for place in (1, 2, 3, 5)]
MONTH_COLUMNS: list[dict[str, Any]] = [{"label": "Month"}, {"label": "State"}, *_NUMBERS]
AREA_COLUMNS: list[dict[str, Any]] = [{"label": "Area"}, *_NUMBERS]
STREAM_COLUMNS: list[dict[str, Any]] = [{"label": "Funding stream"}, *_TIME_NUMBERS]
ROLE_COLUMNS: list[dict[str, Any]] = [{"label": "Role"}, *_TIME_NUMBERS]
TYPE_COLUMNS: list[dict[str, Any]] = [{"label": "Type of time"}, *_TIME_NUMBERS]
UNPAID_COLUMNS: list[dict[str, Any]] = [
    {"label": "Funding stream"},
    {"label": "Role"},
    {"label": "Type of time"},
    {"label": "Hours", "numeric": True},
]
LATER_COLUMNS: list[dict[str, Any]] = [
    {"label": "Month"},
    {"label": "Difference", "numeric": True},
    {"label": "Hours", "numeric": True},
    {"label": "By"},
]
MONEY_COLUMNS: list[dict[str, Any]] = [
    {"label": "Month"},
    *(
        {"label": label, "numeric": True}
        for label in ("Expected", "Patrols", "Other spend", "Expected so far", "Spent so far")
    ),
]


def money(pence: int | None) -> str:
    """£1,200.50, always with its pence, so that columns line up; −£5.00 below nothing; a dash for None."""
    if pence is None:
        return NOTHING
    whole, rest = divmod(abs(pence), 100)
    return f"{'−' if pence < 0 else ''}£{whole:,}.{rest:02d}"


def signed(pence: int) -> str:
    """+£123.00 or −£5.00."""
    return f"+{money(pence)}" if pence > 0 else money(pence)


def hours(minutes: int) -> str:
    """Hours to two decimals, because few of them cost something too: 1,234.50."""
    hundredths = (abs(minutes) * 100 + 30) // 60
    return f"{'−' if minutes < 0 else ''}{hundredths // 100:,}.{hundredths % 100:02d}"


def _time_cells(found: CostSum) -> list[str]:
    return [
        hours(found.minutes),
        money(found.pence) if found.paid_minutes else NOTHING,
        money(found.hour_pence),
        hours(found.unpaid_minutes) if found.unpaid_minutes else NOTHING,
    ]


def _cells(found: CostSum, patrols: int) -> list[str]:
    time, cost, hour, unpaid = _time_cells(found)
    return [f"{patrols:,}", time, cost, hour, money(found.patrol_pence(patrols)), unpaid]


def month_rows(costs: Costs, *, today: date) -> list[list[str]]:
    """Every month that has begun, in order."""
    by_month = sums_by(costs.lines, lambda line: line.month)
    rows = []
    for month in costs.months.each_month():
        first = month.first_day
        patrols = sum(number for (when, _), number in costs.patrols.items() if when == first)
        closed = costs.closed.get(first)
        state = f"Closed {wording.day(london_day(closed))}" if closed else "So far" if today in month else "Open"
        rows.append([wording.month(first), state, *_cells(by_month.get(first, CostSum()), patrols)])
    return rows


def month_foot(costs: Costs) -> list[str]:
    """The sum of all months."""
    return ["All months", "", *_cells(cost_sum(costs.lines), sum(costs.patrols.values()))]


def area_rows(costs: Costs, areas: Mapping[int, str]) -> list[list[str]]:
    """Every area that had patrols, in the order of lists, which is no ranking."""
    by_area = sums_by(costs.lines, lambda line: line.area_id)
    patrols = {pk: sum(number for (_, area), number in costs.patrols.items() if area == pk) for pk in areas}
    return [[name, *_cells(by_area[pk], patrols[pk])] for pk, name in areas.items() if pk in by_area]


def area_foot(costs: Costs) -> list[str]:
    """The sum of all areas."""
    return ["All areas", *_cells(cost_sum(costs.lines), sum(costs.patrols.values()))]


def stream_rows(costs: Costs, streams: Iterable[FundingStream]) -> list[list[Any]]:
    """Every stream that paid for time."""
    by_stream = sums_by(costs.lines, lambda line: line.stream_id)
    return [[stream.name, *_time_cells(by_stream[stream.pk])] for stream in streams if stream.pk in by_stream]


def role_rows(costs: Costs) -> list[list[str]]:
    """Every role that was on patrol."""
    by_role = sums_by(costs.lines, lambda line: line.role)
    return [[role.label, *_time_cells(by_role[role])] for role in CrewRole if role in by_role]


def type_rows(costs: Costs) -> list[list[str]]:
    """Every type of time, and what no rule says the type of."""
    by_type = sums_by(costs.lines, lambda line: line.rate_type)
    kinds = [(kind.value, kind.label) for kind in RateType]
    return [[label, *_time_cells(by_type[code])] for code, label in (*kinds, ("", "Not known")) if code in by_type]


def total_foot(costs: Costs, label: str) -> list[str]:
    """The sum of a table of time."""
    return [label, *_time_cells(cost_sum(costs.lines))]


def unpaid_rows(costs: Costs, streams: Iterable[FundingStream], *, links: bool) -> list[list[Any]]:
    """The time that has no rate, by stream, role and type of time; streams link to their rates for who may see them."""
    unpaid = [line for line in costs.lines if line.pence is None]
    names = {stream.pk: stream.name for stream in streams}
    found = sums_by(unpaid, lambda line: (line.stream_id, line.role, line.rate_type))
    return [
        [
            {"url": reverse("rates:stream", args=(stream,)), "text": names[stream]} if links else names[stream],
            CrewRole(role).label,
            RateType(kind).label if kind else "No rule says which",
            hours(each.unpaid_minutes),
        ]
        for (stream, role, kind), each in sorted(found.items())
    ]


def later_rows(costs: Costs) -> list[list[str]]:
    """What the records of closed months differ by now from what was frozen."""
    return [
        [
            wording.month(month),
            signed(later.pence),
            hours(later.paid_minutes + later.unpaid_minutes),
            _causes(later.shifts, later.rates),
        ]
        for month, later in sorted(costs.later.items())
    ]


def _causes(shifts: int, rates: int) -> str:
    causes = [wording.plural(shifts, "shift") + " logged or changed"] if shifts else []
    causes += [wording.plural(rates, "change") + " of rates or bank holidays"] if rates else []
    return wording.listing(causes) or "Shifts that left the month or these areas"


def summary(costs: Costs) -> list[dict[str, str]]:
    """The costs of all months in a summary list."""
    total, patrols = cost_sum(costs.lines), sum(costs.patrols.values())
    rows = [
        ("Patrol cost", money(total.pence) if total.paid_minutes else NOTHING),
        ("Hours", hours(total.minutes)),
        ("Cost of an hour", money(total.hour_pence)),
        ("Patrols", f"{patrols:,}"),
        ("Cost of a patrol", money(total.patrol_pence(patrols))),
    ]
    if costs.later:
        later = signed(sum(each.pence for each in costs.later.values()))
        rows.append(("Since months were closed", f"{later}, which is not in these figures"))
    return [{"key": key, "value": value} for key, value in rows]


def office_columns(streams: Iterable[FundingStream]) -> list[dict[str, Any]]:
    """The columns of `office_table`."""
    names = [stream.name for stream in streams]
    labels = ["Hours", "Patrol cost", "Cost of an hour", *names, "Hours without a rate"]
    return [{"label": "Months"}, *({"label": label, "numeric": True} for label in labels)]


def office_table(rows: Sequence[OfficeRow]) -> list[list[str]]:
    """Runs of months: what all time cost, and each stream's part."""
    return [
        [_run(row.months), *_office_cells(row.total, [_told(each) for each in row.by_stream.values()])] for row in rows
    ]


def office_foot(total: CostSum, streams: int) -> list[str]:
    """The sum of all runs of months. Streams are not added up: part of them may be withheld."""
    return ["All of these", *_office_cells(total, [""] * streams)]


def _office_cells(total: CostSum, by_stream: list[str]) -> list[str]:
    time, cost, hour, unpaid = _time_cells(total)
    return [time, cost, hour, *by_stream, unpaid]


def _told(found: CostSum | None) -> str:
    return WITHHELD if found is None else money(found.pence) if found.paid_minutes else NOTHING


def _run(months: Sequence[date]) -> str:
    first, last = wording.month(months[0]), wording.month(months[-1])
    return first if len(months) == 1 else f"{first} to {last}"


def money_rows(found: Money) -> list[list[str]]:
    """The programme's money by month."""
    rows: list[list[str]] = []
    expected = spent = 0
    for each in found.months:
        expected, spent = expected + each.expected, spent + each.patrols + each.other
        profile = (each.expected, expected) if found.by_profile else (None, None)
        paid = (each.patrols, each.other, spent) if each.is_begun else (None, None, None)
        cells = [profile[0], *paid[:2], profile[1], paid[2]]
        rows.append([wording.month(each.month), *(money(pence) for pence in cells)])
    return rows


def money_sentences(found: Money) -> list[str]:
    """Pace, forecast, and what is left, in sentences."""
    if found.budget is None:
        return ["Nobody has entered what the programme has for this year, so there is nothing to compare with."]
    source = "as income is expected" if found.by_profile else "evenly by days"
    sentences = [
        f"Of {money(found.budget)}, {money(found.spent)} is spent: {money(found.patrols)} on patrols and "
        f"{money(found.spent - found.patrols)} on other things. Spent {source}, it would be {money(found.pace)} by now."
    ]
    if found.afterwards:
        sentences.append(f"{money(found.afterwards)} of it was entered for days after the programme’s last one.")
    if found.entered:
        sentences.append(
            f"The ledger has {money(found.entered)} of approved spend on patrols, which is not counted again beside "
            "what their hours cost."
        )
    if found.months_left:
        sentences += [*_forecast(found), *_left(found)]
    return sentences


def _forecast(found: Money) -> list[str]:
    if found.forecast is None:
        so_far = wording.plural(found.months_over, "month") if found.months_over else "none"
        return [f"The end of the year is forecast once {FEWEST_MONTHS} months with patrols are over; {so_far} so far."]
    expected = found.forecast
    return [
        f"If the months to come are like the {expected.months} that are over, patrols will have cost about "
        f"{money(expected.middle)} at the end of the year, and between {money(expected.low)} and "
        f"{money(expected.high)} with a chance of 95%."
    ]


def _left(found: Money) -> list[str]:
    left = found.left or 0
    if left < 0:
        return [f"{money(-left)} more is spent than there is."]
    if found.hours_left is None:
        return [f"{money(left)} is left."]
    asked = f" Targets ask for {found.hours_asked:,} more hours." if found.hours_asked else ""
    return [f"{money(left)} is left, which pays for about {found.hours_left:,} hours at the cost so far.{asked}"]


def definitions() -> list[dict[str, str]]:
    """What each figure means."""
    return [{"key": measure.name, "value": measure.definition} for measure in MEASURES]


def warning(costs: Costs) -> str:
    """That part of the time has no rate; empty where all of it has one."""
    unpaid = cost_sum(costs.lines).unpaid_minutes
    return f"{hours(unpaid)} {HOURS_WITHOUT_RATE.label} are left out of all costs." if unpaid else ""
