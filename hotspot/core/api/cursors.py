"""Where a page of a list starts: the one way in which cursors are written and read."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Self

from rest_framework.request import Request

from hotspot.core import database_instance
from hotspot.core.api.problems import Problem
from hotspot.core.database_instance import Instance

MOST_NUMBER = 2**63 - 1
# What a caller may change from one page to the next.
NOT_FILTERS = frozenset({"cursor", "page_size", "detail"})
UNKNOWN = (
    "This cursor does not belong to this list, these filters or this database, which may have been restored from a "
    "backup. Start from the beginning: ask again without cursor."
)


def number(text: str) -> int:
    """A key that is a whole number from 0 to 2**63 - 1. Raises ValueError."""
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= MOST_NUMBER):
        raise ValueError(text)
    return int(text)


def moment(text: str) -> datetime:
    """A key that is an instant with its offset from UTC. Raises ValueError."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


@dataclass(frozen=True)
class Cursors:
    """The cursors of one list as it is asked for, in the instance of the database that answers.

    A cursor is a checksum and the keys of the last row that was shown, `kinds` being what reads each of them. The
    checksum is no secret: it shows a cursor of another list, other filters or another instance, and a made-up one.
    """

    list: str
    kinds: tuple[Callable[[str], Any], ...]

    @classmethod
    def of(cls, request: Request, *kinds: Callable[[str], Any]) -> Self:
        """Those of the list and the filters that a request asks for."""
        asked = [(name, value) for name, values in request.query_params.lists() for value in values]
        filters = sorted((name, value) for name, value in asked if name not in NOT_FILTERS)
        return cls(repr((request.path, filters)), kinds)

    @cached_property
    def database(self) -> Instance:
        """The instance, asked for once, and only where nothing else has said it."""
        return database_instance.current()

    def write(self, keys: Sequence[Any], instance: str | None = None) -> str:
        """The cursor of the row with these keys. `instance` is that of the database, where it is known already."""
        code = self.database.code if instance is None else instance
        texts = [key.isoformat() if isinstance(key, datetime) else str(key) for key in keys]
        checksum = hashlib.blake2b(repr((code, self.list, texts)).encode(), digest_size=8).hexdigest()
        return "_".join([checksum, *texts])

    def read(self, text: str | None) -> tuple[Any, ...] | None:
        """The keys in a cursor; None without one. Raises Problem `invalid` or `cursor_unknown`."""
        if text is None:
            return None
        texts = text.split("_")[-len(self.kinds) :]
        try:
            keys = tuple(kind(key) for kind, key in zip(self.kinds, texts, strict=True))
        except ValueError as error:
            raise refusal("invalid") from error
        if self.write(keys) != text:
            raise refusal("cursor_unknown")
        return keys


def refusal(kind: str) -> Problem:
    """The problem with a cursor, as one of this kind."""
    error = {"field": "cursor", "code": "cursor_unknown", "message": UNKNOWN}
    return Problem(kind, UNKNOWN, errors=[error])
