"""Places chosen for being bad, in real files, and measured afterwards: no fall of theirs is accepted as an effect.

There were no hotspot patrols in any of these places between the months, or none that these months could show: whatever
fell did so by itself.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import numpy as np
import pytest
from django.db.models import Count
from shapely.geometry import mapping

from hotspot.core.models import Job
from hotspots.analysis import operations as analyses
from hotspots.analysis.cells import cells_at, outline_of
from hotspots.models import District, HotspotAnalysis, HotspotArea, Incident, IncidentCategory
from reports.impact import operations, rules
from reports.models import ImpactStudy
from tests.hotspots import police_data

pytestmark = pytest.mark.slow
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
ASB, VIOLENCE = "Anti-social behaviour", "Violence and sexual offences"
SINGLE = [[ASB], [VIOLENCE], ["Shoplifting"], ["Vehicle crime"], ["Criminal damage and arson"]]
YEAR_ON_YEAR = (date(2024, 1, 1), date(2024, 4, 1), date(2025, 1, 1), date(2025, 4, 1))
NEXT_MONTHS = (date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1), date(2024, 4, 1))
BEFORE_THE_BREAK = (date(2022, 1, 1), date(2022, 3, 1), date(2022, 4, 1), date(2022, 6, 1))
ACROSS_THE_BREAK = (date(2022, 1, 1), date(2022, 6, 1), date(2022, 7, 1), date(2022, 11, 1))

Months = tuple[date, date, date, date]


def worst(force, months: Months, categories: list[str], resolution: int, number: int) -> HotspotAnalysis:
    """An analysis that chooses so many cells by the months before."""
    analysis = analyses.begin_analysis(
        by=force.anna, at=AT, name="Afterwards", first_month=months[0], last_month=months[1], district=None,
        categories=list(IncidentCategory.objects.filter(name__in=categories)), resolution=resolution,
        method=HotspotAnalysis.Method.RANK, number=number,
    )  # fmt: skip
    analyses.answer_analysis(job=analysis.job)
    analysis.refresh_from_db()
    # A person has no more than five jobs at once.
    Job.objects.update(state="done", finished_at=AT)
    return analysis


def district_of(cell: int) -> District:
    """The district that most incidents of a cell are in, as the comparison is with the rest of it."""
    west, south, east, north = outline_of(np.array([cell], np.uint64)).bounds
    near = Incident.objects.filter(
        longitude__range=(west, east), latitude__range=(south, north), district__isnull=False
    )
    most = near.values("district").annotate(n=Count("pk")).order_by("-n").first()
    return District.objects.get(pk=most["district"]) if most else District.objects.earliest("pk")


def verdicts(
    force, months: Months, categories: list[str], resolution: int, number: int
) -> tuple[ImpactStudy, set[str]]:
    """What a study of each chosen cell as an area says of all of them, and of each."""
    analysis = worst(force, months, categories, resolution, number)
    cells = [int(each["cell"], 16) for each in analysis.result["cells"]]
    areas = [
        HotspotArea.objects.create(
            name=f"{analysis.pk}: {cell:x}", town="Watford", district=district_of(cell), kind="asb",
            boundary=mapping(outline_of(np.array([cell], np.uint64))), first_day=months[2], analysis=analysis,
        )
        for cell in cells
    ]  # fmt: skip
    study = operations.begin_study(
        by=force.anna, at=AT, name="Afterwards", areas=areas, before_first=months[0], before_last=months[1],
        after_first=months[2], after_last=months[3],
        categories=list(IncidentCategory.objects.filter(name__in=categories)),
    )  # fmt: skip
    operations.answer_study(job=study.job)
    study.refresh_from_db()
    placebo = rules.placebo_of(study.result)
    HotspotArea.objects.filter(pk__in=[area.pk for area in areas]).update(last_day=months[3])
    return study, {rules.verdict(each, placebo) for each in (study.result["all"], *study.result["areas"])}


def falls(studies: Iterable[ImpactStudy]) -> int:
    """How many of the studies show a fall that a before-and-after without comparison would have published."""
    return sum((each.result["all"]["ratio"] or 1) < 0.95 for each in studies)


def test_no_fall_of_hertfordshire_is_accepted(force, now):
    police_data.load_county(force)
    found = [
        verdicts(force, months, categories, resolution, number)
        for months, numbers in ((YEAR_ON_YEAR, (10, 26)), (NEXT_MONTHS, (26,)))
        for categories in SINGLE
        for resolution in (9, 10)
        for number in numbers
    ]
    assert len(found) == 30
    assert falls(study for study, _ in found) >= 15
    assert rules.FELL not in set().union(*(said for _, said in found))


def test_no_fall_of_northumbria_is_accepted(force, now):
    police_data.load_northumbria(force)
    found = [
        verdicts(force, months, [ASB], resolution, number)
        for months in (BEFORE_THE_BREAK, ACROSS_THE_BREAK)
        for resolution in (9, 10)
        for number in (10, 26, 60)
    ]
    assert len(found) == 12
    assert falls(study for study, _ in found) >= 5
    assert rules.FELL not in set().union(*(said for _, said in found))
    assert all(study.result["breaks"] for study, _ in found if study.after_first == ACROSS_THE_BREAK[2])


def test_a_true_fall_is_found(force, now):
    """A rule that never says that something fell would pass the tests above too: here three of five are taken away."""
    police_data.load_county(force)
    chosen = worst(force, YEAR_ON_YEAR, [ASB], 9, 26)
    after = Incident.objects.filter(month__month__gte=YEAR_ON_YEAR[2], longitude__isnull=False)
    rows = np.array(list(after.values_list("pk", "longitude", "latitude")), np.float64)
    cells = np.array([int(each["cell"], 16) for each in chosen.result["cells"]], np.uint64)
    inside = np.isin(cells_at(rows[:, 1], rows[:, 2], 9), cells)
    gone = inside & (np.random.default_rng(31).random(len(rows)) < 0.6)
    Incident.objects.filter(pk__in=rows[gone, 0].astype(int).tolist()).delete()
    study, _ = verdicts(force, YEAR_ON_YEAR, [ASB], 9, 26)
    assert rules.verdict(study.result["all"], study.result["placebo"]) == rules.FELL
