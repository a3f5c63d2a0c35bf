"""The visits page: spells of presence within a shift."""

from datetime import UTC, datetime, timedelta

import pytest

from tests import factories


def sent(shift, *rows, initial=0, **changes) -> dict[str, str]:
    shift.refresh_from_db()
    data = {"version": str(shift.version), "form-TOTAL_FORMS": str(len(rows)), "form-INITIAL_FORMS": str(initial)}
    for index, (arrived, left) in enumerate(rows):
        data |= {f"form-{index}-starts_at": arrived, f"form-{index}-ends_at": left}
    return data | changes


def save(client, shift, *rows, **changes):
    return client.post(f"/shifts/{shift.pk}/visits/", sent(shift, *rows, **changes))


def visits_of(shift) -> list[str]:
    return [f"{visit.starts_at:%H:%M}-{visit.ends_at:%H:%M}" for visit in shift.visits.all()]


def problems(response) -> str:
    assert response.status_code == 422
    return response.content.decode().partition("There is a problem")[2].partition("</ul>")[0]


@pytest.mark.parametrize(
    ("who", "status"), [("sam", 200), ("sue", 404), ("anna", 403), ("paul", 404), ("adam", 200), ("audrey", 403)]
)
def test_who_opens_the_page(who, status, force, shift, as_user):
    client = as_user(force.people[who])
    assert client.get(f"/shifts/{shift.pk}/visits/").status_code == status
    assert save(client, shift, ("11pm", "1130pm")).status_code == (302 if status == 200 else status)


def test_visits_are_added_in_any_order_and_shown_in_theirs(shift, sam):
    save(sam, shift, ("1am", "1:15am"), ("22.30", "2245"), ("", ""))
    assert visits_of(shift) == ["21:30-21:45", "00:00-00:15"]
    page = sam.get(f"/shifts/{shift.pk}/visits/").content.decode()
    assert "2 visits, 30 minutes in the area" in page


def test_patrol_hours_stay_what_they_were(shift, sam):
    save(sam, shift, ("11pm", "2am"))
    shift.refresh_from_db()
    assert shift.clock_minutes == 480
    assert "16 hours, the sum" in sam.get(f"/shifts/{shift.pk}/").content.decode()


def test_a_visit_is_changed_and_another_taken_out(shift, sam):
    save(sam, shift, ("11pm", "11:30pm"), ("1am", "2am"), ("3am", "4am"))
    kept = shift.visits.first().pk
    rows = [("11pm", "11:30pm"), ("1am", "1:45am"), ("3am", "4am")]
    save(sam, shift, *rows, initial=3, **{"form-2-DELETE": "on"})
    assert visits_of(shift) == ["22:00-22:30", "00:00-00:45"]
    assert shift.visits.first().pk == kept


def test_all_visits_are_taken_out(shift, sam):
    factories.VisitFactory(shift=shift)
    save(sam, shift, ("11pm", "11:15pm"), initial=1, **{"form-0-DELETE": "on"})
    assert visits_of(shift) == []


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("11pm", "midnight"), ("11:59pm", "1am")], "The visits 11pm to midnight and 11:59pm to 1am overlap."),
        ([("11pm", "1am"), ("midnight", "0030")], "The visits 11pm to 1am and midnight to 12:30am overlap."),
        ([("2am", "1am")], "2am to 1am: the crew must leave after it arrives."),
        ([("1am", "1am")], "1am to 1am: the crew must leave after it arrives."),
        ([("9pm", "11pm")], "The time must lie within the shift, 10pm Friday to 6am Saturday."),
        ([("5am", "6:01am")], "The time must lie within the shift, 10pm Friday to 6am Saturday."),
        ([("11pm", "")], "Enter when the crew left"),
        ([("", "11pm")], "Enter when the crew arrived"),
        ([("late", "11pm")], "Enter a time, like 10pm, 22:00, 2200 or midnight."),
    ],
)
def test_visits_that_can_not_be(rows, words, shift, sam):
    assert words in problems(save(sam, shift, *rows))
    assert visits_of(shift) == []


def test_touching_visits_and_the_whole_shift(shift, sam):
    assert save(sam, shift, ("10pm", "midnight"), ("midnight", "6am")).status_code == 302
    assert len(visits_of(shift)) == 2


def test_no_more_than_a_hundred(shift, sam):
    rows = [(f"{22 + n // 60}:{n % 60:02d}", f"{22 + n // 60}:{n % 60:02d}") for n in range(101)]
    assert save(sam, shift, *rows).status_code == 422


def test_add_another_saves_nothing(shift, sam):
    response = save(sam, shift, ("11pm", "11:30pm"), add="1")
    assert (response.status_code, len(response.context["formset"].forms)) == (200, 2)
    assert visits_of(shift) == []


def test_somebody_else_was_first(shift, sam):
    mine = sent(shift, ("1am", "2am"))
    factories.VisitFactory(shift=shift)
    response = sam.post(f"/shifts/{shift.pk}/visits/", mine)
    assert response.status_code == 409
    assert "11pm to 11:15pm" in response.content.decode()
    again = mine | {"version": response.context["form"]["version"].value()}
    assert sam.post(f"/shifts/{shift.pk}/visits/", again).status_code == 302
    assert visits_of(shift) == ["00:00-01:00"]


@pytest.mark.parametrize("state", ["planned", "voided"])
def test_only_a_worked_shift_has_visits(state, hitchin_shift, sam):
    starts_at = datetime(2024, 10, 12, 20, tzinfo=UTC) if state == "planned" else datetime(2024, 10, 11, 21, tzinfo=UTC)
    shift = hitchin_shift(state=state, starts_at=starts_at)
    assert save(sam, shift, ("11pm", "11:30pm")).status_code == 403


def test_after_the_week_only_an_administrator(force, shift, as_user, now):
    now.move_to(shift.ends_at + timedelta(days=7, minutes=1))
    assert save(as_user(force.sam), shift, ("11pm", "11:30pm")).status_code == 403
    assert save(as_user(force.adam), shift, ("11pm", "11:30pm")).status_code == 302


def test_a_visit_on_the_night_the_clocks_go_back(hitchin_shift, sam):
    shift = hitchin_shift(
        starts_at=datetime(2024, 10, 26, 21, tzinfo=UTC), ends_at=datetime(2024, 10, 27, 6, tzinfo=UTC)
    )
    assert "The clocks went back that night" in problems(save(sam, shift, ("1:30am", "2am")))
    changes = {"form-0-starts_at_change": "before", "form-0-ends_at_change": "after"}
    save(sam, shift, ("1:30am", "1:10am"), **changes)
    assert visits_of(shift) == ["00:30-01:10"]
