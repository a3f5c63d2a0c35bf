"""Puts the incidents of a file into the database: all of its months or none, each in place of an earlier release."""

import io
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from django.db import transaction

from hotspot.core.advisory_locks import LockName, lock
from hotspot.core.errors import DomainError
from hotspots.incidents.archives import open_members
from hotspots.incidents.extract_loading import ExtractLoading
from hotspots.incidents.month_loading import NEW_FORCE, QUESTIONS, SHORT, MonthLoading
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
    loading: MonthLoading | None = None
    for member in open_members(content, source.file.name):
        table = Table(member.name, member.stream)
        kind = StreetLoading if is_street_table(table) else ExtractLoading
        loading = loading or kind(source, at, counter.add)
        if not isinstance(loading, kind):
            message = f"{member.name} is another kind of file than those before it. Load one kind at a time."
            raise DomainError("incidents_kinds_mixed", message, "file")
        loading.read(table, member)
    assert loading is not None  # noqa: S101 - an upload without a file is refused when it is opened
    return loading.finish()


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
