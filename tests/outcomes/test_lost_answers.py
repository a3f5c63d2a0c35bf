"""A form is sent again because the answer to the first time got lost: what is saved already is not asked about."""

from datetime import timedelta

import pytest

from patrols.models import CrewMember, PatrolShift
from tests import factories
from tests.outcomes.test_correct import path, sent_form
from tests.outcomes.test_crew import OFFICER, PCSO
from tests.outcomes.test_crew import sent as sent_crew
from tests.outcomes.test_details import url_of
from tests.outcomes.test_log import LOG, entry, with_outcomes
from tests.outcomes.test_visits import sent as sent_visits


@pytest.fixture
def sam(force, now, as_user):
    return as_user(force.sam)


@pytest.fixture
def logged(force, sam):
    """Sam's shift of last night: three officers, one arrest."""
    sam.post(LOG, with_outcomes(force, arrests="1", crew_police_officer="3", collars_police_officer="PC1, PC2"))
    return PatrolShift.objects.get()


def sent_twice(browser, address, form) -> list[str]:
    """Where both answers lead to."""
    return [browser.post(address, form).get("Location", "nowhere") for _ in range(2)]


def test_a_correction(sam, logged):
    sent = sent_form(sam, logged, arrests="2", start="10.30pm", collars_police_officer="PC 1, PC 2", asb_s35="1")
    assert sent_twice(sam, path(logged), sent) == [f"/shifts/{logged.pk}/"] * 2
    logged.refresh_from_db()
    assert logged.arrests.standing().count() == 2
    versions = logged.events.count()
    sam.post(path(logged), sent)
    assert logged.events.count() == versions


def test_a_correction_that_says_who_leaves(sam, logged):
    member = CrewMember.objects.get(collar_number="PC2")
    member.starts_at += timedelta(hours=1)
    member.save()
    logged.refresh_from_db()
    sent = sent_form(sam, logged, crew_police_officer="2", collars_police_officer="PC1", leaves=[str(member.pk)])
    assert sent_twice(sam, path(logged), sent) == [f"/shifts/{logged.pk}/"] * 2
    assert logged.crew.count() == 2


@pytest.mark.parametrize(
    "change", [{"arrests": "3"}, {"note": "Mine"}, {"end": "5am"}, {"collars_police_officer": "PC9"}]
)
def test_a_correction_that_was_changed_since_still_asks(change, sam, logged):
    sent = sent_form(sam, logged, arrests="2")
    sam.post(path(logged), sent)
    assert sam.post(path(logged), sent | change).status_code == 409


def test_the_crew(sam, shift):
    sent = sent_crew(shift, (OFFICER, "pc 12"), (PCSO, "", "11pm", "2.30am"), initial=2)
    assert sent_twice(sam, f"/shifts/{shift.pk}/crew/", sent) == [f"/shifts/{shift.pk}/"] * 2
    assert sam.post(f"/shifts/{shift.pk}/crew/", sent | {"form-0-collar_number": "PC13"}).status_code == 409


def test_the_visits(sam, shift):
    sent = sent_visits(shift, ("1am", "2am"))
    assert sent_twice(sam, f"/shifts/{shift.pk}/visits/", sent) == [f"/shifts/{shift.pk}/"] * 2
    assert sam.post(f"/shifts/{shift.pk}/visits/", sent | {"form-0-ends_at": "3am"}).status_code == 409


def test_the_detail_of_an_outcome(sam, shift):
    arrest = factories.ArrestFactory(shift=shift)
    shift.refresh_from_db()
    sent = {"version": shift.version, "offence_group": "robbery", "reference": "1/24"}
    assert sent_twice(sam, url_of("arrest", arrest), sent) == [f"/shifts/{shift.pk}/#arrest"] * 2
    assert sam.post(url_of("arrest", arrest), sent | {"reference": "2/24"}).status_code == 409


@pytest.fixture
def planned(force, sam, now):
    sam.post("/shifts/plan/", entry(force, night="2024-10-12", nothing_to_report=None))
    now.shift(timedelta(hours=20))
    return PatrolShift.objects.get()


def completed(browser, force, shift, **changes) -> dict[str, str]:
    version = browser.get(f"/shifts/{shift.pk}/complete/").context["form"]["version"].value()
    return entry(force, night="2024-10-12", nothing_to_report=None, arrests="1") | {"version": version} | changes


def test_how_a_planned_shift_went(force, planned, as_user):
    sam = as_user(force.sam)
    sent = completed(sam, force, planned)
    assert sent_twice(sam, f"/shifts/{planned.pk}/complete/", sent) == [f"/shifts/{planned.pk}/saved/"] * 2


def test_what_was_entered_for_a_shift_that_somebody_else_completed_is_kept(force, planned, as_user):
    sam, adam = as_user(force.sam), as_user(force.adam)
    sent = completed(sam, force, planned, arrests="7", note="What Sam saw")
    adam.post(f"/shifts/{planned.pk}/complete/", completed(adam, force, planned))
    answer = sam.post(f"/shifts/{planned.pk}/complete/", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Nothing that you entered here is saved" in page
    assert "What Sam saw" in page
    assert 'value="7"' in page


def test_a_log_form_that_was_changed_before_it_was_sent_again_says_what_was_saved(force, sam):
    sent = entry(force)
    receipt = sam.post(LOG, sent)["Location"]
    assert "What you changed since is not saved" not in sam.post(LOG, sent, follow=True).content.decode()
    changed = sam.post(LOG, sent | {"end": "5am"}, follow=True)
    assert changed.redirect_chain == [(receipt, 302)]
    assert "What you changed since is not saved" in changed.content.decode()
