"""What becomes of authorisations, attacked: sent twice, recorded late, corrected after a withdrawal or continuation."""

from datetime import timedelta

import pytest
from django.urls import reverse

from hotspot.core.errors import ChangedMeanwhile, DomainError, DomainErrors, NotInThisState
from hotspots.authorisations import operations
from hotspots.authorisations.operations import LaterTimes
from hotspots.models import PowerAuthorisation, PowerAuthorisationReview
from tests.api import person_caller
from tests.hotspots.authorisations import AT, OFFICER, START, facts, recorded
from tests.hotspots.test_authorisations import typed

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
END = START + 24 * HOUR
NEXT_DAY = START + 40 * HOUR


def withdrawn(force, found, at):
    return operations.withdraw_authorisation(
        by=force.sam, at=NEXT_DAY, authorisation_id=found.pk, withdrawn_at=at, reason="All was quiet"
    )


def continued(force, found, **changes):
    values = {"until": END + 12 * HOUR, "extended_at": END - HOUR, "rank": "superintendent", "officer": "Supt. Canary"}
    return operations.continue_authorisation(
        by=force.sam, at=NEXT_DAY, authorisation_id=found.pk, grounds="A stabbing", **values | changes
    )


def corrected(force, found, *, later=None, **changes):
    new = facts(force, kind=found.kind, **changes)
    return operations.correct_authorisation(
        by=force.sam, at=NEXT_DAY, authorisation_id=found.pk, facts=new, later=later, reason="Misread"
    )


def refusals(operation, *args, **arguments) -> set[tuple[str, str | None]]:
    try:
        operation(*args, **arguments)
    except DomainErrors as refused:
        return {(error.code, error.field) for error in refused.errors}
    except DomainError as refused:
        return {(refused.code, refused.field)}
    return set()


def test_the_same_authorisation_is_not_recorded_twice(force, client, now):
    client.force_login(force.sam)
    data = typed(areas=[force.hitchin.pk])
    assert client.post(reverse("authorisations:new"), data).status_code == 302
    again = client.post(reverse("authorisations:new"), data)
    assert again.status_code == 409
    found = PowerAuthorisation.objects.get()
    assert f"recorded already, as {found.number}" in again.content.decode()
    # Another place, time, power or officer is another authorisation; and one recorded by mistake stands in no way.
    assert client.post(reverse("authorisations:new"), data | {"areas": [force.letchworth.pk]}).status_code == 302
    assert client.post(reverse("authorisations:new"), data | {"officer": "Insp. Other"}).status_code == 302
    operations.void_authorisation(by=force.sam, authorisation_id=found.pk, reason="Wrong ticks")
    assert client.post(reverse("authorisations:new"), data).status_code == 302


def test_the_same_review_is_not_recorded_twice(force):
    found = recorded(force)
    review = {"reviewed_at": START + HOUR, "officer": OFFICER, "finding": "Still needed"}
    arguments = {"by": force.sam, "at": NEXT_DAY, "authorisation_id": found.pk} | review
    operations.review_authorisation(**arguments, review_at=START + 6 * HOUR)
    with pytest.raises(NotInThisState, match="recorded already"):
        operations.review_authorisation(**arguments)
    found.refresh_from_db()
    assert (PowerAuthorisationReview.objects.count(), found.review_at) == (1, START + 6 * HOUR)


@pytest.mark.parametrize(
    ("extended_at", "refused"),
    [
        (START - MINUTE, {("extended_out_of_range", "extended")}),
        (START, set()),
        (END - MINUTE, set()),
        (END, {("extended_out_of_range", "extended")}),
        (NEXT_DAY + MINUTE, {("extended_ahead", "extended")}),
    ],
)
def test_it_is_continued_only_while_it_is_in_force(force, extended_at, refused):
    found = recorded(force, kind="search")
    assert refusals(continued, force, found, extended_at=extended_at) == refused


def test_it_is_not_withdrawn_before_it_was_continued(force):
    found = continued(force, recorded(force, kind="search"))
    assert refusals(withdrawn, force, found, END - 2 * HOUR) == {("withdrawn_before_continued", "withdrawn")}
    assert refusals(withdrawn, force, found, END - HOUR) == set()


def test_one_with_a_review_planned_can_be_corrected_after_it_was_withdrawn(force):
    found = withdrawn(force, recorded(force, review_at=START + 12 * HOUR), START + HOUR)
    corrected(force, found, locality="Bancroft", review_at=START + 12 * HOUR)
    found.refresh_from_db()
    assert (found.locality, found.withdrawn_at) == ("Bancroft", START + HOUR)


