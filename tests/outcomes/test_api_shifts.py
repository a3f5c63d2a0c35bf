"""Shifts through the API: the same rules as the page."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hotspot.core.permissions import Scope
from outcomes.models import AsbPowerKind
from outcomes.vocabulary.cache import terms_of
from patrols.models import PatrolShift
from tests import factories
from tests.api import conforms, errors, night_in_hitchin, person_caller, problem, system_caller
from tests.patrols.planning import planned

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def rota(force):
    return system_caller(force.adam, Scope.WRITE_SHIFTS)


@pytest.fixture
def mirror(force):
    return system_caller(force.adam, Scope.READ_SHIFTS, name="Mirror")


def test_a_shift_with_its_outcomes_is_logged(force, rota):
    response = rota.post(
        "shifts",
        night_in_hitchin(
            force,
            stop_searches=[{}, {"found": True}],
            asb_powers=[{"kind": "dispersal_direction", "reference": "D/1"}] * 2,
            activity={"engagements_residents": 5},
            visits=[{"arrived_at": "2024-10-10T22:30:00+01:00", "left_at": "2024-10-10T22:45:00+01:00"}],
            external={"source": "rota", "reference": "R-1"},
            note="Quiet\r\nnight",
        ),
    )
    assert response.status_code == 201, response.content
    found = response.json()
    assert response["Location"] == f"/api/v1/shifts/{found['id']}"
    assert response["ETag"].startswith(f'"{found["version"]}-')
    assert found["outcomes"] == {"arrests": 1, "stop_searches": 2, "weapons": 0, "asb_powers": 2}
    assert (found["clock_minutes"], found["patrol_minutes"], found["crew_size"]) == (480, 960, 2)
    assert found["day"] == "2024-10-10"
    assert found["note"] == "Quiet\nnight"
    assert found["external"] == {"source": "rota", "reference": "R-1"}
    (arrest,) = found["arrests"]
    assert (arrest["offence_group"], arrest["detail_to_follow"]) == ("violence_against_the_person", False)
    assert [search["detail_to_follow"] for search in found["stop_searches"]] == [True, True]
    assert [power["reference"] for power in found["asb_powers"]] == ["D/1", "D/1"]
    assert found["activity"] == {"engagements_residents": 5}
    assert len(found["visits"]) == 1
    assert "collar_number" not in found["crew"][0]
    assert PatrolShift.objects.get().crew.filter(collar_number="PC12").exists()


# --- logging ------------------------------------------------------------------------------------------------------


def test_a_shift_is_logged_in_six_trips_to_the_database(force, rota):
    """Between BEGIN and COMMIT, which are those of a savepoint here."""
    terms_of(AsbPowerKind)
    body = night_in_hitchin(force, arrests=[{}], stop_searches=[{}], weapons=[{}])
    with CaptureQueriesContext(connection) as asked:
        assert rota.post("shifts", body).status_code == 201
    sql = [each["sql"] for each in asked.captured_queries]
    begin = next(place for place, text in enumerate(sql) if 'SAVEPOINT "' in text)
    commit = next(place for place, text in enumerate(sql) if 'RELEASE SAVEPOINT "' in text)
    assert commit - begin - 1 == 6, sql[begin:commit]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"ends_at": "2024-10-10T22:00:00+01:00"}, "ends_at", "ends_before_start"),
        ({"ends_at": "2024-10-10T21:59:00+01:00"}, "ends_at", "ends_before_start"),
        ({"ends_at": "2024-10-11T22:01:00+01:00"}, "ends_at", "too_long"),
        ({"starts_at": "2024-10-12T08:00:00Z", "ends_at": "2024-10-12T16:00:00Z"}, "ends_at", "not_over_yet"),
        ({"starts_at": "2024-06-01T21:00:00Z", "ends_at": "2024-06-02T05:00:00Z"}, "starts_at", "too_long_ago"),
        ({"crew": []}, "crew", "crew_size"),
        ({"crew": [{"role": "dog"}]}, "crew[0].role", "invalid_choice"),
        ({"crew": [{"role": "pcso", "collar_number": "7"}] * 2, "arrests": []}, "crew", "collar_number_twice"),
        ({"arrests": []}, "arrests", "outcomes_missing"),
        ({"nothing_to_report": True}, "arrests", "both_said"),
        ({"crew": [{"role": "pcso"}]}, "arrests", "constable_needed"),
        ({"arrests": [{"offence_group": "nonsense"}]}, "arrests[0].offence_group", "unknown_term"),
        ({"arrests": [{"reference": "Mr Smith"}]}, None, "reference_invalid"),
        ({"arrests": [{"happened_at": "2024-10-12T01:00:00Z"}]}, "arrests[0].happened_at", "outside_shift"),
        ({"asb_powers": [{}]}, "asb_powers[0].kind", "required"),
        ({"asb_powers": [{"kind": "nonsense"}]}, "asb_powers[0].kind", "unknown_term"),
        ({"activity": {"nonsense": 1}}, "activity", "unknown_term"),
        ({"activity": {"engagements_residents": 1000}}, "activity", "out_of_range"),
        ({"external": {"source": "rota"}}, "external.reference", "required"),
        ({"state": "voided"}, "state", "invalid_choice"),
        ({"state": "planned"}, "state", "not_worked"),
    ],
)
def test_what_is_wrong_is_named(force, rota, changes, field, code):
    answer = rota.post("shifts", night_in_hitchin(force, **changes))
    assert problem(answer) == (400, "invalid")
    found = errors(answer)
    assert code in {said for _, said in found}
    assert field is None or (field, code) in found
    assert all(error["message"] for error in answer.json()["errors"])
    assert not PatrolShift.objects.exists()


def test_zero_is_said_and_not_guessed(force, rota):
    answer = rota.post("shifts", night_in_hitchin(force, arrests=[], nothing_to_report=True))
    assert answer.status_code == 201
    assert answer.json()["nothing_to_report"] is True


def test_somebody_elses_area_is_unknown(force):
    sue = person_caller(force.sue)
    answer = sue.post("shifts", night_in_hitchin(force))
    assert (problem(answer), errors(answer)) == ((400, "invalid"), [("area", "area_unknown")])
    assert sue.post("shifts", night_in_hitchin(force, area=force.watford.pk)).status_code == 201


def test_form_and_api_log_the_same_shift(force, rota, as_user):
    sam = person_caller(force.sam)
    logged = sam.post("shifts", night_in_hitchin(force)).json()
    page = as_user(force.sam).get(f"/shifts/{logged['id']}/")
    assert page.status_code == 200
    assert logged["reference"] in page.content.decode()
    assert "PC12" in page.content.decode()


def test_the_usual_stream_pays_unless_another_is_named(force, rota):
    body = night_in_hitchin(force)
    assert rota.post("shifts", body).json()["funding_stream"] == force.grant.pk
    other = body | {"funding_stream": force.business_as_usual.pk, "starts_at": "2024-10-11T06:00:00+01:00"}
    other |= {"ends_at": "2024-10-11T09:00:00+01:00"}
    assert rota.post("shifts", other).json()["funding_stream"] == force.business_as_usual.pk
    answer = rota.post("shifts", body | {"funding_stream": 10**9})
    assert errors(answer) == [("funding_stream", "stream_unknown")]


def test_an_external_record_is_one_shift(force, rota, mirror):
    body = night_in_hitchin(force, external={"source": "rota", "reference": "R-1"})
    first = rota.post("shifts", body)
    assert first.status_code == 201
    later = body | {"starts_at": "2024-10-09T22:00:00+01:00", "ends_at": "2024-10-10T02:00:00+01:00"}
    answer = rota.post("shifts", later)
    assert (problem(answer), errors(answer)) == ((409, "conflict"), [("external", "external_taken")])
    other = system_caller(force.adam, Scope.WRITE_SHIFTS, name="Second rota")
    assert problem(other.post("shifts", later))[0] == 409
    assert rota.post("shifts", later | {"external": {"source": "other", "reference": "R-1"}}).status_code == 201
    query = {"external_source": "rota", "external_reference": "R-1"}
    assert [shift["id"] for shift in mirror.get("shifts", query).json()["results"]] == [first.json()["id"]]


def test_a_doubt_is_asked_about_and_kept_with_a_reason(force, rota):
    body = night_in_hitchin(force, ends_at="2024-10-11T11:00:00+01:00")
    asked = rota.post("shifts", body)
    assert problem(asked) == (409, "needs_confirming")
    assert [warning["code"] for warning in asked.json()["doubts"]] == ["long_shift"]
    assert conforms(asked, "log_shift")["doubts"][0]["message"]
    other = body | {"keep": {"doubts": ["overlap"], "reason": "Planned so"}}
    assert problem(rota.post("shifts", other)) == (409, "needs_confirming")
    kept = rota.post("shifts", body | {"keep": {"doubts": ["long_shift"], "reason": "Football"}})
    assert kept.status_code == 201
    assert (kept.json()["doubts_kept"], kept.json()["doubts_reason"]) == (["long_shift"], "Football")


def test_one_officer_is_in_one_place_at_a_time(force, rota):
    assert rota.post("shifts", night_in_hitchin(force)).status_code == 201
    answer = rota.post("shifts", night_in_hitchin(force, area=force.letchworth.pk))
    assert problem(answer) == (400, "invalid")
    assert errors(answer) == [("crew", "officer_elsewhere")]


# --- planning -----------------------------------------------------------------------------------------------------

AHEAD = {"starts_at": "2024-10-12T22:00:00+01:00", "ends_at": "2024-10-13T06:00:00+01:00", "arrests": []}


def test_a_shift_is_planned_and_completed_when_it_has_been_worked(force, rota, now):
    planned = rota.post("shifts", night_in_hitchin(force, state="planned", **AHEAD))
    assert (planned.status_code, planned.json()["state"]) == (201, "planned")
    path, version = f"shifts/{planned.json()['id']}/complete", {"If-Match": planned["ETag"]}
    early = rota.post(path, {"nothing_to_report": True}, **version)
    assert errors(early) == [("ends_at", "not_over_yet")]
    now.move_to("2024-10-13T08:00:00Z")
    assert errors(rota.post(path, {}, **version)) == [("arrests", "outcomes_missing")]
    done = rota.post(path, {"ends_at": "2024-10-13T05:00:00+01:00", "arrests": [{}, {}]}, **version)
    found = conforms(done, "complete_shift")
    assert (found["state"], found["clock_minutes"], found["outcomes"]["arrests"]) == ("completed", 420, 2)
    assert [member["minutes"] for member in found["crew"]] == [420, 420]
    again = rota.post(path, {"nothing_to_report": True}, **{"If-Match": done["ETag"]})
    assert (problem(again), errors(again)) == ((409, "conflict"), [(None, "not_planned")])


def test_a_plan_may_be_changed_and_withdrawn(force, now):
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS, Scope.VOID_SHIFTS)
    planned = rota.post("shifts", night_in_hitchin(force, state="planned", **AHEAD))
    path = f"shifts/{planned.json()['id']}"
    changed = rota.patch(path, {"reason": "Moved", "area": force.letchworth.pk}, **{"If-Match": planned["ETag"]})
    assert changed.status_code == 200, changed.content
    assert (changed.json()["state"], changed.json()["area"]["id"]) == ("planned", force.letchworth.pk)
    void = rota.post(f"{path}/void", {"reason": "Called off"}, **{"If-Match": changed["ETag"]})
    assert (void.status_code, void.json()["state"]) == (200, "voided")


def test_a_plan_that_is_changed_is_asked_about_as_a_new_one_is(force, rota):
    made = rota.post("shifts", night_in_hitchin(force, state="planned", **AHEAD))
    other = planned(force, area=force.letchworth, crew=[])
    factories.CrewMemberFactory(shift=other, collar_number="PC12")
    path, version = f"shifts/{made.json()['id']}", {"If-Match": made["ETag"]}
    asked = rota.patch(path, {"reason": "Late", "note": "By car"}, **version)
    assert problem(asked) == (409, "needs_confirming")
    codes = [warning["code"] for warning in asked.json()["doubts"]]
    assert "planned_twice" in codes
    keep = {"doubts": codes, "reason": "Half the night"}
    kept = rota.patch(path, {"reason": "Late", "note": "By car", "keep": keep}, **version)
    assert kept.status_code == 200, kept.content
    assert PatrolShift.objects.get(pk=made.json()["id"]).doubts_kept == codes


def test_what_is_over_is_logged_and_not_planned(force, rota):
    answer = rota.post("shifts", night_in_hitchin(force, state="planned", arrests=[]))
    assert errors(answer) == [("ends_at", "already_over")]


# --- correcting ---------------------------------------------------------------------------------------------------


@pytest.fixture
def logged(force, rota):
    """A long shift with something of everything on it."""
    body = night_in_hitchin(
        force,
        ends_at="2024-10-11T11:00:00+01:00",
        keep={"doubts": ["long_shift"], "reason": "Football"},
        crew=[
            {"role": "police_officer", "collar_number": "PC 12"},
            {"role": "pcso", "starts_at": "2024-10-10T23:00:00+01:00", "ends_at": "2024-10-11T05:00:00+01:00"},
        ],
        stop_searches=[{"found": True}],
        asb_powers=[{"kind": "dispersal_direction"}],
        activity={"engagements_residents": 5},
        visits=[{"arrived_at": "2024-10-10T22:30:00+01:00", "left_at": "2024-10-10T22:45:00+01:00"}],
        note="Quiet",
    )
    answer = rota.post("shifts", body)
    assert answer.status_code == 201, answer.content
    return answer


def corrected(rota, logged, **changes):
    version = {"If-Match": logged["ETag"]}
    return rota.patch(f"shifts/{logged.json()['id']}", {"reason": "Mended", **changes}, **version)


CHANGING = {"version", "updated_at"}


@pytest.mark.parametrize(
    ("changes", "members"),
    [
        ({"note": "Busy"}, {"note"}),
        ({"area": "letchworth"}, {"area"}),
        ({"counts": {"arrests": 2}}, {"arrests", "outcomes"}),
        ({"counts": {"asb_powers": {"cpw": 1}}}, {"asb_powers", "outcomes"}),
        ({"activity": {"engagements_residents": 6}}, {"activity"}),
        (
            {"crew": [{"role": "police_officer", "collar_number": "PC 12"}]},
            {"crew", "crew_size", "patrol_minutes", "doubts_reason"},
        ),
        ({}, set()),
    ],
)
def test_what_is_not_named_stays(force, rota, logged, changes, members):
    if "area" in changes:
        changes = {"area": force.letchworth.pk}
    if "crew" in changes:
        changes = {**changes, "keep": {"doubts": ["people_leave"], "reason": "The PCSO was not there"}}
    answer = corrected(rota, logged, **changes)
    before, after = logged.json(), conforms(answer, "correct_shift")
    assert {name for name in before if before[name] != after[name]} - CHANGING == members
    assert PatrolShift.objects.get().crew.filter(collar_number="PC12").exists()


def test_who_was_there_throughout_still_is_when_the_shift_moves(rota, logged):
    after = corrected(rota, logged, starts_at="2024-10-10T21:00:00+01:00").json()
    assert after["clock_minutes"] == 14 * 60
    assert sorted(member["minutes"] for member in after["crew"]) == [6 * 60, 14 * 60]


def test_a_correction_says_why(rota, logged):
    version = {"If-Match": logged["ETag"]}
    for body, code in (({}, "required"), ({"reason": " "}, "blank"), ({"reason": None}, "null")):
        answer = rota.patch(f"shifts/{logged.json()['id']}", body, **version)
        assert errors(answer) == [("reason", code)]
    assert corrected(rota, logged, note="Busy").status_code == 200
    event = PatrolShift.objects.get().events.order_by("-pgh_id").first()
    assert event.pgh_context.metadata["reason"] == "Mended"
    assert event.pgh_context.metadata["source"] == "api"
    assert event.pgh_context.metadata["user"] == rota.user.pk


def test_fewer_than_are_detailed_is_a_clash(force, rota, logged):
    answer = corrected(rota, logged, counts={"arrests": 0})
    assert (problem(answer), errors(answer)) == ((409, "conflict"), [("arrests", "detail_in_the_way")])


def test_after_a_week_a_system_corrects_nothing(rota, logged, now):
    now.move_to("2024-10-21T12:00:00Z")
    assert problem(corrected(rota, logged, note="Late")) == (403, "not_allowed")


@pytest.mark.parametrize("reader", ["mirror", "other"])
def test_nobody_corrects_what_another_system_logged(force, logged, mirror, reader):
    other = system_caller(force.adam, Scope.WRITE_SHIFTS, Scope.READ_SHIFTS, name="Reading rota")
    caller = {"mirror": mirror, "other": other}[reader]
    assert caller.get(f"shifts/{logged.json()['id']}").status_code == 200
    assert problem(corrected(caller, logged, note="Mine now")) == (403, "not_allowed")
    assert PatrolShift.objects.get().note == "Quiet"


def test_a_void_counts_no_more_and_is_kept(force, logged, rota, mirror):
    voider = system_caller(force.adam, Scope.VOID_SHIFTS, name="Voider")
    path, version = f"shifts/{logged.json()['id']}/void", {"If-Match": logged["ETag"]}
    # Which does not see it: another system logged it.
    assert problem(voider.post(path, {"reason": "x"}, **version)) == (404, "not_found")
    sam = person_caller(force.adam)
    done = sam.post(path, {"reason": "Entered twice"}, **version)
    found = conforms(done, "void_shift")
    assert (found["state"], found["void_reason"]) == ("voided", "Entered twice")
    assert mirror.get(f"shifts/{found['id']}").json()["void_reason"] == "Entered twice"
    again = sam.post(path, {"reason": "Again"}, **{"If-Match": done["ETag"]})
    assert (problem(again), errors(again)) == ((409, "conflict"), [(None, "voided")])
    assert problem(corrected(rota, done, note="x")) == (409, "conflict")


# --- visits -------------------------------------------------------------------------------------------------------


def visit(arrived, left):
    return {"arrived_at": f"2024-10-11T{arrived}:00+01:00", "left_at": f"2024-10-11T{left}:00+01:00"}


def test_visits_are_replaced_by_those_that_are_put(rota, logged):
    path = f"shifts/{logged.json()['id']}/visits"
    put = rota.put(path, {"visits": [visit("02:00", "02:15"), visit("01:00", "01:15")]}, **{"If-Match": logged["ETag"]})
    found = conforms(put, "set_visits")
    assert [each["arrived_at"][11:16] for each in found["visits"]] == ["00:00", "01:00"]
    assert put["ETag"] != logged["ETag"]
    none = rota.put(path, {"visits": []}, **{"If-Match": put["ETag"]})
    assert none.json()["visits"] == []


@pytest.mark.parametrize(
    ("visits", "code"),
    [
        ([visit("01:15", "01:00")], "visit_ends_before_start"),
        ([visit("12:00", "13:00")], "visit_outside_shift"),
        ([visit("01:00", "01:15"), visit("01:10", "01:20")], "visits_overlap"),
        ([{"arrived_at": "2024-10-11T01:00:00Z"}], "required"),
        ([visit("01:00", "01:01")] * 101, "max_length"),
    ],
)
def test_visits_that_cannot_be_are_refused(rota, logged, visits, code):
    answer = rota.put(f"shifts/{logged.json()['id']}/visits", {"visits": visits}, **{"If-Match": logged["ETag"]})
    assert problem(answer) == (400, "invalid")
    assert code in {said for _, said in errors(answer)}


VISIT = {"arrived_at": "2024-10-12T22:30:00+01:00", "left_at": "2024-10-12T22:45:00+01:00"}


@pytest.mark.parametrize(
    "changes", [{"visits": [VISIT]}, {"weapons": [{}]}, {"activity": {"engagements_residents": 1}}]
)
def test_a_planned_shift_has_no_visits_or_outcomes_yet(force, changes):
    caller, body = person_caller(force.sam), night_in_hitchin(force, state="planned", **AHEAD)
    answer = caller.post("shifts", body | changes)
    assert problem(answer) == (400, "invalid")
    assert errors(answer) == [("state", "not_worked")]
    (item,) = caller.post("shifts/bulk", {"shifts": [body | changes]}).json()["results"]
    assert (item["status"], item["problem"]["errors"][0]["code"]) == (400, "not_worked")
    assert not PatrolShift.objects.exists()


def test_visits_are_not_put_on_a_planned_shift(force):
    caller = person_caller(force.sam)
    planned = caller.post("shifts", night_in_hitchin(force, state="planned", **AHEAD))
    answer = caller.put(f"shifts/{planned.json()['id']}/visits", {"visits": [VISIT]}, **{"If-Match": planned["ETag"]})
    assert (problem(answer), errors(answer)) == ((403, "not_allowed"), [(None, "not_worked")])
    assert not PatrolShift.objects.get().visits.exists()


def test_a_shift_takes_a_hundred_visits(rota, logged):
    path, match = f"shifts/{logged.json()['id']}/visits", {"If-Match": logged["ETag"]}
    hundred = [
        visit(f"{1 + n // 60:02d}:{n % 60:02d}", f"{1 + (n + 1) // 60:02d}:{(n + 1) % 60:02d}") for n in range(100)
    ]
    assert len(rota.put(path, {"visits": hundred}, **match).json()["visits"]) == 100


# --- many at once -------------------------------------------------------------------------------------------------


def test_of_many_shifts_each_is_answered_for_itself(force, rota):
    good = night_in_hitchin(force)
    items = [
        good,
        night_in_hitchin(force, area=force.letchworth.pk, crew=[{"role": "police_officer"}]),
        night_in_hitchin(force, arests=[]),
        night_in_hitchin(force, ends_at="2024-10-11T11:00:00+01:00", crew=[{"role": "police_officer"}]),
        night_in_hitchin(force, state="planned", crew=[{"role": "pcso"}], **AHEAD),
        "nonsense",
        good,
    ]
    answer = rota.post("shifts/bulk", {"shifts": items})
    found = conforms(answer, "log_shifts")
    assert [item["index"] for item in found["results"]] == list(range(7))
    assert [item["status"] for item in found["results"]] == [201, 201, 400, 409, 201, 400, 400]
    assert (found["made"], found["made_before"], found["refused"]) == (3, 0, 4)
    assert found["results"][2]["problem"]["errors"][0] | {"message": ""} == {
        "field": "arests",
        "code": "unknown_field",
        "message": "",
    }
    assert found["results"][3]["problem"]["code"] == "needs_confirming"
    made = {item["id"] for item in found["results"] if "id" in item}
    assert made == set(PatrolShift.objects.values_list("pk", flat=True))


def test_many_shifts_sent_again_are_there_already(force, rota):
    items = [night_in_hitchin(force, submission_id=str(uuid4()))]
    assert rota.post("shifts/bulk", {"shifts": items}).json()["made"] == 1
    again = rota.post("shifts/bulk", {"shifts": items}).json()
    assert (again["made"], again["made_before"], again["refused"]) == (0, 1, 0)
    assert PatrolShift.objects.count() == 1


@pytest.mark.parametrize(("shifts", "code"), [([], "min_length"), ([{}] * 501, "max_length"), ({}, "not_a_list")])
def test_up_to_500_at_once(rota, shifts, code):
    answer = rota.post("shifts/bulk", {"shifts": shifts})
    assert (problem(answer), errors(answer)) == ((400, "invalid"), [("shifts", code)])


def test_one_by_one_and_many_at_once_make_the_same_shift(force, rota):
    body = night_in_hitchin(
        force,
        stop_searches=[{"found": True}],
        asb_powers=[{"kind": "dispersal_direction", "reference": "D/1"}],
        activity={"engagements_residents": 5},
        external={"source": "rota", "reference": "R-1"},
        note="Quiet\r\nnight",
    )
    one = rota.post("shifts", body).json()
    voider = person_caller(force.adam)
    voider.post(f"shifts/{one['id']}/void", {"reason": "Again"}, **{"If-Match": f'"{one["version"]}"'})
    other = body | {"external": {"source": "rota", "reference": "R-2"}}
    (item,) = rota.post("shifts/bulk", {"shifts": [other]}).json()["results"]
    many = rota.get(f"shifts/{item['id']}").json()

    def same(document):
        dropped = {"id", "reference", "version", "submission_id", "updated_at", "external"}
        kept = {name: value for name, value in document.items() if name not in dropped}
        for name in ("arrests", "stop_searches", "asb_powers"):
            kept[name] = [{**row, "id": 0} for row in kept[name]]
        return kept

    assert same(one) == same(many)
