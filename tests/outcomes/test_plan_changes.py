"""A planned shift changed, cancelled, planned again and handed over."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from hotspot.core.errors import NotAllowed
from patrols.models import PatrolShift
from patrols.planning import operations
from patrols.planning.permissions import may_change_plan
from reports.figures.headline import figures
from tests import factories
from tests.conftest import NOW
from tests.outcomes.test_correct import hidden_inputs
from tests.outcomes.test_log import on
from tests.outcomes.test_row_files import bytes_of, rows_in
from tests.patrols.planning import planned


@pytest.fixture
def shift(force, now) -> PatrolShift:
    return planned(force)


@pytest.fixture
def tom(force):
    """Another supervisor of Sam's district."""
    tom = factories.UserFactory(name="Tom Sergeant")
    factories.DistrictAccessFactory(user=tom, district=force.north_herts)
    return tom


def path(shift, what) -> str:
    return f"/shifts/{shift.pk}/{what}/"


def plan_form(client, shift, **changes) -> dict:
    """What a browser would send back from the page that changes a plan, with changes."""
    form = client.get(path(shift, "plan")).context["form"]
    values = {field.html_name: field.value() for field in form if field.html_name != "night_date"}
    return {name: value for name, value in values.items() if value not in (None, "", False)} | changes


def cancel(client, shift, **changes):
    shift.refresh_from_db()
    return client.post(path(shift, "cancel"), {"version": shift.version} | changes)


def crew_of(shift, *numbers) -> dict[str, str]:
    """A post of the crew page: police officers with these collar numbers."""
    shift.refresh_from_db()
    rows = {f"form-{place}-role": "police_officer" for place in range(len(numbers))}
    rows |= {f"form-{place}-collar_number": number for place, number in enumerate(numbers)}
    total = {"form-TOTAL_FORMS": str(len(numbers)), "form-INITIAL_FORMS": "0"}
    return {"version": str(shift.version), **total, **rows}


def state_of(shift) -> str:
    shift.refresh_from_db()
    return shift.state


# --- changing -----------------------------------------------------------------------------------------------------


def test_a_plan_is_changed_without_being_completed(force, shift, sam):
    sent = plan_form(sam, shift, area=str(force.letchworth.pk), start="8pm", end="2am", crew_pcso="1", note="By car")
    assert sam.post(path(shift, "plan"), sent)["Location"] == f"/shifts/{shift.pk}/"
    shift.refresh_from_db()
    assert (shift.state, shift.area, shift.clock_minutes, shift.note) == ("planned", force.letchworth, 360, "By car")
    assert sorted(shift.crew.values_list("role", "minutes")) == [("pcso", 360), *[("police_officer", 360)] * 2]
    assert shift.logged_at == datetime(2024, 10, 7, 9, tzinfo=UTC), "when it was planned stays"


def test_the_form_shows_what_is_planned(shift, sam):
    form = sam.get(path(shift, "plan")).context["form"]
    shown = [form[name].value() for name in ("night", "start", "end", "crew_police_officer")]
    assert shown == ["2024-10-12", "22:00", "06:00", 2]


def test_a_plan_is_moved_to_anon(shift, sam):
    sent = plan_form(sam, shift, **on("20", "10", "2024"))
    assert sam.post(path(shift, "plan"), sent).status_code == 302
    shift.refresh_from_db()
    assert f"{shift.day}" == "2024-10-20"
    assert {member.starts_at for member in shift.crew.all()} == {shift.starts_at}


