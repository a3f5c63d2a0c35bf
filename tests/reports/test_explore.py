"""Exploring: every cell against counting record by record, what makes no sense, and what is withheld."""

import random
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from html import unescape
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from hotspot.core.calendar import Period
from hotspots.models import HotspotArea
from outcomes.models import Arrest, AsbPowerUse, StopSearch, WeaponRecovered
from patrols.models import CrewMember, CrewRole, Visit
from reports.explore.counting import ExploreScope, Number, numbers
from reports.explore.criteria import ExploreCriteria, read_explored
from reports.explore.dimensions import DIMENSIONS, dimensions_of
from reports.explore.measures import MEASURES
from reports.explore.suppression import withheld_cells
from reports.explore.tables import explore
from reports.figures.criteria import read_criteria
from reports.figures.scales import ticks
from tests import factories
from tests.conftest import NOW
from tests.reports.naive import counted_shifts, london_day, minutes
from tests.reports.test_figures_page import patrol
from tests.reports.test_rules import rational_solutions

LONDON = ZoneInfo("Europe/London")
ANALYST = factories.UserFactory.build(role="analyst")
PERIODS = [Period(date(2024, 10, 1), date(2024, 11, 30)), Period(date(2024, 10, 5), date(2024, 11, 17))]


@pytest.fixture
def busy(force, now):
    """Nights from late September to early December, around the clock change, with crews, visits and outcomes."""
    dice = random.Random(5)
    partner = factories.FundingStreamFactory(programme=force.programme, name="District council")
    for number in range(50):
        start = datetime(2024, 9, 28, 17, tzinfo=UTC) + timedelta(hours=32 * number + dice.randrange(9))
        shift = factories.PatrolShiftFactory(
            area=dice.choice([force.hitchin, force.letchworth, force.watford]),
            funding_stream=dice.choice([force.grant, force.grant, partner, force.business_as_usual]),
            state="voided" if number % 9 == 8 else "completed",
            logged_by=force.sam,
            starts_at=start,
            ends_at=start + timedelta(minutes=dice.randrange(90, 600)),
            crew=[],
        )
        for role in ("police_officer", dice.choice(CrewRole.values)):
            late = timedelta(minutes=dice.randrange(40))
            factories.CrewMemberFactory(shift=shift, role=role, starts_at=start + late, ends_at=shift.ends_at)
        factories.VisitFactory(
            shift=shift, starts_at=start + timedelta(minutes=5), ends_at=start + timedelta(minutes=20)
        )
        for _ in range(dice.randrange(10)):
            _outcome(shift, dice)
    return force


def _outcome(shift, dice) -> None:
    happened = dice.choice([None, shift.starts_at + timedelta(minutes=dice.randrange(90))])
    values = {"shift": shift, "void_reason": dice.choice(["", "", "", "Entered twice"]), "happened_at": happened}
    known = dice.random() < 0.7
    kind = dice.randrange(4)
    if kind == 0:
        offence = dice.choice(["theft_offences", "drug_offences"]) if known else None
        factories.ArrestFactory(**values, detail_to_follow=not known, offence_group_id=offence)
    elif kind == 1:
        detail = {
            "outcome_id": dice.choice(["arrest", "no_further_action"]),
            "power_id": "pace_s1",
            "object_id": dice.choice(["stolen_goods", "controlled_drugs"]),
            "found": dice.choice([True, False, None]),
            "self_defined_ethnicity_id": dice.choice(["W1", "B1", None]),
            "age_band_id": dice.choice(["18_24", "over_34", None]),
        }
        factories.StopSearchFactory(**values, detail_to_follow=not known, **(detail if known else {}))
    elif kind == 2:
        detail = {
            "kind_id": dice.choice(["bladed_article", "other_offensive_weapon"]),
            "found_by_id": dice.choice(["search", "weapons_sweep"]),
        }
        factories.WeaponRecoveredFactory(**values, detail_to_follow=not known, **(detail if known else {}))
    else:
        factories.AsbPowerUseFactory(**values, kind_id=dice.choice(["dispersal_direction", "cpw", "informal_warning"]))


