"""What a supervisor can no longer correct, an administrator is asked to."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError

from hotspot.core.errors import NotAllowed
from patrols.models import CorrectionRequest
from patrols.shifts import correction_request_operations
from patrols.shifts.correction_request_operations import ask_for_correction, close_request
from patrols.shifts.void_operations import may_restore
from tests import factories
from tests.conftest import NOW

WORDS = "The finish was 5am, not 6am"


@pytest.fixture
def old(hitchin_shift, now):
    """A shift of Sam's that ended eight days ago."""
    shift = hitchin_shift(logged_at=NOW - timedelta(hours=6))
    now.move_to(NOW + timedelta(days=8))
    return shift


@pytest.fixture
def sam(force, old, as_user):
    return as_user(force.sam)


@pytest.fixture
def adam(force, old, as_user):
    return as_user(force.adam)


def ask(browser, shift, reason=WORDS):
    return browser.post(f"/shifts/{shift.pk}/ask/", {"reason": reason})


def test_the_shifts_page_offers_to_ask_and_says_that_it_was_asked(force, old, sam):
    page = sam.get(f"/shifts/{old.pk}/").content.decode()
    assert f"/shifts/{old.pk}/ask/" in page
    assert sam.get(f"/shifts/{old.pk}/ask/").status_code == 200
    assert ask(sam, old)["Location"] == f"/shifts/{old.pk}/"
    page = sam.get(f"/shifts/{old.pk}/").content.decode()
    assert WORDS in page
    assert "An administrator has not answered yet." in page
    assert "You asked for a correction" in page
    assert f"/shifts/{old.pk}/ask/" not in page


@pytest.mark.parametrize("page", ["correct", "void"])
def test_a_refusal_says_that_it_was_asked_and_does_not_offer_it_again(page, old, sam):
    ask(sam, old)
    answer = sam.get(f"/shifts/{old.pk}/{page}/").content.decode()
    assert "You asked for a correction" in answer
    assert f"/shifts/{old.pk}/ask/" not in answer
    answer = sam.get(f"/shifts/{old.pk}/ask/", follow=True)
    assert answer.redirect_chain == [(f"/shifts/{old.pk}/", 302)]


def test_the_refusal_of_a_correction_offers_to_ask(old, sam):
    answer = sam.get(f"/shifts/{old.pk}/correct/")
    assert answer.status_code == 403
    assert f"/shifts/{old.pk}/ask/" in answer.content.decode()


