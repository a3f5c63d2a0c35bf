"""The card of data quality: what is missing, late or doubtful behind the headline."""

from collections.abc import Sequence

from hotspot.core import wording
from patrols.models import LATE_AFTER
from reports.dashboard.cards.base import TOGETHER, Card, CardColumn, behind_area
from reports.figures.charts import Bar, Bars, on_grid
from reports.figures.formatting import Value, share
from reports.figures.quality import Completeness, QualityPart

LATE_HOURS = LATE_AFTER.days * 24 + LATE_AFTER.seconds // 3600


def data_quality(parts: Sequence[QualityPart]) -> Card:
    """Missing nights, late entries and whatever else awaits somebody, by area; most missing nights first."""
    parts = sorted(parts, key=lambda part: (part.nights is None, -_missing(part)))
    return Card(
        code="data-quality",
        name="Data quality",
        sentence=_sentence(parts),
        columns=[
            CardColumn("Hotspot area"),
            CardColumn("Nights needed for the target", "nights"),
            CardColumn("Nights missing", "nights"),
            CardColumn("Late entries", "shifts", {"late": True}),
            CardColumn("Detail to follow", "outcomes", {"to_follow": True}),
            CardColumn("Kept with doubts", "shifts", {"flagged": True}),
            CardColumn("Planned and overdue", "shifts", {"overdue": True}),
            CardColumn("Months to confirm", "months"),
            CardColumn("Months confirmed", "months"),
        ],
        rows=[_row(part) for part in parts],
        foot=_total(parts) if len(parts) > 1 else (),
        behind=[behind_area(part.area) for part in parts],
        chart=_bars(parts),
        about=[
            "Nights needed for the target: the patrols that the area’s monthly target asks for by yesterday, at one "
            "patrol a night, month by month. A target asks for an even share each day; a part of a patrol is no night, "
            "and no month needs more nights than it has. Without a target of patrols nothing is expected, so there is "
            "no number.",
            "Nights missing: nights without a patrol that the target needed, whether none was worked or none was "
            "logged. They are as many as patrols are short of the target, but no more than nights without one: an area "
            "that made up for a night with two patrols on another misses none.",
            f"Late entries: patrols logged more than {LATE_HOURS} hours after they ended.",
            "Detail to follow: outcomes that were counted when the shift was logged and whose detail is not entered "
            "yet. The headline counts them.",
            "Kept with doubts: patrols that were saved although something about them looked unusual.",
            "Planned and overdue: planned patrols that should be over, and nobody has said how they went.",
            "Months to confirm: of each month of the period that is over, the supervisors who have a "
            "shift in it. Months confirmed: those of them who said that there is nothing more to log. Completeness is "
            "the second divided by the first. A supervisor with shifts in several areas is there once in all.",
        ],
    )


def _row(part: QualityPart) -> list[Value]:
    nights = [part.nights.needed, part.nights.missing] if part.nights else [None, None]
    shifts = part.shifts
    counted = [shifts.late, part.to_follow, shifts.warnings, shifts.overdue]
    return [part.area.name, *nights, *counted, *_months([part])]


def _total(parts: Sequence[QualityPart]) -> list[Value]:
    known = [part.nights for part in parts if part.nights]
    nights = [sum(each.needed for each in known), sum(each.missing for each in known)] if known else [None, None]
    late, to_follow, warnings, overdue = (number for number, _ in _of_shifts(parts))
    return [TOGETHER, *nights, late, to_follow, warnings, overdue, *_months(parts)]


def _months(parts: Sequence[QualityPart]) -> list[Value]:
    """Months to confirm and confirmed; no numbers where no month with a shift is over."""
    found = Completeness.of(parts)
    return [found.expected, found.confirmed] if found.expected else [None, None]


def _missing(part: QualityPart) -> int:
    return part.nights.missing if part.nights else 0


def _sentence(parts: Sequence[QualityPart]) -> str:
    awaited = [words for number, words in _of_shifts(parts) if number]
    said = [_nights_sentence(parts)]
    if awaited:
        said.append(f"To look at: {wording.listing(awaited)}.")
    if (found := Completeness.of(parts)).expected:
        said.append(_confirmed(found))
    return " ".join(said)


def _confirmed(found: Completeness) -> str:
    """Supervisors have confirmed 14 of 20 months (70%). Of fewer than 20 there is no percentage."""
    percent = share(found.confirmed, found.expected)
    said = f"Supervisors have confirmed {found.confirmed:,} of {wording.plural(found.expected, 'month')}"
    return f"{said}." if percent is None else f"{said} ({percent}%)."


def _nights_sentence(parts: Sequence[QualityPart]) -> str:
    nights = sum(part.nights.needed for part in parts if part.nights)
    missing = sum(_missing(part) for part in parts)
    if not nights:
        return "No target says on how many nights to expect patrols."
    if not missing:
        return "Every area had as many patrols as its target asks for, or one every night."
    together = f" in these {len(parts)} areas together" if len(parts) > 1 else ""
    return f"{missing:,} of {wording.plural(nights, 'night')} that the targets need had no patrol{together}."


def _of_shifts(parts: Sequence[QualityPart]) -> list[tuple[int, str]]:
    late = sum(part.shifts.late for part in parts)
    to_follow = sum(part.to_follow for part in parts)
    warnings = sum(part.shifts.warnings for part in parts)
    overdue = sum(part.shifts.overdue for part in parts)
    return [
        (late, wording.plural(late, "late entry", "late entries")),
        (to_follow, wording.plural(to_follow, "outcome") + " with detail to follow"),
        (warnings, wording.plural(warnings, "patrol") + " kept with doubts"),
        (overdue, wording.plural(overdue, "planned patrol") + " overdue"),
    ]


def _bars(parts: Sequence[QualityPart]) -> Bars | None:
    known = [(part, part.nights.missing) for part in parts if part.nights]
    most = max((nights for _, nights in known), default=0)
    if not most:
        return None
    return Bars(
        [Bar(part.area.name, wording.plural(nights, "night"), on_grid(nights, most)) for part, nights in known],
        key="Nights missing",
    )
