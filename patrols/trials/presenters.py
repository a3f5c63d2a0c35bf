"""Trials in words and table rows."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspots.models import HotspotArea
from patrols.models import PatrolTrial, TrialLogEntry, trial_day
from patrols.trials.commitment import size_of
from patrols.trials.days import days_of
from patrols.trials.power import days_needed, power_of, smallest_fall
from patrols.trials.queries import TrialNight

LIST_COLUMNS: list[dict[str, Any]] = [
    {"label": "Trial"},
    {"label": "State"},
    {"label": "From"},
    {"label": "Until"},
    {"label": "Trial days", "numeric": True},
]


def list_rows(trials: Iterable[PatrolTrial], *, at: datetime) -> list[list[Any]]:
    """The rows of the list of trials."""
    return [
        [
            {"url": reverse("trials:trial", args=(trial.pk,)), "text": trial.name},
            state(trial, at=at)["text"],
            wording.day(trial.first_day),
            wording.day(trial.last_day),
            f"{trial.days:,}",
        ]
        for trial in trials
    ]


def state(trial: PatrolTrial, *, at: datetime) -> dict[str, str]:
    """Where a trial is on its way, as a tag."""
    today = trial_day(at)
    if trial.is_draft:
        return {"text": "Draft", "colour": "grey"}
    if trial.is_over(at):
        return {"text": "Stopped early" if trial.is_stopped else "Ended", "colour": "blue"}
    if today < trial.first_day:
        return {"text": "Sealed", "colour": "purple"}
    passed = sum(day <= today for day in days_of(trial))
    return {"text": f"Under way, day {passed:,} of {trial.days:,}", "colour": "green"}


def design_rows(trial: PatrolTrial) -> list[dict[str, str]]:
    """The design of a trial as a summary list."""
    holidays = (f"{wording.day(date.fromisoformat(each['day']))}: {each['reason']}" for each in trial.holidays)
    dose = f"{wording.duration(trial.dose_minutes)} in {wording.plural(trial.dose_visits, 'visit')} or more"
    washout = f"{wording.plural(trial.washout_days, 'day')} after a treated one" if trial.washout_days else "None"
    categories = sorted(map(str, trial.categories.all()))
    return [
        {"key": "Areas", "value": f"All of the set “{trial.area_set}”"},
        {"key": "Days", "value": f"{trial.days:,}, from {wording.weekday(trial.first_day)}, each from 6am to 6am"},
        {"key": "Left out", "value": "\n".join(holidays) or "No day"},
        {
            "key": "Drawn by chance",
            "value": f"Each area is treated on {trial.treated_days} of every {trial.block_days} trial days",
        },
        {"key": "Strata", "value": trial.get_strata_display()},
        {"key": "Washout", "value": washout},
        {"key": "Incidents counted", "value": "\n".join([*categories, _hours(trial)])},
        {"key": "What counts as patrolled", "value": dose},
        {"key": "Ring", "value": f"{trial.ring_metres} metres around the areas" if trial.ring_metres else "None"},
        {"key": "Crews see the next day", "value": f"From {wording.clock(time(trial.notice_hour))} on the day before"},
    ]


def _hours(trial: PatrolTrial) -> str:
    if trial.from_hour == trial.to_hour:
        return "At any hour"
    return f"From {wording.clock(time(trial.from_hour))} to {wording.clock(time(trial.to_hour))}"


def power_rows(trial: PatrolTrial, areas: int) -> list[dict[str, str]]:
    """What a trial could tell, as a summary list; empty where it is not known how many incidents to expect."""
    if trial.expected is None or trial.dispersion is None:
        return []
    size, fall = size_of(trial, areas), trial.target_fall / 100
    least, needed = smallest_fall(size), days_needed(fall, size)
    source = "typed" if trial.is_typed else "in your own extract before the trial"
    if needed is None:
        days = "More than two years would be needed"
    elif needed > trial.days:
        days = f"{needed:,}: {wording.plural(needed - trial.days, 'more day')} than planned"
    else:
        days = f"{needed:,}, no more than planned"
    return [
        {"key": "Incidents in an area on a day", "value": f"{trial.expected:.3g} ({source})"},
        {"key": "How much days vary", "value": f"{trial.dispersion:.2f} times as much as by chance alone"},
        {"key": f"Chance to tell a fall of {trial.target_fall}%", "value": f"{power_of(1 - fall, size):.0%}"},
        {
            "key": "Smallest fall told with 80% power",
            "value": "Not even nine in ten" if least is None else f"{least:.0%}",
        },
        {"key": f"Days needed to tell {trial.target_fall}% with 80% power", "value": days},
    ]


def seal_rows(trial: PatrolTrial, *, sees_people: bool) -> list[dict[str, str]]:
    """What binds a sealed trial, as a summary list; `sees_people` adds who designed, sealed and stopped it."""
    if trial.is_draft or trial.sealed_at is None:
        return []

    def signed(person: Any, at: datetime) -> str:
        return f"{wording.moment(at)}, by {person}" if sees_people else wording.moment(at)

    rows = [
        {"key": "SHA-256 of seed, plan and analysis", "value": trial.sha256},
        {"key": "Designed", "value": signed(trial.designed_by, trial.designed_at)},
        {"key": "Sealed", "value": signed(trial.sealed_by, trial.sealed_at)},
    ]
    if trial.stopped_at:
        value = f"{signed(trial.stopped_by, trial.stopped_at)}\n{trial.stop_reason}"
        rows.append({"key": "Stopped before its time", "value": value})
    return rows


def log_items(log: Iterable[TrialLogEntry]) -> list[dict[str, str]]:
    """The log of a trial as items of the timeline component."""
    return [
        {"title": each.get_kind_display(), "text": each.words, "at": wording.moment(each.at), "by": f"by {each.by}"}
        for each in log
    ]


AREA_COLUMNS: list[dict[str, Any]] = [{"label": "Area"}, {"label": "District"}]


def area_rows(areas: Sequence[HotspotArea]) -> list[list[Any]]:
    """The areas of a trial, by name."""
    return [
        [{"url": reverse("hotspots:area", args=(area.pk,)), "text": area.name}, str(area.district)]
        for area in sorted(areas, key=lambda area: area.name)
    ]


def nights(found: Sequence[TrialNight], *, at: datetime) -> list[dict[str, Any]]:
    """What crews do tonight and, once it is shown, on the next day."""
    today = trial_day(at)
    return [
        {
            "when": "Tonight" if night.day == today else "The next day",
            "day": f"{night.day:%A} {night.day.day} {night.day:%B}, from 6am until 6am the next morning",
            "trial": night.trial,
            "treated": night.treated,
            "controls": night.controls,
            "left_out_for": night.left_out_for,
        }
        for night in found
    ]
