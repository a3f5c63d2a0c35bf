"""Visits by two presses: once however often they are sent, taken back for a while, and counted once."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from hotspot.core.calendar import Period
from hotspot.core.errors import Conflict, DomainError, NotAllowed
from hotspots.models import HotspotArea
from patrols.models import LiveVisit, PatrolShift, Visit
from patrols.visits import live_operations, live_queries
from patrols.visits.nights import spans_by_night
from patrols.visits.queries import presence_in
from patrols.visits.spells import seconds_of
from tests import factories
from tests.patrols.live_visits import EVENING, gone, here, visited


def later(minutes: int) -> datetime:
    return EVENING + timedelta(minutes=minutes)


def test_two_presses_make_one_visit_in_whole_minutes(force):
    visit = visited(force, minutes=15)
    assert (visit.arrived_at, visit.left_at) == (
        datetime(2024, 10, 12, 21, 7, tzinfo=UTC),
        datetime(2024, 10, 12, 21, 22, tzinfo=UTC),
    )
    assert [event.pgh_context.metadata["action"] for event in visit.events.order_by("pgh_id")] == ["arrived", "left"]


def test_a_press_that_is_sent_twice_is_one(force):
    arrival, departure = uuid.uuid4(), uuid.uuid4()
    visit = here(force, arrival=arrival)
    assert here(force, arrival=arrival, at=later(1)).pk == visit.pk
    gone(visit, at=later(15), departure=departure)
    assert gone(visit, at=later(16), departure=departure).left_at == visit.arrived_at + timedelta(minutes=15)
    # The first press comes once more, when the visit is over.
    assert here(force, arrival=arrival, at=later(17)).pk == visit.pk
    assert LiveVisit.objects.count() == 1


def test_another_page_of_the_same_person_changes_nothing_either(force):
    visit = here(force)
    assert here(force, at=later(1)).pk == visit.pk
    done = gone(visit, at=later(10))
    assert gone(visit, at=later(20)).left_at == done.left_at
    assert LiveVisit.objects.count() == 1


def test_nobody_is_in_two_places(force):
    visit = here(force)
    with pytest.raises(Conflict) as refusal:
        here(force, area=force.letchworth, at=later(5))
    assert refusal.value.code == "still_elsewhere"
    gone(visit, at=later(5))
    here(force, area=force.letchworth, at=later(5))
    assert LiveVisit.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        LiveVisit.objects.create(
            area=force.hitchin, by=force.sam, arrival=uuid.uuid4(), arrived_at=EVENING.replace(second=0), left_at=None,
            here_pressed_at=EVENING,
        )  # fmt: skip


def test_a_press_of_somebody_else_is_not_taken_over(force):
    visit = here(force)
    with pytest.raises(Conflict) as refusal:
        here(force, by=force.sue, area=force.watford, arrival=visit.arrival)
    assert refusal.value.code == "press_taken"
    with pytest.raises(LiveVisit.DoesNotExist):
        live_operations.leave(by=force.sue, at=later(5), visit_id=visit.pk, departure=uuid.uuid4())


def test_only_those_who_log_shifts_and_only_where_they_see(force):
    with pytest.raises(NotAllowed):
        here(force, by=force.anna)
    with pytest.raises(HotspotArea.DoesNotExist):
        here(force, area=force.watford)
    force.letchworth.last_day = date(2024, 10, 11)
    force.letchworth.save()
    with pytest.raises(DomainError) as refusal:
        here(force, area=force.letchworth)
    assert refusal.value.code == "area_not_active"
    # At 3am it is still the night of the day before.
    force.letchworth.last_day = date(2024, 10, 12)
    force.letchworth.save()
    here(force, area=force.letchworth, at=datetime(2024, 10, 13, 2, tzinfo=UTC))


def test_whoever_forgot_to_leave_is_asked_and_can_say_it(force):
    visit = here(force)
    assert not live_queries.is_forgotten(visit, later(240 - 1))
    with pytest.raises(DomainError) as refusal:
        gone(visit, at=later(300))
    assert refusal.value.code == "when_left"
    for wrong in (later(-10), later(250), later(310)):
        with pytest.raises(DomainError) as refusal:
            gone(visit, at=later(300), left_at=wrong)
        assert refusal.value.code == "left_when"
    assert gone(visit, at=later(300), left_at=later(20)).left_at == later(20).replace(second=0)


def test_a_visit_is_as_long_as_it_can_be_and_no_longer(force):
    visit = here(force)
    with pytest.raises(IntegrityError), transaction.atomic():
        LiveVisit.objects.filter(pk=visit.pk).update(left_at=visit.arrived_at + timedelta(minutes=241))
    assert gone(visit, at=visit.arrived_at + timedelta(hours=4)).left_at == visit.arrived_at + timedelta(hours=4)


@pytest.mark.parametrize("seconds", [0, 599])
def test_each_press_can_be_taken_back_for_ten_minutes(force, seconds):
    visit = visited(force)
    soon = later(15) + timedelta(seconds=seconds)
    undone = live_operations.undo(by=force.sam, at=soon, visit_id=visit.pk, number=visit.departure)
    assert undone.is_open
    # Sent twice, it does not take the arrival back too.
    assert live_operations.undo(by=force.sam, at=soon, visit_id=visit.pk, number=visit.departure).is_open


def test_the_arrival_can_be_taken_back_and_the_same_press_does_not_bring_it_again(force):
    visit = here(force)
    assert live_operations.undo(by=force.sam, at=later(9), visit_id=visit.pk, number=visit.arrival).withdrawn_at
    assert here(force, at=later(9), arrival=visit.arrival).withdrawn_at
    assert here(force, at=later(9)).pk != visit.pk


def test_a_departure_taken_back_is_not_made_by_its_own_press_again(force):
    departure = uuid.uuid4()
    visit = here(force)
    gone(visit, at=later(5), departure=departure)
    live_operations.undo(by=force.sam, at=later(6), visit_id=visit.pk, number=departure)
    assert gone(visit, at=later(7), departure=departure).is_open
    assert not gone(visit, at=later(8)).is_open


def test_an_undo_takes_back_the_press_that_it_names_and_no_later_one(force):
    visit = visited(force, minutes=5)
    live_operations.undo(by=force.sam, at=later(6), visit_id=visit.pk, number=visit.departure)
    again = gone(visit, at=later(8))
    late = {"by": force.sam, "at": later(9), "visit_id": visit.pk}
    assert not live_operations.undo(**late, number=visit.departure).is_open
    assert not live_operations.undo(**late, number=visit.arrival).is_open
    assert live_operations.undo(**late, number=again.departure).is_open


def test_whoever_does_not_know_when_they_left_takes_the_visit_back(force):
    visit = here(force)
    undo = {"by": force.sam, "visit_id": visit.pk, "number": visit.arrival}
    with pytest.raises(NotAllowed):
        live_operations.undo(at=later(239), **undo)
    assert live_operations.undo(at=later(1_500), **undo).withdrawn_at
    assert here(force, area=force.letchworth, at=later(1_500)).is_open


def test_a_press_where_one_was_forgotten_is_no_arrival(force):
    here(force)
    for area in (force.hitchin, force.letchworth):
        with pytest.raises(Conflict) as refusal:
            here(force, area=area, at=later(300))
        assert refusal.value.code == "forgot_to_leave"


def test_later_or_on_a_shift_it_cannot_be_undone(force):
    visit = visited(force)
    with pytest.raises(NotAllowed) as refusal:
        live_operations.undo(by=force.sam, at=later(26), visit_id=visit.pk, number=visit.departure)
    assert refusal.value.code == "undo_closed"
    shift = factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, starts_at=EVENING.replace(minute=0, second=0)
    )
    live_operations.add_to_shift([visit], shift.pk)
    with pytest.raises(NotAllowed) as refusal:
        live_operations.undo(by=force.sam, at=later(16), visit_id=visit.pk, number=visit.departure)
    assert refusal.value.code == "visit_logged"
    PatrolShift.objects.filter(pk=shift.pk).update(state="voided", void_reason="Entered twice")
    assert live_operations.undo(by=force.sam, at=later(16), visit_id=visit.pk, number=visit.departure).is_open


def test_who_went_on_elsewhere_cannot_go_back_to_the_place_before(force):
    visit = visited(force)
    here(force, area=force.letchworth, at=later(16))
    with pytest.raises(Conflict):
        live_operations.undo(by=force.sam, at=later(17), visit_id=visit.pk, number=visit.departure)


# --- what counts


WEEKEND = Period(date(2024, 10, 12), date(2024, 10, 13))


def minutes(force, area=None) -> int:
    stays = [stay for part in presence_in([(area or force.hitchin).pk], WEEKEND).values() for stay in part.stays]
    return seconds_of(stay.least for stay in stays) // 60


def visits(force) -> int:
    return sum(len(part.stays) for part in presence_in([force.hitchin.pk], WEEKEND).values())


def test_a_visit_counts_from_when_it_is_over(force):
    visit = here(force)
    assert minutes(force) == 0
    visit = gone(visit, at=later(15))
    assert (minutes(force), visits(force)) == (15, 1)
    live_operations.undo(by=force.sam, at=later(16), visit_id=visit.pk, number=visit.departure)
    live_operations.undo(by=force.sam, at=later(9), visit_id=visit.pk, number=visit.arrival)
    assert minutes(force) == 0


def test_less_than_a_minute_counts_nothing(force):
    visited(force, minutes=0)
    assert visits(force) == 0


def test_on_a_shift_it_counts_once_and_again_alone_when_the_shift_is_voided(force):
    visit = visited(force)
    shift = factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, starts_at=EVENING.replace(minute=0, second=0)
    )
    live_operations.add_to_shift([visit], shift.pk)
    assert Visit.objects.get().shift == shift
    assert (minutes(force), visits(force)) == (15, 1)
    # Taken off the shift by who corrects its visits, it is gone.
    Visit.objects.all().delete()
    assert visits(force) == 0
    shift.refresh_from_db()
    shift.state, shift.void_reason = "voided", "Entered twice"
    shift.save()
    assert (minutes(force), visits(force)) == (15, 1)


def test_a_shift_at_the_time_is_not_taken_whole_as_well(force):
    factories.PatrolShiftFactory(
        area=force.hitchin,
        funding_stream=force.grant,
        starts_at=EVENING.replace(minute=0, second=0),
        logged_by=force.sam,
    )
    nights = spans_by_night([force.hitchin.pk], WEEKEND)
    assert seconds_of(nights[force.hitchin.pk, date(2024, 10, 12)]) == 8 * 3600
    visited(force)
    nights = spans_by_night([force.hitchin.pk], WEEKEND)
    assert seconds_of(nights[force.hitchin.pk, date(2024, 10, 12)]) == 15 * 60


def test_a_press_says_nothing_about_the_shift_of_another_crew(force):
    """A quarter of an hour of one does not take away eight hours of others."""
    factories.PatrolShiftFactory(
        area=force.hitchin,
        funding_stream=force.grant,
        starts_at=EVENING.replace(minute=0, second=0),
        logged_by=force.adam,
    )
    visited(force)
    nights = spans_by_night([force.hitchin.pk], WEEKEND)
    assert seconds_of(nights[force.hitchin.pk, date(2024, 10, 12)]) == 8 * 3600


def test_a_shift_of_a_crew_that_goes_round_ends_where_it_went_on(force):
    """Hitchin, Letchworth, Hitchin, Letchworth: each shift says what no other can."""
    first, _, third, fourth = (
        visited(force, area=area, at=later(30 * number))
        for number, area in enumerate((force.hitchin, force.letchworth) * 2)
    )
    night = {"night": date(2024, 10, 12)}
    found = live_queries.unlogged(force.sam, **night)
    assert found[force.hitchin.pk] == [first]
    assert live_queries.next_elsewhere(force.sam, [first]).area == force.letchworth
    assert live_queries.next_elsewhere(force.sam, [third]) is None
    shift = factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, starts_at=first.arrived_at, ends_at=first.left_at
    )
    live_operations.add_to_shift([first], shift.pk)
    found = live_queries.unlogged(force.sam, **night)
    assert found[force.hitchin.pk] == [third]
    assert fourth not in found[force.letchworth.pk]


def test_a_departure_is_not_taken_back_once_they_were_elsewhere(force):
    """Else two stays overlap, and the page shows neither."""
    first = visited(force)
    second = visited(force, area=force.letchworth, at=later(16), minutes=2)
    assert second.left_at is not None
    with pytest.raises(Conflict, match="You have been in Letchworth since"):
        live_operations.undo(by=force.sam, at=later(20), visit_id=first.pk, number=first.departure)


@pytest.mark.parametrize(("hour", "night"), [(4, date(2024, 10, 12)), (6, date(2024, 10, 13))])
def test_a_night_runs_from_6am_to_6am(force, hour, night):
    # British summer time: 5am and 7am in London.
    visited(force, at=datetime(2024, 10, 13, hour, tzinfo=UTC))
    (found,) = spans_by_night([force.hitchin.pk], WEEKEND)
    assert found == (force.hitchin.pk, night)


def test_who_logs_a_shift_is_offered_their_own_visits_of_the_night(force):
    first, other = visited(force), visited(force, at=later(60))
    visited(force, area=force.letchworth, at=later(90))
    visited(force, at=EVENING - timedelta(days=1))
    found = live_queries.unlogged(force.sam, night=date(2024, 10, 12))
    assert found[force.hitchin.pk] == [first, other]
    assert set(found) == {force.hitchin.pk, force.letchworth.pk}
    assert live_queries.unlogged(force.sue, night=date(2024, 10, 12)) == {}
    assert live_queries.unlogged(force.anna, night=date(2024, 10, 12)) == {}


# --- noted without a signal -------------------------------------------------------------------------------------------


def noted(force, *, left: int | None = None, sent: int = 60, **changes):
    """Sam in Hitchin from the evening on, left so many minutes later; the phone sends it so many minutes later."""
    values = {"by": force.sam, "at": later(sent), "arrival": uuid.uuid4(), "area_id": force.hitchin.pk}
    values |= {"arrived_at": EVENING}
    values |= {} if left is None else {"left_at": later(left), "departure": uuid.uuid4()}
    return live_operations.note(**values | changes)


def test_presses_without_a_signal_are_recorded_at_their_own_times(force):
    visit = noted(force, left=15)
    assert (visit.arrived_at, visit.left_at) == (EVENING.replace(second=0), later(15).replace(second=0))
    assert (visit.here_pressed_at, visit.gone_pressed_at) == (EVENING, later(15))
    assert [event.pgh_context.metadata["action"] for event in visit.events.all()] == ["noted"]
    assert (minutes(force), visits(force)) == (15, 1)


def test_the_departure_may_come_by_itself_and_either_may_come_twice(force):
    arrival, departure = uuid.uuid4(), uuid.uuid4()
    first = noted(force, arrival=arrival)
    assert first.is_open
    assert noted(force, arrival=arrival).pk == first.pk
    for _ in range(2):
        done = noted(force, arrival=arrival, left_at=later(15), departure=departure)
        assert (done.pk, done.left_at) == (first.pk, later(15).replace(second=0))
    assert LiveVisit.objects.count() == 1


def test_a_visit_that_began_with_a_signal_can_end_without_one(force):
    visit = here(force)
    done = noted(force, arrival=visit.arrival, left_at=later(20), departure=uuid.uuid4(), sent=90)
    assert (done.pk, done.left_at) == (visit.pk, later(20).replace(second=0))


def test_one_that_is_sent_late_is_recorded_while_another_goes_on(force):
    there = here(force, area=force.letchworth, at=later(30))
    noted(force, left=15)
    assert set(LiveVisit.objects.open()) == {there}
    gone(there, at=later(45))


@pytest.mark.parametrize(("left", "code"), [(None, "still_elsewhere"), (40, "still_elsewhere"), (15, None)])
def test_nobody_was_in_two_places_though_it_comes_late(force, left, code):
    there = here(force, area=force.letchworth, at=later(30))
    if code is None:
        assert noted(force, left=left).left_at
    else:
        with pytest.raises(Conflict) as refusal:
            noted(force, left=left)
        assert refusal.value.code == code
    assert gone(there, at=later(50)).left_at


@pytest.mark.parametrize("left", [None, 15])
def test_a_visit_at_the_time_of_one_that_is_over_is_refused(force, left):
    visited(force, area=force.letchworth, at=later(10), minutes=20)
    with pytest.raises(Conflict) as refusal:
        noted(force, left=left)
    assert refusal.value.code == "elsewhere_then"
    assert "from 10:17pm to 10:37pm" in refusal.value.message


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"left": 241, "sent": 300}, "left_when"),
        ({"left": -1}, "left_when"),
        ({"left": 61}, "left_when"),
        ({"sent": -2}, "left_when"),
    ],
)
def test_times_that_cannot_be_are_refused(force, changes, code):
    with pytest.raises(DomainError) as refusal:
        noted(force, **changes)
    assert refusal.value.code == code
    assert not LiveVisit.objects.exists()


def test_one_that_was_taken_back_does_not_come_again(force):
    visit = here(force)
    live_operations.undo(by=force.sam, at=later(1), visit_id=visit.pk, number=visit.arrival)
    with pytest.raises(DomainError) as refusal:
        noted(force, arrival=visit.arrival, left=15)
    assert refusal.value.code == "visit_taken_back"


def test_only_who_logs_shifts_notes_a_visit_and_only_their_own(force):
    with pytest.raises(NotAllowed):
        noted(force, by=force.anna)
    with pytest.raises(HotspotArea.DoesNotExist):
        noted(force, area_id=force.watford.pk)
    with pytest.raises(Conflict) as refusal:
        noted(force, by=force.sue, arrival=here(force).arrival, left=15)
    assert refusal.value.code == "press_taken"


def test_an_area_of_that_night_is_asked_for(force):
    force.hitchin.last_day = date(2024, 10, 11)
    force.hitchin.save()
    with pytest.raises(DomainError) as refusal:
        noted(force, left=15)
    assert refusal.value.code == "area_not_active"
