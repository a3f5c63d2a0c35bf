"""The initiatives of the news item of December 2024, and two problem-solving plans at different stages. All made up."""

from datetime import date, datetime, timedelta
from typing import Any

import pghistory

from hotspot.core.calendar import today
from hotspot.core.models import User
from hotspots.initiatives import operations as initiatives
from hotspots.models import (
    HotspotAnalysis,
    HotspotArea,
    Initiative,
    InitiativeEntry,
    InitiativeKind,
    Programme,
    SpendEntry,
)
from reports.demo.ledger import INITIATIVES
from reports.demo.reference import LAUNCH
from reports.models import ImpactStudy, ProblemPlan
from reports.plans import operations

SOURCE = "demo"
# What the entries of the ledger say that pay for each kind.
SPENT_ON = dict(
    zip(
        (
            "CCTV upgrade",
            "Weapons detection",
            "Signage on police powers",
            "DNA tagging spray",
            "Property marking kits",
        ),
        INITIATIVES,
        strict=True,
    )
)
_FINISHED = Initiative.Status.FINISHED
_INITIATIVES: tuple[dict[str, Any], ...] = (
    {
        "kind": "CCTV upgrade",
        "name": "Clearer cameras in two town centres",
        "purpose": "Pictures that can be used at night, on the streets with most reports.",
        "towns": ("Watford", "Stevenage"),
        "first_day": date(2024, 6, 3),
        "last_day": date(2024, 9, 20),
        "in_place_from": date(2024, 9, 2),
        "quantity": 14,
        "team": "Community Safety Unit",
        "planned_pence": 24_000_00,
    },
    {
        "kind": "Weapons detection",
        "name": "Knife arches and hand-held detectors",
        "purpose": "Lent to patrols, stations and schools for a day at a time.",
        "first_day": date(2024, 7, 1),
        "last_day": date(2024, 8, 30),
        "in_place_from": date(2024, 8, 5),
        "quantity": 6,
        "team": "Operations Support",
        "planned_pence": 23_000_00,
    },
    {
        "kind": "Signage on police powers",
        "name": "Signs on dispersal powers and orders on public spaces",
        "purpose": "So that people know what officers may ask of them there.",
        "towns": (),
        "first_day": date(2024, 6, 17),
        "last_day": date(2024, 7, 19),
        "in_place_from": date(2024, 7, 15),
        "quantity": 48,
        "team": "Community Safety Unit",
        "planned_pence": 21_500_00,
    },
    {
        "kind": "DNA tagging spray",
        "name": "DNA tagging spray for patrols",
        "purpose": "Against bikes that are ridden off from officers.",
        "first_day": date(2024, 9, 2),
        "last_day": date(2024, 10, 11),
        "in_place_from": date(2024, 10, 1),
        "quantity": 40,
        "team": "Operations Support",
        "planned_pence": 22_000_00,
    },
    {
        "kind": "Property marking kits",
        "name": "Marking kits for homes and bikes around the areas",
        "purpose": "Handed out at stalls and by neighbourhood teams.",
        "towns": (),
        "first_day": date(2024, 9, 16),
        "last_day": date(2025, 2, 28),
        "in_place_from": date(2024, 10, 7),
        "quantity": 1_500,
        "planned_pence": 24_500_00,
    },
)


def make_initiatives(*, analyst: User, supervisor: User, at: datetime) -> None:
    """The five initiatives of the first programme. Those that end in the future are under way."""
    programme = Programme.objects.earliest("first_day")
    kinds = {kind.name: kind for kind in InitiativeKind.objects.all()}
    with pghistory.context(user=analyst.pk, source=SOURCE):
        for known in _INITIATIVES:
            facts = dict(known)
            towns = facts.pop("towns", None)
            areas = [] if towns is None else _areas(towns)
            if facts["first_day"] > today(at):
                continue
            facts |= _state(facts, day=today(at)) | {"owner": None if "team" in facts else supervisor}
            made = initiatives.save_initiative(
                by=analyst, at=at, programme=programme, is_force_wide=towns is None, areas=areas,
                is_publishable=True, **facts | {"kind": kinds[facts["kind"]]},
            )  # fmt: skip
            _book(made, SPENT_ON[known["kind"]])


def _book(initiative: Initiative, words: str) -> None:
    """Book the approved entries of its programme to it that were for this, by their words."""
    entries = SpendEntry.objects.of_programme(initiative.programme).approved().filter(description=words, reverses=None)
    InitiativeEntry.objects.bulk_create(InitiativeEntry(initiative=initiative, entry=entry) for entry in entries)


def _areas(towns: tuple[str, ...]) -> list[HotspotArea]:
    """The areas of these towns; of none, those of all."""
    areas = HotspotArea.objects.all()
    return list(areas.filter(town__in=towns) if towns else areas)


def _state(facts: dict[str, Any], *, day: date) -> dict[str, Any]:
    state: dict[str, Any] = {"status": _FINISHED}
    if facts["last_day"] > day:
        state = {"status": Initiative.Status.UNDER_WAY, "last_day": None}
    return state | ({"in_place_from": None} if facts["in_place_from"] > day else {})


def make_plans(*, analyst: User, supervisor: User, at: datetime) -> None:
    """A plan for Watford that is assessed by a study, and one for Hitchin whose responses are under way."""
    with pghistory.context(user=analyst.pk, source=SOURCE):
        _assessed(_begun("Watford", "Disorder around the bus stops in the evening", analyst, analyst, at), analyst, at)
        plan = _begun("Hitchin", "Fights and damage behind the market", analyst, supervisor, at)
        _under_way(plan, analyst, supervisor, at)


