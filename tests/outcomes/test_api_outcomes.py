"""Single outcomes through the API: listed, detailed, withdrawn."""

from datetime import UTC, datetime

import pytest

from hotspot.core.permissions import Scope
from outcomes.kinds import BY_MODEL
from outcomes.models import Arrest, AsbPowerUse, StopSearch, WeaponRecovered
from patrols.models import PatrolShift
from tests import factories
from tests.api import conforms, errors, night_in_hitchin, problem, system_caller

pytestmark = pytest.mark.usefixtures("now")
KINDS = {"arrests": Arrest, "stop-searches": StopSearch, "weapons": WeaponRecovered, "asb-powers": AsbPowerUse}


@pytest.fixture
def rota(force):
    return system_caller(force.adam, Scope.WRITE_SHIFTS)


@pytest.fixture
def mirror(force):
    return system_caller(force.adam, Scope.READ_SHIFTS, name="Mirror")


@pytest.fixture
def logged(force, rota):
    """One of each, all with detail to follow but the power."""
    one = {"arrests": [{}], "stop_searches": [{}], "weapons": [{}], "asb_powers": [{"kind": "dispersal_direction"}]}
    answer = rota.post("shifts", night_in_hitchin(force, **one))
    assert answer.status_code == 201, answer.content
    return answer


def path(logged, kind):
    return f"{kind}/{logged.json()[kind.replace('-', '_')][0]['id']}"


