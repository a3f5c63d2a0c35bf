"""The access matrix of the API: every endpoint, everybody who may call, every method.

Statuses are written out, as in `test_access.py`. The shift is Sam's, in North Herts; no system logged it.
"""

import re

import pytest

from hotspot.core.permissions import Permission, Scope
from patrols.models import PatrolShift
from tests import factories
from tests.api import Caller, person_caller, system_caller
from tests.hotspots.authorisations import OFFICER
from tests.house.test_access import URLS, path_of, rows_everywhere, world

pytestmark = pytest.mark.slow

__all__ = ["world"]

CALLERS = ("anon", "sam", "sue", "anna", "paul", "adam", "audrey", "writer", "voider", "reader", "summaries", "pete")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
NOTE, COLLAR, REFERENCE = "canary-note-4711", "CANARY4711", "CANARY/4711"
SCOPES = {
    "writer": Scope.WRITE_SHIFTS,
    "voider": Scope.VOID_SHIFTS,
    "reader": Scope.READ_SHIFTS,
    "summaries": Scope.READ_FIGURES,
}

# What is answered to: anon; Sam (whose shift it is), Sue (supervisor elsewhere), Anna (analyst), Paul (PCC's office),
# Adam (administrator), Audrey (auditor); systems with shifts:write, shifts:void, shifts:read, figures:read.
# 400 and 428 are past every question of who: only the key, the body or If-Match is missing.
REFERENCE_DATA = (401, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200)
IN_NORTH_HERTS = (401, 200, 404, 200, 200, 200, 200, 200, 200, 200, 200)
LISTS_OF_RECORDS = (401, 200, 200, 200, 404, 200, 200, 200, 200, 200, 404)
SAMS_RECORD = (401, 200, 404, 200, 404, 200, 200, 404, 404, 200, 404)
NEW_SHIFT = (401, 400, 400, 403, 404, 400, 403, 400, 403, 403, 403)
COMPLETE = (401, 428, 404, 403, 404, 428, 403, 404, 403, 403, 403)
SAMS_PLAN = (401, 428, 404, 403, 404, 428, 403, 404, 403, 403, 404)
TAKEN_AWAY = (401, 400, 404, 403, 404, 400, 403, 404, 403, 403, 404)
SAMS_MONTH = (401, 400, 404, 403, 404, 400, 403, 404, 403, 403, 403)
CORRECT = (401, 428, 404, 403, 404, 428, 403, 404, 403, 403, 404)
VOID = (401, 428, 404, 403, 404, 428, 403, 403, 404, 403, 404)
AUTHORISATIONS = (401, 200, 200, 200, 404, 200, 200, 403, 403, 200, 404)
IN_NORTH_HERTS_ONLY = (401, 200, 404, 200, 404, 200, 200, 403, 403, 200, 404)
NEW_AUTHORISATION = (401, 400, 400, 403, 404, 400, 403, 400, 403, 403, 404)
FIGURES = (401, 200, 200, 200, 200, 200, 200, 403, 403, 403, 200)
RETURNS = (401, 403, 403, 200, 200, 200, 200, 403, 403, 403, 403)
BREAKDOWNS = (401, 200, 200, 200, 403, 200, 200, 403, 403, 403, 403)

