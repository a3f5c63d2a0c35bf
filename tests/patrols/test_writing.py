"""What the database refuses when two writers race, said in words."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from hotspot.core.errors import DomainError
from patrols.models import PatrolShift
from patrols.shifts.entries import NOT_EXTERNAL, ExternalRecord
from patrols.shifts.writing import words_for_races
from tests import factories

NIGHT = datetime(2024, 10, 11, 21, tzinfo=UTC)


def shift(force, **values) -> PatrolShift:
    where = {
        "area": force.hitchin,
        "funding_stream": force.grant,
        "logged_by": force.sam,
        "starts_at": NIGHT,
        "crew": [],
    }
    return factories.PatrolShiftFactory(**(where | values))


def test_a_record_of_another_system_twice(force):
    record = {"external_source": "rota", "external_reference": "7"}
    shift(force, **record)
    with pytest.raises(DomainError) as refusal, words_for_races(ExternalRecord("rota", "7")):
        shift(force, **record)
    assert (refusal.value.code, refusal.value.field) == ("external_taken", "external")
    assert "rota 7" in refusal.value.message
    assert PatrolShift.objects.count() == 1


def test_a_person_in_two_places(force):
    first, second = shift(force), shift(force, area=force.letchworth)
    factories.CrewMemberFactory(shift=first, collar_number="PC1")
    with pytest.raises(DomainError) as refusal, words_for_races(NOT_EXTERNAL):
        factories.CrewMemberFactory(shift=second, collar_number="PC1")
    assert (refusal.value.code, refusal.value.field) == ("officer_elsewhere", "crew")
    assert not second.crew.exists()


def test_whatever_else_it_refuses_is_no_answer_to_a_person(force):
    with pytest.raises(IntegrityError), words_for_races(NOT_EXTERNAL):
        shift(force, ends_at=NIGHT - timedelta(hours=1))
