"""The months of one dataset while a file of theirs is loaded: each in place of what was there of the same month."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from hotspot.core import wording
from hotspot.core.calendar import today
from hotspot.core.errors import DomainError
from hotspots.incidents import queries
from hotspots.incidents.archives import Member
from hotspots.incidents.breaks import find_breaks, lsoas_of_2021
from hotspots.incidents.tables import Table
from hotspots.models import (
    DataBreak,
    Dataset,
    District,
    Incident,
    IncidentCategory,
    IncidentFile,
    IncidentMonth,
    SearchMonth,
)

Release = TypeVar("Release", IncidentMonth, SearchMonth)

# A month is short when it has fewer rows than this share of what the months around it have, or the release before.
SHORT_SHARE = 0.8
USUAL_WITHIN_MONTHS, FEWEST_FOR_USUAL = 12, 3
# Where so few incidents are in the districts of this force, the file is another's, or districts are missing here.
FEWEST_HERE = 0.1
SHORT, NEW_FORCE = QUESTIONS = ("short", "new_force")
"""What has to be confirmed before a file is loaded: that a month is whole, that this force's data is to be loaded."""


@dataclass
class LoadedMonth:
    """A month while it is loaded, and the release that it replaces."""

    record: IncidentMonth
    replaces: IncidentMonth | None
    lsoas: set[str] = field(default_factory=set)


class MonthLoading(ABC):
    """Reads the tables of one dataset and writes their rows. What a dataset has of its own is in its subclass."""

    dataset: ClassVar[Dataset]
    most_categories: ClassVar[int]

    def __init__(self, source: IncidentFile, at: datetime, count_row: Callable[[], None]) -> None:
        self._source, self._at, self._count_row = source, at, count_row
        self.months: dict[date, LoadedMonth] = {}
        self.new_categories: list[str] = []
        self._current = {each.month: each for each in IncidentMonth.objects.of(self.dataset).select_for_update()}
        self._categories = {each.name.casefold(): each.pk for each in IncidentCategory.objects.all()}
        self._force = next((each.force for each in self._current.values()), "")

    @abstractmethod
    def read(self, table: Table, member: Member) -> None:
        """Read one file and write its rows. Raises DomainError `incidents_…`."""

    def check(self) -> None:
        """Look at all files together. Raises DomainError where they are not of this force."""
        located = sum(each.record.located for each in self.months.values())
        elsewhere = sum(each.record.elsewhere for each in self.months.values())
        if located and located - elsewhere < FEWEST_HERE * located:
            few = f"Only {located - elsewhere:,}" if located > elsewhere else "None"
            whose = f"They are of {self._force}: is it your force?" if self._force else "Are they your force’s?"
            message = (
                f"{few} of {wording.plural(located, 'incident')} with a place are in a district that is set up here. "
                f"{whose} Nothing was loaded."
            )
            raise DomainError("incidents_elsewhere", message, "file")

    def finish(self) -> dict[str, Any]:
        """Replace what was there and look for breaks; gives what came of it, as JSON takes it."""
        self.check()
        for month in self.months.values():
            self._replace(month)
        if self.dataset.is_snapped:
            self._share_points()
        known = {each.identity for each in DataBreak.objects.all()}
        breaks = [each for each in _keep_breaks(self.dataset) if each.identity not in known]
        return self.result(breaks)

    def begin_month(self, month: date, member: Member) -> LoadedMonth:
        """Put a new month in place of the release that is there. Raises DomainError for one that is still to come."""
        replaces = release_to_replace(self._current, month, member, at=self._at)
        record = IncidentMonth.objects.create(
            dataset=self.dataset, month=month, force=self._force, source=self._source, member=member.name[:200],
            loaded_at=self._at, rows=0, located=0, elsewhere=0,
        )  # fmt: skip
        self.months[month] = LoadedMonth(record, replaces)
        return self.months[month]

    def category(self, name: str) -> int:
        """The id of a category, new where no file had it before. Raises DomainError where there are too many."""
        return self._categories.get(name.casefold()) or self._new_category(name)

    def _new_category(self, name: str) -> int:
        if len(self._categories) >= self.most_categories:
            message = (
                f"‘{name}’ would be category number {self.most_categories + 1}. Nobody could choose among so many."
            )
            raise DomainError("incidents_too_many_categories", message, "file")
        category = self._categories[name.casefold()] = IncidentCategory.objects.create(name=name).pk
        self.new_categories.append(name)
        return category

    # --- what follows from the rows -------------------------------------------------------------------------------
    def _replace(self, month: LoadedMonth) -> None:
        record, replaces = month.record, month.replaces
        record.has_lsoas_of_2021 = lsoas_of_2021(month.lsoas)
        if replaces is not None:
            record.differences = {**queries.differences(replaces.pk, record.pk), "rows_before": replaces.rows}
            Incident.objects.filter(month=replaces).delete()
        record.save()

    def _share_points(self) -> None:
        """Compare the points of each month that is new, or follows a new one, with those of the month before it."""
        new = {each.record.pk for each in self.months.values()}
        before: IncidentMonth | None = None
        for each in IncidentMonth.objects.of(self.dataset).order_by("month"):
            if each.pk in new or (before is not None and before.pk in new):
                each.points, each.points_before = queries.shared_points(each.pk, before.pk if before else None)
                each.before = before.month if before else None
                each.save(update_fields=("points", "points_before", "before"))
            before = each

    def result(self, breaks: Sequence[DataBreak]) -> dict[str, Any]:
        """What came of it. A subclass adds what its dataset has of its own."""
        months = [self._told(month) for _, month in sorted(self.months.items())]
        return {
            "dataset": self.dataset.value,
            "force": self._force,
            "months": months,
            "breaks": [
                {"month": each.month.isoformat(), "kind": each.kind, "category": each.category_name, **each.figures}
                for each in breaks
            ],
            "new_categories": self.new_categories,
            "questions": [SHORT] * any(each["is_short"] for each in months),
        }

    def _told(self, month: LoadedMonth) -> dict[str, Any]:
        record = month.record
        around = IncidentMonth.objects.of(self.dataset)
        usual = queries.usual_rows(around, record.month, within_months=USUAL_WITHIN_MONTHS, fewest=FEWEST_FOR_USUAL)
        here = month.replaces.rows if month.replaces else None
        return {
            "month": record.month.isoformat(),
            "rows": record.rows,
            "located": record.located,
            "elsewhere": record.elsewhere,
            "usual": usual,
            "is_short": any(record.rows < SHORT_SHARE * rows for rows in (usual, here) if rows is not None),
            "differences": record.differences,
        }


