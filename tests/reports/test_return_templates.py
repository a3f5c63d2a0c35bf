"""Templates of returns that are copied, or begin with a starter."""

from datetime import UTC, datetime, timedelta

import pytest

from hotspot.core.errors import DomainError
from hotspots.models import Programme
from reports.models import ReturnTemplate
from reports.returns import template_operations
from reports.returns.forms import copy_initial
from reports.returns.sources import sources
from reports.returns.starters import STARTERS
from reports.returns.template_operations import AskedFor, asked_of
from tests import factories
from tests.returns import HOURS, asked

AT = datetime(2024, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def next_year(force, now) -> Programme:
    """A programme after the force's own, with a funding stream of another name."""
    now.move_to(AT)
    programme = factories.ProgrammeFactory.create(name="Operation Hotspot 2025/26")
    factories.FundingStreamFactory.create(programme=programme, name="Council")
    return programme


def copied(force, template: ReturnTemplate, programme: Programme, name: str = "Next year") -> ReturnTemplate:
    return template_operations.copy_template(
        by=force.adam, at=AT, template_id=template.pk, programme=programme, name=name
    )


def test_a_copy_asks_for_the_same_with_the_streams_of_its_programme(force, next_year):
    by_grant = AskedFor("By grant", f"crew:stream={force.grant.pk}")
    spent = AskedFor("Spent", "entered:pence", "budget", stream_id=force.grant.pk)
    rate = AskedFor("Cost of an hour", "ratio", top=3, base=1)
    template = asked(force, AT, HOURS, by_grant, spent, rate, by_area=True)
    with pytest.raises(DomainError, match="has no funding stream “Home Office grant”"):
        copied(force, template, next_year)
    assert not next_year.return_templates.exists()
    grant = factories.FundingStreamFactory.create(programme=next_year, name="HOME OFFICE grant")
    copy = copied(force, template, next_year)
    assert (copy.every, copy.by_area, copy.versions.get().due_days) == ("month", True, 14)
    rows = asked_of(copy.versions.get())
    assert [(row.source, row.stream_id, row.top, row.base) for row in rows] == [
        ("patrol_hours", None, 0, 0), (f"crew:stream={grant.pk}", None, 0, 0), ("entered:pence", grant.pk, 0, 0),
        ("ratio", None, 3, 1),
    ]  # fmt: skip


def test_a_copy_has_another_name_in_the_same_programme(force, next_year, as_user):
    template, adam = asked(force, AT), as_user(force.adam)
    path = f"/returns/{template.pk}/copy/"
    assert f'value="{template.name} (copy)"' in adam.get(path).content.decode()
    same = {"programme": force.programme.pk, "name": template.name}
    answer = adam.post(path, same)
    assert answer.status_code == 422
    assert "already has a return of this name" in answer.content.decode()
    assert adam.post(path, {**same, "name": "Copy"})["Location"].endswith("/rows/")
    assert ReturnTemplate.objects.count() == 2


def test_a_template_without_rows_is_not_copied(force, next_year):
    empty = template_operations.make_template(
        by=force.adam, programme=force.programme, name="Empty", every="month", by_area=False
    )
    with pytest.raises(DomainError, match="nothing to copy"):
        copied(force, empty, next_year)


@pytest.mark.parametrize("code", STARTERS)
def test_starters_are_made_of_what_there_is(force, next_year, as_user, code):
    data = {"programme": force.programme.pk, "name": "Begun", "every": "month", "begin_with": code}
    assert as_user(force.adam).post("/returns/new/", data).status_code == 302
    rows = asked_of(ReturnTemplate.objects.get().versions.get())
    assert [row.label for row in rows] == [row.label for row in STARTERS[code].rows]
    assert {row.source for row in rows} <= set(sources(force.programme))
    ratios = [(rows[row.top - 1].label, rows[row.base - 1].label) for row in rows if row.source == "ratio"]
    assert ratios == {"activity": [("Arrests", "Patrol hours")], "money": []}[code]
    # Hours without a rate are among the patrol hours, and have no cost.
    assert (
        code == "activity" or {row.label: row.source for row in rows}["Cost of a patrol hour"] == "cost:cost_per_hour"
    )


@pytest.mark.parametrize(
    ("own", "following", "name", "copied_name"),
    [
        ("Operation Hotspot", "Operation Hotspot 2025/26", "Hotspot monthly return", "Hotspot monthly return"),
        ("Operation Hotspot 2024", "Operation Hotspot", "Return 2024", "Return 2024"),
        ("Operation Hotspot 2024/25", "Operation Hotspot 2025/26", "Return 2024/25", "Return 2025/26"),
        ("Hotspot 2024", "Hotspot 2025", "Return 2024 of 2024", "Return 2025 of 2025"),
    ],
)
def test_only_years_follow_the_programme_in_the_name_of_a_copy(own, following, name, copied_name):
    programme = factories.ProgrammeFactory.build(pk=1, name=own)
    later = factories.ProgrammeFactory.build(pk=2, name=following, first_day=programme.last_day + timedelta(days=1))
    template = ReturnTemplate(programme=programme, name=name)
    assert copy_initial(template, [programme, later]) == {"programme": "2", "name": copied_name}
