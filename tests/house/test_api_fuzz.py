"""Whatever the schema allows, and what it does not, is answered as the schema says, and never with a 5xx.

Every other request goes as generated; the rest name real records, their real version and a plausible night, so that
they get past the front door. The seed is fixed: it is the same requests each time.

Every operation of every endpoint is sent, and each has to succeed: those that write by what they are for, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, cycle, product
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
import time_machine
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hotspot.core.api.endpoints import schema
from hotspot.core.calendar import Period
from hotspot.core.permissions import Scope
from hotspot.wsgi import application
from hotspots.models import PowerAuthorisation
from outcomes.confirmations.queries import own_month
from outcomes.kinds import BY_PLURAL
from patrols.models import PatrolShift
from reports.models import ProgrammeReturn, Statement
from tests import factories
from tests.api import Caller, person_caller, system_caller
from tests.conftest import NOW
from tests.hotspots.authorisations import recorded
from tests.house.test_api_access import ENDPOINTS
from tests.outcomes import months
from tests.patrols import planning
from tests.people import make_force
from tests.publishing import published
from tests.returns import submitted

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.usefixtures("world", "now")]
load_all_checks()
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# A shift with three of everything goes through the same code as one with thirty, and is made up in a tenth of the time.
# How many there may be is for the tests of input.
FEW = 3


def with_few_of_each(description: dict[str, Any]) -> dict[str, Any]:
    """The description with short lists in everything that is sent."""
    for name, component in description["components"]["schemas"].items():
        for value in component.get("properties", {}).values() if name.endswith("Input") else ():
            if value.get("type") == "array":
                value["maxItems"] = FEW
    return description


DESCRIBED = schemathesis.openapi.from_dict(with_few_of_each(schema()))
DESCRIBED.app = application
OPERATIONS = {found.ok().definition.raw["operationId"]: found.ok() for found in DESCRIBED.get_all_operations()}
AUGUST = datetime(2024, 8, 16, 21, tzinfo=UTC)
NIGHT = {"starts_at": "2024-10-10T22:00:00+01:00", "ends_at": "2024-10-11T06:00:00+01:00"}
# What the body of each is called in the description.
NIGHTS = {"log_shift": "ShiftInput", "complete_shift": "CompletionInput", "correct_shift": "PatchedCorrectionInput"}
HARD_TO_GUESS = {"funding_stream", "counts", "activity", "visits", "keep"}
PARTS = (
    factories.VisitFactory,
    factories.StopSearchFactory,
    factories.WeaponRecoveredFactory,
    factories.AsbPowerUseFactory,
    factories.ArrestFactory,
)
# What each kind of outcome can be told more about.
DETAILS = {
    "detail_arrests": {"offence_group": "violence_against_the_person"},
    "detail_stop_searches": {"power": "pace_s1", "object": "offensive_weapons", "found": True},
    "detail_weapons": {"kind": "bladed_article"},
    "detail_asb_powers": {"kind": "dispersal_direction"},
}
AUTHORISATION = {
    "kind": "dispersal", "locality": "Town centre", "grounds": "Disorder", "rank": "inspector", "officer": "Insp. 12",
    "given_at": "2024-10-11T19:00:00Z", "starts_at": "2024-10-11T19:00:00Z", "ends_at": "2024-10-12T19:00:00Z",
    "is_signed": True, "has_regard": True,
}  # fmt: skip
# What Sam does to a plan and to months of his, with the body that does it.
OF_SAM: dict[str, dict[str, Any]] = {
    "cancel_shift": {"reason": "No cars"},
    "hand_over_shift": {},
    "record_abstraction": {"reason": "court", "people": 1, "minutes": 60, "is_backfilled": False},
    "withdraw_abstraction": {},
    "confirm_month": {},
    "take_back_month": {},
}
POSITIVE, NEGATIVE = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
# Nothing can be sent to these that is against the schema.
ANYTHING_GOES = {
    "openapi",
    "list_programmes",
    "list_districts",
    "list_vocabularies",
    "read_vocabulary",
    "list_statements",
    "read_statement",
    "read_return",
    "read_month",
}
SENDS = [
    (name, mode, (5 if name == "log_shifts" else 15) if mode is POSITIVE else 5)
    for name in OPERATIONS
    for mode in (POSITIVE, NEGATIVE)
    if mode is POSITIVE or name not in ANYTHING_GOES
]


def settled(examples: int) -> Any:
    """The same examples each time, however long one takes."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Each request would end with closing the connection that holds this test's transaction."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@dataclass(frozen=True)
