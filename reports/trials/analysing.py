"""The pre-specified analysis of a trial: read from what was sealed, run on the incidents and patrols as they are."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from hotspot import __version__
from hotspots.analysis.hours import Hours
from hotspots.areas.boundaries import Projection
from patrols.models import PatrolTrial, TrialArea
from patrols.trials import commitment
from patrols.trials.counting import DayCounts, count_days, pooled_dispersion
from patrols.trials.power import TrialSize, smallest_fall
from patrols.trials.schedule import draw
from reports.trials.dosage import doses
from reports.trials.estimates import Mask, Reals, after_treated, estimate, strata_of, sums_of

WASHOUTS = (0, 1, 2, 3)
"""How the answer changes with the washout is shown for these, and for the one that was planned."""


@dataclass(frozen=True)
class TrialData:
    """A trial's areas (rows) and the days that took place (columns): blocks, assignment, incidents and patrols."""

    areas: Sequence[int]
    days: Sequence[date]
    blocks: NDArray[np.int64]
    treated: Mask
    patrolled: Mask
    counts: DayCounts
    washout: int

    @property
    def ordinals(self) -> NDArray[np.int64]:
        """The days as numbers of the calendar."""
        return np.array([day.toordinal() for day in self.days], np.int64)


def analyse(trial: PatrolTrial, *, seed: str) -> dict[str, Any]:
    """The answer of a trial that is over, as JSON. Raises DomainError `extract_missing`."""
    plan, fixed = trial.sealed_plan, trial.sealed_analysis
    key = bytes.fromhex(seed)
    data = _data(trial, plan, fixed, key)
    primary = _answer(data, data.treated, data.washout)
    ring = replace(data, counts=replace(data.counts, areas=data.counts.rings)) if fixed["ring_metres"] else None
    return {
        "analysis": fixed["analysis"],
        "sha256": trial.sha256,
        "seed": seed,
        "sha256_holds": commitment.digest(key, trial.plan, trial.analysis) == trial.sha256,
        "stopped": trial.stop_reason,
        "areas": len(data.areas),
        "first_day": f"{data.days[0]}",
        "last_day": f"{data.days[-1]}",
        "days": len(data.days),
        "days_planned": sum(map(len, plan["blocks"])),
        "intention_to_treat": primary,
        "randomisation_p": _randomisation_p(data, plan, key, fixed["redrawn_schedules"]),
        "compliance": _share(data.patrolled, data.treated),
        "contamination": _share(data.patrolled, ~data.treated),
        "as_treated": _answer(data, data.patrolled, data.washout),
        "washouts": [{"days": days} | _answer(data, data.treated, days) for days in sorted({*WASHOUTS, data.washout})],
        "ring": _answer(ring, ring.treated, ring.washout) if ring else None,
        "could_tell": _could_tell(data, primary, plan),
        "planned": {name: fixed[name] for name in ("expected", "dispersion", "target_fall", "power", "smallest_fall")},
        "unclear": data.counts.unclear,
        "data": _months(data.counts),
        "version": __version__,
    }


def _data(trial: PatrolTrial, plan: Mapping[str, Any], fixed: Mapping[str, Any], key: bytes) -> TrialData:
    areas = list(TrialArea.objects.filter(trial=trial).order_by("area"))
    ids = [each.area_id for each in areas]
    dated = [(date.fromisoformat(day), number) for number, block in enumerate(plan["blocks"]) for day in block]
    held = [(day, number) for day, number in dated if day <= trial.last_day]
    days = [day for day, _ in held]
    boundaries = [shape(each.boundary) for each in areas]
    given = doses(ids, days)
    dose = fixed["dose"]
    return TrialData(
        areas=ids,
        days=days,
        blocks=np.array([number for _, number in held], np.int64),
        treated=_table(draw(key, plan), ids, days),
        patrolled=(given.minutes >= dose["minutes"]) & (given.visits >= dose["visits"]),
        counts=count_days(
            boundaries,
            _rings(boundaries, fixed["ring_metres"]),
            days,
            categories=[each["id"] for each in fixed["categories"]],
            hours=Hours(*fixed["hours"]),
        ),
        washout=fixed["washout_days"],
    )


