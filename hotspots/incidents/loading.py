"""Puts the incidents of a file into the database: all of its months or none, each in place of an earlier release."""

import io
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any, BinaryIO, NamedTuple, NoReturn

from django.db import transaction

from hotspot.core import wording
from hotspot.core.advisory_locks import LockName, lock
from hotspot.core.bulk_insert import Batch
from hotspot.core.errors import DomainError
from hotspots.incidents import queries
from hotspots.incidents.archives import Member, open_members
from hotspots.incidents.breaks import find_breaks, lsoas_of_2021
from hotspots.incidents.street_files import StreetRow, read_street_file
from hotspots.models import DataBreak, District, Incident, IncidentCategory, IncidentFile, IncidentMonth

# A month is short when it has fewer rows than this share of what the months around it have, or the release before.
SHORT_SHARE = 0.8
USUAL_WITHIN_MONTHS, FEWEST_FOR_USUAL = 12, 3
# Where so few incidents are in the districts of this force, the file is another's, or districts are missing here.
FEWEST_HERE = 0.1
# data.police.uk has 14.
MOST_CATEGORIES = 60
MOST_ELSEWHERE = 5
EVERY_ROWS = 5_000
SHORT, NEW_FORCE = QUESTIONS = ("short", "new_force")
"""What has to be confirmed before a file is loaded: that a month is whole, that this force's data is to be loaded."""

Progress = Callable[[int, int], None]


class IncidentRow(NamedTuple):
    """A row of the table of incidents."""

    month_id: int
    category_id: int
    district_id: int | None
    longitude: float | None
    latitude: float | None
    location: str
    lsoa: str
    reference: str
    outcome: str


@dataclass
class _Month:
    """A month while it is loaded."""

    record: IncidentMonth
    replaces: IncidentMonth | None
    lsoas: set[str] = field(default_factory=set)


def try_load(*, source: IncidentFile, content: BinaryIO, at: datetime, progress: Progress) -> dict[str, Any]:
    """What `load` would give, with nothing loaded."""
    with transaction.atomic():
        result = _Loading(source, at, progress).run(content)
        transaction.set_rollback(True)
    return result


@transaction.atomic
def load(
    *, source: IncidentFile, content: BinaryIO, at: datetime, confirmed: Collection[str], progress: Progress
) -> dict[str, Any]:
    """Load every month of a file, and say what came of it, as JSON takes it (see docs/incidents.md).

    Raises DomainError `incidents_…` for what cannot be loaded, and `incidents_unconfirmed` where something has to be
    `confirmed` first.
    """
    result = _Loading(source, at, progress).run(content)
    if set(result["questions"]) - set(confirmed):
        raise DomainError(
            "incidents_unconfirmed", "Since its check there is something to confirm. Upload the file again."
        )
    return result


