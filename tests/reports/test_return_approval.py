"""Returns with money: somebody else than who prepared them approves them, with the numbers that were proposed."""

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from hotspot.core.errors import ChangedMeanwhile, DomainError
from reports.digests import fingerprint
from reports.models import ProgrammeReturn
from reports.returns import operations
from reports.returns.body import body_of, digest_of
from reports.returns.operations import entries_digest
from reports.returns.periods import turns
from reports.returns.template_operations import AskedFor
from tests import factories
from tests.returns import HOURS, SPENT, asked, begun, filled

AT = datetime(2024, 11, 20, 12, tzinfo=UTC)
MONTHS = ("2024-09", "2024-10")


@pytest.fixture
def draft(force, now) -> ProgrammeReturn:
    """September with £5 spent, as Anna entered it."""
    now.move_to(AT)
    return filled(force, begun(force, AT, asked(force, AT, HOURS, SPENT)), row_2=500)


def given(made: ProgrammeReturn) -> dict[str, object]:
    return {"at": AT, "return_id": made.pk, "digest": digest_of(body_of(made, AT))}


def proposed(force, made: ProgrammeReturn) -> ProgrammeReturn:
    return operations.propose_return(by=force.anna, **given(made))


def test_who_prepared_it_cannot_submit_it(force, draft):
    with pytest.raises(DomainError, match="approved by somebody else"):
        operations.submit_return(by=force.anna, **given(draft))
    made = proposed(force, draft)
    with pytest.raises(DomainError, match="You prepared this return"):
        operations.approve_return(by=force.anna, **given(made))
    with pytest.raises(ChangedMeanwhile):
        operations.submit_return(by=force.adam, **given(made))
    made = operations.approve_return(by=force.adam, **given(made))
    assert (made.state, made.submitted_by) == ("submitted", force.adam)
    assert (made.body["prepared_by"], made.body["submitted_by"]) == (force.anna.name, force.adam.name)
    assert fingerprint(made.body) == made.sha256


def test_who_entered_something_or_began_it_prepared_it(force, draft):
    ada = factories.UserFactory.create(role="analyst", name="Ada Analyst")
    operations.save_return(
        by=ada, return_id=draft.pk, entered={"row-2": 700}, remarks="", seen=entries_digest(draft)
    )  # fmt: skip
    draft.refresh_from_db()
    operations.propose_return(by=force.adam, **given(draft))
    for person in (force.anna, ada, force.adam):
        with pytest.raises(DomainError, match="You prepared this return"):
            operations.approve_return(by=person, **given(draft))


def test_the_database_keeps_two_people_apart(force, draft):
    made = proposed(force, draft)
    facts = {"state": "submitted", "submitted_by": force.anna, "submitted_at": AT, "sha256": "0" * 64, "body": {}}
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgrammeReturn.objects.filter(pk=made.pk).update(**facts)


def test_nothing_is_changed_while_it_waits_and_changed_numbers_are_not_approved(force, draft):
    made = proposed(force, draft)
    with pytest.raises(ChangedMeanwhile):
        filled(force, made, row_2=900)
    with pytest.raises(ChangedMeanwhile):
        operations.withdraw_return(by=force.anna, return_id=made.pk)
    factories.PatrolShiftFactory.create(
        area=force.hitchin, funding_stream=force.grant, logged_by=force.sam,
        starts_at=datetime(2024, 9, 5, 20, tzinfo=UTC), ends_at=datetime(2024, 9, 6, 4, tzinfo=UTC),
    )  # fmt: skip
    with pytest.raises(DomainError, match="The numbers have changed since approval was asked for"):
        operations.approve_return(by=force.adam, **given(made))


def test_what_is_sent_back_is_a_draft_with_a_reason(force, draft, as_user):
    made, adam = proposed(force, draft), as_user(force.adam)
    path = f"/returns/made/{made.pk}/"
    assert adam.post(f"{path}send-back/", {"reason": " "}).status_code == 422
    assert adam.post(f"{path}send-back/", {"reason": "The invoice is missing"}).status_code == 302
    page = as_user(force.anna).get(path).content.decode()
    assert "It was sent back:</strong> The invoice is missing" in page
    made.refresh_from_db()
    assert (made.state, made.proposed_by, made.proposed_digest) == ("draft", None, "")
    assert proposed(force, filled(force, made, row_2=600)).sent_back == ""


