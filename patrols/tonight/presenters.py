"""Tonight in words: why an area needs a patrol, what is still wanted, and what is planned there."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.clock import minutes_between
from hotspot.core.models import User
from hotspots.models import HotspotArea
from patrols.models import LiveVisit, PatrolShift, trial_day
from patrols.shifts.permissions import may_complete
from patrols.tonight import rules
from patrols.tonight.queries import AreaTonight, Tonight
from patrols.tonight.tactics import Tactic
from patrols.trials.days import begins_at
from patrols.trials.presenters import nights
from patrols.visits.live_queries import is_forgotten, may_undo


@dataclass(frozen=True)
class ShiftLine:
    """A shift of tonight in a line, whose it is, and its page."""

    text: str
    lead: str
    url: str


@dataclass(frozen=True)
class AreaCard:
    """An area tonight, as a page shows it. `log_url` is empty where there is no visit of one's own to log."""

    area: HotspotArea
    url: str
    reason: str
    wanted: str
    given: str
    is_trial: bool
    tactics: Sequence[Tactic]
    shifts: Sequence[ShiftLine]
    log_url: str = ""
    log_text: str = ""
    here: str = ""
    arrival: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass(frozen=True)
class OwnVisit:
    """One's own visit that goes on, or just ended: what is said of it, the seconds since the arrival, and the number of
    the press to take back.
    """

    visit: LiveVisit
    said: str
    seconds: int
    is_open: bool
    is_forgotten: bool
    undo: uuid.UUID | None
    departure: uuid.UUID = field(default_factory=uuid.uuid4)


def reason(each: AreaTonight) -> str:
    """Why an area needs a patrol tonight, in one sentence; empty where nothing asks for one."""
    match each.need.reason:
        case rules.Reason.TRIAL:
            assert each.trial is not None  # noqa: S101 - that is what the reason says
            dose = each.trial.dose_minutes, each.trial.dose_visits
            said = f"{wording.duration(dose[0])} in {wording.plural(dose[1], 'visit')} or more"
            more = "; other targets ask for more" if each.need.minutes > dose[0] or each.need.visits > dose[1] else ""
            return f"Drawn for tonight by the trial {each.trial}: {said}{more}."
        case rules.Reason.WEEK:
            assert each.week is not None  # noqa: S101
            return _of_week(each.week)
        case rules.Reason.MONTH:
            assert each.month is not None  # noqa: S101
            return _of_month(each.month)
        case rules.Reason.AREA_SET:
            return f"In the set {each.area_set}, which asks for no hours of it: one visit."
    return ""


def _of_week(week: rules.WeeklyDose) -> str:
    minutes = max(week.minutes - week.minutes_before, 0)
    visits = max(week.visits - week.visits_before, 0)
    parts = [f"{wording.duration(minutes)} of {wording.duration(week.minutes)}"] if minutes else []
    parts += [f"{visits:,} of {wording.plural(week.visits, 'visit')}"] if visits else []
    left = "tonight" if week.nights == 1 else f"on {week.nights} nights"
    return f"This week still needs {wording.listing(parts)}, {left}."


def _of_month(month: rules.MonthlyHours) -> str:
    hours = wording.hours(month.needed)
    needed = wording.plural(hours, "more patrol hour") if hours else "less than a patrol hour more"
    left = "tonight" if month.nights == 1 else f"on {month.nights} nights, with this one"
    return f"This month still needs {needed}, {left}, by {wording.plural(month.crew, 'person', 'people')} at a time."


