"""Logging a finished shift in the browser's language: GET the page, POST the form, follow the redirect."""

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.test import Client
from django.utils.html import escape

from hotspots.models import DistrictAccess
from outcomes.models import ActivityCount, Arrest, AsbPowerUse
from patrols.models import PatrolShift
from tests import factories
from tests.people import make_force

LOG = "/shifts/log/"


def entry(force, **changes):
    """A good entry: Hitchin, last night, 10pm to 6am, two officers, nothing to report."""
    values = {
        "submission_id": str(uuid.uuid4()),
        "area": force.hitchin.pk,
        "night": "2024-10-11",
        "start": "10pm",
        "end": "6am",
        "crew_police_officer": "2",
        "nothing_to_report": "on",
    } | changes
    return {name: value for name, value in values.items() if value is not None}


def with_outcomes(force, **counts):
    return entry(force, nothing_to_report=None, **counts)


@pytest.fixture
def sam(force, now, as_user):
    return as_user(force.sam)


def errors_of(response) -> dict[str, list[str]]:
    assert response.status_code == 422
    assert PatrolShift.objects.count() == 0
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


def test_a_good_entry_becomes_a_shift(force, sam):
    response = sam.post(LOG, entry(force))
    shift = PatrolShift.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/shifts/{shift.pk}/saved/")
    assert (shift.area, shift.state, shift.logged_by) == (force.hitchin, "completed", force.sam)
    assert (shift.clock_minutes, shift.nothing_to_report) == (480, True)
    assert shift.funding_stream == force.grant
    assert [member.minutes for member in shift.crew.all()] == [480, 480]


def test_the_receipt_says_what_was_saved_and_can_be_opened_again(force, sam):
    receipt = sam.post(LOG, with_outcomes(force, arrests="1", stop_searches="2", asb_cpw="3"))["Location"]
    for _ in range(2):
        page = sam.get(receipt)
        assert page.status_code == 200
        for words in ("Shift saved", "HS-", "10pm Friday to 6am Saturday – 8 hours", "16 hours of patrol"):
            assert words in page.content.decode()
        assert "1 arrest<" in page.content.decode()
        assert "2 stop searches" in page.content.decode()
        assert "3 ASB powers" in page.content.decode()
        assert "3 outcomes wait for detail" in page.content.decode()


def test_outcomes_become_rows_with_detail_to_follow(force, sam):
    sam.post(LOG, with_outcomes(force, arrests="2", weapons="1", asb_dispersal_direction="1"))
    shift = PatrolShift.objects.get()
    assert list(shift.arrests.values_list("detail_to_follow", flat=True)) == [True, True]
    assert shift.weapons.count() == 1
    assert not shift.nothing_to_report
    assert AsbPowerUse.objects.get().kind_id == "dispersal_direction"


def test_activity_is_kept_where_it_was_said(force, sam):
    sam.post(LOG, entry(force, activity_premises_visits="4"))
    assert ActivityCount.objects.values_list("kind", "count").get() == ("premises_visits", 4)


# --- V: input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{"start": "10pm", "end": "10pm"}])
def test_finish_must_be_after_start(force, sam, changes):
    assert errors_of(sam.post(LOG, entry(force, **changes))) == {"end": ["Finish must be after start."]}


def test_a_shift_still_going_on_is_not_logged(force, sam):
    response = sam.post(LOG, entry(force, night="2024-10-12", start="10am", end="6pm"))
    assert errors_of(response)["end"] == ["This shift is not over yet. Plan it, or log it when it is over."]
    assert 'formaction="/shifts/plan/"' in response.content.decode()
    sam.post("/shifts/plan/", entry(force, night="2024-10-12", start="10am", end="6pm"))
    assert PatrolShift.objects.get().state == "planned"
    assert 'formaction="/shifts/plan/"' not in sam.get(LOG).content.decode()


def on(day, month, year) -> dict[str, str]:
    return {"night": "other", "night_date_day": day, "night_date_month": month, "night_date_year": year}


@pytest.mark.parametrize(
    ("year", "field", "message"),
    [
        ("0001", "night_date", "must have a year from 1900 to 2999"),
        ("9999", "night_date", "must have a year from 1900 to 2999"),
        ("2004", "night", "No programme runs on 1 June 2004."),
        ("2024", "night", "The night must be within the last 90 days."),
        ("10000", "night_date", "must have a year with 4 numbers"),
        ("", "night_date", "must include a year"),
    ],
)
def test_dates_far_away_are_refused_in_words(force, sam, year, field, message):
    errors = errors_of(sam.post(LOG, entry(force, **on("1", "6", year))))
    assert message in errors[field][0]


