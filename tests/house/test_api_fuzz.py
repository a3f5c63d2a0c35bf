"""P19: whatever the schema allows, and what it does not, is answered as the schema says, and never with a 5xx.

Half of the requests go as generated; the others name real records, their real version and a plausible night, so that
they get past the front door. The seed is fixed: it is the same requests each time.
"""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings, strategies
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hotspot.core.api.pages import schema
from hotspot.core.permissions import Scope
from hotspot.wsgi import application
from outcomes.queries.documents import OUTCOMES
from patrols.models import PatrolShift
from tests import factories
from tests.api import Caller, system_caller

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("now")]
load_all_checks()
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
DESCRIBED = schemathesis.openapi.from_dict(schema())
DESCRIBED.app = application
OPERATIONS = {found.ok().definition.raw["operationId"]: found.ok() for found in DESCRIBED.get_all_operations()}
NIGHT = {"starts_at": "2024-10-10T22:00:00+01:00", "ends_at": "2024-10-11T06:00:00+01:00"}
PLAUSIBLE = {"log_shift", "complete_shift", "correct_shift"}
HARD_TO_GUESS = {"funding_stream", "counts", "activity", "visits", "keep"}
POSITIVE, NEGATIVE = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
# Nothing can be sent to these that is against the schema.
ANYTHING_GOES = {"openapi", "list_programmes", "list_districts", "list_vocabularies", "read_vocabulary"}
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


@pytest.fixture
def callers(force) -> list[Caller]:
    """A system for each scope, and one that may do everything."""
    return [system_caller(force.adam, *Scope), *(system_caller(force.adam, scope, name=scope) for scope in Scope)]


@pytest.fixture
def records(force, callers) -> dict[str, Any]:
    """A shift with one of everything on it, and a planned one: the first caller's own."""
    common = {"area": force.hitchin, "funding_stream": force.grant, "logged_by": callers[0].user}
    shift = factories.PatrolShiftFactory(**common)
    factories.VisitFactory(shift=shift)
    for factory in (factories.StopSearchFactory, factories.WeaponRecoveredFactory, factories.AsbPowerUseFactory):
        factory(shift=shift)
    factories.ArrestFactory(shift=shift)
    return {"shift": shift, "planned": factories.PatrolShiftFactory(state="planned", **common)}


def made_plausible(case: Any, records: dict[str, Any], name: str) -> None:
    """Let a generated request name what is there."""
    shift = PatrolShift.objects.get(pk=records["planned" if name == "complete_shift" else "shift"].pk)
    kind = name.partition("_")[2]
    known = {"shift_id": shift.pk, "area_id": shift.area_id, "name": "weapon-kinds"}
    if kind in OUTCOMES:
        known["outcome_id"] = getattr(shift, kind).first().pk
    case.path_parameters = {key: known.get(key, value) for key, value in (case.path_parameters or {}).items()}
    case.headers = {**(case.headers or {}), "If-Match": f'"{shift.version}"', "Idempotency-Key": str(uuid4())}
    if name in PLAUSIBLE and isinstance(case.body, dict):
        case.body = plausible_night(case.body, shift)
    elif name.startswith("detail_"):
        case.body = {"reference": "R/1"}
    elif name == "set_visits":
        case.body = {"visits": []}
    if isinstance(case.body, dict) and "reason" in case.body:
        case.body = {**case.body, "reason": "Mended"}


def plausible_night(body: dict[str, Any], shift: PatrolShift) -> dict[str, Any]:
    """The generated body with a crew, a night and outcomes that could have been."""
    crew = [{"role": "police_officer"}, {"role": "special_constable", "collar_number": "SC 7"}]
    kept = {name: value for name, value in body.items() if name not in HARD_TO_GUESS}
    outcomes = {name: [{}] * min(len(body[name]), 3) for name in OUTCOMES if isinstance(body.get(name), list)}
    if "asb_powers" in outcomes:
        outcomes["asb_powers"] = [{"kind": "dispersal_direction"}] * len(outcomes["asb_powers"])
    if "nothing_to_report" in kept:
        kept["nothing_to_report"] = not any(outcomes.values())
    return {**kept, **NIGHT, **outcomes, "area": shift.area_id, "crew": crew}


def answered(case: Any, caller: Caller) -> int:
    """The status of the answer, after the checks. What was written is forgotten."""
    mark = transaction.savepoint()
    try:
        response = case.call(headers={**caller.headers, "Accept-Encoding": "identity"})
        case.validate_response(response, checks=CHECKS, headers=caller.headers)
        return int(response.status_code)
    finally:
        transaction.savepoint_rollback(mark)


@pytest.mark.parametrize(("name", "mode", "examples"), SENDS)
def test_p19_no_answer_is_undocumented(callers, records, name, mode, examples):
    statuses = set()

    @settled(examples)
    @given(
        case=OPERATIONS[name].as_strategy(generation_mode=mode),
        # Most of the time the one that may do everything.
        caller=strategies.sampled_from([*callers[:1] * 8, *callers[1:]]),
        plausible=strategies.booleans(),
    )
    def send(case, caller, plausible):
        if plausible:
            made_plausible(case, records, name)
        statuses.add(answered(case, caller))

    send()
    if mode is POSITIVE and name.startswith(("list_", "read_")):
        # Else it would only be the front door that is tested.
        assert 200 in statuses
