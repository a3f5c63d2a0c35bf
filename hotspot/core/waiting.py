"""What waits for a person: each feature says its own kinds of things, and one trip counts them all."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, QuerySet, Value

from hotspot.core import wording


@dataclass(frozen=True)
class WaitingKind:
    """One kind of thing that waits for somebody: what one and many are called, where they are seen to, and which."""

    one: str
    many: str
    url: str
    found: Sequence[QuerySet[Any]]


def counted(kinds: Iterable[WaitingKind]) -> list[tuple[str, str]]:
    """The kinds of which something waits, in their order: "2 statements to sign off", and the address."""
    kinds = list(kinds)
    counts = [
        rows.order_by()
        .annotate(place=Value(place, IntegerField()))
        .values("place")
        .annotate(number=Count("pk"))
        .values_list("place", "number")
        for place, kind in enumerate(kinds)
        for rows in kind.found
    ]
    numbers: Counter[int] = Counter()
    for place, number in counts[0].union(*counts[1:], all=True) if counts else ():
        numbers[place] += number
    return [
        (wording.plural(numbers[place], kind.one, kind.many), kind.url)
        for place, kind in enumerate(kinds)
        if numbers[place]
    ]
