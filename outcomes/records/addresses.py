"""Where the records behind a number are listed. Nothing else outside the filters knows how addresses name them."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.http import urlencode

from hotspot.core.calendar import Period
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import Programme
from outcomes.kinds import OutcomeKind
from outcomes.records.filter_queries import ChosenOutcome, PaidFrom
from outcomes.records.filters import ALL, COUNT, EVERYTHING, MOST_COUNTED, NOTHING, OVERDUE, SOMETHING, YES, usable_by


def shifts_address(
    *,
    by: User,
    programme: Programme,
    period: Period,
    areas: Sequence[int] = (),
    late: bool = False,
    flagged: bool = False,
    to_follow: bool = False,
    overdue: bool = False,
    outcome: OutcomeKind | None = None,
    code: str | None = None,
    found: bool | None = None,
    number: int = 0,
) -> str:
    """The address of the list of the shifts that a figure of a programme counts, on the days of a period.

    `areas` are their keys, none for all that the person sees. `outcome` narrows it to shifts with one of a kind, with a
    `code` to one term, empty where that is not known yet, and `found` to searches in which something or nothing was
    found. `overdue` are planned shifts that should be over, all others completed ones. A list of such a `number` is
    counted whole. Empty for somebody who may not see shifts, or not what the list would be narrowed to.
    """
    chosen = ChosenOutcome(outcome, code) if outcome else None
    values = {
        "since": str(period.first_day),
        "until": str(period.last_day),
        "stream": PaidFrom(programme, is_counted=not overdue).code,
        "state": OVERDUE if overdue else "",
        "late": YES if late else "",
        "flagged": YES if flagged else "",
        "to_follow": YES if to_follow else "",
        "outcome": str(chosen) if chosen else "",
        "found": "" if found is None else SOMETHING if found else NOTHING,
        # Last, so that the links of a table differ in their ends alone: a dashboard of 120 areas is lighter so.
        "area": ",".join(map(str, areas)),
    }
    return _address(by, {name: value for name, value in values.items() if value}, number)


def _address(by: User, given: dict[str, str], number: int) -> str:
    usable = usable_by(by)
    if not by.may(Permission.VIEW_SHIFTS) or not usable.issuperset(given):
        return ""
    given |= {"whose": ALL} if "whose" in usable else {}
    given |= {COUNT: EVERYTHING} if number > MOST_COUNTED else {}
    return f"{reverse('outcomes:shifts')}?{urlencode(given)}"
