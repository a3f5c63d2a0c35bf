"""The crew page: who was on a shift, for how long, and what the outcomes need."""

from datetime import UTC, datetime, timedelta

import pytest

from patrols.models import CrewRole
from tests import factories

OFFICER, PCSO = CrewRole.POLICE_OFFICER, CrewRole.PCSO


def sent(shift, *rows, initial=0, **changes) -> dict[str, str]:
    """A post of the page: each row is (role, collar number, start, finish) or shorter; `initial` stood before."""
    shift.refresh_from_db()
    data = {"version": str(shift.version), "reason": "Forgot somebody"}
    data |= {"form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": str(initial)}
    for index, row in enumerate(rows):
        names = ("role", "collar_number", "starts_at", "ends_at")
        data |= {f"form-{index}-{name}": text for name, text in zip(names, row, strict=False)}
    return {name: text for name, text in (data | changes).items() if text is not None}


def save(client, shift, *rows, **changes):
    return client.post(f"/shifts/{shift.pk}/crew/", sent(shift, *rows, **changes))


def crew_of(shift) -> list[tuple[str, str, int]]:
    return sorted(shift.crew.values_list("role", "collar_number", "minutes"))


def problems(response) -> str:
    assert response.status_code == 422
    return response.content.decode().partition("There is a problem")[2].partition("</ul>")[0]


@pytest.mark.parametrize(
    ("who", "status"), [("sam", 200), ("sue", 404), ("anna", 403), ("paul", 404), ("adam", 200), ("audrey", 403)]
)
def test_who_opens_the_page(who, status, force, shift, as_user):
    client = as_user(force.people[who])
    assert client.get(f"/shifts/{shift.pk}/crew/").status_code == status
    assert save(client, shift, (PCSO,)).status_code == (302 if status == 200 else status)


def test_the_page_shows_the_crew_as_it_stands(shift, sam):
    factories.CrewMemberFactory(
        shift=shift, role=PCSO, collar_number="CS9", starts_at=shift.starts_at + timedelta(minutes=90)
    )
    formset = sam.get(f"/shifts/{shift.pk}/crew/").context["formset"]
    assert formset.forms[2].initial == {"role": "pcso", "collar_number": "CS9", "starts_at": "11:30pm"}
    assert len(formset.forms) == 4  # one empty row


def test_the_crew_becomes_what_was_said(shift, sam):
    rows = [(OFFICER, "pc 12"), (PCSO, "", "11pm", "2.30am"), (OFFICER, "", "", "midnight")]
    assert save(sam, shift, *rows, initial=2)["Location"] == f"/shifts/{shift.pk}/"
    assert crew_of(shift) == [("pcso", "", 210), ("police_officer", "", 120), ("police_officer", "PC12", 480)]


def test_rows_that_stay_are_not_written_again(shift, sam):
    before = set(shift.crew.values_list("pk", flat=True))
    save(sam, shift, (OFFICER,), (OFFICER,), (PCSO,), initial=2)
    assert before < set(shift.crew.values_list("pk", flat=True))
    assert shift.crew.count() == 3


def test_somebody_is_taken_out(shift, sam):
    save(sam, shift, (OFFICER,), (OFFICER,), initial=2, **{"form-1-DELETE": "on"})
    assert crew_of(shift) == [("police_officer", "", 480)]


def test_an_empty_row_does_not_count(shift, sam):
    save(sam, shift, (OFFICER,), ("", "", "", ""), initial=1)
    assert len(crew_of(shift)) == 1


def test_add_another_saves_nothing_and_keeps_what_was_typed(shift, sam):
    response = save(sam, shift, (PCSO, "CS7"), add="1", reason="Half typed")
    assert response.status_code == 200
    assert len(response.context["formset"].forms) == 2
    page = response.content.decode()
    assert 'value="CS7"' in page
    assert 'value="Half typed"' in page
    assert "There is a problem" not in page
    assert len(crew_of(shift)) == 2


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "Enter who was on the patrol: 1 to 50 people."),
        ([(OFFICER, "PC1"), (OFFICER, "pc1")], "PC1 is in this crew 2 times."),
        ([(OFFICER, "no number!")], "“no” is a word without a number."),
        ([(OFFICER, "", "9pm")], "The time must lie within the shift, 10pm Friday to 6am Saturday."),
        ([(OFFICER, "", "", "7am")], "The time must lie within the shift, 10pm Friday to 6am Saturday."),
        ([(OFFICER, "PC1", "2am", "1am")], "PC1: finish must be after start."),
        ([(OFFICER, "PC1", "2am", "10pm")], "PC1: finish must be after start."),
        ([(OFFICER, "PC1", "10pm", "10pm")], "PC1: finish must be after start."),
        ([("", "PC1")], "Select the role"),
        ([("chief", "PC1")], "Select one of the options"),
        ([(OFFICER, "", "whenever")], "Enter a time, like 10pm, 22:00, 2200 or midnight."),
    ],
)
def test_a_crew_that_can_not_be(rows, words, shift, sam):
    before = crew_of(shift)
    assert words in problems(save(sam, shift, *rows))
    assert crew_of(shift) == before


def test_no_more_than_fifty(shift, sam):
    assert save(sam, shift, *[(OFFICER,)] * 50).status_code == 302
    assert save(sam, shift, *[(OFFICER,)] * 51).status_code == 422


