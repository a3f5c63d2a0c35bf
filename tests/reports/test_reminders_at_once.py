"""Two schedulers that remind at the same moment: nobody gets two letters."""

import pytest
from django.core import mail

from reports.models import PlanReminder
from reports.plans.reminders import send_reminders
from tests.people import make_force
from tests.reports import plans
from tests.reports.plans import AT
from tests.reports.test_concurrency import together

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
