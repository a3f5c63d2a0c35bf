"""Puts the incidents of a file into the database: all of its months or none, each in place of an earlier release."""

import io
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction

from hotspot.core.advisory_locks import LockName, lock
from hotspot.core.errors import DomainError
from hotspots.incidents.archives import Member, open_members
from hotspots.incidents.extract_loading import ExtractLoading
from hotspots.incidents.month_loading import NEW_FORCE, QUESTIONS, SHORT, MonthLoading
from hotspots.incidents.search_files import is_search_table
from hotspots.incidents.search_loading import SearchLoading
from hotspots.incidents.street_files import is_street_table
from hotspots.incidents.street_loading import StreetLoading
from hotspots.incidents.tables import Table
from hotspots.models import IncidentFile

__all__ = ["NEW_FORCE", "QUESTIONS", "SHORT", "Progress", "load", "try_load"]
EVERY_ROWS = 5_000

Progress = Callable[[int, int], None]


def try_load(*, source: IncidentFile, content: BinaryIO, at: datetime, progress: Progress) -> dict[str, Any]:
    """What `load` would give, with nothing loaded."""
    with transaction.atomic():
        result = _run(source, content, at, progress)
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
    result = _run(source, content, at, progress)
    if set(result["questions"]) - set(confirmed):
        raise DomainError(
            "incidents_unconfirmed", "Since its check there is something to confirm. Upload the file again."
        )
    return result


def _run(source: IncidentFile, content: BinaryIO, at: datetime, progress: Progress) -> dict[str, Any]:
    lock(LockName.INCIDENTS)
    counter = _RowCounter(_count_lines(content, source.file.name), progress)
    content.seek(0)
    loaders = _Loaders(source, at, counter)
    for member in open_members(content, source.file.name):
        loaders.read(Table(member.name, member.stream), member)
    return loaders.finish()


class _Loaders:
    """Reads each file by its kind: incidents of one dataset, and stop and searches beside published ones."""

    def __init__(self, source: IncidentFile, at: datetime, counter: "_RowCounter") -> None:
        self._given = (source, at, counter.add)
        self._incidents: MonthLoading | None = None
        self._searches: SearchLoading | None = None
        self._searches_without_outlines: DomainError | None = None

    def read(self, table: Table, member: Member) -> None:
        if is_search_table(table):
            self._read_searches(table, member)
            return
        kind = StreetLoading if is_street_table(table) else ExtractLoading
        self._incidents = self._incidents or kind(*self._given)
        if not isinstance(self._incidents, kind):
            message = f"{member.name} is another kind of file than those before it. Load one kind at a time."
            raise DomainError("incidents_kinds_mixed", message, "file")
        self._incidents.read(table, member)

    def _read_searches(self, table: Table, member: Member) -> None:
        try:
            self._searches = self._searches or SearchLoading(*self._given)
        except DomainError as refusal:
            # Street files beside them can be loaded without outlines.
            self._searches_without_outlines = refusal
        else:
            self._searches.read(table, member)

    def finish(self) -> dict[str, Any]:
        found = self._incidents.finish() if self._incidents else None
        if found is None and self._searches_without_outlines:
            raise self._searches_without_outlines
        searches = self._searches.finish(alone=found is None) if self._searches else None
        found = found or {"dataset": "", "force": "", "months": [], "breaks": [], "new_categories": [], "questions": []}
        asked = [*found["questions"], *(searches["questions"] if searches else [])]
        return found | {
            "searches": searches,
            "searches_left_out": self._searches_without_outlines is not None,
            "questions": list(dict.fromkeys(asked)),
        }


class _RowCounter:
    """Tells how far the rows of all files have been read."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._read, self._total, self._progress = 0, total, progress

    def add(self) -> None:
        self._read += 1
        if self._read % EVERY_ROWS == 0:
            self._progress(self._read, max(self._total, self._read))


def _count_lines(content: BinaryIO, name: str) -> int:
    """How many lines the files have, for the progress of reading them."""
    content.seek(0)
    return sum(sum(chunk.count(b"\n") for chunk in _chunks(member.stream)) for member in open_members(content, name))


def _chunks(stream: io.RawIOBase) -> Iterator[bytes]:
    while chunk := stream.read(1 << 17):
        yield chunk
