"""The pages about the API: every operation is there, and what can be opened opens."""

import pytest
from django.test import Client

from hotspot.core.api.documentation import sections
from hotspot.core.api.endpoints import schema
from hotspot.core.api.problems import KINDS
from hotspot.core.permissions import Scope
from outcomes import kinds
from tests.api import system_caller

pytestmark = pytest.mark.django_db


def operations() -> list[str]:
    """The names of all operations in the description."""
    return [operation["operationId"] for methods in schema()["paths"].values() for operation in methods.values()]


def test_every_operation_is_on_the_page_once(force, as_user):
    text = as_user(force.anna).get("/api/docs").content.decode()
    names = operations()
    assert len(names) == len(set(names)) > 30
    for name in names:
        assert text.count(f'id="{name}"') == 1, name


def test_fields_of_what_a_field_holds_are_named_whole():
    found = {operation.name: operation for section in sections(schema()) for operation in section.operations}
    fields = {row.name: row for row in found["log_shift"].fields}
    assert fields["crew[].role"].needed
    assert fields["arrests[].offence_group"].kind == "text"
    assert fields["starts_at"].kind == "date and time with offset"
    assert {"Idempotency-Key"} <= {row.name for row in found["log_shift"].parameters}


RECORDS = (*(kind.api_path for kind in kinds.KINDS), "abstractions", "authorisations", "shifts", "visits")
CLOSED = {
    "anna": {},
    "sam": {"/api/v1/returns": 403},
    "paul": {f"/api/v1/{name}": 404 for name in RECORDS}
    | {f"/api/v1/figures/{name}": 403 for name in ("asb-powers", "roles")},
}


@pytest.mark.parametrize(("person", "closed"), CLOSED.items())
def test_what_only_reads_opens_with_a_session(force, as_user, person, closed):
    browser = as_user(force.people[person])
    paths = [operation.try_it for section in sections(schema()) for operation in section.operations if operation.try_it]
    assert "/api/v1/shifts" in paths
    statuses = {path: browser.get(path).status_code for path in paths}
    assert {path: status for path, status in statuses.items() if status != 200} == closed


def test_every_problem_is_explained_where_its_type_leads(client):
    text = client.get("/api/problems").content.decode()
    for code, kind in KINDS.items():
        assert f'id="{code}"' in text
        assert f"status {kind.status}" in text


READ_WITHOUT_AN_ACCOUNT = ("/api/docs", "/api/v1/openapi.json")


@pytest.mark.parametrize("scope", Scope)
def test_an_integrator_reads_the_documentation_with_the_systems_token(force, scope):
    headers = system_caller(force.adam, scope).headers
    for path in READ_WITHOUT_AN_ACCOUNT:
        answer = Client().get(path, headers=headers)
        assert answer.status_code == 200
        assert "/api/v1/shifts" in answer.content.decode()
    page = Client().get("/api/docs", headers=headers).content.decode()
    # They can't open the addresses in the browser.
    assert "Open /api/v1/shifts" not in page
    assert "Licence: MIT" in page


def test_a_wrong_token_or_none_opens_no_documentation_unless_the_force_says_so(force, settings):
    wrong = {"Authorization": "Bearer nonsense"}
    for path in READ_WITHOUT_AN_ACCOUNT:
        assert Client().get(path, headers=wrong).status_code == 401
        assert Client().get(path).status_code in {302, 401}
    settings.API_DOCS_PUBLIC = True
    for path in READ_WITHOUT_AN_ACCOUNT:
        assert Client().get(path).status_code == 200
    # Documentation, and never a record.
    for path in ("/api/v1/areas", "/api/v1/shifts"):
        assert Client().get(path).status_code == 401


def test_a_systems_token_opens_no_other_page(force):
    headers = system_caller(force.adam, *Scope).headers
    for path in ("/shifts/", "/figures/", "/manage/areas/"):
        assert Client().get(path, headers=headers).status_code == 302