MATRIX: dict[str, dict[str, tuple[int, ...]]] = {
    "api:openapi": {"GET": REFERENCE_DATA},
    "api:programmes": {"GET": REFERENCE_DATA},
    "api:districts": {"GET": REFERENCE_DATA},
    "api:areas": {"GET": REFERENCE_DATA},
    "api:areas_geojson": {"GET": REFERENCE_DATA},
    "api:area": {"GET": IN_NORTH_HERTS},
    "api:authorisations": {"GET": AUTHORISATIONS, "POST": NEW_AUTHORISATION},
    "api:authorisation": {"GET": IN_NORTH_HERTS_ONLY},
    "api:vocabularies": {"GET": REFERENCE_DATA},
    "api:vocabulary": {"GET": REFERENCE_DATA},
    "api:shifts": {"GET": LISTS_OF_RECORDS, "POST": NEW_SHIFT},
    "api:shifts_bulk": {"POST": NEW_SHIFT},
    "api:shift": {"GET": SAMS_RECORD, "PATCH": CORRECT},
    "api:complete_shift": {"POST": COMPLETE},
    "api:void_shift": {"POST": VOID},
    "api:shift_visits": {"PUT": CORRECT},
    "api:cancel_shift": {"POST": SAMS_PLAN},
    "api:hand_over_shift": {"POST": SAMS_PLAN},
    "api:shift_abstractions": {"POST": TAKEN_AWAY},
    "api:abstractions": {"GET": LISTS_OF_RECORDS},
    "api:withdraw_abstraction": {"POST": TAKEN_AWAY},
    "api:month": {"GET": LISTS_OF_RECORDS},
    "api:confirm_month": {"POST": NEW_SHIFT},
    "api:take_back_month": {"POST": SAMS_MONTH},
    "api:visits": {"GET": LISTS_OF_RECORDS},
    "api:arrests": {"GET": LISTS_OF_RECORDS},
    "api:arrests_detail": {"GET": SAMS_RECORD, "PATCH": CORRECT},
    "api:arrests_withdraw": {"POST": CORRECT},
    "api:stop_searches": {"GET": LISTS_OF_RECORDS},
    "api:stop_searches_detail": {"GET": SAMS_RECORD, "PATCH": CORRECT},
    "api:stop_searches_withdraw": {"POST": CORRECT},
    "api:weapons": {"GET": LISTS_OF_RECORDS},
    "api:weapons_detail": {"GET": SAMS_RECORD, "PATCH": CORRECT},
    "api:weapons_withdraw": {"POST": CORRECT},
    "api:asb_powers": {"GET": LISTS_OF_RECORDS},
    "api:asb_powers_detail": {"GET": SAMS_RECORD, "PATCH": CORRECT},
    "api:asb_powers_withdraw": {"POST": CORRECT},
    "api:figures": {"GET": FIGURES},
    "api:figures_roles": {"GET": BREAKDOWNS},
    "api:figures_powers": {"GET": BREAKDOWNS},
    "api:statements": {"GET": FIGURES},
    "api:statement": {"GET": FIGURES},
    "api:returns": {"GET": RETURNS},
    "api:return": {"GET": RETURNS},
}
# To Pete, of a partner organisation, nothing of the API exists.
MATRIX = {name: {method: (*row, 404) for method, row in rows.items()} for name, rows in MATRIX.items()}
ENDPOINTS = {name: pattern for name, pattern in URLS.items() if getattr(pattern.callback, "is_api", False)}


@pytest.fixture
def records(world):
    """Sam's shift with one of everything on it, and the path of each endpoint."""
    force, values = world
    shift = PatrolShift.objects.get(pk=values["shift_id"])
    shift.crew.update(collar_number="")
    factories.CrewMemberFactory(shift=shift, collar_number=COLLAR)
    factories.VisitFactory(shift=shift)
    outcomes = {
        "arrests": shift.arrests.get(),
        "stop_searches": factories.StopSearchFactory(shift=shift, reference=REFERENCE),
        "weapons": factories.WeaponRecoveredFactory(shift=shift),
        "asb_powers": factories.AsbPowerUseFactory(shift=shift),
    }
    paths = {}
    for name in ENDPOINTS:
        kind = name.removeprefix("api:").removesuffix("_detail").removesuffix("_withdraw")
        outcome_id = outcomes[kind].pk if kind in outcomes else 0
        own = {**values, "area_id": force.hitchin.pk, "name": "weapon-kinds", "outcome_id": outcome_id}
        own |= {"month": "2024-09", "confirmation_id": values["month_confirmation"].pk}
        own["abstraction_id"] = values["taken_away"].pk
        own["authorisation_id"] = values["authorisation"].pk
        paths[name] = path_of(name, own, force).removeprefix("/api/v1/")
    return force, paths


def caller_of(name: str, force) -> Caller:
    if name in SCOPES:
        return system_caller(force.adam, SCOPES[name], name=name)
    return person_caller(force.people[name]) if name in force.people else Caller()


def test_every_endpoint_has_a_row_and_every_row_an_endpoint():
    assert set(ENDPOINTS) == set(MATRIX)


