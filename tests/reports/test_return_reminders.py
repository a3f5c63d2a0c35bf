"""Reminders of returns that are due: once before and once after, to those who may submit them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail

from reports.models import ReturnReminder
from reports.returns.reminders import send_reminders
from reports.returns.tasks import send_return_reminders
from tests.returns import HOURS, asked, begun, sent

BEGAN = datetime(2024, 10, 1, 9, tzinfo=UTC)
WEEK_BEFORE = datetime(2024, 10, 7, 9, tzinfo=UTC)
"""September is due on 14 October, 14 days after it ended."""


@pytest.fixture
def template(force, now, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    now.move_to(BEGAN)
    return asked(force, BEGAN, HOURS)


def test_once_before_and_once_after_and_nothing_of_what_is_in_it(force, template, now):
    now.move_to(WEEK_BEFORE - timedelta(days=1))
    send_return_reminders()
    assert mail.outbox == []
    now.move_to(WEEK_BEFORE)
    for _ in range(2):
        send_return_reminders()
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted([force.anna.email, force.adam.email])
    assert "1 return is due within a week." in mail.outbox[0].body
    assert "/returns/" in mail.outbox[0].body
    for secret in ("Home Office", "September", "Operation Hotspot 2024"):
        assert secret not in mail.outbox[0].body + mail.outbox[0].subject
    now.move_to(datetime(2024, 10, 14, 9, tzinfo=UTC))
    send_return_reminders()
    assert len(mail.outbox) == 2
    now.move_to(datetime(2024, 10, 15, 9, tzinfo=UTC))
    for _ in range(2):
        send_return_reminders()
    assert len(mail.outbox) == 4
    assert "1 return is overdue." in mail.outbox[-1].body
    now.move_to(datetime(2024, 10, 30, 9, tzinfo=UTC))
    send_return_reminders()
    assert len(mail.outbox) == ReturnReminder.objects.count() == 4


def test_nobody_is_reminded_of_what_was_submitted_or_was_due_before_it_was_asked_for(force, template, now):
    now.move_to(WEEK_BEFORE)
    sent(force, WEEK_BEFORE, begun(force, WEEK_BEFORE, template))
    assert send_reminders(at=WEEK_BEFORE) == 0
    assert mail.outbox == []


def test_what_the_mail_server_does_not_take_is_sent_later(force, template, now, monkeypatch, settings):
    now.move_to(WEEK_BEFORE)

    def down(*_, **__):
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr("django.core.mail.EmailMessage.send", down)
        assert send_reminders(at=WEEK_BEFORE) == 0
    assert not ReturnReminder.objects.exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert send_reminders(at=WEEK_BEFORE) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_reminders(at=WEEK_BEFORE) == 2


def test_the_list_says_how_many_are_overdue(force, template, now, as_user):
    now.move_to(datetime(2024, 11, 20, 9, tzinfo=UTC))
    assert "2 overdue" in as_user(force.anna).get("/returns/").content.decode()
