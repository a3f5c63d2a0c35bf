"""The detail of single outcomes: what may be said, by whom and when; withdrawing; the worklist."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hotspot.core.errors import DomainError, NotAllowed
from outcomes.kinds import ARREST, ASB_POWER, WEAPON
from outcomes.models import AsbPowerKind, OffenceGroup, SearchOutcome, StopSearch, WeaponKind
from outcomes.recording import detail_operations
from patrols.models import CrewRole
from tests import factories

LATER = datetime(2024, 10, 20, 12, tzinfo=UTC)  # the week for corrections is over
KINDS = {
    "arrest": factories.ArrestFactory,
    "stop-search": factories.StopSearchFactory,
    "weapon": factories.WeaponRecoveredFactory,
    "asb-power": factories.AsbPowerUseFactory,
}
COMPLETE = {
    "arrest": {"offence_group": "robbery"},
    "stop-search": {"power": "mda_s23", "object": "controlled_drugs", "outcome": "no_further_action"},
    "weapon": {"kind": "bladed_article", "found_by": "search"},
    "asb-power": {"kind": "cpw"},
}


def url_of(kind, outcome, page="") -> str:
    return f"/outcomes/{kind}/{outcome.pk}/{page}"


def save(client, kind, outcome, /, **values):
    outcome.shift.refresh_from_db()
    return client.post(url_of(kind, outcome), {"version": outcome.shift.version} | values)


def errors_of(response) -> dict[str, list[str]]:
    assert response.status_code == 422
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("page", ["", "withdraw/"])
@pytest.mark.parametrize(
    ("who", "status"), [("sam", 200), ("sue", 404), ("anna", 403), ("paul", 404), ("adam", 200), ("audrey", 403)]
)
def test_who_opens_the_pages(kind, page, who, status, force, shift, as_user):
    outcome = KINDS[kind](shift=shift)
    assert as_user(force.people[who]).get(url_of(kind, outcome, page)).status_code == status


@pytest.mark.parametrize("path", ["robbery/1/", "arrest/999999/", "arrest/999999/withdraw/"])
def test_what_is_not_there(path, sam):
    assert sam.get(f"/outcomes/{path}").status_code == 404


@pytest.mark.parametrize("kind", COMPLETE)
def test_the_needed_detail_completes_an_outcome(kind, shift, sam):
    outcome = KINDS[kind](shift=shift)
    response = save(sam, kind, outcome, **COMPLETE[kind], happened_at="2340", reference="41C/12", reason="Now known")
    assert response["Location"] == f"/shifts/{shift.pk}/#{kind}"
    outcome.refresh_from_db()
    assert not outcome.detail_to_follow
    assert (outcome.happened_at, outcome.reference) == (datetime(2024, 10, 11, 22, 40, tzinfo=UTC), "41C/12")
    assert {name: getattr(outcome, f"{name}_id") for name in COMPLETE[kind]} == COMPLETE[kind]


@pytest.mark.parametrize("kind", ["arrest", "stop-search", "weapon"])
def test_a_part_of_the_detail_is_saved_and_still_waits(kind, shift, sam):
    outcome = KINDS[kind](shift=shift)
    page = sam.get(save(sam, kind, outcome, reference="77/24")["Location"]).content.decode()
    assert "is saved. It still needs:" in page
    outcome.refresh_from_db()
    assert (outcome.detail_to_follow, outcome.reference) == (True, "77/24")


def test_clearing_what_is_needed_makes_it_wait_again(shift, sam):
    arrest = factories.ArrestFactory(shift=shift, detail_to_follow=False, offence_group_id="robbery")
    save(sam, "arrest", arrest, reason="It was another one")
    arrest.refresh_from_db()
    assert (arrest.detail_to_follow, arrest.offence_group) == (True, None)


def test_everything_that_a_stop_search_may_say(shift, sam):
    search = factories.StopSearchFactory(shift=shift)
    said = COMPLETE["stop-search"] | {
        "found": "yes",
        "linked": "no",
        "self_defined_ethnicity": "NS",
        "officer_defined_ethnicity": "white",
        "age_band": "18_24",
    }
    assert save(sam, "stop-search", search, **said).status_code == 302
    search.refresh_from_db()
    assert (search.found, search.linked, search.age_band_id) == (True, False, "18_24")
    assert (search.self_defined_ethnicity_id, search.officer_defined_ethnicity_id) == ("NS", "white")
    page = sam.get(url_of("stop-search", search)).content.decode()
    assert "to check that stop and search is fair" in page
    assert "Never a name." in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("11.40pm", datetime(2024, 10, 11, 22, 40, tzinfo=UTC)),
        ("midnight", datetime(2024, 10, 11, 23, tzinfo=UTC)),
        ("10pm", datetime(2024, 10, 11, 21, tzinfo=UTC)),
        ("6am", datetime(2024, 10, 12, 5, tzinfo=UTC)),
    ],
)
def test_a_time_is_found_within_the_shift(text, said, shift, sam):
    arrest = factories.ArrestFactory(shift=shift)
    save(sam, "arrest", arrest, happened_at=text)
    arrest.refresh_from_db()
    assert arrest.happened_at == said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("9:59pm", "The time must lie within the shift, 10pm Friday to 6am Saturday."),
        ("6:01am", "The time must lie within the shift, 10pm Friday to 6am Saturday."),
        ("at night", "Enter a time, like 10pm, 22:00, 2200 or midnight."),
        ("7", "Write 7am or 7pm, or use four figures like 0700."),
    ],
)
def test_a_time_outside_the_shift_is_refused(text, words, shift, sam):
    arrest = factories.ArrestFactory(shift=shift)
    response = save(sam, "arrest", arrest, happened_at=text, reference="1/24")
    assert errors_of(response) == {"happened_at": [words]}
    assert 'value="1/24"' in response.content.decode()


def test_a_time_that_came_twice_is_asked_about(hitchin_shift, sam):
    shift = hitchin_shift(
        starts_at=datetime(2024, 10, 26, 21, tzinfo=UTC), ends_at=datetime(2024, 10, 27, 6, tzinfo=UTC)
    )
    arrest = factories.ArrestFactory(shift=shift)
    assert "happened_at_change" in errors_of(save(sam, "arrest", arrest, happened_at="1:30am"))
    save(sam, "arrest", arrest, happened_at="1:30am", happened_at_change="after")
    arrest.refresh_from_db()
    assert arrest.happened_at == datetime(2024, 10, 27, 1, 30, tzinfo=UTC)
    form = sam.get(url_of("arrest", arrest)).context["form"]
    assert (form.initial["happened_at"], form.initial["happened_at_change"]) == ("1:30am", "after")


def test_only_one_of_the_two_lies_within_the_shift(hitchin_shift, sam):
    shift = hitchin_shift(
        starts_at=datetime(2024, 10, 26, 21, tzinfo=UTC), ends_at=datetime(2024, 10, 27, 0, 45, tzinfo=UTC)
    )
    arrest = factories.ArrestFactory(shift=shift)
    save(sam, "arrest", arrest, happened_at="1:30am")
    arrest.refresh_from_db()
    assert arrest.happened_at == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)


def test_a_time_that_did_not_happen(hitchin_shift, sam):
    shift = hitchin_shift(starts_at=datetime(2025, 3, 29, 22, tzinfo=UTC), ends_at=datetime(2025, 3, 30, 5, tzinfo=UTC))
    arrest = factories.ArrestFactory(shift=shift)
    words = "This time did not happen: the clocks went forward from 1am to 2am."
    assert errors_of(save(sam, "arrest", arrest, happened_at="1:30am")) == {"happened_at": [words]}


@pytest.mark.parametrize("reference", ["Darren Smith", "D. Smith", "Smith – blue coat 1", "<b>12</b>"])
def test_a_reference_that_looks_like_a_name_is_refused(reference, shift, sam):
    arrest = factories.ArrestFactory(shift=shift)
    assert list(errors_of(save(sam, "arrest", arrest, reference=reference))) == ["reference"]


@pytest.mark.parametrize("reference", ["x" * 41, "12\x00"])
def test_a_reference_that_can_not_be_kept(reference, shift, sam):
    arrest = factories.ArrestFactory(shift=shift)
    assert list(errors_of(save(sam, "arrest", arrest, reference=reference))) == ["reference"]


# --- vocabulary ----------------------------------------------------------------------------------------------------


def offered(client, kind, outcome, name) -> set[str]:
    return set(client.get(url_of(kind, outcome)).context["form"].fields[name].queryset.values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("day", "first", "last", "is_offered"),
    [
        (date(2024, 10, 11), date(2024, 10, 11), None, True),
        (date(2024, 10, 11), date(2024, 10, 12), None, False),
        (date(2024, 10, 11), None, date(2024, 10, 11), True),
        (date(2024, 10, 11), None, date(2024, 10, 10), False),
        (date(2024, 10, 11), None, None, True),
    ],
)
def test_a_term_is_offered_on_its_first_and_last_day(day, first, last, is_offered, shift, sam):
    OffenceGroup.objects.create(code="dated", label="Dated", in_force_from=first, in_force_to=last)
    arrest = factories.ArrestFactory(shift=shift)
    assert shift.day == day
    assert ("dated" in offered(sam, "arrest", arrest, "offence_group")) == is_offered
    response = save(sam, "arrest", arrest, offence_group="dated")
    assert response.status_code == (302 if is_offered else 422)


@pytest.mark.parametrize(
    ("kind", "name", "code", "first_day"),
    [
        ("weapon", "kind", "zombie_style_knife", date(2024, 9, 24)),
        ("weapon", "kind", "zombie_knife", date(2016, 8, 18)),
        ("weapon", "kind", "ninja_sword", date(2025, 8, 1)),
        ("stop-search", "power", "public_order_s11", date(2023, 12, 20)),
        ("stop-search", "power", "psychoactive_s36", date(2016, 5, 26)),
    ],
)
def test_the_law_knows_a_term_from_its_first_day(kind, name, code, first_day, force, hitchin_shift, as_user):
    programme = factories.ProgrammeFactory(name="Long", first_day=date(2016, 1, 1), last_day=date(2026, 12, 31))
    stream = factories.FundingStreamFactory(programme=programme)
    adam = as_user(force.adam)
    found = []
    for day in (first_day - timedelta(days=1), first_day):
        starts_at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        outcome = KINDS[kind](shift=hitchin_shift(funding_stream=stream, starts_at=starts_at))
        found.append(code in offered(adam, kind, outcome, name))
    assert found == [False, True]


def test_old_outcomes_of_searches_end_with_2023(force, hitchin_shift, as_user):
    programme = factories.ProgrammeFactory(name="Long", first_day=date(2023, 1, 1), last_day=date(2026, 12, 31))
    stream = factories.FundingStreamFactory(programme=programme)
    old = set(SearchOutcome.objects.filter(in_force_to=date(2023, 12, 31)).values_list("pk", flat=True))
    assert old
    found = []
    for starts_at in (datetime(2023, 12, 31, 12, tzinfo=UTC), datetime(2024, 1, 1, 12, tzinfo=UTC)):
        search = factories.StopSearchFactory(shift=hitchin_shift(funding_stream=stream, starts_at=starts_at))
        found.append(old & offered(as_user(force.adam), "stop-search", search, "outcome"))
    assert found == [old, set()]


def test_the_term_already_chosen_stays(shift, sam):
    gone = WeaponKind.objects.create(code="gone", label="Gone", in_force_to=date(2024, 1, 1))
    weapon = factories.WeaponRecoveredFactory(shift=shift, kind=gone, found_by_id="search", detail_to_follow=False)
    assert "gone" in offered(sam, "weapon", weapon, "kind")
    assert save(sam, "weapon", weapon, kind="gone", found_by="search", reference="P/1").status_code == 302


def test_a_term_out_of_force_is_refused_past_the_form(force, shift, now):
    weapon = factories.WeaponRecoveredFactory(shift=shift)
    shift.refresh_from_db()
    with pytest.raises(DomainError, match="Ninja sword was not in force on 11 October 2024") as refusal:
        detail_operations.detail_outcome(
            by=force.sam,
            at=datetime(2024, 10, 12, 12, tzinfo=UTC),
            kind=WEAPON,
            outcome_id=weapon.pk,
            version=shift.version,
            values={"kind": WeaponKind.objects.get(code="ninja_sword")},
        )
    assert (refusal.value.code, refusal.value.field) == ("term_not_in_force", "kind")


def test_a_power_becomes_only_one_that_the_crew_may_use(hitchin_shift, sam):
    shift = hitchin_shift(crew=[CrewRole.PCSO])
    use = factories.AsbPowerUseFactory(shift=shift)
    allowed = set(AsbPowerKind.objects.filter(roles__contains=["pcso"]).values_list("pk", flat=True))
    assert offered(sam, "asb-power", use, "kind") == allowed
    assert "closure" not in allowed
    assert list(errors_of(save(sam, "asb-power", use, kind="closure", reason="Wrong"))) == ["kind"]
    assert save(sam, "asb-power", use, kind="cpn", reason="Wrong").status_code == 302


def test_a_power_that_nobody_in_the_crew_may_use_is_refused_past_the_form(force, hitchin_shift):
    use = factories.AsbPowerUseFactory(shift=hitchin_shift(crew=[CrewRole.PCSO]))
    use.shift.refresh_from_db()
    with pytest.raises(DomainError, match="Nobody in this crew is one"):
        detail_operations.detail_outcome(
            by=force.sam,
            at=datetime(2024, 10, 12, 12, tzinfo=UTC),
            kind=ASB_POWER,
            outcome_id=use.pk,
            version=use.shift.version,
            values={"kind": AsbPowerKind.objects.get(code="closure")},
            reason="Wrong kind",
        )


# --- links between outcomes and justice ----------------------------------------------------------------------------


def test_an_arrest_follows_a_standing_search_of_its_own_shift(hitchin_shift, shift, sam):
    own = factories.StopSearchFactory(shift=shift)
    withdrawn = factories.StopSearchFactory(shift=shift, void_reason="Not a search")
    elsewhere = factories.StopSearchFactory(shift=hitchin_shift())
    arrest = factories.ArrestFactory(shift=shift)
    assert offered(sam, "arrest", arrest, "stop_search") == {own.pk}
    for other in (withdrawn, elsewhere):
        assert list(errors_of(save(sam, "arrest", arrest, stop_search=other.pk))) == ["stop_search"]
    assert save(sam, "arrest", arrest, stop_search=own.pk).status_code == 302


def test_a_search_of_another_shift_is_refused_past_the_form(force, hitchin_shift, shift):
    arrest, search = factories.ArrestFactory(shift=shift), factories.StopSearchFactory(shift=hitchin_shift())
    shift.refresh_from_db()
    with pytest.raises(DomainError, match="Select a stop search of this shift"):
        detail_operations.detail_outcome(
            by=force.sam,
            at=datetime(2024, 10, 12, 12, tzinfo=UTC),
            kind=ARREST,
            outcome_id=arrest.pk,
            version=shift.version,
            values={"stop_search": search},
        )


def justice(outcome="convicted", day="", month="10", year="2024", days=""):
    date_parts = {f"justice_outcome_on_{part}": text for part, text in (("day", day), ("month", month), ("year", year))}
    return {"justice_outcome": outcome, "custody_days": days} | (date_parts if day else {})


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        (justice("charged", days="30"), "custody_days", "A sentence of custody needs a conviction."),
        (justice("", day="12"), "justice_outcome", "Select what the outcome was."),
        (
            justice(day="10"),
            "justice_outcome_on",
            "The date must be from 11 October 2024, the day of the shift, to today.",
        ),
        (
            justice(day="13"),
            "justice_outcome_on",
            "The date must be from 11 October 2024, the day of the shift, to today.",
        ),
    ],
)
def test_what_justice_can_not_have_done(said, field, words, shift, sam):
    arrest = factories.ArrestFactory(shift=shift)
    assert errors_of(save(sam, "arrest", arrest, **said)) == {field: [words]}


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "lots"])
def test_days_of_custody_that_are_none(days, shift, sam):
    arrest = factories.ArrestFactory(shift=shift)
    assert list(errors_of(save(sam, "arrest", arrest, **justice(days=days)))) == ["custody_days"]


@pytest.mark.parametrize("who", ["sam", "adam"])
def test_justice_takes_its_time(who, force, shift, as_user, now):
    arrest = factories.ArrestFactory(
        shift=shift, detail_to_follow=False, offence_group_id="robbery", reference="1/24", justice_outcome_id="charged"
    )
    now.move_to(datetime(2024, 12, 20, 12, tzinfo=UTC))
    said = {"offence_group": "robbery", "reference": "1/24"} | justice(day="19", month="12", days="1,095")
    assert save(as_user(force.people[who]), "arrest", arrest, **said).status_code == 302
    arrest.refresh_from_db()
    assert (arrest.justice_outcome_id, arrest.custody_days) == ("convicted", 1095)
    assert arrest.justice_outcome_on == date(2024, 12, 19)


# --- when ----------------------------------------------------------------------------------------------------------


def test_missing_detail_is_added_at_any_time(force, shift, as_user, now):
    arrest = factories.ArrestFactory(shift=shift, reference="1/24")
    now.move_to(LATER)
    sam = as_user(force.sam)
    form = sam.get(url_of("arrest", arrest)).context["form"]
    assert [name for name, field in form.fields.items() if field.disabled] == ["reference"]
    assert save(sam, "arrest", arrest, offence_group="robbery", reference="2/24").status_code == 302
    arrest.refresh_from_db()
    assert (arrest.offence_group_id, arrest.reference, arrest.detail_to_follow) == ("robbery", "1/24", False)


def test_what_is_recorded_is_changed_in_the_week_or_by_an_administrator(force, shift, as_user, now):
    arrest = factories.ArrestFactory(shift=shift, detail_to_follow=False, offence_group_id="robbery")
    now.move_to(LATER)
    shift.refresh_from_db()
    change = {
        "kind": ARREST,
        "outcome_id": arrest.pk,
        "version": shift.version,
        "values": {"offence_group": OffenceGroup.objects.get(code="fraud_offences")},
        "reason": "Charged with fraud",
    }
    with pytest.raises(NotAllowed, match="You can add what is missing, or ask an administrator"):
        detail_operations.detail_outcome(by=force.sam, at=LATER, **change)
    detail_operations.detail_outcome(by=force.adam, at=LATER, **change)
    arrest.refresh_from_db()
    assert arrest.offence_group_id == "fraud_offences"


def test_changing_needs_a_reason_and_adding_does_not(shift, sam):
    arrest = factories.ArrestFactory(shift=shift)
    assert save(sam, "arrest", arrest, offence_group="robbery").status_code == 302
    response = save(sam, "arrest", arrest, offence_group="fraud_offences")
    assert list(errors_of(response)) == ["reason"]
    assert save(sam, "arrest", arrest, offence_group="fraud_offences", reason="Charge changed").status_code == 302


def test_a_colleague_may_not(force, shift, as_user):
    other = factories.UserFactory()
    factories.DistrictAccessFactory(user=other, district=force.north_herts)
    arrest = factories.ArrestFactory(shift=shift)
    for page in ("", "withdraw/"):
        response = as_user(other).get(url_of("arrest", arrest, page))
        assert response.status_code == 403
        assert "Only the supervisor who logged a shift" in response.content.decode()


@pytest.mark.parametrize("page", ["", "withdraw/"])
def test_nothing_changes_on_a_voided_shift(page, hitchin_shift, sam):
    arrest = factories.ArrestFactory(shift=hitchin_shift(state="voided"))
    assert sam.get(url_of("arrest", arrest, page)).status_code == 403


def test_somebody_else_was_first(force, shift, sam, as_user):
    arrest = factories.ArrestFactory(shift=shift)
    shift.refresh_from_db()
    mine = {"version": shift.version, "offence_group": "robbery", "reference": "1/24"}
    save(as_user(force.adam), "arrest", arrest, offence_group="fraud_offences")
    response = sam.post(url_of("arrest", arrest), mine)
    assert response.status_code == 409
    page = response.content.decode()
    assert "Somebody else changed this shift while you were working on it." in page
    assert "What it says now" in page
    assert 'value="1/24"' in page
    arrest.refresh_from_db()
    assert arrest.offence_group_id == "fraud_offences"
    again = mine | {"version": response.context["form"]["version"].value(), "reason": "Custody says robbery"}
    assert sam.post(url_of("arrest", arrest), again).status_code == 302
    arrest.refresh_from_db()
    assert arrest.offence_group_id == "robbery"


@pytest.mark.parametrize(("kind", "count"), [("arrest", 12), ("stop-search", 14), ("weapon", 12), ("asb-power", 10)])
def test_queries_of_the_form(kind, count, shift, sam, django_assert_num_queries):
    outcome = KINDS[kind](shift=shift)
    sam.get("/account/")
    with django_assert_num_queries(count):
        sam.get(url_of(kind, outcome))


# --- withdrawing ---------------------------------------------------------------------------------------------------


def test_an_outcome_is_withdrawn_with_a_reason(shift, sam):
    arrest = factories.ArrestFactory(shift=shift)
    factories.AsbPowerUseFactory(shift=shift)
    shift.refresh_from_db()
    url = url_of("arrest", arrest, "withdraw/")
    assert list(errors_of(sam.post(url, {"version": shift.version, "reason": "  "}))) == ["reason"]
    response = sam.post(url, {"version": shift.version, "reason": "On another shift"})
    assert response["Location"] == f"/shifts/{shift.pk}/#arrest"
    arrest.refresh_from_db()
    shift.refresh_from_db()
    assert (arrest.void_reason, shift.nothing_to_report) == ("On another shift", False)
    for page in ("", "withdraw/"):
        assert sam.get(url_of("arrest", arrest, page)).status_code == 403


def test_without_its_last_outcome_a_shift_has_nothing_to_report(shift, sam):
    arrest = factories.ArrestFactory(shift=shift)
    shift.refresh_from_db()
    sam.post(url_of("arrest", arrest, "withdraw/"), {"version": shift.version, "reason": "On another shift"})
    shift.refresh_from_db()
    assert shift.nothing_to_report


def test_a_search_that_led_to_something_is_not_withdrawn_before_it(shift, sam):
    search = factories.StopSearchFactory(shift=shift)
    factories.ArrestFactory(shift=shift, stop_search=search)
    shift.refresh_from_db()
    response = sam.post(url_of("stop-search", search, "withdraw/"), {"version": shift.version, "reason": "No search"})
    words = "1 arrest is recorded as coming from this stop search. Change that first."
    assert errors_of(response) == {"__all__": [words]}


def test_withdrawing_after_the_week_is_for_administrators(force, shift, as_user, now):
    arrest = factories.ArrestFactory(shift=shift)
    now.move_to(LATER)
    url = url_of("arrest", arrest, "withdraw/")
    assert as_user(force.sam).get(url).status_code == 403
    assert as_user(force.adam).get(url).status_code == 200


def test_withdrawing_what_changed_meanwhile(shift, sam):
    arrest = factories.ArrestFactory(shift=shift)
    shift.refresh_from_db()
    sent = {"version": shift.version, "reason": "On another shift"}
    factories.ArrestFactory(shift=shift)
    response = sam.post(url_of("arrest", arrest, "withdraw/"), sent)
    assert response.status_code == 409
    assert "On another shift" in response.content.decode()
    again = sent | {"version": response.context["form"]["version"].value()}
    assert sam.post(url_of("arrest", arrest, "withdraw/"), again).status_code == 302


# --- the worklist --------------------------------------------------------------------------------------------------

WORKLIST = "/outcomes/to-follow/"


def listed(response) -> list[tuple[int, str]]:
    page = response.context["page"]
    return [(waiting.shift.pk, item.name) for waiting in page.shifts for item in waiting.items]


@pytest.mark.parametrize(
    ("who", "status"), [("sam", 200), ("sue", 200), ("anna", 403), ("paul", 404), ("adam", 200), ("audrey", 403)]
)
def test_who_opens_the_worklist(who, status, force, now, as_user):
    assert as_user(force.people[who]).get(WORKLIST).status_code == status


def test_nothing_waits(sam):
    assert "Nothing waits for detail" in sam.get(WORKLIST).content.decode()


def test_the_worklist_is_ones_own_oldest_first(force, hitchin_shift, sam, as_user):
    newer, older = hitchin_shift(), hitchin_shift(starts_at=datetime(2024, 10, 9, 21, tzinfo=UTC))
    colleague = hitchin_shift(logged_by=force.adam)
    for shift in (newer, older, colleague):
        factories.WeaponRecoveredFactory(shift=shift)
        factories.ArrestFactory(shift=shift, detail_to_follow=False, offence_group_id="robbery")
        factories.ArrestFactory(shift=shift)
    factories.ArrestFactory(shift=newer, void_reason="Withdrawn")
    factories.ArrestFactory(shift=hitchin_shift(state="voided"))
    own = [(pk, name) for pk in (older.pk, newer.pk) for name in ("Arrest 2", "Weapon recovered 1")]
    response = sam.get(WORKLIST)
    assert listed(response) == own
    assert "4 outcomes wait for detail" in response.content.decode()
    everybodys = own + [(colleague.pk, name) for name in ("Arrest 2", "Weapon recovered 1")]
    assert listed(as_user(force.adam).get(WORKLIST)) == everybodys


def test_the_worklist_by_area(force, hitchin_shift, sam):
    for area in (force.hitchin, force.letchworth):
        factories.ArrestFactory(shift=hitchin_shift(area=area))
    response = sam.get(WORKLIST, {"area": force.letchworth.pk})
    assert [waiting.shift.area for waiting in response.context["page"].shifts] == [force.letchworth]
    assert "1 outcome waits for detail" in response.content.decode()


def test_the_filter_offers_only_areas_in_which_something_waits(force, hitchin_shift, shift, sam):
    factories.ArrestFactory(shift=shift)
    factories.ArrestFactory(shift=hitchin_shift(area=force.watford, logged_by=force.sue))
    page = sam.get(WORKLIST).content.decode()
    assert "Hitchin town centre" in page
    assert "Watford" not in page
    assert sam.get(WORKLIST, {"area": force.watford.pk}).context["page"].total == 1


def test_pages_of_fifty_without_doubles_or_gaps(hitchin_shift, sam, django_assert_num_queries):
    shifts = [hitchin_shift() for _ in range(3)]  # all at the same time
    for shift in shifts:
        factories.ArrestFactory.create_batch(15, shift=shift)
        factories.StopSearchFactory.create_batch(15, shift=shift)
        factories.WeaponRecoveredFactory.create_batch(15, shift=shift)
    seen, url = [], WORKLIST
    while url:
        response = sam.get(url)
        found = listed(response)
        assert 0 < len(found) <= 50
        seen += found
        url = response.context["next_url"] and WORKLIST + response.context["next_url"]
    names = ("Arrest", "Stop search", "Weapon recovered")
    assert seen == [(shift.pk, f"{name} {n}") for shift in shifts for name in names for n in range(1, 16)]
    with django_assert_num_queries(12):
        sam.get(WORKLIST)


@pytest.mark.parametrize(
    "after", ["", "x", "1.arrest", "1.robbery.2", "9" * 30 + ".arrest.1", "1.arrest.١", "0.arrest.0"]
)
def test_a_place_that_makes_no_sense_is_the_start(after, shift, sam):
    factories.ArrestFactory(shift=shift)
    assert len(listed(sam.get(WORKLIST, {"after": after}))) == 1


def test_save_and_do_the_next_one_goes_through_the_worklist(hitchin_shift, shift, sam):
    first, second = factories.ArrestFactory(shift=shift), factories.ArrestFactory(shift=shift)
    third = factories.WeaponRecoveredFactory(shift=hitchin_shift(starts_at=shift.starts_at + timedelta(hours=9)))
    steps = []
    for kind, outcome in (("arrest", second), ("weapon", third), ("arrest", first)):
        steps.append(save(sam, kind, outcome, **COMPLETE[kind], next="1")["Location"])
    assert steps == [url_of("weapon", third), url_of("arrest", first), WORKLIST]


def test_a_search_is_named_by_its_number(shift, sam):
    factories.StopSearchFactory(shift=shift)
    second = factories.StopSearchFactory(
        shift=shift, power_id="mda_s23", reference="S/9", happened_at=shift.starts_at + timedelta(hours=1)
    )
    arrest = factories.ArrestFactory(shift=shift)
    page = sam.get(url_of("arrest", arrest)).content.decode()
    assert "Stop search 1<" in page
    assert "Stop search 2, Misuse of Drugs Act 1971 (section 23), 11pm, S/9" in page
    assert StopSearch.objects.get(pk=second.pk).detail_to_follow