@pytest.mark.parametrize("who", CALLERS)
def test_what_every_method_answers(records, who):
    force, paths = records
    caller, column, wrong = caller_of(who, force), CALLERS.index(who), {}
    before = rows_everywhere()
    for name, rows in MATRIX.items():
        for method in METHODS:
            expected = rows[method][column] if method in rows else 401 if who == "anon" else 405
            response = caller.send(method, paths[name])
            if response.status_code != expected:
                wrong[method, name] = (response.status_code, expected)
            if response.status_code >= 400:
                assert response["Content-Type"] == "application/problem+json", name
            assert ("WWW-Authenticate" in response) == (response.status_code == 401), name
            assert set(response["Cache-Control"].split(", ")) == {"private", "no-store"}, name
    assert wrong == {}
    assert rows_everywhere() == before


@pytest.mark.parametrize("who", CALLERS)
def test_head_and_options_tell_no_more_than_get(records, who):
    force, paths = records
    caller, column = caller_of(who, force), CALLERS.index(who)
    for name, rows in MATRIX.items():
        if "GET" in rows:
            response = caller.send("HEAD", paths[name])
            assert (response.status_code, response.content) == (rows["GET"][column], b""), name
        answer = caller.send("OPTIONS", paths[name])
        assert answer.status_code in ({401} if who == "anon" else {204, 403, 404}), name
        if answer.status_code == 204:
            assert {*rows, "OPTIONS"} <= set(answer["Allow"].split(", ")), name


def everything_told(caller: Caller, paths: dict[str, str]) -> str:
    """All that a caller can read, in one text."""
    query = {"api:shifts": {"detail": "full"}, "api:figures": {"by": ["area", "month"]}}
    answers = [caller.get(paths[name], query.get(name)) for name, rows in MATRIX.items() if "GET" in rows]
    answers += [caller.get("shifts", {"detail": "full", "updated_since": "2024-10-01T00:00:00Z"})]
    return "\n".join(answer.content.decode() for answer in answers)


@pytest.mark.parametrize(
    ("who", "reads", "officers"),
    [
        ("sam", True, True),
        ("adam", True, True),
        ("audrey", True, True),
        ("anna", True, False),
        ("reader", True, False),
        ("sue", False, False),
        ("writer", False, False),
        ("voider", False, False),
        ("paul", False, False),
        ("summaries", False, False),
    ],
)
def test_who_is_told_of_records_and_who_of_officers(records, who, reads, officers):
    force, paths = records
    told = everything_told(caller_of(who, force), paths)
    assert (COLLAR in told) == officers
    assert (NOTE in told) == reads
    assert (REFERENCE in told) == reads
    # As a whole: what describes the API has HS-1457 for an example.
    assert bool(re.search(rf"HS-{PatrolShift.objects.get(state='completed').pk}\b", told)) == reads
    assert OFFICER not in told
    # Nobody is told by name who logged it.
    assert "Sam Sergeant" not in told
    assert "sam@" not in told


def test_a_system_reads_what_it_logged_and_nothing_else(records):
    force, paths = records
    writer = caller_of("writer", force)
    own = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=writer.user)
    assert [shift["id"] for shift in writer.get("shifts").json()["results"]] == [own.pk]
    assert writer.get(f"shifts/{own.pk}").status_code == 200
    assert writer.get(paths["api:shift"]).status_code == 404


def test_sue_finds_no_record_of_another_district_by_any_filter(records):
    force, _ = records
    sue = person_caller(force.sue)
    shift = PatrolShift.objects.get(state="completed")
    for query in ({"area": shift.area_id}, {"state": "completed"}, {"since": "2024-10-01"}, {"detail": "full"}):
        assert sue.get("shifts", query).json()["results"] == []
    assert sue.get("stop-searches", {"shift": shift.pk}).json()["results"] == []
    assert [area["name"] for area in sue.get("areas").json()["results"]] == ["Watford Parade", "Watford town centre"]


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override"])
def test_method_override_is_ignored(records, header):
    force, paths = records
    before = rows_everywhere()
    sam = person_caller(force.sam)
    assert sam.post(paths["api:shift"], {"reason": "x"}, **{header: "PATCH"}).status_code == 405
    assert rows_everywhere() == before


def test_every_endpoint_grants_each_of_its_methods_by_a_permission_and_describes_it():
    for name, pattern in ENDPOINTS.items():
        view = pattern.callback.cls(**pattern.callback.initkwargs)
        methods = {method.upper() for method in view.http_method_names if hasattr(view, method)} - {"HEAD", "OPTIONS"}
        assert methods == set(view.permissions) == set(view.operations) == set(MATRIX[name]), name
        assert set(view.permissions.values()) <= set(Permission), name
