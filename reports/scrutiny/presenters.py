"""A scrutiny pack in words and tables: the page, the PDF and the spreadsheet are made from these."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspots.models import ResidentCount
from hotspots.residents.files import LABELS
from reports.figures.measures import SMALLEST_BASE
from reports.figures.tables import NOT_SHOWN
from reports.models import FrozenPack
from reports.scrutiny.counting import NOT_ENTERED, NOT_STATED, GroupCounts, Groups, Residents
from reports.scrutiny.packs import ScrutinyPack
from reports.scrutiny.rates import IntervalRate, find_rate, rate_of_residents, rate_ratio_of_residents

TOO_FEW = "[u]"
"""Not said, because there are too few searches: the Analysis Function's shorthand for low reliability."""
NOT_APPLICABLE = "[z]"
_NAMES = {**LABELS, NOT_STATED: "Not stated", NOT_ENTERED: "Not entered yet"}
_REFERENCE = "white"
LIMITS = (
    "Residents are not the people whom patrols meet. Patrols are sent to a few places at night; who is there then is "
    "not who lives in the force’s area. A rate or ratio here describes, and is no measure of bias.",
    "A census is of its year. Groups have grown since by different amounts, so later rates of them are too high or too "
    "low.",
    "Find rates that differ can come from searching one group on weaker grounds, and also from how things that are "
    "looked for differ between those who are just worth searching and those who clearly are (the problem of "
    "infra-marginality). Equal find rates do not show that searches were fair, nor unequal ones that they were not.",
    "Each search counts once, whoever was searched: one person may have been searched more often.",
    "Ethnicity as the person said it and as the officer saw it are different questions. They are never added or mixed "
    "here, and only what people said of themselves is put beside residents, because that is what the census asks.",
    "Where nothing was stated or entered nothing is assumed. The larger that share, the less the others say.",
    "What police data publishes of the force’s searches is kept here without the person, so it is compared in number "
    "only. Patrols’ own searches are expected to be among them.",
)
NOTES = (
    f"{TOO_FEW}: fewer than {SMALLEST_BASE} searches, of which no rate is said. {NOT_SHOWN}: withheld, because "
    f"somebody could be recognised in a small number, or one would follow. {NOT_APPLICABLE}: does not apply.",
    "Intervals have 95%: made in this way from other counts of the same chances, 19 of 20 hold the true rate.",
)


@dataclass(frozen=True)
class PackTable:
    """A table of a pack. `code` names it in spreadsheets; the first column names the row."""

    code: str
    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    @property
    def columns(self) -> list[dict[str, object]]:
        """The headers as the table component takes them."""
        return [{"label": label, "numeric": place > 0} for place, label in enumerate(self.header)]


