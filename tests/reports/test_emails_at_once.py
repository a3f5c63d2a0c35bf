"""Workers that send at the same moment: nobody gets an e-mail twice."""

import pytest
from django.core import mail

from reports.emails import operations
from reports.emails.alerting import send_alerts
from reports.emails.weekly import send_weekly
from reports.models import Alert, AlertEmail, AlertEpisode
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


def test_an_alert_that_is_removed_while_it_is_told_stops_nobody(time_machine):
    time_machine.move_to(MONDAY)
    force = make_force()
    for at in map(at_seven, range(14, 20)):
        mine = emails.alert(force.sam)
        emails.alert(force.anna)
        refused = together(
            lambda at=at: send_alerts(at=at), lambda pk=mine.pk: operations.remove_alert(by=force.sam, pk=pk)
        )
        assert refused == []
        assert not Alert.objects.own(force.sam).exists()
        assert not AlertEpisode.objects.filter(alert__user=force.sam).exists()
