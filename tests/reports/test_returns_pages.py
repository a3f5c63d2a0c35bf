"""Returns through the pages: an administrator asks, an analyst answers and restates, the PCC's office reads."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.models import ProgrammeReturn, ReturnTemplate
from reports.returns.periods import turn_of, turns
from reports.returns.template_operations import AskedFor
from tests import factories
from tests.returns import HOURS, SPENT, asked, begun, filled, sent, submitted

AT = datetime(2024, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def worked(force, now):
    """Eight hours of two in Hitchin on 3 September."""
    now.move_to(AT)
    factories.PatrolShiftFactory.create(
        area=force.hitchin, funding_stream=force.grant, logged_by=force.sam,
        starts_at=datetime(2024, 9, 3, 20, tzinfo=UTC), ends_at=datetime(2024, 9, 4, 4, tzinfo=UTC),
    )  # fmt: skip
    factories.AreaTargetFactory.create(
        area=force.hitchin, first_month=date(2024, 9, 1), patrol_minutes=100 * 60, patrols=10
    )
    return force


@pytest.fixture
def adam(as_user, force):
    return as_user(force.adam)


@pytest.fixture
def anna(as_user, force):
    return as_user(force.anna)


def rows_posted(*rows: dict[str, str], seen: int = 0, initial: int = 0, **more: str) -> dict[str, str]:
    data = {
        "seen": str(seen),
        "due_days": "14",
        "form-TOTAL_FORMS": str(len(rows)),
        "form-INITIAL_FORMS": str(initial),
    }
    for place, row in enumerate(rows):
        data |= {f"form-{place}-{name}": value for name, value in row.items()}
    return data | more


def page_of(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def value_of(page: str, name: str) -> str:
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]


def digests_on(page: str) -> dict[str, str]:
    """What the button sends that submits what is on this page."""
    return {"then": "submit", "seen": value_of(page, "seen"), "digest": value_of(page, "digest")}


def test_from_what_is_asked_to_a_restated_return(worked, adam, anna, as_user):
    assert "Add the first return" in page_of(adam, "/returns/")
    made = adam.post("/returns/new/", {"programme": worked.programme.pk, "name": "Funder’s return", "every": "month"})
    rows = made["Location"]
    hours = {"label": "Hours", "source": "patrol_hours", "bound": "target", "place": "2"}
    spent = {"label": "Spent", "source": "entered:pence", "bound": f"budget:{worked.grant.pk}", "place": "1"}
    saved = adam.post(rows, rows_posted(hours, spent))
    template = saved["Location"]
    assert "It asks for 2 things (version 1)" in page_of(adam, template)

    assert "Begin<span" in page_of(anna, template)
    draft = anna.post(f"{template}begin/", {"code": "2024-09"})["Location"]
    page = page_of(anna, draft)
    assert page.index("Spent") < page.index("Target 100")
    assert "Target 100: 16.0% of it" in page
    assert "Enter and save this first" in page
    data = {"seen": value_of(page, "seen"), "row-1": "£1,200.50", "remarks": "Two crews were lent"}
    assert anna.post(draft, data).status_code == 302
    page = page_of(anna, draft)
    anna.post(draft, {**data, **digests_on(page)})
    adam.post(f"{draft}approve/", {"digest": value_of(page_of(adam, draft), "digest")})
    page = page_of(anna, draft)
    for words in (
        "Prepared by Anna Analyst, approved by Adam Admin",
        "£1,200.50",
        "Two crews were lent",
        "SHA-256 of the return",
    ):
        assert words in page

    again = anna.post(f"{draft}restate/", {"reason": "The invoice came late"})["Location"]
    page = page_of(anna, again)
    assert "All numbers are still those that were submitted" in page
    assert value_of(page, "row-1") == "1200.50"
    anna.post(again, {"seen": value_of(page, "seen"), "row-1": "1300", "remarks": ""})
    page = page_of(anna, again)
    assert "What changes" in page
    anna.post(again, {"row-1": "1300", **digests_on(page)})
    adam.post(f"{again}approve/", {"digest": value_of(page_of(adam, again), "digest")})
    assert "This return was restated" in page_of(anna, draft)
    assert "What it changed" in page_of(anna, again)
    assert "Restated" in page_of(as_user(worked.audrey), template)


def test_a_row_that_makes_no_sense_is_said_beside_it_and_nothing_is_lost(worked, adam):
    template = asked(worked, AT)
    row = {"label": "Arrests wanted", "source": "arrests", "bound": "target", "limit": "", "place": ""}
    answer = adam.post(
        f"/returns/{template.pk}/rows/", rows_posted(row, {"label": "No source"}, seen=template.versions.get().pk)
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    for words in (
        "Monthly targets are set for patrol hours and patrols only",
        "Select what fills it",
        "Arrests wanted",
    ):
        assert words in page


@pytest.mark.parametrize(("limit", "words"), [("x", "whole number"), ("-1", "Enter 0 or more")])
def test_a_limit_that_is_no_number_is_said(worked, adam, limit, words):
    template = asked(worked, AT)
    row = {"label": "Arrests", "source": "arrests", "bound": "at_least", "limit": limit}
    answer = adam.post(f"/returns/{template.pk}/rows/", rows_posted(row, seen=template.versions.get().pk))
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_row_more_saves_nothing_and_keeps_what_was_typed(worked, adam):
    template = asked(worked, AT)
    row = {"label": "Arrests", "source": "arrests", "bound": "none"}
    answer = adam.post(f"/returns/{template.pk}/rows/", rows_posted(row, seen=template.versions.get().pk, add="1"))
    assert answer.status_code == 200
    assert 'name="form-1-label"' in answer.content.decode()
    assert [each.label for each in template.versions.get().rows.all()] == ["Hours of patrol"]


def test_rows_are_taken_out_and_money_is_shown_in_pounds(worked, adam):
    spent = AskedFor("Spent", "entered:pence", "at_most", 120_050)
    template = asked(worked, AT, HOURS, spent)
    path = f"/returns/{template.pk}/rows/"
    page = page_of(adam, path)
    assert value_of(page, "form-1-limit") == "1200.50"
    kept = {"code": "row-2", "label": "Spent", "source": "entered:pence", "bound": "at_most", "limit": "£1,200.50"}
    gone = {"code": "row-1", "label": "Hours", "source": "patrol_hours", "bound": "none", "DELETE": "on"}
    assert adam.post(path, rows_posted(gone, kept, seen=template.versions.get().pk, initial=2)).status_code == 302
    (row,) = template.versions.get().rows.all()
    assert (row.code, row.limit) == ("row-2", 120_050)


def test_what_was_filled_in_by_somebody_else_meanwhile_is_not_overwritten(worked, anna):
    made = begun(worked, AT, asked(worked, AT, SPENT))
    path = f"/returns/made/{made.pk}/"
    seen = value_of(page_of(anna, path), "seen")
    filled(worked, made, row_1=5)
    answer = anna.post(path, {"seen": seen, "row-1": "7", "remarks": "Mine"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Somebody else changed this" in page
    assert value_of(page, "row-1") == "7"
    assert "Save again to put this in its place" in page
    assert anna.post(path, {"seen": value_of(page, "seen"), "row-1": "7", "remarks": "Mine"}).status_code == 302
    made.refresh_from_db()
    assert made.entered == {"row-1": 700}


def test_what_was_typed_is_saved_and_shown_before_it_is_submitted(worked, anna):
    made = begun(worked, AT, asked(worked, AT, SPENT))
    filled(worked, made, row_1=5)
    path = f"/returns/made/{made.pk}/"
    typed = {"row-1": "7", "remarks": "Two crews\r\nwere lent"}
    answer = anna.post(path, {**typed, **digests_on(page_of(anna, path))}, follow=True)
    assert "What you entered is saved. Look at the numbers once more" in answer.content.decode()
    made.refresh_from_db()
    assert (made.state, made.entered) == ("draft", {"row-1": 700})
    anna.post(path, {**typed, **digests_on(answer.content.decode())})
    made.refresh_from_db()
    assert (made.state, made.remarks) == ("waiting", "Two crews\nwere lent")


def test_what_was_filled_in_after_the_session_had_ended_is_there_again(worked, anna, now):
    made = begun(worked, AT, asked(worked, AT, SPENT))
    path = f"/returns/made/{made.pk}/"
    anna.get(path)
    now.shift(timedelta(hours=4))
    assert anna.post(path, {"seen": "", "row-1": "seven", "remarks": "Two crews"})["Location"].startswith("/sign-in/")
    back = {"username": worked.anna.email, "password": factories.PASSWORD, "next": path}
    page = anna.post("/sign-in/", back, follow=True).content.decode()
    assert "this is not saved yet" in page
    assert value_of(page, "row-1") == "seven"
    assert "Two crews" in page


def test_numbers_that_changed_since_they_were_looked_at_are_not_submitted(worked, anna):
    made = begun(worked, AT, asked(worked, AT))
    path = f"/returns/made/{made.pk}/"
    answer = anna.post(path, {**digests_on(page_of(anna, path)), "digest": "old"}, follow=True)
    assert "The numbers have changed since you looked at them." in answer.content.decode()
    made.refresh_from_db()
    assert made.state == "draft"


def test_a_submitted_return_says_what_is_different_now(worked, anna):
    made = submitted(worked, AT)
    path = f"/returns/made/{made.pk}/"
    assert "Since it was submitted" not in page_of(anna, path)
    factories.PatrolShiftFactory.create(
        area=worked.hitchin, funding_stream=worked.grant, logged_by=worked.sam,
        starts_at=datetime(2024, 9, 5, 20, tzinfo=UTC), ends_at=datetime(2024, 9, 6, 4, tzinfo=UTC),
    )  # fmt: skip
    page = page_of(anna, path)
    assert "Since it was submitted" in page
    assert ">32<" in page.replace(" ", "").replace("\n", "")


def test_a_withdrawn_draft_is_gone(worked, anna):
    made = begun(worked, AT, asked(worked, AT))
    assert "Nothing is submitted." in anna.get(f"/returns/made/{made.pk}/withdraw/").content.decode()
    assert anna.post(f"/returns/made/{made.pk}/withdraw/").status_code == 302
    assert anna.get(f"/returns/made/{made.pk}/").status_code == 404
    assert anna.post(f"/returns/made/{made.pk}/", {"then": "submit"}).status_code == 404


def test_a_period_that_is_not_over_is_refused(worked, anna):
    template = asked(worked, AT)
    answer = anna.post(f"/returns/{template.pk}/begin/", {"code": "2024-11"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "period of this return that is over" in page
    assert "This was not done" in page
    assert f'href="/returns/{template.pk}/"' in page


def test_a_used_template_is_not_removed(worked, adam):
    made = submitted(worked, AT)
    answer = adam.post(f"/returns/{made.template_id}/remove/", follow=True)
    assert "so it stays" in answer.content.decode()
    other = asked(worked, AT, name="Another")
    adam.post(f"/returns/{other.pk}/remove/")
    assert not ReturnTemplate.objects.filter(pk=other.pk).exists()


def test_files_are_the_same_twice_and_say_what_the_page_says(worked, anna):
    made = filled(worked, begun(worked, AT, asked(worked, AT, HOURS, SPENT, by_area=True)), row_2=120_050)
    made = sent(worked, AT, made)
    for file in ("csv", "xlsx"):
        first, second = (anna.get(f"/returns/made/{made.pk}/{file}/") for _ in range(2))
        assert first.content == second.content
        assert f"{made.slug}.{file}" in first["Content-Disposition"]
    text = anna.get(f"/returns/made/{made.pk}/csv/").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["hotspot_area"], row["asked"], row["value"], row["held_against_value"]) for row in rows] == [
        ("", "Hours of patrol", "16", "100"), ("", "Spent", "1200.50", ""),
        ("Hitchin town centre", "Hours of patrol", "16", ""), ("Letchworth", "Hours of patrol", "0", ""),
        ("Watford town centre", "Hours of patrol", "0", ""),
    ]  # fmt: skip
    assert {row["sha256"] for row in rows} == {made.sha256}
    assert anna.get(f"/returns/made/{made.pk}/pdf/").status_code == 404


def test_words_of_the_funder_are_no_formula(worked, anna):
    made = submitted(worked, AT, AskedFor('=HYPERLINK("x")', "patrols"))
    assert "'=HYPERLINK" in anna.get(f"/returns/made/{made.pk}/csv/").content.decode()
    book = zipfile.ZipFile(io.BytesIO(anna.get(f"/returns/made/{made.pk}/xlsx/").content))
    assert not any(b"<f>" in book.read(name) for name in book.namelist())


def test_the_pccs_office_reads_hours_and_totals_and_gets_no_outcomes_by_area_and_no_fingerprint(worked, as_user):
    officers, arrests = AskedFor("Officers", "crew:role=police_officer"), AskedFor("Arrests", "arrests")
    made = submitted(worked, AT, HOURS, officers, arrests, by_area=True)
    paul = as_user(worked.paul)
    for content in (
        page_of(paul, f"/returns/made/{made.pk}/").encode(),
        paul.get(f"/returns/made/{made.pk}/csv/").content,
        *(each for each in _parts(paul.get(f"/returns/made/{made.pk}/xlsx/").content)),
    ):
        assert made.sha256.encode() not in content
    rows = list(csv.DictReader(io.StringIO(paul.get(f"/returns/made/{made.pk}/csv/").content.decode("utf-8-sig"))))
    said = {(row["hotspot_area"], row["asked"]): row["value"] for row in rows}
    assert said["", "Hours of patrol"] == said["Hitchin town centre", "Hours of patrol"] == "16"
    assert said["", "Arrests"] == "0"
    assert {said[area, "Arrests"] for area, _ in said if area} == {"[c]"}
    assert "[c]" not in {said[area, what] for area, what in said if what != "Arrests"}


def test_a_return_of_a_range_of_months(worked, anna):
    """It stands among the periods of the template, is never due, and a range that is a period is that period."""
    template = asked(worked, AT)
    path = f"/returns/{template.pk}/"
    assert "Begin a return of other months" in page_of(anna, path)
    answer = anna.post(f"{path}begin/", {"from_month": "2024-06", "to_month": "2024-09"}, follow=True)
    assert "June 2024 to September 2024" in page_of(anna, path)
    assert "1 June 2024 to 30 September 2024" in answer.content.decode()
    anna.post(f"{path}begin/", {"from_month": "2024-09", "to_month": "2024-09"})
    assert sorted(template.returns.values_list("code", flat=True)) == ["2024-06-to-2024-09", "2024-09"]
    for ends in (("2024-09", "2024-06"), ("2024-06", "2024-11"), ("x", "y"), ("2024-06", "")):
        wrong = anna.post(f"{path}begin/", dict(zip(("from_month", "to_month"), ends, strict=True)))
        assert wrong.status_code == 400


def _parts(content: bytes) -> list[bytes]:
    book = zipfile.ZipFile(io.BytesIO(content))
    return [book.read(name) for name in book.namelist()]


def test_many_periods_are_paged_and_cost_the_same_queries(worked, anna, django_assert_num_queries):
    worked.programme.last_day = date(2028, 3, 31)
    worked.programme.save()
    template = asked(worked, AT)
    path = f"/returns/{template.pk}/"
    anna.get(path)
    with django_assert_num_queries(9):
        anna.get(path)
    for code in ("2024-09", "2024-10", "2024-08"):
        sent(worked, AT, begun(worked, AT, template, code))
    with django_assert_num_queries(9):
        anna.get(path)
    assert ProgrammeReturn.objects.count() == 3


def test_an_error_names_its_question(worked, anna):
    made = begun(worked, AT, asked(worked, AT, SPENT, AskedFor("100% match", "entered:pence")))
    path = f"/returns/made/{made.pk}/"
    seen = value_of(page_of(anna, path), "seen")
    page = anna.post(
        path, {"row-1": "12", "row-2": "much", "remarks": "", "seen": seen, "then": "save"}
    ).content.decode()
    summary = page.partition("govuk-error-summary__list")[2].partition("</ul>")[0]
    assert "100% match: enter" in summary
    assert "Spent: " not in summary


def test_rows_stand_in_a_line_each_until_they_are_opened(worked, adam):
    template = asked(worked, AT, HOURS, SPENT)
    page = page_of(adam, f"/returns/{template.pk}/rows/")
    assert "Row 1: Hours of patrol (patrol hours)" in page
    assert page.count('<details class="govuk-details app-asked__row">') == 2
    row = {"code": "row-1", "label": "Hours of patrol", "source": "patrol_hours", "bound": "target", "place": "1"}
    new = {"label": "", "source": "", "bound": "none", "place": ""}
    data = rows_posted({**row, "label": "Hours"}, new, seen=template.versions.get().pk, find="1")
    page = adam.post(f"/returns/{template.pk}/rows/", data).content.decode()
    assert page.count('<details class="govuk-details app-asked__row" open>') == 2


def test_a_return_is_asked_when_it_is_due_as_it_is_added(worked, adam):
    data = {"programme": worked.programme.pk, "name": "New", "every": "month", "due_days": "21", "begin_with": "money"}
    adam.post("/returns/new/", data)
    assert ReturnTemplate.objects.get(name="New").versions.get().due_days == 21
    answer = adam.post("/returns/new/", {**data, "name": "Bare", "begin_with": ""})
    assert 'name="due_days" value="21"' in page_of(adam, answer["Location"])


def test_a_copy_begins_in_the_programme_that_follows(worked, adam):
    template = asked(worked, AT, HOURS, name=f"Return {worked.programme.name.rpartition(' ')[2]}")
    path = f"/returns/{template.pk}/copy/"
    assert "(copy)" in page_of(adam, path)
    first = worked.programme.last_day + timedelta(days=1)
    following = factories.ProgrammeFactory.create(
        name="Operation Hotspot 2025/26", first_day=first, last_day=first.replace(year=first.year + 1)
    )
    page = page_of(adam, path)
    assert f'<option value="{following.pk}" selected>' in page
    assert 'value="Return 2025/26"' in page


def test_who_does_not_prepare_returns_reads_that_one_is_not_submitted(worked, as_user):
    template = asked(worked, AT, HOURS, due_days=30)
    begun(worked, AT, template, "2024-10")
    page = page_of(as_user(worked.paul), f"/returns/{template.pk}/")
    assert "Not submitted yet" in page
    assert "To do" not in page


def test_what_was_due_before_it_was_asked_for_has_no_due_date(worked, anna):
    page = page_of(anna, f"/returns/{asked(worked, AT, HOURS).pk}/")
    assert "14 October 2024" not in page
    assert "From before it was asked for here" in page


def test_a_turn_has_a_due_day_only_if_it_was_asked_for_before(worked):
    template = asked(worked, AT, HOURS)
    found = {turn.code: turn for turn in turns(template, by=worked.anna, at=AT)}
    assert (found["2024-09"].due, found["2024-09"].was_asked, found["2024-09"].is_awaited) == (None, False, False)


def test_how_one_return_stands_is_told_without_reading_the_others(worked):
    template = asked(worked, AT, HOURS, due_days=60)
    made = begun(worked, AT, template, "2024-10")
    with CaptureQueriesContext(connection) as queries:
        turn = turn_of(made, at=AT)
    assert (turn.made, turn.is_awaited, turn.is_late) == (made, True, False)
    assert not any("reports_programmereturn" in query["sql"] for query in queries)
