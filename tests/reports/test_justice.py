"""What became of arrests: counted again in plain Python, told without small numbers, and on its page."""

import random
import uuid
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspot.core.calendar import Period
from hotspot.core.errors import DomainError
from outcomes.models import Arrest, JusticeOutcome, JusticeStage
from patrols.models import CrewMember, CrewRole, PatrolShift
from reports.claims.checking import check_text
from reports.claims.evidence import Evidence
from reports.figures.headline import figures
from reports.justice import definitions
from reports.justice.counting import JusticeCounts, justice_figures, justice_series
from reports.justice.disclosure import parts_of, told_figures
from reports.justice.presenters import jailed_sentence
from reports.justice.queries import told_since_launch
from reports.models import Statement
from reports.statements import operations
from reports.statements.body import draft_of
from tests import factories
from tests.plans import statements_of
from tests.publishing import send

FIRST, LAST = date(2024, 5, 1), date(2024, 11, 30)
NOW = datetime(2025, 6, 2, 12, tzinfo=UTC)
PAGE = "/figures/justice/"
KNOWN_BY = [date(2024, 4, 1), date(2024, 8, 15), date(2024, 12, 10), date(2025, 6, 1)]


def stage(arrest, code, day, **more):
    """A step of an arrest, not written yet."""
    outcome = JusticeOutcome.objects.get(pk=code)
    return JusticeStage(
        arrest=arrest, outcome=outcome, step=outcome.step, day=day, entered_at=datetime(2025, 2, 1, tzinfo=UTC), **more
    )


@pytest.fixture
def world(force):
    """Three hundred arrests with whatever became of them; some withdrawn, some on shifts that no figure counts."""
    draw = random.Random(14)
    grounds = [force.hitchin, force.letchworth] if hasattr(force, "letchworth") else [force.hitchin]
    shifts, arrests, stages = [], [], []
    for number in range(300):
        day = FIRST + timedelta(days=draw.randrange(240))
        start = datetime(day.year, day.month, day.day, 18, number % 60, tzinfo=UTC)
        area, state = draw.choice(grounds), draw.choices(["completed", "voided"], [9, 1])[0]
        shifts.append(
            PatrolShift(
                area=area, funding_stream=force.grant, logged_by=force.sam, starts_at=start, state=state,
                ends_at=start + timedelta(hours=8), logged_at=start + timedelta(hours=9), submission_id=uuid.uuid4(),
                void_reason="Entered twice" if state == "voided" else "",
            )
        )  # fmt: skip
        void = draw.choices(["", "Twice"], [19, 1])[0]
        arrests.append(factories.ArrestFactory.build(shift=shifts[-1], void_reason=void))
        stages += made_up_course(arrests[-1], day, draw)
    PatrolShift.objects.bulk_create(shifts)
    CrewMember.objects.bulk_create(
        CrewMember(shift=shift, shift_state=shift.state, role=CrewRole.POLICE_OFFICER, starts_at=shift.starts_at,
                   ends_at=shift.ends_at)
        for shift in shifts for _ in range(2)
    )  # fmt: skip
    # Django takes the numbers that parents were given when a child is written.
    Arrest.objects.bulk_create(arrests)
    JusticeStage.objects.bulk_create(stages)
    return force


def made_up_course(arrest, day, draw):
    """What became of an arrest, step by step."""
    on = day + timedelta(days=draw.randrange(60))
    decision = draw.choice([None, "charged", "summonsed", "cautioned", "no_further_action", "penalty_notice"])
    void = draw.choices(["", "Wrong arrest"], [9, 1])[0]
    if draw.random() < 0.3:
        yield stage(arrest, "bailed", day)
    if decision:
        yield stage(arrest, decision, draw.choice([on, on, None]), void_reason=void)
    if decision in ("charged", "summonsed", None) and draw.random() < 0.6:
        court, later = draw.choice(["convicted", "convicted", "acquitted", "discontinued"]), on + timedelta(days=30)
        more = {"sentence_kind": "custody", "custody_days": draw.randrange(1, 900)} if court == "convicted" else {}
        if more and draw.random() < 0.3:
            more = {"sentence_kind": "suspended", "sentence": "6 months"}
        if more and draw.random() < 0.3:
            more["sentenced_on"] = later + timedelta(days=40)
        yield stage(arrest, court, later, **more)


