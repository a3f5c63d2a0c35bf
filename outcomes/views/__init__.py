"""The pages of shifts and their outcomes, under the names that `outcomes/urls.py` uses."""

from outcomes.views.details import detail, to_follow, withdraw
from outcomes.views.listing import shifts
from outcomes.views.log import complete, correct, echo, log, plan, saved
from outcomes.views.shift import crew, restore, shift, visits, void

__all__ = [
    "complete",
    "correct",
    "crew",
    "detail",
    "echo",
    "log",
    "plan",
    "restore",
    "saved",
    "shift",
    "shifts",
    "to_follow",
    "visits",
    "void",
    "withdraw",
]