def test_another_date_is_logged(force, sam):
    sam.post(LOG, entry(force, **on("2", "Oct", "2024")))
    assert PatrolShift.objects.get().day.isoformat() == "2024-10-02"


@pytest.mark.parametrize(
    "count", ["0", "-1", "1.5", "1e3", "١٢", "１２", "1_000", "true", "", "null", str(2**31), "9" * 400, "9" * 5000]
)
def test_crew_counts_have_one_rule(force, sam, count):
    errors = errors_of(sam.post(LOG, entry(force, crew_police_officer=count)))
    assert set(errors) == {"crew_police_officer"}


@pytest.mark.parametrize("count", ["1000", "-1", "1.5", "x", "９"])
def test_outcome_counts_go_from_0_to_999(force, sam, count):
    assert "weapons" in errors_of(sam.post(LOG, with_outcomes(force, weapons=count)))


def test_many_arrests_are_asked_about_and_can_be_kept(force, sam):
    sent = with_outcomes(force, arrests="10")
    page = sam.post(LOG, sent)
    assert page.status_code == 200
    assert "10 arrests on one shift is unusual." in page.content.decode()
    assert PatrolShift.objects.count() == 0
    sam.post(LOG, sent | {"keep": ["many_arrests"], "doubts_reason": "Football", "choice": "keep"})
    shift = PatrolShift.objects.get()
    assert (shift.doubts_kept, shift.doubts_reason) == (["many_arrests"], "Football")
    assert shift.arrests.count() == 10


def test_blank_is_not_zero(force, sam):
    errors = errors_of(sam.post(LOG, entry(force, nothing_to_report=None)))
    assert errors == {"arrests": ["Enter outcomes or select “Nothing to report”."]}


def test_missing_outcomes_are_reported_together_with_missing_times(force, sam):
    errors = errors_of(sam.post(LOG, entry(force, start="", end="", nothing_to_report=None)))
    assert sorted(errors) == ["arrests", "end", "start"]
    assert sorted(errors_of(sam.post(LOG, entry(force, start="", nothing_to_report=None, arrests="x")))) == [
        "arrests",
        "start",
    ]
    assert sorted(errors_of(sam.post(LOG, entry(force, start="")))) == ["start"]


def test_zero_in_every_row_says_the_same_as_the_box(force, sam):
    sam.post(LOG, with_outcomes(force, arrests="0", stop_searches="0", weapons="0"))
    assert PatrolShift.objects.get().nothing_to_report


def test_the_box_and_a_count_contradict_each_other(force, sam):
    errors = errors_of(sam.post(LOG, entry(force, arrests="1")))
    assert errors == {"arrests": ["You entered 1 outcome and “Nothing to report”. Choose one."]}


def test_a_note_that_is_too_long_is_refused_and_kept_on_the_page(force, sam):
    response = sam.post(LOG, entry(force, note="long " * 500))
    assert "note" in errors_of(response)
    assert "long long" in response.content.decode()


def test_a_body_of_megabytes_is_refused(force, sam):
    assert sam.post(LOG, entry(force, note="x" * 3_000_000)).status_code in {400, 413}
    assert PatrolShift.objects.count() == 0


def test_a_nul_is_refused_and_other_controls_are_taken_out(force, sam):
    assert "note" in errors_of(sam.post(LOG, entry(force, note="a\x00b")))
    sam.post(LOG, entry(force, note="bell\x07 end"))
    assert PatrolShift.objects.get().note == "bell end"


@pytest.mark.parametrize("note", ["🚓 ŵ ŷ", "مرحبا", "𝔘𝔫𝔦", "O’Neill & Sons"])
def test_text_is_stored_unchanged(force, sam, note):
    sam.post(LOG, entry(force, note=note))
    assert PatrolShift.objects.get().note == note


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "</script><script>", "{{7*7}}"])
def test_markup_is_inert(force, sam, text):
    page = sam.post(LOG, entry(force, note=text, start=text[:20])).content.decode()
    assert escape(text) in page
    assert "<img src=x" not in page
    assert "</script><script>" not in page


@pytest.mark.parametrize("area", ["", "999999", "x", "1 OR 1=1", "-1"])
def test_an_area_that_is_none_is_refused(force, sam, area):
    assert errors_of(sam.post(LOG, entry(force, area=area))) == {"area": ["Select where you patrolled"]}


