"""Real recorded incidents of the county, four months of 2024 and of 2025 (see ATTRIBUTION.md), and an analysis."""

from datetime import date, datetime
from pathlib import Path

from hotspot.core.jobs import operations as jobs
from hotspot.core.models import User
from hotspots.analysis import operations as analyses
from hotspots.incidents import loading, operations
from hotspots.models import HotspotAnalysis, IncidentCategory

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
        first_month=date(2024, 1, 1),
        last_month=date(2024, 4, 1),
        district=None,
        categories=list(IncidentCategory.objects.filter(is_police_generated=False)),
        resolution=9,
        method=HotspotAnalysis.Method.RANK,
        number=50,
    )
    job = jobs.claim(at=at, job_id=analysis.job_id)
    assert job is not None  # noqa: S101 - it is new
    jobs.finish(job, at=at, result=analyses.answer_analysis(job=job))
