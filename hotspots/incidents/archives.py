"""The files inside what somebody uploads: a CSV file as it is, packed by gzip, or several months in a ZIP archive."""

import gzip
import io
import re
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, BinaryIO, NoReturn
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from hotspot.core.errors import DomainError

MOST_UNPACKED = 1_000_000_000
"""Bytes in all files together: three years of the largest force are 700 million."""
MOST_ENTRIES = 20_000
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
# ValueError: a damaged archive can have names that are no text, and files that start before it.
_DAMAGED = (BadZipFile, gzip.BadGzipFile, EOFError, OSError, zlib.error, NotImplementedError, ValueError)
# What an archive of data.police.uk calls its files.
_PUBLISHED = re.compile(r"\d{4}-\d\d-.+-(street|stop-and-search)\.csv", re.IGNORECASE)
_OTHER = re.compile(r"\d{4}-\d\d-.+-outcomes\.csv", re.IGNORECASE)


@dataclass(frozen=True)
class Member:
    """One file, to be read once. `left_out` counts what the archive holds besides the files that are loaded."""

    name: str
    stream: io.RawIOBase
    left_out: int = 0


def open_members(file: BinaryIO, name: str) -> Generator[Member, None, None]:
    """The files in an upload, in the order of their names; each is closed when the next is asked for.

    Of an archive, those that are called as data.police.uk calls street and stop-and-search files; where there are none,
    all CSV files but its others.

    Raises DomainError `incidents_…`, at once or while a member is read.
    """
    head = file.read(4)
    file.seek(0)
    if head == _ZIP:
        yield from _in_archive(file)
        return
    yield Member(name, _Limited(gzip.GzipFile(fileobj=file) if head.startswith(_GZIP) else file, _Budget()))


def _in_archive(file: BinaryIO) -> Iterator[Member]:
    try:
        archive = ZipFile(file)
    except _DAMAGED:
        _damaged()
    budget = _Budget()
    with closing(archive):
        entries = [entry for entry in archive.infolist() if entry.filename and not entry.is_dir()]
        if len(entries) > MOST_ENTRIES:
            _refuse("too_many_files", f"The archive holds more than {MOST_ENTRIES:,} files.")
        found = _to_load(entries)
        if not found:
            message = (
                "The archive holds no file that can be loaded: no street file, like 2024-01-hertfordshire-street.csv, "
                "and no CSV file of your own."
            )
            _refuse("no_street_file", message)
        for entry in found:
            if entry.flag_bits & 0x1 or entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                _refuse("password", "The archive is protected by a password, or packed in an unusual way.")
            with _open(archive, entry) as stream:
                yield Member(_name(entry), _Limited(stream, budget), left_out=len(entries) - len(found))


def _to_load(entries: list[ZipInfo]) -> list[ZipInfo]:
    """The published files in an archive, or else a force's own; in the order of their names."""
    published = [entry for entry in entries if _PUBLISHED.fullmatch(_name(entry))]
    own = [entry for entry in entries if _name(entry).lower().endswith(".csv") and not _OTHER.fullmatch(_name(entry))]
    return sorted(published or own, key=lambda each: each.filename)


def _open(archive: ZipFile, entry: ZipInfo) -> IO[bytes]:
    try:
        return archive.open(entry)
    except _DAMAGED:
        _damaged()


def _name(entry: ZipInfo) -> str:
    """The name of a file without its folders. Some programs write them with backslashes."""
    return PurePosixPath(entry.filename.replace("\\", "/")).name


class _Budget:
    """How many bytes may still come out of all files together."""

    def __init__(self) -> None:
        self.left = MOST_UNPACKED

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            message = f"The file holds more than {MOST_UNPACKED // 1_000_000_000} GB. Load fewer months at a time."
            _refuse("too_large_unpacked", message)


class _Limited(io.RawIOBase):
    """A stream whose bytes are counted as they come, and whose damage is told like any other refusal."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, budget: _Budget) -> None:
        self._stream, self._budget = stream, budget

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Fill the buffer as far as there is something."""
        try:
            data = self._stream.read(len(buffer))
        except _DAMAGED:
            _damaged()
        self._budget.spend(len(data))
        buffer[: len(data)] = data
        return len(data)


def _damaged() -> NoReturn:
    _refuse("damaged", "The file is damaged or cut off. Download it again.")


def _refuse(code: str, message: str) -> NoReturn:
    raise DomainError(f"incidents_{code}", message, "file")
