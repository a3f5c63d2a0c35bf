"""What waits for a person: each feature says its own kinds of things, and one trip counts them all."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, IntegerField, Min, QuerySet, Value
from django.urls import reverse

from hotspot.core import wording


@dataclass(frozen=True)
class WaitingKind:
    """One kind of thing that waits for somebody: what one and many are called, where they are seen to, and which.

    `page`: the name of the page of a single one, which takes its number.
    """

    one: str
    many: str
    url: str
    found: Sequence[QuerySet[Any]]
    page: str = ""

    def address(self, number: int, first: int | None) -> str:
        """Where they are seen to: a single one on its own page."""
        return reverse(self.page, args=(first,)) if self.page and number == 1 and first is not None else self.url


def counted(kinds: Iterable[WaitingKind]) -> list[tuple[str, str]]:
    """The kinds of which something waits, in their order: "2 statements to sign off", and the address."""
    kinds = list(kinds)
    counts = [
        rows.order_by()
        .annotate(place=Value(place, IntegerField()))
        .values("place")
        .annotate(number=Count("pk"), first=Min("pk") if kind.page else Value(None, BigIntegerField()))
        .values_list("place", "number", "first")
        for place, kind in enumerate(kinds)
        for rows in kind.found
    ]
    numbers: Counter[int] = Counter()
    firsts: dict[int, int] = {}
    for place, number, first in counts[0].union(*counts[1:], all=True) if counts else ():
        numbers[place] += number
        if first is not None:
            firsts[place] = first
    return [
        (wording.plural(numbers[place], kind.one, kind.many), kind.address(numbers[place], firsts.get(place)))
        for place, kind in enumerate(kinds)
        if numbers[place]
    ]
