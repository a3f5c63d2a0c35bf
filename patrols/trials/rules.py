"""What holds of trials before they are drafted and sealed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from hotspot.core import wording
from hotspot.core.errors import DomainError, NotAllowed, NotInThisState, raise_all
from hotspot.core.models import User
from hotspots.models import HotspotArea
from patrols.models import PatrolTrial, trial_day

LEAST_AHEAD = timedelta(days=2)
"""From the trial day of sealing to the first day: one whole day lies between."""
MOST_HOLIDAYS = 60


class TrialIsSealed(NotInThisState):
    """Somebody asked for a change of a sealed trial. It is refused, and the trial's log keeps it."""

    def __init__(self) -> None:
        super().__init__("trial_sealed", "This trial is sealed, so it cannot be changed. This was recorded in its log.")


def check_is_draft(trial: PatrolTrial) -> None:
    """Raise TrialIsSealed unless the trial can be changed."""
    if not trial.is_draft:
        raise TrialIsSealed


def check_design(trial: PatrolTrial) -> None:
    """Raise DomainErrors for a design that makes no schedule."""
    errors = []
    if trial.treated_days >= trial.block_days:
        message = "A block needs at least one day without treatment."
        errors.append(DomainError("trial_no_controls", message, "treated_days"))
    if trial.days % trial.block_days:
        lower = trial.days - trial.days % trial.block_days
        message = f"The days must make whole blocks: {lower or ''}{' or ' if lower else ''}{lower + trial.block_days}."
        errors.append(DomainError("trial_blocks", message, "days"))
    days = [each["day"] for each in trial.holidays]
    if trial.first_day.isoformat() in days:
        message = "The first day cannot be left out. Begin on the first day that is patrolled."
        errors.append(DomainError("trial_first_day_left_out", message, "first_day"))
    if len(set(days)) < len(days):
        errors.append(DomainError("trial_holiday_twice", "Each day can be left out once.", "holidays"))
    if len(days) > MOST_HOLIDAYS:
        message = f"At most {MOST_HOLIDAYS} days can be left out."
        errors.append(DomainError("trial_holidays", message, "holidays"))
    raise_all(errors)


def check_typed(expected: float | None, dispersion: float | None) -> None:
    """Raise DomainError `trial_typed_half` where one of the two was typed without the other."""
    if (expected is None) != (dispersion is None):
        field = "expected" if expected is None else "dispersion"
        message = "Enter both how many incidents to expect and how much days vary, or neither."
        raise DomainError("trial_typed_half", message, field)


def check_sealer(trial: PatrolTrial, by: User) -> None:
    """Raise NotAllowed `own_trial` for whoever designed the trial: somebody else looks at it."""
    if trial.designed_by_id == by.pk:
        raise NotAllowed("own_trial", "You designed this trial last, so another administrator seals it.")


def check_can_be_sealed(
    trial: PatrolTrial, areas: Sequence[HotspotArea], elsewhere: Sequence[HotspotArea], *, at: datetime
) -> None:
    """Raise DomainErrors for everything that keeps a design from being sealed.

    `areas` are those of its set, `elsewhere` those of them that another trial has on some of its days.
    """
    errors = []
    if trial.first_day < trial_day(at) + LEAST_AHEAD:
        first = wording.day(trial_day(at) + LEAST_AHEAD)
        message = f"One whole day must lie between sealing and the first day. It can begin on {first}."
        errors.append(DomainError("trial_too_soon", message))
    if not trial.area_set.is_approved:
        errors.append(DomainError("trial_set_not_approved", "The set of areas is not approved.", "area_set"))
    if not areas:
        errors.append(DomainError("trial_no_areas", "The set has no areas.", "area_set"))
    errors.extend(
        DomainError("trial_police_generated", f"{each} is recorded because police looked. Change the design.")
        for each in trial.categories.filter(is_police_generated=True)
    )
    errors.extend(
        DomainError("trial_area_not_active", f"{area} is not active on all days of the trial.")
        for area in areas
        if not _is_active(area, trial.first_day, trial.last_day)
    )
    errors.extend(
        DomainError("trial_area_twice", f"{area} is in another trial on some of these days.") for area in elsewhere
    )
    if trial.expected is None or trial.dispersion is None:
        message = "Enter how many incidents to expect, or load your own extract: else nobody knows what it can tell."
        errors.append(DomainError("trial_power_unknown", message))
    raise_all(errors)


def _is_active(area: HotspotArea, first_day: date, last_day: date) -> bool:
    return area.first_day <= first_day and (area.last_day is None or area.last_day >= last_day)


def check_can_be_stopped(trial: PatrolTrial, *, at: datetime) -> None:
    """Raise NotInThisState unless the trial is sealed, and has days that are still to come."""
    if trial.is_draft:
        raise NotInThisState("trial_not_sealed", "A draft cannot be stopped. Delete it instead.")
    if trial.is_stopped or trial.is_over(at):
        raise NotInThisState("trial_over", "This trial is over.")
    if trial_day(at) < trial.first_day:
        message = "This trial has not begun. It can be stopped from its first day on."
        raise NotInThisState("trial_not_begun", message)
