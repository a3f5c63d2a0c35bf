"""Studies of the length of visits, for tests."""

from datetime import UTC, date, datetime
from typing import Any

from hotspots.models import Dataset, District, IncidentCategory, IncidentMonth
from reports.dosage import operations
from reports.models import KoperStudy
from tests.hotspots import police_data

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
OUTLINE = {"type": "Polygon", "coordinates": [[[-0.5, 51.6], [0.1, 51.6], [0.1, 52.1], [-0.5, 52.1], [-0.5, 51.6]]]}


def asked(force, **facts: Any) -> KoperStudy:
    """A study of Hitchin in January 2024 that waits for its answer."""
    facts = {
        "areas": [force.hitchin],
        "categories": list(IncidentCategory.objects.filter(is_police_generated=False)),
        "first_day": date(2024, 1, 1),
        "last_day": date(2024, 1, 31),
        "follow_up": 30,
    } | facts
    return operations.begin_curve(by=force.anna, at=AT, name="Visits to Hitchin", **facts)


def answered(force, **facts: Any) -> KoperStudy:
    """The same with its answer, by an extract that is loaded if none is."""
    if not IncidentMonth.objects.of(Dataset.EXTRACT).exists():
        District.objects.update(outline=OUTLINE)
        police_data.load(police_data.extract_csv([{}]), by=force.anna, name="extract.csv")
    study = asked(force, **facts)
    operations.answer_curve(job=study.job)
    study.refresh_from_db()
    return study
