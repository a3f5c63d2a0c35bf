"""Trials in every state, for tests."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.urls import reverse

from hotspots.area_sets import operations as area_sets
from hotspots.models import AreaSet, HotspotArea, IncidentCategory
from patrols.models import PatrolTrial
from patrols.trials import operations
from reports.models import TrialResult
from tests import factories

AT = datetime(2024, 10, 12, 11, tzinfo=UTC)
FIRST_DAY = date(2024, 10, 21)
DESIGN: dict[str, Any] = {
    "first_day": FIRST_DAY,
    "days": 14,
    "block_days": 7,
    "treated_days": 3,
    "strata": "none",
    "washout_days": 0,
    "holidays": [],
    "from_hour": 6,
    "to_hour": 6,
    "dose_minutes": 10,
    "dose_visits": 1,
    "ring_metres": 0,
    "notice_hour": 18,
    "target_fall": 50,
    "expected": 0.5,
    "dispersion": 1.2,
}


def square(west: float, south: float, *, degrees: float = 0.004) -> dict[str, Any]:
    """A square boundary from its south-west corner, about 280 by 450 metres."""
    east, north = west + degrees, south + degrees
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def area_set(force, *, areas: int = 4, name: str = "Areas of the trial") -> AreaSet:
    """An approved set of so many squares in North Herts, one beside the other, and one in Watford."""
    made = [
        factories.HotspotAreaFactory(
            name=f"Trial area {number}", district=force.north_herts, boundary=square(-0.3 + number / 100, 51.9)
        )
        for number in range(areas)
    ]
    made.append(
        factories.HotspotAreaFactory(
            name="Watford Parade", district=force.watford_district, boundary=square(-0.4, 51.65)
        )
    )
    found = area_sets.save_set(by=force.anna, name=name, first_day=date(2024, 10, 1), last_day=None)
    area_sets.continue_areas(by=force.anna, set_id=found.pk, areas=made)
    area_sets.propose_set(by=force.anna, at=AT, set_id=found.pk)
    return area_sets.approve_set(by=force.adam, at=AT, set_id=found.pk)


def drafted(force, *, name: str = "Town centres, autumn", at: datetime = AT, **design: Any) -> PatrolTrial:
    """A draft of Anna's: two weeks from Monday 21 October 2024, in which the clocks go back."""
    design = DESIGN | design
    if "area_set" not in design:
        design["area_set"] = AreaSet.objects.filter(name="Areas of the trial").first() or area_set(force)
    categories = design.pop("categories", None) or list(IncidentCategory.objects.filter(name="Burglary"))
    return operations.save_trial(by=force.anna, at=at, name=name, categories=categories, **design)


def sealed(force, **design: Any) -> PatrolTrial:
    """The same, sealed by Adam."""
    draft = drafted(force, **design)
    return operations.seal_trial(by=force.adam, at=design.get("at", AT), trial_id=draft.pk)


def areas_of(trial: PatrolTrial) -> list[HotspotArea]:
    """The areas of a sealed trial."""
    return list(HotspotArea.objects.filter(trials__trial=trial).order_by("pk"))


def at_clock(day: date, hour: int) -> datetime:
    """An hour of a day in October 2024 before the clocks went back, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 1)


SEALED = {"trials:trial", "trials:record", "trials:stop"}
RESULTS = {"reports:trial_result", "reports:trial_result_file"}


def path_of(name: str, values: dict[str, Any]) -> str | None:
    """The path of one of the pages of trials; None for other pages."""
    if name in RESULTS:
        args = [values["trial_result"].pk, "json"]
        return reverse(name, args=args if name.endswith("file") else args[:1])
    if name in {"reports:trial_results", "reports:analyse_trial"} or name in SEALED:
        return reverse(name, args=(values["sealed_trial"].pk,))
    if name in {"trials:edit", "trials:delete", "trials:seal"}:
        return reverse(name, args=(values["draft_trial"].pk,))
    return None


def in_every_state(force) -> dict[str, Any]:
    """A draft, a sealed trial, and an analysis of it that has no answer yet."""
    trial = sealed(force)
    return {
        "draft_trial": drafted(force, name="Town centres, winter"),
        "sealed_trial": trial,
        "trial_result": TrialResult.objects.create(trial=trial, by=force.anna, created_at=AT),
    }