def naive(period, known_by):
    """The same counts, arrest by arrest."""
    counts = dict.fromkeys(asdict(JusticeCounts(*[0] * 9)), 0)
    for arrest in Arrest.objects.select_related("shift"):
        shift = arrest.shift
        if arrest.void_reason or shift.state != "completed" or not period.first_day <= shift.day <= period.last_day:
            continue
        counts["arrests"] += 1
        known = {
            each.step: each
            for each in arrest.stages.all()
            if not each.void_reason and (each.day or each.entered_at.date()) <= known_by
        }
        decision, court = known.get("decision"), known.get("court")
        to_court = decision is not None and decision.outcome_id in ("charged", "summonsed")
        counts["charged"] += bool(court or to_court)
        if court:
            convicted = court.outcome_id == "convicted"
            counts["convicted" if convicted else "ended"] += 1
            if court.custody_days and (court.sentenced_on or court.day) <= known_by:
                counts["jailed"] += 1
                counts["custody_days"] += court.custody_days
        elif decision is None or to_court:
            counts["open"] += 1
        else:
            counts["no_action" if decision.outcome_id == "no_further_action" else "out_of_court"] += 1
    return counts


def counted(force, period, known_by):
    areas = list(PatrolShift.objects.values_list("area", flat=True).distinct())
    return justice_figures(programme=force.programme, period=period, areas=areas, known_by=known_by)


# All questions in one test: to make three hundred arrests takes longer than to count them.
@pytest.mark.slow
def test_a_recount_in_plain_python(world):
    for last, known_by in product([date(2024, 7, 11), LAST], KNOWN_BY):
        period = Period(FIRST, last)
        found = counted(world, period, known_by).counts
        assert asdict(found) == naive(period, known_by), (last, known_by)
        assert sum(parts_of(found).values()) == found.arrests
        if known_by.year == 2025:
            assert min(asdict(found).values()) > 0


def test_a_series_is_its_months_in_one_statement(world):
    areas = list(PatrolShift.objects.values_list("area", flat=True).distinct())
    ends = [date(2024, 6, 30), date(2024, 9, 30), date(2025, 3, 31)]
    asked = [(Period(FIRST, end), end) for end in ends]
    series = justice_series(programme=world.programme, asked=asked, areas=areas)
    assert [asdict(each.counts) for each in series] == [naive(*each) for each in asked]
    assert len({each.counts.arrests for each in series}) == len(ends)
    sent = statements_of(lambda: told_since_launch(world.paul, programme=world.programme, at=NOW))
    assert len([each for each in sent if "outcomes_arrest" in each]) == 1


def test_arrests_are_those_of_the_headline(world):
    period = Period(FIRST, LAST)
    areas = list(PatrolShift.objects.values_list("area", flat=True).distinct())
    headline = figures(programme=world.programme, period=period, areas=areas, at=NOW)
    assert counted(world, period, NOW.date()).counts.arrests == headline.totals.arrests


def test_nothing_that_is_later_changes_what_was_known(world):
    period = Period(FIRST, LAST)
    before = counted(world, period, date(2024, 12, 10))
    arrest = Arrest.objects.filter(void_reason="", shift__state="completed", stages=None, shift__day__lte=LAST).first()
    stage(arrest, "charged", date(2024, 12, 11)).save()
    assert counted(world, period, date(2024, 12, 10)) == before
    assert counted(world, period, date(2024, 12, 11)).counts.charged > before.counts.charged - 1


def test_the_definition_is_frozen():
    assert sha256(repr(definitions.J1).encode()).hexdigest()[:16] == "aedd9d3f45a2e7a5"


PARTS_OF_A_MONTH = st.lists(st.integers(0, 12), min_size=7, max_size=7)


def as_counts(parts):
    jailed, not_jailed, ended, at_court, undecided, out, none = parts
    convicted = jailed + not_jailed
    return JusticeCounts(
        sum(parts), convicted + ended + at_court, convicted, jailed, 30 * jailed, ended, out, none, at_court + undecided
    )


@given(st.lists(PARTS_OF_A_MONTH, min_size=1, max_size=6))
def test_no_small_number_is_told_nor_follows(months):
    small = range(1, 5)
    counts = [as_counts(parts) for parts in months]
    told = [told_figures(counts[: end + 1], small) for end in range(len(counts))]
    last: dict[str, int] = {}
    for month, codes in zip(counts, told, strict=True):
        values = parts_of(month)
        shown = {code for code in ("jailed", "ended", "out_of_court", "no_action") if code in codes}
        for code in shown:
            assert values[code] not in small
            assert abs(values[code] - last.get(code, 0)) not in small
            last[code] = values[code]
        groups = {"convicted": month.convicted, "ended": month.ended, "open": month.open}
        groups |= {"out_of_court": month.out_of_court, "no_action": month.no_action}
        hidden = [number for code, number in groups.items() if code not in codes]
        if len(hidden) == 1 and month.arrests not in small:
            # It follows from the others, so it has to be one that could be told itself.
            assert hidden[0] not in small
    assert all("arrests" in codes for codes in told)