def _begun(town: str, title: str, by: User, lead: User, at: datetime) -> ProblemPlan:
    return operations.save_plan(
        by=by, at=at, area=HotspotArea.objects.filter(town=town)[0], title=title, lead=lead,
        opened_on=min(LAUNCH + timedelta(days=33), today(at)),
        partners="Borough council community safety team\nBus operator\nTown centre traders",
    )  # fmt: skip


def _scan(plan: ProblemPlan, by: User, **texts: Any) -> None:
    analysis = HotspotAnalysis.objects.exclude(result={}).first()
    operations.save_scanning(
        by=by, plan_id=plan.pk, first_month=date(2024, 1, 1), last_month=date(2024, 4, 1),
        analyses=[analysis] if analysis else [], **texts,
    )  # fmt: skip


def _assessed(plan: ProblemPlan, by: User, at: datetime) -> None:
    _scan(
        plan, by,
        problem="Groups gather at the bus stops from 5pm. Shouting, pushing and damage to shelters are reported on "
        "most Fridays and Saturdays.",
        community="Passengers, drivers and the shops opposite.",
        harm="Broken shelters, buses that do not stop, people who travel earlier or not at all.",
        expectation="The bus operator asked for patrols at the stops, the traders for the benches to be moved.",
        incidents="Rowdy behaviour, criminal damage, now and then an assault.",
        recurring="Fridays and Saturdays from 5pm to 9pm, more in the holidays.",
        similarity="The same three stops, with seats, shelter and light, next to late food shops.",
        aim="Fewer reports of anti-social behaviour at the stops in January to April 2025 than a year before, beyond "
        "what changed elsewhere.",
    )  # fmt: skip
    operations.save_analysis(
        by=by, plan_id=plan.pk,
        known="Two thirds of reports name the same three stops. Most come from drivers.",
        causes="Buses of three routes wait there at the same time, and nobody is in charge of the place.",
        victims="Passengers who wait alone, and the drivers of late buses.",
        offenders="Groups of school age on weekdays, older ones on Saturdays.",
        location="Shelters that hide half of the pavement from the cameras.",
        gaps="How many incidents on buses are not reported to the police. The operator will count them.",
    )  # fmt: skip
    cameras = Initiative.objects.filter(kind__name="CCTV upgrade").first()
    done = (
        ("Foot patrols at the stops on Fridays and Saturdays, 5pm to 9pm", None, date(2024, 9, 30)),
        ("Cameras that see behind the shelters", cameras, date(2024, 9, 30)),
        ("Move the waiting bay of one route to the next street", None, date(2024, 11, 15)),
    )
    for action, initiative, day in done:
        facts: dict[str, Any] = {"status": "done", "done_on": day} if day <= today(at) else {}
        operations.save_response(
            by=by, at=at, plan_id=plan.pk, action=action, due_on=day, initiative=initiative,
            owner=by if initiative is None else None, team="Community Safety Unit" if initiative else "", **facts,
        )  # fmt: skip
    _assess(plan, by, at)


def _assess(plan: ProblemPlan, by: User, at: datetime) -> None:
    study = ImpactStudy.objects.exclude(result={}).filter(areas=plan.area).first()
    if study is None:
        return
    operations.save_assessment(
        by=by, plan_id=plan.pk, studies=[study],
        learnt="Everything was done, the waiting bay six weeks late. The study is of all areas together, so it says "
        "little of these stops alone.",
        following="Count the reports of the bus operator for half a year, then decide whether to close the plan.",
    )  # fmt: skip
    review = operations.add_review(by=by, at=at, plan_id=plan.pk, due_on=today(at))
    operations.hold_review(
        by=by, at=at, review_id=review.pk, held_on=today(at), next_on=today(at) + timedelta(days=90),
        decided="Go on with the patrols at the stops, and ask the operator for its counts.",
    )  # fmt: skip


def _under_way(plan: ProblemPlan, by: User, supervisor: User, at: datetime) -> None:
    _scan(
        plan, by,
        problem="Fights and damage in the yards behind the market after it closes.",
        community="Traders, and people on the way to the car park.",
        harm="Stalls broken into or overturned; people go round the market after dark.",
        aim="No stall damaged in three months, by the traders' own count.",
    )  # fmt: skip
    operations.save_analysis(
        by=by, plan_id=plan.pk, location="No light between the yards and the car park, and two gaps in the fence.",
        gaps="Who has the keys of the yards. The council will find out.",
    )  # fmt: skip
    # What is due soon is seen by whoever signs in today.
    day = today(at)
    for action, owner, team, days, pence in (
        ("Ask the council to light the way to the car park", supervisor, "", -3, None),
        ("Walk through with the traders and mark their property", supervisor, "", 5, None),
        ("Close the gaps in the fence", None, "Council estates team", 20, 1_450_00),
    ):
        operations.save_response(
            by=by, at=at, plan_id=plan.pk, action=action, owner=owner, team=team, status="under_way",
            due_on=day + timedelta(days=days), planned_pence=pence,
        )  # fmt: skip
    operations.add_review(by=by, at=at, plan_id=plan.pk, due_on=day + timedelta(days=30))