ROWS = {
    "crew": CrewMember,
    "visits": Visit,
    "arrests": Arrest,
    "stop_searches": StopSearch,
    "weapons": WeaponRecovered,
    "asb_powers": AsbPowerUse,
}
OWN = {
    "role": "role",
    "offence": "offence_group_id",
    "search_power": "power_id",
    "object": "object_id",
    "outcome": "outcome_id",
    "weapon": "kind_id",
    "found_by": "found_by_id",
    "power": "kind_id",
    "ethnicity": "self_defined_ethnicity_id",
    "officer_ethnicity": "officer_defined_ethnicity_id",
    "age": "age_band_id",
}


def key_of(code, shift, row, at):
    day = london_day(shift.starts_at)
    local = at.astimezone(LONDON) if at else None
    known = {
        "area": lambda: shift.area_id,
        "district": lambda: shift.area.district_id,
        "area_kind": lambda: shift.area.kind,
        "stream": lambda: shift.funding_stream_id,
        "month": lambda: day.replace(day=1),
        "week": lambda: day - timedelta(days=day.weekday()),
        "weekday": lambda: local.isoweekday() if local else None,
        "hour": lambda: local.hour if local else None,
    }
    return known[code]() if code in known else getattr(row, OWN[code])


def slow_twin(measure, by, force, period, areas) -> dict:
    """Every record by itself, patrol hours minute by minute where the clock is asked for."""
    numbers_of, bases = Counter(), Counter()
    for shift in counted_shifts(force.programme, period.first_day, period.last_day, areas):
        records = [shift] if measure.family.code == "shifts" else ROWS[measure.family.code].objects.filter(shift=shift)
        for row in records:
            if getattr(row, "void_reason", ""):
                continue
            timed = hasattr(row, "ends_at")
            at = row.starts_at if timed else row.happened_at
            if measure.code == "patrol_hours" and {"weekday", "hour"} & {each.code for each in by}:
                for minute in range(minutes(row.starts_at, row.ends_at)):
                    moment = at + timedelta(minutes=minute)
                    numbers_of[tuple(key_of(each.code, shift, row, moment) for each in by)] += 1
                continue
            key = tuple(key_of(each.code, shift, row, at) for each in by)
            number, base = _counts(measure.code, row)
            numbers_of[key] += number
            bases[key] += base
    keys = {key for key in {*numbers_of, *bases} if numbers_of[key] or bases[key]}
    return {key: Number(numbers_of[key], bases[key]) for key in keys}


def _counts(code, row) -> tuple[int, int]:
    if code in ("patrol_hours", "clock_hours"):
        return minutes(row.starts_at, row.ends_at), 0
    counts = {
        "finds": lambda: (row.found is True, 0),
        "find_rate": lambda: (row.found is True, row.found is not None),
        "knives": lambda: (row.kind is not None and row.kind.is_knife, 0),
        "asb_powers": lambda: (row.kind.in_headline, 0),
        "other_powers": lambda: (not row.kind.in_headline, 0),
    }
    return tuple(map(int, counts.get(code, lambda: (1, 0))()))


def splits(measure):
    """Every pair of dimensions that the page offers for a measure, and each by itself."""
    offered = dimensions_of(measure.family.code, by=ANALYST)
    clock = {"weekday", "hour"}
    for by in [*([each] for each in offered), *map(list, permutations(offered, 2))]:
        codes = {each.code for each in by}
        if measure.code == "patrol_hours" and codes & clock and codes & {"role", "stream", "week"}:
            continue
        yield by


@pytest.mark.slow
@pytest.mark.parametrize("measure", MEASURES.values(), ids=str)
def test_every_cell_is_what_counting_record_by_record_gives(busy, measure):
    areas = [busy.hitchin.pk, busy.letchworth.pk]
    for period in PERIODS:
        for by in splits(measure):
            scope = ExploreScope(busy.programme, period, areas, {})
            assert numbers(scope, measure, by) == slow_twin(measure, by, busy, period, areas), (period, by)