def test_one_part_is_never_withheld_alone():
    told = told_figures([as_counts([3, 20, 10, 10, 30, 9, 40])], range(1, 5))
    assert told == {"arrests", "ended", "no_action", "open"}


def test_words_for_a_press_text():
    day = date(2024, 11, 30)
    assert jailed_sentence(day, 150, 8) == (
        "Of the 150 arrests up to 30 November 2024, 8 had led to a prison sentence by then"
    )
    assert (
        jailed_sentence(day, 1, 0)
        == "Of the 1 arrest up to 30 November 2024, none had led to a prison sentence by then"
    )


def test_a_statement_quotes_people_jailed_and_keeps_the_numbers(world, now, as_user):
    now.move_to(NOW)
    draft = operations.draft(by=world.anna, at=NOW, programme=world.programme, code="launch")
    words = "{headline} carried out.\n\n{jailed}."
    operations.save_words(by=world.anna, at=NOW, statement_id=draft.pk, words=words)
    ready = draft_of(Statement.objects.get(pk=draft.pk), NOW)
    counts = naive(world.programme.period, date(2025, 3, 31))
    said = jailed_sentence(date(2025, 3, 31), counts["arrests"], counts["jailed"])
    assert said in ready.text
    assert ready.unsupported == []
    operations.acknowledge(by=world.anna, statement_id=draft.pk, checks=ready.checks)
    sent = send(by=world.anna, at=NOW, statement_id=draft.pk)
    assert sent.body["justice"] == {
        "definition": "j1", "known_by": "2025-03-31", "arrests": counts["arrests"], "jailed": counts["jailed"],
    }  # fmt: skip


def test_a_small_number_of_people_jailed_is_in_no_press_text(world, now):
    JusticeStage.objects.filter(sentence_kind="custody").update(sentence_kind="suspended", custody_days=None)
    for found in JusticeStage.objects.filter(outcome="convicted", void_reason="")[:3]:
        JusticeStage.objects.filter(pk=found.pk).update(sentence_kind="custody", custody_days=30)
    now.move_to(NOW)
    draft = operations.draft(by=world.paul, at=NOW, programme=world.programme, code="launch")
    operations.save_words(by=world.paul, at=NOW, statement_id=draft.pk, words="{headline}. {jailed}.")
    ready = draft_of(Statement.objects.get(pk=draft.pk), NOW)
    assert any("take out {jailed}" in check for check in ready.checks)
    operations.acknowledge(by=world.paul, statement_id=draft.pk, checks=ready.checks)
    with pytest.raises(DomainError, match="withheld"):
        send(by=world.paul, at=NOW, statement_id=draft.pk)


def test_a_claim_about_prison_is_not_supported_and_what_is_known_is_said(world, now):
    now.move_to(NOW)
    programme = world.programme
    evidence = Evidence(by=world.anna, programme=programme, period=programme.period, at=NOW)
    (answer,) = check_text("Offenders have been jailed.", evidence).answers
    counts = naive(programme.period, date(2025, 3, 31))
    assert not answer.is_supported
    assert answer.finding == f"{jailed_sentence(date(2025, 3, 31), counts['arrests'], counts['jailed'])}."


def test_the_page_says_of_which_days_and_by_when(world, now, as_user):
    now.move_to(NOW)
    page = as_user(world.anna).get(f"{PAGE}?since=2024-05-01&until=2024-11-30&known_by=2024-12-10").content.decode()
    counts = naive(Period(FIRST, LAST), date(2024, 12, 10))
    assert (
        f"Of {counts['arrests']} arrests from 1 May 2024 to 30 November 2024, by 10 December 2024: "
        f"{counts['charged']} charged, {counts['convicted']} convicted, {counts['jailed']} jailed, "
        f"{counts['open']} still open."
    ) in page
    assert "An arrest is not a person" in page
    assert as_user(world.anna).get(f"{PAGE}?known_by=2030-01-01").status_code == 422


def test_the_pcc_office_gets_months_that_are_over_and_no_other_question(world, now, as_user):
    now.move_to(NOW)
    paul = as_user(world.paul)
    page = paul.get(PAGE).content.decode()
    assert "by 31 March 2025" in page
    assert "known_by" not in page
    assert paul.get(f"{PAGE}?known_by=2024-08-01").content.decode().count("by 31 March 2025") == 1
