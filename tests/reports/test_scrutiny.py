"""The scrutiny pack: counted again in plain Python, its intervals, what is withheld, and its files."""

import io
import random
import uuid
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from math import isclose

import pytest
from django.db import InternalError, transaction
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from hotspot.core.calendar import Period
from hotspot.core.definitions.registry import definition_of
from hotspot.core.errors import NotAllowed
from hotspots.models import ResidentTable
from outcomes.models import StopSearch, WeaponKind
from patrols.models import CrewMember, CrewRole, PatrolShift
from reports.figures.breakdowns import knife_kinds
from reports.figures.running_suppression import told_parts
from reports.models import FrozenPack
from reports.returns.queries import counted
from reports.scrutiny import presenters
from reports.scrutiny.counting import GroupCounts, PackCounts, pack_counts
from reports.scrutiny.disclosure import PackPlace, told_pack
from reports.scrutiny.operations import freeze_pack
from reports.scrutiny.packs import make_pack, make_told_pack
from reports.scrutiny.presenters import PackText
from reports.scrutiny.rates import find_rate, rate_of_residents, rate_ratio_of_residents
from tests import factories
from tests.reports.results import WIDE, residents

NOW = datetime(2025, 6, 2, 12, tzinfo=UTC)
FIRST, LAST = date(2024, 5, 1), date(2025, 3, 31)
PAGE = "/scrutiny/"
AGES = (
    "Group,Residents\nWhite,900\nMixed,20\nAsian,50\nBlack,20\nOther,10\n"
    "under 10,130\n10-17,100\n18-24,80\n25-34,140\nover 34,550\n"
)


def loaded(force, content=WIDE, place="Hertfordshire", year=2011):
    return residents(by=force.anna, content=content, place=place, year=year)


@pytest.fixture
def world(force):
    draw = random.Random(5)
    people = [
        ("W1", "white"),
        ("W9", "other"),
        ("B1", "black"),
        ("A2", "asian"),
        ("M1", "mixed"),
        ("NS", "white"),
        (None, None),
    ]
    shifts, searches = [], []
    for number in range(260):
        day = FIRST + timedelta(days=draw.randrange(330))
        starts_at = datetime(day.year, day.month, day.day, 18, number % 60, tzinfo=UTC)
        state = draw.choices(["completed", "voided"], [9, 1])[0]
        shift = PatrolShift(
            area=force.hitchin,
            funding_stream=force.grant,
            logged_by=force.sam,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=8),
            logged_at=starts_at + timedelta(hours=8),
            submission_id=uuid.uuid4(),
            state=state,
            void_reason="Entered twice" if state == "voided" else "",
        )
        said, seen = draw.choices(people, [50, 10, 15, 12, 4, 6, 3])[0]
        search = factories.StopSearchFactory.build(
            shift=shift,
            self_defined_ethnicity_id=said,
            officer_defined_ethnicity_id=seen,
            age_band_id=draw.choice(["10_17", "18_24", "25_34", "over_34"]),
            found=draw.choice([True, False, False, None]),
            void_reason=draw.choices(["", "Twice"], [19, 1])[0],
        )
        shifts.append(shift)
        searches.append(search)
    PatrolShift.objects.bulk_create(shifts)
    CrewMember.objects.bulk_create(
        CrewMember(
            shift=each,
            shift_state=each.state,
            role=CrewRole.POLICE_OFFICER,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
        )
        for each in shifts
    )
    StopSearch.objects.bulk_create(searches)
    return force


def naive(period, group_of):
    found: dict[str, list[int]] = {}
    for search in StopSearch.objects.select_related("shift"):
        shift = search.shift
        if search.void_reason or shift.state != "completed" or not period.first_day <= shift.day <= period.last_day:
            continue
        row = found.setdefault(group_of(search), [0, 0, 0])
        row[0] += 1
        row[1] += search.found is True
        row[2] += search.found is False
    return found


BROAD = {"W": "white", "M": "mixed", "A": "asian", "B": "black", "O": "other"}


def self_defined(search):
    code = search.self_defined_ethnicity_id
    return "not_entered" if code is None else "not_stated" if code == "NS" else BROAD[code[0]]


@pytest.mark.parametrize("period", [Period(FIRST, LAST), Period(date(2024, 6, 11), date(2024, 11, 3))])
def test_a_recount_in_plain_python(world, period):
    counts = pack_counts(programme=world.programme, period=period, areas=[world.hitchin.pk])

    def as_rows(groups):
        return {g: [c.searches, c.found, c.nothing] for g, c in groups.items() if c.searches}

    assert as_rows(counts.self_defined) == naive(period, self_defined)
    assert as_rows(counts.officer_defined) == naive(period, lambda s: s.officer_defined_ethnicity_id or "not_entered")
    assert as_rows(counts.age) == naive(period, lambda s: s.age_band_id or "not_entered")


