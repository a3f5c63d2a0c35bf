"""Workers that send at the same moment: nobody gets an e-mail twice."""

import pytest
from django.core import mail

from reports.emails.alerting import send_alerts
from reports.emails.weekly import send_weekly
from reports.models import AlertEmail
from tests.people import make_force
from tests.reports import emails
from tests.reports.test_concurrency import together
from tests.reports.test_emails import MONDAY, at_seven

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_two_workers_send_one_message(time_machine):
    time_machine.move_to(MONDAY)
    force = make_force()
    people = [force.sam, force.anna, force.adam, force.audrey]
    for user in people:
        emails.weekly(user)
        emails.alert(user)
    for _ in range(3):
        assert together(*[lambda: send_weekly(at=MONDAY)] * 4) == []
        assert together(*[lambda: send_alerts(at=at_seven(14))] * 4) == []
    sent = [message.to[0] for message in mail.outbox]
    assert sorted(sent) == sorted([user.email for user in people] * 2)
    assert AlertEmail.objects.count() == len(people)
