"""What claims are held against: the figures that may be told to who asks, and the studies that they may quote."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from hotspot.core.calendar import Period, today
from hotspot.core.definitions.base import Definition
from hotspot.core.definitions.registry import definition_of
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models import HotspotArea, Programme
from hotspots.queries import areas_seen_by
from outcomes.kinds import ASB_POWER, WEAPON
from reports.claims.lexicon import KNIVES, POWER, WEAPON_KIND
from reports.figures.breakdowns import (
    Part,
    PowerPart,
    by_power,
    counted_parts,
    knife_kinds,
    weapons_by_kind,
)
from reports.figures.headline import Counts, Figures, Grain, figures
from reports.figures.history import figures_by
from reports.figures.measures import DEFINITION_VERSION
from reports.figures.suppression import Withheld, withheld
from reports.figures.tables import shown_number
from reports.impact.rules import shows_counts, shows_totals
from reports.justice.presenters import jailed_sentence
from reports.justice.queries import told_since_launch
from reports.models import ImpactStudy, TrialResult
from reports.trials.presenters import is_sound

MOST_STUDIES = 100
WITHHELD, OUTSIDE, NOT_WHOLE_MONTHS, NOT_COUNTED = "withheld", "no_records", "choose_whole_months", "not_known"


@dataclass(frozen=True)
class ToldFigure:
    """A figure that may be told, or why it is not: `code` of the refusal, and no number.

    `is_inside`: it is told to who sees records, and a statement would withhold it.
    """

    number: int | None
    code: str = ""
    is_inside: bool = False

    @property
    def is_told(self) -> bool:
        return self.number is not None


class Evidence:
    """The figures of a programme as this person may publish them, and the studies.

    The same numbers are withheld as in a statement, unless `is_inside` and this person sees records anyway. `period`
    is what a claim without a period is of, and `default_areas` (none: all) what one without areas is. Figures are read
    once for each period that is asked for; `known` are some that were read already. A text that `has_own_knives` tells
    them in a sentence of its own, which reckons with what was told before; typed ones are withheld.
    """

    def __init__(
        self,
        *,
        by: User,
        programme: Programme,
        period: Period,
        at: datetime,
        definition: Definition | None = None,
        default_areas: frozenset[int] = frozenset(),
        known: Figures | None = None,
        is_inside: bool = False,
        has_own_knives: bool = False,
    ) -> None:
        self.by = by
        self.programme = programme
        self.period = period
        self.at = at
        self.definition = definition or definition_of(DEFINITION_VERSION)
        self.areas: Sequence[HotspotArea] = list(areas_seen_by(by))
        self.area_ids = frozenset(area.pk for area in self.areas)
        self.default_areas = default_areas
        self.is_inside = is_inside and by.may(Permission.VIEW_DAILY_FIGURES)
        self.has_own_knives = has_own_knives
        self._counts: dict[tuple[Period, frozenset[int]], Counts] = {}
        self._weapons_of: dict[Period, Sequence[Part]] = {}
        self._powers_of: dict[Period, Sequence[PowerPart]] = {}
        if known is not None:
            self._counts[known.period, frozenset(known.area_ids)] = known.totals

    def of(self, programme: Programme) -> "Evidence":
        """The figures of another programme, in all of its days, as the same person is told them."""
        return Evidence(by=self.by, programme=programme, period=programme.period, at=self.at, is_inside=self.is_inside)

    @cached_property
    def _by_month(self) -> dict[tuple[int, date], Counts]:
        found = figures_by(
            self.definition,
            programme=self.programme,
            period=self.programme.period,
            areas=sorted(self.area_ids),
            at=self.at,
            by=(Grain.AREA, Grain.MONTH),
        )
        return {(row.area, row.month): row.counts for row in found.rows if row.area and row.month}

    @cached_property
    def _withheld(self) -> Withheld:
        return withheld(programme=self.programme, areas=self.area_ids, at=self.at, definition=self.definition)

    @cached_property
    def studies(self) -> Sequence[ImpactStudy]:
        """The answered studies that may be quoted, newest first, with their areas and categories.

        Of those whose totals are not shown outside the force, only for who sees more.
        """
        found = ImpactStudy.objects.visible_to(self.by).answered()
        found = found.prefetch_related("categories", "areas", "comparison_areas")
        sees_incidents = self.by.may(Permission.VIEW_INCIDENTS)
        return [study for study in found[:MOST_STUDIES] if shows_totals(study, sees_incidents=sees_incidents)]

    @cached_property
    def trials(self) -> Sequence[TrialResult]:
        """The newest analysis of each trial that may be quoted, the newest first."""
        newest: dict[int, TrialResult] = {}
        for result in TrialResult.objects.visible_to(self.by).answered().select_related("trial")[:MOST_STUDIES]:
            newest.setdefault(result.trial_id, result)
        return [result for result in newest.values() if is_sound(result)]

    def sees_months_of(self, study: ImpactStudy) -> bool:
        """Whether this person is told counts of single months of a study, and of few incidents."""
        return shows_counts(study, sees_incidents=self.by.may(Permission.VIEW_INCIDENTS))

    @property
    def sees_days(self) -> bool:
        return self.by.may(Permission.VIEW_DAILY_FIGURES)

    def names(self, ids: Iterable[int]) -> list[str]:
        """The names of areas, in list order."""
        chosen = set(ids)
        return [area.name for area in self.areas if area.pk in chosen]

    def active(self, period: Period) -> list[HotspotArea]:
        """The areas that were active in a period, or patrolled in it."""
        chosen = self.default_areas or self.area_ids
        return [area for area in self.areas if area.pk in chosen and area.is_active_in(period)]

    def number(self, code: str, period: Period, areas: frozenset[int] = frozenset()) -> ToldFigure:
        """A figure of a measure, a kind of weapon or a power, in a period and some areas (none: all)."""
        days = period.clip(self.programme.period)
        if days is None or days.first_day > today(self.at):
            return ToldFigure(None, OUTSIDE)
        if not self.may_ask(days):
            return ToldFigure(None, NOT_WHOLE_MONTHS)
        ids = areas or self.default_areas or self.area_ids
        if code == KNIVES or code.startswith((POWER, WEAPON_KIND)):
            return self._kind(code, days, ids)
        measures = {measure.code: measure for measure in self.definition.measures}
        if code not in measures:
            return ToldFigure(None, NOT_COUNTED)
        is_hidden = self._withheld.hides(measures[code].column, ids, days)
        if is_hidden and not self.is_inside:
            return ToldFigure(None, WITHHELD)
        return ToldFigure(shown_number(measures[code], self._total(days, ids)), is_inside=is_hidden)

    def may_ask(self, days: Period) -> bool:
        """Whether this person is told figures of these days: any, or months that are over and the chosen period."""
        if self.sees_days or days in (self.period, self.period.clip(self.programme.period)):
            return True
        ends = self.programme.period
        whole = days.whole_months
        starts = days.first_day == ends.first_day or (whole is not None and whole.first_day == days.first_day)
        stops = days.last_day == ends.last_day or (whole is not None and whole.last_day == days.last_day)
        return starts and stops and days.last_day < today(self.at)

    def _total(self, days: Period, ids: frozenset[int]) -> Counts:
        key = (days, ids)
        if key not in self._counts:
            whole = days.whole_months
            if whole == days:
                months = {month.first_day for month in days.each_month()}
                parts = [counts for (pk, month), counts in self._by_month.items() if pk in ids and month in months]
                self._counts[key] = Counts.total(parts) if parts else Counts()
            else:
                self._counts[key] = self._figures(days, ids)
        return self._counts[key]

    def _figures(self, days: Period, ids: frozenset[int]) -> Counts:
        if self.definition.version == DEFINITION_VERSION:
            return figures(programme=self.programme, period=days, areas=sorted(ids), at=self.at).totals
        return figures_by(
            self.definition, programme=self.programme, period=days, areas=sorted(ids), at=self.at, by=(Grain.AREA,)
        ).totals

    # --- kinds: of all areas, and only where neither they nor the rest are few ----------------------------------------

    def _kind(self, code: str, days: Period, ids: frozenset[int]) -> ToldFigure:
        if not self.sees_days or ids != self.area_ids:
            return ToldFigure(None, WITHHELD)
        if not code.startswith(POWER):
            kinds = self._knives if code == KNIVES else {code.removeprefix(WEAPON_KIND)}
            if self.has_own_knives and kinds & self._knives:
                return ToldFigure(None, WITHHELD)
            number = sum(part.number for part in self._weapons(days) if part.key in kinds)
            return self._told(number, self._total(days, ids).weapons - number)
        number = sum(power.uses for power in self._powers(days) if power.kind == code.removeprefix(POWER))
        rest = getattr(self._total(days, ids), ASB_POWER.plural) - number
        return self._told(number, rest if rest >= 0 else 0)

    def _weapons(self, days: Period) -> Sequence[Part]:
        """Weapons of all areas by kind, asked once for the same days."""
        if days not in self._weapons_of:
            self._weapons_of[days] = list(counted_parts(self.programme, days, sorted(self.area_ids), (WEAPON.plural,)))
        return self._weapons_of[days]

    def _powers(self, days: Period) -> Sequence[PowerPart]:
        """Powers of all areas by kind, asked once for the same days."""
        if days not in self._powers_of:
            self._powers_of[days] = by_power(programme=self.programme, period=days, areas=sorted(self.area_ids))
        return self._powers_of[days]

    def is_commonest_power(self, code: str, period: Period) -> bool:
        """Whether a power was used more often than any other in a period; the code is that of its measure."""
        powers = self._powers(period.clip(self.programme.period) or period)
        uses = {power.kind: power.uses for power in powers}
        own = uses.pop(code.removeprefix(POWER), 0)
        return own > max(uses.values(), default=0)

    @cached_property
    def _knives(self) -> frozenset[str]:
        """The kinds of weapon that are counted as knives."""
        return knife_kinds()

    def _told(self, number: int, rest: int) -> ToldFigure:
        small = self.programme.small
        return ToldFigure(None, WITHHELD) if number in small or rest in small else ToldFigure(number)

    def weapons_found(self, how: str, period: Period) -> ToldFigure:
        """How many of the weapons of all areas were found in a way: a code of the vocabulary."""
        days = period.clip(self.programme.period)
        if days is None:
            return ToldFigure(None, OUTSIDE)
        if not self.sees_days or (self.default_areas and self.default_areas != self.area_ids):
            return ToldFigure(None, WITHHELD)
        parts = weapons_by_kind(programme=self.programme, period=days, areas=self.area_ids)
        found = sum(part.number for part in parts if part.found_by == how)
        return self._told(found, self._total(days, self.area_ids).weapons - found)

    @cached_property
    def jailed(self) -> str:
        """How many arrests led to a prison sentence, as it may be told to everybody; empty where it may not."""
        found = told_since_launch(self.by, programme=self.programme, at=self.at)
        if found is None or "jailed" not in found[1]:
            return ""
        return jailed_sentence(found[0].known_by, found[0].counts.arrests, found[0].counts.jailed)

    def so_far(self, period: Period) -> Period | None:
        """The days of a period in the programme that had begun."""
        days = period.clip(self.programme.period)
        last = min(self.period.last_day, today(self.at)) if self.period.first_day <= today(self.at) else today(self.at)
        return days.clip(Period(date.min, max(last, days.first_day))) if days else None