def test_intervals_against_published_values():
    # Clopper and Pearson's interval of 10 in 100, and Garwood's of 20 Poisson events: 12.217 to 30.889.
    found = find_rate(10, 90)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0490, 0.1762)
    rate = rate_of_residents(20, 1_000_000)
    assert isclose(rate.low, 0.12217, rel_tol=1e-3)
    assert isclose(rate.high, 0.30889, rel_tol=1e-3)
    # Two equal populations, 40 and 20: the exact interval of vocabulary.md, 0.277 to 0.876.
    ratio = rate_ratio_of_residents((20, 1000), (40, 1000))
    assert (ratio.value, round(ratio.low, 3), round(ratio.high, 3)) == (0.5, 0.277, 0.876)


@pytest.mark.parametrize(("found", "nothing"), [(0, 0), (5, 14), (19, 0)])
def test_nothing_is_said_of_few(found, nothing):
    assert find_rate(found, nothing) is None


def test_no_rate_of_few_or_of_nobody():
    assert rate_of_residents(19, 1000) is None
    assert rate_of_residents(20, 0) is None
    assert rate_ratio_of_residents((19, 1000), (40, 1000)) is None
    assert rate_ratio_of_residents((20, 1000), (40, 0)) is None


def table(pack, code):
    return {row[0]: row[1:] for row in next(t for t in presenters.tables(pack) if t.code == code).rows}


def test_the_tables_of_who_sees_records(world, now):
    loaded(world)
    pack = make_pack(world.anna, programme=world.programme, period=Period(FIRST, LAST), at=NOW)
    assert not pack.is_withheld
    counts = naive(Period(FIRST, LAST), self_defined)
    total = sum(row[0] for row in counts.values())
    against = table(pack, "self_defined")
    white, black = counts["white"][0], counts["black"][0]
    assert against["White"][:4] == [f"{white}", f"{100 * white / total:.1f}%", "977,495", "87.6%"]
    ratio = (black / 31401) / (white / 977495)
    assert against["Black"][5].startswith(f"{ratio:.2f} (")
    assert against["Not stated"][2:] == ["[z]"] * 4
    # Fewer than 20: the counts, and no rate.
    assert counts["mixed"][0] < 20
    assert against["Mixed"][4:] == ["[u]", "[u]"]
    assert "did not state their ethnicity" in " ".join(presenters.summary(pack))
    assert "2011 census" in " ".join(presenters.summary(pack))
    assert "White" in table(pack, "officer_defined")


def test_age_against_residents(world):
    loaded(world, AGES, "A town", 2021)
    pack = make_pack(world.anna, programme=world.programme, period=Period(FIRST, LAST), at=NOW)
    assert table(pack, "age")["under 10"][2] == "130"


def test_without_residents_it_says_so(world):
    pack = make_pack(world.anna, programme=world.programme, period=Period(FIRST, LAST), at=NOW)
    assert "No residents are loaded" in " ".join(presenters.summary(pack))
    assert table(pack, "self_defined")["White"][2:] == ["[z]"] * 4


@pytest.mark.parametrize(
    ("content", "place", "words"),
    [
        (WIDE, "Atlantis", "no row for Atlantis"),
        (WIDE.replace("31401", "31402"), "Hertfordshire", "do not add up"),
        (WIDE.replace("31401", "many"), "Hertfordshire", "not a number"),
        (AGES.replace("over 34,550\n", ""), "A town", "says nothing of over 34"),
        (AGES.replace("Mixed,20", "White,20"), "A town", "has White again"),
        (AGES.replace("Mixed", "Purple"), "A town", "none of"),
        ("Area,People\nx,1\n", "A town", "needs the columns"),
    ],
)
def test_files_of_residents_that_are_refused(force, content, place, words):
    with pytest.raises(Exception, match=words):
        loaded(force, content, place)
    assert not ResidentTable.objects.exists()


def test_loading_on_the_page(force, as_user, now):
    said = {"place": "Hertfordshire", "census_year": "2011", "licence": "OGL v3.0", "source": "ONS"}
    file = io.BytesIO(WIDE.encode())
    file.name = "pfa.csv"
    page = as_user(force.anna).post("/police-data/residents/new/", {**said, "file": file}, follow=True).content.decode()
    assert "Hertfordshire, 2011 census is loaded" in page
    assert "Black: 31,401" in page


GROUPS = ("white", "mixed", "asian", "black", "other", "not_stated", "not_entered")
CELLS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 3)), min_size=7, max_size=7)


def as_counts(cells):
    groups = {g: GroupCounts(f + n + u, f, n) for g, (f, n, u) in zip(GROUPS, cells, strict=True)}
    return PackCounts(Period(FIRST, LAST), groups, groups, groups)


