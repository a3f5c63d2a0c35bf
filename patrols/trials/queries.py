"""Trials and tonight's areas as somebody may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from hotspot.core.calendar import LONDON
from hotspot.core.models import User
from hotspots.models import HotspotArea
from patrols.models import PatrolTrial, TrialSeed, trial_day
from patrols.trials.schedule import draw


def trials_seen_by(user: User) -> QuerySet[PatrolTrial]:
    """The trials this person may see, the latest first."""
    return PatrolTrial.objects.visible_to(user).select_related("area_set", "designed_by", "sealed_by", "stopped_by")


def areas_of(trial: PatrolTrial) -> list[HotspotArea]:
    """The areas of the set that a trial is designed for, or that were sealed with it, by their numbers."""
    found = HotspotArea.objects.select_related("district").order_by("pk")
    if trial.is_draft:
        return list(found.filter(memberships__area_set=trial.area_set_id))
    return list(found.filter(trials__trial=trial))


def areas_elsewhere(trial: PatrolTrial, areas: Sequence[HotspotArea]) -> list[HotspotArea]:
    """Those of the areas that another sealed trial has on some of its days."""
    others = PatrolTrial.objects.under_way(trial.first_day, trial.last_day).exclude(pk=trial.pk)
    taken = set(HotspotArea.objects.filter(trials__trial__in=others).values_list("pk", flat=True))
    return [area for area in areas if area.pk in taken]


def schedule_of(trial: PatrolTrial) -> dict[int, set[date]]:
    """The treated days of each area of a sealed trial. For what crews are shown today, and for trials that are over."""
    seed = TrialSeed.objects.get(trial=trial)
    return draw(bytes.fromhex(seed.value), trial.sealed_plan)


def seed_of(trial: PatrolTrial, *, at: datetime) -> str | None:
    """The seed of a trial that is over, in hexadecimal figures; before, None, whoever asks."""
    return TrialSeed.objects.get(trial=trial).value if trial.is_over(at) else None


@dataclass(frozen=True)
class TrialNight:
    """What crews do on one day of a trial: the areas to patrol, and those to leave alone, of one person's districts."""

    trial: PatrolTrial
    day: date
    treated: Sequence[HotspotArea]
    controls: Sequence[HotspotArea]
    left_out_for: str


def nights_shown_to(user: User, at: datetime) -> list[TrialNight]:
    """The trial day under way, and from the hour of notice on the next one, of every trial with areas of this person's.

    No later day is shown to anybody.
    """
    today = trial_day(at)
    tomorrow = today + timedelta(days=1)
    trials = PatrolTrial.objects.visible_to(user).under_way(today, tomorrow).order_by("first_day", "pk")
    return [
        night
        for day in (today, tomorrow)
        for trial in trials
        if day == today or _is_announced(trial, day, at)
        if (night := _night(trial, day, user))
    ]


def _is_announced(trial: PatrolTrial, day: date, at: datetime) -> bool:
    """Whether the hour has come on the day before from which a day is shown."""
    clock = at.astimezone(LONDON)
    return clock.date() >= day or clock.hour >= trial.notice_hour


def _night(trial: PatrolTrial, day: date, user: User) -> TrialNight | None:
    if not trial.first_day <= day <= trial.last_day:
        return None
    areas = list(
        HotspotArea.objects.visible_to(user).filter(trials__trial=trial).select_related("district").order_by("name")
    )
    if not areas:
        return None
    holidays = {each["day"]: each["reason"] for each in trial.sealed_plan["holidays"]}
    if day.isoformat() in holidays:
        return TrialNight(trial, day, [], [], holidays[day.isoformat()])
    schedule = schedule_of(trial)
    treated = [area for area in areas if day in schedule[area.pk]]
    return TrialNight(trial, day, treated, [area for area in areas if area not in treated], "")
