"""Putting a logged shift right: the same form, a reason, and two people at once."""

from datetime import timedelta
from html.parser import HTMLParser

import pytest

from outcomes.models import Arrest
from patrols.models import PatrolShift
from tests import factories
from tests.outcomes.test_log import LOG, entry, with_outcomes


@pytest.fixture
def sam(force, now, as_user):
    return as_user(force.sam)


@pytest.fixture
def shift(force, sam):
    """Sam's shift of last night: two officers, one arrest, two searches."""
    sam.post(LOG, with_outcomes(force, arrests="1", stop_searches="2", collars_police_officer="1234"))
    return PatrolShift.objects.get()


class Inputs(HTMLParser):
    """The hidden inputs of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "input" and values.get("type") == "hidden":
            self.hidden[values["name"]] = values.get("value") or ""


def hidden_inputs(page) -> dict[str, str]:
    """What a browser would send of a page without anybody touching it."""
    parser = Inputs()
    parser.feed(page.content.decode())
    return parser.hidden


def path(shift) -> str:
    return f"/shifts/{shift.pk}/correct/"


def sent_form(client, shift, **changes) -> dict:
    """What a browser would send back from the correction page, with changes."""
    form = client.get(path(shift)).context["form"]
    values = {field.html_name: field.value() for field in form if field.html_name != "night_date"}
    sent = {name: value for name, value in values.items() if value not in (None, "", False)}
    return {"reason": "Custody record arrived late"} | sent | changes


def test_the_form_shows_what_the_shift_says(sam, shift, force):
    form = sam.get(path(shift)).context["form"]
    shown = {name: form[name].value() for name in ("area", "night", "start", "end", "crew_police_officer", "arrests")}
    assert shown == {
        "area": force.hitchin.pk,
        "night": "2024-10-11",
        "start": "22:00",
        "end": "06:00",
        "crew_police_officer": 2,
        "arrests": 1,
    }
    assert form["collars_police_officer"].value() == "1234"


def test_a_correction_changes_the_shift_and_keeps_the_reason(sam, shift):
    response = sam.post(path(shift), sent_form(sam, shift, end="05:00", arrests="3"))
    assert response.status_code == 302
    shift.refresh_from_db()
    assert (shift.clock_minutes, shift.arrests.standing().count()) == (420, 3)
    assert [member.minutes for member in shift.crew.all()] == [420, 420]
    event = shift.events.order_by("-pgh_id").first()
    assert event.pgh_context.metadata["reason"] == "Custody record arrived late"


def test_sending_it_unchanged_changes_nothing(sam, shift):
    before = {"shift": shift.events.count(), "crew": list(shift.crew.values_list("pk", flat=True))}
    sam.post(path(shift), sent_form(sam, shift))
    assert {"shift": shift.events.count(), "crew": list(shift.crew.values_list("pk", flat=True))} == before


def test_a_reason_is_needed(sam, shift):
    response = sam.post(path(shift), sent_form(sam, shift, reason=""))
    assert response.status_code == 422
    assert response.context["form"].errors["reason"] == ["Say why, in a few words"]


@pytest.mark.parametrize("sent", [{}, {"crew_police_officer": "x"}, {"start": "25:00"}])
def test_what_cannot_be_read_is_said_and_nothing_changes(sam, shift, sent):
    page = sam.post(f"/shifts/{shift.pk}/correct/", sent)
    assert page.status_code == 422
    assert {"area", "start", "crew_police_officer", "reason"} <= page.context["form"].errors.keys()


def test_a_lower_count_withdraws_what_has_no_detail_yet(sam, shift):
    sam.post(path(shift), sent_form(sam, shift, stop_searches="1"))
    assert shift.stop_searches.standing().count() == 1
    assert shift.stop_searches.exclude(void_reason="").get().void_reason == "Custody record arrived late"


def test_a_lower_count_never_withdraws_what_has_detail(sam, shift):
    Arrest.objects.update(detail_to_follow=False, offence_group="robbery")
    response = sam.post(path(shift), sent_form(sam, shift, arrests="0"))
    assert response.status_code == 422
    assert "1 arrest has details" in response.context["form"].errors["arrests"][0]
    assert shift.arrests.standing().count() == 1


def test_own_times_of_crew_members_survive_a_correction(sam, shift):
    late = shift.crew.get(collar_number="1234")
    late.starts_at += timedelta(hours=1)
    late.save(update_fields=["starts_at"])
    shift.refresh_from_db()
    sam.post(path(shift), sent_form(sam, shift, note="Late start for one"))
    assert sorted(shift.crew.values_list("minutes", flat=True)) == [420, 480]


def test_taking_the_constables_away_from_an_arrest_is_refused(sam, shift):
    sent = sent_form(sam, shift, crew_pcso="2")
    for name in ("crew_police_officer", "collars_police_officer"):
        sent.pop(name)
    response = sam.post(path(shift), sent)
    assert response.status_code == 422
    assert {"arrests", "stop_searches"} <= set(response.context["form"].errors)


def test_the_second_of_two_sees_was_theirs_and_yours(sam, shift, force, as_user):
    mine = sent_form(sam, shift, arrests="2", note="Mine")
    adam = as_user(force.adam)
    adam.post(path(shift), sent_form(adam, shift, stop_searches="3"))
    page = sam.post(path(shift), mine)
    assert page.status_code == 409
    found = {
        difference.label: (difference.was, difference.theirs, difference.yours)
        for difference in page.context["differences"]
    }
    assert found == {"Arrests": ("1", "1", "2"), "Stop searches": ("2", "3", "2"), "Note": ("–", "–", "Mine")}
    shift.refresh_from_db()
    assert (shift.note, shift.arrests.standing().count()) == ("", 1)


def test_what_was_chosen_is_saved_on_top_of_theirs(sam, shift, force, as_user):
    mine = sent_form(sam, shift, arrests="2", note="Mine")
    adam = as_user(force.adam)
    adam.post(path(shift), sent_form(adam, shift, stop_searches="3", note="Theirs"))
    page = sam.post(path(shift), mine)
    resent = hidden_inputs(page) | {"take_stop_searches": "theirs", "take_arrests": "yours", "take_note": "yours"}
    assert sam.post(path(shift), resent).status_code == 302
    shift.refresh_from_db()
    counts = (shift.arrests.standing().count(), shift.stop_searches.standing().count())
    assert (shift.note, counts) == ("Mine", (2, 3))


def test_a_third_change_in_between_is_noticed_again(sam, shift, force, as_user):
    mine = sent_form(sam, shift, note="Mine")
    adam = as_user(force.adam)
    adam.post(path(shift), sent_form(adam, shift, note="First"))
    resent = hidden_inputs(sam.post(path(shift), mine))
    adam.post(path(shift), sent_form(adam, shift, note="Second"))
    assert sam.post(path(shift), resent | {"take_note": "yours"}).status_code == 409


def test_any_write_path_makes_the_open_form_stale(sam, shift):
    mine = sent_form(sam, shift)
    Arrest.objects.filter(shift=shift).update(reference="CU/1")
    assert sam.post(path(shift), mine | {"note": "x"}).status_code == 409


def test_after_seven_days_an_administrator_corrects(sam, shift, force, now, as_user):
    now.shift(timedelta(days=8))
    assert as_user(force.sam).get(path(shift)).status_code == 403
    adam = as_user(force.adam)
    assert adam.post(path(shift), sent_form(adam, shift, note="By Adam")).status_code == 302


def test_a_voided_shift_is_not_corrected(sam, shift):
    PatrolShift.objects.update(state="voided", void_reason="Twice")
    page = sam.get(path(shift))
    assert page.status_code == 403
    assert "was voided" in page.content.decode()


def test_a_correction_asks_about_other_peoples_shifts_only_when_it_moves_the_shift(force, sam, shift, now, as_user):
    """Sue answered once that hers is another crew; neither of the two is asked again for a note."""
    factories.DistrictAccessFactory(user=force.sue, district=force.north_herts)
    sue = as_user(force.sue)
    sue.post(LOG, entry(force, keep=["same_patrol"], doubts_reason="Two crews", end="7am"))
    hers = PatrolShift.objects.get(logged_by=force.sue)
    now.shift(timedelta(hours=1))
    for browser, one in ((sam, shift), (sue, hers)):
        assert browser.post(path(one), sent_form(browser, one, note="Quiet")).status_code == 302
    hers.refresh_from_db()
    assert (hers.note, hers.doubts_kept, hers.doubts_reason) == ("Quiet", ["same_patrol"], "Two crews")
    moved = sue.post(path(hers), sent_form(sue, hers, end="6am"))
    assert "Is this the same patrol?" in moved.content.decode()
    hers.refresh_from_db()
    assert hers.clock_minutes == 9 * 60


# --- planning -----------------------------------------------------------------------------------------------------


def test_a_planned_shift_counts_nowhere_until_it_is_completed(force, sam, now, as_user):
    plan = entry(force, night="2024-10-12", nothing_to_report=None)
    location = sam.post("/shifts/plan/", plan)["Location"]
    shift = PatrolShift.objects.get()
    assert (location, shift.state) == (f"/shifts/{shift.pk}/", "planned")
    now.shift(timedelta(hours=20))
    sam = as_user(force.sam)
    assert f"/shifts/{shift.pk}/complete/" in sam.get("/shifts/").content.decode()
    form = sam.get(f"/shifts/{shift.pk}/complete/").context["form"]
    assert (form["start"].value(), form["crew_police_officer"].value()) == ("22:00", 2)
    sent = plan | {"version": form["version"].value(), "arrests": "1", "end": "5am"}
    assert sam.post(f"/shifts/{shift.pk}/complete/", sent).status_code == 302
    shift.refresh_from_db()
    assert (shift.state, shift.clock_minutes, shift.arrests.count()) == ("completed", 420, 1)
    assert [member.minutes for member in shift.crew.all()] == [420, 420]


def test_a_shift_that_is_over_is_not_planned(force, sam):
    response = sam.post("/shifts/plan/", entry(force, nothing_to_report=None))
    assert response.status_code == 422
    assert response.context["form"].errors["end"] == ["This shift is over already. Log it instead."]


def test_completing_twice_leads_to_the_shift(force, sam):
    shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    assert sam.get(f"/shifts/{shift.pk}/complete/")["Location"] == f"/shifts/{shift.pk}/"