def wanted(need: rules.NightNeed) -> str:
    """What is still wanted tonight: 45 minutes, in 3 visits of about 15 minutes. Empty where nothing is."""
    if not need.minutes_left:
        return (
            wording.plural(need.visits_left, "more visit" if need.given.visits else "visit") if need.visits_left else ""
        )
    said = wording.duration(need.minutes_left)
    if need.visits_advised == 1:
        return f"{said}, in one visit"
    about = _up_to_five(need.minutes_left // need.visits_advised)
    return f"{said}, in {need.visits_advised} visits of about {wording.duration(about)}"


def _up_to_five(minutes: int) -> int:
    """Rounded to five minutes, at least five: nobody patrols by the minute."""
    return max((minutes + 2) // 5 * 5, 5)


def given(need: rules.NightNeed) -> str:
    """What an area was given tonight; empty where that is nothing."""
    there = need.given
    return f"{wording.duration(there.minutes)} in {wording.plural(there.visits, 'visit')}" if there.visits else ""


def shift_line(shift: PatrolShift) -> ShiftLine:
    """Planned: 10pm to 2am, 2 people; who leads it stands apart."""
    state = "Planned" if shift.is_planned else "Logged"
    people = wording.plural(shift.crew_size, "person", "people")  # type: ignore[attr-defined]
    times = f"{wording.clock(shift.starts_at)} to {wording.clock(shift.ends_at)}"
    url = reverse("outcomes:shift", args=(shift.pk,))
    return ShiftLine(f"{state}: {times}, {people}", shift.logged_by.name, url)


def cards(
    found: Sequence[AreaTonight], own: Mapping[int, Sequence[LiveVisit]], *, by: User, day: date
) -> list[AreaCard]:
    """The areas, each with what can be logged of it: this person's visits that no shift has."""
    return [_card(each, own.get(each.area.pk, ()), by, day) for each in found]


def _card(each: AreaTonight, own: Sequence[LiveVisit], by: User, day: date) -> AreaCard:
    log_url, log_text = "", ""
    if own:
        visits = wording.plural(len(own), "visit")
        log_text = f"Log a shift with your {visits}"
        log_url = _log_url(each, by, day)
    return AreaCard(
        each.area,
        reverse("hotspots:area", args=(each.area.pk,)),
        reason(each),
        wanted(each.need),
        given(each.need),
        each.need.reason is rules.Reason.TRIAL,
        each.tactics,
        [shift_line(shift) for shift in each.shifts],
        log_url,
        log_text,
        f"Somebody is here since {wording.clock(each.here_since)}." if each.here_since else "",
    )


def _log_url(each: AreaTonight, by: User, day: date) -> str:
    """The form of the shift that this person planned there tonight, or else of a new one, with their visits."""
    plans = (shift for shift in each.shifts if shift.logged_by_id == by.pk and may_complete(shift, by=by))
    return _form_with_visits(each.area.pk, next(plans, None), day)


def _form_with_visits(area: int, plan: PatrolShift | None, night: date) -> str:
    if plan is not None:
        return f"{reverse('outcomes:complete', args=(plan.pk,))}?{urlencode({'visits': night.isoformat()})}"
    return f"{reverse('outcomes:log')}?{urlencode({'area': area, 'visits': night.isoformat()})}"


def not_logged(
    before: Mapping[int, Sequence[LiveVisit]], plans: Iterable[PatrolShift], *, night: date
) -> list[tuple[str, str]]:
    """One's own visits of the night before that are on no shift yet: in words, and the form that logs them.

    That of one of the plans, if it is of the night.
    """
    plan_in = {plan.area_id: plan for plan in plans if trial_day(plan.starts_at) == night}
    return [
        (
            f"{visits[0].area}: {wording.plural(len(visits), 'visit')} from {wording.clock(visits[0].arrived_at)}",
            _form_with_visits(area, plan_in.get(area), night),
        )
        for area, visits in before.items()
    ]


def own_visit(visit: LiveVisit | None, *, at: datetime) -> OwnVisit | None:
    """What is said of the latest visit, as long as it goes on or its last press can be taken back."""
    if visit is None:
        return None
    since, seconds = wording.clock(visit.arrived_at), int((at - visit.arrived_at).total_seconds())
    if visit.left_at is None:
        is_old = is_forgotten(visit, at)
        said = f"You are in {visit.area} since {since}."
        if is_old:
            said = f"You said at {since} that you are in {visit.area}, and not yet when you left."
        undo = visit.arrival if may_undo(visit.here_pressed_at, at) else None
        return OwnVisit(visit, said, seconds, is_open=True, is_forgotten=is_old, undo=undo)
    if not may_undo(visit.gone_pressed_at, at) or visit.shift_id is not None:
        return None
    lasted = wording.duration(minutes_between(visit.arrived_at, visit.left_at))
    said = f"You were in {visit.area} from {since} to {wording.clock(visit.left_at)}: {lasted}."
    return OwnVisit(visit, said, seconds, is_open=False, is_forgotten=False, undo=visit.departure)


def pressed_before(visit: LiveVisit) -> str:
    """What becomes of "I'm here" on a page from before, whose press made this visit, which does not go on."""
    when = f"at {wording.clock(visit.here_pressed_at)}"
    what = f"was taken back: it was made {when}" if visit.withdrawn_at else f"was counted already {when}"
    return f"That press {what}. If you are in {visit.area} now, press “I’m here” again."


def night_words(day: date) -> str:
    """Saturday 12 October, from 6am until 6am the next morning."""
    return f"{day:%A} {day.day} {day:%B}, from 6am until 6am the next morning"


def trial_nights(found: Tonight, *, at: datetime) -> list[dict[str, Any]]:
    """The nights of trials: tonight, of which the areas to patrol stand among the others, and the next."""
    return nights(found.trials, at=at)


def seconds_left(day: date, *, at: datetime) -> int:
    """How long the night of a day still lasts."""
    return int((begins_at(day + timedelta(days=1)) - at).total_seconds())