def test_a_few_cells_are_what_counting_record_by_record_gives(busy):
    areas = [busy.hitchin.pk, busy.letchworth.pk]
    for code, split in (
        ("patrol_hours", ("area", "month")),
        ("patrol_hours", ("district", "hour")),
        ("patrol_hours", ("week", "role")),
        ("find_rate", ("object", "month")),
        ("knives", ("found_by", "weekday")),
        ("asb_powers", ("power", "stream")),
    ):
        measure, by = MEASURES[code], [DIMENSIONS[each] for each in split]
        for period in PERIODS:
            found = numbers(ExploreScope(busy.programme, period, areas, {}), measure, by)
            assert found, (code, split)
            assert found == slow_twin(measure, by, busy, period, areas)


@pytest.mark.parametrize(
    ("code", "only"),
    [
        ("patrol_hours", {"role": ["pcso"]}),
        ("patrol_hours", {"weekday": [5, 6], "hour": [20, 21, 22]}),
        ("patrol_hours", {"area_kind": ["asb"]}),
        ("stop_searches", {"hour": [None, 21]}),
        ("find_rate", {"object": ["stolen_goods"], "ethnicity": [None]}),
        ("weapons", {"found_by": ["weapons_sweep", None], "area_kind": ["asb", "both"]}),
    ],
)
def test_what_it_is_narrowed_to_is_the_sum_of_those_cells(busy, code, only):
    measure, areas = MEASURES[code], [busy.hitchin.pk, busy.letchworth.pk, busy.watford.pk]
    by = [DIMENSIONS[each] for each in only]
    for period in PERIODS:
        cells = numbers(ExploreScope(busy.programme, period, areas, {}), measure, by)
        wanted = [
            number
            for key, number in cells.items()
            if all(value in values for value, values in zip(key, only.values(), strict=True))
        ]
        found = numbers(ExploreScope(busy.programme, period, areas, only), measure, [])
        assert found.get((), Number()) == sum(wanted, Number())


def asked_of(force, address, by=None, today=NOW.date()) -> ExploreCriteria:  # noqa: B008
    values = QueryDict(address)
    person = by or force.anna
    return read_explored(values, read_criteria(values, by=person, today=today), by=person)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("measure=nonsense", "There is no measure ‘nonsense’ to show."),
        ("measure=arrests&rows=role", "Arrests cannot be split by ‘role’."),
        ("measure=arrests&rows=area&columns=area", "Rows and columns were the same"),
        ("measure=patrol_hours&shown=per_hours", "there is no rate for every 100 of them"),
        ("measure=find_rate&shown=share", "is a share already"),
        ("shown=change", "Choose what to compare with"),
        ("shown=change&compare=before&rows=month", "are not the same"),
        ("measure=stop_searches&rows=age&shown=change&compare=before", "could tell small numbers"),
        ("measure=stop_searches&rows=age&only_object=stolen_goods", "nothing is narrowed down"),
        ("measure=stop_searches&only_ethnicity=B1", "nothing is narrowed by it"),
        ("measure=finds&rows=age", "see the find rate"),
        ("measure=arrests&rows=hour&shown=per_patrol", "see it for every 100 hours"),
        ("rows=area&chart=lines", "Lines need months"),
        ("rows=area&chart=multiples", "Small multiples need columns"),
        ("rows=hour&columns=role", "cannot be split by role too"),
        ("rows=hour&only_role=pcso", "cannot be narrowed by role"),
        ("only_role=chief", "There is no role ‘chief’."),
        ("measure=arrests&only_role=pcso", "cannot be narrowed by ‘role’"),
        ("only_area=1", "Choose areas and dates under"),
        ("measure=arrests&rows=stream&columns=hour&shown=per_hours", "There are no patrol hours by weekday or hour"),
    ],
)
def test_what_makes_no_sense_is_ignored_and_said(force, now, address, said):
    asked = asked_of(force, address)
    assert any(said in line for line in asked.ignored), asked.ignored
    assert not asked_of(force, asked.query().removeprefix("?")).ignored


def test_an_address_says_all_that_was_asked(force, now):
    address = (
        f"programme={force.programme.pk}&period=2024-10&measure=stop_searches&rows=object&columns=month&shown=share"
        "&chart=multiples&sort=explored.2&order=descending&only_search_power=pace_s1&only_search_power=none"
    )
    asked = asked_of(force, address)
    assert not asked.ignored
    assert asked.query() == f"?{address}"


