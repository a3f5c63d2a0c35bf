"""Authorisations by the API: read without officers, recorded as the law allows."""

from datetime import timedelta

import pytest

from hotspot.core.permissions import Scope
from hotspots.models import PowerAuthorisation
from tests.api import conforms, errors, person_caller, system_caller
from tests.hotspots.authorisations import OFFICER, START, recorded

pytestmark = pytest.mark.usefixtures("now")


def body(force, **changes):
    values = {
        "kind": "dispersal",
        "areas": [force.hitchin.pk],
        "locality": "Town centre",
        "grounds": "Disorder\nevery Friday",
        "rank": "inspector",
        "officer": OFFICER,
        "given_at": "2024-10-11T20:00:00+01:00",
        "starts_at": "2024-10-11T20:00:00+01:00",
        "ends_at": "2024-10-13T20:00:00+01:00",
        "is_signed": True,
        "has_regard": True,
    }
    return values | changes


def test_they_are_listed_in_pages_and_name_no_officer(force):
    made = [recorded(force, starts_at=START + timedelta(hours=each), given_at=START) for each in range(3)]
    reader = system_caller(force.adam, Scope.READ_SHIFTS)
    first = conforms(reader.get("authorisations", {"page_size": 2}), "list_authorisations")
    assert [row["id"] for row in first["results"]] == [made[2].pk, made[1].pk]
    rest = conforms(reader.client.get(first["next"], headers=reader.headers), "list_authorisations")
    assert ([row["id"] for row in rest["results"]], rest["next"]) == ([made[0].pk], None)
    one = reader.get(f"authorisations/{made[0].pk}")
    assert conforms(one, "read_authorisation")["state"] == "in_force"
    assert "Canary" not in one.content.decode()
    for query, number in (({"state": "ended"}, 0), ({"kind": "search"}, 0), ({"area": force.letchworth.pk}, 0)):
        assert len(reader.get("authorisations", query).json()["results"]) == number


def test_one_is_recorded_once_by_a_system_or_a_person(force):
    for caller, place in (
        (system_caller(force.adam, Scope.WRITE_SHIFTS), "Bancroft"),
        (person_caller(force.sam), "Market"),
    ):
        answer = caller.post("authorisations", body(force, locality=place))
        assert answer.status_code == 201, answer.content
        made = conforms(answer, "record_authorisation")
        assert (made["ends_at"], made["areas"][0]["id"]) == ("2024-10-13T19:00:00+00:00", force.hitchin.pk)
        assert answer["Location"] == f"/api/v1/authorisations/{made['id']}"
        assert PowerAuthorisation.objects.get(pk=made["id"]).officer == OFFICER
        # With another key, as by another system that was told of it, too.
        assert errors(caller.post("authorisations", body(force, locality=place))) == [(None, "recorded_already")]
    assert PowerAuthorisation.objects.count() == 2


def test_what_the_law_refuses_names_the_field(force):
    sam = person_caller(force.sam)
    refused = {"rank": "sergeant", "ends_at": "2024-10-13T20:01:00+01:00", "has_regard": False}
    assert set(errors(sam.post("authorisations", body(force, **refused)))) == {
        ("rank", "rank_too_low"),
        ("ends_at", "too_long"),
        ("has_regard", "no_regard"),
    }
    assert errors(sam.post("authorisations", body(force, areas=[force.watford.pk]))) == [("areas", "unknown_area")]
    assert not PowerAuthorisation.objects.exists()
