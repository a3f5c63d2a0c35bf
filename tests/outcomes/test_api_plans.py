"""Plans that change, planned time taken away and confirmed months through the API: the same rules as the pages."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from hotspot.core.permissions import Scope
from outcomes.models import MonthConfirmation
from patrols.models import Abstraction, PatrolShift
from tests import factories
from tests.api import conforms, errors, person_caller, problem, system_caller
from tests.conftest import NOW
from tests.outcomes.months import NOVEMBER_1, confirm
from tests.patrols.planning import planned

pytestmark = pytest.mark.usefixtures("now")
NIGHT = datetime(2024, 10, 11, 21, tzinfo=UTC)


@pytest.fixture
def sam(force):
    return person_caller(force.sam)


@pytest.fixture
def shift(force) -> PatrolShift:
    return planned(force, starts_at=NOW + timedelta(days=3))


def tag(shift) -> dict[str, str]:
    shift.refresh_from_db()
    return {"If-Match": f'"{shift.version}"'}


# --- plans -----------------------------------------------------------------------------------------------------------
def test_a_planned_shift_is_cancelled_with_its_reason(sam, shift):
    response = sam.post(f"shifts/{shift.pk}/cancel", {"reason": "No  cars"}, **tag(shift))
    found = conforms(response, "cancel_shift")
    assert (found["state"], found["cancel_reason"]) == ("cancelled", "No cars")
    assert problem(sam.post(f"shifts/{shift.pk}/cancel", {}, **tag(shift)))[0] == 409


def test_a_plan_is_cancelled_in_the_version_that_was_read_and_once(sam, shift):
    old = tag(shift)
    PatrolShift.objects.filter(pk=shift.pk).update(note="Meet at 9")
    assert sam.post(f"shifts/{shift.pk}/cancel", {}, **old).status_code == 412
    key = {"Idempotency-Key": str(uuid4())}
    now = tag(shift)
    first, again = (sam.post(f"shifts/{shift.pk}/cancel", {}, **now, **key) for _ in range(2))
    assert (first.status_code, again.status_code, again["Idempotent-Replay"]) == (200, 200, "true")


def test_a_plan_is_handed_over_to_who_plans_there(force, sam, shift):
    for nobody in (force.sue.email, force.anna.email, "x@hotspot.example", force.sam.email):
        response = sam.post(f"shifts/{shift.pk}/hand-over", {"to": nobody}, **tag(shift))
        assert errors(response) == [("to", "may_not_take_over")]
    colleague = factories.UserFactory(email="colleague@hotspot.example")
    factories.DistrictAccessFactory(user=colleague, district=force.north_herts)
    found = conforms(sam.post(f"shifts/{shift.pk}/hand-over", {"to": "Colleague@hotspot.example"}, **tag(shift)),
                     "hand_over_shift")  # fmt: skip
    shift.refresh_from_db()
    assert (shift.logged_by, found["version"]) == (colleague, shift.version)
    assert sam.post(f"shifts/{shift.pk}/hand-over", {"to": force.adam.email}, **tag(shift)).status_code == 403


def test_a_rota_hands_its_plan_over_and_sees_it_no_longer(force, shift):
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS)
    PatrolShift.objects.filter(pk=shift.pk).update(logged_by=rota.user)
    sent = {"path": f"shifts/{shift.pk}/hand-over", "body": {"to": force.sam.email}, **tag(shift)}
    sent["Idempotency-Key"] = str(uuid4())
    response, again = (rota.post(**sent) for _ in range(2))
    assert (again.status_code, again.json(), again["Idempotent-Replay"]) == (200, response.json(), "true")
    assert conforms(response, "hand_over_shift")["reference"] == shift.reference
    assert rota.get(f"shifts/{shift.pk}").status_code == 404


# --- planned time taken away -----------------------------------------------------------------------------------------
TAKEN = {"reason": "court", "people": 1, "minutes": 90, "is_backfilled": False}


def test_time_taken_away_is_recorded_listed_and_withdrawn(force, sam, shift):
    key = {"Idempotency-Key": str(uuid4())}
    first, again = (sam.post(f"shifts/{shift.pk}/abstractions", TAKEN, **key) for _ in range(2))
    made = conforms(first, "record_abstraction")
    assert (made["shift"], made["patrol_minutes"], again.json()) == (shift.pk, 90, made)
    assert Abstraction.objects.get().recorded_by == force.sam
    listed = conforms(sam.get("abstractions", {"since": "2024-10-01", "shift": shift.pk}), "list_abstractions")
    assert listed == {"results": [made], "next": None}
    assert person_caller(force.sue).get("abstractions").json()["results"] == []
    assert sam.get("abstractions", {"until": "2024-10-01"}).json()["results"] == []
    gone = conforms(sam.post(f"abstractions/{made['id']}/withdraw"), "withdraw_abstraction")
    assert gone["withdrawn_at"]
    assert person_caller(force.sue).post(f"abstractions/{made['id']}/withdraw").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"reason": "sickness"}, ("reason", "invalid_choice")),
        ({"people": 0}, ("people", "out_of_range")),
        ({"minutes": 481}, ("minutes", "minutes_out_of_bounds")),
        ({"people": 3, "minutes": 480}, ("people", "more_than_planned")),
    ],
)
def test_what_cannot_be_taken_away_is_refused_by_its_field(wrong, expected, sam, shift):
    response = sam.post(f"shifts/{shift.pk}/abstractions", TAKEN | wrong)
    assert errors(response) == [expected]
    assert not Abstraction.objects.exists()


def test_the_list_of_what_was_taken_goes_on(sam, shift):
    for _ in range(3):
        sam.post(f"shifts/{shift.pk}/abstractions", TAKEN | {"minutes": 10})
    page = sam.get("abstractions", {"page_size": 2}).json()
    rest = sam.client.get(page["next"]).json()
    assert ([len(page["results"]), len(rest["results"])], rest["next"]) == ([2, 1], None)


# --- months ----------------------------------------------------------------------------------------------------------
def log(force, **fields):
    usual = {"area": force.hitchin, "funding_stream": force.grant, "logged_by": force.sam, "starts_at": NIGHT}
    return factories.PatrolShiftFactory(**usual | fields)


def test_a_month_is_read_confirmed_and_taken_back(force, now):
    log(force)
    now.move_to(NOVEMBER_1)
    sam = person_caller(force.sam)
    found = conforms(sam.get("months/2024-10"), "read_month")
    assert (found["is_over"], found["expected"], found["confirmed"]) == (True, 1, 0)
    own = found["own"]
    assert found["people"] == [own]
    assert (own["person"], own["shifts"], own["planned"], own["is_confirmed"]) == (force.sam.pk, 1, 0, False)
    assert problem(sam.post("months/2024-10/confirm", {"seen": "x"}))[0] == 412
    done = conforms(sam.post("months/2024-10/confirm", {"seen": own["fingerprint"]}), "confirm_month")
    assert (done["person"], done["month"], done["taken_back_at"]) == (force.sam.pk, "2024-10", None)
    factories.ArrestFactory(shift=PatrolShift.objects.get())
    found = sam.get("months/2024-10").json()
    assert (found["confirmed"], found["changed"], found["own"]["changed"]) == (1, 1, 1)
    assert conforms(sam.post(f"month-confirmations/{done['id']}/take-back"), "take_back_month")["taken_back_at"]
    assert not MonthConfirmation.objects.standing().exists()


def test_a_month_is_confirmed_by_the_rules_of_the_page(force, now, sam):
    log(force, state="planned")
    seen = sam.get("months/2024-10").json()["own"]["fingerprint"]
    assert errors(sam.post("months/2024-10/confirm", {"seen": seen}))[0][1] == "confirmed_too_early"
    now.move_to(NOVEMBER_1)
    sam = person_caller(force.sam)
    assert errors(sam.post("months/2024-10/confirm", {"seen": seen}))[0][1] == "shifts_to_complete"
    for other in (force.sue, force.anna, force.adam):
        assert sam.post("months/2024-10/confirm", {"seen": seen, "person": other.pk}).status_code == 404


def test_administrators_confirm_for_others_and_colleagues_see_no_numbers(force, now):
    log(force, logged_by=force.sue, state="cancelled")
    log(force, area=force.watford, logged_by=force.sue)
    now.move_to(NOVEMBER_1)
    (seen_by_sam,) = person_caller(force.sam).get("months/2024-10").json()["people"]
    numbers = ("shifts", "planned", "changed", "fingerprint")
    assert [seen_by_sam[name] for name in numbers] == [None] * 4
    assert person_caller(force.anna).get("months/2024-10").json()["people"] == []
    adam = person_caller(force.adam)
    (each,) = adam.get("months/2024-10").json()["people"]
    response = adam.post("months/2024-10/confirm", {"seen": each["fingerprint"], "person": each["person"]})
    assert conforms(response, "confirm_month")["person"] == force.sue.pk
    assert MonthConfirmation.objects.get().confirmed_by == force.adam
    assert person_caller(force.sam).post(f"month-confirmations/{response.json()['id']}/take-back").status_code == 404


@pytest.mark.parametrize("month", ["2024-13", "x", "9999-12", "1900-01"])
def test_a_month_that_there_is_not(month, sam):
    assert sam.get(f"months/{month}").status_code == 404


def test_a_confirmed_month_is_the_same_on_the_page_and_here(force, now, as_user):
    log(force)
    now.move_to(NOVEMBER_1)
    sam = person_caller(force.sam)
    confirm(force.sam)
    assert sam.get("months/2024-10").json()["own"]["is_confirmed"]
    assert "Confirmed at" in as_user(force.sam).get("/shifts/months/").context["own_rows"][0][2]
