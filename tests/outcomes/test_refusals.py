"""Refusals and questions say nothing about a shift that their reader may not see, whichever way it was sent."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from hotspot.core import wording
from hotspot.core.permissions import Scope
from hotspots.models import DistrictAccess
from patrols.models import PatrolShift
from tests import factories
from tests.api import system_caller

COLLAR = "PC4242"
STARTS_AT = datetime(2024, 10, 11, 20, 7, tzinfo=UTC)
ENDS_AT = datetime(2024, 10, 12, 4, 53, tzinfo=UTC)
NIGHT = {"starts_at": "2024-10-11T20:00:00Z", "ends_at": "2024-10-12T05:00:00Z"}


@pytest.fixture
def hidden(force, now) -> PatrolShift:
    """A shift of Sam's in North Herts, with everything about it easy to find again."""
    area = factories.HotspotAreaFactory(name="Canary Fields", district=force.north_herts)
    force.sam.name = "Canary Logger"
    force.sam.save()
    shift = factories.PatrolShiftFactory(
        area=area,
        funding_stream=force.grant,
        logged_by=force.sam,
        starts_at=STARTS_AT,
        ends_at=ENDS_AT,
        note="Canary note",
        crew=["police_officer"],
        external_source="records",
        external_reference="R-77",
    )
    shift.crew.update(collar_number=COLLAR)
    return shift


def canaries(shift: PatrolShift) -> list[str]:
    """What would give the shift away. Its area may be named by a caller who named it first."""
    times = [wording.clock(at) for at in (STARTS_AT, ENDS_AT)] + [f"{at:%H:%M}" for at in (STARTS_AT, ENDS_AT)]
    return [shift.reference, "Canary", *times]


def check_silent(answer, shift, *, status=(400, 409, 422), knows_area=False) -> str:
    """The body of a refusal, which gives nothing of the shift away."""
    body = answer.content.decode()
    assert answer.status_code in status, body
    body_without = body.replace("Canary Fields", "") if knows_area else body
    assert [word for word in canaries(shift) if word in body_without] == []
    return body


def form_of(area, **changes) -> dict[str, str]:
    return {
        "submission_id": str(uuid.uuid4()),
        "area": area.pk,
        "night": "2024-10-11",
        "start": "9pm",
        "end": "6am",
        "crew_police_officer": "1",
        "collars_police_officer": COLLAR,
        "nothing_to_report": "on",
    } | changes


def body_of(area, **changes):
    crew = [{"role": "police_officer", "collar_number": COLLAR}]
    return {"area": area.pk, **NIGHT, "crew": crew, "nothing_to_report": True} | changes


# --- pages, in another district -----------------------------------------------------------------------------------


@pytest.fixture
def sue(force, now, as_user):
    return as_user(force.sue)


def watford_shift(force, **fields):
    times = {"starts_at": STARTS_AT.replace(minute=0), "ends_at": ENDS_AT.replace(hour=5, minute=0)}
    return factories.PatrolShiftFactory(
        **{"area": force.watford, "funding_stream": force.grant, "logged_by": force.sue, **times} | fields
    )


def test_logging_on_the_page(force, hidden, sue):
    body = check_silent(sue.post("/shifts/log/", form_of(force.watford)), hidden)
    assert "PC4242 is already on another shift at that time." in body


@pytest.mark.parametrize("state", ["completed", "planned"])
def test_correcting_and_completing_on_the_page(force, hidden, sue, state):
    own = watford_shift(force, state=state)
    path = {"completed": "correct", "planned": "complete"}[state]
    sent = form_of(force.watford, version=own.version, submission_id=str(own.submission_id), reason="Crew was wrong")
    body = check_silent(sue.post(f"/shifts/{own.pk}/{path}/", sent), hidden)
    assert "PC4242 is already on another shift at that time." in body


def test_changing_the_crew_on_the_page(force, hidden, sue):
    own = watford_shift(force, crew=["police_officer"])
    page = sue.get(f"/shifts/{own.pk}/crew/").context
    rows = page["formset"]
    sent = {
        f"{rows.prefix}-TOTAL_FORMS": "1",
        f"{rows.prefix}-INITIAL_FORMS": "0",
        f"{rows.prefix}-0-role": "police_officer",
        f"{rows.prefix}-0-collar_number": COLLAR,
        "version": own.version,
        "reason": "Somebody else came",
    }
    body = check_silent(sue.post(f"/shifts/{own.pk}/crew/", sent), hidden)
    assert "PC4242 is already on another shift at that time." in body


def test_a_shift_of_another_district_is_unknown_to_every_write(force, hidden, sue):
    for path in ("void", "correct", "crew", "visits", "complete", "restore", "ask"):
        answer = sue.post(f"/shifts/{hidden.pk}/{path}/", {"version": 1, "reason": "x"})
        check_silent(answer, hidden, status=(404,))


def test_whoever_sees_the_shift_is_told_which_it_is(force, hidden, as_user):
    body = as_user(force.sam).post("/shifts/log/", form_of(force.letchworth)).content.decode()
    assert f"PC4242 was on {hidden.reference} in Canary Fields at that time." in body


