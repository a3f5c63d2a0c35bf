"""Figures through the API: those of the one function, and withheld from whoever may not see small ones."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import urlencode

from hotspot.core import wording
from hotspot.core.api.json import JsonRenderer
from hotspot.core.calendar import Period
from hotspot.core.permissions import Scope
from patrols.models import PatrolShift
from reports.api import views
from reports.figures import headline as figures_headline
from reports.figures import suppression
from reports.figures.criteria import read_criteria
from reports.figures.headline import Grain
from reports.figures.measures import DEFINITION_VERSION
from tests import factories
from tests.api import conforms, errors, person_caller, problem, system_caller
from tests.reports.naive import MEASURES, counted_shifts, minutes, naive_figures

pytestmark = pytest.mark.usefixtures("now")
MAY, NOW = date(2024, 5, 1), date(2024, 10, 12)
JUNE, JULY = date(2024, 6, 5), date(2024, 7, 20)
HOURS = {"patrol_minutes": "patrol_hours", "clock_minutes": "clock_hours"}


@pytest.fixture
def records(force):
    """Nights of several lengths, crews and areas, with outcomes; voided, planned and unfunded ones among them."""
    for place in range(12):
        area = (force.hitchin, force.letchworth, force.watford)[place % 3]
        shift = factories.PatrolShiftFactory(
            area=area,
            funding_stream=force.business_as_usual if place == 7 else force.grant,
            state={8: "voided", 9: "planned"}.get(place, "completed"),
            starts_at=datetime(2024, 5 + place // 3, 3 + place, 21, 15 * (place % 4), tzinfo=UTC),
            crew=["police_officer", "pcso", "community_enforcement_officer"][: 1 + place % 3],
        )
        if shift.state == "planned":
            continue
        factories.ArrestFactory.create_batch(place % 4, shift=shift)
        factories.StopSearchFactory.create_batch(place % 2, shift=shift)
        factories.AsbPowerUseFactory.create_batch(place % 3, shift=shift)
        factories.AsbPowerUseFactory(shift=shift, kind_id="dispersal_authorisation")
        factories.WeaponRecoveredFactory(shift=shift, void_reason="Entered twice")
    return force


@pytest.fixture
def summaries(force):
    return system_caller(force.adam, Scope.READ_FIGURES, name="BI")


def said(counts):
    """Counts as they are told to who may see them all."""
    return {**counts, **{HOURS[name]: wording.hours(counts[name]) for name in HOURS}}


@pytest.mark.parametrize(
    ("query", "first", "last", "by"),
    [
        ({}, MAY, NOW, ()),
        ({"period": "2024-06"}, date(2024, 6, 1), date(2024, 6, 30), ()),
        ({"by": ["area"]}, MAY, NOW, ("area",)),
        ({"by": ["area", "month"]}, MAY, NOW, ("area", "month")),
        ({"by": ["day"]}, MAY, NOW, ("day",)),
        ({"period": "days", "since": str(JUNE), "until": str(JULY), "by": ["month"]}, JUNE, JULY, ("month",)),
    ],
)
def test_figures_are_those_of_counting_every_record(records, query, first, last, by):
    anna, areas = person_caller(records.anna), [records.hitchin.pk, records.letchworth.pk, records.watford.pk]
    found = conforms(anna.get("figures", query), "read_figures")
    naive = naive_figures(records.programme, first, last, areas, by)
    total = {measure: sum(counts[measure] for counts in naive.values()) for measure in MEASURES}
    assert total["patrols"] > 1
    assert found["totals"] == said(total)
    if by:
        form = {"area": int, "month": lambda day: f"{day:%Y-%m}", "day": str}
        rows = {tuple(row[name] for name in by): row for row in found["rows"]}
        assert rows.keys() == {tuple(form[name](key) for name, key in zip(by, keys, strict=True)) for keys in naive}
        for keys, counts in naive.items():
            key = tuple(form[name](value) for name, value in zip(by, keys, strict=True))
            assert rows[key] == dict(zip(by, key, strict=True)) | said(counts)
    assert (found["definition"], found["programme"]) == (DEFINITION_VERSION, records.programme.pk)
    assert (found["period"]["first_day"], found["period"]["last_day"]) == (str(first), str(last))


def test_a_supervisor_gets_the_figures_of_their_districts(records):
    found = person_caller(records.sue).get("figures").json()
    assert found["areas"] == [records.watford.pk]
    (counts,) = naive_figures(records.programme, MAY, NOW, [records.watford.pk]).values()
    assert found["totals"] == said(counts)
    assert errors(person_caller(records.sue).get("figures", {"area": records.hitchin.pk})) == [(None, "not_understood")]


@pytest.mark.parametrize("who", ["paul", "summaries"])
def test_small_numbers_and_single_days_are_not_told(records, summaries, who):
    caller = summaries if who == "summaries" else person_caller(records.paul)
    found = conforms(caller.get("figures", {"by": ["area", "month"]}), "read_figures")
    programme, areas = records.programme, found["areas"]
    withheld = suppression.withheld(programme=programme, areas=areas, at=timezone.now())
    exact = figures_headline.figures(
        programme=programme,
        period=Period(MAY, NOW),
        areas=areas,
        at=timezone.now(),
        by=(figures_headline.Grain.AREA, figures_headline.Grain.MONTH),
    )
    hidden = 0
    for row in exact.rows:
        (told,) = [each for each in found["rows"] if (each["area"], each["month"]) == (row.area, f"{row.month:%Y-%m}")]
        for column in figures_headline.COLUMNS:
            is_hidden = withheld.hides(column, [row.area], Period.month(row.month))
            hidden += is_hidden
            value = getattr(row.counts, column)
            expected = None if is_hidden else wording.hours(value) if column in HOURS else value
            assert told[HOURS.get(column, column)] == expected
    assert hidden
    assert "patrol_minutes" not in found["totals"]
    assert found["totals"]["patrols"] == exact.totals.patrols
    for query in ({"by": "day"}, {"since": "2024-10-01"}, {"until": "2024-10-01"}, {"period": "days"}):
        answer = caller.get("figures", query)
        assert problem(answer) == (400, "invalid"), query
        assert {code for _, code in errors(answer)} == {"choose_whole_months"}, query
    for address in ("figures/roles", "figures/asb-powers"):
        assert problem(caller.get(address)) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"period": "2023-01"}, None),
        ({"period": "x" * 21}, "period"),
        ({"period": "days", "since": "2024-10-02", "until": "2024-10-01"}, None),
        ({"period": "2024-06", "since": "2024-06-02"}, None),
        ({"since": "2024-02-30"}, "since"),
        ({"since": "0001-01-01"}, "since"),
        ({"programme": "0"}, "programme"),
        ({"programme": 10**9}, None),
        ({"area": 10**9}, None),
        ({"by": "officer"}, "by[0]"),
        ({"by": ["area", "month", "day"]}, "by"),
        ({"as_at": "2024-10-01T00:00Z"}, "as_at"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_and_not_put_right(records, query, field):
    answer = person_caller(records.anna).get("figures", query)
    assert problem(answer) == (400, "invalid")
    assert [named for named, _ in errors(answer)] == [field]


def test_roles_are_those_of_the_crews(records):
    areas = [records.hitchin.pk, records.letchworth.pk, records.watford.pk]
    shifts = counted_shifts(records.programme, MAY, NOW, areas)
    counts: dict[str, list[int]] = {}
    for shift in shifts:
        for member in shift.crew.all():
            row = counts.setdefault(member.role, [0, 0])
            row[0] += minutes(member.starts_at, member.ends_at)
            row[1] += 1
    found = conforms(person_caller(records.anna).get("figures/roles"), "read_figures_by_role")
    assert {row["role"]: [row["patrol_minutes"], row["people"]] for row in found["rows"]} == counts
    assert len(counts) == 3
    total = person_caller(records.anna).get("figures").json()["totals"]["patrol_minutes"]
    assert sum(row["patrol_minutes"] for row in found["rows"]) == total


def test_powers_are_those_of_the_records(records):
    areas = [records.hitchin.pk, records.letchworth.pk, records.watford.pk]
    counts: dict[str, int] = {}
    for shift in counted_shifts(records.programme, MAY, NOW, areas):
        for use in shift.asb_powers.all():
            counts[use.kind_id] = counts.get(use.kind_id, 0) + (use.void_reason == "")
    found = conforms(person_caller(records.anna).get("figures/asb-powers"), "read_figures_by_power")
    assert {row["kind"]: row["uses"] for row in found["rows"]} == counts
    headline = sum(row["uses"] for row in found["rows"] if row["in_headline"])
    assert headline == person_caller(records.anna).get("figures").json()["totals"]["asb_powers"]
    assert headline < sum(counts.values())


def test_figures_cost_the_same_however_many_parts(records):
    anna = person_caller(records.anna)

    def questions(query):
        anna.get("figures", query)
        with CaptureQueriesContext(connection) as asked:
            assert anna.get("figures", query).status_code == 200
        return len(asked)

    few = questions({"by": "area"})
    factories.HotspotAreaFactory.create_batch(9, district=records.north_herts)
    assert questions({"by": ["area", "month"]}) == few


def test_without_a_programme_there_are_no_figures(force, summaries):
    for model in (type(force.grant), type(force.programme)):
        model.objects.all().delete()
    assert problem(summaries.get("figures")) == (404, "not_found")


PERIODS = [
    {},
    {"period": "2024-06"},
    {"period": "2024-05-to-2024-08"},
    {"period": "days", "since": str(JUNE), "until": str(JULY)},
    {"period": "days", "since": str(JUNE), "until": str(JUNE)},
]
SPLITS = [(), *((one,) for one in Grain), *((one, other) for one in Grain for other in Grain if one != other)]


@pytest.mark.slow
@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("by", SPLITS)
def test_rows_that_the_database_writes_are_those_that_python_writes_byte_for_byte(records, period, by):
    anna = person_caller(records.anna)
    areas = ([], [records.hitchin.pk, records.watford.pk], [records.letchworth.pk])
    for query in ({**period, "by": list(by), "area": some} for some in areas):
        text = anna.get("figures", query).content
        question = read_criteria(QueryDict(urlencode(query, doseq=True)), by=records.anna, today=NOW)
        counted = figures_headline.figures(
            programme=question.programme,
            period=question.period,
            areas=[area.pk for area in question.areas],
            at=timezone.now(),
            by=by,
        )
        rows = [views._row(row, question, None) for row in counted.rows]
        totals = views._totals(counted.totals, question, None)
        about = views._about(question, timezone.now())
        assert text == JsonRenderer().render(about | {"totals": totals, "rows": rows})


def test_what_has_been_withdrawn_leaves_no_row(records):
    anna = person_caller(records.anna)
    PatrolShift.objects.filter(state="completed").update(state="voided", void_reason="Entered twice")
    for by in ((), ("area", "month"), ("day",)):
        assert anna.get("figures", {"by": list(by)}).json()["rows"] == []
