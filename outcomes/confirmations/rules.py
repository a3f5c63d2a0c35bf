"""When a month can be confirmed, and whether what was confirmed is still as it was."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotspot.core.calendar import Period, months_between, today
from outcomes.confirmations.held import Held
from outcomes.models import MonthConfirmation

REMINDED_FROM = 5
"""The day of the month after from which a month that is not confirmed is late."""

MOST_MONTHS_AWAY = 120


def is_over(month: Period, at: datetime) -> bool:
    """Whether the month can be confirmed: from the first day after it."""
    return today(at) > month.last_day


def can_be_asked_about(day: date, at: datetime) -> bool:
    """Whether the month of a day is near enough to be looked at: ten years either way."""
    return abs(months_between(day, today(at))) <= MOST_MONTHS_AWAY


def month_before(day: date) -> Period:
    """The newest month that is over on a day."""
    return Period.month(day.replace(day=1) - timedelta(days=1))


@dataclass(frozen=True)
class PersonMonth:
    """A person's month: their shifts in it by number with what is held of them, and how many are planned still.

    `confirmation` is the one that stands, if any.
    """

    person_id: int
    month: Period
    shifts: Mapping[str, Held]
    planned: int = 0
    confirmation: MonthConfirmation | None = None

    @property
    def is_confirmed(self) -> bool:
        return self.confirmation is not None

    @property
    def changes(self) -> int:
        """How many shifts were logged, changed, voided or handed over since the month was confirmed."""
        if self.confirmation is None:
            return 0
        before = {number: Held.of(kept) for number, kept in self.confirmation.shifts.items()}
        same = sum(held.is_as(before.get(number)) for number, held in self.shifts.items())
        return len({*before, *self.shifts}) - same

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing to do: it is confirmed, and what was confirmed is as it was."""
        return self.is_confirmed and not self.changes

    @property
    def fingerprint(self) -> str:
        """What tells these shifts, as far as a confirmation is about them, from any others."""
        said = {number: held.digest for number, held in self.shifts.items()}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]
