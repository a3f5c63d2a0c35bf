"""Two schedulers that remind at the same moment: nobody gets two letters."""

from datetime import UTC, datetime

import pytest
from django.core import mail

from reports.models import PlanReminder, ReturnReminder
from reports.plans.reminders import send_reminders
from reports.returns import reminders as return_reminders
from tests.people import make_force
from tests.reports import plans
from tests.reports.plans import AT
from tests.reports.test_concurrency import together
from tests.returns import asked

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_two_workers_send_one_letter(time_machine):
    time_machine.move_to(AT)
    force = make_force()
    plan = plans.begun(force)
    plans.responded(force, plan)
    plans.responded(force, plan, action="Another", owner=force.anna)
    for _ in range(3):
        assert together(*[lambda: send_reminders(at=AT)] * 4) == []
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted([force.sam.email, force.anna.email])
    assert PlanReminder.objects.count() == 2


def test_returns_too(time_machine):
    time_machine.move_to(datetime(2024, 10, 1, 9, tzinfo=UTC))
    force = make_force()
    asked(force, datetime(2024, 10, 1, 9, tzinfo=UTC))
    due = datetime(2024, 10, 10, 9, tzinfo=UTC)
    time_machine.move_to(due)
    assert together(*[lambda: return_reminders.send_reminders(at=due)] * 4) == []
    assert return_reminders.send_reminders(at=due) == 0
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted([force.anna.email, force.adam.email])
    assert ReturnReminder.objects.count() == 2
