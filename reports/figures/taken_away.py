"""Planned patrol time that was taken away, by reason, with the level of abstraction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotspot.core import wording
from hotspot.core.models import User
from patrols.abstractions.queries import all_taken, taken_by_reason
from patrols.abstractions.rules import CURRENT_ABSTRACTION, TakenAway
from patrols.models import AbstractionReason
from reports.figures.criteria import ReportCriteria

COLUMNS = (
    {"label": "Reason"},
    *({"label": label, "numeric": True} for label in ("Hours taken away", "Filled in by others", "Hours lost")),
)


@dataclass(frozen=True)
class TimeTaken:
    """By reason, the minutes taken away from patrols that somebody sees; `patrolled` are those of the headline."""

    by_reason: Mapping[str, TakenAway]
    patrolled: int

    @property
    def together(self) -> TakenAway:
        return all_taken(dict(self.by_reason))

    @property
    def sentence(self) -> str:
        """How much, how much of it was lost, and the level of abstraction."""
        whole = self.together
        if not whole.minutes:
            return "Nothing is recorded as taken away."
        said = f"Taken away: {_hours(whole.minutes)} of patrol. Lost of it: {_hours(whole.lost)}."
        rate = whole.rate(self.patrolled)
        return said if rate is None else f"{said} The level of abstraction is {rate:.1f}%."

    @property
    def rows(self) -> list[list[str]]:
        """The reasons for which anything was taken, the most first."""
        order = sorted(self.by_reason.items(), key=lambda each: (-each[1].minutes, each[0]))
        return [[AbstractionReason(reason).label, *_cells(each)] for reason, each in order]

    @property
    def foot(self) -> Sequence[str]:
        return ["All reasons", *_cells(self.together)] if len(self.by_reason) > 1 else ()


def time_taken(question: ReportCriteria, *, by: User, patrolled: int) -> TimeTaken:
    """What was taken away in the areas and days of a question. One query."""
    found = taken_by_reason(by=by, programme=question.programme, period=question.period, areas=question.areas)
    return TimeTaken(found, patrolled)


def definitions() -> list[dict[str, str]]:
    """What is counted, as the rows of a summary list."""
    return [
        {"key": each.name, "value": f"{each.definition} In {each.unit}.", "url": ""}
        for each in CURRENT_ABSTRACTION.measures
    ]


def _cells(each: TakenAway) -> list[str]:
    return [f"{wording.hours(minutes):,}" for minutes in (each.minutes, each.minutes - each.lost, each.lost)]


def _hours(minutes: int) -> str:
    return wording.plural(wording.hours(minutes), "hour")