def test_an_empty_form_says_everything_at_once(force, sam):
    response = sam.post(LOG, {})
    assert response.status_code == 422
    assert {"submission_id", "area", "night", "start", "end"} <= set(response.context["form"].errors)


def test_what_rules_say_stands_beside_what_cannot_be_read(force, sam):
    response = sam.post(
        LOG,
        entry(
            force,
            area="",
            start="10am",
            end="11pm",
            night="2024-10-12",
            crew_police_officer=None,
            nothing_to_report=None,
        ),
    )
    assert set(errors_of(response)) == {"area", "end", "crew_police_officer", "arrests"}
    response = sam.post(LOG, entry(force, start="10", crew_police_officer="x"))
    assert errors_of(response).keys() == {"start", "crew_police_officer"}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("10pm-6am", ""),
        ("2200-0600", ""),
        ("2200–0600hrs", None),
        ("10pm to 6am", ""),
        ("22h until 06h", ""),
        ("10pm-6am", "6am"),
        ("2200hrs", "0600 hrs"),
    ],
)
def test_times_are_understood_as_people_write_them(force, sam, start, end):
    assert sam.post(LOG, entry(force, start=start, end=end)).status_code == 302
    shift = PatrolShift.objects.get()
    assert (shift.starts_at.hour, shift.ends_at.hour, shift.clock_minutes) == (21, 5, 480)


def test_a_shift_until_the_end_of_the_day(force, sam):
    sam.post(LOG, entry(force, start="8pm", end="24:00"))
    assert PatrolShift.objects.get().clock_minutes == 240


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [("10pm-6am", "7am", "start"), ("10pm-6am-7am", "", "start"), ("10-6am", "", "start"), ("10pm", "", "end")],
)
def test_two_finishes_or_none_are_not_understood(force, sam, start, end, field):
    assert field in errors_of(sam.post(LOG, entry(force, start=start, end=end)))


def test_all_errors_of_the_rules_are_said_at_once(force, sam):
    response = sam.post(
        LOG,
        entry(
            force,
            start="10pm",
            end="10pm",
            crew_police_officer=None,
            crew_pcso="1",
            arrests="1",
            nothing_to_report=None,
        ),
    )
    assert set(errors_of(response)) == {"end", "arrests"}


def test_a_pcso_crew_cannot_claim_an_arrest_or_a_search(force, sam):
    sent = with_outcomes(force, crew_police_officer=None, crew_pcso="2", arrests="1", stop_searches="1")
    errors = errors_of(sam.post(LOG, sent))
    assert set(errors) == {"arrests", "stop_searches"}
    assert errors["arrests"][0].startswith("Only a police officer or special constable makes an arrest.")


def test_a_community_enforcement_officer_cannot_disperse_but_enforces_a_pspo(force, sam):
    crew = {"crew_police_officer": None, "crew_community_enforcement_officer": "2"}
    errors = errors_of(sam.post(LOG, with_outcomes(force, **crew, asb_dispersal_direction="1")))
    assert "Nobody in this crew is one." in errors["asb_dispersal_direction"][0]
    sam.post(LOG, with_outcomes(force, **crew, asb_pspo_enforcement="1"))
    assert AsbPowerUse.objects.count() == 1


def test_collar_numbers_go_to_the_people_of_their_role(force, sam):
    sam.post(LOG, entry(force, collars_police_officer="pc1234, 5678", crew_police_officer="3", crew_pcso="1"))
    crew = PatrolShift.objects.get().crew.values_list("role", "collar_number")
    assert sorted(crew) == [
        ("pcso", ""),
        ("police_officer", ""),
        ("police_officer", "5678"),
        ("police_officer", "PC1234"),
    ]


def test_own_times_stand_after_a_collar_number(force, sam):
    collars = "PC1234 (10pm-2am), 5678, PC 90 (1am - 24:00)"
    assert errors_of(sam.post(LOG, entry(force, collars_police_officer=collars))) == {
        "collars_police_officer": ["You entered 3 collar numbers for 2. Change one of the two."]
    }
    collars = "PC1234 (10pm-2am), 5678"
    sam.post(LOG, entry(force, collars_police_officer=collars, crew_police_officer="3"))
    crew = PatrolShift.objects.get().crew.values_list("collar_number", "minutes")
    assert sorted(crew) == [("", 480), ("5678", 480), ("PC1234", 240)]


