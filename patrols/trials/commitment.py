"""What is sealed: plan and analysis as canonical JSON, and the digest that binds them to a seed nobody knows yet."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from patrols.models import DAY_BEGINS, PatrolTrial, TrialArea
from patrols.trials.days import blocks_of
from patrols.trials.power import TrialSize, power_of, smallest_fall
from patrols.trials.schedule import ALGORITHM

ANALYSIS = "trial-analysis-1"
ALPHA = 0.05
REDRAWN = 1_999


def canonical(value: Any) -> str:
    """The one way of writing a value as JSON: keys in order, no spaces, nothing escaped that need not be."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(seed: bytes, plan: str, analysis: str) -> str:
    """SHA-256 of the seed (32 bytes), the plan, a line break and the analysis, in hexadecimal figures."""
    return hashlib.sha256(seed + plan.encode() + b"\n" + analysis.encode()).hexdigest()


def plan_of(trial: PatrolTrial, areas: Sequence[TrialArea]) -> dict[str, Any]:
    """Everything that the schedule follows from, besides the seed. Areas are named by number only."""
    return {
        "algorithm": ALGORITHM,
        "trial": trial.name,
        "day_begins": f"{DAY_BEGINS:02d}:00 Europe/London",
        "areas": [
            {"id": each.area_id, "stratum": each.stratum, "boundary_sha256": _digest_of(each.boundary)}
            for each in sorted(areas, key=lambda each: each.area_id)
        ],
        "strata": trial.strata,
        "blocks": [[day.isoformat() for day in block] for block in blocks_of(trial)],
        "treated_days": trial.treated_days,
        "holidays": trial.holidays,
    }


def _digest_of(boundary: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(boundary).encode()).hexdigest()


def analysis_of(trial: PatrolTrial, areas: Sequence[TrialArea]) -> dict[str, Any]:
    """How the trial will be analysed: fixed before its first day. Raises ValueError without what its power takes."""
    size = size_of(trial, len(areas))
    return {
        "analysis": ANALYSIS,
        "alpha": ALPHA,
        "categories": [
            {"id": each.pk, "name": each.name}
            for each in trial.categories.order_by("pk")
            if not each.is_police_generated
        ],
        "hours": [trial.from_hour, trial.to_hour],
        "washout_days": trial.washout_days,
        "dose": {"minutes": trial.dose_minutes, "visits": trial.dose_visits},
        "ring_metres": trial.ring_metres,
        "redrawn_schedules": REDRAWN,
        "expected": size.expected,
        "dispersion": size.dispersion,
        "target_fall": trial.target_fall / 100,
        "power": power_of(1 - trial.target_fall / 100, size),
        "smallest_fall": smallest_fall(size),
    }


def size_of(trial: PatrolTrial, areas: int) -> TrialSize:
    """What the power of a trial of so many areas follows from. Raises ValueError where it is not known."""
    if trial.expected is None or trial.dispersion is None:
        message = "How many incidents to expect is not known."
        raise ValueError(message)
    return TrialSize(
        areas=areas,
        blocks=trial.days // trial.block_days,
        block_days=trial.block_days,
        treated_days=trial.treated_days,
        expected=trial.expected,
        dispersion=trial.dispersion,
        washout_days=trial.washout_days,
    )


def record_of(trial: PatrolTrial, *, seed: str | None, treated: Mapping[int, set[date]] | None) -> dict[str, Any]:
    """What anybody can check, as JSON: plan, analysis and digest as published; once the trial is over, the seed too."""
    return {
        "trial": trial.name,
        "sealed_at": trial.sealed_at.isoformat() if trial.sealed_at else None,
        "sha256": trial.sha256,
        "plan": trial.plan,
        "analysis": trial.analysis,
        "seed": seed,
        "stopped": {"last_day": trial.last_day.isoformat(), "reason": trial.stop_reason} if trial.is_stopped else None,
        "schedule": None
        if treated is None
        else {str(area): [f"{day}" for day in sorted(days)] for area, days in treated.items()},
    }
