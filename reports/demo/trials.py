"""A randomised trial that is under way, so that crews have areas for tonight."""

from datetime import date, datetime, time, timedelta

from hotspot.core.calendar import LONDON
from hotspot.core.models import User
from hotspots.models import AreaSet, IncidentCategory
from patrols.models import PatrolTrial
from patrols.trials import operations
from reports.demo import reference

DAYS_PASSED = 17
DESIGNED_BEFORE, SEALED_BEFORE = timedelta(days=12), timedelta(days=9)


def make_trial(*, analyst: User, administrator: User, today: date) -> None:
    """Thirteen weeks in the areas of the launch, of which more than two have passed.

    What to expect is typed: the demonstration's incidents are published ones, which know no days.
    """
    first_day = today - timedelta(days=DAYS_PASSED)
    if first_day - DESIGNED_BEFORE <= reference.LAUNCH:
        return
    drafted = operations.save_trial(
        by=analyst,
        at=_afternoon(first_day - DESIGNED_BEFORE),
        name=f"Town centres from {first_day:%B %Y}",
        area_set=AreaSet.objects.get(first_day=reference.LAUNCH),
        categories=list(
            IncidentCategory.objects.filter(name__in=("Anti-social behaviour", "Violence and sexual offences"))
        ),
        first_day=first_day,
        days=91,
        block_days=7,
        treated_days=3,
        strata=PatrolTrial.Strata.NONE,
        washout_days=0,
        holidays=[{"day": f"{first_day + timedelta(days=40)}", "reason": "A festival in all town centres"}],
        from_hour=6,
        to_hour=6,
        dose_minutes=10,
        dose_visits=1,
        ring_metres=150,
        notice_hour=18,
        target_fall=20,
        expected=0.9,
        dispersion=1.3,
    )
    operations.seal_trial(by=administrator, at=_afternoon(first_day - SEALED_BEFORE), trial_id=drafted.pk)


def _afternoon(day: date) -> datetime:
    return datetime.combine(day, time(14), LONDON)
