"""The committed description of the API is the one that the code gives."""

from django.core.management import call_command

from hotspot.core.api.endpoints import SCHEMA, schema
from hotspot.core.api.problems import CONTENT_TYPE

HOW = "Run: script/manage spectacular --format openapi-json --fail-on-warn --file hotspot/core/api/openapi.json"


def test_the_committed_schema_is_what_the_code_says(tmp_path):
    now = tmp_path / "openapi.json"
    call_command("spectacular", format="openapi-json", fail_on_warn=True, file=str(now))
    assert now.read_text() == SCHEMA.read_text(), HOW


def test_every_refusal_is_described_as_a_problem_and_every_body_can_be_refused():
    for path, methods in schema()["paths"].items():
        for method, operation in methods.items():
            answers = operation["responses"]
            refusals = {status: answer for status, answer in answers.items() if status >= "400"}
            assert {tuple(answer["content"]) for answer in refusals.values()} == {(CONTENT_TYPE,)}, (path, method)
            assert {"400", "401", "403", "406", "429", "503"} <= set(refusals), (path, method)
            if "requestBody" in operation:
                assert {"409", "413", "415"} <= set(refusals), (path, method)


def test_operations_have_names_of_their_own_and_say_which_scope_they_need():
    operations = [operation for methods in schema()["paths"].values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert all(
        "Needs `" in operation["description"] or "any scope" in operation["description"] for operation in operations
    )


def test_every_operation_says_in_a_few_words_and_in_more_what_it_does_and_what_it_refuses():
    operations = [operation for methods in schema()["paths"].values() for operation in methods.values()]
    summaries = [operation["summary"] for operation in operations]
    assert len(set(summaries)) == len(summaries) > 30
    for operation in operations:
        assert 5 < len(operation["summary"]) <= 60, operation["operationId"]
        assert not operation["summary"].endswith("."), operation["operationId"]
        assert operation["description"].split("\n\n")[0], operation["operationId"]
        for status, answer in operation["responses"].items():
            assert status < "400" or answer["description"], (operation["operationId"], status)


def test_the_description_names_licence_and_contact(settings):
    assert schema()["info"]["license"]["name"] == "MIT"
    # Without settings nobody's address is made up.
    assert schema()["info"]["contact"] == {"name": "The administrators of this service"}
    settings.API_CONTACT = {"name": "", "email": "hotspot@force.example"}
    contact = {"name": "The administrators of this service", "email": "hotspot@force.example"}
    assert schema()["info"]["contact"] == contact