def test_totals_are_the_sums_of_their_cells(busy):
    table = explore(asked_of(busy, "period=2024-10&measure=patrols&rows=area&columns=stream"), today=NOW.date())
    for cells, total in zip(table.cells, table.totals, strict=True):
        assert sum(cell.value for cell in cells) == total.value
    assert sum(total.value for total in table.totals) == table.foot[-1].value


def test_a_rate_is_of_the_hours_of_its_row_whatever_else_it_is_split_by(busy):
    address = "period=2024-10&measure=arrests&rows=area&columns=offence&shown="
    counts = explore(asked_of(busy, f"{address}count"), today=NOW.date())
    rates = explore(asked_of(busy, f"{address}per_hours"), today=NOW.date())
    hours = explore(asked_of(busy, "period=2024-10&measure=patrol_hours&rows=area"), today=NOW.date())
    scope = ExploreScope(
        busy.programme,
        Period(date(2024, 10, 1), date(2024, 10, 31)),
        [a.pk for a in asked_of(busy, "").question.areas],
        {},
    )
    patrol_minutes = numbers(scope, MEASURES["patrol_hours"], [DIMENSIONS["area"]])
    assert any(cell.value for row in counts.cells for cell in row)
    for row, (name, cells) in enumerate(zip(rates.rows, rates.cells, strict=True)):
        assert name == hours.rows[row]
        area = next(area for area in asked_of(busy, "").question.areas if area.name == name)
        for column, cell in enumerate(cells):
            number = counts.cells[row][column].value
            worked = patrol_minutes.get((area.pk,), Number()).number
            assert cell.value is None if not worked else abs(float(cell.value) - 6000 * number / worked) <= 0.05
            assert cell.is_uncertain == (cell.value is not None)


@pytest.mark.parametrize(
    "table",
    [
        [[12, 3, 30], [9, 14, 21], [40, 8, 0]],
        # A total that is withheld needs company, in the total's row as in its own.
        [[1, 1], [5, 100], [100, 5], [20, 20]],
        # Two in each row and column, and still one of them would follow from the sums of all.
        [[4, 4, 50, 50], [4, 4, 4, 50], [50, 50, 4, 4], [50, 50, 4, 4]],
        [[2, 1]],
        [[3], [20], [30]],
    ],
)
def test_no_withheld_number_follows_from_what_is_shown(table):
    assert_nothing_follows(table)


def test_no_withheld_number_follows_from_random_tables():
    dice = random.Random(2)
    for _ in range(150):
        columns = dice.randrange(1, 6)
        assert_nothing_follows(
            [[dice.choice([0, 1, 2, 3, 5, 8, 12, 30]) for _ in range(columns)] for _ in range(dice.randrange(2, 6))]
        )


def assert_nothing_follows(table) -> None:
    """Solve with exact fractions: nothing withheld has only one solution, and all that is small is withheld."""
    hidden = withheld_cells(table, range(1, 5))
    rows, columns = len(table), len(table[0])
    whole = [[*row, sum(row)] if columns > 1 else list(row) for row in table]
    whole.append([sum(column) for column in zip(*whole, strict=True)])
    gone = {*hidden.cells, *((y, columns) for y in hidden.rows), *((rows, x) for x in hidden.columns)}
    assert {(y, x) for y, row in enumerate(whole) for x, n in enumerate(row) if n in range(1, 5)} <= gone
    lines = [[(y, x) for x in range(columns + 1)] for y in range(rows + 1)] if columns > 1 else []
    lines += [[(y, x) for y in range(rows + 1)] for x in range(len(whole[0]))]
    sums = [{place: -1 if place == line[-1] else 1 for place in line if place in gone} for line in lines]
    assert rational_solutions(sums, sorted(gone)) == set()


def test_the_page_shows_the_answer_and_its_files(busy, as_user):
    anna = as_user(busy.anna)
    query = "?period=2024-10&measure=patrol_hours&rows=area&columns=month&chart=bars"
    page = anna.get(f"/explore/{query}")
    text = page.content.decode()
    assert page.status_code == 200
    assert "Patrol hours by hotspot area and month" in text
    assert "<svg" in text
    for file, start in (
        ("csv", b"\xef\xbb\xbf"),
        ("xlsx", b"PK"),
        ("ods", b"PK"),
        ("svg", b"<svg"),
        ("png", b"\x89PNG"),
    ):
        answer = anna.get(f"/explore/download.{file}{query}")
        assert answer.status_code == 200
        assert answer.content.startswith(start)
        assert f".{file}" in answer["Content-Disposition"]
    assert anna.get(f"/explore/download.exe{query}").status_code == 404


