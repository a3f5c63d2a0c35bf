"""The page of one shift: who sees what of it, and what it offers to whom."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.html import escape

from outcomes.models import ActivityCount, ActivityKind
from patrols.models import CrewRole
from tests import factories


def page_of(client, shift) -> str:
    response = client.get(f"/shifts/{shift.pk}/")
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("sam", 200), ("sue", 404), ("anna", 200), ("paul", 404), ("adam", 200), ("audrey", 200)]
)
def test_who_may_see_a_shift(who, status, force, shift, as_user):
    response = as_user(force.people[who]).get(f"/shifts/{shift.pk}/")
    assert response.status_code == status
    assert (b"Hitchin town centre" in response.content) == (status == 200)


def test_a_shift_that_is_not_there(sam):
    assert sam.get("/shifts/999999/").status_code == 404


def test_the_summary_says_what_the_shift_was(force, shift, sam):
    page = page_of(sam, shift)
    for words in (
        f"HS-{shift.pk}",
        "Hitchin town centre",
        "North Herts",
        "10pm Friday to 6am Saturday",
        "8 hours",
        "16 hours, the sum of each person’s time (2 people)",
        "2 police officers",
        "Home Office grant",
        "Operation Hotspot 2024/25",
        "by Sam Sergeant",
        "Completed",
    ):
        assert escape(words) in page


def test_the_night_the_clocks_go_back(hitchin_shift, sam):
    shift = hitchin_shift(
        starts_at=datetime(2024, 10, 26, 21, tzinfo=UTC), ends_at=datetime(2024, 10, 27, 6, tzinfo=UTC)
    )
    page = page_of(sam, shift)
    assert "10pm Saturday to 6am Sunday<br>9 hours (the clocks went back)" in page


def test_own_times_and_roles_of_the_crew(hitchin_shift, sam):
    shift = hitchin_shift(crew=[CrewRole.PCSO])
    factories.CrewMemberFactory(
        shift=shift, collar_number="PC17", ends_at=shift.starts_at + timedelta(hours=2, minutes=30)
    )
    page = page_of(sam, shift)
    assert "1 police officer: PC17<br>PC17: 10pm to 12:30am, 2 hours 30 minutes<br>1 PCSO" in page
    assert "10 hours 30 minutes, the sum" in page


@pytest.mark.parametrize(("who", "sees"), [("sam", True), ("adam", True), ("audrey", True), ("anna", False)])
def test_collar_numbers_and_names_are_for_those_who_may_see_officers(who, sees, force, shift, as_user):
    factories.CrewMemberFactory(shift=shift, collar_number="PC4711")
    page = page_of(as_user(force.people[who]), shift)
    assert ("PC4711" in page) == sees
    assert ("Sam Sergeant" in page.partition("<main")[2]) == sees
    assert ("by a supervisor" in page) != sees


@pytest.mark.parametrize(("who", "sees"), [("sam", False), ("anna", True), ("adam", True), ("audrey", True)])
def test_doubts_are_for_those_who_check_the_data(who, sees, force, hitchin_shift, as_user):
    shift = hitchin_shift(doubts_kept=["overlap"], doubts_reason="Two crews that night")
    page = page_of(as_user(force.people[who]), shift)
    assert ("Overlaps another shift of the same person. Kept because: Two crews that night" in page) == sees
    assert ("Two crews" in page) == sees


def test_outcomes_stand_in_tables_with_links_that_say_what_they_change(shift, sam):
    search = factories.StopSearchFactory(
        shift=shift, detail_to_follow=False, power_id="mda_s23", object_id="controlled_drugs", outcome_id="arrest"
    )
    arrest = factories.ArrestFactory(
        shift=shift,
        detail_to_follow=False,
        offence_group_id="drug_offences",
        stop_search=search,
        reference="41C/77/24",
        happened_at=shift.starts_at + timedelta(hours=1),
        justice_outcome_id="convicted",
        custody_days=90,
    )
    tallied = factories.ArrestFactory(shift=shift)
    factories.AsbPowerUseFactory(shift=shift)
    page = page_of(sam, shift)
    for words in (
        "Arrests: 2",
        "Stop searches: 1",
        "ASB powers used: 1",
        "Drug offences (stop search 1)",
        "Convicted, 90 days of custody",
        "11pm",
        "41C/77/24",
        "Misuse of Drugs Act 1971 (section 23)",
        "Dispersal direction (s35)",
    ):
        assert words in page
    assert "Weapons recovered" not in page
    change = f'href="/outcomes/arrest/{arrest.pk}/">Change<span class="govuk-visually-hidden"> Arrest 1</span>'
    add = f'href="/outcomes/arrest/{tallied.pk}/">Add detail<span class="govuk-visually-hidden"> to Arrest 2</span>'
    assert change in page
    assert add in page
    assert f'/outcomes/arrest/{arrest.pk}/withdraw/">Withdraw<span class="govuk-visually-hidden"> Arrest 1' in page


def test_a_withdrawn_outcome_stays_with_its_reason_and_is_not_counted(shift, sam):
    factories.ArrestFactory(shift=shift, void_reason="Logged on the wrong shift")
    factories.ArrestFactory(shift=shift)
    page = page_of(sam, shift)
    assert "Arrests: 1" in page
    assert "Logged on the wrong shift" in page
    assert page.count("Add detail<") == 1


def test_nothing_to_report_activity_visits_and_note(hitchin_shift, sam):
    shift = hitchin_shift(nothing_to_report=True, note="Quiet night\nafter midnight")
    ActivityCount.objects.create(shift=shift, kind=ActivityKind.objects.get(code="premises_visits"), count=4)
    factories.VisitFactory(shift=shift)
    page = page_of(sam, shift)
    for words in ("Nothing to report.", "Premises visits: 4", "1 visit, 15 minutes in the area<br>11pm to 11:15pm"):
        assert words in page
    assert "Quiet night<br>after midnight" in page


@pytest.mark.parametrize("field", ["note", "doubts_reason"])
def test_markup_in_free_text_is_inert(field, force, hitchin_shift, as_user):
    attack = "<img src=x onerror=alert(1)>{{7*7}}</script>"
    shift = hitchin_shift(**{field: attack}, doubts_kept=["overlap"])
    page = page_of(as_user(force.adam), shift)
    assert "<img src=x" not in page
    assert escape(attack) in page


def test_markup_in_a_reference_and_a_reason_is_inert(shift, sam):
    factories.ArrestFactory(shift=shift, reference="<img src=x onerror=1>")
    factories.ArrestFactory(shift=shift, void_reason="<script>alert(1)</script>")
    page = page_of(sam, shift)
    assert "<img src=x" not in page
    assert "<script>alert" not in page


def offers(page: str, shift) -> set[str]:
    names = ("correct", "complete", "void", "crew", "visits", "restore")
    return {name for name in names if f"/shifts/{shift.pk}/{name}/" in page}


def test_what_is_offered_to_whom(force, shift, as_user):
    everything = {"correct", "void", "crew", "visits"}
    offered = {name: offers(page_of(as_user(force.people[name]), shift), shift) for name in ("sam", "adam")}
    assert offered == {"sam": everything, "adam": everything}
    assert offers(page_of(as_user(force.anna), shift), shift) == set()
    assert offers(page_of(as_user(force.audrey), shift), shift) == set()


def test_after_the_day_of_logging_an_administrator_voids(force, shift, as_user, now):
    now.move_to(datetime(2024, 10, 13, 12, tzinfo=UTC))
    page = page_of(as_user(force.sam), shift)
    assert offers(page, shift) == {"correct", "crew", "visits"}
    assert "Ask an administrator to void this one." in page


def test_after_seven_days_nothing_is_offered_but_detail(force, shift, as_user, now):
    factories.ArrestFactory(shift=shift)
    now.move_to(datetime(2024, 10, 20, 12, tzinfo=UTC))
    page = page_of(as_user(force.sam), shift)
    assert offers(page, shift) == set()
    assert "Ask an administrator to correct this one." in page
    assert "Add detail<" in page
    assert "Withdraw<" not in page


def test_a_colleague_is_told_who_may_correct(force, shift, as_user):
    other = factories.UserFactory(name="Olu Other")
    factories.DistrictAccessFactory(user=other, district=force.north_herts)
    factories.ArrestFactory(shift=shift)
    page = page_of(as_user(other), shift)
    assert offers(page, shift) == set()
    assert "Only the supervisor who logged a shift, or an administrator, can correct it." in page
    assert "Add detail<" not in page


def test_a_planned_shift_is_completed_when_it_is_over(force, hitchin_shift, as_user, now):
    shift = hitchin_shift(state="planned", starts_at=datetime(2024, 10, 12, 20, tzinfo=UTC))
    page = page_of(as_user(force.sam), shift)
    assert offers(page, shift) == {"void", "crew"}
    assert "You can complete this shift when it is over, at 5am, 13 October 2024." in page
    now.move_to(datetime(2024, 10, 13, 9, tzinfo=UTC))
    page = page_of(as_user(force.sam), shift)
    assert offers(page, shift) == {"complete", "void", "crew"}
    assert "Needs completing" in page


def test_a_voided_shift_says_so_and_offers_nothing(force, hitchin_shift, as_user):
    shift = hitchin_shift(state="voided", void_reason="Entered twice")
    page = page_of(as_user(force.audrey), shift)
    assert "counts in no figure" in page
    assert "Reason: Entered twice" in page
    assert offers(page, shift) == set()


def test_the_page_takes_the_same_queries_however_much_is_on_it(force, shift, sam, django_assert_num_queries):
    def fill():
        factories.ArrestFactory.create_batch(5, shift=shift)
        factories.StopSearchFactory.create_batch(5, shift=shift, power_id="mda_s23")
        factories.WeaponRecoveredFactory.create_batch(5, shift=shift, kind_id="firearm")
        factories.AsbPowerUseFactory.create_batch(5, shift=shift)

    fill()
    page_of(sam, shift)  # the session is written once a minute
    # Session and person; the shift; crew, visits, four kinds of outcome, activity; questions about authorisations;
    # requests; events, terms.
    with django_assert_num_queries(14):
        page_of(sam, shift)
    fill()
    with django_assert_num_queries(14):
        page_of(sam, shift)
