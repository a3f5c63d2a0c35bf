"""Studies of impact, for tests."""

from datetime import UTC, date, datetime
from typing import Any

from hotspots.models import IncidentCategory
from reports.impact import operations
from reports.models import ImpactStudy, OutsideChange
from tests.hotspots import police_data
from tests.hotspots.police_data import street_csv

AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
JANUARY, FEBRUARY = date(2024, 1, 1), date(2024, 2, 1)


def asked(force, **facts: Any) -> ImpactStudy:
    """A study of Hitchin that waits for its answer: January against February 2024."""
    facts = {
        "areas": [force.hitchin],
        "categories": list(IncidentCategory.objects.filter(is_police_generated=False)),
        "before_first": JANUARY,
        "before_last": JANUARY,
        "after_first": FEBRUARY,
        "after_last": FEBRUARY,
        "buffer_metres": 300,
    } | facts
    return operations.begin_study(by=force.anna, at=AT, name="Hitchin in February", **facts)


def answered(force, **facts: Any) -> ImpactStudy:
    """The same with its answer: February has one incident in Hitchin too."""
    content = street_csv([{"Month": "2024-02"}])
    police_data.load(content, by=force.anna, name="2024-02-hertfordshire-street.csv")
    study = asked(force, **facts)
    operations.answer_study(job=study.job)
    study.refresh_from_db()
    return study


def changed(force, **facts: Any) -> OutsideChange:
    """Cameras in the district of Hitchin from the middle of January 2024 on."""
    facts = {
        "kind": "equipment",
        "title": "New cameras in the High Street",
        "first_day": date(2024, 1, 15),
        "district": force.north_herts,
        "source": "Town council, minutes of 9 January 2024",
    } | facts
    return operations.add_change(by=force.anna, at=AT, **facts)