@pytest.mark.parametrize("chart", ["table", "bars", "lines", "multiples"])
@pytest.mark.parametrize("split", ["rows=month&columns=area", "rows=weekday&columns=hour", "rows=week"])
def test_every_chart_of_every_measure_can_be_asked_for(busy, as_user, chart, split):
    anna = as_user(busy.anna)
    for measure in ("patrol_hours", "find_rate"):
        page = anna.get(f"/explore/?period=2024-10&measure={measure}&{split}&chart={chart}")
        assert page.status_code == 200


def test_nothing_counted_says_so(force, now, as_user):
    text = as_user(force.anna).get("/explore/?period=2024-10&measure=weapons").content.decode()
    assert "Nothing was counted of this in October 2024" in text


def test_a_supervisor_explores_their_own_districts(busy, as_user):
    text = as_user(busy.sam).get("/explore/?period=2024-10&measure=patrols").content.decode()
    assert "Hitchin" in text
    assert "Watford town centre" not in text


def test_the_page_asks_the_database_a_fixed_number_of_times(busy, as_user, django_assert_max_num_queries):
    anna = as_user(busy.anna)
    with django_assert_max_num_queries(24):
        anna.get("/explore/?period=2024-10&measure=arrests&rows=area&columns=offence&shown=per_hours&only_stream=none")


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (0, 2.3, [0, 0.5, 1, 1.5, 2, 2.5]),
        (0, 12_212, [0, 5_000, 10_000, 15_000]),
        (-40, 90, [-50, 0, 50, 100]),
    ],
)
def test_ticks_are_round_and_hold_all_values(low, high, expected):
    assert ticks(low, high) == pytest.approx(expected)


def test_what_nobody_could_read_is_refused_with_what_to_choose_instead(busy, as_user):
    anna = as_user(busy.anna)
    page = anna.get("/explore/?period=launch&rows=hour&columns=weekday&measure=patrols&chart=bars").content.decode()
    assert "bars are too many to read" in page
    assert anna.get("/explore/download.svg?period=launch&rows=hour&columns=weekday&measure=patrols").status_code == 404


def test_a_week_or_month_that_is_not_whole_is_marked_and_no_line_leads_to_it(busy, as_user, now):
    """On 12 October two months are over; the period begins on 20 August."""
    anna, query = as_user(busy.anna), "?since=2024-08-20&until=2024-10-31&measure=patrols&rows=month&chart="
    for area in (busy.hitchin, busy.watford):
        for month in (8, 9, 10):
            patrol(busy, area, date(2024, month, 2 if month == 10 else 21))
    for chart, tag in (("lines", "circle"), ("bars", "rect")):
        page = anna.get(f"/explore/{query}{chart}")
        table = page.context["table"]
        assert list(table.rows) == ["August 2024 (12 days)", "September 2024", "October 2024 (12 days)"]
        html = page.content.decode()
        marks = re.findall(rf"<{tag} ([^>]*)><title>([^<]*)</title>", html)
        assert [("app-plot__part" in look, words.partition(" 2024")[0].split()[-1]) for look, words in marks] == [
            (True, "August"),
            (False, "September"),
            (True, "October"),
        ]
        assert "is not whole" in html
    line = re.search(r'<path d="([^"]*)" fill="none"', anna.get(f"/explore/{query}lines").content.decode())
    assert "L" not in line[1]
    now.move_to(datetime(2024, 9, 30, 12, tzinfo=UTC))
    rows = as_user(busy.anna).get(f"/explore/{query}lines").context["table"].rows
    assert rows[-1] == "September 2024 (to date)"


