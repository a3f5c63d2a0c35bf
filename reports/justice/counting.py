"""Counts what became of the arrests of a period, as far as it is dated up to a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.db.models import Count, DateField, F, FilteredRelation, Q, Sum
from django.db.models.functions import Coalesce, TruncDate

from hotspot.core.calendar import LONDON, Period
from hotspots.models import Programme
from outcomes.models import Arrest, JusticeStep
from patrols.models import PatrolShift
from reports.justice.definitions import CURRENT, JusticeDefinition


@dataclass(frozen=True)
class JusticeCounts:
    """The figures of a definition, each by the name of its measure's code."""

    arrests: int
    charged: int
    convicted: int
    jailed: int
    custody_days: int
    ended: int
    out_of_court: int
    no_action: int
    open: int


@dataclass(frozen=True)
class JusticeFigures:
    """What is known by a day of the arrests of a period in some areas."""

    programme: Programme
    period: Period
    known_by: date
    counts: JusticeCounts
    definition: str


def justice_figures(
    *,
    programme: Programme,
    period: Period,
    areas: Iterable[int],
    known_by: date,
    definition: JusticeDefinition = CURRENT,
) -> JusticeFigures:
    """What became of the arrests that the headline counts for a period and some areas, by a London day.

    An outcome counts from its own date; one without a date from the day on which it was entered. A sentence that came
    later than its conviction counts from its own day. `areas` are ids that the caller took from `visible_to`.
    """
    (found,) = justice_series(programme=programme, asked=[(period, known_by)], areas=areas, definition=definition)
    return found


def justice_series(
    *,
    programme: Programme,
    asked: Sequence[tuple[Period, date]],
    areas: Iterable[int],
    definition: JusticeDefinition = CURRENT,
) -> list[JusticeFigures]:
    """The same for several periods, each as known by its own day, in one statement."""
    first = min(period.first_day for period, _ in asked)
    last = max(period.last_day for period, _ in asked)
    shifts = PatrolShift.objects.counted().filter(
        funding_stream__programme=programme, day__range=(first, last), area__in=list(areas)
    )
    arrests = Arrest.objects.standing().filter(shift__in=shifts).order_by()
    arrests = arrests.annotate(
        decided=FilteredRelation("stages", condition=_standing("decision")),
        tried=FilteredRelation("stages", condition=_standing("court")),
        decided_on=_known_on("decided"),
        tried_on=_known_on("tried"),
        sentenced_on=Coalesce("tried__sentenced_on", _known_on("tried"), output_field=DateField()),
    )
    sums = {
        f"{name}_{place}": each
        for place, (period, known_by) in enumerate(asked)
        for name, each in _sums(definition, period, known_by).items()
    }
    counted = arrests.aggregate(**sums)
    return [
        JusticeFigures(
            programme,
            period,
            known_by,
            JusticeCounts(**{each.name: counted[f"{each.name}_{place}"] for each in fields(JusticeCounts)}),
            definition.version,
        )
        for place, (period, known_by) in enumerate(asked)
    ]


def _standing(step: str) -> Q:
    return Q(stages__step=JusticeStep(step), stages__void_reason="")


def _known_on(stage: str) -> Coalesce:
    return Coalesce(f"{stage}__day", TruncDate(f"{stage}__entered_at", tzinfo=LONDON), output_field=DateField())


def _sums(definition: JusticeDefinition, period: Period, day: date) -> dict[str, Count | Coalesce]:
    arrested = Q(shift__day__range=(period.first_day, period.last_day))
    decided, tried = Q(decided_on__lte=day), Q(tried_on__lte=day)
    # Without a result at court; an unknown day is not up to any.
    untried = ~tried | Q(tried_on__isnull=True)
    undecided = ~decided | Q(decided_on__isnull=True)
    to_court, no_action = Q(decided__outcome__in=definition.to_court), Q(decided__outcome__in=definition.no_action)
    convicted = tried & Q(tried__outcome__in=definition.convicted)
    jailed = convicted & Q(tried__custody_days__isnull=False, sentenced_on__lte=day)
    conditions = {
        "charged": tried | (decided & to_court),
        "convicted": convicted,
        "jailed": jailed,
        "ended": tried & ~Q(tried__outcome__in=definition.convicted),
        "out_of_court": untried & decided & ~to_court & ~no_action,
        "no_action": untried & decided & no_action,
        "open": untried & (undecided | to_court),
    }
    return {
        "arrests": Count("pk", filter=arrested),
        **{name: Count("pk", filter=arrested & condition) for name, condition in conditions.items()},
        "custody_days": Coalesce(Sum(F("tried__custody_days"), filter=arrested & jailed), 0),
    }
