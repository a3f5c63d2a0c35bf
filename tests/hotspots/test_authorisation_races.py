"""What happens to authorisations at the same moment, with real threads and connections."""

from datetime import timedelta
from functools import partial

import pytest

from hotspots.authorisations import operations
from hotspots.models import PowerAuthorisation
from tests.hotspots.authorisations import START, facts, recorded
from tests.hotspots.test_ledger_races import ROUNDS, together
from tests.people import make_force

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
HOUR = timedelta(hours=1)
END = START + 24 * HOUR


@pytest.fixture
def force():
    return make_force()


def continuing(force, found, hours):
    return partial(
        operations.continue_authorisation, by=force.sam, at=END, authorisation_id=found.pk, until=END + hours * HOUR,
        extended_at=END - HOUR, rank="superintendent", officer="Supt.", grounds="A stabbing",
    )  # fmt: skip


def test_sent_twice_at_once_it_is_recorded_once(force):
    for number in range(ROUNDS):
        record = partial(
            operations.record_authorisation, by=force.sam, at=START, facts=facts(force, officer=f"Insp. {number}")
        )
        assert sorted(together(record, record, record)) == ["recorded_already", "recorded_already", "written"]
        assert PowerAuthorisation.objects.count() == number + 1


def test_of_two_continuations_at_once_one_stands(force):
    for number in range(ROUNDS):
        found = recorded(force, kind="search", officer=f"Insp. {number}")
        ends = together(continuing(force, found, 1), continuing(force, found, 24))
        assert sorted(ends) == ["continued_already", "written"]


def test_withdrawn_while_it_is_continued_it_is_withdrawn(force):
    for number in range(ROUNDS):
        found = recorded(force, kind="search", officer=f"Insp. {number}")
        withdraw = partial(
            operations.withdraw_authorisation, by=force.adam, at=END, authorisation_id=found.pk,
            withdrawn_at=END - HOUR / 2, reason="Quiet",
        )  # fmt: skip
        ends = together(continuing(force, found, 24), withdraw)
        found.refresh_from_db()
        assert ends[1] == "written"
        assert ends[0] == ("written" if found.extended_until else "authorisation_withdrawn")
        assert found.ended_at == END - HOUR / 2