def test_weeks_and_months_after_the_last_record_of_a_programme_that_is_over_are_not_shown(force, now):
    """The last patrol was on Thursday 5 December; the programme ran to the end of March."""
    for day in (date(2024, 11, 4), date(2024, 12, 5)):
        patrol(force, force.hitchin, day)
    now.move_to(datetime(2025, 2, 12, 12, tzinfo=UTC))
    months, weeks = "period=launch&measure=patrols&rows=month", "period=launch&measure=patrols&rows=week"
    before, after = date(2025, 2, 12), date(2025, 6, 1)
    running = explore(asked_of(force, months, today=before), today=before)
    assert list(running.rows)[-2:] == ["January 2025", "February 2025 (12 days)"]
    table = explore(asked_of(force, months, today=after), today=after)
    assert list(table.rows) == ["November 2024", "December 2024 (5 days)"]
    assert table.row_parts == {date(2024, 12, 1)}
    table = explore(asked_of(force, weeks, today=after), today=after)
    assert list(table.rows)[-2:] == ["Week of 25 November 2024", "Week of 2 December 2024 (4 days)"]
    assert table.row_parts == {date(2024, 12, 2)}


def test_long_names_are_written_in_full_in_every_chart(busy, as_user):
    """Cut off, two groups were alike."""
    same = "Black, African, Caribbean or Black British and of any other background of the"
    for number, area in enumerate((busy.hitchin, busy.watford)):
        HotspotArea.objects.filter(pk=area.pk).update(name=f"{same} {number} kind")
    for chart in ("bars&rows=area", "lines&rows=month&columns=area", "multiples&rows=month&columns=area"):
        picture = as_user(busy.anna).get(f"/explore/?period=launch&measure=patrols&chart={chart}").context["picture"]
        texts = re.findall("<text.*?</text>", picture)
        said = {" ".join(unescape(re.sub("<[^>]*>", " ", text)).split()) for text in texts}
        assert {f"{same} 0 kind", f"{same} 1 kind"} <= said
        assert "…" not in picture


def test_the_numbers_up_a_small_chart_lie_within_it(busy, as_user):
    query = "/explore/?period=launch&measure=patrols&rows=month&columns=area&chart=multiples"
    picture = as_user(busy.anna).get(query).context["picture"]
    for panel in re.findall("<svg.*?</svg>", picture):
        names = [float(y) for y in re.findall(r'y="([\d.]+)"[^>]*font-weight="bold"', panel)]
        levels = [float(y) for y in re.findall(r'y="([\d.]+)"[^>]*text-anchor="end"', panel)]
        assert min(levels) >= max(names) + 14
        assert float(re.search(r'height="([\d.]+)"', panel)[1]) > max(levels) + 20


def test_what_is_compared_with_is_said_to_be_unused_where_no_change_is_shown(busy, as_user):
    anna, query = as_user(busy.anna), "/explore/?period=2024-10&compare=before&measure=patrols&rows=area"
    assert "is used where Show is" in anna.get(query).content.decode()
    assert "is used where Show is" not in anna.get(f"{query}&shown=change").content.decode()
    # Whatever else is not used.
    nonsense = anna.get(f"{query}&chart=nonsense").content.decode()
    assert "There is no chart ‘nonsense’ to show." in nonsense
    assert "is used where Show is" in nonsense
    why = anna.get(f"{query}&shown=change&columns=month").content.decode()
    assert "so the number is shown, not a change" in why
    assert "is used where Show is" not in why


def test_menus_say_what_each_part_is_of(busy, as_user):
    html = as_user(busy.anna).get("/explore/?measure=arrests").content.decode()
    rows = html.split('<select name="rows"')[1].split("</select>")[0]
    assert re.search(r'<option value="offence"[^>]* data-of="arrests"', rows)
    assert re.search(r'<option value="role"[^>]* data-of="crew"', rows)
    assert "data-of" not in re.search(r'<option value="area"[^>]*>', rows)[0]
    assert re.search(r'<option value="arrests"[^>]* data-of="arrests"', html.split('<select name="measure"')[1])


