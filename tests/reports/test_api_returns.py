"""Submitted returns for other systems: what the page says, as far as the caller may know it."""

from datetime import UTC, datetime

import pytest

from hotspot.core.permissions import Scope
from reports.returns import operations
from reports.returns.template_operations import AskedFor
from tests import factories
from tests.api import conforms, person_caller, problem, system_caller
from tests.hotspots import ledger
from tests.returns import HOURS, SPENT, asked, begun, filled, sent

AT = datetime(2024, 11, 20, 12, tzinfo=UTC)
ROWS = (
    AskedFor("Patrols", "heading"), AskedFor("Arrests", "arrests", by_area=True),
    AskedFor("Knives", "weapons:group=knives"), HOURS,
    AskedFor("Rate", "ratio", top=2, base=4, per=100), SPENT, AskedFor("When", "entered:date"),
)  # fmt: skip


@pytest.fixture
def made(force, now):
    """September: 8 hours of two in Hitchin with an arrest, and £12 spent."""
    now.move_to(AT)
    shift = factories.PatrolShiftFactory.create(
        area=force.hitchin, funding_stream=force.grant, logged_by=force.sam,
        starts_at=datetime(2024, 9, 3, 20, tzinfo=UTC), ends_at=datetime(2024, 9, 4, 4, tzinfo=UTC),
    )  # fmt: skip
    factories.ArrestFactory.create(shift=shift)
    return sent(force, AT, filled(force, begun(force, AT, asked(force, AT, *ROWS)), row_6=1200, row_7="2024-10-03"))


def test_who_may_see_records_reads_all_of_it(force, made):
    reader = system_caller(force.adam, Scope.READ_RETURNS, Scope.READ_SHIFTS, name="BI")
    said = conforms(reader.get(f"returns/{made.pk}"), "read_return")
    rows = {row["asked"]: (row["kind"], row["unit"], row["value"]) for row in said["rows"]}
    assert rows == {
        "Patrols": ("heading", "", None), "Arrests": ("counted", "arrests", 1), "Knives": ("counted", "weapons", 0),
        "Hours of patrol": ("counted", "hours", 16), "Rate": ("ratio", "tenths", 63),
        "Spent": ("entered", "pence", 1200), "When": ("entered", "date", "2024-10-03"),
    }  # fmt: skip
    assert {area["hotspot_area"]: area["value"] for area in said["rows"][1]["by_area"]}["Hitchin town centre"] == 1
    assert (said["sha256"], said["prepared_by"], said["submitted_by"]) == (
        made.sha256, force.anna.name, force.adam.name,
    )  # fmt: skip


def test_returns_alone_are_told_what_the_pccs_office_is(force, made):
    for caller in (system_caller(force.adam, Scope.READ_RETURNS, name="BI"), person_caller(force.paul)):
        said = conforms(caller.get(f"returns/{made.pk}"), "read_return")
        rows = {row["asked"]: row for row in said["rows"]}
        assert (rows["Arrests"]["value"], rows["Rate"]["value"], rows["Spent"]["value"]) == (1, 63, 1200)
        assert (rows["Knives"]["value"], rows["Knives"]["is_withheld"]) == (None, True)
        assert {area["value"] for area in rows["Arrests"]["by_area"]} == {None}
        assert said["sha256"] is None


def test_the_list_has_what_was_submitted_and_says_what_was_restated(force, made, django_assert_max_num_queries):
    reader = system_caller(force.adam, Scope.READ_RETURNS, name="BI")
    draft = operations.restate(by=force.anna, at=AT, return_id=made.pk, reason="The invoice came late")
    assert [row["restated_by"] for row in reader.get("returns").json()["results"]] == [None]
    assert reader.get(f"returns/{draft.pk}").status_code == 404
    assert person_caller(force.anna).get(f"returns/{draft.pk}").status_code == 404
    newer = sent(force, AT, draft)
    with django_assert_max_num_queries(6):
        answer = reader.get("returns")
    rows = conforms(answer, "list_returns")["results"]
    assert [(row["id"], row["version"], row["restates"], row["restated_by"]) for row in rows] == [
        (newer.pk, 2, made.pk, None), (made.pk, 1, None, newer.pk),
    ]  # fmt: skip
    assert rows[0]["reference"] == newer.slug
    for query, number in (("since=2024-10-01", 0), ("until=2024-09-30", 2), (f"programme={force.programme.pk}", 2)):
        assert len(reader.get(f"returns?{query}").json()["results"]) == number
    assert problem(reader.get("returns?moon=1"))[0] == 400


def test_no_other_scope_reads_returns(force, made):
    for scope in set(Scope) - {Scope.READ_RETURNS}:
        caller = system_caller(force.adam, scope, name=scope)
        assert [caller.get(path).status_code for path in ("returns", f"returns/{made.pk}")] == [403, 403], scope
    assert person_caller(force.sam).get(f"returns/{made.pk}").status_code == 403


def test_what_is_of_no_single_area_and_what_costs_leave_out_are_told_in_fields(force, made):
    ledger.approved(force)
    ledger.approved(force, area=force.hitchin, net_pence=100_00)
    rows = AskedFor("Spend", "spend", by_area=True), AskedFor("Cost", "cost:patrol_cost", by_area=True), HOURS
    other = sent(force, AT, begun(force, AT, asked(force, AT, *rows, name="Money")))
    for caller, rest in ((person_caller(force.anna), 120_00), (person_caller(force.paul), None)):
        said = conforms(caller.get(f"returns/{other.pk}"), "read_return")["rows"]
        assert [row["in_no_area"] for row in said] == [rest, None, None]
        assert [row["note"] for row in said] == ["", "16 hours without a rate are left out", ""]
