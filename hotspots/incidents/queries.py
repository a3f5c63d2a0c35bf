"""Police data as it is loaded: months, their counts, and what breaks show."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from statistics import median

from django.db import connection
from django.db.models import Count, QuerySet

from hotspot.core.calendar import months_between
from hotspot.core.models import User
from hotspots.incidents.breaks import MonthFacts
from hotspots.models import DataBreak, Incident, IncidentCategory, IncidentFile, IncidentMonth


def months_seen_by(user: User) -> QuerySet[IncidentMonth]:
    """The months this person may see, as they were released last, newest first."""
    return IncidentMonth.objects.visible_to(user).current()


def breaks_seen_by(user: User) -> QuerySet[DataBreak]:
    """The breaks this person may know of, oldest first."""
    return DataBreak.objects.visible_to(user).select_related("category")


def breaks_between(first: date, last: date) -> QuerySet[DataBreak]:
    """The breaks that stand between two months, oldest first: the months cannot be compared as they stand."""
    return DataBreak.objects.filter(month__gt=first, month__lte=last).select_related("category")


def files_seen_by(user: User) -> QuerySet[IncidentFile]:
    """The files this person may see, newest first, without their contents."""
    files = IncidentFile.objects.visible_to(user).select_related("by", "file", "checked", "loaded")
    return files.defer("file__content")


def counts_of(month: IncidentMonth) -> dict[tuple[int, int | None], int]:
    """How many incidents of each category, by its id, each district has, by its id; None: none that is set up."""
    counted = Incident.objects.filter(month=month).values_list("category", "district").annotate(n=Count("pk"))
    return {(category, district): number for category, district, number in counted}


def unplaced_in(month: IncidentMonth) -> dict[int, int]:
    """How many incidents of each category, by its id, have no place."""
    without = Incident.objects.filter(month=month, longitude__isnull=True)
    return dict(without.values_list("category").annotate(n=Count("pk")))


def categories() -> dict[int, IncidentCategory]:
    """Every category by its id. They are names, and everybody may know them."""
    return {category.pk: category for category in IncidentCategory.objects.all()}


def facts_of_months() -> list[MonthFacts]:
    """What the detector of breaks looks at, month by month, of all data: breaks are the same for everybody."""
    months = list(IncidentMonth.objects.current().order_by("month"))
    counted: dict[int, dict[int, int]] = defaultdict(dict)
    rows = Incident.objects.filter(month__in=months).values_list("month", "category").annotate(n=Count("pk"))
    for month, category, number in rows:
        counted[month][category] = number
    return [
        MonthFacts(each.month, each.points, each.points_before, each.has_lsoas_of_2021, counted[each.pk])
        for each in months
    ]


def usual_rows(months: Collection[IncidentMonth], of: date, *, within_months: int, fewest: int) -> float | None:
    """The median of the rows of the months around one, which is left out; None where there are fewer than `fewest`."""
    near = [each.rows for each in months if each.month != of and abs(months_between(each.month, of)) <= within_months]
    return median(near) if len(near) >= fewest else None


_POINTS = "SELECT DISTINCT longitude, latitude FROM hotspots_incident WHERE month_id = %s AND longitude IS NOT NULL"


def shared_points(month: int, before: int | None) -> tuple[int, int | None]:
    """How many different places a month has, by its id, and how many of these another has as well."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({_POINTS}) points", [month])  # noqa: S608 - constants of ours
        (points,) = cursor.fetchone()
        if before is None:
            return points, None
        cursor.execute(f"SELECT count(*) FROM ({_POINTS} INTERSECT {_POINTS}) points", [month, before])  # noqa: S608
        (shared,) = cursor.fetchone()
    return points, shared


_ROW = "category_id, longitude, latitude, location, lsoa, reference, outcome"
# Rows that are the same in everything are the same incident, as often as both releases have them. Of the others, those
# whose reference both releases have once are one incident that changed.
_DIFFERENCES = f"""
WITH old AS (SELECT {_ROW} FROM hotspots_incident WHERE month_id = %(old)s),
    new AS (SELECT {_ROW} FROM hotspots_incident WHERE month_id = %(new)s),
    gone AS (SELECT * FROM old EXCEPT ALL SELECT * FROM new),
    come AS (SELECT * FROM new EXCEPT ALL SELECT * FROM old),
    both_have AS (
        SELECT g.outcome <> c.outcome AS outcome, g.category_id <> c.category_id AS category,
            (g.longitude, g.latitude, g.location, g.lsoa)
                IS DISTINCT FROM (c.longitude, c.latitude, c.location, c.lsoa) AS place
        FROM gone g JOIN come c USING (reference)
        WHERE reference IN (SELECT reference FROM old WHERE reference <> '' GROUP BY reference HAVING count(*) = 1)
            AND reference IN (SELECT reference FROM new WHERE reference <> '' GROUP BY reference HAVING count(*) = 1)
    )
SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM come), count(*), count(*) FILTER (WHERE outcome),
    count(*) FILTER (WHERE category), count(*) FILTER (WHERE place)
FROM both_have
"""  # noqa: S608 - constants of ours


def differences(old: int, new: int) -> Mapping[str, int]:
    """What a release of a month changed against another, both by their ids: incidents that are `added` and `removed`,
    and `changed`, by what of them: `outcome`, `category`, `place`; one can have changed in several.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, {"old": old, "new": new})
        gone, come, changed, outcome, category, place = cursor.fetchone()
    return {
        "removed": gone - changed,
        "added": come - changed,
        "changed": changed,
        "outcome": outcome,
        "category": category,
        "place": place,
    }
