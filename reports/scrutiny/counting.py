"""Counts the searches of patrols by who was searched, and the force's published searches beside them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hotspot.core.calendar import Period
from hotspots.models import Programme, ResidentCount, ResidentTable, SearchMonth
from outcomes.models import Term
from reports.figures.breakdowns import SearchPart, searches_by
from reports.figures.headline import Grain, figures

NOT_STATED, NOT_ENTERED = "not_stated", "not_entered"
ETHNIC_GROUPS = ("white", "mixed", "asian", "black", "other")
AGE_BANDS = ("under_10", "10_17", "18_24", "25_34", "over_34")
# The first letter of a code of self-defined ethnicity (18+1) is its broad group.
_BROAD = {group[0].upper(): group for group in ETHNIC_GROUPS}
_NOT_STATED_CODE = "NS"


@dataclass(frozen=True)
class GroupCounts:
    """The searches of one group, and in how many something or nothing was found."""

    searches: int = 0
    found: int = 0
    nothing: int = 0

    @property
    def unsaid(self) -> int:
        """Those whose detail does not say whether something was found."""
        return self.searches - self.found - self.nothing

    def __add__(self, other: "GroupCounts") -> "GroupCounts":
        return GroupCounts(self.searches + other.searches, self.found + other.found, self.nothing + other.nothing)


NOBODY = GroupCounts()
Groups = Mapping[str, GroupCounts]


@dataclass(frozen=True)
class PackCounts:
    """Everything that is counted of the searches of a period: self-defined and officer-defined are never mixed."""

    period: Period
    self_defined: Groups
    officer_defined: Groups
    age: Groups

    def as_json(self) -> dict[str, Any]:
        """To be kept with a frozen pack: of each group its searches, finds and searches without a find."""
        splits = {
            split: {group: [each.searches, each.found, each.nothing] for group, each in getattr(self, split).items()}
            for split in _SPLITS
        }
        return {"first_day": str(self.period.first_day), "last_day": str(self.period.last_day), **splits}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "PackCounts":
        """What `as_json` kept."""
        period = Period(date.fromisoformat(kept["first_day"]), date.fromisoformat(kept["last_day"]))
        splits = {split: {group: GroupCounts(*numbers) for group, numbers in kept[split].items()} for split in _SPLITS}
        return cls(period, **splits)


_SPLITS = ("self_defined", "officer_defined", "age")


def pack_counts(*, programme: Programme, period: Period, areas: Iterable[int]) -> PackCounts:
    """The headline's stop searches of a period in some areas by who was searched."""
    area_ids = list(areas)

    def split(field: str, group_of: Callable[[Term], str], groups: Sequence[str]) -> Groups:
        return _grouped(searches_by(field, programme=programme, period=period, areas=area_ids), group_of, groups)

    return PackCounts(
        period,
        split("self_defined_ethnicity", _broad_group, (*ETHNIC_GROUPS, NOT_STATED, NOT_ENTERED)),
        split("officer_defined_ethnicity", _code, (*ETHNIC_GROUPS, NOT_ENTERED)),
        split("age_band", _code, (*AGE_BANDS, NOT_ENTERED)),
    )


def _grouped(parts: Iterable[SearchPart], group_of: Callable[[Term], str], groups: Sequence[str]) -> Groups:
    found: dict[str, GroupCounts] = defaultdict(GroupCounts)
    for part in parts:
        group = group_of(part.term) if part.term else NOT_ENTERED
        found[group] += GroupCounts(part.searches, part.found, part.nothing)
    # A term that was added here since keeps its own row.
    return {group: found[group] for group in (*groups, *sorted(found.keys() - set(groups)))}


def _code(term: Term) -> str:
    return str(term.code)


def _broad_group(term: Term) -> str:
    return NOT_STATED if term.code == _NOT_STATED_CODE else _BROAD.get(term.code[:1], term.code)


@dataclass(frozen=True)
class Residents:
    """The residents that searches are put beside, by split and group, and what they rest on."""

    table: ResidentTable
    counts: Mapping[tuple[str, str], int]

    @property
    def has_ages(self) -> bool:
        """Whether the table counts residents by age as well."""
        return any(split == ResidentCount.Split.AGE for split, _ in self.counts)

    def of(self, split: str, group: str) -> int:
        """The residents of a group; 0 where the table does not say."""
        return self.counts.get((split, group), 0)


def newest_residents(tables: Iterable[ResidentTable]) -> Residents | None:
    """The newest of the tables, with its counts; None where there is none."""
    table = next(iter(tables), None)
    if table is None:
        return None
    return Residents(table, {(count.split, count.group): count.residents for count in table.counts.all()})


@dataclass(frozen=True)
class MonthShare:
    """The searches of patrols in a month, and all that the force published for it."""

    month: date
    patrols: int
    force: int


def shares_of_force(*, programme: Programme, period: Period, areas: Iterable[int], at: datetime) -> list[MonthShare]:
    """The whole months of a period for which the force's searches are loaded, in their order."""
    whole = period.whole_months
    if whole is None:
        return []
    counted = figures(programme=programme, period=whole, areas=areas, at=at, by=(Grain.MONTH,))
    ours = {row.month: row.counts.stop_searches for row in counted.rows}
    months = SearchMonth.objects.current().filter(month__range=(whole.first_day, whole.last_day)).order_by("month")
    return [MonthShare(month, ours.get(month, 0), rows) for month, rows in months.values_list("month", "rows")]