class _Loading:
    def __init__(self, source: IncidentFile, at: datetime, progress: Progress) -> None:
        self._source, self._at, self._progress = source, at, progress
        self._months: dict[str, _Month] = {}
        self._batch = Batch({IncidentRow: Incident})
        self._read, self._total = 0, 0
        self._left_out = 0
        self._other_forces: Counter[str] = Counter()
        self._elsewhere: Counter[str] = Counter()
        self._new_categories: list[str] = []

    def run(self, content: BinaryIO) -> dict[str, Any]:
        lock(LockName.INCIDENTS)
        self._total = _count_lines(content, self._source.file.name)
        self._current = {each.month: each for each in IncidentMonth.objects.current().select_for_update()}
        self._force = next((each.force for each in self._current.values()), "")
        is_new_force = not self._force
        self._categories = {each.name.casefold(): each.pk for each in IncidentCategory.objects.all()}
        self._districts = {
            (each.name_in_police_data or each.name).casefold(): each.pk for each in District.objects.defer("outline")
        }
        self._district_of: dict[str, int | None] = {}
        content.seek(0)
        for member in open_members(content, self._source.file.name):
            self._load_member(member)
        if not self._months:
            self._refuse_others()
        self._check_places()
        for month in self._months.values():
            self._replace(month)
        self._share_points()
        known = {each.identity for each in DataBreak.objects.all()}
        breaks = [each for each in _keep_breaks() if each.identity not in known]
        return self._result(breaks, is_new_force=is_new_force)

    # --- rows -----------------------------------------------------------------------------------------------------
    def _load_member(self, member: Member) -> None:
        self._left_out = member.left_out
        rows = read_street_file(member.stream, member.name)
        first = next(rows, None)
        if first is None:
            raise DomainError("incidents_empty", f"{member.name} has no rows. Nothing was loaded.", "file")
        if self._force and first.force != self._force:
            if not self._current:
                self._refuse_several(first.force)
            self._other_forces[first.force] += 1
            return
        self._force = first.force
        earlier = set(self._months)
        for row in chain([first], rows):
            if row.force != self._force:
                self._refuse_mixed(row, member)
            if row.month in earlier:
                message = f"{_in_words(row.month)} is in {member.name} and in another file too. Nothing was loaded."
                raise DomainError("incidents_month_twice", message, "file")
            self._add(row, member)
        self._batch.write()

    def _add(self, row: StreetRow, member: Member) -> None:
        month = self._months.get(row.month) or self._begin_month(row.month, member)
        category = self._categories.get(row.category.casefold()) or self._new_category(row.category)
        record = month.record
        record.rows += 1
        district = None
        if row.longitude is not None:
            record.located += 1
            district = self._district(row.lsoa_name)
            if district is None and self._districts:
                record.elsewhere += 1
                self._elsewhere[row.lsoa_name[:-5]] += 1
            month.lsoas.add(row.lsoa)
        self._batch.add(
            IncidentRow(
                record.pk, category, district, row.longitude, row.latitude, row.location, row.lsoa, row.reference,
                row.outcome,
            )
        )  # fmt: skip
        self._read += 1
        if self._read % EVERY_ROWS == 0:
            self._progress(self._read, max(self._total, self._read))

    def _begin_month(self, code: str, member: Member) -> _Month:
        day = date.fromisoformat(f"{code}-01")
        if day > self._at.date():
            message = f"{_in_words(code)} in {member.name} is still to come. Nothing was loaded."
            raise DomainError("incidents_month", message, "file")
        replaces = self._current.get(day)
        if replaces is not None:
            replaces.replaced_at = self._at
            replaces.save(update_fields=("replaced_at",))
        record = IncidentMonth.objects.create(
            month=day,
            force=self._force,
            source=self._source,
            member=member.name[:200],
            loaded_at=self._at,
            rows=0,
            located=0,
            elsewhere=0,
        )
        self._months[code] = _Month(record, replaces)
        return self._months[code]

    def _new_category(self, name: str) -> int:
        if len(self._categories) >= MOST_CATEGORIES:
            message = f"‘{name}’ would be crime type number {MOST_CATEGORIES + 1}: this is no file of data.police.uk."
            raise DomainError("incidents_too_many_categories", message, "file")
        category = self._categories[name.casefold()] = IncidentCategory.objects.create(name=name).pk
        self._new_categories.append(name)
        return category

    def _district(self, lsoa_name: str) -> int | None:
        """The district that an LSOA's name begins with: Watford 003A."""
        if lsoa_name not in self._district_of:
            self._district_of[lsoa_name] = self._districts.get(lsoa_name[:-5].casefold())
        return self._district_of[lsoa_name]

    # --- refusals -------------------------------------------------------------------------------------------------
    def _refuse_mixed(self, row: StreetRow, member: Member) -> NoReturn:
        message = f"{member.name} has incidents of {self._force} and of {row.force}. Load one force's file at a time."
        raise DomainError("incidents_forces_mixed", message, "file")

    def _refuse_several(self, other: str) -> NoReturn:
        message = (
            f"The archive has files of {self._force} and of {other}. Load one of your own force first: from then on, "
            "those of others are left out. Nothing was loaded."
        )
        raise DomainError("incidents_forces_mixed", message, "file")

    def _refuse_others(self) -> NoReturn:
        others = wording.listing(sorted(self._other_forces))
        message = f"These incidents are of {others}. This service holds those of {self._force}. Nothing was loaded."
        raise DomainError("incidents_other_force", message, "file")

    def _check_places(self) -> None:
        located = sum(each.record.located for each in self._months.values())
        elsewhere = sum(each.record.elsewhere for each in self._months.values())
        if self._districts and located and located - elsewhere < FEWEST_HERE * located:
            few = f"Only {located - elsewhere:,}" if located > elsewhere else "None"
            message = (
                f"{few} of {wording.plural(located, 'incident')} with a place are in a district "
                f"that is set up here. They are of {self._force}: is it your force? Nothing was loaded."
            )
            raise DomainError("incidents_elsewhere", message, "file")

    # --- what follows from the rows -------------------------------------------------------------------------------
    def _replace(self, month: _Month) -> None:
        record, replaces = month.record, month.replaces
        record.has_lsoas_of_2021 = lsoas_of_2021(month.lsoas)
        if replaces is not None:
            record.differences = {**queries.differences(replaces.pk, record.pk), "rows_before": replaces.rows}
            Incident.objects.filter(month=replaces).delete()
        record.save()

    def _share_points(self) -> None:
        """Compare the points of each month that is new, or follows a new one, with those of the month before it."""
        new = {each.record.pk for each in self._months.values()}
        before: IncidentMonth | None = None
        for each in IncidentMonth.objects.current().order_by("month"):
            if each.pk in new or (before is not None and before.pk in new):
                each.points, each.points_before = queries.shared_points(each.pk, before.pk if before else None)
                each.before = before.month if before else None
                each.save(update_fields=("points", "points_before", "before"))
            before = each

    def _result(self, breaks: Sequence[DataBreak], *, is_new_force: bool) -> dict[str, Any]:
        months = [self._said(month) for _, month in sorted(self._months.items())]
        questions = [SHORT] * any(each["is_short"] for each in months) + [NEW_FORCE] * is_new_force
        return {
            "force": self._force,
            "months": months,
            "breaks": [
                {"month": each.month.isoformat(), "kind": each.kind, "category": each.category_name, **each.figures}
                for each in breaks
            ],
            "new_categories": self._new_categories,
            "left_out": self._left_out,
            "other_forces": dict(self._other_forces),
            "elsewhere": self._elsewhere.most_common(MOST_ELSEWHERE),
            "has_districts": bool(self._districts),
            "questions": questions,
        }

    def _said(self, month: _Month) -> dict[str, Any]:
        record = month.record
        around = IncidentMonth.objects.current()
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


def _keep_breaks() -> list[DataBreak]:
    """Look for breaks in everything that is loaded now, and keep those."""
    found = [
        DataBreak(month=each.month, kind=each.kind, category_id=each.category, figures=dict(each.figures))
        for each in find_breaks(queries.facts_of_months())
    ]
    DataBreak.objects.all().delete()
    return DataBreak.objects.bulk_create(found)


def _count_lines(content: BinaryIO, name: str) -> int:
    """How many lines the street files have, for the progress of reading them."""
    content.seek(0)
    return sum(sum(chunk.count(b"\n") for chunk in _chunks(member.stream)) for member in open_members(content, name))


def _chunks(stream: io.RawIOBase) -> Iterator[bytes]:
    while chunk := stream.read(1 << 17):
        yield chunk


def _in_words(month: str) -> str:
    return wording.month(date.fromisoformat(f"{month}-01"))