@given(st.lists(CELLS, min_size=1, max_size=5))
def test_no_small_number_is_told_nor_follows_from_a_total(months):
    counts = [as_counts(cells) for cells in months]
    for end in range(1, len(counts) + 1):
        told = told_pack([PackPlace(each) for each in counts[:end]], range(1, 5))
        groups = counts[end - 1].self_defined
        assert not {groups[group].searches for group in told.self_defined} & {1, 2, 3, 4}
        assert told.self_defined_finds <= told.self_defined
        for group in told.self_defined_finds:
            assert not {groups[group].found, groups[group].nothing, groups[group].unsaid} & {1, 2, 3, 4}
        # Every column's total is known: what is withheld of it is never one group.
        assert len(groups.keys() - told.self_defined) != 1
        assert len(groups.keys() - told.self_defined_finds) != 1


def test_finds_that_are_withheld_withhold_no_searches():
    groups = {"white": GroupCounts(100, 30, 69), "asian": GroupCounts(60, 20, 40), "black": GroupCounts(50, 20, 30)}
    told = told_pack([PackPlace(PackCounts(Period(FIRST, LAST), groups, groups, groups))], range(1, 5))
    assert told.self_defined == groups.keys()
    # One search of a White person does not say. Altogether it is one, so of nobody is it told what was found.
    assert told.self_defined_finds == frozenset()


def test_what_was_not_told_in_one_column_is_known_in_none():
    # In the second quarter what was found moves by 2, so no find of the group is told, in none of the columns.
    rest = dict.fromkeys(GROUPS[1:], GroupCounts(100, 50, 50))
    quarters = [
        PackPlace(PackCounts(Period(FIRST, LAST), *[rest | {"white": GroupCounts(*cells)}] * 3))
        for cells in ((20, 10, 10), (30, 12, 18), (22, 17, 5))
    ]
    assert "white" in told_pack(quarters[:1], range(1, 5)).self_defined_finds
    assert "white" not in told_pack(quarters[:2], range(1, 5)).self_defined_finds
    # Of its searches everybody was told 30.
    assert told_pack(quarters, range(1, 5)).self_defined == set(GROUPS)
    assert "white" not in told_pack(quarters, range(1, 5)).self_defined_finds


def test_a_part_that_moved_by_a_small_number_is_withheld():
    months = [{"a": 10, "b": 20, "c": 30}, {"a": 12, "b": 20, "c": 50}]
    assert told_parts(months[:1], range(1, 5)) == {"a", "b", "c"}
    assert told_parts(months, range(1, 5)) == {"c"}


def test_the_pcc_office_gets_whole_months_without_small_groups(world, now, as_user):
    now.move_to(NOW)
    loaded(world)
    page = as_user(world.paul).get(f"{PAGE}?since=2024-08-01").content.decode()
    assert "1 May 2024 to 31 March 2025" in page
    assert "Choose days" not in page
    pack = make_pack(world.paul, programme=world.programme, period=Period(FIRST, LAST), at=NOW)
    for code in ("self_defined", "officer_defined"):
        numbers = Counter(cell for cells in table(pack, code).values() for cell in cells[:1])
        assert not set(numbers) & {"1", "2", "3", "4"}
    assert as_user(world.paul).get("/figures/searches/").status_code == 404


def test_a_frozen_pack_is_as_it_was_whatever_is_corrected_later(world, now, as_user):
    now.move_to(NOW)
    loaded(world)
    anna, paul = as_user(world.anna), as_user(world.paul)
    meeting = {"meeting": "Scrutiny panel", "meets_on_day": "12", "meets_on_month": "6", "meets_on_year": "2025"}
    sent = anna.post(f"{PAGE}meetings/new/", meeting | {"programme": world.programme.pk})
    assert sent.status_code == 302, sent.content.decode()
    frozen = FrozenPack.objects.get()
    page = paul.get(sent.headers["Location"])
    live = [row for table in paul.get(PAGE).context["pack"].tables for row in table.rows]
    assert [row for table in PackText.from_json(text_in(frozen)).tables for row in table.rows] == live
    twice = anna.post(f"{PAGE}meetings/new/", meeting | {"programme": world.programme.pk})
    assert "frozen for this meeting already" in twice.content.decode()
    StopSearch.objects.filter(self_defined_ethnicity="W1").update(void_reason="Twice")
    assert paul.get(sent.headers["Location"]).context["pack"] == page.context["pack"]
    book = paul.get(f"{sent.headers['Location']}xlsx/").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("self_defined").to_python()
    assert live[0][:2] in [[str(cell).removesuffix(".0") for cell in row[:2]] for row in rows]
    assert "Scrutiny panel" in paul.get(PAGE).content.decode()
    assert as_user(world.sam).get(sent.headers["Location"]).status_code == 403
    for change in (lambda: FrozenPack.objects.update(meeting="Another"), frozen.delete):
        with pytest.raises(InternalError), transaction.atomic():
            change()


