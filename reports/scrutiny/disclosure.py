"""Which groups of a pack are told to people who may not see records."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from reports.figures.running_suppression import RunningPlace, told_together
from reports.scrutiny.counting import NOBODY, Groups, PackCounts

_FINDS = ("searches", "found", "nothing", "unsaid")
_SEARCHES = ("searches",)


@dataclass(frozen=True)
class ToldPack:
    """The groups of each split whose counts are told."""

    self_defined: frozenset[str]
    officer_defined: frozenset[str]
    age: frozenset[str]

    def as_json(self) -> dict[str, list[str]]:
        """To be kept with a frozen pack."""
        return {split: sorted(groups) for split, groups in vars(self).items()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Sequence[str]]) -> "ToldPack":
        """What `as_json` kept."""
        return cls(**{split: frozenset(groups) for split, groups in kept.items()})


def everything(counts: PackCounts) -> ToldPack:
    """For who may see records: all of them."""
    return ToldPack(*map(frozenset, (counts.self_defined, counts.officer_defined, counts.age)))


@dataclass(frozen=True)
class PackPlace:
    """The counts since launch at one time; `told` is what a frozen pack told of them."""

    counts: PackCounts
    told: ToldPack | None = None


def told_pack(places: Sequence[PackPlace], small: Collection[int]) -> ToldPack:
    """What is told at the last of some places, in their order, because what all groups of a column add up to is told.

    A group is told with all of its columns or with none.
    """

    def split(name: str, columns: Sequence[str]) -> frozenset[str]:
        told = [getattr(place.told, name) if place.told else None for place in places]
        return _told([getattr(place.counts, name) for place in places], told, columns, small)

    return ToldPack(split("self_defined", _FINDS), split("officer_defined", _FINDS), split("age", _SEARCHES))


def _told(
    groups: Sequence[Groups], told: Sequence[frozenset[str] | None], columns: Sequence[str], small: Collection[int]
) -> frozenset[str]:
    """A group that one place has and another has not was not searched there."""
    names = dict.fromkeys(name for each in groups for name in each)
    places = [
        RunningPlace([{name: getattr(each.get(name, NOBODY), column) for name in names} for column in columns], known)
        for each, known in zip(groups, told, strict=True)
    ]
    return told_together(places, small) & groups[-1].keys()
