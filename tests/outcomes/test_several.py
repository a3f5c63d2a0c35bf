"""Several shifts on one page: typed, pasted from a spreadsheet, saved as far as they are right."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hotspot.core.errors import DomainError
from outcomes.imports.rows.columns import shift_columns
from outcomes.models import ActivityKind, AsbPowerKind
from outcomes.several.forms import MOST_ROWS, numbered
from outcomes.several.pasting import read_pasted
from patrols.models import CrewRole, PatrolShift
from patrols.teams.operations import make_team
from tests import factories
from tests.conftest import NOW

SEVERAL = "/shifts/several/"
GOOD = {"day": "11/10/2024", "start": "10pm-6am", "crew_police_officer": "2", "nothing_to_report": "on"}


@pytest.fixture
def sam(force, now, as_user):
    return as_user(force.sam)


def rows(force, *changes, batch="", **more):
    """The post of a page with a row for each of these changes to a good one in Hitchin."""
    entered = [
        {name: text for name, text in ({"area": force.hitchin.pk} | GOOD | each).items() if text} for each in changes
    ]
    return numbered(entered) | {"batch": batch or str(uuid.uuid4())} | more


def test_the_crews_of_one_night_are_saved_together(force, sam):
    sent = rows(force, {}, {"start": "8pm", "end": "24:00", "area": force.letchworth.pk})
    response = sam.post(SEVERAL, sent | {"form-TOTAL_FORMS": "3", "form-2-day": "11/10/2024"})
    assert (response.status_code, response["Location"]) == (302, "/shifts/")
    assert sorted(PatrolShift.objects.values_list("clock_minutes", flat=True)) == [240, 480]


def test_the_rows_that_are_right_are_saved_and_the_others_stay(force, sam):
    sent = rows(force, {}, {"start": "", "area": force.letchworth.pk}, {"day": "12/10/2024", "start": "8am-2pm"})
    page = sam.post(SEVERAL, sent)
    assert page.status_code == 422
    saved = PatrolShift.objects.get()
    assert saved.reference in page.content.decode()
    left = page.context["formset"].forms
    assert [form.errors for form in left] == [
        {"start": ["Enter when the shift started"], "end": ["Enter when the shift finished"]},
        {"end": ["This shift is not over yet. Plan it, or log it when it is over."]},
    ]
    assert left[0]["area"].value() == str(force.letchworth.pk)
    again = {name: form.data.getlist(name) for form in left[:1] for name in form.data}
    page = sam.post(SEVERAL, again | {"form-0-start": "6pm-9pm", "form-1-DELETE": "on"})
    assert page.status_code == 302
    assert PatrolShift.objects.count() == 2


def test_the_same_page_twice_saves_each_row_once(force, sam):
    sent = rows(force, {}, {"area": force.letchworth.pk})
    for _ in range(2):
        assert sam.post(SEVERAL, sent).status_code == 302
    assert PatrolShift.objects.count() == 2
    sam.post(SEVERAL, rows(force, {"day": "10/10/2024"}, {"day": "09/10/2024"}, batch=sent["batch"]))
    # The page of somebody who went back and typed over it: what was sent first stands.
    assert PatrolShift.objects.count() == 2


def test_what_is_unusual_is_asked_row_by_row(force, sam):
    sent = rows(force, {"start": "8am-11pm"}, {"area": force.letchworth.pk})
    page = sam.post(SEVERAL, sent)
    assert "longer than 12 hours" in page.content.decode()
    (form,) = page.context["formset"].forms
    again = {name: form.data.getlist(name) for name in form.data} | {"form-0-keep": "long_shift"}
    page = sam.post(SEVERAL, again)
    assert page.context["formset"].forms[0].errors == {"doubts_reason": ["Say why, in a few words"]}
    form = page.context["formset"].forms[0]
    again = {name: form.data.getlist(name) for name in form.data}
    again |= {"form-0-keep": "long_shift", "form-0-doubts_reason": "Two crews after each other"}
    assert sam.post(SEVERAL, again).status_code == 302
    assert PatrolShift.objects.get(area=force.hitchin).doubts_kept == ["long_shift"]


def test_nobody_is_on_two_rows_at_once(force, sam):
    page = sam.post(
        SEVERAL,
        rows(force, {"collars_police_officer": "PC1"}, {"area": force.letchworth.pk, "collars_police_officer": "PC1"}),
    )
    assert PatrolShift.objects.count() == 1
    (form,) = page.context["formset"].forms
    assert "row 1 of these" in str(form.errors) or "HS-" in str(form.errors)


def test_an_empty_page_saves_nothing(force, sam):
    page = sam.post(SEVERAL, {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "0", "form-0-day": "11/10/2024"})
    assert page.status_code == 422
    assert "Enter a shift in a row, or paste rows." in page.content.decode()
    for nonsense in (
        {},
        {"form-TOTAL_FORMS": "x"},
        {"form-TOTAL_FORMS": "99999", "form-INITIAL_FORMS": "0"},
        {"batch": "x"},
    ):
        assert sam.post(SEVERAL, nonsense).status_code == 422
    assert sam.post(SEVERAL, rows(force, *[{}] * (MOST_ROWS + 1))).status_code == 422
    assert not PatrolShift.objects.exists()


def test_only_rows_that_were_filled_in_can_be_taken_out(force, sam):
    assert "Take out" not in sam.get(SEVERAL).content.decode()
    assert sam.post(SEVERAL, rows(force, {"area": force.watford.pk})).content.decode().count("Take out") == 1


def test_other_areas_are_no_choice(force, sam):
    page = sam.post(SEVERAL, rows(force, {"area": force.watford.pk}))
    assert page.context["formset"].forms[0].errors == {"area": ["Select where you patrolled"]}


def test_a_row_is_added_and_nothing_is_saved(force, sam):
    page = sam.post(SEVERAL, rows(force, {}, add="1"))
    assert len(page.context["formset"].forms) == 2
    assert page.context["formset"].forms[0]["start"].value() == "10pm-6am"
    assert not PatrolShift.objects.exists()


def test_rows_of_a_spreadsheet_fill_the_page(force, sam):
    text = (
        "Date\tTimes\tArea\tPCs\tArrests\tCPN\tWeather\tNotes\n"
        f"11/10/2024\t10pm-2am\t{force.hitchin.name.upper()}\t2\t1\t2\tWet\tQuiet\n"
        "Friday 11 October 2024\t2000-2400\tNowhere\t2\t\t\t\t\n\n"
    )
    page = sam.post(SEVERAL, {"text": text, "fill": "1"})
    assert page.status_code == 200
    assert not PatrolShift.objects.exists()
    words = page.content.decode()
    assert "Not used: Weather." in words
    first, second = page.context["formset"].forms
    values = [
        first[name].value() for name in ("area", "day", "start", "crew_police_officer", "arrests", "asb_cpn", "note")
    ]
    assert values == [str(force.hitchin.pk), "11/10/2024", "10pm-2am", "2", "1", "2", "Quiet"]
    assert second.errors["area"] == ["No area of yours is called “Nowhere”. Select where it was"]
    again = {name: first.data.getlist(name) for name in first.data}
    again |= {"form-1-area": str(force.letchworth.pk), "form-1-nothing_to_report": "on", "batch": str(uuid.uuid4())}
    assert sam.post(SEVERAL, again).status_code == 302
    assert PatrolShift.objects.get(area=force.hitchin).arrests.count() == 1
    assert PatrolShift.objects.get(area=force.letchworth).clock_minutes == 240


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "headings_missing"),
        ("10pm\t6am\tHitchin", "headings_missing"),
        ("Date\tArea\tOfficers\n11/10/2024\tHitchin\t2", "headings_missing"),
        ("Date\tStart\tArea", "rows_missing"),
        ("Date\tStart\tArea\n" + "11/10/2024\t10pm\tHitchin\n" * (MOST_ROWS + 1), "too_many_rows"),
    ],
)
def test_what_cannot_be_rows_is_refused_in_words(force, sam, text, code):
    columns = shift_columns(AsbPowerKind.objects.all(), ActivityKind.objects.all())
    with pytest.raises(DomainError) as refusal:
        read_pasted(text, columns=columns, areas=[force.hitchin], most=MOST_ROWS)
    assert (refusal.value.code, refusal.value.field) == (code, "text")
    page = sam.post(SEVERAL, {"text": text, "fill": "1"} | rows(force, {}))
    assert page.status_code == 422
    assert page.context["formset"].forms[0]["start"].value() == "10pm-6am"


def test_the_number_of_statements_does_not_grow_with_the_rows(force, sam):
    sam.post(SEVERAL, rows(force, {"day": "08/10/2024"}))
    counts = []
    for days in (range(1, 3), range(3, 23)):
        with CaptureQueriesContext(connection) as statements:
            sent = rows(force, *({"day": f"{day:02d}/09/2024"} for day in days))
            assert sam.post(SEVERAL, sent).status_code == 302
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_who_may_open_the_page(force, as_user, now):
    assert as_user(force.sam).get(SEVERAL).status_code == 200
    assert as_user(force.anna).get(SEVERAL).status_code in (403, 404)
    nobody = factories.UserFactory.create(role="supervisor")
    assert "You have no areas yet" in as_user(nobody).get(SEVERAL).content.decode()


def test_a_team_is_put_on_one_row_and_nothing_is_saved(force, sam):
    members = [(CrewRole.POLICE_OFFICER, "PC1234"), (CrewRole.POLICE_OFFICER, "PC5678"), (CrewRole.PCSO, "PCSO7001")]
    team = make_team(by=force.sam, at=NOW, name="Night crew", members=members)
    sent = rows(force, {"start": "25pm"}, {"crew_police_officer": "1"}) | {"form-1-team": str(team.pk), "add_team": "2"}
    page = sam.post(SEVERAL, sent)
    assert page.status_code == 200
    first, second, *_ = page.context["formset"].forms
    assert second["collars_police_officer"].value() == "PC1234, PC5678"
    assert (second["crew_police_officer"].value(), second["crew_pcso"].value()) == ("2", "1")
    assert (first["start"].value(), first["collars_police_officer"].value()) == ("25pm", None)
    assert "govuk-error-message" not in page.content.decode()
    assert page.context["batch"] == uuid.UUID(sent["batch"])
    assert not PatrolShift.objects.exists()
    saved = {name: text for name, text in sent.items() if name not in ("add_team", "form-0-start")}
    entered = {f"form-1-{name}": second[name].value() or "" for name in ("collars_police_officer", "collars_pcso")}
    counts = {"form-0-start": "8pm-10pm", "form-1-crew_police_officer": "2", "form-1-crew_pcso": "1"}
    sam.post(SEVERAL, saved | entered | counts)
    numbers = {row.collar_number for shift in PatrolShift.objects.all() for row in shift.crew.all()}
    assert numbers == {"", "PC1234", "PC5678", "PCSO7001"}


@pytest.mark.parametrize("row", ["0", "-1", "99", "9" * 30, "x", "form-0"])
def test_a_row_that_is_none_gets_no_team(force, sam, row):
    make_team(by=force.sam, at=NOW, name="Night crew", members=[(CrewRole.POLICE_OFFICER, "PC1234")])
    page = sam.post(SEVERAL, rows(force, {}) | {"add_team": row, "form-0-team": "x"})
    assert page.status_code == 200
    assert "PC1234" not in page.content.decode()


def test_nobody_gets_a_team_of_somebody_else(force, sam):
    team = make_team(by=force.sue, at=NOW, name="Night crew", members=[(CrewRole.POLICE_OFFICER, "PC1234")])
    page = sam.post(SEVERAL, rows(force, {}) | {"add_team": "1", "form-0-team": str(team.pk)})
    assert "PC1234" not in page.content.decode()