def test_two_months_wait_at_once_and_the_second_is_approved_after_the_first(force, now):
    """What was spent before is beside the budget, and grows by what is approved in between."""
    now.move_to(AT)
    spent = AskedFor("Spent", "entered:pence", "budget", stream_id=force.grant.pk)
    template = asked(force, AT, spent)
    first, second = (proposed(force, filled(force, begun(force, AT, template, code), row_1=500)) for code in MONTHS)
    operations.approve_return(by=force.adam, at=AT, return_id=first.pk, digest=first.proposed_digest)
    made = operations.approve_return(by=force.adam, at=AT, return_id=second.pk, digest=second.proposed_digest)
    assert made.body["rows"][0]["beside"]["before"] == 500


def test_numbers_are_worked_out_once_when_they_are_approved(force, draft, monkeypatch):
    made, times = proposed(force, draft), []
    monkeypatch.setattr(operations, "body_of", lambda *args: times.append(1) or body_of(*args))
    operations.approve_return(by=force.adam, **given(made))
    assert times == [1]


def test_who_entered_what_a_restatement_begins_with_does_not_approve_it(force, draft):
    ada = factories.UserFactory.create(role="analyst", name="Ada Analyst")
    old = operations.approve_return(by=force.adam, **given(proposed(force, draft)))
    made = operations.restate(by=ada, at=AT, return_id=old.pk, reason="The invoice came late")
    operations.propose_return(by=ada, **given(made))
    with pytest.raises(DomainError, match="You prepared this return"):
        operations.approve_return(by=force.anna, **given(made))
    assert operations.approve_return(by=force.adam, **given(made)).state == "submitted"


def test_who_filled_in_a_draft_before_there_were_preparers_prepared_it(force, draft):
    ada = factories.UserFactory.create(role="analyst", name="Ada Analyst")
    operations.save_return(by=ada, return_id=draft.pk, entered={"row-2": 700}, remarks="", seen=entries_digest(draft))
    draft.preparers.clear()
    import_module("reports.migrations.0030_return_approval").fill_preparers(apps, None)
    assert set(draft.preparers.all()) == {force.anna, ada}


def test_pages_say_who_waits_for_whom(force, draft, as_user):
    path = f"/returns/made/{draft.pk}/"
    anna, adam = as_user(force.anna), as_user(force.adam)
    page = anna.get(path).content.decode()
    assert "Ask for approval" in page
    assert "Submit the return" not in page
    seen = {"seen": entries_digest(draft), "digest": digest_of(body_of(draft, AT)), "row-2": "5", "remarks": ""}
    assert "waits for approval" in anna.post(path, {**seen, "then": "submit"}, follow=True).content.decode()
    assert "somebody else approves it: Adam Admin" in anna.get(path).content.decode()
    assert "Approve and submit" not in anna.get(path).content.decode()
    page = adam.get(path).content.decode()
    assert "Anna Analyst waits for your approval" in page
    assert "Waiting for approval" in adam.get(f"/returns/{draft.template_id}/").content.decode()
    for reader in (force.paul, force.audrey):
        assert as_user(reader).get(path).status_code == 404
    assert as_user(force.paul).post(f"{path}approve/", {"digest": seen["digest"]}).status_code == 403
    adam.post(f"{path}approve/", {"digest": seen["digest"]})
    assert "Prepared by Anna Analyst, approved by Adam Admin" in adam.get(path).content.decode()


def test_without_a_second_person_the_page_says_what_to_do(force, draft, as_user):
    made = proposed(force, draft)
    type(force.adam).objects.filter(role="administrator").update(is_active=False)
    assert "Nobody else may" in as_user(force.anna).get(f"/returns/made/{made.pk}/").content.decode()


def test_a_return_without_money_is_submitted_by_one_person(force, now):
    now.move_to(AT)
    made = begun(force, AT, asked(force, AT, HOURS))
    with pytest.raises(DomainError, match="has no money in it"):
        operations.propose_return(by=force.anna, **given(made))
    assert operations.submit_return(by=force.anna, **given(made)).body.get("prepared_by") is None


def test_what_waits_is_late_all_the_same(force, draft, as_user):
    made = proposed(force, draft)
    type(made.asks).objects.update(created_at=datetime(2024, 9, 1, tzinfo=UTC))
    (turn,) = [turn for turn in turns(made.template, by=force.anna, at=AT) if turn.code == "2024-09"]
    assert turn.is_late
    assert "It was due on" in as_user(force.adam).get(f"/returns/made/{made.pk}/").content.decode()
