"""Which groups of a pack are told to people who may not see records."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from reports.figures.running_suppression import told_parts
from reports.scrutiny.counting import Groups, PackCounts

_WITH_RESULTS = ("searches", "found", "nothing", "unsaid")


@dataclass(frozen=True)
class ToldPack:
    """The groups of each split whose counts are told."""

    self_defined: frozenset[str]
    officer_defined: frozenset[str]
    age: frozenset[str]


def everything(counts: PackCounts) -> ToldPack:
    """For who may see records: all of them."""
    return ToldPack(*map(frozenset, (counts.self_defined, counts.officer_defined, counts.age)))


def told_pack(ends: Sequence[PackCounts], small: Collection[int]) -> ToldPack:
    """What is told at the last of some days; `ends` are the counts since launch at each of them, in their order.

    It is decided column by column, because what all groups of a column add up to is told. A group is told with all of
    its columns or with none, so a column withholds two groups or more if it withholds any.
    """
    return ToldPack(
        _told([end.self_defined for end in ends], _WITH_RESULTS, small),
        _told([end.officer_defined for end in ends], _WITH_RESULTS, small),
        _told([end.age for end in ends], ("searches",), small),
    )


def _told(months: Sequence[Groups], columns: Sequence[str], small: Collection[int]) -> frozenset[str]:
    told = [
        told_parts([{group: getattr(counts, column) for group, counts in month.items()} for month in months], small)
        for column in columns
    ]
    return frozenset.intersection(*told)