def codes(kind):
    """Values for all that a kind needs: of each vocabulary the first term that is in force."""
    if kind == "asb-powers":
        return {"reference": "D/1"}
    terms = {name: KINDS[kind]._meta.get_field(name).related_model for name in BY_MODEL[KINDS[kind]].required}
    return {name: term.objects.filter(in_force_to=None).order_by("pk").first().pk for name, term in terms.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_an_outcome_is_read_and_its_detail_added(rota, logged, kind):
    name = kind.replace("-", "_")
    first = rota.get(path(logged, kind))
    before = conforms(first, f"read_{name}")
    assert first["ETag"].partition("-")[0] == logged["ETag"].partition("-")[0]
    assert before["shift"] == logged.json()["id"]
    assert before["detail_to_follow"] == (kind != "asb-powers")
    added = codes(kind)
    done = rota.patch(path(logged, kind), added, **{"If-Match": first["ETag"]})
    after = conforms(done, f"detail_{name}")
    assert after == before | added | {"detail_to_follow": False}
    assert done["ETag"] != first["ETag"]
    shift = rota.get(f"shifts/{before['shift']}")
    assert shift["ETag"].partition("-")[0] == done["ETag"].partition("-")[0]


@pytest.mark.parametrize("kind", KINDS)
def test_an_outcome_that_did_not_happen_is_withdrawn_and_stays(rota, mirror, logged, kind):
    name = kind.replace("-", "_")
    version = {"If-Match": logged["ETag"]}
    assert errors(rota.post(f"{path(logged, kind)}/withdraw", {}, **version)) == [("reason", "required")]
    done = rota.post(f"{path(logged, kind)}/withdraw", {"reason": "Entered twice"}, **version)
    assert conforms(done, f"withdraw_{name}")["void_reason"] == "Entered twice"
    shift = mirror.get(f"shifts/{logged.json()['id']}").json()
    assert shift["outcomes"][name] == 0
    assert [row["void_reason"] for row in shift[name]] == ["Entered twice"]
    again = rota.post(f"{path(logged, kind)}/withdraw", {"reason": "Again"}, **{"If-Match": done["ETag"]})
    assert (problem(again), errors(again)) == ((403, "not_allowed"), [(None, "withdrawn")])


@pytest.mark.parametrize(
    ("kind", "changes", "status", "error"),
    [
        ("arrests", {"stop_search": 10**9}, 400, ("stop_search", "search_elsewhere")),
        ("arrests", {"custody_days": 7}, 400, ("custody_days", "custody_needs_conviction")),
        ("arrests", {"custody_days": -1}, 400, ("custody_days", "out_of_range")),
        ("arrests", {"justice_outcome_on": "2024-10-11"}, 400, ("justice_outcome", "justice_outcome_missing")),
        ("arrests", {"justice_outcome_on": "0001-01-01"}, 400, ("justice_outcome_on", "year_out_of_range")),
        ("arrests", {"happened_at": "2024-10-12T01:00:00Z"}, 400, ("happened_at", "outside_shift")),
        ("arrests", {"happened_at": "2024-10-10T23:00"}, 400, ("happened_at", "offset_required")),
        ("arrests", {"reference": "Mr Smith"}, 400, ("reference", "reference_invalid")),
        ("arrests", {"reference": None}, 400, ("reference", "null")),
        ("arrests", {"void_reason": "x"}, 400, ("void_reason", "unknown_field")),
        ("arrests", {"shift": 1}, 400, ("shift", "unknown_field")),
        ("stop-searches", {"found": "yes"}, 400, ("found", "not_yes_no")),
        ("weapons", {"kind": "nonsense"}, 400, ("kind", "unknown_term")),
        ("asb-powers", {"kind": None}, 400, ("kind", "null")),
        ("asb-powers", {"kind": "cpn"}, 400, ("reason", "reason_missing")),
    ],
)
def test_what_is_wrong_with_a_detail_is_named(rota, logged, kind, changes, status, error):
    answer = rota.patch(path(logged, kind), changes, **{"If-Match": logged["ETag"]})
    assert problem(answer)[0] == status
    assert errors(answer) == [error]


def test_what_is_recorded_is_replaced_with_a_reason(rota, logged):
    first = rota.patch(path(logged, "arrests"), {"reference": "A/1"}, **{"If-Match": logged["ETag"]})
    version = {"If-Match": first["ETag"]}
    assert errors(rota.patch(path(logged, "arrests"), {"reference": "A/2"}, **version)) == [
        ("reason", "reason_missing")
    ]
    done = rota.patch(path(logged, "arrests"), {"reference": "A/2", "reason": "Typing mistake"}, **version)
    assert done.json()["reference"] == "A/2"
    assert Arrest.objects.get().events.order_by("-pgh_id").first().pgh_context.metadata["reason"] == "Typing mistake"


def test_an_arrest_names_the_search_that_it_came_from(rota, logged):
    search = logged.json()["stop_searches"][0]["id"]
    linked = rota.patch(path(logged, "arrests"), {"stop_search": search}, **{"If-Match": logged["ETag"]})
    assert linked.json()["stop_search"] == search
    answer = rota.post(f"stop-searches/{search}/withdraw", {"reason": "x"}, **{"If-Match": linked["ETag"]})
    assert (problem(answer), errors(answer)) == ((409, "conflict"), [(None, "still_linked")])


def test_what_became_of_an_arrest_is_entered_months_later(rota, logged, now):
    now.move_to("2025-02-01T12:00:00Z")
    body = {"justice_outcome": "convicted", "justice_outcome_on": "2025-01-20", "custody_days": 84}
    done = rota.patch(path(logged, "arrests"), body, **{"If-Match": logged["ETag"]})
    assert done.status_code == 200, done.content
    assert {name: done.json()[name] for name in body} == body


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_finds_no_outcome_of_another_kind_or_caller(force, rota, logged, kind):
    other = system_caller(force.adam, Scope.WRITE_SHIFTS, name="Other")
    assert problem(other.get(path(logged, kind))) == (404, "not_found")
    assert problem(rota.get(f"{kind}/{10**9}")) == (404, "not_found")
    assert other.get(kind).json()["results"] == []
    assert len(rota.get(kind).json()["results"]) == 1


# --- lists --------------------------------------------------------------------------------------------------------


@pytest.fixture
def many(force):
    """Three shifts with two of each kind, one of them in Watford."""
    for place, area in enumerate((force.hitchin, force.hitchin, force.watford)):
        shift = factories.PatrolShiftFactory(
            area=area,
            funding_stream=force.grant,
            starts_at=datetime(2024, 10, 9 + place, 21, tzinfo=UTC),
        )
        for factory in (
            factories.ArrestFactory,
            factories.StopSearchFactory,
            factories.WeaponRecoveredFactory,
            factories.AsbPowerUseFactory,
        ):
            factory.create_batch(2, shift=shift)
        factories.VisitFactory(shift=shift)
        factories.VisitFactory(shift=shift, starts_at=shift.ends_at.replace(hour=4))


@pytest.mark.parametrize("kind", [*KINDS, "visits"])
def test_a_list_is_walked_in_pages_without_a_gap(many, mirror, kind):
    operation = f"list_{kind.replace('-', '_')}"
    seen, answer = [], conforms(mirror.get(kind, {"page_size": 4}), operation)
    while answer["next"]:
        seen += answer["results"]
        follow = answer["next"].partition("/api/v1/")[2]
        answer = conforms(mirror.get(follow), operation)
    seen += answer["results"]
    assert [row["id"] for row in seen] == sorted({row["id"] for row in seen})
    assert len(seen) == 6


@pytest.mark.parametrize("kind", [*KINDS, "visits"])
def test_a_list_is_narrowed(force, many, mirror, kind):
    shift = PatrolShift.objects.order_by("pk").first()

    def count(**query):
        return len(mirror.get(kind, query).json()["results"])

    assert count(shift=shift.pk) == 2
    assert count(area=force.watford.pk) == 2
    assert count(area=[force.watford.pk, force.hitchin.pk]) == 6
    assert count(since="2024-10-10") == 4
    assert count(until="2024-10-09") == 2
    assert count(since="2024-10-10", until="2024-10-10", area=force.hitchin.pk) == 2
    assert count(updated_since="2024-10-12T12:04:00Z") == 6
    assert count(shift=10**9) == 0