class World:
    """A system that may do everything and one for each scope; a shift of the first's with one of everything on it,
    and one that it planned; a published statement that counts it; an authorisation in its area; a submitted return.
    Sam, and what is his: a plan with time taken away, a month to confirm, and one that is confirmed.
    """

    callers: list[Caller]
    shift: PatrolShift
    planned: PatrolShift
    statement: Statement
    authorisation: PowerAuthorisation
    programme_return: ProgrammeReturn
    sam: Caller
    sams: dict[str, Any]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once: every request is undone. Taken away at the end."""
    with time_machine.travel(NOW, tick=False), django_db_blocker.unblock(), transaction.atomic():
        force = make_force()
        callers = [
            system_caller(force.adam, *Scope),
            *(system_caller(force.adam, scope, name=scope) for scope in Scope),
        ]
        common = {"area": force.hitchin, "funding_stream": force.grant, "logged_by": callers[0].user}
        shift = factories.PatrolShiftFactory(**common)
        for factory in PARTS:
            factory(shift=shift)
        planned = factories.PatrolShiftFactory(state="planned", **common)
        # What the database would check at the commit; once, or every test's end would check it again.
        connection.check_constraints()
        sams = planning.in_every_state(force) | months.in_every_state(force) | {"to": factories.UserFactory()}
        factories.DistrictAccessFactory(user=sams["to"], district=force.north_herts)
        factories.PatrolShiftFactory(**common | {"logged_by": force.sam, "starts_at": AUGUST})
        sams["seen"] = own_month(force.sam, Period.month(AUGUST.date())).fingerprint
        made = published(force, NOW), recorded(force), submitted(force, NOW)
        yield World(callers, shift, planned, *made, person_caller(force.sam), sams)
        transaction.set_rollback(True)


def made_sams(case: Any, world: World, name: str) -> None:
    """Let a generated request do something to what is Sam's."""
    shift = PatrolShift.objects.get(pk=world.sams["planned_shift"].pk)
    known = {"shift_id": shift.pk, "month": f"{AUGUST:%Y-%m}", "abstraction_id": world.sams["taken_away"].pk}
    known["confirmation_id"] = world.sams["month_confirmation"].pk
    case.path_parameters = {key: known.get(key, value) for key, value in (case.path_parameters or {}).items()}
    case.headers = {**(case.headers or {}), "If-Match": f'"{shift.version}"', "Idempotency-Key": str(uuid4())}
    case.body = OF_SAM[name]
    if name == "hand_over_shift":
        case.body = {"to": world.sams["to"].email}
    elif name == "confirm_month":
        case.body = {"seen": world.sams["seen"]}


def made_plausible(case: Any, world: World, name: str) -> None:
    """Let a generated request name what is there."""
    shift = PatrolShift.objects.get(pk=(world.planned if name == "complete_shift" else world.shift).pk)
    kind = name.partition("_")[2]
    known = {"shift_id": shift.pk, "area_id": shift.area_id, "name": "weapon-kinds"}
    known["slug"] = world.statement.slug
    known["authorisation_id"] = world.authorisation.pk
    known["return_id"] = world.programme_return.pk
    known["month"] = f"{AUGUST:%Y-%m}"
    if kind in BY_PLURAL:
        known["outcome_id"] = getattr(shift, kind).first().pk
    case.path_parameters = {key: known.get(key, value) for key, value in (case.path_parameters or {}).items()}
    case.headers = {**(case.headers or {}), "If-Match": f'"{shift.version}"', "Idempotency-Key": str(uuid4())}
    if name in NIGHTS and isinstance(case.body, dict):
        case.body = plausible_night(case.body, shift, name)
    elif name == "record_authorisation":
        case.body = AUTHORISATION | {"areas": [shift.area_id]}
    elif name in DETAILS:
        case.body = {**DETAILS[name], "reference": "R/1", "reason": "Mended"}
    elif name == "set_visits":
        case.body = {"visits": [visit_on(shift)]}
    elif name == "log_shifts":
        case.body = {"shifts": [plausible_night({}, shift, "log_shift")]}
    if isinstance(case.body, dict) and "reason" in case.body:
        case.body = {**case.body, "reason": "Mended"}


