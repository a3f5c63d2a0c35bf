"""A world with known figures and studies, for claims: 126 patrols, 157 arrests, 297 searches, 705 powers."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hotspot.core.calendar import Period
from hotspots.models import Dataset, IncidentCategory
from outcomes.models import Arrest, AsbPowerUse, StopSearch, WeaponRecovered
from patrols.models import CrewMember, CrewRole, PatrolShift
from reports.claims.checking import CheckedText, check_text
from reports.claims.evidence import Evidence
from reports.models import ImpactStudy
from tests import factories
from tests.people import Force

AT = datetime(2024, 12, 10, 10, 55, tzinfo=UTC)
PERIOD = Period(date(2024, 5, 1), date(2024, 11, 30))
MONTHS = [date(2024, month, 1) for month in range(5, 12)]
BEFORE, AFTER = (date(2023, 5, 1), date(2023, 10, 1)), (date(2024, 5, 1), date(2024, 10, 1))
# Patrols a month, then arrests, searches, weapons and powers month by month.
_HITCHIN = (8, (10, 12, 15, 10, 9, 12, 11), (20,) * 7, (2,) * 7, (60,) * 7)
_LETCHWORTH = (4, (5, 6, 5, 6, 7, 5, 6), (2,) * 7, (1, 0, 0, 0, 0, 0, 0), (15,) * 7)
_WATFORD = (6, (5, 5, 6, 5, 6, 5, 6), (20,) * 6 + (23,), (1,) * 7, (25, 25, 26, 26, 26, 26, 26))
POWERS = ("dispersal_direction",) * 3 + ("cpw",) * 2 + ("cpn", "pspo_enforcement")


def make_world(force: Force) -> None:
    """Patrols with outcomes from May to November 2024 in three areas, and the studies."""
    for area, plan in ((force.hitchin, _HITCHIN), (force.letchworth, _LETCHWORTH), (force.watford, _WATFORD)):
        _patrols(force, area, plan)
    for name, facts in STUDIES.items():
        make_study(force, name, **facts)


def _patrols(force: Force, area: Any, plan: Any) -> None:
    patrols, *outcomes = plan
    shifts = [[_shift(force, area, month, day) for day in range(patrols)] for month in MONTHS]
    every = [shift for of_month in shifts for shift in of_month]
    PatrolShift.objects.bulk_create(every)
    CrewMember.objects.bulk_create(
        CrewMember(shift=shift, shift_state=shift.state, role=CrewRole.POLICE_OFFICER, starts_at=shift.starts_at,
                   ends_at=shift.ends_at)
        for shift in every for _ in range(2)
    )  # fmt: skip
    rows: dict[Any, list[Any]] = {Arrest: [], StopSearch: [], AsbPowerUse: [], WeaponRecovered: []}
    for place, (first, *_) in enumerate(shifts):
        arrests, searches, weapons, powers = (each[place] for each in outcomes)
        rows[Arrest] += _rows(factories.ArrestFactory, first, arrests)
        rows[StopSearch] += _rows(factories.StopSearchFactory, first, searches)
        rows[AsbPowerUse] += [
            factories.AsbPowerUseFactory.build(shift=first, kind_id=POWERS[number % len(POWERS)])
            for number in range(powers)
        ]
        rows[WeaponRecovered] += [
            factories.WeaponRecoveredFactory.build(
                shift=first,
                kind_id="bladed_article" if place % 2 == 0 else "knuckleduster",
                found_by_id="search" if place < 4 else "weapons_sweep",
                detail_to_follow=False,
            )
            for _ in range(weapons)
        ]
    for model, made in rows.items():
        model.objects.bulk_create(made)


def _rows(factory: Any, shift: PatrolShift, number: int) -> list[Any]:
    return [factory.build(shift=shift) for _ in range(number)]


def _shift(force: Force, area: Any, month: date, day: int) -> PatrolShift:
    start = datetime(month.year, month.month, 2 + 3 * day, 19, tzinfo=UTC)
    return PatrolShift(
        area=area, funding_stream=force.grant, logged_by=force.sam, starts_at=start, ends_at=start + timedelta(hours=8),
        logged_at=start + timedelta(hours=9), submission_id=uuid.uuid4(), state=PatrolShift.State.COMPLETED,
    )  # fmt: skip


STUDIES: dict[str, dict[str, Any]] = {
    "Anti-social behaviour": {
        "all": (1240, 1060),
        "comparison": (2500, 2350),
        "interval": [0.82, 1.005],
        "areas": ((500, 430), (240, 230), (500, 400)),
        "placebo": [-0.15, 0.05],
    },
    "Violence and sexual offences": {
        "all": (800, 500),
        "comparison": (2000, 1980),
        "interval": [0.55, 0.73],
        "areas": ((400, 240), (200, 140), (200, 120)),
        "placebo": [-0.1, 0.05],
    },
    "Shoplifting": {
        "all": (300, 210),
        "comparison": (900, 880),
        "interval": [0.58, 0.89],
        "areas": ((150, 100), (50, 40), (100, 70)),
        "placebo": None,
    },
    "Robbery": {
        "all": (18, 9),
        "comparison": (60, 55),
        "interval": [0.2, 1.3],
        "areas": ((8, 4), (4, 2), (6, 3)),
        "placebo": [-0.1, 0.1],
    },
    "Burglary": {
        "all": (40, 20),
        "comparison": (300, 310),
        "interval": [0.3, 0.9],
        "areas": ((40, 20),),
        "placebo": [-0.1, 0.1],
        "of": ("hitchin",),
    },
    "Vehicle crime": {
        "all": (200, 120),
        "comparison": (600, 590),
        "interval": [0.5, 0.8],
        "days": [184, 123],
        "areas": ((100, 60), (50, 30), (50, 30)),
        "placebo": [-0.1, 0.1],
        "after": (date(2024, 5, 1), date(2024, 8, 1)),
    },
    "Bicycle theft": {
        "all": (100, 50),
        "comparison": (300, 290),
        "interval": [0.4, 0.7],
        "areas": ((50, 25), (25, 12), (25, 13)),
        "placebo": [-0.1, 0.1],
        "breaks": [{"month": "2024-03-01", "kind": "points", "category": "", "figures": {"usual": 0.5, "share": 0.07}}],
    },
    "Criminal damage and arson": {
        "all": (200, 120),
        "comparison": (600, 590),
        "interval": [0.5, 0.8],
        "areas": ((100, 60), (50, 30), (50, 30)),
        "placebo": [-0.1, 0.1],
        "before": (date(2023, 11, 1), date(2024, 4, 1)),
    },
    "Public order": {
        "all": (400, 520),
        "comparison": (1000, 1010),
        "interval": [1.1, 1.5],
        "areas": ((200, 260), (100, 130), (100, 130)),
        "placebo": [-0.1, 0.1],
    },
}


def make_study(force: Force, category: str, **facts: Any) -> ImpactStudy:
    """A study with its answer, as `measure` would keep it."""
    areas = [getattr(force, name) for name in facts.get("of", ("hitchin", "letchworth", "watford"))]
    before, after = facts.get("before", BEFORE), facts.get("after", AFTER)
    study = ImpactStudy.objects.create(
        name=category, by=force.anna, created_at=AT, dataset=Dataset.STREET, before_first=before[0],
        before_last=before[1], after_first=after[0], after_last=after[1], result=_result(areas, facts),
    )  # fmt: skip
    study.areas.set(areas)
    study.categories.set([IncidentCategory.objects.get(name=category)])
    return study


def _result(areas: list[Any], facts: dict[str, Any]) -> dict[str, Any]:
    everything, comparison = facts["all"], facts["comparison"]
    relative = (everything[1] / everything[0]) / (comparison[1] / comparison[0])
    named = [
        {"id": area.pk, "name": area.name, "district": area.district.name, **_counts(*counts)}
        for area, counts in zip(areas, facts["areas"], strict=True)
    ]
    return {
        "version": "1",
        "days": facts.get("days", [184, 184]),
        "months": [
            {"month": str(month), "areas": 170 + place, "ring": 0, "comparison": 400}
            for place, month in enumerate(MONTHS)
        ],
        "dispersion": 1.2,
        "all": {**_counts(*everything), "relative": relative, "interval": facts["interval"], "smallest_fall": 0.2},
        "areas": [{**each, "relative": each["ratio"], "interval": [0.5, 1.5], "smallest_fall": None} for each in named],
        "comparison": _counts(*comparison),
        "ring": None,
        "prevented": None,
        "active_before": [],
        "placebo": facts["placebo"],
        "breaks": facts.get("breaks", []),
    }


def _counts(before: int, after: int) -> dict[str, Any]:
    return {"before": before, "after": after, "ratio": after / before, "exact": [0.5, 1.5]}


def evidence_of(force: Force, *, by: Any = None, period: Period = PERIOD, at: datetime = AT) -> Evidence:
    """What claims are held against: by the analyst, since launch, unless said."""
    return Evidence(by=by or force.anna, programme=force.programme, period=period, at=at)


def checked(force: Force, text: str, *, evidence: Evidence | None = None, by: Any = None) -> CheckedText:
    """A text checked against some evidence, or that of the analyst or somebody else."""
    return check_text(text, evidence or evidence_of(force, by=by))