@pytest.mark.parametrize(
    ("collars", "words"),
    [
        ("PC1234 (9pm-2am)", "must lie within the shift"),
        ("PC1234 (2am-10pm)", "finish must be after start"),
        ("PC1234 (2am)", "Write when they started and finished"),
        ("PC1234 (10-2am)", "Write 10am or 10pm"),
        ("(10pm-2am)", "is not clear"),
        ("PC1234 (10pm-2am", "is not clear"),
        ("PC1234 (10pm-2am) (1am-2am)", "is not clear"),
    ],
)
def test_own_times_that_are_none_are_refused_in_words(force, sam, collars, words):
    (message,) = [
        error
        for errors in errors_of(sam.post(LOG, entry(force, collars_police_officer=collars))).values()
        for error in errors
    ]
    assert words in message


# --- T: time ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("night", "hours"), [("2024-10-26", 9), ("2025-03-29", 7)])
def test_clock_change_nights(force, now, as_user, night, hours):
    day = datetime.fromisoformat(night).replace(tzinfo=UTC)
    now.move_to(day + timedelta(days=1, hours=9))
    sam = as_user(force.sam)
    sam.post(LOG, entry(force, night=night))
    shift = PatrolShift.objects.get()
    assert shift.clock_minutes == hours * 60
    assert sum(member.minutes for member in shift.crew.all()) == 2 * hours * 60


@pytest.mark.parametrize(("answer", "minutes"), [("before", 210), ("after", 270)])
def test_an_ambiguous_finish_is_asked_about(force, now, as_user, answer, minutes):
    now.move_to(datetime(2024, 10, 27, 9, tzinfo=UTC))
    sam = as_user(force.sam)
    sent = entry(force, night="2024-10-26", end="0130")
    page = sam.post(LOG, sent)
    assert "end_change" in errors_of(page)
    assert "After the clocks went back" in page.content.decode()
    sam.post(LOG, sent | {"end_change": answer})
    assert PatrolShift.objects.get().clock_minutes == minutes


def test_a_finish_that_did_not_happen(force, now, as_user):
    now.move_to(datetime(2025, 3, 30, 9, tzinfo=UTC))
    sam = as_user(force.sam)
    errors = errors_of(sam.post(LOG, entry(force, night="2025-03-29", end="1.30am")))
    assert errors == {"end": ["This time did not happen: the clocks went forward from 1am to 2am."]}


def test_the_echo_says_the_shift_in_words(force, sam):
    query = {"night": "2024-10-11", "start": "2200", "end": "6am", "crew_police_officer": "2"}
    words = sam.get("/shifts/echo/", query).content.decode()
    assert words == "10pm Friday to 6am Saturday – 8 hours × 2 people = 16 hours of patrol"


def test_the_echo_needs_no_crew(force, sam):
    page = sam.get("/shifts/echo/", {"night": "2024-10-11", "start": "10pm", "end": "6am"})
    assert page.content.decode().startswith("10pm Friday to 6am Saturday – 8 hours")


def test_the_echo_says_what_it_cannot_read(force, sam):
    words = sam.get("/shifts/echo/", {"night": "2024-10-11", "start": "25:99", "end": "6am"}).content.decode()
    assert words == "Enter a time, like 10pm, 22:00, 2200 or midnight."


@pytest.mark.parametrize(
    ("at", "first"),
    [
        (datetime(2024, 10, 12, 2, tzinfo=UTC), "Last night (Fri 11 Oct)"),
        (datetime(2024, 10, 12, 21, tzinfo=UTC), "Tonight (Sat 12 Oct)"),
    ],
)
def test_the_night_offered_first_fits_the_hour(force, now, as_user, at, first):
    now.move_to(at)
    assert as_user(force.sam).get(LOG).context["form"].fields["night"].choices[0][1] == first


# --- O: overlaps and repeats --------------------------------------------------------------------------------------


def test_a_second_shift_at_the_same_time_is_asked_about(force, sam):
    sam.post(LOG, entry(force))
    page = sam.post(LOG, entry(force, start="11pm"))
    assert page.status_code == 200
    assert "It overlaps HS-" in page.content.decode()
    assert PatrolShift.objects.count() == 1


def test_a_sergeant_logs_two_crews_of_one_night_without_being_asked(force, sam):
    sam.post(LOG, entry(force))
    assert sam.post(LOG, entry(force, area=force.letchworth.pk)).status_code == 302


def test_the_same_shift_again_looks_like_a_duplicate(force, sam):
    sam.post(LOG, entry(force))
    page = sam.post(LOG, entry(force))
    assert "It looks like HS-" in page.content.decode()
    assert PatrolShift.objects.count() == 1


