"""Writes of shifts together with their outcomes: one transaction, whichever shell asks for it."""

from outcomes.operations.checking import Entry
from outcomes.operations.log import Logged, Result, log_shift, log_shifts
from outcomes.operations.single import (
    TALLIED,
    complete_shift,
    correct_shift,
    detail_outcome,
    set_crew,
    withdraw_outcome,
)

__all__ = [
    "TALLIED",
    "Entry",
    "Logged",
    "Result",
    "complete_shift",
    "correct_shift",
    "detail_outcome",
    "log_shift",
    "log_shifts",
    "set_crew",
    "withdraw_outcome",
]