def test_a_review_that_will_not_be_is_not_shown_as_the_next(force, client, time_machine):
    time_machine.move_to(NEXT_DAY, tick=False)
    found = withdrawn(force, recorded(force, review_at=START + 12 * HOUR), START + HOUR)
    client.force_login(force.sam)
    assert "Next review" not in client.get(reverse("authorisations:authorisation", args=(found.pk,))).content.decode()


def test_a_wrong_withdrawal_is_put_right_or_taken_back(force):
    found = withdrawn(force, recorded(force), START + HOUR)
    assert refusals(corrected, force, found, later=LaterTimes(withdrawn_at=END)) == {
        ("withdrawn_out_of_range", "withdrawn")
    }
    assert corrected(force, found, later=LaterTimes(withdrawn_at=START + 2 * HOUR)).ended_at == START + 2 * HOUR
    back = corrected(force, found, later=LaterTimes())
    assert (back.ended_at, back.withdrawal_reason) == (END, "")
    assert PowerAuthorisation.objects.in_force(END - MINUTE).exists()


def test_a_wrong_continuation_is_put_right_or_taken_back(force):
    found = continued(force, recorded(force, kind="search"))
    right = {"extended_until": END + 24 * HOUR, "extended_at": END - MINUTE}
    assert refusals(corrected, force, found, later=LaterTimes(**right | {"extended_at": None})) == {
        ("continuation_incomplete", "extended")
    }
    assert refusals(corrected, force, found, later=LaterTimes(**right | {"extended_until": END + 25 * HOUR})) == {
        ("extension_too_long", "until")
    }
    assert corrected(force, found, later=LaterTimes(**right)).ended_at == END + 24 * HOUR
    back = corrected(force, found, later=LaterTimes())
    assert (back.ended_at, back.extension_officer, back.extension_rank) == (END, "", "")


def test_what_was_not_recorded_is_not_added_by_a_correction(force):
    found = recorded(force, kind="search")
    later = LaterTimes(withdrawn_at=START + HOUR, extended_until=END + HOUR, extended_at=END - HOUR)
    assert corrected(force, found, later=later).ended_at == END


def test_the_page_of_a_correction_has_the_later_times_that_there_are(force, client, time_machine):
    time_machine.move_to(NEXT_DAY, tick=False)
    found = recorded(force)
    url = reverse("authorisations:correct", args=(found.pk,))
    client.force_login(force.sam)
    assert not {"withdrawn_day", "until_day"} & set(client.get(url).context["form"].fields)
    withdrawn(force, found, START + HOUR)
    page = client.get(url)
    assert {"withdrawn_day", "withdrawn_time"} <= set(page.context["form"].fields)
    assert "until_day" not in page.context["form"].fields
    days = {"withdrawn_day_day": 11, "withdrawn_day_month": 10, "withdrawn_day_year": 2024}
    data = typed(areas=[force.hitchin.pk], reason="Misread") | days | {"version": page.context["version"]}
    wrong = client.post(url, data | {"withdrawn_time": "7pm"})
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"withdrawn_time"})
    client.post(url, data | {"withdrawn_time": "10pm"})
    found.refresh_from_db()
    assert found.withdrawn_at == START + 2 * HOUR


def test_a_withdrawal_can_be_recorded_in_the_morning(force, client, time_machine):
    found = recorded(force)
    time_machine.move_to(NEXT_DAY, tick=False)
    client.force_login(force.sam)
    page = client.get(reverse("authorisations:authorisation", args=(found.pk,))).content.decode()
    assert reverse("authorisations:withdraw", args=(found.pk,)) in page


def test_of_two_who_inform_a_superintendent_the_second_is_told(force, client, time_machine):
    found = recorded(force, kind="search")
    time_machine.move_to(START + HOUR, tick=False)
    client.force_login(force.sam)
    url = reverse("authorisations:inform", args=(found.pk,))
    seen = client.get(url).context["version"]
    operations.inform_superintendent(by=force.adam, at=START, authorisation_id=found.pk, informed_at=START)
    day = {"informed_day_day": 11, "informed_day_month": 10, "informed_day_year": 2024, "informed_time": "8:30pm"}
    assert client.post(url, day | {"version": seen}).status_code == 409
    with pytest.raises(ChangedMeanwhile):
        operations.inform_superintendent(
            by=force.sam, at=START, authorisation_id=found.pk, version=seen, informed_at=START
        )
    found.refresh_from_db()
    assert found.informed_at == START


def test_nobody_asks_the_api_which_areas_elsewhere_an_authorisation_takes_in(force, now):
    recorded(force, by=force.adam, at=AT, areas=[force.hitchin, force.watford])
    sam = person_caller(force.sam)
    assert len(sam.get("authorisations", {"area": force.hitchin.pk}).json()["results"]) == 1
    assert sam.get("authorisations", {"area": force.watford.pk}).json()["results"] == []