@dataclass(frozen=True)
class PackText:
    """All that a pack says: what its page and files are made from, and what is kept of a frozen one."""

    title: str
    summary: Sequence[str]
    limits: Sequence[str]
    notes: Sequence[str]
    tables: Sequence[PackTable]
    is_withheld: bool
    made_at: datetime

    def as_json(self) -> dict[str, Any]:
        """To be kept."""
        return asdict(self) | {"made_at": self.made_at.isoformat()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "PackText":
        """What `as_json` kept."""
        tables = [PackTable(**table) for table in kept["tables"]]
        return cls(**{**kept, "tables": tables, "made_at": datetime.fromisoformat(kept["made_at"])})


def text_of(pack: ScrutinyPack) -> PackText:
    """What a pack says now."""
    return PackText(title(pack), summary(pack), LIMITS, NOTES, tables(pack), pack.is_withheld, pack.made_at)


def title(pack: ScrutinyPack) -> str:
    """Scrutiny pack: stop searches by patrols, 1 May 2024 to 10 December 2024."""
    return f"Stop searches by patrols, {wording.period(pack.counts.period)}"


def summary(pack: ScrutinyPack) -> list[str]:
    """What there is to say first: how many searches, how many say nothing, and what residents they are put beside."""
    groups = pack.counts.self_defined
    total = _total(groups)
    said = [f"{pack.programme}: {wording.plural(total.searches, 'stop search', 'stop searches')} by patrols."]
    said += _silent(groups, pack.told.self_defined, total)
    if pack.residents is None:
        said.append("No residents are loaded, so no rate of residents is said.")
    else:
        table = pack.residents.table
        said.append(f"Residents: {table}. {table.source}. Licence: {table.licence}.")
    said.append(f"As recorded by {wording.moment(pack.made_at)}. What is corrected later is not in it.")
    return said


def _silent(groups: Groups, told: frozenset[str], total: GroupCounts) -> list[str]:
    sentences = {NOT_STATED: "did not state their ethnicity", NOT_ENTERED: "have no self-defined ethnicity entered"}
    return [
        f"{groups[group].searches:,} of them ({_percent(groups[group].searches, total.searches)}) {words}."
        for group, words in sentences.items()
        if group in told and total.searches >= SMALLEST_BASE
    ]


def tables(pack: ScrutinyPack) -> list[PackTable]:
    """Every table of a pack, in order."""
    counts, told, residents = pack.counts, pack.told, pack.residents
    return [
        PackTable(
            "self_defined",
            "Self-defined ethnicity against residents",
            _AGAINST,
            _against(counts.self_defined, told.self_defined, residents, ResidentCount.Split.ETHNICITY),
            _residents_note(residents),
        ),
        PackTable(
            "age",
            "Age against residents",
            _AGAINST[:-1],
            _by_age(pack),
            _residents_note(residents) if residents and residents.has_ages else "No residents are loaded by age.",
        ),
        PackTable(
            "find_rates",
            "Find rates by self-defined ethnicity",
            _FINDS,
            _finds(counts.self_defined, told.self_defined_finds),
            "Of the searches that say whether something was found.",
        ),
        PackTable(
            "officer_defined",
            "Ethnicity as the officer saw it",
            ("Group", "Searches", "Share of searches", *_FINDS[1:]),
            _officer_defined(pack),
            "Not what people said of themselves: never add it to the other tables.",
        ),
        PackTable("force", "Patrols’ share of the force’s searches", _SHARES, _share_rows(pack), _FORCE_NOTE),
    ]


_AGAINST = (
    "Group",
    "Searches",
    "Share of searches",
    "Residents",
    "Share of residents",
    "Searches per 10,000 residents (95% interval)",
    "Rate by that of White residents (95% interval)",
)
_FINDS = ("Group", "Searches that say", "Something found", "Find rate (95% interval)")
_SHARES = ("Month", "Searches by patrols", "All searches published", "Patrols’ share")
_FORCE_NOTE = (
    "Whole months for which the force’s stop and searches are loaded from data.police.uk. Months can be missing there, "
    "and are revised."
)


def _residents_note(residents: Residents | None) -> str:
    if residents is None:
        return "No residents are loaded."
    return f"Residents of {residents.table.place} in {residents.table.census_year}, of all ages and places in it."


def _against(groups: Groups, told: frozenset[str], residents: Residents | None, split: str) -> list[list[str]]:
    total = _total(groups)
    everybody = sum(residents.of(split, group) for group in groups) if residents else 0
    reference = (
        (groups[_REFERENCE].searches, residents.of(split, _REFERENCE)) if residents and _REFERENCE in groups else None
    )

    def row(group: str, counts: GroupCounts) -> list[str]:
        people = residents.of(split, group) if residents else 0
        cells = [f"{counts.searches:,}", _percent(counts.searches, total.searches)]
        if not people:
            return [*cells, *[NOT_APPLICABLE] * 4]
        is_compared = reference is not None and group != _REFERENCE and _REFERENCE in told
        ratio = rate_ratio_of_residents((counts.searches, people), reference) if reference and is_compared else None
        return [
            *cells,
            f"{people:,}",
            _percent(people, everybody),
            rate_in_words(rate_of_residents(counts.searches, people)),
            rate_in_words(ratio, digits=2) if is_compared else NOT_APPLICABLE,
        ]

    return [*_rows(groups, told, row, width=6), ["All", f"{total.searches:,}", *[NOT_APPLICABLE] * 5]]


def _by_age(pack: ScrutinyPack) -> list[list[str]]:
    rows = _against(pack.counts.age, pack.told.age, pack.residents, ResidentCount.Split.AGE)
    return [row[:-1] for row in rows]


def _finds(groups: Groups, told: frozenset[str]) -> list[list[str]]:
    def row(_: str, counts: GroupCounts) -> list[str]:
        said = counts.found + counts.nothing
        return [f"{said:,}", f"{counts.found:,}", rate_in_words(find_rate(counts.found, counts.nothing), percent=True)]

    total = _total(groups)
    rows = _rows(groups, told, row, width=3)
    return [*rows, ["All", *row("", total)]] if told == frozenset(groups) else rows


def _officer_defined(pack: ScrutinyPack) -> list[list[str]]:
    groups, told = pack.counts.officer_defined, pack.told.officer_defined
    total = _total(groups).searches
    shares = _rows(groups, told, lambda _, counts: [f"{counts.searches:,}", _percent(counts.searches, total)], width=2)
    finds = _finds(groups, pack.told.officer_defined_finds)
    return [[*share, *found[1:]] for share, found in zip(shares, finds, strict=False)]


def _share_rows(pack: ScrutinyPack) -> list[list[str]]:
    rows = [
        [wording.month(each.month), f"{each.patrols:,}", f"{each.force:,}", _percent(each.patrols, each.force)]
        for each in pack.shares
    ]
    patrols, force = sum(each.patrols for each in pack.shares), sum(each.force for each in pack.shares)
    return [*rows, ["All of these", f"{patrols:,}", f"{force:,}", _percent(patrols, force)]] if rows else []


def _rows(
    groups: Groups, told: frozenset[str], row: Callable[[str, GroupCounts], list[str]], *, width: int
) -> list[list[str]]:
    return [
        [_NAMES.get(group, group), *(row(group, counts) if group in told else [NOT_SHOWN] * width)]
        for group, counts in groups.items()
    ]


def _total(groups: Groups) -> GroupCounts:
    return sum(groups.values(), GroupCounts())


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole >= SMALLEST_BASE else TOO_FEW


def rate_in_words(rate: IntervalRate | None, *, percent: bool = False, digits: int = 1) -> str:
    """1.8 (1.2 to 2.6), or that there are too few."""
    if rate is None:
        return TOO_FEW
    scale, sign, digits = (100, "%", 0) if percent else (1, "", digits)
    low, value = (f"{each * scale:.{digits}f}{sign}" for each in (rate.low, rate.value))
    high = "no end" if rate.high is None else f"{rate.high * scale:.{digits}f}{sign}"
    return f"{value} ({low} to {high})"


FROZEN_COLUMNS = [{"label": label} for label in ("Meeting", "Date", "Figures", "Frozen")]


def frozen_rows(packs: Iterable[FrozenPack]) -> list[list[Any]]:
    """The packs that were frozen, the latest meeting first."""
    return [
        [
            {"url": reverse("reports:frozen_pack", args=(each.pk,)), "text": each.meeting},
            wording.day(each.meets_on),
            f"{each.programme}, to {wording.day(each.last_day)}",
            f"{wording.moment(each.frozen_at)} by {each.frozen_by}",
        ]
        for each in packs
    ]
