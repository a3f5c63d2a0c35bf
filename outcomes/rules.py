"""Which outcomes a shift may have. Decisions on values; of an arrest, beside its earlier steps as they stand."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hotspot.core import wording
from hotspot.core.calendar import today
from hotspot.core.errors import DomainError, EntryWarning, NotAllowed, NotInThisState
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_line
from outcomes.justice_steps import check_written
from outcomes.kinds import ARREST, BY_MODEL, COUNTED, KINDS
from outcomes.models import Arrest, AsbPowerKind, Outcome, StopSearch, Term
from patrols.models import CONSTABLES, CrewRole, PatrolShift
from patrols.shifts.permissions import correction_closes_at
from patrols.shifts.rules import ShiftFacts

MAXIMUM_COUNT = 999
MANY_ARRESTS = 10
# What became of an arrest is known long after the shift, so it may be entered and changed at any time.
JUSTICE = frozenset({"justice_outcome", "justice_outcome_on", "custody_days"})
CONVICTED = "convicted"
_REFERENCE = re.compile(r"[A-Za-z/.()_ -]*[0-9][A-Za-z0-9/.()_ -]*", re.ASCII)


@dataclass(frozen=True, init=False)
class Tally:
    """How many outcomes a shift had, as a person counted them. None means that they did not say.

    Each kind with one count is an argument and an attribute by its plural: `Tally(arrests=2).arrests`. `asb_powers`
    goes by kind code. `nothing_to_report` says that all of them are zero.
    """

    numbers: Mapping[str, int | None]
    asb_powers: Mapping[str, int | None]
    nothing_to_report: bool

    def __init__(
        self,
        *,
        asb_powers: Mapping[str, int | None] | None = None,
        nothing_to_report: bool = False,
        **numbers: int | None,
    ) -> None:
        """Raises TypeError for a number of what is not counted so."""
        known = {kind.plural: numbers.pop(kind.plural, None) for kind in COUNTED}
        if numbers:
            raise TypeError(f"These are not counted: {', '.join(numbers)}")
        vars(self).update(numbers=known, asb_powers=asb_powers or {}, nothing_to_report=nothing_to_report)

    def __getattr__(self, name: str) -> int | None:
        try:
            count: int | None = vars(self)["numbers"][name]
        except KeyError:
            raise AttributeError(name) from None
        return count

    @property
    def counts(self) -> dict[str, int | None]:
        """Every count by the name of its input: arrests, stop_searches, weapons, asb_<kind>."""
        return {
            **self.numbers,
            **{f"asb_{code}": count for code, count in self.asb_powers.items()},
        }

    @property
    def total(self) -> int:
        """All outcomes together, what was not said counted as none."""
        return sum(count or 0 for count in self.counts.values())


@dataclass(frozen=True)
class Report:
    """All that a caller says about a worked shift. `activity` counts other work by kind code; None: did not say.

    `details` holds what is known of single outcomes already, in the order of the tally and by its names (all powers
    under asb_powers, each with its `kind`): values by field name, instances for terms. The rest follows later.
    """

    facts: ShiftFacts
    tally: Tally
    activity: Mapping[str, int | None] = field(default_factory=dict)
    details: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


def check_tally(
    tally: Tally, *, roles: set[CrewRole], kinds: Mapping[str, AsbPowerKind], day: date
) -> list[DomainError]:
    """What stops a crew with these roles from having these outcomes on that day. Empty: nothing does."""
    return [
        *check_said(tally),
        *_check_size(tally),
        *check_roles(tally, roles=roles, kinds=kinds, day=day),
    ]


def check_roles(
    tally: Tally, *, roles: set[CrewRole], kinds: Mapping[str, AsbPowerKind], day: date
) -> list[DomainError]:
    """Which of these outcomes nobody with these roles can have produced on that day. Empty: none."""
    return [*_check_constable(tally, roles), *_check_powers(tally, roles, kinds, day)]


def check_said(tally: Tally) -> list[DomainError]:
    """What stops these counts from being an answer: none was given, or two that contradict each other."""
    if tally.nothing_to_report and tally.total:
        what = wording.plural(tally.total, "outcome")
        return [DomainError("both_said", f"You entered {what} and “Nothing to report”. Choose one.", KINDS[0].plural)]
    # Zeros typed into every row of the headline say the same as the box.
    zeros = all(count == 0 for count in tally.numbers.values())
    if not (tally.nothing_to_report or tally.total or zeros):
        return [DomainError("outcomes_missing", "Enter outcomes or select “Nothing to report”.", KINDS[0].plural)]
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
    return [
        DomainError(
            "constable_needed",
            f"Only a police officer or special constable makes {kind.described[0]}. "
            "Add one to the crew, or take it out.",
            kind.plural,
        )
        for kind in COUNTED
        if kind.needs_constable and tally.numbers[kind.plural]
    ]


def _check_powers(
    tally: Tally, roles: set[CrewRole], kinds: Mapping[str, AsbPowerKind], day: date
) -> list[DomainError]:
    errors = []
    for code, count in tally.asb_powers.items():
        if not count:
            continue
        refusal = power_refusal(kinds.get(code), roles, day)
        if refusal:
            errors.append(DomainError("power_not_available", refusal, f"asb_{code}"))
    return errors


def power_refusal(kind: AsbPowerKind | None, roles: set[CrewRole], day: date) -> str:
    """Why nobody in the crew can have used this power, or nothing."""
    if kind is None:
        return "There is no such power."
    if not kind.is_in_force_on(day):
        return f"{kind.label} was not in force on {wording.day(day)}."
    if not roles & set(kind.roles):
        allowed = wording.alternatives([CrewRole(role).label for role in kind.roles])
        return f"{kind.label} can be used by a {allowed}. Nobody in this crew is one."
    return ""


def warnings_about(tally: Tally, *, crew_size: int) -> list[EntryWarning]:
    """What about the outcomes is unusual enough to be asked about once."""
    arrests = tally.numbers[ARREST.plural] or 0
    if arrests >= MANY_ARRESTS or arrests > 20 * crew_size:
        return [EntryWarning("many_arrests", f"{wording.plural(arrests, 'arrest')} on one shift is unusual.")]
    return []


def check_may_detail(shift: PatrolShift, *, by: User) -> None:
    """Raise NotAllowed unless this person may say anything about single outcomes of this shift."""
    if shift.is_voided:
        raise NotInThisState(
            "voided", "This shift was voided, so its outcomes can’t be changed. If it did take place, log it again."
        )
    if shift.is_cancelled:
        raise NotInThisState("cancelled", "This shift was cancelled, so it has no outcomes.")
    if by.may(Permission.CORRECT_ANY_SHIFT):
        return
    if not by.may(Permission.CORRECT_SHIFT) or shift.logged_by_id != by.pk:
        message = "Only the supervisor who logged a shift, or an administrator, can add detail to it."
        raise NotAllowed("not_yours", message)


def may_overwrite(shift: PatrolShift, *, by: User, at: datetime) -> bool:
    """Whether this person, who may detail the shift, may still replace what its outcomes already say."""
    return by.may(Permission.CORRECT_ANY_SHIFT) or at <= correction_closes_at(shift)


def check_overwritten(shift: PatrolShift, names: Collection[str], reason: str, *, by: User, at: datetime) -> None:
    """Raise unless detail that was recorded under these names may be replaced now, for this reason."""
    if not set(names) - JUSTICE:
        return
    if not may_overwrite(shift, by=by, at=at):
        message = "What is recorded can’t be changed any more. You can add what is missing, or ask an administrator."
        raise NotAllowed("correction_closed", message)
    if not clean_line(reason):
        raise DomainError("reason_missing", "Say why you are changing what was recorded, in a few words.", "reason")


def lacks_detail(outcome: Outcome) -> bool:
    """Whether something is still missing that the outcome has to say."""
    return any(getattr(outcome, f"{name}_id") is None for name in BY_MODEL[type(outcome)].required)


def clean_reference(text: str) -> str:
    """The reference without needless spaces. Raises DomainError `reference_invalid` for what looks like a name."""
    reference = " ".join(text.split())
    if reference and not _REFERENCE.fullmatch(reference):
        message = "Enter the number of the record, like 41XY/1234/24. Never write a name here."
        raise DomainError("reference_invalid", message, "reference")
    return reference


def check_detail(
    outcome: Outcome, *, shift: PatrolShift, changed: Collection[str], roles: set[CrewRole], at: datetime
) -> list[DomainError]:
    """What stops an outcome from saying what it now says, as far as `changed` names it. Empty: nothing does."""
    return [
        *_check_terms(outcome, shift, changed, roles, at),
        *_check_time(outcome, shift),
        *_check_search(outcome, changed),
        *(_check_justice(outcome, shift, changed, at) if isinstance(outcome, Arrest) else ()),
    ]


def _check_terms(
    outcome: Outcome, shift: PatrolShift, changed: Collection[str], roles: set[CrewRole], at: datetime
) -> list[DomainError]:
    errors = []
    for name in changed:
        term = getattr(outcome, name)
        # What became of an arrest is said in the words of the day on which it is entered.
        day = today(at) if name in JUSTICE else shift.day
        if isinstance(term, AsbPowerKind) and (refusal := power_refusal(term, roles, day)):
            errors.append(DomainError("power_not_available", refusal, name))
        elif isinstance(term, Term) and not term.is_in_force_on(day):
            message = f"{term.label} was not in force on {wording.day(day)}."
            errors.append(DomainError("term_not_in_force", message, name))
    return errors


def _check_time(outcome: Outcome, shift: PatrolShift) -> list[DomainError]:
    happened_at = outcome.happened_at
    if happened_at is None or shift.starts_at <= happened_at <= shift.ends_at:
        return []
    span = wording.span(shift.starts_at, shift.ends_at)
    return [DomainError("outside_shift", f"The time must lie within the shift, {span}.", "happened_at")]


def _check_search(outcome: Outcome, changed: Collection[str]) -> list[DomainError]:
    search: StopSearch | None = getattr(outcome, "stop_search", None) if "stop_search" in changed else None
    if search is None or (search.shift_id == outcome.shift_id and not search.is_voided):
        return []
    return [DomainError("search_elsewhere", "Select a stop search of this shift.", "stop_search")]


def _check_justice(arrest: Arrest, shift: PatrolShift, changed: Collection[str], at: datetime) -> list[DomainError]:
    day = arrest.justice_outcome_on
    errors = check_written(arrest) if not JUSTICE.isdisjoint(changed) else []
    if day and arrest.justice_outcome_id is None:
        errors.append(DomainError("justice_outcome_missing", "Select what the outcome was.", "justice_outcome"))
    if day and not shift.day <= day <= today(at):
        message = f"The date must be from {wording.day(shift.day)}, the day of the shift, to today."
        errors.append(DomainError("justice_date_out_of_range", message, "justice_outcome_on"))
    if arrest.custody_days is not None and arrest.justice_outcome_id != CONVICTED:
        errors.append(
            DomainError("custody_needs_conviction", "A sentence of custody needs a conviction.", "custody_days")
        )
    elif arrest.custody_days is not None and arrest.custody_days < 1:
        errors.append(
            DomainError("custody_days_out_of_range", "Enter 1 day or more, or leave it empty.", "custody_days")
        )
    return errors
