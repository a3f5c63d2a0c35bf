"""Which published statement a number or a file comes from."""

import hashlib
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from lzma import LZMAError
from zipfile import BadZipFile, ZipFile

from django.db.models import QuerySet

from reports.figures.tables import number_text
from reports.models import Statement, StatementFile
from reports.statements.body import PublishedStatement, release_of
from reports.statements.quoted_numbers import Quoted

_PRINTED = re.compile(rb"\b[0-9a-f]{64}\b")
# Bytes of an unpacked spreadsheet that are looked at: ours have some thousands.
_MOST_UNPACKED = 5_000_000
MOST_PLACES = 50


@dataclass(frozen=True)
class FigureSource:
    """Where a figure stands in a published statement, in words. `is_exact`: it is the number itself, not rounded."""

    release: PublishedStatement
    where: str
    number: int
    is_exact: bool

    @property
    def shown(self) -> str:
        """The published number: 12,212."""
        return number_text(self.number)


def whose_number(quoted: Quoted, published: QuerySet[Statement]) -> list[FigureSource]:
    """Every place of a published statement that the quoted figure can be from: the number itself first, then those that
    it can be a rounding of, the nearest first; at most MOST_PLACES."""
    places = [place for release in map(release_of, published) for place in _places(quoted, release)]
    places.sort(key=lambda place: abs(place.number - quoted.number))
    return places[:MOST_PLACES]


def _places(quoted: Quoted, release: PublishedStatement) -> Iterator[FigureSource]:
    names = {measure["code"]: measure["name"] for measure in release.measures}
    parts = [("", release.body["totals"])]
    parts += [(f" in {row['hotspot_area']}", row) for row in release.by("area")]
    parts += [(f" in {row['name']}", row) for row in release.by("month")]
    for where, values in parts:
        for code, name in names.items():
            if quoted.is_of(code, values[code]):
                yield FigureSource(release, f"{name}{where}", values[code], values[code] == quoted.number)


@dataclass(frozen=True)
class Origin:
    """Where a file comes from. `is_whole`: to the byte; else it carries a statement's mark and was changed since."""

    release: PublishedStatement
    is_whole: bool


def whose_file(content: bytes, published: QuerySet[Statement]) -> Origin | None:
    """The statement that a file was published with, or whose SHA-256 stands in it; None where it is of none."""
    digest = hashlib.sha256(content).hexdigest()
    file = StatementFile.objects.filter(sha256=digest, statement__in=published).select_related("statement").first()
    if file is not None:
        return Origin(release_of(file.statement), is_whole=True)
    printed = {match.decode() for part in _parts(content) for match in _PRINTED.findall(part)}
    named = published.filter(sha256__in=printed).first() if printed else None
    return Origin(release_of(named), is_whole=False) if named else None


def _parts(content: bytes) -> Iterator[bytes]:
    """The file, and what is packed in it where it is a spreadsheet, as far as that can be read."""
    yield content
    left = _MOST_UNPACKED
    # A program that saves it again packs it in a way of its own; somebody else's file can be broken in any way.
    with (
        suppress(BadZipFile, RuntimeError, OSError, EOFError, ValueError, zlib.error, LZMAError),
        ZipFile(BytesIO(content)) as book,
    ):
        for name in book.infolist():
            with book.open(name) as part:
                unpacked = part.read(left)
            yield unpacked
            left -= len(unpacked)
