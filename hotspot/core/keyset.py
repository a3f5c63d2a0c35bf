"""Keyset pagination: a page starts strictly after a row, so the thousandth page is as quick as the first."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db.models import Q

Row = TypeVar("Row")


def after(keys: Sequence[Any], *names: str, newest_first: bool = False) -> Q:
    """What comes strictly after a row with these keys in the order of the fields named, of which the last is unique.

    All of them ascend, or, newest first, descend. The condition on the first field is what an index can start from.
    """
    beyond = "lt" if newest_first else "gt"
    condition, same = Q(), Q()
    for name, key in zip(names, keys, strict=True):
        condition |= same & Q(**{f"{name}__{beyond}": key})
        same &= Q(**{name: key})
    return Q(**{f"{names[0]}__{beyond}e": keys[0]}) & condition


def take_page(read: Callable[[int], Sequence[Row]], size: int) -> tuple[Sequence[Row], bool]:
    """The first `size` rows, and whether any follow. `read` gives that many rows of an ordered list at the most."""
    rows = read(size + 1)
    return rows[:size], len(rows) > size