@pytest.mark.parametrize("total", ["-1", "x", "", "99999999999", None])
def test_a_count_of_rows_that_makes_no_sense(total, shift, sam):
    response = save(sam, shift, (OFFICER,), **{"form-TOTAL_FORMS": total})
    assert response.status_code == 422
    assert len(crew_of(shift)) == 2


def test_a_logged_shift_needs_a_reason_and_a_planned_one_does_not(hitchin_shift, shift, sam):
    assert "Say why, in a few words" in problems(save(sam, shift, (PCSO,), reason=""))
    planned = hitchin_shift(state="planned", starts_at=datetime(2024, 10, 12, 20, tzinfo=UTC))
    assert save(sam, planned, (PCSO,), reason=None).status_code == 302
    assert crew_of(planned) == [("pcso", "", 480)]


def test_an_arrest_keeps_its_constable(shift, sam):
    factories.ArrestFactory(shift=shift)
    words = "Only a police officer or special constable makes an arrest."
    assert words in problems(save(sam, shift, (PCSO,)))
    assert save(sam, shift, (CrewRole.SPECIAL_CONSTABLE,)).status_code == 302


def test_a_power_keeps_somebody_who_may_use_it(shift, sam):
    factories.AsbPowerUseFactory(shift=shift)
    words = "Dispersal direction (s35) can be used by a police officer, special constable or PCSO."
    assert words in problems(save(sam, shift, (CrewRole.COMMUNITY_ENFORCEMENT_OFFICER,)))


def test_a_withdrawn_arrest_needs_nobody(shift, sam):
    factories.ArrestFactory(shift=shift, void_reason="On another shift")
    assert save(sam, shift, (PCSO,)).status_code == 302


def test_nobody_is_on_two_shifts_at_once(force, hitchin_shift, shift, sam):
    other = hitchin_shift(area=force.letchworth, logged_by=force.adam)
    factories.CrewMemberFactory(shift=other, collar_number="PC1")
    words = f"PC1 was on {other.reference} in Letchworth at that time."
    assert words in problems(save(sam, shift, (OFFICER, "PC1")))


def test_touching_is_not_overlapping(force, hitchin_shift, shift, sam):
    other = hitchin_shift(area=force.letchworth, logged_by=force.adam)
    factories.CrewMemberFactory(shift=other, collar_number="PC1", ends_at=other.starts_at + timedelta(hours=2))
    assert save(sam, shift, (OFFICER, "PC1", "midnight")).status_code == 302


@pytest.mark.parametrize("state", ["voided", "planned"])
def test_nobody_is_busy_on_a_shift_that_was_voided_or_is_only_planned(state, force, hitchin_shift, shift, sam):
    other = hitchin_shift(area=force.letchworth, logged_by=force.adam, state=state, crew=[])
    factories.CrewMemberFactory(shift=other, collar_number="PC1")
    assert save(sam, shift, (OFFICER, "PC1")).status_code == 302
    assert crew_of(shift) == [("police_officer", "PC1", 480)]


def test_a_doubt_that_comes_with_the_crew_is_asked_about(hitchin_shift, shift, sam):
    hitchin_shift()
    response = save(sam, shift, (OFFICER,), (PCSO,))
    assert response.status_code == 200
    page = response.content.decode()
    assert "Is this right?" in page
    assert len(response.context["doubts"]) == 1
    keep = response.context["doubts"][0].code
    assert save(sam, shift, (OFFICER,), (PCSO,), keep=keep).status_code == 302
    shift.refresh_from_db()
    assert (shift.doubts_kept, shift.doubts_reason) == ([keep], "Forgot somebody")


def test_somebody_else_was_first(shift, sam):
    mine = sent(shift, (OFFICER, "PC1"), (PCSO, "CS1"))
    factories.CrewMemberFactory(shift=shift, collar_number="PC77")
    response = sam.post(f"/shifts/{shift.pk}/crew/", mine)
    assert response.status_code == 409
    page = response.content.decode()
    assert "3 police officers: PC77" in page
    assert 'value="CS1"' in page
    again = mine | {"version": response.context["form"]["version"].value()}
    assert sam.post(f"/shifts/{shift.pk}/crew/", again).status_code == 302
    assert crew_of(shift) == [("pcso", "CS1", 480), ("police_officer", "PC1", 480)]


def test_own_times_on_the_night_the_clocks_go_back(force, hitchin_shift, as_user, now):
    now.move_to(datetime(2024, 10, 27, 12, tzinfo=UTC))
    sam = as_user(force.sam)
    shift = hitchin_shift(
        starts_at=datetime(2024, 10, 26, 21, tzinfo=UTC), ends_at=datetime(2024, 10, 27, 6, tzinfo=UTC)
    )
    assert "The clocks went back that night" in problems(save(sam, shift, (OFFICER, "", "", "1:30am")))
    save(sam, shift, (OFFICER, "", "", "1:30am"), **{"form-0-ends_at_change": "after"})
    assert crew_of(shift) == [("police_officer", "", 270)]


def test_everything_else_about_the_shift_stays(force, hitchin_shift, sam):
    shift = hitchin_shift(note="Wet", nothing_to_report=True, funding_stream=force.business_as_usual)
    save(sam, shift, (PCSO,))
    shift.refresh_from_db()
    assert (shift.note, shift.nothing_to_report, shift.state) == ("Wet", True, "completed")
    assert shift.funding_stream == force.business_as_usual


def test_a_voided_shift_keeps_its_crew(hitchin_shift, sam):
    shift = hitchin_shift(state="voided")
    assert save(sam, shift, (PCSO,)).status_code == 403