# --- the API ------------------------------------------------------------------------------------------------------


@pytest.fixture
def rota(force, now):
    """A system that writes and sees only what it logged."""
    return system_caller(force.adam, Scope.WRITE_SHIFTS, Scope.VOID_SHIFTS)


@pytest.fixture(params=[(Scope.WRITE_SHIFTS,), (Scope.WRITE_SHIFTS, Scope.READ_SHIFTS)], ids=["writes", "reads"])
def system(request, force, now):
    """Systems: neither of them may know which shift a collar number is on."""
    return system_caller(force.adam, *request.param)


def test_a_collar_number_over_the_api(force, hidden, system):
    single = check_silent(system.post("shifts", body_of(force.watford)), hidden)
    bulk = check_silent(system.post("shifts/bulk", {"shifts": [body_of(force.watford)]}), hidden, status=(200,))
    for said in (single, bulk):
        assert "PC4242 is already on another shift at that time." in said
        assert "officer_elsewhere" in said


def test_correcting_and_completing_over_the_api(force, hidden, system):
    crew = {"crew": [{"role": "police_officer"}]}
    logged = system.post("shifts", body_of(force.watford, **crew))
    assert logged.status_code == 201
    change = {"crew": body_of(force.watford)["crew"], "reason": "Somebody else came"}
    answer = system.patch(f"shifts/{logged.json()['id']}", change, **{"If-Match": logged["ETag"]})
    assert "already on another shift" in check_silent(answer, hidden)
    own = watford_shift(force, state="planned", logged_by=system.user)
    body = {"crew": change["crew"], "nothing_to_report": True}
    answer = system.post(f"shifts/{own.pk}/complete", body, **{"If-Match": f'"{own.version}"'})
    if answer.status_code != 412:
        assert "already on another shift" in check_silent(answer, hidden)


def test_the_same_area_and_time_over_the_api(force, hidden, rota):
    body = body_of(hidden.area, crew=[{"role": "pcso"}])
    said = check_silent(rota.post("shifts", body), hidden, knows_area=True)
    assert "Another shift is recorded in this area at that time. Is this the same patrol?" in said
    bulk = check_silent(rota.post("shifts/bulk", {"shifts": [body]}), hidden, status=(200,), knows_area=True)
    assert "same_patrol" in bulk
    kept = body | {"keep": {"doubts": ["same_patrol"], "reason": "Another crew"}}
    assert rota.post("shifts", kept).status_code == 201


def test_a_system_that_reads_shifts_is_told_which_but_not_who_logged_it(force, hidden, now):
    reader = system_caller(force.adam, Scope.WRITE_SHIFTS, Scope.READ_SHIFTS)
    said = reader.post("shifts", body_of(hidden.area, crew=[{"role": "pcso"}])).content.decode()
    assert f"Another supervisor logged {hidden.reference}" in said
    assert "Canary Logger" not in said


EXTERNAL = {"external": {"source": "records", "reference": "R-77"}, "crew": [{"role": "pcso"}]}


def test_the_record_of_another_source_is_refused_without_a_word_about_its_shift(force, hidden, rota):
    said = check_silent(rota.post("shifts", body_of(force.watford, **EXTERNAL)), hidden)
    assert "external_taken" in said
    ahead = {"starts_at": "2024-10-13T20:00:00Z", "ends_at": "2024-10-14T04:00:00Z", "nothing_to_report": False}
    planned = body_of(force.watford, **EXTERNAL, state="planned") | ahead
    assert "external_taken" in check_silent(rota.post("shifts", planned), hidden)


@pytest.mark.parametrize(
    "wrong",
    [
        {"nothing_to_report": False},
        {"starts_at": "2024-10-11T10:00:00Z"},
        {"nothing_to_report": False, "state": "planned"},
    ],
)
def test_nobody_can_ask_for_references_without_writing_a_shift(force, hidden, rota, wrong):
    """A body that is refused, or asked about, is answered the same whether the other record is here or not."""
    answers = [
        rota.post(
            "shifts",
            body_of(force.watford, **EXTERNAL | {"external": {"source": "records", "reference": name}}) | wrong,
        )
        for name in ("R-77", "R-78")
    ]
    assert {answer.status_code for answer in answers} <= {400, 409}
    first, second = ({**answer.json(), "reference": ""} for answer in answers)
    assert first == second


# --- two supervisors ----------------------------------------------------------------------------------------------


def test_a_supervisor_of_the_district_is_told_who_logged_it(force, hidden, as_user):
    DistrictAccess.objects.create(user=force.sue, district=force.north_herts)
    answer = as_user(force.sue).post("/shifts/log/", form_of(hidden.area, collars_police_officer=""))
    assert f"Another supervisor, Canary Logger, logged {hidden.reference} (Canary Fields" in answer.content.decode()
    assert timezone.now() - hidden.ends_at < timedelta(days=1)
