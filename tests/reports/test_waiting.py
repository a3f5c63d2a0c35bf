"""What waits for each person, on the page that they come to first: theirs alone, one line a kind, in one trip."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from hotspot.core import wording
from hotspots.area_sets import operations as area_sets
from hotspots.models import AreaSet, Programme
from patrols.models import PatrolShift
from reports.models import Statement
from reports.returns import operations
from reports.returns.body import body_of, digest_of
from reports.returns.periods import turns
from reports.statements import sign_off
from reports.waiting.queries import what_waits
from tests import factories, publishing, returns
from tests.hotspots import ledger
from tests.hotspots.area_sets import in_every_state

AT = datetime(2024, 12, 10, 10, 55, tzinfo=UTC)


def waits(user) -> list[str]:
    return [words for words, _ in what_waits(user, AT)]


@pytest.fixture
def patrolled(force, now):
    publishing.patrols(force)
    now.move_to(AT)
    # Their arrests have detail to follow, which an administrator is not told to enter.
    PatrolShift.objects.update(logged_by=force.adam)
    return force


def test_nothing_waits_and_nothing_is_said(patrolled, as_user):
    for name, person in patrolled.people.items():
        assert waits(person) == [], name
        page = as_user(person).get("/", follow=True).content.decode()
        assert "Waiting for you" not in page, name


def test_statements_wait_for_who_was_named_and_come_back_to_who_prepared_them(patrolled, as_user):
    waiting = publishing.sent(patrolled, AT)
    publishing.drafted(patrolled, AT, by=patrolled.adam)
    found = {name: waits(person) for name, person in patrolled.people.items() if waits(person)}
    assert found == {"anna": ["1 statement to sign off"], "adam": ["1 statement to finish"]}
    page = as_user(patrolled.anna).get("/", follow=True).content.decode()
    own = f"/published/drafts/{waiting.pk}/"
    assert f'<a class="govuk-link app-link-target" href="{own}">1 statement to sign off</a>' in page
    sign_off.give_back(by=patrolled.anna, statement_id=waiting.pk, digest=publishing.digest(waiting), reason="Where?")
    assert waits(patrolled.anna) == []
    assert waits(patrolled.paul) == ["1 statement to change and send again"]
    assert "1 statement to change and send again" in as_user(patrolled.paul).get("/", follow=True).content.decode()


def test_shifts_and_outcomes_wait_for_who_logged_them_and_corrections_for_administrators(patrolled):
    planned = {"area": patrolled.hitchin, "funding_stream": patrolled.grant, "state": PatrolShift.State.PLANNED}
    over = datetime(2024, 12, 9, 21, tzinfo=UTC)
    factories.PatrolShiftFactory(**planned, logged_by=patrolled.sam, starts_at=over)
    factories.PatrolShiftFactory(**planned, logged_by=patrolled.sam, starts_at=datetime(2024, 12, 11, 21, tzinfo=UTC))
    done = factories.PatrolShiftFactory(
        area=patrolled.hitchin, funding_stream=patrolled.grant, logged_by=patrolled.sam, starts_at=over
    )
    factories.ArrestFactory(shift=done, detail_to_follow=True)
    factories.StopSearchFactory(shift=done, detail_to_follow=True)
    factories.CorrectionRequestFactory(shift=done, asked_by=patrolled.sam)
    found = {name: waits(person) for name, person in patrolled.people.items() if waits(person)}
    assert found == {
        "sam": ["1 planned shift to complete", "2 outcomes without their detail"],
        "adam": ["1 correction asked for"],
    }


def test_sets_and_spend_wait_for_who_decides_on_them(patrolled):
    in_every_state(patrolled)
    ledger.submitted(patrolled)
    proposed = AreaSet.objects.filter(state=AreaSet.State.PROPOSED)
    assert proposed.count() == 1
    assert "1 set of areas to approve" in waits(patrolled.adam)
    assert any("spend to decide on" in words for words in waits(patrolled.adam))
    assert not any("spend" in words for words in waits(patrolled.fay)), "entered by Fay"
    area_sets.return_set(by=patrolled.adam, set_id=proposed[0].pk, comment="Fewer")
    assert "1 set of areas returned to you" in waits(patrolled.anna)


def test_returns_wait_for_a_second_person_for_who_prepared_them_and_for_who_has_not_begun(patrolled):
    """Asked for since 25 October, within 14 days: September was due before that, and November is not yet."""
    template = returns.asked(patrolled, datetime(2024, 10, 25, 12, tzinfo=UTC), returns.HOURS, returns.SPENT)
    assert late_in_list(template, patrolled) == ["2024-10"]
    assert [waits(person) for person in (patrolled.anna, patrolled.adam)] == [["1 return overdue and not begun"]] * 2
    assert waits(patrolled.paul) == []
    made = returns.filled(patrolled, returns.begun(patrolled, AT, template, "2024-10"), row_2=500)
    assert (waits(patrolled.anna), waits(patrolled.adam)) == (["1 return to finish"], [])
    digest = digest_of(body_of(made, AT))
    operations.propose_return(by=patrolled.anna, at=AT, return_id=made.pk, digest=digest)
    assert (waits(patrolled.anna), waits(patrolled.adam)) == ([], ["1 return to approve"])
    operations.send_back_return(by=patrolled.adam, return_id=made.pk, reason="The invoice is missing")
    assert (waits(patrolled.anna), waits(patrolled.adam)) == (["1 return sent back to you"], [])


def late_in_list(template, force) -> list[str]:
    return [turn.code for turn in turns(template, by=force.anna, at=AT) if turn.is_late]


@pytest.mark.parametrize(("every", "number"), [("month", 3), ("quarter", 1), ("year", 0)])
def test_overdue_returns_are_those_of_the_list(patrolled, every, number):
    template = returns.asked(patrolled, datetime(2024, 9, 6, 12, tzinfo=UTC), every=every, due_days=5)
    assert len(late_in_list(template, patrolled)) == number
    said = wording.plural(number, "return overdue and not begun", "returns overdue and not begun")
    assert waits(patrolled.anna) == ([said] if number else [])


@pytest.mark.parametrize("last_day", [date(2024, 11, 15), date(2024, 10, 31), date(2024, 12, 1)])
@pytest.mark.parametrize("every", ["quarter", "year"])
def test_a_period_that_ends_with_its_programme_is_overdue_in_both(patrolled, every, last_day):
    Programme.objects.filter(pk=patrolled.programme.pk).update(last_day=last_day)
    patrolled.programme.refresh_from_db()
    template = returns.asked(patrolled, datetime(2024, 11, 2, 12, tzinfo=UTC), every=every, due_days=5)
    assert len(late_in_list(template, patrolled)) == 1
    assert waits(patrolled.anna) == ["1 return overdue and not begun"]


def test_every_address_leads_somewhere_its_person_may_go(patrolled, as_user):
    publishing.sent(patrolled, AT)
    in_every_state(patrolled)
    ledger.submitted(patrolled)
    publishing.drafted(patrolled, AT)
    for name, person in patrolled.people.items():
        for words, url in what_waits(person, AT):
            assert as_user(person).get(url).status_code == 200, (name, words)


def test_it_is_one_trip_for_everybody_and_none_for_whom_nothing_can_wait(patrolled, django_assert_num_queries):
    publishing.sent(patrolled, AT)
    in_every_state(patrolled)
    for name, person in patrolled.people.items():
        with django_assert_num_queries(0 if name in ("audrey", "pete") else 1):
            what_waits(person, AT)


def test_what_its_own_preparer_withdrew_is_not_said_to_be_returned(patrolled):
    statement = publishing.embargoed(patrolled, AT)
    sign_off.withdraw_release(by=patrolled.paul, at=AT, statement_id=statement.pk, reason="Two nights were missing")
    assert waits(patrolled.paul) == ["1 statement to change and send again"]


def test_an_embargoed_statement_waits_for_nobody(patrolled):
    draft = publishing.drafted(patrolled, AT)
    waiting = publishing.read_and_send(draft, AT, release_at=datetime(2025, 1, 9, 9, 30, tzinfo=UTC))
    sign_off.approve(by=patrolled.anna, at=AT, statement_id=waiting.pk, digest=publishing.digest(waiting))
    assert Statement.objects.embargoed().count() == 1
    assert [waits(person) for person in patrolled.people.values()] == [[]] * len(patrolled.people)
    assert reverse("reports:statements") == "/published/"


def test_a_single_thing_leads_to_its_own_page(patrolled):
    planned = factories.PatrolShiftFactory.create(
        area=patrolled.hitchin, funding_stream=patrolled.grant, state=PatrolShift.State.PLANNED,
        logged_by=patrolled.sam, starts_at=datetime(2024, 12, 9, 21, tzinfo=UTC),
    )  # fmt: skip
    asked = factories.CorrectionRequestFactory.create(
        shift=PatrolShift.objects.exclude(pk=planned.pk).first(), asked_by=patrolled.sam
    )
    in_every_state(patrolled)
    proposed = AreaSet.objects.get(state=AreaSet.State.PROPOSED)
    found = dict(what_waits(patrolled.adam, AT)) | dict(what_waits(patrolled.sam, AT))
    assert found["1 set of areas to approve"] == f"/manage/areas/sets/{proposed.pk}/"
    assert found["1 correction asked for"] == f"/manage/corrections/{asked.pk}/"
    assert found["1 planned shift to complete"] == f"/shifts/{planned.pk}/complete/"
    area_sets.return_set(by=patrolled.adam, set_id=proposed.pk, comment="Fewer")
    assert (
        dict(what_waits(patrolled.anna, AT))["1 set of areas returned to you"] == f"/manage/areas/sets/{proposed.pk}/"
    )
