"""Several shifts planned at once: patterns, copied weeks, the rest of a series cancelled, and who is planned twice."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from hotspot.core.calendar import LONDON
from hotspot.core.errors import DomainError, NeedsConfirming
from patrols.models import CrewRole, PatrolShift
from patrols.planning import series_operations
from patrols.planning.series_operations import SeriesNight
from patrols.shifts.rules import CrewEntry, ShiftFacts
from tests import factories
from tests.conftest import NOW
from tests.core.test_unsent import sign_in
from tests.outcomes.test_correct import hidden_inputs
from tests.patrols.planning import planned

PATTERN, COPY = "/shifts/plan/pattern/", "/shifts/plan/copy-week/"


def pattern(force, **changes) -> dict:
    """Fridays and Saturdays for a fortnight from 12 October, 8pm to midnight, two officers in Hitchin."""
    return {
        "submission_id": str(uuid.uuid4()),
        "area": force.hitchin.pk,
        "weekdays": ["4", "5"],
        "start": "8pm",
        "end": "midnight",
        **day("first_day", 12, 10),
        **day("last_day", 26, 10),
        "crew_police_officer": "2",
    } | changes


def day(name, day, month, year=2024) -> dict[str, str]:
    return {f"{name}_day": str(day), f"{name}_month": str(month), f"{name}_year": str(year)}


def listed(answer) -> list[tuple[str, bool, bool]]:
    """The nights of the list: which, whether it can be planned, and whether it is chosen."""
    return [(night.key, night.is_possible, night.is_chosen) for night in answer.context["nights"]]


def save(client, path, answer, chosen, sent=None):
    """Send the list with these nights."""
    weekdays = {"weekdays": sent["weekdays"]} if sent and "weekdays" in sent else {}
    shown = {"keep": answer.context["shown"]}
    return client.post(path, hidden_inputs(answer) | weekdays | shown | {"chosen": chosen, "choice": "plan"})


def days_planned() -> list[str]:
    shifts = PatrolShift.objects.filter(state="planned").order_by("starts_at")
    return [f"{shift.day:%d %b}" for shift in shifts]


# --- patterns -----------------------------------------------------------------------------------------------------


def test_a_pattern_is_planned_as_one_series(force, sam):
    sent = pattern(force)
    answer = sam.post(PATTERN, sent)
    keys = ["2024-10-12", "2024-10-18", "2024-10-19", "2024-10-25", "2024-10-26"]
    assert listed(answer) == [(key, True, True) for key in keys]
    assert PatrolShift.objects.count() == 0
    done = save(sam, PATTERN, answer, keys[:-1], sent)
    assert done["Location"] == "/shifts/calendar/?from=2024-10-07"
    assert days_planned() == ["12 Oct", "18 Oct", "19 Oct", "25 Oct"]
    shifts = PatrolShift.objects.all()
    assert {str(shift.series) for shift in shifts} == {sent["submission_id"]}
    assert {(shift.clock_minutes, shift.crew.count(), shift.logged_by) for shift in shifts} == {(240, 2, force.sam)}
    assert "4 shifts are planned" in sam.get(done["Location"]).content.decode()


def test_sent_twice_it_is_planned_once(force, sam):
    sent = pattern(force)
    answer = sam.post(PATTERN, sent)
    for _ in range(2):
        assert save(sam, PATTERN, answer, ["2024-10-18", "2024-10-19"], sent).status_code == 302
    assert days_planned() == ["18 Oct", "19 Oct"]


@pytest.mark.parametrize("change", ["area", "start", "crew_police_officer", "weekdays"])
def test_a_form_that_is_gone_back_to_and_changed_is_another_series(change, force, sam):
    """Without JavaScript the form has the same submission: its nights are not those that are planned already."""
    sent = pattern(force)
    save(sam, PATTERN, sam.post(PATTERN, sent), ["2024-10-18", "2024-10-19"], sent)
    new = {"area": force.letchworth.pk, "start": "1pm", "crew_police_officer": "3", "weekdays": ["4"]}[change]
    changed = sent | {change: new}
    answer = sam.post(PATTERN, changed)
    assert "Planned already, from this list." not in answer.content.decode()
    assert hidden_inputs(answer)["submission_id"] != sent["submission_id"]
    assert save(sam, PATTERN, answer, ["2024-10-18"], changed).status_code == 302
    assert PatrolShift.objects.filter(series=sent["submission_id"]).count() == 2
    assert PatrolShift.objects.exclude(series=sent["submission_id"]).count() == 1


def test_a_form_that_is_gone_back_to_for_more_nights_goes_on_with_its_series(force, sam):
    sent = pattern(force)
    save(sam, PATTERN, sam.post(PATTERN, sent), ["2024-10-18"], sent)
    answer = sam.post(PATTERN, sent | day("last_day", 2, 11))
    possible = {key: is_possible for key, is_possible, _ in listed(answer)}
    assert (possible["2024-10-18"], possible["2024-10-19"], possible["2024-11-02"]) == (False, True, True)
    assert hidden_inputs(answer)["submission_id"] == sent["submission_id"]


def test_the_form_begins_with_the_usual_area_times_and_crew_and_a_fortnight(force, sam):
    factories.PatrolShiftFactory(area=force.letchworth, funding_stream=force.grant, logged_by=force.sam)
    form = sam.get(PATTERN).context["form"]
    shown = [form[name].value() for name in ("area", "start", "end", "crew_police_officer", "first_day", "last_day")]
    assert shown == [force.letchworth.pk, "22:00", "06:00", 2, date(2024, 10, 12), date(2024, 10, 25)]


def test_nights_that_cannot_be_planned_say_why(force, sam):
    sent = pattern(force, **day("first_day", 11, 10), **day("last_day", 5, 4, 2025), weekdays=["4"])
    answer = sam.post(PATTERN, sent)
    nights = {night.key: night for night in answer.context["nights"]}
    assert nights["2024-10-11"].problems == ["This shift is over already. Log it instead."]
    assert nights["2025-04-04"].problems == ["No programme runs on this night."]
    assert not nights["2025-04-04"].is_chosen
    assert nights["2025-03-28"].is_chosen
    page = answer.content.decode()
    assert "Cannot be planned: No programme runs on this night." in page


def test_the_nights_on_which_the_clocks_change_are_said(force, sam):
    sent = pattern(force, weekdays=["5"], start="10pm", end="6am", **day("last_day", 26, 10))
    said = {night.key: night.said for night in sam.post(PATTERN, sent).context["nights"]}
    assert "9 hours (the clocks went back)" in said["2024-10-26"]
    assert "8 hours" in said["2024-10-19"]


def test_a_time_that_comes_twice_or_never_on_one_of_the_nights(force, sam):
    """On 27 October 2024 1:30am came twice; on 30 March 2025 it did not happen."""
    small_hours = {"start": "1.30am", "end": "4am", "start_day": "of_that_day"}
    sent = pattern(force, weekdays=["6"], **small_hours, **day("last_day", 30, 3, 2025))
    nights = {night.key: night for night in sam.post(PATTERN, sent).context["nights"]}
    assert "3 hours 30 minutes (the clocks went back)" in nights["2024-10-27"].said
    assert nights["2025-03-30"].problems == ["This time did not happen: the clocks went forward from 1am to 2am."]


@pytest.mark.parametrize(
    ("morning", "days"),
    [("after", ["13 Oct", "19 Oct", "20 Oct"]), ("of_that_day", ["18 Oct", "19 Oct"])],
)
def test_which_morning_is_asked_once_for_all_nights_that_start_after_midnight(morning, days, force, sam):
    """The night of a Friday has two dates: 12.30am is asked about, as for one shift. It is Saturday noon now."""
    sent = pattern(force, start="12.30am", end="4am", **day("first_day", 11, 10), **day("last_day", 19, 10))
    asked = sam.post(PATTERN, sent)
    assert asked.status_code == 422
    assert dict(asked.context["form"].errors) == {"start_day": ["Select which morning the shifts start"]}
    assert "The morning after each night" in asked.content.decode()
    answer = sam.post(PATTERN, sent | {"start_day": morning})
    possible = [key for key, is_possible, _ in listed(answer) if is_possible]
    assert save(sam, PATTERN, answer, possible, sent).status_code == 302
    assert days_planned() == days


def test_a_start_in_the_evening_asks_about_no_morning(force, sam):
    assert "Which morning" not in sam.get(PATTERN).content.decode()
    answer = sam.post(PATTERN, pattern(force, start_day="after"))
    assert listed(answer)[0][0] == "2024-10-12"


@pytest.mark.parametrize(("start", "end"), [("10pm-6am", ""), ("2200hrs", "6am"), ("8pm to 24:00", "")])
def test_the_times_of_a_pattern_are_read_as_those_of_any_shift(start, end, force, sam):
    sent = pattern(force, start=start, end=end)
    answer = sam.post(PATTERN, sent)
    assert save(sam, PATTERN, answer, ["2024-10-18"], sent).status_code == 302
    shift = PatrolShift.objects.get()
    assert shift.clock_minutes == (240 if start.startswith("8pm") else 480)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"collars_police_officer": "PC1 (8pm-10pm)"}, "collars_police_officer", "own times are given for each shift"),
        ({"weekdays": []}, "weekdays", "Select at least one night of the week"),
        (day("last_day", 11, 10), "last_day", "The last night must not be before the first"),
        (day("last_day", 12, 10) | {"weekdays": ["0"]}, "last_day", "None of these nights of the week lies between"),
        (
            day("last_day", 12, 10, 2025) | {"weekdays": list("0123456")},
            "last_day",
            "200 nights can be planned at once.",
        ),
        (day("last_day", 12, 10, 2999), "last_day", "200 nights can be planned at once."),
        ({"start": "late"}, "start", "Enter a time"),
        ({"area": ""}, "area", "Select where you patrolled"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_lost(changes, field, words, force, sam):
    answer = sam.post(PATTERN, pattern(force, note="Mine") | changes)
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert answer.context["form"]["note"].value() == "Mine"


def test_change_it_leads_back_to_the_form(force, sam):
    answer = sam.post(PATTERN, pattern(force, note="Mine") | {"choice": "change", "step": "save"})
    assert (answer.status_code, answer.context["form"]["note"].value()) == (200, "Mine")
    assert answer.context["form"]["weekdays"].value() == ["4", "5"]


@pytest.mark.parametrize("choice", ["plan", "change"])
def test_a_list_that_was_sent_after_the_session_had_ended_is_there_again(choice, force, now, sam):
    sent = pattern(force)
    answer = sam.post(PATTERN, sent)
    now.shift(timedelta(hours=4))
    data = hidden_inputs(answer) | {"weekdays": sent["weekdays"], "chosen": ["2024-10-18", "2024-10-26"]}
    assert sam.post(PATTERN, data | {"choice": choice})["Location"].startswith("/sign-in/")
    again = sign_in(sam, force.sam, PATTERN)
    assert PatrolShift.objects.count() == 0
    if choice == "change":
        assert again.context["form"]["weekdays"].value() == ["4", "5"]
        return
    assert "You were signed out, so this is not saved yet" in again.content.decode()
    assert [key for key, _, is_chosen in listed(again) if is_chosen] == ["2024-10-18", "2024-10-26"]
    assert save(sam, PATTERN, again, ["2024-10-18", "2024-10-26"], sent).status_code == 302
    assert days_planned() == ["18 Oct", "26 Oct"]


def test_nothing_chosen(force, sam):
    sent = pattern(force)
    answer = save(sam, PATTERN, sam.post(PATTERN, sent), [], sent)
    assert answer.status_code == 422
    assert "Select at least one night." in answer.content.decode()


def test_an_area_of_another_district_cannot_be_planned(force, sam):
    answer = sam.post(PATTERN, pattern(force, area=force.watford.pk))
    assert answer.status_code == 422
    assert PatrolShift.objects.count() == 0


def test_all_nights_or_none(force, now):
    """One night that cannot be planned stops them all."""
    nights = [night(force, 13), night(force, 11)]
    with pytest.raises(DomainError, match="Friday 11 October 2024: This shift is over already"):
        plan(force, nights)
    assert PatrolShift.objects.count() == 0


def test_200_nights_at_once_and_no_more(force, now):
    facts = night(force, 13).facts
    nights = [SeriesNight(str(number), facts) for number in range(201)]
    with pytest.raises(DomainError, match="200 nights"):
        plan(force, nights)
    assert len(plan(force, nights[:200])) == 200
    assert PatrolShift.objects.filter(state="planned").count() == 200


def night(force, number, **facts) -> SeriesNight:
    starts_at = datetime(2024, 10, number, 20, tzinfo=LONDON)
    usual = {"area": force.hitchin, "funding_stream": force.grant, "crew": crew()}
    made = ShiftFacts(starts_at=starts_at, ends_at=starts_at.replace(hour=23), **usual | facts)
    return SeriesNight(str(number), made)


def crew(*numbers):
    return [CrewEntry(CrewRole.POLICE_OFFICER, number) for number in numbers or ("",)]


def plan(force, nights, **more) -> list[int]:
    return series_operations.plan_series(by=force.sam, at=NOW, series=uuid.UUID(int=7), nights=nights, **more)


# --- planned twice ------------------------------------------------------------------------------------------------


def test_a_night_that_has_a_shift_already_is_chosen_only_by_who_ticks_it(force, sam):
    there = planned(force, starts_at=datetime(2024, 10, 18, 20, tzinfo=UTC))
    sent = pattern(force)
    answer = sam.post(PATTERN, sent)
    assert {key: chosen for key, _, chosen in listed(answer)}["2024-10-18"] is False
    assert f"{there.reference} (Hitchin town centre" in answer.content.decode()
    assert save(sam, PATTERN, answer, ["2024-10-18", "2024-10-19"], sent).status_code == 302
    shift = PatrolShift.objects.get(day="2024-10-18", series__isnull=False)
    assert shift.doubts_kept == ["area_planned"]


def test_a_night_with_several_clashes_is_one_field_of_the_list(force, sam):
    """A form has at most 1,000 fields, and a list 200 nights."""
    there = planned(force, starts_at=datetime(2024, 10, 18, 20, tzinfo=UTC), crew=[])
    for number in ("PC1", "PC2"):
        factories.CrewMemberFactory(shift=there, collar_number=number)
    sent = pattern(force, collars_police_officer="PC1, PC2")
    answer = sam.post(PATTERN, sent)
    assert answer.context["shown"] == ["2024-10-18:area_planned,planned_twice"]
    assert save(sam, PATTERN, answer, ["2024-10-18"], sent).status_code == 302
    assert set(PatrolShift.objects.get(series__isnull=False).doubts_kept) == {"area_planned", "planned_twice"}


def test_a_warning_that_was_shown_for_one_night_is_asked_about_for_another(force, sam):
    """The area is planned twice on the 18th, which the list says, and on the 19th since then."""
    planned(force, starts_at=datetime(2024, 10, 18, 20, tzinfo=UTC))
    sent = pattern(force)
    answer = sam.post(PATTERN, sent)
    planned(force, starts_at=datetime(2024, 10, 19, 20, tzinfo=UTC))
    again = save(sam, PATTERN, answer, ["2024-10-18", "2024-10-19"], sent)
    assert again.status_code == 422
    assert PatrolShift.objects.filter(series__isnull=False).count() == 0


def test_what_was_planned_since_the_list_was_shown_is_asked_about(force, sam):
    sent = pattern(force)
    answer = sam.post(PATTERN, sent)
    planned(force, starts_at=datetime(2024, 10, 18, 20, tzinfo=UTC))
    again = save(sam, PATTERN, answer, ["2024-10-18"], sent)
    assert again.status_code == 422
    assert "Something has changed since you saw this list" in again.content.decode()
    assert PatrolShift.objects.filter(series__isnull=False).count() == 0
    assert save(sam, PATTERN, again, ["2024-10-18"], sent).status_code == 302


def codes(force, facts, by=None) -> list[tuple[str, str]]:
    (checked,) = series_operations.check_series(
        by=by or force.sam, at=NOW, series=uuid.uuid4(), nights=[SeriesNight("x", facts)]
    )
    return [(warning.code, warning.message) for warning in checked.warnings]


@pytest.mark.parametrize("state", ["planned", "completed", "voided", "cancelled"])
@pytest.mark.parametrize(("number", "role"), [("PC1", "police_officer"), ("1", "police_officer"), ("PC1", "pcso")])
def test_a_person_is_planned_twice_under_any_rank(number, role, state, force, now):
    there = planned(
        force, area=force.letchworth, state=state, starts_at=datetime(2024, 10, 13, 20, tzinfo=UTC), crew=[]
    )
    factories.CrewMemberFactory(shift=there, collar_number=number, role=role)
    said = codes(force, night(force, 13, crew=crew("PC1", "PC2")).facts)
    where = "planned" if state == "planned" else "logged"
    words = f"PC1 is {where} in Letchworth ({there.reference}) at that time."
    assert said == ([("planned_twice", words)] if state in ("planned", "completed") else [])


def test_of_a_shift_elsewhere_nothing_is_told(force, now):
    there = planned(force, area=force.watford, logged_by=force.sue, crew=[], starts_at=night(force, 13).facts.starts_at)
    factories.CrewMemberFactory(shift=there, collar_number="PC1")
    said = codes(force, night(force, 13, crew=crew("PC1")).facts)
    assert said == [("planned_twice", "PC1 is planned or on duty elsewhere at that time.")]


def test_shifts_that_only_touch_are_not_asked_about(force, now):
    at = night(force, 13).facts
    for starts_at, ends_at in (
        (at.ends_at, at.ends_at.replace(minute=30)),
        (at.starts_at.replace(hour=18), at.starts_at),
    ):
        other = planned(force, starts_at=starts_at, ends_at=ends_at, crew=[])
        factories.CrewMemberFactory(shift=other, collar_number="PC1")
    assert codes(force, night(force, 13, crew=crew("PC1")).facts) == []


def test_one_plan_asks_too_and_changing_it_does_not_ask_about_itself(force, sam):
    shift = planned(force)
    sent = {
        "submission_id": str(uuid.uuid4()),
        "area": force.hitchin.pk,
        "night": "2024-10-12",
        "start": "11pm",
        "end": "3am",
        "crew_police_officer": "2",
    }
    answer = sam.post("/shifts/plan/", sent)
    assert [warning.code for warning in answer.context["doubts"]] == ["area_planned"]
    assert "Is this right?" in answer.content.decode()
    form = sam.get(f"/shifts/{shift.pk}/plan/").context["form"]
    same = sent | {"version": form["version"].value(), "submission_id": str(shift.submission_id)}
    assert sam.post(f"/shifts/{shift.pk}/plan/", same)["Location"] == f"/shifts/{shift.pk}/"


def test_200_nights_take_as_many_queries_as_two(force, now, django_assert_num_queries):
    def check(number):
        nights = [SeriesNight(str(each), night(force, 13, crew=crew("PC1")).facts) for each in range(number)]
        series_operations.check_series(by=force.sam, at=NOW, series=uuid.uuid4(), nights=nights)

    check(2)
    # A savepoint, and back; the look-up; shifts of the area, and the crew.
    with django_assert_num_queries(5):
        check(2)
    with django_assert_num_queries(5):
        check(200)


# --- copying a week -----------------------------------------------------------------------------------------------


def test_a_week_is_copied_with_areas_times_and_crews(force, sam):
    worked = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam, crew=[])
    factories.CrewMemberFactory(shift=worked, collar_number="PC1")
    late = worked.starts_at.replace(hour=23)
    factories.CrewMemberFactory(shift=worked, role="pcso", starts_at=late)
    planned(force, area=force.letchworth, note="Only that night")
    for state in ("voided", "cancelled"):
        planned(force, state=state)
    planned(force, logged_by=force.adam)
    sent = {"submission_id": str(uuid.uuid4()), **day("source", 9, 10), **day("target", 23, 10)}
    answer = sam.post(COPY, sent)
    assert [night.name for night in answer.context["nights"]] == ["Friday 25 October 2024", "Saturday 26 October 2024"]
    assert save(sam, COPY, answer, [night.key for night in answer.context["nights"]]).status_code == 302
    first, second = PatrolShift.objects.filter(series=sent["submission_id"]).order_by("starts_at")
    assert (first.area, second.area, second.note) == (force.hitchin, force.letchworth, "")
    crew = sorted((one.role, one.collar_number, one.minutes) for one in first.crew.all())
    assert crew == [("pcso", "", 360), ("police_officer", "PC1", 480)]
    assert second.clock_minutes == 9 * 60, "the night the clocks went back"


def test_a_week_is_copied_into_another_programme(force, sam):
    following = factories.ProgrammeFactory(first_day=date(2025, 4, 1), last_day=date(2026, 3, 31))
    grant = factories.FundingStreamFactory(programme=following, is_default=True)
    planned(force)
    sent = {"submission_id": str(uuid.uuid4()), **day("source", 9, 10), **day("target", 9, 4, 2025)}
    answer = sam.post(COPY, sent)
    assert save(sam, COPY, answer, [night.key for night in answer.context["nights"]]).status_code == 302
    assert PatrolShift.objects.get(series__isnull=False).funding_stream == grant


def test_what_pays_for_a_copy_in_another_programme_is_of_the_same_kind(force, sam):
    """Business as usual is in no headline figure: a copied week must not carry it into one."""
    following = factories.ProgrammeFactory(first_day=date(2025, 4, 1), last_day=date(2026, 3, 31))
    factories.FundingStreamFactory(programme=following, is_default=True)
    planned(force, funding_stream=force.business_as_usual)
    sent = {"submission_id": str(uuid.uuid4()), **day("source", 9, 10), **day("target", 9, 4, 2025)}
    assert [possible for _, possible, _ in listed(sam.post(COPY, sent))] == [False]
    apart = factories.FundingStreamFactory(programme=following, kind="business_as_usual", name="Own budget")
    answer = sam.post(COPY, sent)
    assert "Own budget" in answer.content.decode()
    assert save(sam, COPY, answer, [night.key for night in answer.context["nights"]]).status_code == 302
    assert PatrolShift.objects.get(series__isnull=False).funding_stream == apart


def copied(force) -> dict[str, str]:
    """The week of 9 October into that of 23 October."""
    return {"submission_id": str(uuid.uuid4()), **day("source", 9, 10), **day("target", 23, 10)}


@pytest.mark.parametrize("what", ["state", "logged_by", "area"])
def test_a_copied_shift_that_changed_since_the_list_was_shown_is_shown_again(what, force, sam):
    """Cancelled, handed over or somewhere else: what is planned is what the list said, or nothing."""
    gone, stays = planned(force), planned(force, area=force.letchworth)
    answer = sam.post(COPY, copied(force))
    chosen = [night.key for night in answer.context["nights"]]
    change = {"state": "cancelled", "logged_by": force.adam, "area": force.letchworth}[what]
    PatrolShift.objects.filter(pk=gone.pk).update(**{what: change})
    again = save(sam, COPY, answer, chosen)
    assert again.status_code == 422
    assert "Something has changed since you saw this list" in again.content.decode()
    assert PatrolShift.objects.filter(series__isnull=False).count() == 0
    left = {stays.pk, gone.pk} if what == "area" else {stays.pk}
    assert {int(key.partition(".")[0]) for key, _, is_chosen in listed(again) if is_chosen} == left
    assert save(sam, COPY, again, [night.key for night in again.context["nights"]]).status_code == 302
    assert PatrolShift.objects.filter(series__isnull=False).count() == len(left)


def test_copied_shifts_that_are_all_gone_since_the_list_was_shown(force, sam):
    there = planned(force)
    answer = sam.post(COPY, copied(force))
    PatrolShift.objects.filter(pk=there.pk).update(state="voided", void_reason="Twice")
    again = save(sam, COPY, answer, [night.key for night in answer.context["nights"]])
    assert again.status_code == 422
    assert "somebody has changed them since you saw the list" in again.content.decode()


def test_a_copy_sent_twice_is_planned_once(force, sam):
    planned(force)
    answer = sam.post(COPY, copied(force))
    for _ in range(2):
        assert save(sam, COPY, answer, [night.key for night in answer.context["nights"]]).status_code == 302
    assert PatrolShift.objects.filter(series__isnull=False).count() == 1


def test_a_week_without_shifts_and_into_itself(force, sam):
    sent = {"submission_id": str(uuid.uuid4()), **day("source", 9, 10), **day("target", 23, 10)}
    answer = sam.post(COPY, sent)
    assert answer.status_code == 422
    assert "You planned and logged no shifts in this week" in answer.content.decode()
    answer = sam.post(COPY, sent | day("target", 13, 10))
    assert answer.status_code == 422
    assert "Choose another week than the one that is copied" in answer.content.decode()


# --- the rest of a series -----------------------------------------------------------------------------------------


@pytest.fixture
def series(force, now) -> list[PatrolShift]:
    ids = plan(force, [night(force, number) for number in (14, 15, 16, 17)])
    return list(PatrolShift.objects.filter(pk__in=ids).order_by("starts_at"))


def states(series) -> list[str]:
    return [PatrolShift.objects.get(pk=shift.pk).state for shift in series]


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("one", ["planned", "cancelled", "planned", "planned"]),
        ("rest", ["planned", "cancelled", "cancelled", "cancelled"]),
    ],
)
def test_one_of_a_series_or_the_rest_of_it_is_cancelled(rest, expected, force, series, sam):
    second = series[1]
    page = sam.get(f"/shifts/{second.pk}/cancel/").content.decode()
    assert "This shift and the 2 later shifts of its series" in page
    sent = {"version": second.version, "rest": rest, "reason": "Leave"}
    assert sam.post(f"/shifts/{second.pk}/cancel/", sent).status_code == 302
    assert states(series) == expected
    assert PatrolShift.objects.filter(state="cancelled").exclude(cancel_reason="Leave").count() == 0


def test_what_of_a_series_was_handed_over_or_worked_stays(force, series, sam):
    PatrolShift.objects.filter(pk=series[1].pk).update(logged_by=force.adam)
    PatrolShift.objects.filter(pk=series[2].pk).update(state="completed", nothing_to_report=True)
    sent = {"version": series[0].version, "rest": "rest"}
    assert sam.post(f"/shifts/{series[0].pk}/cancel/", sent).status_code == 302
    assert states(series) == ["cancelled", "planned", "completed", "cancelled"]


def test_the_rest_of_a_copied_week_is_that_of_the_area(force, now, as_user):
    """Hitchin and Letchworth on two nights: who drops Hitchin keeps the plan of Letchworth."""
    both = [
        SeriesNight(f"{number} {area}", night(force, number, area=area).facts)
        for number in (14, 15)
        for area in (force.hitchin, force.letchworth)
    ]
    shifts = list(PatrolShift.objects.filter(pk__in=plan(force, both)).order_by("starts_at", "area__name"))
    sam = as_user(force.sam)
    page = sam.get(f"/shifts/{shifts[0].pk}/cancel/").content.decode()
    assert "This shift and the 1 later shift of its series in this area" in page
    assert (
        sam.post(f"/shifts/{shifts[0].pk}/cancel/", {"version": shifts[0].version, "rest": "rest"}).status_code == 302
    )
    assert states(shifts) == ["cancelled", "planned", "cancelled", "planned"]


def test_the_last_of_a_series_is_not_asked_how_many(series, sam):
    page = sam.get(f"/shifts/{series[-1].pk}/cancel/").content.decode()
    assert "of its series" not in page
    assert sam.post(f"/shifts/{series[-1].pk}/cancel/", {"version": series[-1].version}).status_code == 302


def test_an_answer_about_many_needs_the_version_that_was_seen(force, series, sam):
    sent = {"version": series[1].version + 5, "rest": "rest", "reason": "Leave"}
    answer = sam.post(f"/shifts/{series[1].pk}/cancel/", sent)
    assert answer.status_code == 409
    assert answer.context["form"]["rest"].value() == "rest"
    assert set(states(series)) == {"planned"}


def test_warnings_of_a_series_need_an_answer(force, now):
    planned(force, starts_at=night(force, 14).facts.starts_at)
    with pytest.raises(NeedsConfirming):
        plan(force, [night(force, 14), night(force, 15)])
    with pytest.raises(NeedsConfirming):
        plan(force, [night(force, 14), night(force, 15)], acknowledged={"15": ["area_planned"]})
    assert PatrolShift.objects.count() == 1
    assert len(plan(force, [night(force, 14), night(force, 15)], acknowledged={"14": ["area_planned"]})) == 2