def test_a_plan_cannot_be_moved_into_the_past(shift, sam):
    answer = sam.post(path(shift, "plan"), plan_form(sam, shift, **on("10", "10", "2024"), note="Mine"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["end"] == ["This shift is over already. Log it instead."]
    assert answer.context["form"]["note"].value() == "Mine"
    assert f"{PatrolShift.objects.get().day}" == "2024-10-12"


def test_two_people_change_a_plan(force, shift, sam, as_user):
    mine = plan_form(sam, shift, start="9pm")
    adam = as_user(force.adam)
    adam.post(path(shift, "plan"), plan_form(adam, shift, end="4am"))
    answer = sam.post(path(shift, "plan"), mine)
    assert answer.status_code == 409
    assert [each.label for each in answer.context["differences"]] == ["Start", "Finish"]
    chosen = hidden_inputs(answer) | {"take_start": "yours", "take_end": "theirs"}
    assert sam.post(path(shift, "plan"), chosen).status_code == 302
    shift.refresh_from_db()
    assert shift.clock_minutes == 7 * 60


def test_an_answer_that_got_lost(shift, sam):
    sent = plan_form(sam, shift, start="9pm")
    assert [sam.post(path(shift, "plan"), sent).status_code for _ in range(2)] == [302, 302]
    assert shift.events.filter(pgh_context__metadata__action="plan_changed").count() == 1


def test_correcting_a_planned_shift_leads_to_its_plan_and_when_it_is_over_to_completing_it(force, shift, now, as_user):
    assert as_user(force.sam).get(path(shift, "correct"))["Location"] == path(shift, "plan")
    now.move_to(datetime(2024, 10, 13, 9, tzinfo=UTC))
    assert as_user(force.sam).get(path(shift, "correct"))["Location"] == path(shift, "complete")


# --- its crew -----------------------------------------------------------------------------------------------------


def test_the_crew_of_a_plan_is_asked_about_as_the_plan_is(force, shift, sam):
    """And what was kept stays, unless somebody else comes who is planned elsewhere too."""
    for number in ("PC1", "PC2"):
        other = planned(force, area=force.letchworth, crew=[])
        factories.CrewMemberFactory(shift=other, collar_number=number)
    answer = sam.post(path(shift, "crew"), crew_of(shift, "PC1"))
    assert [doubt.code for doubt in answer.context["doubts"]] == ["planned_twice"]
    assert sam.post(path(shift, "crew"), crew_of(shift, "PC1") | {"keep": "planned_twice"}).status_code == 302
    shift.refresh_from_db()
    assert (shift.doubts_kept, shift.doubts_reason) == (["planned_twice"], "Kept with the crew")
    assert sam.post(path(shift, "crew"), crew_of(shift, "PC1", "")).status_code == 302
    shift.refresh_from_db()
    assert shift.doubts_kept == ["planned_twice"]
    answer = sam.post(path(shift, "crew"), crew_of(shift, "PC1", "PC2"))
    assert [doubt.message[:4] for doubt in answer.context["doubts"]] == ["PC1 ", "PC2 "]
    assert list(shift.crew.order_by("collar_number").values_list("collar_number", flat=True)) == ["", "PC1"]


# --- who ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["plan", "cancel", "hand-over"])
@pytest.mark.parametrize(
    ("who", "status"), [("sam", 200), ("sue", 404), ("anna", 403), ("paul", 404), ("adam", 200), ("audrey", 403)]
)
def test_who_may_open_the_page(who, status, what, force, shift, as_user):
    assert as_user(force.people[who]).get(path(shift, what)).status_code == status


def test_another_supervisor_of_the_district_sees_the_plan_and_cannot_change_it(shift, tom, as_user):
    client = as_user(tom)
    assert client.get(f"/shifts/{shift.pk}/").status_code == 200
    for what in ("plan", "cancel", "hand-over"):
        assert client.get(path(shift, what)).status_code == 403
    assert cancel(client, shift).status_code == 403
    assert state_of(shift) == "planned"
    PatrolShift.objects.filter(pk=shift.pk).update(state="cancelled")
    assert client.post(path(shift, "plan-again")).status_code == 403
    assert state_of(shift) == "cancelled"


@pytest.mark.parametrize("state", ["completed", "voided", "cancelled"])
@pytest.mark.parametrize("operation", ["change_plan", "cancel_shift", "hand_over"])
def test_only_a_planned_shift_is_changed(state, operation, force, now):
    shift = planned(force, state=state)
    more = {"change_plan": {"facts": None}, "cancel_shift": {}, "hand_over": {"to": force.adam}}[operation]
    with pytest.raises(NotAllowed) as refusal:
        getattr(operations, operation)(by=force.sam, at=NOW, shift_id=shift.pk, version=shift.version, **more)
    assert refusal.value.code == "not_planned"


# --- cancelling ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", "Crew sent to a football match"])
def test_a_cancelled_shift_is_seen_with_its_reason_and_planned_again(reason, shift, sam):
    page = sam.get(cancel(sam, shift, reason=reason)["Location"]).content.decode()
    assert state_of(shift) == "cancelled"
    assert "did not take place, and counts in no figure" in page
    assert ("Reason:" in page) is bool(reason)
    assert reason in page
    row = sam.get("/shifts/?state=cancelled").content.decode()
    assert f"/shifts/{shift.pk}/" in row
    assert "Cancelled" in row
    assert f"/shifts/{shift.pk}/" not in sam.get("/shifts/?state=planned").content.decode()
    assert sam.post(path(shift, "plan-again"))["Location"] == f"/shifts/{shift.pk}/"
    shift.refresh_from_db()
    assert (shift.state, shift.cancel_reason) == ("planned", "")


def test_a_cancelled_shift_is_not_waiting_to_be_completed(force, shift, sam, now, as_user):
    cancel(sam, shift)
    now.move_to(datetime(2024, 10, 14, 9, tzinfo=UTC))
    sam = as_user(force.sam)
    assert "Needs completing" not in sam.get("/shifts/").content.decode().split("app-nights")[1]
    assert sam.get(path(shift, "complete"))["Location"] == f"/shifts/{shift.pk}/"
    for what in ("correct", "void", "crew", "visits", "plan", "cancel"):
        assert sam.get(path(shift, what)).status_code == 403, what


def test_who_is_planned_elsewhere_since_then_is_asked_about(force, shift, sam):
    factories.CrewMemberFactory(shift=shift, collar_number="PC1")
    cancel(sam, shift)
    other = planned(force, area=force.letchworth, crew=[])
    factories.CrewMemberFactory(shift=other, collar_number="PC1")
    asked = sam.post(path(shift, "plan-again"))
    assert (asked.status_code, state_of(shift)) == (200, "cancelled")
    assert f"PC1 is planned in Letchworth ({other.reference}) at that time." in asked.content.decode()
    sent = {"keep": "planned_twice", "doubts_reason": " "}
    again = sam.post(path(shift, "plan-again"), sent)
    assert (again.status_code, state_of(shift)) == (422, "cancelled")
    assert "Say why it is right, in a few words" in again.content.decode()
    assert sam.post(path(shift, "plan-again"), sent | {"doubts_reason": "x" * 501}).status_code == 422
    done = sam.post(path(shift, "plan-again"), sent | {"doubts_reason": "Half the night"})
    assert done["Location"] == f"/shifts/{shift.pk}/"
    assert state_of(shift) == "planned"
    assert (shift.doubts_kept, shift.doubts_reason) == (["planned_twice"], "Half the night")


def test_what_was_kept_when_it_was_planned_is_asked_about_again(force, shift, sam):
    """It may be another shift that is in the way now."""
    planned(force)
    PatrolShift.objects.filter(pk=shift.pk).update(doubts_kept=["area_planned"], doubts_reason="A second crew")
    cancel(sam, shift)
    asked = sam.post(path(shift, "plan-again"))
    assert [doubt.code for doubt in asked.context["doubts"]] == ["area_planned"]
    again = sam.post(path(shift, "plan-again"), {"keep": "area_planned", "doubts_reason": ""})
    assert (again.status_code, state_of(shift)) == (422, "cancelled"), "the reason of then is none of now"


def test_what_is_over_is_not_planned_again(force, shift, sam, now, as_user):
    cancel(sam, shift)
    now.move_to(datetime(2024, 10, 13, 9, tzinfo=UTC))
    sam = as_user(force.sam)
    assert "Plan it again" not in sam.get(f"/shifts/{shift.pk}/").content.decode()
    page = sam.get(sam.post(path(shift, "plan-again"))["Location"]).content.decode()
    assert "This shift is over already. Log it instead." in page
    assert state_of(shift) == "cancelled"


def test_the_answer_to_cancelling_got_lost(shift, sam):
    sent = {"version": shift.version, "reason": " No  crew"}
    for _ in range(2):
        answer = sam.post(path(shift, "cancel"), sent, follow=True)
        assert f"{shift.reference} is cancelled. You can plan it again." in answer.content.decode()
    assert shift.events.filter(pgh_context__metadata__action="cancelled").count() == 1
    assert sam.post(path(shift, "cancel"), sent | {"reason": "Football"}).status_code == 403, "not what stands"


def test_cancelling_what_changed_meanwhile(force, shift, sam, as_user):
    version = shift.version
    adam = as_user(force.adam)
    adam.post(path(shift, "plan"), plan_form(adam, shift, end="4am"))
    answer = sam.post(path(shift, "cancel"), {"version": version, "reason": "No crew"})
    assert answer.status_code == 409
    assert answer.context["form"]["reason"].value() == "No crew"
    again = {"version": answer.context["form"]["version"].value(), "reason": "No crew"}
    assert sam.post(path(shift, "cancel"), again).status_code == 302
    assert state_of(shift) == "cancelled"


def test_a_cancelled_shift_counts_nowhere(force, shift, sam):
    """Not even as void: no figure, no total and no count of the API has it."""
    factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    cancel(sam, shift)
    found = figures(programme=force.programme, period=force.programme.period, areas=[force.hitchin.pk], at=NOW)
    assert (found.totals.patrols, found.totals.patrol_minutes) == (1, 960)
    assert PatrolShift.objects.counted().count() == 1


def test_the_file_of_shifts_leaves_outcomes_of_a_cancelled_one_blank(force, shift, sam):
    cancel(sam, shift)
    (row,) = rows_in(bytes_of("shifts", force.sam))
    assert (row["state"], row["arrests"], row["void_because"]) == ("cancelled", "", "")


def test_the_database_lets_only_a_cancelled_shift_have_the_reason_and_no_outcome(shift, check_deferred):
    with pytest.raises(IntegrityError, match="shift_cancel_reason_of_cancelled"), transaction.atomic():
        PatrolShift.objects.filter(pk=shift.pk).update(cancel_reason="No crew")
    PatrolShift.objects.filter(pk=shift.pk).update(state="cancelled")
    assert set(shift.crew.values_list("shift_state", flat=True)) == {"cancelled"}
    factories.ArrestFactory(shift=shift)
    with pytest.raises(IntegrityError, match="no outcomes"):
        check_deferred()


# --- handing over -------------------------------------------------------------------------------------------------


def test_a_shift_is_handed_over_and_both_see_it(force, shift, sam, tom, as_user):
    page = sam.get(path(shift, "hand-over")).content.decode()
    assert "Tom Sergeant" in page
    assert "Adam Admin" in page
    assert "Sue Sergeant" not in page, "who does not log shifts in this area"
    sent = {"version": shift.version, "to": tom.pk}
    assert sam.post(path(shift, "hand-over"), sent)["Location"] == f"/shifts/{shift.pk}/"
    shift.refresh_from_db()
    assert (shift.logged_by, shift.state) == (tom, "planned")
    assert may_change_plan(shift, by=tom)
    assert not may_change_plan(shift, by=force.sam)
    for person in (force.sam, tom):
        assert as_user(person).get(f"/shifts/{shift.pk}/").status_code == 200


def test_who_sees_it_only_as_their_own_is_led_to_the_list(force, shift, sam, tom):
    force.sam.district_access.all().delete()
    answer = sam.post(path(shift, "hand-over"), {"version": shift.version, "to": tom.pk}, follow=True)
    assert answer.redirect_chain == [("/shifts/", 302)]
    assert f"{shift.reference} is Tom Sergeant’s now." in answer.content.decode()


def test_the_answer_to_handing_over_got_lost(shift, sam, tom):
    sent = {"version": shift.version, "to": tom.pk}
    for _ in range(2):
        answer = sam.post(path(shift, "hand-over"), sent, follow=True)
        assert f"{shift.reference} is Tom Sergeant’s now." in answer.content.decode()
    assert shift.events.filter(pgh_context__metadata__action="handed_over").count() == 1


@pytest.mark.parametrize("who", ["sue", "anna", "sam"])
def test_nobody_else_can_be_given_it(who, force, shift, sam):
    answer = sam.post(path(shift, "hand-over"), {"version": shift.version, "to": force.people[who].pk})
    assert answer.status_code == 422
    assert "Select who takes it over" in answer.content.decode()
    shift.refresh_from_db()
    assert shift.logged_by == force.sam


def test_somebody_who_lost_the_district_meanwhile_is_not_given_it(force, shift, tom):
    tom.district_access.all().delete()
    with pytest.raises(Exception, match="Select somebody who logs shifts in this area"):
        operations.hand_over(by=force.sam, at=NOW, shift_id=shift.pk, version=shift.version, to=tom)
