"""Published figures beside the records as they are now: who is told, what, and before which change."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from patrols.models import PatrolShift
from reports.statements import operations, sign_off
from tests import factories, publishing
from tests.returns import HOURS, submitted

AT = datetime(2024, 12, 10, 10, 55, tzinfo=UTC)
LATER = AT + timedelta(days=1)
CHANGED = "The records have changed since"
COUNTED = "This shift counts in figures that were published"


def patrol(force, area, at=datetime(2024, 10, 11, 21, tzinfo=UTC)) -> PatrolShift:
    return factories.PatrolShiftFactory.create(
        area=area, funding_stream=force.grant, logged_by=force.sam, starts_at=at, ends_at=at + timedelta(hours=8),
        logged_at=at + timedelta(hours=9), submission_id=uuid.uuid4(),
    )  # fmt: skip


@pytest.fixture
def shift(force, now) -> PatrolShift:
    shift = patrol(force, force.hitchin)
    patrol(force, force.watford)
    now.move_to(LATER)
    return shift


@pytest.fixture
def statement(force, shift):
    return publishing.published(force, AT)


def page_of(client, statement) -> str:
    return client.get(reverse("reports:statement", args=[statement.slug])).content.decode()


def test_nothing_is_said_while_the_records_are_those_that_were_published(statement, as_user, force):
    assert CHANGED not in page_of(as_user(force.anna), statement)


def test_the_difference_is_shown_to_those_who_may_see_every_record_behind_it(statement, shift, as_user, force):
    factories.ArrestFactory.create_batch(2, shift=shift)
    page = page_of(as_user(force.anna), statement)
    assert CHANGED in page
    assert "Hitchin town centre" in page.split(CHANGED)[1].split("</p>")[0]
    assert "Watford" not in page.split(CHANGED)[1].split("</p>")[0]
    assert "up 2" in page
    for person in (force.sam, force.paul):
        assert CHANGED not in page_of(as_user(person), statement)


def test_a_change_in_one_area_that_another_balances_is_shown(statement, shift, as_user, force):
    """A shift moved from one area to another changes no total."""
    PatrolShift.objects.filter(pk=shift.pk).update(area=force.letchworth)
    page = page_of(as_user(force.anna), statement).split(CHANGED)[1]
    assert "Letchworth" in page.split("</p>")[0]
    assert "no change" in page


def test_a_corrected_statement_points_to_the_new_version_only(statement, shift, as_user, force):
    factories.ArrestFactory.create(shift=shift)
    new = operations.correct(by=force.paul, at=LATER, statement_id=statement.pk, reason="An arrest was missing.")
    waiting = publishing.read_and_send(new, LATER)
    sign_off.approve(by=force.anna, at=LATER, statement_id=waiting.pk, digest=publishing.digest(waiting))
    assert CHANGED not in page_of(as_user(force.anna), statement)
    new.refresh_from_db()
    assert CHANGED not in page_of(as_user(force.anna), new)


@pytest.mark.parametrize("change", ["void", "correct", "crew"])
def test_a_change_to_a_shift_of_a_published_period_says_so_first(statement, shift, as_user, force, change):
    adam = as_user(force.adam)
    counted = adam.get(reverse(f"outcomes:{change}", args=[shift.pk])).content.decode()
    assert COUNTED in counted
    assert f"/published/{statement.slug}/" in counted


def test_nothing_is_said_of_a_shift_outside_the_published_days_or_areas(force, shift, as_user):
    patrol(force, force.hitchin, datetime(2024, 11, 11, 21, tzinfo=UTC))
    for days in range(1, 7):
        patrol(force, force.watford, datetime(2024, 10, 11, 21, tzinfo=UTC) - timedelta(days=days))
    publishing.published(force, AT, area_ids=[force.watford.pk])
    publishing.published(force, AT + timedelta(hours=3), code="2024-11")
    assert COUNTED not in as_user(force.adam).get(reverse("outcomes:void", args=[shift.pk])).content.decode()


def test_nothing_is_said_of_business_as_usual(force, shift, as_user):
    """Neither a statement nor a return counts it, so neither is there to be warned of."""
    PatrolShift.objects.filter(pk=shift.pk).update(funding_stream=force.business_as_usual)
    publishing.published(force, AT)
    submitted(force, AT, HOURS)
    page = as_user(force.adam).get(reverse("outcomes:void", args=[shift.pk])).content.decode()
    assert COUNTED not in page
