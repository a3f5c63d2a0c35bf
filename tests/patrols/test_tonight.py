"""Tonight: which areas are listed and why, the two buttons on its page, and the briefing sheet."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from hotspots.models import DoseTarget, Programme
from outcomes.models import Arrest
from patrols.models import LiveVisit, PatrolShift, Visit
from patrols.tonight import presenters, queries
from patrols.tonight.rules import Reason
from patrols.visits.queries import presence_in
from tests import factories
from tests.hotspots import initiatives
from tests.patrols import trials
from tests.patrols.live_visits import EVENING, here, visited
from tests.patrols.planning import planned
from tests.patrols.trials import FIRST_DAY, at_clock
from tests.reports import plans

TONIGHT = "/tonight/"
LATE = EVENING + timedelta(hours=3)
SATURDAY = date(2024, 10, 12)


def dose(force, minutes=70, visits=0, area=None):
    return DoseTarget.objects.create(
        area=area or force.hitchin, first_monday=date(2024, 9, 30), minutes=minutes, visits=visits
    )


def names(found):
    return [each.area.name for each in found]


def text(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(answer.content.decode())))


# --- the night


def test_an_area_is_wanted_until_it_had_its_dose(force):
    dose(force, minutes=40)
    # Saturday: two nights are left of the week.
    found = queries.night_of(force.sam, EVENING)
    assert (names(found.wanted), names(found.done), names(found.unasked)) == (
        ["Hitchin town centre"],
        [],
        ["Letchworth"],
    )
    assert presenters.wanted(found.wanted[0].need) == "20 minutes, in 2 visits of about 10 minutes"
    assert presenters.reason(found.wanted[0]) == "This week still needs 40 minutes of 40 minutes, on 2 nights."
    visited(force, minutes=12)
    found = queries.night_of(force.sam, LATE)
    assert found.wanted[0].need.minutes_left == 8
    visited(force, at=EVENING + timedelta(minutes=30), minutes=8)
    found = queries.night_of(force.sam, LATE)
    assert (names(found.wanted), names(found.done)) == ([], ["Hitchin town centre"])
    assert presenters.given(found.done[0].need) == "20 minutes in 2 visits"


def test_at_3am_it_is_still_the_same_night_and_at_6am_the_next(force):
    dose(force, minutes=40)
    visited(force, minutes=20)
    assert names(queries.night_of(force.sam, datetime(2024, 10, 13, 4, 59, tzinfo=UTC)).done) == ["Hitchin town centre"]
    morning = queries.night_of(force.sam, datetime(2024, 10, 13, 5, tzinfo=UTC))
    assert (morning.day, names(morning.wanted)) == (date(2024, 10, 13), ["Hitchin town centre"])
    # What was given on Saturday is taken off the week.
    assert morning.wanted[0].need.minutes == 20


def test_what_was_given_this_week_counts_also_by_shifts(force):
    dose(force, minutes=700)
    factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    found = queries.night_of(force.sam, EVENING)
    assert found.wanted[0].week.minutes_before == 8 * 60
    assert found.wanted[0].need.minutes == (700 - 480) // 2


def test_a_month_asks_for_a_share_of_what_is_neither_logged_nor_planned_later(force):
    # 62 hours of October; the month has 20 nights left with this one.
    factories.AreaTargetFactory(area=force.hitchin, patrol_minutes=62 * 60)
    factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    planned(force, starts_at=datetime(2024, 10, 18, 21, tzinfo=UTC))
    (found,) = queries.night_of(force.sam, EVENING).wanted
    # 16 hours logged, 16 planned for a night that is not free any more.
    assert (found.month.needed, found.month.nights, found.month.crew) == (30 * 60, 19, 2)
    assert found.need.minutes == -(-30 * 60 // 38)
    assert presenters.reason(found) == (
        "This month still needs 30 more patrol hours, on 19 nights, with this one, by 2 people at a time."
    )


def test_hours_after_midnight_are_those_of_the_night_before(force):
    factories.AreaTargetFactory(area=force.hitchin, patrol_minutes=62 * 60)
    # Half past midnight to half past eight, on Saturday: of Friday night.
    start = datetime(2024, 10, 11, 23, 30, tzinfo=UTC)
    factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam, starts_at=start)
    # A plan for tonight that begins on Sunday takes nothing off tonight.
    planned(force, starts_at=datetime(2024, 10, 12, 23, 30, tzinfo=UTC))
    (found,) = queries.night_of(force.sam, EVENING).wanted
    assert (found.month.needed, found.month.nights) == (46 * 60, 20)


def test_a_month_asks_for_nothing_on_a_night_that_nobody_pays_for(force):
    factories.AreaTargetFactory(area=force.hitchin, patrol_minutes=62 * 60)
    Programme.objects.update(last_day=SATURDAY - timedelta(days=1))
    assert queries.night_of(force.sam, EVENING).wanted == []


def test_a_plan_for_tonight_says_how_many_patrol_and_does_not_count_as_done(force):
    factories.AreaTargetFactory(area=force.hitchin, patrol_minutes=62 * 60)
    shift = planned(force, crew=["police_officer"] * 4)
    (found,) = queries.night_of(force.sam, EVENING).wanted
    assert (found.month.crew, found.shifts) == (4, [shift])
    line = presenters.shift_line(found.shifts[0])
    assert (line.text, line.lead) == ("Planned: 10pm to 6am, 4 people", "Sam Sergeant")


def test_an_area_of_a_set_without_targets_gets_one_visit(force):
    trials.area_set(force, areas=1)
    found = queries.night_of(force.sam, EVENING)
    assert [(each.area.name, each.need.reason, each.need.minutes) for each in found.wanted] == [
        ("Trial area 0", Reason.AREA_SET, 15)
    ]
    assert "In the set Areas of the trial" in presenters.reason(found.wanted[0])


def test_everybody_sees_their_own_districts(force):
    dose(force)
    dose(force, area=force.watford)
    assert names(queries.night_of(force.sam, EVENING).wanted) == ["Hitchin town centre"]
    assert names(queries.night_of(force.sue, EVENING).wanted) == ["Watford town centre"]
    assert len(queries.night_of(force.adam, EVENING).wanted) == 2


def test_the_areas_of_a_trial_come_first_and_its_controls_not_at_all(force, now, as_user):
    trial = trials.sealed(force)
    for area in trials.areas_of(trial):
        dose(force, minutes=7, area=area)
    dose(force, minutes=7_000)
    at = at_clock(FIRST_DAY, 12)
    found = queries.night_of(force.sam, at)
    (night,) = [each for each in found.trials if each.day == FIRST_DAY]
    treated, controls = {each.name for each in night.treated}, {each.name for each in night.controls}
    assert treated
    assert controls
    listed = names(found.wanted)
    assert set(listed[: len(treated)]) == treated
    assert listed[len(treated) :] == ["Hitchin town centre"]
    assert controls.isdisjoint({*listed, *names(found.done), *names(found.unasked)})
    now.move_to(at, tick=False)
    page = as_user(force.sam).get(TONIGHT).content.decode()
    wanted, _, rest = page.partition("Leave alone unless you are called")
    assert all(name in rest and name not in wanted for name in controls)
    briefing = as_user(force.sam).get(reverse("tonight:briefing")).content.decode()
    wanted, _, rest = briefing.partition("Leave alone unless you are called")
    assert all(name in rest and name not in wanted for name in controls)


def test_as_many_queries_however_many_areas(force, django_assert_max_num_queries):
    dose(force)
    with django_assert_max_num_queries(30) as few:
        queries.night_of(force.sam, EVENING)
    for number in range(6):
        area = factories.HotspotAreaFactory(name=f"Area {number}", district=force.north_herts)
        dose(force, area=area)
        planned(force, area=area)
        visited(force, area=area, at=EVENING + timedelta(minutes=20 * number))
    with django_assert_max_num_queries(len(few)):
        assert len(queries.night_of(force.sam, LATE).wanted) == 7


@pytest.mark.parametrize("path", [TONIGHT, "/tonight/briefing/"])
def test_the_pages_take_as_many_queries_however_many_areas(force, sam, now, path, django_assert_max_num_queries):
    dose(force)
    planned(force)
    visited(force)
    now.move_to(LATE, tick=False)
    sam.get(path)
    with django_assert_max_num_queries(60) as few:
        sam.get(path)
    for number in range(6):
        area = factories.HotspotAreaFactory(name=f"Area {number}", district=force.north_herts)
        dose(force, area=area)
        planned(force, area=area)
        visited(force, area=area, at=EVENING + timedelta(minutes=20 * (number + 1)))
    with django_assert_max_num_queries(len(few)):
        page = sam.get(path).content.decode()
    assert all(f"Area {number}" in page for number in range(6))


@pytest.mark.parametrize("path", [TONIGHT, "/tonight/briefing/"])
def test_who_sees_all_districts_chooses_one(force, now, as_user, path):
    dose(force)
    dose(force, area=force.watford)
    now.move_to(EVENING, tick=False)
    adam = as_user(force.adam)
    page = text(adam.get(path))
    assert force.hitchin.name in page
    assert force.watford.name in page
    page = adam.get(path, {"district": force.north_herts.pk}).content.decode()
    assert force.hitchin.name in page
    assert f">{force.watford.name}<" not in page
    # The copy for a phone is that of all of them.
    assert "data-tonight" not in page
    for nothing in ("x", "0"):
        assert force.watford.name in text(adam.get(path, {"district": nothing}))
    assert 'name="district"' not in as_user(force.sam).get(path).content.decode()


def test_more_areas_than_a_night_has_room_for_are_counted(force, sam, monkeypatch):
    monkeypatch.setattr("patrols.tonight.views.MOST_CARDS", 1)
    dose(force)
    dose(force, area=force.letchworth)
    assert "1 more area wants a patrol." in text(sam.get(TONIGHT))


# --- what is done besides


def test_plans_and_initiatives_of_an_area_are_told(force, now, as_user):
    dose(force)
    initiatives.added(force)
    initiatives.added(force, name="Everywhere", is_force_wide=True)
    response = plans.in_every_state(force)["plan_response"]
    (found,) = queries.night_of(force.sam, EVENING).wanted
    # What is to be done comes first.
    assert found.tactics[0].text == response.action
    assert found.tactics[-1].text == "Twelve cameras"
    now.move_to(EVENING, tick=False)
    page = as_user(force.sam).get(TONIGHT)
    assert all(tactic.text in text(page) and tactic.url in page.content.decode() for tactic in found.tactics)


# --- the two buttons


@pytest.fixture
def sam(force, now, as_user):
    now.move_to(EVENING, tick=False)
    return as_user(force.sam)


def press_here(client, area, number=None):
    number = number or uuid.uuid4()
    return client.post(reverse("tonight:arrive"), {"area": area.pk, "arrival": number})


def press_gone(client, visit, **more):
    return client.post(reverse("tonight:leave", args=(visit.pk,)), {"departure": uuid.uuid4(), **more})


def test_the_buttons_of_the_page_make_one_visit(force, sam, now):
    dose(force)
    page = sam.get(TONIGHT).content.decode()
    area, number = re.search(
        r'name="area" value="(\d+)"><input type="hidden" name="arrival" value="([^"]+)"', page
    ).groups()
    sent = {"area": area, "arrival": number}
    for _ in range(2):
        assert sam.post(reverse("tonight:arrive"), sent).url == TONIGHT
    visit = LiveVisit.objects.get()
    page = sam.get(TONIGHT).content.decode()
    assert "You are in Hitchin town centre since 10:07pm." in page
    assert "I’m here" not in page
    (number,) = re.search(r'name="departure" value="([^"]+)"', page).groups()
    now.move_to(EVENING + timedelta(minutes=15), tick=False)
    for _ in range(2):
        assert sam.post(reverse("tonight:leave", args=(visit.pk,)), {"departure": number}).url == TONIGHT
    said = text(sam.get(TONIGHT))
    assert "You were in Hitchin town centre from 10:07pm to 10:22pm: 15 minutes." in said
    assert "(15 minutes in 1 visit so far)" in said
    assert sam.post(reverse("tonight:undo", args=(visit.pk,)), {"number": number}).url == TONIGHT
    assert LiveVisit.objects.get().is_open


def test_who_is_elsewhere_is_told_so(force, sam):
    press_here(sam, force.letchworth)
    answer = press_here(sam, force.hitchin)
    assert answer.status_code == 409
    assert "You are still in Letchworth." in answer.content.decode()
    assert LiveVisit.objects.count() == 1


def test_presses_that_name_nothing_are_not_found(force, sam):
    assert press_here(sam, force.watford).status_code == 404
    assert sam.post(reverse("tonight:arrive"), {"area": "x", "arrival": "y"}).status_code == 404
    visit = here(force)
    assert sam.post(reverse("tonight:undo", args=(visit.pk,)), {"number": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("said", "status", "left"),
    [
        ("10:40pm", 302, datetime(2024, 10, 12, 21, 40, tzinfo=UTC)),
        ("12:30am", 302, datetime(2024, 10, 12, 23, 30, tzinfo=UTC)),
        ("9pm", 422, None),
        ("5am", 422, None),
        ("soon", 422, None),
        ("", 422, None),
    ],
)
def test_whoever_forgot_is_asked_when_they_left(force, sam, now, said, status, left):
    visit = here(force)
    now.move_to(EVENING + timedelta(hours=6), tick=False)
    page = sam.get(TONIGHT).content.decode()
    assert "and not yet when you left" in page
    assert "I’ve left" not in page
    # The button of a page from before asks too.
    assert press_gone(sam, visit).status_code == 422
    answer = press_gone(sam, visit, left=said)
    assert answer.status_code == status
    visit.refresh_from_db()
    assert visit.left_at == left
    if status == 422 and said:
        assert f'value="{said}"' in answer.content.decode()


def test_whoever_forgot_may_say_that_they_do_not_know(force, sam, now, as_user):
    visit = here(force)
    path = reverse("tonight:leave", args=(visit.pk,))
    assert "I do not know" not in sam.get(path).content.decode()
    now.move_to(EVENING + timedelta(hours=6), tick=False)
    sam = as_user(force.sam)
    (number,) = re.findall(r'name="number" value="([^"]+)"', sam.get(path).content.decode())
    sam.post(reverse("tonight:undo", args=(visit.pk,)), {"number": number})
    page = sam.get(TONIGHT).content.decode()
    assert "The visit to Hitchin town centre is taken back." in page
    assert "I’m here" in page


def test_a_press_of_an_old_page_is_said_to_have_been_counted(force, sam, now):
    number = uuid.uuid4()
    press_here(sam, force.hitchin, number)
    press_gone(sam, LiveVisit.objects.get())
    now.move_to(EVENING + timedelta(hours=1), tick=False)
    press_here(sam, force.hitchin, number)
    said = "That press was counted already at 10:07pm. If you are in Hitchin town centre now, press “I’m here” again."
    assert said in text(sam.get(TONIGHT))
    assert LiveVisit.objects.count() == 1


def test_that_somebody_is_there_is_said_and_never_who(force, sam, now):
    dose(force)
    visit = here(force, by=force.adam, at=EVENING - timedelta(minutes=17))
    page = sam.get(TONIGHT).content.decode()
    assert "Somebody is here since 9:50pm." in page
    assert visit.by.name not in page
    now.move_to(EVENING + timedelta(hours=4), tick=False)
    assert "Somebody is here" not in sam.get(TONIGHT).content.decode()
    here(force, at=EVENING + timedelta(hours=4))
    assert "Somebody is here" not in sam.get(TONIGHT).content.decode()


def test_a_time_to_come_is_refused(force, sam, now):
    visit = here(force)
    now.move_to(EVENING + timedelta(minutes=20), tick=False)
    assert sam.get(reverse("tonight:leave", args=(visit.pk,))).status_code == 200
    assert press_gone(sam, visit, left="11pm").status_code == 422
    assert press_gone(sam, visit, left="10:15pm").status_code == 302


# --- from the night to the log


def log_link(client) -> str:
    found = re.search(r'href="([^"]+)">Log a shift with your', unescape(client.get(TONIGHT).content.decode()))
    return found[1]


def form_of(answer) -> dict[str, Any]:
    form = answer.context["form"]
    values = {name: form[name].value() for name in form.fields}
    shown = re.findall(r'name="visit" value="(\d+)"', answer.content.decode())
    return {name: str(value) for name, value in values.items() if value not in (None, "", False)} | {"visit": shown}


def minutes_there(force) -> int:
    parts = presence_in([force.hitchin.pk], queries.Period(SATURDAY, SATURDAY + timedelta(days=1)))
    return sum(
        int((stay.least[1] - stay.least[0]).total_seconds()) // 60 for part in parts.values() for stay in part.stays
    )


def test_visits_without_a_plan_become_a_shift_with_them(force, sam, now):
    visited(force)
    visited(force, at=EVENING + timedelta(minutes=90), minutes=20)
    now.move_to(LATE, tick=False)
    answer = sam.get(log_link(sam))
    values = form_of(answer)
    assert (values["area"], values["night"], values["start"], values["end"]) == (
        str(force.hitchin.pk),
        "2024-10-12",
        "22:07",
        "23:57",
    )
    assert "10:07pm to 10:22pm" in answer.content.decode()
    sent = values | {"crew_police_officer": "2", "arrests": "1"}
    assert minutes_there(force) == 35
    for _ in range(2):
        assert sam.post(reverse("outcomes:log"), sent).status_code == 302
    shift = PatrolShift.objects.get()
    assert [(each.starts_at, each.ends_at) for each in shift.visits.all()] == [
        (each.arrived_at, each.left_at) for each in LiveVisit.objects.all()
    ]
    assert set(LiveVisit.objects.values_list("shift", flat=True)) == {shift.pk}
    assert (minutes_there(force), Arrest.objects.count()) == (35, 1)
    assert "Log a shift with your" not in sam.get(TONIGHT).content.decode()


@pytest.mark.parametrize(
    ("at", "day"),
    [
        # A quarter to one on Sunday in London.
        (datetime(2024, 10, 12, 23, 45, tzinfo=UTC), date(2024, 10, 13)),
        # The hour that comes twice when the clocks go back, both times.
        (datetime(2024, 10, 27, 0, 15, tzinfo=UTC), date(2024, 10, 27)),
        (datetime(2024, 10, 27, 1, 15, tzinfo=UTC), date(2024, 10, 27)),
    ],
)
def test_a_visit_after_midnight_is_logged_at_its_own_time(force, as_user, now, at, day):
    visit = visited(force, at=at)
    now.move_to(at + timedelta(hours=2), tick=False)
    sam = as_user(force.sam)
    sent = form_of(sam.get(log_link(sam))) | {"crew_police_officer": "2", "nothing_to_report": "on"}
    answer = sam.post(reverse("outcomes:log"), sent)
    assert answer.status_code == 302, answer.context["form"].errors
    shift = PatrolShift.objects.get()
    assert (shift.day, shift.starts_at, shift.ends_at) == (day, visit.arrived_at, visit.left_at)
    assert Visit.objects.get().shift == shift


def test_the_plan_of_the_night_is_completed_with_the_visits(force, sam, now):
    plan = planned(
        force, starts_at=datetime(2024, 10, 12, 21, tzinfo=UTC), ends_at=datetime(2024, 10, 12, 23, tzinfo=UTC)
    )
    visited(force)
    now.move_to(LATE, tick=False)
    link = log_link(sam)
    assert link.startswith(reverse("outcomes:complete", args=(plan.pk,)))
    values = form_of(sam.get(link))
    assert (values["start"], values["end"], values["crew_police_officer"]) == ("22:00", "00:00", "2")
    assert sam.post(link, values | {"nothing_to_report": "on"}).status_code == 302
    plan.refresh_from_db()
    assert (plan.state, Visit.objects.get().shift, minutes_there(force)) == ("completed", plan, 15)


MORNING = datetime(2024, 10, 13, 5, 5, tzinfo=UTC)
"""Five past six in London: the next night has begun."""


def test_a_form_that_was_opened_before_6am_takes_its_visits_after_it(force, sam, now, as_user):
    visited(force)
    now.move_to(LATE, tick=False)
    sent = form_of(sam.get(log_link(sam))) | {"crew_police_officer": "2", "nothing_to_report": "on"}
    now.move_to(MORNING, tick=False)
    assert as_user(force.sam).post(reverse("outcomes:log"), sent).status_code == 302
    assert Visit.objects.get().shift == PatrolShift.objects.get()


def test_after_6am_the_visits_of_the_night_before_can_still_be_logged(force, now, as_user):
    visited(force)
    now.move_to(MORNING, tick=False)
    sam = as_user(force.sam)
    ((said, link),) = sam.get(TONIGHT).context["not_logged"]
    assert said == "Hitchin town centre: 1 visit from 10:07pm"
    values = form_of(sam.get(link))
    assert (values["night"], values["start"], values["end"]) == ("2024-10-12", "22:07", "22:22")
    sent = values | {"crew_police_officer": "2", "nothing_to_report": "on"}
    assert sam.post(reverse("outcomes:log"), sent).status_code == 302
    assert Visit.objects.get().shift == PatrolShift.objects.get()
    assert sam.get(TONIGHT).context["not_logged"] == []


def test_after_6am_the_plan_of_the_night_before_is_completed_with_its_visits(force, now, as_user):
    plan = planned(
        force, starts_at=datetime(2024, 10, 12, 21, tzinfo=UTC), ends_at=datetime(2024, 10, 12, 23, tzinfo=UTC)
    )
    visited(force)
    now.move_to(MORNING, tick=False)
    ((_, link),) = as_user(force.sam).get(TONIGHT).context["not_logged"]
    assert link == f"/shifts/{plan.pk}/complete/?visits=2024-10-12"


@pytest.mark.parametrize(
    ("elsewhere", "at", "start", "end"),
    [(False, MORNING, "22:00", "00:00"), (True, MORNING, "22:07", "22:22"), (False, LATE, "22:07", "22:22")],
    ids=["its own", "those of the visits, who went round", "those of the visits, as it is not over"],
)
def test_a_plan_is_completed_with_its_own_times(force, now, as_user, elsewhere, at, start, end):
    ends_at = datetime(2024, 10, 12, 23, tzinfo=UTC) if at == MORNING else datetime(2024, 10, 13, 1, tzinfo=UTC)
    plan = planned(force, starts_at=datetime(2024, 10, 12, 21, tzinfo=UTC), ends_at=ends_at)
    visited(force)
    if elsewhere:
        visited(force, area=force.letchworth, at=EVENING + timedelta(minutes=30))
    now.move_to(at, tick=False)
    values = form_of(as_user(force.sam).get(f"/shifts/{plan.pk}/complete/?visits=2024-10-12"))
    assert (values["start"], values["end"]) == (start, end)


def test_a_plan_in_an_area_that_nothing_asks_for_has_a_card(force, sam):
    plan = planned(force)
    context = sam.get(TONIGHT).context
    assert [card.area for card in context["planned"]] == [plan.area]
    assert plan.area not in [card.area for card in context["unasked"]]


def test_visits_of_an_area_that_is_not_that_of_the_shift_stay_by_themselves(force, sam, now):
    """The area was changed on the form: the visits that it showed are not of this shift, and no others are taken."""
    visited(force)
    visited(force, area=force.letchworth, at=EVENING + timedelta(minutes=30))
    now.move_to(LATE, tick=False)
    sent = form_of(sam.get(log_link(sam))) | {"crew_police_officer": "2", "nothing_to_report": "on"}
    assert sam.post(reverse("outcomes:log"), sent | {"area": force.letchworth.pk, "end": "11pm"}).status_code == 302
    assert not Visit.objects.exists()


def test_visits_outside_the_times_that_are_entered_stay_by_themselves(force, sam, now):
    visited(force)
    visited(force, at=EVENING + timedelta(minutes=90), minutes=20)
    now.move_to(LATE, tick=False)
    values = form_of(sam.get(log_link(sam)))
    sent = values | {"end": "11pm", "crew_police_officer": "2", "nothing_to_report": "on"}
    assert sam.post(reverse("outcomes:log"), sent).status_code == 302
    assert (Visit.objects.count(), minutes_there(force)) == (1, 35)
    said = text(sam.get(reverse("outcomes:saved", args=(PatrolShift.objects.get().pk,))))
    assert "1 visit of yours is saved with it." in said
    assert "A visit of yours is not saved with it, because it is not in its area and times: 11:37pm to 11:57pm." in said


def test_whoever_goes_round_logs_each_stay_and_no_hour_twice(force, sam, now):
    for number, area in enumerate((force.hitchin, force.letchworth, force.hitchin)):
        visited(force, area=area, at=EVENING + timedelta(minutes=30 * number))
    now.move_to(LATE, tick=False)
    spans = []
    for _ in range(3):
        answer = sam.get(log_link(sam))
        between = "You went to Letchworth at 10:37pm and came back." in answer.content.decode()
        sent = form_of(answer) | {"crew_police_officer": "1", "nothing_to_report": "on", "collars_police_officer": "42"}
        spans.append((sent["area"] == str(force.hitchin.pk), sent["start"], sent["end"], between))
        assert sam.post(reverse("outcomes:log"), sent).status_code == 302
    assert sorted(spans) == [
        (False, "22:37", "22:52", False),
        (True, "22:07", "22:22", True),
        (True, "23:07", "23:22", False),
    ]
    assert "Log a shift with your" not in sam.get(TONIGHT).content.decode()
    assert Visit.objects.count() == 3


def test_a_shift_that_is_logged_by_itself_takes_no_visits(force, sam, now):
    visited(force)
    now.move_to(LATE, tick=False)
    values = form_of(sam.get(log_link(sam)))
    sent = values | {"crew_police_officer": "2", "nothing_to_report": "on"}
    sent.pop("visit")
    assert sam.post(reverse("outcomes:log"), sent).status_code == 302
    assert not Visit.objects.exists()


# --- the briefing sheet


def test_the_briefing_says_where_when_why_and_who_by_role(force, sam):
    dose(force, minutes=40)
    shift = planned(force, crew=[])
    factories.CrewMemberFactory(shift=shift, collar_number="CANARY7")
    factories.CrewMemberFactory(shift=shift, role="pcso", collar_number="CANARY8")
    planned(force, area=force.letchworth, crew=[])
    answer = sam.get(reverse("tonight:briefing"))
    said = text(answer)
    assert "Saturday 12 October 2024, 6am to 6am on Sunday" in said
    assert "1. Hitchin town centre North Herts" in said
    assert "Wanted: 20 minutes, in 2 visits of about 10 minutes" in said
    assert "10pm to 6am : 1 police officer and 1 PCSO; Sam Sergeant" in said
    # One that nothing asks for, with a plan.
    assert "2. Letchworth North Herts" in said
    assert "No crew yet" in said
    assert "CANARY" not in answer.content.decode()
    assert answer.content.decode().count("<svg") >= 2
    assert "OFFICIAL-SENSITIVE" in said
    assert re.search(r"5\d\.\d{5}, -?\d\.\d{5}", said)


def test_a_coming_night_is_briefed_with_what_is_planned(force, sam):
    dose(force)
    plan = planned(
        force, starts_at=datetime(2024, 10, 14, 20, tzinfo=UTC), ends_at=datetime(2024, 10, 14, 23, tzinfo=UTC)
    )
    said = text(sam.get("/tonight/briefing/?night=2024-10-14"))
    assert "Monday 14 October 2024, 6am to 6am on Tuesday" in said
    assert "1. Hitchin town centre North Herts" in said
    assert f"9pm to midnight : 2 police officers; {plan.logged_by.name}" in said
    assert "Wanted" not in said
    assert "No patrol is planned in your areas" in text(sam.get("/tonight/briefing/?night=2024-10-15"))
    for other in ("2024-10-11", "2025-10-14", "x"):
        assert "Briefing for tonight" in text(sam.get("/tonight/briefing/", {"night": other}))


def test_an_empty_briefing_says_so(force, sam):
    assert "Nothing to brief" in text(sam.get(reverse("tonight:briefing")))
