"""What else began while the running programme patrolled, to be seen beside its weeks."""

from datetime import date, datetime

from hotspot.core.calendar import Period, today
from hotspot.core.models import User
from hotspots.models import District
from reports.impact import operations as impact

# By month and day of the programme's first year; the district, or None for everywhere.
CHANGES = (
    (5, 18, "equipment", "New cameras in the precinct", "Watford", "Minutes of the town partnership"),
    (7, 20, "other", "Activities for young people on five evenings a week", "Stevenage", "Programme of the council"),
    (9, 28, "other", "Late licensed premises close earlier by agreement", None, "Letter of the licensing committees"),
)


def make_changes(*, by: User, at: datetime) -> None:
    """Those that have begun in the financial year that holds that day."""
    year = Period.financial_year(today(at))
    districts = {district.name: district for district in District.objects.all()}
    for month, day, kind, title, place, source in CHANGES:
        first_day = date(year.first_day.year, month, day)
        if first_day <= today(at):
            impact.add_change(
                by=by, at=at, kind=kind, title=title, first_day=first_day, source=source,
                district=districts.get(place) if place else None,
            )  # fmt: skip
