"""Spans of time by whom they are of, in memory."""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from patrols.models import MAXIMUM_MINUTES
from patrols.shifts.queries import ShiftSpan


class SpanIndex:
    """Spans of time by key, each with a number as its label, packed so that a hundred thousand take a few megabytes."""

    def __init__(self) -> None:
        self._packed: dict[Any, list[int]] = defaultdict(list)

    def add(self, span: ShiftSpan, label: int) -> None:
        """Add a span of at most a day."""
        start, end = _minute(span.starts_at), _minute(span.ends_at)
        insort(self._packed[span.whose], (start << 64) | (end - start) << 48 | label)

    def overlapping(self, span: ShiftSpan) -> Iterator[tuple[bool, int]]:
        """The labels of those that overlap this one, each with whether it has exactly the same times."""
        packed = self._packed.get(span.whose, [])
        start, end = _minute(span.starts_at), _minute(span.ends_at)
        # No shift is longer than a day.
        first, last = bisect_left(packed, (start - MAXIMUM_MINUTES) << 64), bisect_left(packed, end << 64)
        for value in packed[first:last]:
            other_start, length = value >> 64, (value >> 48) & 0xFFFF
            if other_start + length > start:
                yield (other_start, other_start + length) == (start, end), value & 0xFFFF_FFFF_FFFF


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60
