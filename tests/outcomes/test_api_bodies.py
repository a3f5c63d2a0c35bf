"""Every body that is taken, with what does not belong into it, and with what is of the wrong shape."""

from uuid import uuid4

import pytest

from hotspot.core.api.json import MOST_VALUES
from hotspot.core.api.problems import MOST_ERRORS
from hotspot.core.permissions import Scope
from outcomes.api.views.shifts import ShiftBulk
from patrols.models import PatrolShift
from tests import factories
from tests.api import errors, night_in_hitchin, problem, system_caller
from tests.house.test_access import rows_everywhere

pytestmark = pytest.mark.usefixtures("now")
PROTECTED = ["id", "created_by", "logged_by", "force", "approved_by", "version", "is_superuser", "updated_at", "arests"]


@pytest.fixture
def rota(force):
    return system_caller(force.adam, Scope.WRITE_SHIFTS, Scope.VOID_SHIFTS)


@pytest.fixture
def addresses(force, rota):
    """For each body: method, address and what would be taken there."""
    logged = rota.post("shifts", night_in_hitchin(force, stop_searches=[{}], weapons=[{}])).json()
    planned = factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, logged_by=rota.user, state="planned"
    )
    shift, reason = f"shifts/{logged['id']}", {"reason": "Mended"}
    outcomes = {kind: f"{kind.replace('_', '-')}/{logged[kind][0]['id']}" for kind in ("arrests", "weapons")}
    return {
        "log": ("POST", "shifts", night_in_hitchin(force)),
        "complete": ("POST", f"shifts/{planned.pk}/complete", {"nothing_to_report": True}),
        "correct": ("PATCH", shift, reason | {"note": "Busy"}),
        "void": ("POST", f"{shift}/void", reason),
        "visits": ("PUT", f"{shift}/visits", {"visits": []}),
        "arrest": ("PATCH", outcomes["arrests"], {"reference": "R/1"}),
        "weapon": ("PATCH", outcomes["weapons"], {"kind": "knife"}),
        "withdraw": ("POST", f"{outcomes['arrests']}/withdraw", reason),
        "bulk": ("POST", "shifts/bulk", {"shifts": []}),
    }


def version_of(rota, path):
    """The ETag of what an address is about."""
    for ending in ("/complete", "/void", "/visits", "/withdraw"):
        path = path.removesuffix(ending)
    return rota.get(path).get("ETag", "")


def test_no_body_takes_what_is_not_its_own(rota, addresses):
    before = rows_everywhere()
    for method, path, good in addresses.values():
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": version_of(rota, path)}
        answer = rota.send(method, path, good | dict.fromkeys(PROTECTED, 1), **headers)
        assert problem(answer) == (400, "invalid"), path
        assert {field for field, code in errors(answer) if code == "unknown_field"} == set(PROTECTED), path
    assert rows_everywhere() == before


@pytest.mark.parametrize("state", ["voided", "approved", "COMPLETED", "", None, 1])
def test_no_state_is_chosen_that_is_not_offered(force, rota, state):
    answer = rota.post("shifts", night_in_hitchin(force, state=state))
    assert problem(answer) == (400, "invalid")
    assert [field for field, _ in errors(answer)] == ["state"]


def test_a_body_is_an_object(rota, addresses):
    for method, path, _ in addresses.values():
        headers = {"Idempotency-Key": str(uuid4()), "If-Match": version_of(rota, path)}
        for body in (b"[]", b"[{}]", b"null", b"1", b'"reason"', b"true"):
            assert problem(rota.send(method, path, body, **headers)) == (400, "malformed"), (path, body)


CORRECTION = ["area", "funding_stream", "starts_at", "ends_at", "crew", "note", "counts", "activity", "keep", "reason"]


@pytest.mark.parametrize("value", [None, True, [1], {"a": {}}, -1.5, "\x00"])
def test_a_field_of_a_correction_that_is_null_or_of_the_wrong_kind_is_named(rota, addresses, value):
    method, path, good = addresses["correct"]
    version = {"If-Match": version_of(rota, path)}
    before = rota.get(path).json()
    for name in CORRECTION:
        answer = rota.send(method, path, good | {name: value}, **version)
        assert problem(answer) == (400, "invalid"), name
        assert {(field or "").partition(".")[0].partition("[")[0] for field, _ in errors(answer)} == {name}
    assert rota.get(path).json() == before


def test_null_takes_back_a_detail_and_leaving_it_out_does_not(rota, addresses):
    method, path, _ = addresses["arrest"]

    def change(**body):
        answer = rota.send(method, path, {"reason": "Mended", **body}, **{"If-Match": version_of(rota, path)})
        assert answer.status_code == 200, answer.content
        return answer.json()["offence_group"], answer.json()["reference"]

    group = "violence_against_the_person"
    assert change(reference="R/2") == (group, "R/2")
    assert change(offence_group=None) == (None, "R/2")


def test_no_parameter_reaches_into_the_database(rota):
    for name, value in (
        ("is_superuser", "1"),
        ("area__force__user__password__startswith", "pbkdf2"),
        ("ordering", "created_by__password"),
        ("ordering", "a.b"),
        ("note__regex", "(a+)+$"),
        ("_connector", "OR"),
        ("area_id", "1"),
        ("AREA", "1"),
    ):
        answer = rota.get("shifts", {name: value})
        assert (problem(answer), errors(answer)) == ((400, "invalid"), [(name, "unknown_field")])


def test_ten_thousand_at_once_are_refused_and_none_is_made(rota):
    answer = rota.post("shifts/bulk", {"shifts": [{}] * 10_000})
    assert (problem(answer), errors(answer)) == ((400, "invalid"), [("shifts", "max_length")])
    assert not PatrolShift.objects.exists()


# --- many small things in one body --------------------------------------------------------------------------------


def test_a_list_that_is_too_long_is_refused_without_a_look_at_its_values(force, rota):
    body = night_in_hitchin(force, keep={"reason": "Right", "doubts": [1] * 10_000})
    assert errors(rota.post("shifts", body)) == [("keep.doubts", "max_length")]
    assert errors(rota.post("shifts/bulk", {"shifts": [1] * 10_000})) == [("shifts", "max_length")]


@pytest.mark.parametrize(
    "wrong",
    [
        dict.fromkeys(map(str, range(10_000)), 1),
        {"arrests": [{"a": 1, "b": 1}] * 999},
        {"crew": [{"role": 1}] * 50, "visits": [{"arrived_at": "x", "left_at": "y"}] * 24},
    ],
)
def test_an_answer_names_the_first_fifty_errors_and_says_that_there_are_more(force, rota, wrong):
    answer = rota.post("shifts", night_in_hitchin(force, **wrong))
    assert problem(answer) == (400, "invalid")
    assert len(errors(answer)) == MOST_ERRORS
    assert answer.json()["detail"].startswith("More than 50 things are wrong")
    (item,) = rota.post("shifts/bulk", {"shifts": [night_in_hitchin(force, **wrong)]}).json()["results"]
    assert len(item["problem"]["errors"]) == MOST_ERRORS


@pytest.mark.parametrize(("path", "most"), [("shifts", MOST_VALUES), ("shifts/bulk", ShiftBulk.most_values)])
def test_a_body_of_too_many_values_is_refused_before_any_is_looked_at(force, rota, path, most):
    for values, expected in ((most - 1, (400, "invalid")), (most + 1, (413, "too_large"))):
        answer = rota.post(path, b'{"a":[' + b"1," * (values - 1) + b'"1,1,1"]}')
        assert problem(answer) == expected
    assert "at the most" in answer.json()["detail"]
