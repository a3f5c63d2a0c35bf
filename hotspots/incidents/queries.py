"""Police data as it is loaded: months, their counts, and what breaks show."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from statistics import median

from django.db import connection
from django.db.models import Count, QuerySet

from hotspot.core.calendar import months_between
from hotspot.core.models import User
from hotspots.incidents.breaks import MonthFacts
from hotspots.models import (
    DataBreak,
    Dataset,
    Incident,
    IncidentCategory,
    IncidentFile,
    IncidentMonth,
    PublishedSearch,
    SearchMonth,
)


def datasets_seen_by(user: User) -> list[Dataset]:
    """The datasets of which this person may see months, published files first."""
    found = set(
        IncidentMonth.objects.visible_to(user).current().order_by().values_list("dataset", flat=True).distinct()
    )
    return [dataset for dataset in Dataset if dataset in found]


def months_seen_by(user: User, dataset: Dataset) -> QuerySet[IncidentMonth]:
    """The months of a dataset this person may see, as they were released last, newest first."""
    return IncidentMonth.objects.visible_to(user).of(dataset)


def breaks_seen_by(user: User, dataset: Dataset) -> QuerySet[DataBreak]:
    """The breaks in a dataset this person may know of, oldest first."""
    return DataBreak.objects.visible_to(user).filter(dataset=dataset).select_related("category")


def breaks_between(first: date, last: date, dataset: str) -> QuerySet[DataBreak]:
    """The breaks that stand between two months, oldest first: the months cannot be compared as they stand."""
    found = DataBreak.objects.filter(dataset=dataset, month__gt=first, month__lte=last)
    return found.select_related("category")


def force_of(dataset: Dataset) -> str:
    """The force whose months of a dataset are loaded; empty where none are, or the dataset does not say."""
    return IncidentMonth.objects.of(dataset).values_list("force", flat=True).first() or ""


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


def facts_of_months(dataset: Dataset) -> list[MonthFacts]:
    """What the detector of breaks looks at, month by month, of all of a dataset: breaks are the same for everybody."""
    months = list(IncidentMonth.objects.of(dataset).order_by("month"))
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


_ROW = """category_id, longitude, latitude, location, lsoa, reference, outcome, started_at, ended_at,
    is_police_generated, recorded_in"""
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
                IS DISTINCT FROM (c.longitude, c.latitude, c.location, c.lsoa) AS place,
            (g.started_at, g.ended_at) IS DISTINCT FROM (c.started_at, c.ended_at) AS time
        FROM gone g JOIN come c USING (reference)
        WHERE reference IN (SELECT reference FROM old WHERE reference <> '' GROUP BY reference HAVING count(*) = 1)
            AND reference IN (SELECT reference FROM new WHERE reference <> '' GROUP BY reference HAVING count(*) = 1)
    )
SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM come), count(*), count(*) FILTER (WHERE outcome),
    count(*) FILTER (WHERE category), count(*) FILTER (WHERE place), count(*) FILTER (WHERE time)
FROM both_have
"""  # noqa: S608 - constants of ours


def differences(old: int, new: int) -> Mapping[str, int]:
    """What a release of a month changed against another, both by their ids: incidents that are `added` and `removed`,
    and `changed`, by what of them: `outcome`, `category`, `place`, `time`; one can have changed in several, or in
    a mark.
    """
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENCES, {"old": old, "new": new})
        gone, come, changed, outcome, category, place, time = cursor.fetchone()
    return {
        "removed": gone - changed,
        "added": come - changed,
        "changed": changed,
        "outcome": outcome,
        "category": category,
        "place": place,
        "time": time,
    }


_SEARCH = "kind, at, longitude, latitude, legislation, sought, outcome, is_linked"
_SEARCHES = f"SELECT {_SEARCH} FROM hotspots_publishedsearch WHERE month_id = %s"  # noqa: S608 - constants of ours


def search_differences(old: int, new: int) -> dict[str, int]:
    """What a release of a month of stop and searches changed against another, both by their ids: how many are `added`
    and `removed`. They have no id, so that one that changed is in both.
    """
    found = {}
    with connection.cursor() as cursor:
        for name, months in (("added", [new, old]), ("removed", [old, new])):
            cursor.execute(f"SELECT count(*) FROM ({_SEARCHES} EXCEPT ALL {_SEARCHES}) searches", months)  # noqa: S608
            (found[name],) = cursor.fetchone()
    return found | {"changed": 0}


def search_months_seen_by(user: User) -> QuerySet[SearchMonth]:
    """The months of stop and searches this person may see, as they were released last, newest first."""
    return SearchMonth.objects.visible_to(user).current()


def searches_by_month(months: Collection[SearchMonth]) -> dict[int, list[tuple[str, str, int]]]:
    """Of each month, by its id: objects of search and outcomes, and how many searches have both."""
    found: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    rows = PublishedSearch.objects.filter(month__in=months).values_list("month", "sought", "outcome")
    for month, sought, outcome, number in rows.annotate(n=Count("pk")):
        found[month].append((sought, outcome, number))
    return found


_ELSEWHERE = """
SELECT count(*) OVER (), i.reference, i.month_id
FROM hotspots_incident i
JOIN hotspots_incidentmonth m ON m.id = i.month_id
WHERE m.dataset = %(dataset)s AND NOT i.month_id = ANY(%(months)s)
    AND i.reference IN (SELECT reference FROM hotspots_incident WHERE month_id = ANY(%(months)s))
LIMIT 1
"""


def references_elsewhere(months: Sequence[int]) -> tuple[int, tuple[str, int]]:
    """How many incidents of other months of a force's extract have a reference of one in these, by the ids of months;
    and one of them, with the id of its month.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE, {"dataset": Dataset.EXTRACT, "months": list(months)})
        number, reference, month = cursor.fetchone() or (0, "", 0)
    return number, (reference, month)
