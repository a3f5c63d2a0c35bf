"""Which groups of a pack are told to people who may not see records."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from reports.figures.running_suppression import RunningPlace, told_at_each
from reports.scrutiny.counting import NOBODY, Groups, PackCounts

_FINDS = ("searches", "found", "nothing", "unsaid")
_SEARCHES = ("searches",)


@dataclass(frozen=True)
class ToldPack:
    """The groups of each split whose searches are told, and those of them of which it is told what was found."""

    self_defined: frozenset[str]
    self_defined_finds: frozenset[str]
    officer_defined: frozenset[str]
    officer_defined_finds: frozenset[str]
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
    splits = (counts.self_defined, counts.self_defined, counts.officer_defined, counts.officer_defined, counts.age)
    return ToldPack(*map(frozenset, splits))


@dataclass(frozen=True)
class PackPlace:
    """The counts since launch at one time; `told` is what a frozen pack told of them."""

    counts: PackCounts
    told: ToldPack | None = None


def told_pack(places: Sequence[PackPlace], small: Collection[int]) -> ToldPack:
    """What is told at the last of some places, in their order.

    It is decided column by column, because what all groups of a column add up to is told. What was found is told of a
    group with all of its columns or with none, and only where its searches are.
    """
    counts, told = [place.counts for place in places], [place.told for place in places]
    return ToldPack(
        *_split([each.self_defined for each in counts], told, "self_defined", small),
        *_split([each.officer_defined for each in counts], told, "officer_defined", small),
        _at_each([each.age for each in counts], _SEARCHES, _before(told, "age"), small)[-1],
    )


def _split(
    groups: Sequence[Groups], told: Sequence[ToldPack | None], name: str, small: Collection[int]
) -> tuple[frozenset[str], frozenset[str]]:
    """The groups whose searches are told, and those of them whose finds are."""
    searches = _at_each(groups, _SEARCHES, _before(told, name), small)
    finds = _at_each(groups, _FINDS, _before(told, f"{name}_finds"), small, within=searches)
    return searches[-1], finds[-1]


def _before(told: Sequence[ToldPack | None], name: str) -> list[frozenset[str] | None]:
    return [getattr(each, name) if each else None for each in told]


def _at_each(
    groups: Sequence[Groups],
    columns: Sequence[str],
    before: Sequence[frozenset[str] | None],
    small: Collection[int],
    *,
    within: Sequence[frozenset[str]] = (),
) -> list[frozenset[str]]:
    """What is told at each place; a group that one has and another has not was not searched there."""
    names = dict.fromkeys(name for each in groups for name in each)
    places = [
        RunningPlace(
            [{name: getattr(each.get(name, NOBODY), column) for name in names} for column in columns],
            before[number],
            frozenset(names.keys() - within[number]) if within else frozenset(),
        )
        for number, each in enumerate(groups)
    ]
    return [told & each.keys() for told, each in zip(told_at_each(places, small), groups, strict=True)]