def text_in(frozen):
    return {name: value for name, value in frozen.body.items() if name not in ("counted", "told")}


def test_a_correction_after_a_meeting_is_no_small_difference_from_its_pack(world, now):
    now.move_to(NOW)
    question = {"programme": world.programme, "at": NOW}
    freeze_pack(by=world.paul, meeting="Panel", meets_on=date(2025, 6, 12), **question)
    before = make_told_pack(world.paul, **question)
    assert "white" in before.told.self_defined
    StopSearch.objects.filter(
        pk=StopSearch.objects.standing().filter(self_defined_ethnicity="W1", shift__state="completed").first().pk
    ).update(void_reason="Twice")
    after = make_told_pack(world.paul, **question)
    assert after.counts.self_defined["white"].searches == before.counts.self_defined["white"].searches - 1
    assert "white" not in after.told.self_defined
    with pytest.raises(NotAllowed):
        freeze_pack(by=world.sam, meeting="Panel", meets_on=date(2025, 6, 13), **question)


@pytest.mark.parametrize("query", ["since=tomorrow", "since=2024-09-01&until=2024-08-01", "programme=0"])
def test_no_file_of_other_days_than_were_asked_for(world, now, as_user, query):
    now.move_to(NOW)
    anna = as_user(world.anna)
    assert anna.get(f"{PAGE}pack/xlsx/?{query}").status_code == 404
    page = anna.get(f"{PAGE}?{query}")
    assert page.status_code == 422
    assert "Download this pack" not in page.content.decode()


@pytest.mark.parametrize("path", [PAGE, "/figures/justice/"])
def test_the_pcc_office_chooses_the_programme_and_no_days(world, now, as_user, path):
    now.move_to(NOW)
    paul = as_user(world.paul)
    assert "Choose a programme" not in paul.get(path).content.decode()
    later = factories.ProgrammeFactory(
        name="Operation Hotspot 2025/26", first_day=date(2025, 4, 1), last_day=date(2026, 3, 31)
    )
    page = paul.get(f"{path}?programme={world.programme.pk}").content.decode()
    assert "Choose a programme" in page
    assert later.name in page
    assert 'name="since"' not in page


@pytest.mark.parametrize("kind", ["pdf", "xlsx", "ods"])
def test_files(world, now, as_user, kind):
    now.move_to(NOW)
    loaded(world)
    answer = as_user(world.anna).get(f"{PAGE}pack/{kind}/")
    assert answer.status_code == 200
    assert f"scrutiny-2024-05-01-to-2025-03-31.{kind}" in answer["Content-Disposition"]
    if kind == "xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
        assert book.sheet_names[:4] == ["Cover", "Contents", "Notes", "self_defined"]
        rows = {row[0]: row[1] for row in book.get_sheet_by_name("self_defined").to_python()}
        assert rows["White"] == naive(Period(FIRST, LAST), self_defined)["white"][0]
    elif kind == "pdf":
        assert answer.content.startswith(b"%PDF")


def test_searches_and_weapons_in_detail(force, now, as_user):
    shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    for number in range(25):
        factories.StopSearchFactory(
            shift=shift, detail_to_follow=False, power_id="mda_s23", object_id="controlled_drugs",
            outcome_id="no_further_action", found=number < 5,
        )  # fmt: skip
    kinds = [("bladed_article", "search"), ("bladed_article", "weapons_sweep"), ("knuckleduster", "search")]
    for kind, source in kinds:
        factories.WeaponRecoveredFactory(shift=shift, detail_to_follow=False, kind_id=kind, found_by_id=source)
    page = as_user(force.sam).get("/figures/searches/").content.decode()
    assert "3 weapons recovered, of which 2 knives" in page
    assert "Knife or other bladed or pointed article (knife)" in page
    # 5 of 25: the interval of Clopper and Pearson is 6.8% to 40.7%.
    assert "20% (7% to 41%)" in page


def test_one_list_of_knives(force, now, as_user):
    shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    for kind in WeaponKind.objects.all():
        factories.WeaponRecoveredFactory(shift=shift, detail_to_follow=False, kind=kind, found_by_id="search")
    blades = {
        "bladed_article", "flick_or_gravity_knife", "butterfly_knife", "disguised_knife", "push_dagger", "zombie_knife",
        "zombie_style_knife", "ninja_sword", "machete_or_sword",
    }  # fmt: skip
    assert knife_kinds() == blades
    code = "weapons:group=knives"
    period = Period.month(shift.day)
    question = {"programme": force.programme, "period": period, "areas": [force.hitchin], "at": NOW}
    counts = counted([code], **question, definition=definition_of("v1"))
    assert counts[code].total == len(blades)
    assert f"of which {len(blades)} knives" in as_user(force.sam).get("/figures/searches/").content.decode()
