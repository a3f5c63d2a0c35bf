"""Real recorded incidents of the county, four months of 2024 and 2025 (see ATTRIBUTION.md), and questions on them."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from hotspot.core.jobs import operations as jobs
from hotspot.core.models import User
from hotspots.analysis import operations as analyses
from hotspots.incidents import loading, operations
from hotspots.models import Dataset, HotspotAnalysis, HotspotArea, IncidentCategory, IncidentMonth
from reports.impact import operations as impact

BEFORE, AFTER = (date(2024, 1, 1), date(2024, 4, 1)), (date(2025, 1, 1), date(2025, 4, 1))
FILES = sorted(Path(__file__).with_name("police_data").glob("*-hertfordshire-street.csv.gz"))


def load_incidents(*, by: User, at: datetime) -> None:
    """Load every month that has begun by then, as an analyst would."""
    for path in FILES:
        if path.name[:7] > f"{at:%Y-%m}":
            continue
        with path.open("rb") as content:
            operations.load_now(
                by=by,
                at=at,
                name=path.name,
                content=content,
                confirmed=[loading.NEW_FORCE],
                progress=lambda done, total: None,
            )


def make_analysis(*, by: User, at: datetime) -> None:
    """Ask where incidents gathered in the months before the programme, and answer it at once."""
    analysis = analyses.begin_analysis(
        by=by,
        at=at,
        name="Before the programme, January to April 2024",
        first_month=BEFORE[0],
        last_month=BEFORE[1],
        district=None,
        categories=list(IncidentCategory.objects.filter(is_police_generated=False)),
        resolution=9,
        method=HotspotAnalysis.Method.RANK,
        number=50,
    )
    answer_now(analysis.job_id, analyses.answer_analysis, at=at)


def make_studies(*, by: User, at: datetime) -> None:
    """Ask what changed in all areas from early 2024 to early 2025, once both are loaded, and answer it at once.

    A change of the law between them is added too.
    """
    if not IncidentMonth.objects.of(Dataset.STREET).filter(month=AFTER[-1]).exists():
        return
    proactive = IncidentCategory.objects.filter(is_police_generated=False)
    everywhere: dict[str, Any] = {"categories": list(proactive), "buffer_metres": 300}
    alike: dict[str, Any] = {"categories": list(proactive.filter(name="Anti-social behaviour")), "is_matched": True}
    asked = (
        ("Anti-social behaviour, early 2025 against 2024, beside places like the areas", alike),
        ("All areas, January to April 2025 against 2024", everywhere),
    )
    for name, facts in asked:
        study = impact.begin_study(
            by=by,
            at=at,
            name=name,
            areas=list(HotspotArea.objects.all()),
            before_first=BEFORE[0],
            before_last=BEFORE[1],
            after_first=AFTER[0],
            after_last=AFTER[1],
            **facts,
        )
        answer_now(study.job_id, impact.answer_study, at=at)
    impact.add_change(
        by=by,
        at=at,
        kind="law",
        title="Zombie-style knives and machetes are prohibited",
        first_day=date(2024, 9, 24),
        source="The Criminal Justice Act 1988 (Offensive Weapons) (Amendment, Surrender and Compensation) Order 2024",
    )


def answer_now(job_id: int | None, answer: Callable[..., dict[str, Any]], *, at: datetime) -> None:
    """Do the work of a job at once that was only queued."""
    job = jobs.claim(at=at, job_id=job_id)
    assert job is not None  # noqa: S101 - it is new
    jobs.finish(job, at=at, result=answer(job=job))
