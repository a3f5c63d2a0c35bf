"""The documents that PostgreSQL writes are those that the description declares, and cost the same however many."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hotspot.core.permissions import Scope
from patrols.models import PatrolShift
from tests import factories
from tests.api import conforms, night_in_hitchin, person_caller, system_caller

pytestmark = pytest.mark.usefixtures("now")


@pytest.fixture
def mirror(force):
    return system_caller(force.adam, Scope.READ_SHIFTS, name="Mirror")


@pytest.fixture
def full(force):
    """A shift of which every part says something, and one of which none does."""
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS, name="Rota")
    body = night_in_hitchin(
        force,
        stop_searches=[{"found": True, "linked": False, "happened_at": "2024-10-11T01:00:00Z"}],
        weapons=[{}],
        asb_powers=[{"kind": "dispersal_direction", "reference": "D/1"}],
        activity={"engagements_residents": 5},
        visits=[{"arrived_at": "2024-10-10T22:30:00+01:00", "left_at": "2024-10-10T22:45:00+01:00"}],
        external={"source": "rota", "reference": 'R-"1"\\'},
        note='"Quiet"\n\\ night, Tŷ Hafan 🙂 \u2028',
        ends_at="2024-10-11T11:00:00+01:00",
        keep={"doubts": ["long_shift"], "reason": "Football"},
    )
    answer = rota.post("shifts", body)
    conforms(answer, "log_shift")
    factories.PatrolShiftFactory(area=force.letchworth, funding_stream=force.grant, state="voided", crew=[])
    return PatrolShift.objects.get(pk=answer.json()["id"])


@pytest.mark.parametrize("who", ["sam", "anna", "adam", "audrey", "mirror"])
def test_every_answer_about_shifts_is_as_declared(force, full, mirror, who):
    caller = mirror if who == "mirror" else person_caller(force.people[who])
    for query in ({}, {"detail": "full"}, {"updated_since": "2024-10-01T00:00:00Z", "detail": "full"}):
        conforms(caller.get("shifts", query), "list_shifts")
    for shift in PatrolShift.objects.all():
        conforms(caller.get(f"shifts/{shift.pk}"), "read_shift")
    listed = caller.get("shifts", {"detail": "full"}).json()["results"]
    assert caller.get(f"shifts/{full.pk}").json() in listed
    summary = caller.get("shifts").json()["results"]
    assert all(short.items() <= long.items() for short, long in zip(summary, listed, strict=True))


def test_text_comes_out_as_it_went_in(full, mirror):
    found = mirror.get(f"shifts/{full.pk}").json()
    assert found["note"] == '"Quiet"\n\\ night, Tŷ Hafan 🙂 \u2028'.strip()
    assert found["external"]["reference"] == 'R-"1"\\'
    assert (found["doubts_kept"], found["doubts_reason"]) == (["long_shift"], "Football")


def test_a_document_says_what_the_database_says(full, mirror):
    found = mirror.get(f"shifts/{full.pk}").json()
    full.refresh_from_db()
    assert found["day"] == str(full.day)
    assert found["clock_minutes"] == full.clock_minutes == 13 * 60
    assert found["patrol_minutes"] == sum(member.minutes for member in full.crew.all()) == 26 * 60
    assert found["crew_size"] == 2
    assert found["version"] == full.version
    assert found["outcomes"] == {"arrests": 1, "stop_searches": 1, "weapons": 1, "asb_powers": 1}


def test_powers_outside_the_headline_are_listed_and_not_counted(force, mirror):
    shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant)
    factories.AsbPowerUseFactory(shift=shift, kind_id="dispersal_authorisation")
    factories.AsbPowerUseFactory(shift=shift)
    factories.AsbPowerUseFactory(shift=shift, void_reason="Entered twice")
    found = mirror.get(f"shifts/{shift.pk}").json()
    assert len(found["asb_powers"]) == 3
    assert found["outcomes"]["asb_powers"] == 1


# --- what an answer costs -----------------------------------------------------------------------------------------


def questions(call) -> int:
    """How many queries a call asks, its transaction's own statements not counted."""
    call()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        call()
    return len([each for each in asked if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))])


@pytest.mark.parametrize("query", [{}, {"detail": "full"}])
def test_a_page_of_shifts_costs_a_caller_and_a_query(force, mirror, query):
    def make(number):
        for _ in range(number):
            shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant)
            factories.ArrestFactory(shift=shift)

    make(1)
    assert questions(lambda: mirror.get("shifts", query)) == 2
    make(49)
    assert len(mirror.get("shifts", query).json()["results"]) == 50
    assert questions(lambda: mirror.get("shifts", query)) == 2


def test_a_record_costs_a_caller_and_a_query(full, mirror):
    assert questions(lambda: mirror.get(f"shifts/{full.pk}")) == 2
    arrest = full.arrests.get()
    assert questions(lambda: mirror.get(f"arrests/{arrest.pk}")) == 2
    assert questions(lambda: mirror.get("arrests")) == 2


def test_logging_costs_the_same_for_one_outcome_and_for_many(force):
    rota = system_caller(force.adam, Scope.WRITE_SHIFTS)
    nights = iter(datetime(2024, 10, day, 21, tzinfo=UTC) for day in range(1, 9))

    def log(outcomes):
        start = next(nights)
        span = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=8)).isoformat()}
        answer = rota.post("shifts", night_in_hitchin(force, **span, arrests=[{}] * outcomes))
        assert answer.status_code == 201, answer.content

    few, many = questions(lambda: log(1)), questions(lambda: log(9))
    assert few == many
    assert few <= 24