def visit_on(shift: PatrolShift) -> dict[str, str]:
    """The first quarter of an hour of a shift, as a visit."""
    left_at = shift.starts_at + timedelta(minutes=15)
    return {"arrived_at": shift.starts_at.isoformat(), "left_at": left_at.isoformat()}


def plausible_night(body: dict[str, Any], shift: PatrolShift, name: str) -> dict[str, Any]:
    """The generated body with a crew, a night and outcomes that could have been."""
    crew = [{"role": "police_officer"}, {"role": "special_constable", "collar_number": "SC 7"}]
    known = set(schema()["components"]["schemas"][NIGHTS[name]]["properties"]) - HARD_TO_GUESS
    kept = {field: value for field, value in body.items() if field in known}
    outcomes = {kind: [{}] * min(len(body[kind]), FEW) for kind in BY_PLURAL if isinstance(body.get(kind), list)}
    if "asb_powers" in outcomes:
        outcomes["asb_powers"] = [{"kind": "dispersal_direction"}] * len(outcomes["asb_powers"])
    if "nothing_to_report" in known:
        kept["nothing_to_report"] = not any(outcomes.values())
    return {**kept, **NIGHT, **outcomes, "area": shift.area_id, "crew": crew}


def answered(case: Any, caller: Caller) -> int:
    """The status of the answer, after the checks. What was written is forgotten."""
    mark = transaction.savepoint()
    try:
        case.cookies = {name: morsel.value for name, morsel in caller.client.cookies.items()}
        response = case.call(headers={**caller.headers, "Accept-Encoding": "identity"})
        case.validate_response(response, checks=CHECKS, headers=caller.headers)
        return int(response.status_code)
    finally:
        transaction.savepoint_rollback(mark)


def operations_of_the_code() -> set[str]:
    """The names of all operations that the endpoints say they have."""
    views = [pattern.callback.cls(**pattern.callback.initkwargs) for pattern in ENDPOINTS.values()]
    return {operation.name for view in views for operation in view.operations.values()}


def test_no_operation_is_left_out():
    assert {name for name, mode, _ in SENDS if mode is POSITIVE} == operations_of_the_code()
    writes = {name for name, operation in OPERATIONS.items() if operation.method.upper() != "GET"}
    assert len(writes) > 12
    # Whatever is written has a body, which can be against the schema.
    assert writes <= {name for name, mode, _ in SENDS if mode is NEGATIVE}
    assert set(DETAILS) == {name for name in OPERATIONS if name.startswith("detail_")}


@pytest.mark.parametrize(("name", "mode", "examples"), SENDS)
def test_no_answer_is_undocumented(world, name, mode, examples):
    statuses = set()
    # Every other one names what is there; most are sent by the one that may do everything.
    able = world.sam if name in OF_SAM else world.callers[0]
    turns = cycle(product(chain(*([able, other] for other in world.callers)), [True, False]))

    @settled(examples)
    @given(case=OPERATIONS[name].as_strategy(generation_mode=mode))
    def send(case):
        caller, plausible = next(turns)
        if plausible:
            (made_sams if name in OF_SAM else made_plausible)(case, world, name)
        statuses.add(answered(case, caller))

    send()
    if mode is POSITIVE:
        # Else it would only be the front door that is tested.
        assert statuses & {200, 201}