def test_a_doubt_is_kept_only_with_a_reason_and_can_be_changed(force, sam):
    sam.post(LOG, entry(force))
    sent = entry(force) | {"keep": ["duplicate"]}
    page = sam.post(LOG, sent | {"choice": "keep"})
    assert page.status_code == 422
    assert "Say why it is right" in page.content.decode()
    back = sam.post(LOG, sent | {"choice": "change"})
    assert back.templates[0].name == "outcomes/log.html"
    assert 'value="10pm"' in back.content.decode()
    assert PatrolShift.objects.count() == 1
    sam.post(LOG, sent | {"choice": "keep", "doubts_reason": "Two crews"})
    assert PatrolShift.objects.count() == 2


def test_somebody_on_another_shift_is_refused_by_name_of_the_shift(force, sam):
    sam.post(LOG, entry(force, collars_police_officer="1234"))
    response = sam.post(LOG, entry(force, area=force.letchworth.pk, collars_police_officer="1234"))
    assert response.status_code == 422
    assert "1234 was on HS-" in response.context["form"].errors["crew_police_officer"][0]


def test_touching_shifts_are_fine(force, sam):
    sam.post(LOG, entry(force, start="6pm", end="10pm", collars_police_officer="1234"))
    sam.post(LOG, entry(force, start="10pm", end="2am", collars_police_officer="1234"))
    assert PatrolShift.objects.count() == 2


def test_using_last_times_values_saves_nothing(force, sam):
    sam.post(LOG, entry(force))
    shift = PatrolShift.objects.get()
    page = sam.get(LOG, {"like": shift.pk})
    assert PatrolShift.objects.count() == 1
    assert page.context["form"]["start"].value() == "22:00"
    assert page.context["form"]["crew_police_officer"].value() == 2
    assert page.context["form"]["arrests"].value() is None
    # It is midday on Saturday: Friday night is the latest that is over.
    assert page.context["form"]["night"].value() == "2024-10-11"


def test_any_shift_that_one_sees_can_be_logged_again(force, sam, as_user):
    sam.post(LOG, entry(force))
    sam.post(LOG, entry(force, start="6pm", end="9pm", night="2024-10-10"))
    older, newest = PatrolShift.objects.order_by("starts_at")
    page = sam.get(LOG)
    assert page.context["last"] == newest
    assert "Plan the same for the next one" in page.content.decode()
    assert f'href="/shifts/log/?like={older.pk}"' in sam.get(f"/shifts/{older.pk}/").content.decode()
    assert sam.get(LOG, {"like": older.pk}).context["form"]["end"].value() == "21:00"
    assert sam.get("/shifts/plan/", {"like": older.pk}).context["form"]["end"].value() == "21:00"
    for number in ("999999", "1" * 30):
        assert sam.get(LOG, {"like": number}).status_code == (404 if len(number) < 19 else 200)
    elsewhere = factories.PatrolShiftFactory(area=force.watford, funding_stream=force.grant, logged_by=force.adam)
    assert sam.get(LOG, {"like": elsewhere.pk}).status_code == 404
    assert "Log one like this" not in as_user(force.anna).get(f"/shifts/{older.pk}/").content.decode()


def test_another_crew_in_the_same_area_is_a_joint_patrol(force, sam, as_user):
    DistrictAccess.objects.create(user=force.sue, district=force.north_herts)
    sam.post(LOG, entry(force))
    (first,) = PatrolShift.objects.all()
    sue, sent = as_user(force.sue), entry(force)
    page = sue.post(LOG, sent).content.decode()
    assert f"Another supervisor, Sam Sergeant, logged {first.reference}" in page
    assert "No, it is a different crew" in page
    assert PatrolShift.objects.count() == 1
    saved = sue.post(LOG, sent | {"keep": ["same_patrol"], "choice": "different_crew"})
    assert saved["Location"].endswith("/saved/")
    second = PatrolShift.objects.get(logged_by=force.sue)
    assert (second.doubts_kept, second.doubts_reason) == (["same_patrol"], "A different crew")


def test_two_crews_of_different_known_people_are_a_joint_patrol_without_asking(force, sam, as_user):
    DistrictAccess.objects.create(user=force.sue, district=force.north_herts)
    sam.post(LOG, entry(force, collars_police_officer="1 2"))
    as_user(force.sue).post(LOG, entry(force, collars_police_officer="3 4"))
    assert PatrolShift.objects.count() == 2