def release_to_replace(current: Mapping[date, Release], month: date, member: Member, *, at: datetime) -> Release | None:
    """The release of a month that is there, marked as replaced, if there is one.

    Raises DomainError `incidents_month` for a month that is still to come in London.
    """
    if month > today(at):
        message = f"{wording.month(month)} in {member.name} is still to come. Nothing was loaded."
        raise DomainError("incidents_month", message, "file")
    replaces = current.get(month)
    if replaces is not None:
        replaces.replaced_at = at
        replaces.save(update_fields=("replaced_at",))
    return replaces


def outlines_of_districts() -> dict[int, BaseGeometry]:
    """The outline of each district, by its id. Raises DomainError `incidents_no_outline` where one has none."""
    outlines = dict(District.objects.values_list("pk", "outline"))
    without = list(District.objects.filter(outline__isnull=True).values_list("name", flat=True))
    if without or not outlines:
        message = (
            "Places are put into districts by their outlines. Load these first, under Manage, Districts. Without one: "
            f"{wording.listing(without) if without else 'there is no district'}."
        )
        raise DomainError("incidents_no_outline", message, "file")
    return {district: shape(outline) for district, outline in outlines.items()}


def _keep_breaks(dataset: Dataset) -> list[DataBreak]:
    """Look for breaks in everything that is loaded of a dataset now, and keep those."""
    found = [
        DataBreak(
            dataset=dataset, month=each.month, kind=each.kind, category_id=each.category, figures=dict(each.figures)
        )
        for each in find_breaks(queries.facts_of_months(dataset))
    ]
    DataBreak.objects.filter(dataset=dataset).delete()
    return DataBreak.objects.bulk_create(found)