def test_a_shift_is_asked_about_once_until_it_is_answered(force, old, sam, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            ask(sam, old)
    assert CorrectionRequest.objects.count() == 1
    assert len(mail.outbox) == 1
    request = CorrectionRequest.objects.get()
    close_request(by=force.adam, at=NOW, request_id=request.pk, is_done=True, answer="")
    ask(sam, old)
    assert CorrectionRequest.objects.count() == 2


def test_a_reason_is_needed(old, sam):
    assert ask(sam, old, " ").status_code == 422
    assert not CorrectionRequest.objects.exists()


def test_not_more_than_a_few_are_open_for_one_person(force, old, hitchin_shift, sam, monkeypatch):
    monkeypatch.setattr(correction_request_operations, "MOST_OPEN", 1)
    ask(sam, old)
    answer = ask(sam, hitchin_shift(logged_at=NOW - timedelta(hours=6)))
    assert answer.status_code == 422
    assert "Wait until one is answered" in answer.content.decode()


def test_who_can_do_it_themselves_does_not_ask(force, hitchin_shift, now):
    fresh = hitchin_shift(logged_at=NOW - timedelta(hours=6))
    for by, code in ((force.sam, "not_needed"), (force.adam, "may_not_ask"), (force.anna, "may_not_ask")):
        with pytest.raises(NotAllowed) as refusal:
            ask_for_correction(by=by, at=NOW, shift_id=fresh.pk, reason=WORDS)
        assert refusal.value.code == code
    assert not CorrectionRequest.objects.exists()


def test_what_can_be_corrected_but_no_longer_voided_is_asked_about(force, hitchin_shift, now):
    fresh = hitchin_shift(logged_at=NOW - timedelta(days=1))
    assert ask_for_correction(by=force.sam, at=NOW, shift_id=fresh.pk, reason="Logged twice").is_new


def test_administrators_see_what_waits_and_answer_it(force, old, sam, adam):
    ask(sam, old)
    request = CorrectionRequest.objects.get()
    assert "1 request waits for an answer" in adam.get("/manage/").content.decode()
    page = adam.get("/manage/corrections/").content.decode()
    assert WORDS in page
    assert "Sam Sergeant" in page
    one = f"/manage/corrections/{request.pk}/"
    assert f"/shifts/{old.pk}/" in adam.get(one).content.decode()
    assert adam.post(one, {"outcome": "declined", "answer": ""}).status_code == 422
    assert adam.post(one, {"outcome": "declined", "answer": "The log says 6am"})["Location"] == "/manage/corrections/"
    request.refresh_from_db()
    assert (request.state, request.closed_by) == ("declined", force.adam)
    assert "The log says 6am" in sam.get(f"/shifts/{old.pk}/").content.decode()
    assert "Nothing waits for an answer" in adam.get("/manage/").content.decode()
    again = adam.post(one, {"outcome": "done", "answer": ""})
    assert again.status_code == 422
    assert "Another administrator has answered" in again.content.decode()
    events = request.events.order_by("pgh_id").values_list("pgh_context__metadata__action", flat=True)
    assert list(events) == ["asked", "answered"]


def test_only_administrators_answer(force, old):
    request = ask_for_correction(by=force.sam, at=NOW + timedelta(days=8), shift_id=old.pk, reason=WORDS).request
    with pytest.raises(NotAllowed):
        close_request(by=force.sam, at=NOW, request_id=request.pk, is_done=True, answer="")


def test_the_e_mail_goes_to_administrators_and_says_nothing_of_the_record(
    force, old, sam, django_capture_on_commit_callbacks
):
    factories.UserFactory(role="administrator", email="gone@hotspot.example", is_active=False)
    with django_capture_on_commit_callbacks(execute=True):
        ask(sam, old)
    (message,) = mail.outbox
    assert message.bcc == [force.adam.email]
    assert not message.to
    assert f"/manage/corrections/{CorrectionRequest.objects.get().pk}/" in message.body
    for secret in (WORDS, "Hitchin", "Sam"):
        assert secret not in message.body + message.subject


def test_asking_works_while_the_mail_server_is_down(old, sam, monkeypatch, django_capture_on_commit_callbacks):
    def down(*_, **__):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", down)
    with django_capture_on_commit_callbacks(execute=True):
        assert ask(sam, old).status_code == 302
    assert CorrectionRequest.objects.count() == 1


def test_a_voided_shift_is_not_asked_about(force, hitchin_shift, now):
    voided = hitchin_shift(state="voided", void_reason="Twice")
    with pytest.raises(NotAllowed, match="log it again"):
        ask_for_correction(by=force.sam, at=NOW, shift_id=voided.pk, reason=WORDS)
    assert may_restore(voided, by=force.anna, at=NOW) is False


def test_the_database_keeps_one_open_request_a_shift_and_person(force, old):
    fields = {"shift": old, "asked_by": force.sam}
    factories.CorrectionRequestFactory(**fields)
    with pytest.raises(IntegrityError, match="correction_asked_once"):
        factories.CorrectionRequestFactory(**fields)


def test_whoever_asks_and_answers_the_words_are_stored_without_what_cannot_be_seen(force, old):
    """The page's form cleans them as well; an operation does not rely on it."""
    at = NOW + timedelta(days=8)
    asked = ask_for_correction(by=force.sam, at=at, shift_id=old.pk, reason="5am,\u202e not\u200b 6am")
    assert asked.request.reason == "5am, not 6am"
    closed = close_request(by=force.adam, at=at, request_id=asked.request.pk, is_done=False, answer="\u202eIt stays")
    assert closed.answer == "It stays"
