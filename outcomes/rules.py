"""Which outcomes a shift may have. Pure decisions on values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from hotspot.core import wording
from hotspot.core.errors import DomainError, Doubt
from outcomes.models import AsbPowerKind
from patrols.models import CONSTABLES, CrewRole
from patrols.rules import ShiftFacts

MAXIMUM_COUNT = 999
MANY_ARRESTS = 10


@dataclass(frozen=True)
class Tally:
    """How many outcomes a shift had, as a person counted them. None means that they did not say.

    `asb_powers` goes by kind code. `nothing_to_report` says that all of them are zero.
    """

    arrests: int | None = None
    stop_searches: int | None = None
    weapons: int | None = None
    asb_powers: Mapping[str, int | None] = field(default_factory=dict)
    nothing_to_report: bool = False

    @property
    def counts(self) -> dict[str, int | None]:
        """Every count by the name of its input: arrests, stop_searches, weapons, asb_<kind>."""
        return {
            "arrests": self.arrests,
            "stop_searches": self.stop_searches,
            "weapons": self.weapons,
            **{f"asb_{code}": count for code, count in self.asb_powers.items()},
        }

    @property
    def total(self) -> int:
        """All outcomes together, what was not said counted as none."""
        return sum(count or 0 for count in self.counts.values())


@dataclass(frozen=True)
class Report:
    """All that a person says about a worked shift. `activity` counts other work by kind code; None: did not say."""

    facts: ShiftFacts
    tally: Tally
    activity: Mapping[str, int | None] = field(default_factory=dict)


def check_tally(
    tally: Tally, *, roles: set[CrewRole], kinds: Mapping[str, AsbPowerKind], day: date
) -> list[DomainError]:
    """What stops a crew with these roles from having these outcomes on that day. Empty: nothing does."""
    return [
        *_check_said(tally),
        *_check_size(tally),
        *_check_constable(tally, roles),
        *_check_powers(tally, roles, kinds, day),
    ]


def _check_said(tally: Tally) -> list[DomainError]:
    if tally.nothing_to_report and tally.total:
        what = wording.plural(tally.total, "outcome")
        return [DomainError("both_said", f"You entered {what} and “Nothing to report”. Choose one.", "arrests")]
    # Zeros typed into the four headline rows say the same as the box.
    zeros = tally.arrests == tally.stop_searches == tally.weapons == 0
    if not (tally.nothing_to_report or tally.total or zeros):
        return [DomainError("outcomes_missing", "Enter outcomes or select “Nothing to report”.", "arrests")]
    return []


def _check_size(tally: Tally) -> list[DomainError]:
    return [
        DomainError("count_out_of_range", f"Enter a number from 0 to {MAXIMUM_COUNT}.", name)
        for name, count in tally.counts.items()
        if not 0 <= (count or 0) <= MAXIMUM_COUNT
    ]


def _check_constable(tally: Tally, roles: set[CrewRole]) -> list[DomainError]:
    if roles & set(CONSTABLES):
        return []
    claimed = {"arrests": ("an arrest", tally.arrests), "stop_searches": ("a stop search", tally.stop_searches)}
    return [
        DomainError(
            "constable_needed",
            f"Only a police officer or special constable makes {what}. Add one to the crew, or take it out.",
            name,
        )
        for name, (what, count) in claimed.items()
        if count
    ]


def _check_powers(
    tally: Tally, roles: set[CrewRole], kinds: Mapping[str, AsbPowerKind], day: date
) -> list[DomainError]:
    errors = []
    for code, count in tally.asb_powers.items():
        if not count:
            continue
        refusal = _refusal(kinds.get(code), roles, day)
        if refusal:
            errors.append(DomainError("power_not_available", refusal, f"asb_{code}"))
    return errors


def _refusal(kind: AsbPowerKind | None, roles: set[CrewRole], day: date) -> str:
    """Why nobody in the crew can have used this power, or nothing."""
    if kind is None:
        return "There is no such power."
    if not kind.is_in_force_on(day):
        return f"{kind.label} was not in force on {wording.day(day)}."
    if not roles & set(kind.roles):
        allowed = wording.alternatives([CrewRole(role).label for role in kind.roles])
        return f"{kind.label} can be used by a {allowed}. Nobody in this crew is one."
    return ""


def doubts_about(tally: Tally, *, crew_size: int) -> list[Doubt]:
    """What about the outcomes is unusual enough to be asked about once."""
    arrests = tally.arrests or 0
    if arrests >= MANY_ARRESTS or arrests > 20 * crew_size:
        return [Doubt("many_arrests", f"{wording.plural(arrests, 'arrest')} on one shift is unusual.")]
    return []
