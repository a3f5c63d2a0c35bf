"""Authorisations under sections 34 and 60: what the law allows, their pages, and the countdown."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from hotspot.core.errors import ChangedMeanwhile, DomainError, DomainErrors, NotInThisState
from hotspots.authorisations import operations, presenters, queries, rules
from hotspots.models import PowerAuthorisation
from tests.hotspots.authorisations import AT, OFFICER, START, facts, recorded

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def codes(force, at: datetime = AT, **changes) -> set[str]:
    """The codes of what is refused of an authorisation."""
    return refused_of(recorded, force, at=at, **changes)


def refused_of(operation, *args, **arguments) -> set[str]:
    try:
        operation(*args, **arguments)
    except DomainErrors as refusals:
        return {error.code for error in refusals.errors}
    except DomainError as refusal:
        return {refusal.code}
    return set()


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({}, set()),
        ({"ends_at": START + 48 * HOUR}, set()),
        ({"ends_at": START + 48 * HOUR + MINUTE}, {"too_long"}),
        ({"kind": "search", "ends_at": START + 24 * HOUR}, set()),
        ({"kind": "search", "ends_at": START + 24 * HOUR + MINUTE}, {"too_long"}),
        ({"rank": "sergeant"}, {"rank_too_low"}),
        ({"kind": "search", "rank": "sergeant"}, {"rank_too_low"}),
        ({"rank": "chief_officer"}, set()),
        ({"is_signed": False}, {"not_signed"}),
        ({"has_regard": False}, {"no_regard"}),
        ({"kind": "search", "has_regard": False}, set()),
        ({"grounds": " "}, {"grounds_missing"}),
        ({"given_at": START + MINUTE}, {"start_before_given"}),
        ({"given_at": AT + MINUTE, "starts_at": AT + MINUTE}, {"given_ahead"}),
        ({"ends_at": START}, {"end_before_start"}),
        ({"review_at": START + 25 * HOUR}, {"review_out_of_range"}),
        ({"informed_at": START}, {"nobody_to_inform"}),
        ({"kind": "search", "informed_at": START}, set()),
        ({"kind": "search", "informed_at": AT + HOUR}, {"informed_out_of_range"}),
        ({"kind": "search", "rank": "superintendent", "informed_at": START}, {"nobody_to_inform"}),
    ],
)
def test_what_the_law_does_not_allow_is_refused(force, changes, refused):
    assert codes(force, **changes) == refused


def test_48_hours_are_elapsed_hours_when_the_clocks_go_back(force):
    # Friday 25 October 2024, 8pm in British Summer Time; 48 hours later the clocks show 7pm on Sunday.
    start = datetime(2024, 10, 25, 19, tzinfo=UTC)
    given = {"given_at": start, "starts_at": start}
    assert codes(force, at=start, **given, ends_at=start + 48 * HOUR) == set()
    assert codes(force, at=start, **given, ends_at=start + 48 * HOUR + MINUTE) == {"too_long"}
    found = PowerAuthorisation.objects.get()
    assert presenters.period_in_words(found) == (
        "8pm, 25 October 2024 to 7pm, 27 October 2024: 48 hours, as the clocks went back"
    )


@pytest.mark.parametrize("zone", ["UTC", "Europe/London"])
def test_the_database_holds_the_limit_whatever_its_time_zone(force, zone):
    start = datetime(2024, 10, 25, 19, tzinfo=UTC)
    found = recorded(force, at=start, given_at=start, starts_at=start, ends_at=start + 48 * HOUR)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE %s", [zone])
    for later, kind in ((MINUTE, "dispersal"), (-23 * HOUR, "search")):
        with pytest.raises(IntegrityError, match="authorisation_not_too_long"), transaction.atomic():
            PowerAuthorisation.objects.filter(pk=found.pk).update(ends_at=start + 48 * HOUR + later, kind=kind)
    PowerAuthorisation.objects.filter(pk=found.pk).update(ends_at=start + 24 * HOUR, kind="search")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")


def continued(force, found, **changes):
    """The authorisation, continued by 24 hours."""
    values = {
        "until": found.ends_at + 24 * HOUR,
        "extended_at": found.ends_at - HOUR,
        "rank": "superintendent",
        "officer": "Supt. Canary 12",
        "grounds": "A man was stabbed.",
    } | changes
    at = found.ends_at - MINUTE
    return operations.continue_authorisation(by=force.sam, at=at, authorisation_id=found.pk, **values)


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"rank": "chief_inspector"}, "rank_too_low"),
        ({"until": START + 48 * HOUR + MINUTE}, "extension_too_long"),
        ({"until": START + 24 * HOUR}, "extension_too_short"),
        ({"extended_at": START + 24 * HOUR + MINUTE}, "extended_ahead"),
    ],
)
def test_a_search_authorisation_is_continued_as_the_law_allows(force, changes, refused):
    found = recorded(force, kind="search")
    assert refused_of(continued, force, found, **changes) == {refused}


def test_it_is_continued_once(force):
    found = continued(force, recorded(force, kind="search"))
    assert found.ended_at == START + 48 * HOUR
    with pytest.raises(NotInThisState, match="only once is allowed"):
        continued(force, found)


def test_a_dispersal_authorisation_cannot_be_extended(force):
    with pytest.raises(DomainError, match=r"cannot be extended beyond 48 hours\. A new one is needed"):
        continued(force, recorded(force))


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (START - MINUTE, "to_come"),
        (START, "in_force"),
        (START + 24 * HOUR - MINUTE, "in_force"),
        (START + 24 * HOUR, "ended"),
    ],
)
def test_it_is_in_force_from_its_start_on_and_before_its_end(force, at, state):
    found = recorded(force)
    assert rules.state_of(found, at) == state
    states = {
        name for name, _ in queries.STATES if queries.in_state(queries.authorisations_seen_by(force.sam), name, at)
    }
    assert states == {state}
    assert PowerAuthorisation.objects.in_force(at).exists() == (state == "in_force")


def test_one_that_was_withdrawn_before_it_began_was_never_in_force(force):
    found = recorded(force)
    withdraw(force, found, START - MINUTE, at=START)
    assert not PowerAuthorisation.objects.in_force_between(START - HOUR, START + HOUR).exists()
    assert rules.state_of(found, START) == "in_force"
    found.refresh_from_db()
    assert rules.state_of(found, START) == "withdrawn"


def withdraw(force, found, withdrawn_at, *, at):
    return operations.withdraw_authorisation(
        by=force.sam, at=at, authorisation_id=found.pk, withdrawn_at=withdrawn_at, reason="All was quiet"
    )


def test_withdrawn_early_it_ends_then(force):
    found = recorded(force)
    for at, wrong in ((START, START + MINUTE), (START + 30 * HOUR, START + 24 * HOUR)):
        with pytest.raises(Exception, match=r"time to come|enter a time between"):
            withdraw(force, found, wrong, at=at)
    done = withdraw(force, found, START + HOUR, at=START + 2 * HOUR)
    assert done.ended_at == START + HOUR
    with pytest.raises(NotInThisState):
        withdraw(force, found, START + HOUR, at=START + 2 * HOUR)


def test_a_correction_needs_a_reason_and_keeps_what_was(force):
    found = recorded(force)
    arguments = {"by": force.adam, "at": AT, "authorisation_id": found.pk}
    with pytest.raises(Exception, match="Enter why it is corrected"):
        operations.correct_authorisation(**arguments, facts=facts(force), reason=" ")
    new = facts(force, ends_at=START + 12 * HOUR, areas=[force.watford])
    operations.correct_authorisation(**arguments, facts=new, reason="Misread the end")
    found.refresh_from_db()
    assert (found.ends_at, found.correction_reason) == (START + 12 * HOUR, "Misread the end")
    assert [place.area for place in found.places.all()] == [force.watford]
    assert [event.ends_at for event in found.events.order_by("pgh_id")] == [START + 24 * HOUR, START + 12 * HOUR]
    with pytest.raises(ChangedMeanwhile):
        operations.correct_authorisation(**arguments, version=1, facts=new, reason="Again")


def test_whoever_corrects_it_does_not_take_out_areas_that_they_cannot_see(force):
    found = recorded(force, by=force.adam, areas=[force.hitchin, force.watford])
    operations.correct_authorisation(
        by=force.sam, at=AT, authorisation_id=found.pk, facts=facts(force), reason="Another word"
    )
    assert {place.area for place in found.places.all()} == {force.hitchin, force.watford}


def test_nothing_is_deleted(force):
    found = recorded(force)
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        found.delete()
    operations.void_authorisation(by=force.sam, authorisation_id=found.pk, reason="Another town")
    assert not PowerAuthorisation.objects.in_force(START).exists()
    with pytest.raises(NotInThisState):
        operations.void_authorisation(by=force.sam, authorisation_id=found.pk, reason="Again")


def test_a_review_says_when_the_next_is_due(force):
    found = recorded(force, review_at=START + 6 * HOUR)
    assert rules.is_review_due(found, START + 6 * HOUR)
    assert not rules.is_review_due(found, START + 6 * HOUR - MINUTE)
    arguments = {"by": force.sam, "at": START + 7 * HOUR, "authorisation_id": found.pk, "officer": OFFICER}
    arguments |= {"finding": "Still needed", "reviewed_at": START + 6 * HOUR}
    with pytest.raises(Exception, match="before it ends"):
        operations.review_authorisation(**arguments, review_at=START + 25 * HOUR)
    operations.review_authorisation(**arguments, review_at=START + 12 * HOUR)
    found.refresh_from_db()
    assert not rules.is_review_due(found, START + 7 * HOUR)
    assert found.reviews.get().finding == "Still needed"


def test_the_shift_list_counts_down(force, client, time_machine):
    recorded(force)
    time_machine.move_to(START + 21 * HOUR + 50 * MINUTE, tick=False)
    client.force_login(force.sam)
    page = client.get(reverse("outcomes:shifts")).content.decode()
    assert "Dispersal authorisation for Hitchin town centre ends at 8pm</a>, <span" in page
    assert ">in 2 hours 10 minutes</span>" in page
    client.force_login(force.sue)
    assert "Dispersal authorisation for" not in client.get(reverse("outcomes:shifts")).content.decode()
    time_machine.move_to(START + 24 * HOUR, tick=False)
    client.force_login(force.sam)
    assert "Dispersal authorisation for" not in client.get(reverse("outcomes:shifts")).content.decode()


def test_the_time_left_is_elapsed_time_when_the_clocks_go_back():
    at = datetime(2024, 10, 26, 23, 30, tzinfo=UTC)
    assert presenters.time_left(datetime(2024, 10, 27, 2, tzinfo=UTC), at) == "in 2 hours 30 minutes"
    assert presenters.time_left(at + timedelta(seconds=59), at) == "in less than a minute"


def test_a_review_and_a_superintendent_are_warned_of(force, client, time_machine):
    recorded(force, kind="search", review_at=START + 6 * HOUR)
    time_machine.move_to(START + 6 * HOUR, tick=False)
    client.force_login(force.sam)
    page = client.get(reverse("outcomes:shifts")).content.decode()
    assert "Its review was due at 2am." in page
    assert "No superintendent has been informed of it yet." in page


@pytest.mark.parametrize(("actor", "sees"), [("sam", True), ("audrey", True), ("anna", False)])
def test_who_gave_it_is_for_who_sees_officers(force, client, time_machine, actor, sees):
    time_machine.move_to(START + HOUR, tick=False)
    found = recorded(force)
    operations.correct_authorisation(
        by=force.sam, at=AT, authorisation_id=found.pk, facts=facts(force, officer="Canary 99"), reason="Misread"
    )
    client.force_login(force.people[actor])
    page = client.get(reverse("authorisations:authorisation", args=(found.pk,))).content.decode()
    assert ("Canary" in page) == sees
    assert "Canary" not in client.get(reverse("authorisations:list")).content.decode()


def typed(**changes: str) -> dict[str, object]:
    """What Sam types into the form."""
    moments = {"given": "7:30pm", "start": "8pm", "end": "8pm"}
    days = {"given": 11, "start": 11, "end": 12}
    data: dict[str, object] = {f"{name}_time": clock for name, clock in moments.items()}
    for name, day in days.items():
        data |= {f"{name}_day_day": day, f"{name}_day_month": 10, f"{name}_day_year": 2024}
    return data | {
        "kind": "dispersal", "locality": "Town centre", "grounds": "Disorder", "rank": "inspector",
        "officer": OFFICER, "is_signed": "on", "has_regard": "on",
    } | changes  # fmt: skip


def test_it_is_recorded_on_a_page(force, client, now):
    client.force_login(force.sam)
    answer = client.post(reverse("authorisations:new"), typed(areas=[force.hitchin.pk]))
    found = PowerAuthorisation.objects.get()
    assert answer.url == reverse("authorisations:authorisation", args=(found.pk,))
    assert (found.given_at, found.starts_at, found.ends_at) == (START - 30 * MINUTE, START, START + 24 * HOUR)
    assert (found.added_by, found.officer) == (force.sam, OFFICER)


def test_what_the_law_refuses_stands_beside_its_field_and_what_was_typed_stays(force, client, now):
    client.force_login(force.sam)
    answer = client.post(
        reverse("authorisations:new"), typed(areas=[force.hitchin.pk], end_day_day="14", rank="sergeant")
    )
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert set(errors) == {"rank", "end_time"}
    assert "lasts at most 48 hours: until 8pm, 13 October 2024. It cannot be extended." in errors["end_time"][0]
    assert b"Town centre" in answer.content
    assert not PowerAuthorisation.objects.exists()


def test_a_time_that_came_twice_is_asked_about(force, client, time_machine):
    time_machine.move_to(datetime(2024, 10, 28, 12, tzinfo=UTC), tick=False)
    client.force_login(force.sam)
    data = typed(areas=[force.hitchin.pk], end_time="1:30am")
    data |= {f"{name}_day_day": day for name, day in (("given", 26), ("start", 26), ("end", 27))}
    answer = client.post(reverse("authorisations:new"), data)
    assert set(answer.context["form"].errors) == {"end_change"}
    assert "start_change" not in answer.context["form"].fields
    client.post(reverse("authorisations:new"), data | {"end_change": "after"})
    assert PowerAuthorisation.objects.get().ends_at == datetime(2024, 10, 27, 1, 30, tzinfo=UTC)


def test_the_list_is_filtered_and_nobody_learns_of_areas_elsewhere(force, client, now):
    here = recorded(force, by=force.adam, areas=[force.hitchin, force.watford])
    recorded(force, by=force.adam, kind="search", areas=[force.watford])
    client.force_login(force.sam)
    rows = client.get(reverse("authorisations:list")).context["rows"]
    assert [row[0]["text"] for row in rows] == [f"{here.number}, dispersal authorisation"]
    assert rows[0][2] == "Hitchin town centre and 1 other area"
    assert client.get(reverse("authorisations:list"), {"state": "ended"}).context["rows"] == []
    assert client.get(reverse("authorisations:list"), {"kind": "search"}).context["rows"] == []
