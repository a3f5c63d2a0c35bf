"""The card of outcomes by kind: against a slow twin, and against the headline."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from hotspot.core.calendar import Period
from outcomes.models import Arrest, AsbPowerKind, AsbPowerUse, OffenceGroup, SearchOutcome, StopSearch, WeaponRecovered
from reports.dashboard.cards.kinds import NOT_KNOWN, KindPart, by_kind, outcomes_by_kind
from reports.figures.headline import figures
from reports.figures.series import Selection
from tests import factories
from tests.conftest import NOW
from tests.reports.naive import counted_shifts

pytestmark = pytest.mark.slow

OCTOBER = Period(date(2024, 10, 1), date(2024, 10, 31))


def some_outcome(shift, dice) -> None:
    """One outcome of some kind, some with their detail, some withdrawn."""
    values = {"shift": shift, "void_reason": dice.choice(["", "", "", "Entered twice"])}
    detailed = dice.random() < 0.6
    kind = dice.randrange(4)
    if kind == 0:
        groups = dice.choice(["theft_offences", "drug_offences"]) if detailed else None
        factories.ArrestFactory(**values, detail_to_follow=not detailed, offence_group_id=groups)
    elif kind == 1:
        detail = {
            "outcome_id": dice.choice(["arrest", "no_further_action"]),
            "power_id": "pace_s1",
            "object_id": "stolen_goods",
            "found": dice.choice([True, False, None]),
        }
        factories.StopSearchFactory(**values, detail_to_follow=not detailed, **(detail if detailed else {}))
    elif kind == 2:
        detail = {"kind_id": "bladed_article", "found_by_id": "search"}
        factories.WeaponRecoveredFactory(**values, detail_to_follow=not detailed, **(detail if detailed else {}))
    else:
        kinds = ["dispersal_direction", "cpw", "informal_warning", "dispersal_authorisation"]
        factories.AsbPowerUseFactory(**values, kind_id=dice.choice(kinds))


@pytest.fixture
def busy(force, now):
    """Shifts over two months: of other streams, states and programmes too, with outcomes of every kind."""
    dice = random.Random(7)
    other = factories.FundingStreamFactory(
        programme=factories.ProgrammeFactory(first_day=force.programme.first_day, last_day=force.programme.last_day)
    )
    for _ in range(45):
        shift = factories.PatrolShiftFactory(
            area=dice.choice([force.hitchin, force.letchworth, force.watford]),
            funding_stream=dice.choice([force.grant, force.grant, force.grant, force.business_as_usual, other]),
            state=dice.choice(["completed", "completed", "completed", "voided"]),
            logged_by=force.sam,
            starts_at=datetime(2024, 9, 27, 21, tzinfo=UTC) + timedelta(hours=6 * dice.randrange(56)),
            crew=["police_officer"],
        )
        for _ in range(dice.randrange(9)):
            some_outcome(shift, dice)
    return force


def asked(force, period=OCTOBER, areas=None) -> Selection:
    return Selection(force.programme, period, areas or [force.hitchin, force.letchworth, force.watford], NOW)


def twin(question: Selection) -> Counter:
    """How many outcomes there are of each figure and kind, found and not found, in plain Python."""
    period = question.period
    shifts = counted_shifts(question.programme, period.first_day, period.last_day, question.area_ids)
    ids = {shift.pk for shift in shifts}
    counts: Counter = Counter()
    for model, figure, kind in (
        (Arrest, "arrests", "offence_group"),
        (StopSearch, "stop_searches", "outcome"),
        (WeaponRecovered, "weapons", "kind"),
        (AsbPowerUse, "asb_powers", "kind"),
    ):
        for row in model.objects.select_related(kind):
            if row.shift_id in ids and not row.void_reason:
                term = getattr(row, kind)
                key = (figure, term.label if term else None)
                counts[*key, "number"] += 1
                counts[*key, "found"] += getattr(row, "found", None) is True
                counts[*key, "not_found"] += getattr(row, "found", None) is False
    return +counts


@pytest.mark.parametrize("area_names", [("hitchin", "letchworth", "watford"), ("letchworth",)])
def test_kinds_are_what_counting_each_outcome_gives(busy, area_names):
    question = asked(busy, areas=[getattr(busy, name) for name in area_names])
    found: Counter = Counter()
    for part in by_kind(question):
        for name in ("number", "found", "not_found"):
            found[part.column, part.label, name] += getattr(part, name)
    assert +found == twin(question)
    assert {column for column, _, _ in found} == {"arrests", "stop_searches", "weapons", "asb_powers"}


def test_what_is_counted_in_the_headline_adds_up_to_it(busy):
    question = asked(busy)
    totals = figures(programme=busy.programme, period=OCTOBER, areas=question.area_ids, at=NOW).totals
    sums: Counter = Counter()
    for part in by_kind(question):
        sums[part.column] += part.number if part.in_headline else 0
    assert all(sums.values())
    assert dict(sums) == {column: getattr(totals, column) for column in sums}
    assert len(sums) == 4


def test_what_the_headline_leaves_out_is_shown_apart_and_what_is_not_known_has_a_row(busy):
    card = outcomes_by_kind(by_kind(asked(busy)))
    counted = {kind: is_counted for _, kind, _, is_counted, *_ in card.rows}
    apart = set(AsbPowerKind.objects.filter(in_headline=False).values_list("label", flat=True))
    assert {kind for kind, is_counted in counted.items() if is_counted == "no"} == apart
    assert [row[0] for row in card.rows if row[1] == NOT_KNOWN] == ["Arrests", "Stop searches", "Weapons recovered"]
    apart_panel = "ASB powers used, not in the headline"
    names = ["Arrests", "Stop searches", "Weapons recovered", "ASB powers used", apart_panel]
    assert [panel.name for panel in card.chart.panels] == names
    shown = {panel.name: [bar.name for bar in panel.chart.bars] for panel in card.chart.panels}
    assert set(shown[apart_panel]) == apart
    assert {kind for name in names[:-1] for kind in shown[name]} == {kind for kind in counted if kind not in apart}


def test_what_the_headline_leaves_out_dwarfs_nothing_that_it_counts():
    powers = [("CPW", 20, True), ("Dispersal direction", 10, True), ("Informal warning", 2000, False)]
    card = outcomes_by_kind([KindPart("asb_powers", name, number, counts) for name, number, counts in powers])
    lengths = {panel.name: [bar.length for bar in panel.chart.bars] for panel in card.chart.panels}
    assert lengths == {"ASB powers used": [1000, 500], "ASB powers used, not in the headline": [1000]}


def test_kinds_come_most_first_with_those_apart_and_not_known_last(force):
    shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant)
    for kind, number in (("cpw", 1), ("dispersal_direction", 2), ("informal_warning", 3)):
        factories.AsbPowerUseFactory.create_batch(number, shift=shift, kind_id=kind)
    factories.ArrestFactory.create_batch(3, shift=shift)
    factories.ArrestFactory(shift=shift, detail_to_follow=False, offence_group_id="theft_offences")
    assert [(part.column, part.number) for part in by_kind(asked(force))] == [
        ("arrests", 1),
        ("arrests", 3),
        ("asb_powers", 2),
        ("asb_powers", 1),
        ("asb_powers", 3),
    ]
    card = outcomes_by_kind(by_kind(asked(force)))
    assert (
        card.sentence
        == "The headline counts 3 uses of ASB powers, most often dispersal direction (s35); 3 more are counted apart."
    )
    assert list(card.rows[0]) == ["Arrests", OffenceGroup.objects.get(pk="theft_offences").label, 1, "yes", None, None]


def searches(found: int, not_found: int) -> list[KindPart]:
    return [KindPart("stop_searches", "Arrest", found + not_found + 3, found=found, not_found=not_found)]


def test_the_find_rate_leaves_out_searches_that_do_not_say_and_needs_twenty():
    assert (
        outcomes_by_kind(searches(5, 15)).sentence
        == "Something was found in 5 of 20 stop searches whose detail says (25%)."
    )
    assert outcomes_by_kind(searches(5, 14)).sentence.endswith("5 of 19 stop searches whose detail says.")
    assert "found" not in outcomes_by_kind(searches(0, 0)).sentence


def test_without_outcomes_there_is_nothing_to_show(force):
    factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant)
    card = outcomes_by_kind(by_kind(asked(force)))
    assert (card.rows, card.chart, card.sentence) == ([], None, "No outcomes were recorded.")
    assert by_kind(Selection(force.programme, OCTOBER, [], NOW)) == []


def test_the_number_of_queries_is_fixed(busy, django_assert_num_queries):
    for areas in ([busy.hitchin], None):
        with django_assert_num_queries(5):
            by_kind(asked(busy, areas=areas))


def test_a_search_keeps_its_outcome_when_other_detail_is_to_follow(force):
    shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant)
    factories.StopSearchFactory(shift=shift, outcome_id="arrest", found=True)
    arrest = SearchOutcome.objects.get(pk="arrest").label
    assert by_kind(asked(force)) == [KindPart("stop_searches", arrest, 1, found=1)]