def _table(treated: Mapping[int, set[date]], areas: Sequence[int], days: Sequence[date]) -> Mask:
    return np.array([[day in treated[area] for day in days] for area in areas], np.bool_)


def _rings(boundaries: Sequence[BaseGeometry], metres: int) -> list[BaseGeometry]:
    """The land within so many metres of each area, the area included."""
    if not metres:
        return []
    plane = Projection.around(boundaries)
    return [plane.to_degrees(plane.to_metres(each).buffer(metres)) for each in boundaries]


def _answer(data: TrialData, treated: Mask, washout: int) -> dict[str, Any]:
    """The comparison of treated days with the others, as JSON."""
    kept = ~after_treated(treated, data.ordinals, washout)
    counts = data.counts.areas.astype(np.float64)
    found = estimate(strata_of(counts, data.counts.hours, treated, kept, data.blocks))
    on, off = treated, ~treated & kept
    return {
        "treated": int(counts[on].sum()),
        "control": int(counts[off].sum()),
        "treated_days": int(on.sum()),
        "control_days": int(off.sum()),
        "left_out_days": int((~kept).sum()),
        "ratio": found.ratio,
        "interval": [found.interval.low, found.interval.high],
        "p_value": found.p_value,
        "is_told": found.is_told,
    }


def _share(patrolled: Mask, days: Mask) -> dict[str, int]:
    return {"days": int(days.sum()), "patrolled": int((patrolled & days).sum())}


def _randomisation_p(data: TrialData, plan: Mapping[str, Any], key: bytes, number: int) -> float:
    """The chance of a score at least so far from 0 if patrols did nothing, by drawing the schedule again and again.

    The seeds of the redrawn schedules are HMAC-SHA256 of a counter, keyed by the trial's own, so anybody gets the same.
    Supposes nothing about incidents. Source: Fisher (1935), The design of experiments, ch. 2.
    """
    seen = abs(_score(data, data.treated))
    further = 0
    for step in range(number):
        seed = hmac.digest(key, f"redrawn:{step}".encode(), hashlib.sha256)
        redrawn = _table(draw(seed, plan), data.areas, data.days)
        further += abs(_score(data, redrawn)) >= seen - 1e-9
    return (1 + further) / (1 + number)


def _score(data: TrialData, treated: Mask) -> float:
    kept = ~after_treated(treated, data.ordinals, data.washout)
    counts: Reals = data.counts.areas.astype(np.float64)
    return float(sums_of(strata_of(counts, data.counts.hours, treated, kept, data.blocks)).score())


def _could_tell(data: TrialData, primary: Mapping[str, Any], plan: Mapping[str, Any]) -> dict[str, Any]:
    """The smallest fall that this trial would have told with 80 % power, by the incidents and whole blocks it had."""
    block_days = len(plan["blocks"][0])
    expected = primary["control"] / primary["control_days"] if primary["control_days"] else 0.0
    size = TrialSize(
        areas=len(data.areas),
        blocks=len(data.days) // block_days,
        block_days=block_days,
        treated_days=plan["treated_days"],
        expected=expected,
        dispersion=max(pooled_dispersion(data.counts.areas, block_days), 1.0),
        washout_days=data.washout,
    )
    return {
        "expected": expected,
        "dispersion": size.dispersion,
        "smallest_fall": smallest_fall(size) if expected and size.blocks else None,
    }


def _months(counts: DayCounts) -> list[dict[str, Any]]:
    """Which loading of each month the answer rests on."""
    return [
        {
            "id": month.pk,
            "month": f"{month.month:%Y-%m}",
            "file": month.member,
            "loaded_at": month.loaded_at.isoformat(),
            "incidents": month.rows,
        }
        for month in counts.months
    ]
