"""Directions and searches outside every authorisation: asked about, answered, and closed by what is recorded later."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hotspot.core.errors import NotInThisState
from hotspots.authorisations import operations as authorisations
from hotspots.models import PowerAuthorisation
from outcomes.authorisations import operations, queries
from outcomes.models import AsbPowerUse, AuthorisationAnswer
from reports.models import DaySummary
from tests import factories
from tests.hotspots.authorisations import START, recorded

HOUR = timedelta(hours=1)
HALF_HOUR = HOUR / 2
NOON = datetime(2024, 10, 12, 12, tzinfo=UTC)
# The factory's shift: 10pm to 6am.
SHIFT = datetime(2024, 10, 11, 21, tzinfo=UTC)
LOG = "/shifts/log/"
pytestmark = pytest.mark.usefixtures("now")


def worked(force, area=None, **changes):
    values = {"area": area or force.hitchin, "funding_stream": force.grant, "logged_by": force.sam}
    return factories.PatrolShiftFactory(**values | {"starts_at": SHIFT} | changes)


def direction(shift, **changes):
    return factories.AsbPowerUseFactory(shift=shift, **changes)


def search(shift, power="cjpoa_s60", **changes):
    return factories.StopSearchFactory(shift=shift, power_id=power, **changes)


def asked(force, by=None):
    """The open questions, as (shift, kind)."""
    return queries.open_questions(by or force.sam)


def answered(force, shift, kind="dispersal", **changes):
    values = {"cause": "none", "reason": "The inspector was not reached"} | changes
    return operations.answer_question(by=force.sam, at=NOON, shift_id=shift.pk, kind=kind, **values)


def test_a_direction_outside_an_authorisation_is_asked_about_after_logging_and_nothing_is_held_back(
    force, as_user, now
):
    client = as_user(force.sam)
    entry = {"submission_id": str(uuid.uuid4()), "area": force.hitchin.pk, "night": "2024-10-11", "start": "10pm"}
    entry |= {"end": "6am", "crew_police_officer": "2", "asb_dispersal_direction": "2"}
    receipt = client.post(LOG, entry)["Location"]
    page = client.get(receipt).content.decode()
    assert AsbPowerUse.objects.count() == 2
    assert "2 dispersal directions are recorded, but no dispersal authorisation (section 34) for Hitchin" in page
    assert "Answer it" in page
    recorded(force, at=NOON)
    assert "2 dispersal directions are recorded" not in client.get(receipt).content.decode()


@pytest.mark.parametrize(
    ("happened", "is_asked"),
    [
        (START - timedelta(minutes=1), True),
        (START, False),
        (START + 4 * HOUR - timedelta(minutes=1), False),
        (START + 4 * HOUR, True),
    ],
)
def test_the_start_is_inside_and_the_end_is_not(force, happened, is_asked):
    recorded(force, ends_at=START + 4 * HOUR)
    shift = worked(force, starts_at=START - HOUR, ends_at=START + 6 * HOUR)
    direction(shift, happened_at=happened)
    assert bool(asked(force)) == is_asked


@pytest.mark.parametrize(
    ("first", "last", "is_asked"), [(-6, 0, False), (-7, -1, True), (24, 30, True), (23, 30, False)]
)
def test_a_direction_without_a_time_is_asked_about_where_no_time_of_the_shift_was_inside(force, first, last, is_asked):
    recorded(force)
    direction(worked(force, starts_at=START + first * HOUR, ends_at=START + last * HOUR))
    assert bool(asked(force)) == is_asked


def test_another_area_kind_or_a_mistake_does_not_cover_it(force):
    shift = worked(force)
    direction(shift)
    recorded(force, by=force.adam, areas=[force.letchworth])
    recorded(force, kind="search")
    found = recorded(force)
    assert asked(force) == []
    authorisations.void_authorisation(by=force.sam, authorisation_id=found.pk, reason="Another town")
    assert asked(force) == [(shift.pk, "dispersal")]


def test_an_early_end_leaves_what_came_later_outside(force):
    found = recorded(force)
    shift = worked(force)
    direction(shift, happened_at=SHIFT + 2 * HOUR)
    authorisations.withdraw_authorisation(
        by=force.sam, at=NOON, authorisation_id=found.pk, withdrawn_at=SHIFT + HOUR, reason="Quiet"
    )
    assert asked(force) == [(shift.pk, "dispersal")]


def test_searches_need_section_60_and_only_those_under_it(force):
    shift = worked(force)
    search(shift, power="pace_s1")
    assert asked(force) == []
    search(shift)
    recorded(force)
    assert asked(force) == [(shift.pk, "search")]
    recorded(force, kind="search")
    assert asked(force) == []


def test_a_continued_authorisation_covers_what_came_after_its_first_end(force):
    found = recorded(force, kind="search", ends_at=SHIFT + HOUR)
    shift = worked(force)
    search(shift, happened_at=SHIFT + 2 * HOUR)
    assert asked(force) == [(shift.pk, "search")]
    authorisations.continue_authorisation(
        by=force.sam, at=NOON, authorisation_id=found.pk, until=SHIFT + 5 * HOUR, extended_at=SHIFT,
        rank="superintendent", officer="Supt.", grounds="A stabbing",
    )  # fmt: skip
    assert asked(force) == []


def test_what_was_withdrawn_or_voided_is_not_asked_about(force):
    shift = worked(force)
    direction(shift, void_reason="Twice")
    direction(worked(force, area=force.letchworth, state="voided", void_reason="Twice"))
    factories.AsbPowerUseFactory(shift=shift, kind_id="cpw")
    assert asked(force) == []


def test_an_answer_closes_the_question_until_there_are_more_uses(force):
    shift = worked(force)
    direction(shift)
    answer = answered(force, shift)
    assert (answer.uses, asked(force)) == (1, [])
    direction(shift)
    assert asked(force) == [(shift.pk, "dispersal")]
    answered(force, shift, cause="elsewhere", reason="In the control room, A/12")
    assert asked(force) == []
    kept = AuthorisationAnswer.objects.get()
    assert [event.cause for event in kept.events.order_by("pgh_id")] == ["none", "elsewhere"]


def test_nobody_answers_for_uses_that_they_did_not_see(force, as_user, now):
    shift = worked(force)
    direction(shift)
    client, url = as_user(force.sam), reverse("outcomes:answer_question", args=(shift.pk, "dispersal"))
    seen = client.get(url).context["uses"]
    direction(shift)
    said = {"cause": "none", "reason": "Not reached"}
    answer = client.post(url, said | {"uses": seen})
    assert (answer.status_code, answer.context["uses"]) == (409, 2)
    assert "More was recorded on the shift since you opened this page" in answer.content.decode()
    assert not AuthorisationAnswer.objects.exists()
    assert client.post(url, said | {"uses": 2}).status_code == 302
    assert AuthorisationAnswer.objects.get().uses == 2


def test_what_is_not_asked_cannot_be_answered(force):
    shift = worked(force)
    with pytest.raises(NotInThisState):
        answered(force, shift)
    direction(shift)
    with pytest.raises(Exception, match="Say in a few words"):
        answered(force, shift, reason=" ")


def test_what_is_older_than_the_first_authorisation_and_four_weeks_is_not_asked_about(force):
    long_ago = SHIFT - timedelta(days=60)
    direction(worked(force, starts_at=long_ago, ends_at=long_ago + 8 * HOUR))
    assert asked(force) == []
    start = long_ago + HOUR
    given = {"given_at": start, "starts_at": start, "ends_at": start + HOUR}
    recorded(force, by=force.adam, areas=[force.watford], **given)
    assert len(asked(force)) == 1


def test_the_first_authorisation_is_looked_for_once_and_not_for_each_shift(force, django_assert_num_queries):
    """With 200,000 shifts and 5,000 authorisations, looking for each took 45 seconds of every page of the worklist."""
    direction(worked(force))
    with django_assert_num_queries(1) as queried:
        asked(force)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {queried[0]['sql']}")
        plan = cursor.fetchone()[0][0]["Plan"]
    # What is worked out once is an InitPlan in PostgreSQL's words: one for directions and one for searches.
    once = [part for part in parts_of(plan) if part.get("Parent Relationship") == "InitPlan"]
    assert [PowerAuthorisation._meta.db_table in str(part) for part in once] == [True, True]


def parts_of(plan):
    yield plan
    for part in plan.get("Plans", ()):
        yield from parts_of(part)


def test_everybody_sees_questions_of_their_own_districts_only(force):
    shift = worked(force, area=force.watford, logged_by=force.sue)
    direction(shift)
    assert asked(force) == []
    assert asked(force, by=force.sue) == asked(force, by=force.adam) == [(shift.pk, "dispersal")]
    assert asked(force, by=force.paul) == []


def test_the_worklist_leads_to_the_answer_which_the_shift_then_shows(force, as_user, now):
    shift = worked(force)
    direction(shift)
    client = as_user(force.sam)
    assert "1 question about what was done outside an authorisation" in client.get("/shifts/").content.decode()
    rows = client.get(reverse("outcomes:authorisation_questions")).context["rows"]
    url = rows[0][0]["url"]
    assert client.post(url, {"cause": "elsewhere", "reason": ""}).status_code == 422
    client.post(url, {"cause": "elsewhere", "reason": "Paper copy, A/12"})
    page = client.get(reverse("outcomes:shift", args=(shift.pk,))).content.decode()
    assert "It was authorised; the authorisation is kept elsewhere: Paper copy, A/12" in page
    assert client.get(reverse("outcomes:authorisation_questions")).context["rows"] == []
    assert "outside an authorisation" not in client.get("/shifts/").content.decode()
    # An auditor reads it, too, and is offered nothing to do.
    page = as_user(force.audrey).get(reverse("outcomes:shift", args=(shift.pk,))).content.decode()
    assert "Paper copy, A/12" in page
    assert "Change the answer" not in page


def test_no_figure_counts_authorisations_that_are_recorded(force):
    """The counted outcome stays what it was: a direction counts in the headline, an authorisation apart."""
    shift = worked(force)
    direction(shift)
    factories.AsbPowerUseFactory(shift=shift, kind_id="dispersal_authorisation")
    before = figures_now()
    recorded(force)
    assert figures_now() == before


def figures_now() -> list[tuple[object, ...]]:
    rows = sorted(DaySummary.objects.values_list(), key=str)
    assert rows
    return rows


@pytest.mark.slow
@settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(data=st.data())
def test_questions_agree_with_an_independent_recount(force, data):
    """Each minute of each use is looked up in a plain list of periods, without SQL and without the rules.

    Everything is in the same few hours, at half hours, so that starts and ends meet in most examples.
    """
    with transaction.atomic():
        check_recount(force, data)
        transaction.set_rollback(True)


def check_recount(force, data):
    plain = [drawn_period(force, data, number) for number in range(data.draw(st.integers(1, 3)))]
    expected = {}
    for _shift in range(data.draw(st.integers(1, 2))):
        first = START + data.draw(st.integers(-2, 4)) * HALF_HOUR
        last = first + data.draw(st.sampled_from([1, 2, 6])) * HALF_HOUR
        area = data.draw(st.sampled_from([force.hitchin, force.hitchin, force.letchworth]))
        shift = worked(force, area=area, starts_at=first, ends_at=last)
        for _ in range(data.draw(st.integers(1, 4))):
            kind = data.draw(st.sampled_from(["dispersal", "search"]))
            late = data.draw(st.none() | st.integers(0, (last - first) // HALF_HOUR))
            happened = None if late is None else first + late * HALF_HOUR
            (direction if kind == "dispersal" else search)(shift, happened_at=happened)
            if not is_inside(kind, area.pk, (happened, happened) if happened else (first, last), plain):
                expected[shift.pk, kind] = expected.get((shift.pk, kind), 0) + 1
    found = {(each.shift.pk, each.kind): each.uses for each in queries.loaded(asked(force))}
    assert found == expected


def drawn_period(force, data, number):
    """An authorisation as it was recorded, continued, withdrawn or found to be a mistake: (kind, area, start, end)."""
    start = START + data.draw(st.integers(-2, 4)) * HALF_HOUR
    end = start + data.draw(st.sampled_from([1, 2, 5])) * HALF_HOUR
    kind = data.draw(st.sampled_from(["dispersal", "search"]))
    area = data.draw(st.sampled_from([force.hitchin, force.hitchin, force.letchworth]))
    given = {"given_at": start - HOUR, "starts_at": start, "ends_at": end, "officer": f"Insp. {number}"}
    found = recorded(force, at=NOON, kind=kind, areas=[area], **given)
    what = data.draw(st.sampled_from(["stands", "continued", "continued", "withdrawn", "withdrawn", "mistake"]))
    arguments = {"by": force.sam, "authorisation_id": found.pk}
    if what == "continued" and kind == "search":
        end += data.draw(st.integers(1, 5)) * HALF_HOUR
        authorisations.continue_authorisation(
            **arguments, at=NOON, until=end, extended_at=start, rank="superintendent", officer="S", grounds="Knives"
        )
    if what == "withdrawn":
        end = start + data.draw(st.integers(-2, (end - start) // HALF_HOUR - 1)) * HALF_HOUR
        authorisations.withdraw_authorisation(**arguments, at=NOON, withdrawn_at=end, reason="Quiet")
    if what == "mistake":
        authorisations.void_authorisation(**arguments, reason="None")
        end = start
    return kind, area.pk, start, end


def is_inside(kind, area, span, periods) -> bool:
    """Whether some minute of the span is one in which an authorisation of the kind is in force in the area."""
    minutes = int((span[1] - span[0]) / timedelta(minutes=1))
    moments = [span[0] + timedelta(minutes=number) for number in range(minutes + 1)]
    mine = [(start, end) for each, place, start, end in periods if (each, place) == (kind, area)]
    return any(start <= moment < end for moment in moments for start, end in mine)
