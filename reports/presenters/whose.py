"""Which published statement a number or a file comes from."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from reports.models import Statement, StatementFile
from reports.presenters.statements import Release, release_of

_PRINTED = re.compile(rb"\b[0-9a-f]{64}\b")


@dataclass(frozen=True)
class Place:
    """Where a number stands in a published statement, in words."""

    release: Release
    where: str


def whose_number(number: int, published: QuerySet[Statement]) -> list[Place]:
    """Every place of a published statement where the number stands, in the statements' order."""
    return [Place(release, where) for release in map(release_of, published) for where in _places(number, release)]


def _places(number: int, release: Release) -> Iterator[str]:
    names = {measure["code"]: measure["name"] for measure in release.measures}
    parts = [("", release.body["totals"])]
    parts += [(f" in {row['hotspot_area']}", row) for row in release.by("area")]
    parts += [(f" in {row['name']}", row) for row in release.by("month")]
    for where, values in parts:
        yield from (f"{name}{where}" for code, name in names.items() if values[code] == number)


@dataclass(frozen=True)
class Origin:
    """Where a file comes from. `is_whole`: to the byte; else it carries a statement's mark and was changed since."""

    release: Release
    is_whole: bool


def whose_file(content: bytes, published: QuerySet[Statement]) -> Origin | None:
    """The statement that a file was published with, or whose SHA-256 stands in it; None where it is of none."""
    digest = hashlib.sha256(content).hexdigest()
    file = StatementFile.objects.filter(sha256=digest, statement__in=published).select_related("statement").first()
    if file is not None:
        return Origin(release_of(file.statement), is_whole=True)
    printed = {match.decode() for match in _PRINTED.findall(content)}
    named = published.filter(sha256__in=printed).first() if printed else None
    return Origin(release_of(named), is_whole=False) if named else None
