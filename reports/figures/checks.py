"""Sentences about the records behind figures, which people say they have read."""

from collections.abc import Iterable, Mapping
from typing import Self


class Check(str):
    """A sentence with the numbers in it that can get worse, each by what it is of.

    Who has read it has read one with none of them larger, too: records are being put right all the time.
    """

    __slots__ = ("numbers",)
    numbers: Mapping[str, int]

    def __new__(cls, words: str, numbers: Mapping[str, int]) -> Self:
        """The sentence, with its numbers."""
        made = super().__new__(cls, words)
        made.numbers = numbers
        return made

    def is_no_worse_than(self, read: Mapping[str, int]) -> bool:
        """Whether everything in it was read, and no number has grown since."""
        return all(name in read and number <= read[name] for name, number in self.numbers.items())


def numbers_of(checks: Iterable[str]) -> dict[str, int]:
    """All that these sentences say, to be kept when they were read."""
    return {name: number for check in checks if isinstance(check, Check) for name, number in check.numbers.items()}


def unread(checks: Iterable[str], *, read: Iterable[str], numbers: Mapping[str, int]) -> list[str]:
    """The sentences that nobody has read as they are, nor one that was worse."""
    words = set(read)
    return [
        check
        for check in checks
        if check not in words and not (isinstance(check, Check) and check.is_no_worse_than(numbers))
    ]