@pytest.mark.parametrize(("start", "end", "is_asked"), [("6pm", "2am", True), ("6pm", "0159", False)])
def test_the_same_patrol_shares_at_least_half_of_the_shorter_shift(force, sam, as_user, start, end, is_asked):
    """Sam logged 10pm to 6am."""
    DistrictAccess.objects.create(user=force.sue, district=force.north_herts)
    sam.post(LOG, entry(force))
    as_user(force.sue).post(LOG, entry(force, start=start, end=end))
    assert PatrolShift.objects.count() == (1 if is_asked else 2)


# --- C: sending twice ---------------------------------------------------------------------------------------------


def test_the_same_form_twice_makes_one_shift(force, sam):
    sent = entry(force)
    receipts = {sam.post(LOG, sent)["Location"] for _ in range(3)}
    assert len(receipts) == 1
    assert PatrolShift.objects.count() == 1
    assert "saved already" in sam.get(receipts.pop()).content.decode()


def test_the_same_form_thirteen_days_later(force, sam, now, as_user):
    sent = entry(force)
    sam.post(LOG, sent)
    now.shift(timedelta(days=13))
    assert as_user(force.sam).post(LOG, sent)["Location"].endswith("/saved/")
    assert PatrolShift.objects.count() == 1


def test_somebody_elses_submission_id_says_nothing_about_it(force, sam, as_user):
    sent = entry(force)
    sam.post(LOG, sent)
    response = as_user(force.sue).post(LOG, sent | {"area": force.watford.pk})
    assert response.status_code == 422
    assert "This form was used before" in response.content.decode()
    assert "Hitchin" not in response.content.decode()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_make_one_shift(now):
    force = make_force()
    sent, answers, gate = entry(force), [], threading.Barrier(4)

    def press():
        client = Client()
        client.force_login(force.sam, backend="django.contrib.auth.backends.ModelBackend")
        gate.wait()
        try:
            answers.append(client.post(LOG, sent)["Location"])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert PatrolShift.objects.count() == 1
    assert len(set(answers)) == 1
    assert len(answers) == 4


# --- who ----------------------------------------------------------------------------------------------------------


def test_another_district_is_not_offered_and_not_accepted(force, sam):
    page = sam.get(LOG).content.decode()
    assert "Hitchin town centre" in page
    assert "Watford" not in page
    assert "area" in errors_of(sam.post(LOG, entry(force, area=force.watford.pk)))


@pytest.mark.parametrize(("name", "status"), [("anna", 403), ("paul", 404), ("audrey", 403), ("adam", 200)])
def test_who_may_open_the_page(force, now, as_user, name, status):
    assert as_user(force.people[name]).get(LOG).status_code == status


def test_a_supervisor_without_a_district_is_told_what_to_do(force, now, as_user):
    nobody = factories.UserFactory()
    assert "Ask an administrator to give you a district" in as_user(nobody).get(LOG).content.decode()


# --- cost ---------------------------------------------------------------------------------------------------------


def test_queries_to_show_and_to_save(force, sam, django_assert_max_num_queries):
    factories.PatrolShiftFactory(
        area=force.hitchin,
        funding_stream=force.grant,
        logged_by=force.sam,
        starts_at=datetime(2024, 10, 9, 21, tzinfo=UTC),
    )
    with django_assert_max_num_queries(14):
        sam.get(LOG)
    with django_assert_max_num_queries(34):
        sam.post(LOG, with_outcomes(force, arrests="1", stop_searches="1", asb_cpw="1"))
    assert Arrest.objects.count() == 1


def test_a_rank_belongs_to_the_number_after_it(force, sam):
    sam.post(LOG, entry(force, collars_police_officer="PC 1234 and PC 5678", crew_police_officer="2"))
    numbers = PatrolShift.objects.get().crew.values_list("collar_number", flat=True)
    assert sorted(numbers) == ["PC1234", "PC5678"]


def test_a_word_without_a_number_is_named(force, sam):
    errors = errors_of(sam.post(LOG, entry(force, collars_police_officer="1234 Smith")))
    assert "“Smith” is a word without a number" in errors["collars_police_officer"][0]


def test_a_rank_of_another_role_is_refused(force, sam):
    errors = errors_of(sam.post(LOG, entry(force, collars_police_officer="PCSO 7001")))
    assert errors == {"collars_police_officer": ["PCSO7001 is a PCSO. Enter them with the PCSOs."]}
