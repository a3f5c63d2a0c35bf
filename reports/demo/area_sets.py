"""The hotspot areas as approved sets, and a proposal that waits for an administrator."""

from datetime import date, datetime, time, timedelta

import pghistory

from hotspot.core.calendar import LONDON
from hotspot.core.models import User
from hotspots.analysis.groups import groups_of
from hotspots.area_sets import candidates, operations
from hotspots.models import AreaSet, HotspotAnalysis, HotspotArea
from reports.demo import reference

NEW_AREAS = 3
PROPOSED_BEFORE, APPROVED_BEFORE = timedelta(days=20), timedelta(days=12)
SOURCE = "demo"


def make_sets(*, analyst: User, administrator: User, today: date) -> None:
    """The areas of the launch as a set, approved before it, and the first draft of what could follow it."""
    # The database would go on naming whoever wrote last in this transaction, so each is named before they write.
    with pghistory.context(user=analyst.pk, source=SOURCE):
        proposed = _first_set(analyst)
    at = _afternoon(reference.LAUNCH - APPROVED_BEFORE)
    with pghistory.context(user=administrator.pk, source=SOURCE):
        first = operations.approve_set(by=administrator, at=at, set_id=proposed.pk)
    analysis = HotspotAnalysis.objects.exclude(result={}).first()
    if analysis is not None:
        with pghistory.context(user=analyst.pk, source=SOURCE):
            _proposal(first, analysis, analyst, today)


def _afternoon(day: date) -> datetime:
    return datetime.combine(day, time(14), LONDON)


def _first_set(analyst: User) -> AreaSet:
    made = operations.save_set(
        by=analyst,
        name="Areas from May 2024",
        first_day=reference.LAUNCH,
        last_day=None,
        reason="Town centres and estates from which most anti-social behaviour and violence was reported.",
    )
    operations.continue_areas(by=analyst, set_id=made.pk, areas=list(HotspotArea.objects.all()))
    operations.propose_set(by=analyst, at=_afternoon(reference.LAUNCH - PROPOSED_BEFORE), set_id=made.pk)
    return made


def _proposal(first: AreaSet, analysis: HotspotAnalysis, analyst: User, today: date) -> None:
    """From the month after next: the land with most incidents instead of what it lies on, the rest as before."""
    begins = (today.replace(day=1) + timedelta(days=62)).replace(day=1)
    made = operations.save_set(
        by=analyst,
        name=f"Areas from {begins:%B %Y}",
        first_day=begins,
        last_day=None,
        reason=f"The analysis “{analysis}”. Where its cells cover an area of before, they replace it.",
        replaces=first,
    )
    everything = list(HotspotArea.objects.all())
    new = candidates.candidates_of(analysis, groups_of(analysis)[:NEW_AREAS], members=[], ending=everything)
    replaced = {area.pk for candidate in new for area in candidate["origins"]}
    continuing = [area for area in everything if area.pk not in replaced]
    operations.continue_areas(by=analyst, set_id=made.pk, areas=continuing)
    operations.add_candidates(by=analyst, set_id=made.pk, candidates=new)
    at = datetime.combine(today, time(0, 2), LONDON)
    operations.propose_set(by=analyst, at=at, set_id=made.pk)
