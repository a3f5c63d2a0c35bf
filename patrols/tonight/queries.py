"""The night under way as somebody sees it: their areas, what each was given and still needs, and what is planned."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from hotspot.core.calendar import Period
from hotspot.core.models import User
from hotspots.doses.queries import DoseTargets
from hotspots.models import AreaSet, AreaSetMember, District, HotspotArea
from hotspots.queries import areas_seen_by
from patrols.models import PatrolShift, PatrolTrial, trial_day
from patrols.planning.months import MonthDue, NightMinutes, dues, given_by_night
from patrols.tonight import rules
from patrols.tonight.tactics import Tactic, tactics_in
from patrols.trials.days import begins_at
from patrols.trials.queries import TrialNight, nights_shown_to
from patrols.visits.live_queries import somebody_since
from patrols.visits.nights import Nights, spans_by_night
from patrols.visits.spells import merged


@dataclass(frozen=True)
class AreaTonight:
    """An area tonight: what it needs, who asks for it, what else is done there, the shifts planned or worked, and
    since when somebody else is there.
    """

    area: HotspotArea
    need: rules.NightNeed
    trial: PatrolTrial | None
    week: rules.WeeklyDose | None
    month: rules.MonthlyHours | None
    area_set: str
    tactics: Sequence[Tactic]
    shifts: Sequence[PatrolShift]
    here_since: datetime | None

    @property
    def ahead(self) -> list[PatrolShift]:
        """The shifts that are planned, and that nobody has said yet how they went."""
        return [shift for shift in self.shifts if shift.is_planned]


@dataclass(frozen=True)
class Tonight:
    """The night of a day, from 6am to 6am: areas in order of need, those that had their dose, and those that nothing
    asks for; the trials of the night and, once it is shown, of the next one.
    """

    day: date
    wanted: Sequence[AreaTonight]
    done: Sequence[AreaTonight]
    unasked: Sequence[AreaTonight]
    trials: Sequence[TrialNight]


def night_of(user: User, at: datetime, *, district: District | None = None) -> Tonight:
    """Tonight in the areas that this person sees, or those of one district of theirs. Areas that a trial leaves alone
    tonight are only among its controls.

    As many queries however many areas; some more for each trial.
    """
    day = trial_day(at)
    trials = nights_shown_to(user, at)
    treated, controls = _drawn(trials, day)
    seen = areas_seen_by(user).active_in(Period(day, day))
    if district is not None:
        seen = seen.filter(district=district)
    areas = [area for area in seen if area.pk not in controls]
    found = [*_areas_tonight(user, areas, treated, day, at)]
    found.sort(key=lambda each: each.need.order)
    return Tonight(
        day,
        wanted=[each for each in found if each.need.is_asked and not each.need.is_done],
        done=[each for each in found if each.need.is_done],
        unasked=[each for each in found if not each.need.is_asked],
        trials=trials,
    )


def plans_of(user: User, day: date, at: datetime, *, district: District | None = None) -> Tonight:
    """What is planned for a coming night, in the same areas. What it will need nobody knows yet.

    Of trials there is only what is shown by now: no later day is shown to anybody.
    """
    trials = [night for night in nights_shown_to(user, at) if night.day == day]
    _, controls = _drawn(trials, day)
    seen = areas_seen_by(user).active_in(Period(day, day))
    if district is not None:
        seen = seen.filter(district=district)
    areas = {area.pk: area for area in seen if area.pk not in controls}
    shifts, tactics, none = shifts_of_night(user, areas, day), tactics_in(user, areas, day), rules.need(rules.given([]))
    found = [
        AreaTonight(area, none, None, None, None, "", tactics.get(pk, []), shifts[pk], None)
        for pk, area in areas.items()
        if pk in shifts
    ]
    return Tonight(day, wanted=[], done=[], unasked=found, trials=trials)


def _drawn(trials: Sequence[TrialNight], day: date) -> tuple[dict[int, PatrolTrial], set[int]]:
    """By area, the trial that it is drawn for on a day; and the areas that a trial leaves alone then."""
    nights = [night for night in trials if night.day == day]
    treated = {area.pk: night.trial for night in nights for area in night.treated}
    return treated, {area.pk for night in nights for area in night.controls}


def _areas_tonight(
    user: User, areas: Sequence[HotspotArea], treated: Mapping[int, PatrolTrial], day: date, at: datetime
) -> list[AreaTonight]:
    ids = [area.pk for area in areas]
    week = Period.week(day)
    spans = spans_by_night(ids, Period(week.first_day, day))
    doses, sets, shifts = DoseTargets(ids), _sets_of(user, ids, day), shifts_of_night(user, ids, day)
    months, tactics = _months(user, areas, shifts, day, at), tactics_in(user, ids, day)
    since = somebody_since(ids, at=at, apart_from=user)
    found = []
    for area in areas:
        dose = doses.of(area.pk, week.first_day)
        weekly = _week(area, (dose.minutes, dose.visits), spans, day) if dose else None
        trial = treated.get(area.pk)
        asked = rules.TrialDose(trial.dose_minutes, trial.dose_visits) if trial else None
        need = rules.need(
            rules.given(merged(spans.get((area.pk, day), []))),
            trial=asked,
            week=weekly,
            month=months.get(area.pk),
            is_in_set=area.pk in sets,
        )
        parts = (sets.get(area.pk, ""), tactics.get(area.pk, []), shifts.get(area.pk, []), since.get(area.pk))
        found.append(AreaTonight(area, need, trial, weekly, months.get(area.pk), *parts))
    return found


def _week(area: HotspotArea, dose: tuple[int, int], spans: Nights, day: date) -> rules.WeeklyDose:
    """What the week of a night asks for, with the nights before it in the week, and the nights left."""
    week = Period.week(day)
    before = [rules.given(merged(spans.get((area.pk, night), []))) for night in week.each_day() if night < day]
    left = sum(area.is_active_on(night) for night in week.each_day() if night >= day)
    return rules.WeeklyDose(
        *dose,
        minutes_before=sum(night.minutes for night in before),
        visits_before=sum(night.visits for night in before),
        nights=left,
    )


def _months(
    user: User, areas: Sequence[HotspotArea], shifts: Mapping[int, Sequence[PatrolShift]], day: date, at: datetime
) -> dict[int, rules.MonthlyHours]:
    """What the month of a night still lacks, for the areas that have a target, on a night that somebody pays for."""
    month = Period.month(day)
    due_by_area, given = dues(user, areas, month), given_by_night(user, areas, month, at)
    found = {}
    for area in areas:
        due = due_by_area[area.pk]
        if due.minutes is None or day not in due.days:
            continue
        crews = [shift.crew_size for shift in shifts.get(area.pk, ())]  # type: ignore[attr-defined]
        found[area.pk] = _month(due, given.get(area.pk, {}), day, max(crews, default=0) or rules.USUAL_CREW)
    return found


def _month(due: MonthDue, given: Mapping[date, NightMinutes], day: date, crew: int) -> rules.MonthlyHours:
    logged = sum(minutes.logged for night, minutes in given.items() if night < day)
    ahead = sum(minutes.planned for night, minutes in given.items() if night > day)
    planned = {night for night, minutes in given.items() if minutes.planned}
    free = [night for night in due.days if night > day and night not in planned]
    return rules.MonthlyHours(max((due.minutes or 0) - logged - ahead, 0), 1 + len(free), crew)


def own_plans_in(user: User, areas: Collection[int]) -> list[PatrolShift]:
    """A person's own planned shifts in some areas, the earliest last. Without areas nothing is asked."""
    if not areas:
        return []
    plans = PatrolShift.objects.visible_to(user).filter(logged_by=user, area__in=areas)
    return list(plans.filter(state=PatrolShift.State.PLANNED).order_by("-starts_at", "-pk"))


def _sets_of(user: User, areas: Collection[int], day: date) -> dict[int, str]:
    """The name of the set in force that an area is in, by area."""
    in_force = AreaSet.objects.visible_to(user).approved().filter(first_day__lte=day)
    in_force = in_force.filter(Q(last_day__isnull=True) | Q(last_day__gte=day))
    members = AreaSetMember.objects.filter(area_set__in=in_force, area__in=areas)
    return dict(members.order_by("area_set__first_day").values_list("area", "area_set__name"))


def shifts_of_night(user: User, areas: Collection[int], day: date) -> dict[int, list[PatrolShift]]:
    """The shifts that this person sees of a night, planned or worked, each with its `crew_size`, by area."""
    standing = (PatrolShift.State.PLANNED, PatrolShift.State.COMPLETED)
    shifts = PatrolShift.objects.visible_to(user).filter(area__in=areas, state__in=standing)
    shifts = shifts.filter(starts_at__gte=begins_at(day), starts_at__lt=begins_at(day + timedelta(days=1)))
    found: dict[int, list[PatrolShift]] = defaultdict(list)
    for shift in shifts.select_related("logged_by").annotate(crew_size=Count("crew")).order_by("starts_at", "pk"):
        found[shift.area_id].append(shift)
    return found