def test_a_withheld_number_is_in_no_file(busy, as_user):
    anna = as_user(busy.anna)
    query = "?period=launch&measure=stop_searches&rows=ethnicity&columns=month"
    table = explore(asked_of(busy, query.removeprefix("?")), today=NOW.date())
    assert table.has_withheld
    said = anna.get(f"/explore/download.csv{query}").content.decode()
    rows = [line.rsplit(",", 1)[1] for line in said.splitlines()[1:]]
    assert "[c]" in rows
    assert not {str(number) for number in busy.programme.small} & set(rows)
    assert "withheld" in anna.get(f"/explore/{query}").content.decode()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("compare=rest&rows=month", "All hotspot areas are asked for"),
        ("compare=year&rows=area", "No programme ran a year before"),
        ("compare=rest&rows=area&area={hitchin}", "no areas or districts in common"),
        ("compare=rest&rows=role&columns=district&area={hitchin}", "no areas or districts in common"),
    ],
)
def test_a_change_of_unlike_parts_is_not_shown(busy, as_user, address, said):
    query = f"period=2024-10&measure=patrol_hours&shown=change&{address.format(hitchin=busy.hitchin.pk)}"
    page = as_user(busy.anna).get(f"/explore/?{query}")
    # Months of another time are refused before it is looked for.
    expected = "are not the same" if "month" in address else said
    assert expected in page.content.decode()
    assert page.context["asked"].shown == "count"


def test_a_change_counts_what_was_there_before_and_is_gone(busy, as_user):
    for day, number in ((date(2024, 10, 6), 3), (date(2024, 10, 9), 1)):
        shift = factories.PatrolShiftFactory(
            area=busy.hitchin,
            funding_stream=busy.grant,
            logged_by=busy.sam,
            starts_at=datetime(day.year, day.month, day.day, 20, tzinfo=UTC),
        )
        kind = "injunction" if number == 3 else "cbo"
        factories.AsbPowerUseFactory.create_batch(number, shift=shift, kind_id=kind)
    query = "period=days&since=2024-10-08&until=2024-10-10&compare=before&measure=asb_powers&rows=power&shown=change"
    page = as_user(busy.anna).get(f"/explore/?{query}")
    assert "Compared with" in page.content.decode()
    table = page.context["table"]
    change = dict(zip(table.rows, (row[0].value for row in table.cells), strict=True))
    assert change["Civil injunction"] == -3
    assert table.foot[0].value == sum(change.values())


def test_what_was_patrolled_without_an_outcome_counts_in_the_rate(busy, as_user):
    """The total is a rate of all hours, also of a stream that led to nothing."""
    quiet = factories.FundingStreamFactory(programme=busy.programme, name="Quiet stream")
    factories.PatrolShiftFactory(
        area=busy.hitchin,
        funding_stream=quiet,
        logged_by=busy.sam,
        starts_at=datetime(2024, 10, 9, 20, tzinfo=UTC),
    )
    query = "period=2024-10&measure=arrests&shown=per_hours&rows="
    anna = as_user(busy.anna)
    by_stream, by_area = (anna.get(f"/explore/?{query}{rows}").context["table"] for rows in ("stream", "area"))
    assert "Quiet stream" in by_stream.rows
    assert by_stream.foot == by_area.foot


def test_a_heading_puts_the_rows_in_order_and_the_address_keeps_it(busy, as_user):
    anna = as_user(busy.anna)
    address = "/explore/?period=2024-10&measure=patrol_hours&rows=area"
    assert "sort=explored.2&amp;order=descending" in anna.get(address).content.decode()
    page = anna.get(f"{address}&sort=explored.2&order=descending")
    table, asked = page.context["table"], page.context["asked"]
    hours = [row[0].value for row in table.cells]
    assert len(set(hours)) > 1
    assert hours == sorted(hours, reverse=True)
    assert not asked.ignored
    assert asked.query().endswith("&sort=explored.2&order=descending")
    file = anna.get(f"/explore/download.csv{asked.query()}").content.decode()
    assert [line.rsplit(",", 1)[1] for line in file.splitlines()[1:]] == [str(each) for each in hours]


def test_a_supervisor_does_not_see_searches_by_ethnicity(busy, as_user):
    page = as_user(busy.sam).get("/explore/?period=2024-10&measure=stop_searches&rows=ethnicity")
    assert "Stop searches cannot be split by ‘self-defined ethnicity’." in page.content.decode()
    assert 'value="ethnicity"' not in page.content.decode()
