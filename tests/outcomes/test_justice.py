"""What became of arrests: how long a sentence is, which steps there can be, and the pages that enter them."""

from datetime import UTC, date, datetime

import pytest

from hotspot.core.errors import ChangedMeanwhile, DomainError, NotAllowed
from outcomes.justice import operations, queries, rules
from outcomes.justice.rules import StageEntry
from outcomes.kinds import ARREST
from outcomes.models import Arrest, JusticeOutcome, JusticeStage
from outcomes.recording.detail_operations import detail_outcome
from patrols.models import PatrolShift
from tests import factories

pytestmark = pytest.mark.django_db
LATER = datetime(2025, 3, 3, 12, tzinfo=UTC)
ARRESTS = "/outcomes/arrests/"


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("90 days", 90),
        ("1 day", 1),
        ("12 weeks", 84),
        ("6 months", 183),
        ("18 Months", 548),
        ("1 year", 365),
        ("2 years 6 months", 913),
        ("2 years, 6 months and 3 days", 916),
        ("2y6m", 913),
        ("4wks", 28),
    ],
)
def test_length_of_a_sentence(typed, days):
    assert rules.sentence_days(typed) == days


def test_a_length_is_no_longer_than_is_kept():
    with pytest.raises(DomainError) as refused:
        rules.sentence_days(" and ".join(["1 day"] * 9))
    assert (refused.value.code, refused.value.field) == ("sentence_too_long", "sentence")


@pytest.mark.parametrize(
    "typed", ["", "6", "six months", "6 moons", "life", "0 days", "6 months?", "-6 months", "200 years"]
)
def test_a_length_that_makes_no_sense(typed):
    with pytest.raises(DomainError) as refused:
        rules.sentence_days(typed)
    assert refused.value.code == "sentence_unclear"


def term(code):
    return JusticeOutcome.objects.get(pk=code)


def said(code, day, **more):
    return StageEntry(outcome=term(code), day=day, **more)


@pytest.fixture
def arrest(shift) -> Arrest:
    return factories.ArrestFactory(
        shift=shift, detail_to_follow=False, offence_group_id="robbery", reference="41XY/1234/24"
    )


@pytest.fixture
def record(arrest, force):
    def recorded(code, day, *, by=force.sam, at=LATER, **more):
        return operations.record_stage(by=by, at=at, arrest_id=arrest.pk, entry=said(code, day, **more))

    return recorded


def standing(arrest):
    return [(stage.step, stage.outcome_id, stage.day, stage.custody_days) for stage in queries.stages_of(arrest)]


def test_each_step_keeps_its_date_and_the_arrest_says_the_last(arrest, record, force):
    record("bailed", date(2024, 10, 12), source="Custody records")
    record("charged", date(2024, 11, 1))
    last = record(
        "convicted", date(2025, 1, 6), sentence_kind="custody", sentence="6 months", sentenced_on=date(2025, 2, 3)
    )
    assert standing(arrest) == [
        ("waiting", "bailed", date(2024, 10, 12), None),
        ("decision", "charged", date(2024, 11, 1), None),
        ("court", "convicted", date(2025, 1, 6), 183),
    ]
    arrest.refresh_from_db()
    assert (arrest.justice_outcome_id, arrest.custody_days) == ("convicted", 183)
    assert (last.entered_by, last.entered_at, last.sentence) == (force.sam, LATER, "6 months")
    assert last.sentenced_on == date(2025, 2, 3)


def test_the_same_step_again_changes_it_and_keeps_the_version_before(arrest, record):
    record("no_further_action", date(2024, 11, 1))
    stage = record("charged", date(2024, 12, 1))
    assert standing(arrest) == [("decision", "charged", date(2024, 12, 1), None)]
    assert list(stage.events.order_by("pgh_id").values_list("outcome", flat=True)) == ["no_further_action", "charged"]


def test_a_suspended_sentence_is_no_custody(arrest, record):
    stage = record("convicted", date(2025, 1, 6), sentence_kind="suspended", sentence="18 months")
    arrest.refresh_from_db()
    assert (stage.custody_days, stage.sentence, arrest.custody_days) == (None, "18 months", None)


@pytest.mark.parametrize(
    ("code", "day", "more", "field", "refusal"),
    [
        ("charged", date(2024, 10, 10), {}, "day", "justice_date_out_of_range"),
        ("charged", date(2025, 3, 4), {}, "day", "justice_date_out_of_range"),
        ("charged", date(2024, 11, 1), {"sentence_kind": "custody"}, "sentence_kind", "sentence_needs_conviction"),
        ("convicted", date(2025, 1, 6), {"sentence_kind": "custody"}, "sentence", "sentence_unclear"),
        ("convicted", date(2025, 1, 6), {"sentence": "6 months"}, "sentence_kind", "sentence_kind_missing"),
        (
            "convicted",
            date(2025, 1, 6),
            {"sentence_kind": "other", "sentence": "6 months"},
            "sentence",
            "sentence_has_no_length",
        ),
        (
            "convicted",
            date(2025, 1, 6),
            {"sentence_kind": "custody", "sentence": "1 day", "sentenced_on": date(2025, 1, 5)},
            "sentenced_on",
            "sentence_date_out_of_range",
        ),
    ],
)
def test_what_an_arrest_can_not_have_become(code, day, more, field, refusal, arrest, record):
    with pytest.raises(DomainError) as refused:
        record(code, day, **more)
    assert (refused.value.field, refused.value.code) == (field, refusal)
    assert not JusticeStage.objects.exists()


@pytest.mark.parametrize(
    ("first", "then", "refusal"),
    [
        (("cautioned", date(2024, 11, 1)), ("convicted", date(2025, 1, 6)), "not_charged"),
        (("convicted", date(2025, 1, 6)), ("no_further_action", date(2024, 11, 1)), "at_court_already"),
        (("charged", date(2025, 1, 7)), ("convicted", date(2025, 1, 6)), "justice_days_crossed"),
        (("convicted", date(2025, 1, 6)), ("charged", date(2025, 1, 7)), "justice_days_crossed"),
    ],
)
def test_steps_come_in_their_order(first, then, refusal, record):
    record(*first)
    with pytest.raises(DomainError) as refused:
        record(*then)
    assert refused.value.code == refusal


def test_the_last_step_can_be_taken_back_and_the_one_before_is_the_last_again(arrest, record, force):
    charged = record("charged", date(2024, 11, 1))
    convicted = record("convicted", date(2025, 1, 6), sentence_kind="custody", sentence="90 days")
    with pytest.raises(DomainError, match="Take that back first"):
        operations.withdraw_stage(by=force.sam, at=LATER, stage_id=charged.pk, reason="Another person")
    operations.withdraw_stage(by=force.sam, at=LATER, stage_id=convicted.pk, reason="Another person")
    arrest.refresh_from_db()
    assert (arrest.justice_outcome_id, arrest.custody_days) == ("charged", None)
    operations.withdraw_stage(by=force.sam, at=LATER, stage_id=charged.pk, reason="Another person")
    arrest.refresh_from_db()
    assert arrest.justice_outcome_id is None
    assert standing(arrest) == []
    assert JusticeStage.objects.count() == 2


def test_forms_and_systems_that_write_the_arrest_make_its_stages(arrest):
    def write(**values):
        Arrest.objects.filter(pk=arrest.pk).update(**values)

    write(justice_outcome="charged", justice_outcome_on=date(2024, 11, 1))
    write(justice_outcome="convicted", justice_outcome_on=date(2025, 1, 6), custody_days=90)
    assert standing(arrest) == [
        ("decision", "charged", date(2024, 11, 1), None),
        ("court", "convicted", date(2025, 1, 6), 90),
    ]
    # A step back: the later one was a mistake.
    write(justice_outcome="charged", justice_outcome_on=date(2024, 11, 2), custody_days=None)
    assert standing(arrest) == [("decision", "charged", date(2024, 11, 2), None)]
    write(justice_outcome=None, justice_outcome_on=None)
    assert standing(arrest) == []


def detailed(arrest, force, **values):
    version = PatrolShift.objects.get(pk=arrest.shift_id).version
    values = {name: term(value) if name == "justice_outcome" else value for name, value in values.items()}
    return detail_outcome(
        by=force.sam, at=LATER, kind=ARREST, outcome_id=arrest.pk, version=version, values=values
    )  # fmt: skip


@pytest.mark.parametrize(
    ("decision", "day", "refusal", "field"),
    [
        ("no_further_action", date(2024, 12, 1), "not_charged", "justice_outcome"),
        ("charged", date(2024, 10, 20), "justice_days_crossed", "justice_outcome_on"),
    ],
)
def test_details_keep_to_the_order_of_steps_too(decision, day, refusal, field, arrest, record, force):
    record(decision, date(2024, 11, 12))
    with pytest.raises(DomainError) as refused:
        detailed(arrest, force, justice_outcome="convicted", justice_outcome_on=day)
    assert (refused.value.code, refused.value.field) == (refusal, field)
    # A decision again is another one, and takes nothing back that came before.
    detailed(arrest, force, justice_outcome="charged", justice_outcome_on=date(2024, 10, 19))
    assert standing(arrest) == [("decision", "charged", date(2024, 10, 19), None)]


def test_a_corrected_date_keeps_the_sentence_and_who_told_us(arrest, record, force):
    facts = {"sentence_kind": "suspended", "sentence": "6 months", "source": "Court list"}
    record("convicted", date(2025, 1, 6), sentenced_on=date(2025, 2, 3), **facts)
    detailed(arrest, force, justice_outcome_on=date(2025, 1, 7))
    (stage,) = queries.stages_of(arrest)
    assert (stage.day, stage.sentenced_on) == (date(2025, 1, 7), date(2025, 2, 3))
    assert {name: getattr(stage, name) for name in facts} == facts
    # Another sentence is another one.
    detailed(arrest, force, custody_days=90)
    (stage,) = queries.stages_of(arrest)
    assert (stage.sentence_kind, stage.sentence, stage.sentenced_on, stage.source) == ("custody", "90 days", None, "")


def test_who_may_enter_it(arrest, record, force):
    for person in (force.anna, force.audrey):
        with pytest.raises(NotAllowed):
            record("charged", date(2024, 11, 1), by=person)
    for person in (force.sue, force.paul):
        with pytest.raises((Arrest.DoesNotExist, NotAllowed)):
            record("charged", date(2024, 11, 1), by=person)
    assert record("charged", date(2024, 11, 1), by=force.adam).entered_by == force.adam


def test_two_people_at_once(arrest, force):
    version = PatrolShift.objects.get(pk=arrest.shift_id).version
    entry = said("charged", date(2024, 11, 1))
    operations.record_stage(by=force.sam, at=LATER, arrest_id=arrest.pk, entry=entry, version=version)
    with pytest.raises(ChangedMeanwhile):
        operations.record_stage(by=force.adam, at=LATER, arrest_id=arrest.pk, entry=entry, version=version)


def test_the_worklist_is_oldest_first_and_of_the_own_districts(force, hitchin_shift, as_user, now):
    shifts = [
        hitchin_shift(
            starts_at=datetime(2024, 10, day, 20, tzinfo=UTC),
            submission_id=f"0000000{day}-0000-4000-8000-000000000000",
        )
        for day in (5, 3)
    ]
    for number, made in enumerate(shifts):
        factories.ArrestFactory(shift=made, reference=f"C/{number}")
    withdrawn = factories.ArrestFactory(shift=shifts[0], reference="C/9", void_reason="Twice")
    elsewhere = factories.ArrestFactory(reference="C/8")
    page = as_user(force.sam).get(ARRESTS).content.decode()
    assert page.index("C/1") < page.index("C/0")
    assert withdrawn.reference not in page
    assert elsewhere.reference not in page
    assert elsewhere.reference in as_user(force.adam).get(ARRESTS).content.decode()
    filtered = as_user(force.sam).get(f"{ARRESTS}?q=C/1").content.decode()
    assert "C/1" in filtered
    assert "C/0" not in filtered


def test_worklists_of_what_still_waits(arrest, record, sam):
    def is_listed(state):
        return arrest.reference in sam.get(f"{ARRESTS}?state={state}").content.decode()

    assert [is_listed(state) for state in ("", "waiting", "court")] == [True, False, False]
    record("bailed", date(2024, 10, 12))
    assert [is_listed(state) for state in ("", "waiting", "court")] == [False, True, False]
    record("charged", date(2024, 10, 12))
    assert [is_listed(state) for state in ("", "waiting", "court")] == [False, False, True]
    record("acquitted", date(2024, 12, 12))
    assert [is_listed(state) for state in ("", "waiting", "court")] == [False, False, False]


def test_entering_and_taking_back_on_the_page(arrest, sam):
    page = f"{ARRESTS}{arrest.pk}/"
    version = PatrolShift.objects.get(pk=arrest.shift_id).version
    typed = {
        "version": version,
        "outcome": "charged",
        "day_0": "",
        "day_day": "12",
        "day_month": "10",
        "day_year": "2024",
    }
    assert sam.post(page, typed | {"outcome": ""}).status_code == 422
    saved = sam.post(page, typed, follow=True)
    assert "Charged is recorded for 41XY/1234/24" in saved.content.decode()
    stage = JusticeStage.objects.get()
    assert (stage.outcome_id, stage.day) == ("charged", date(2024, 10, 12))
    # The other window was older.
    assert sam.post(page, typed).status_code == 409
    version = PatrolShift.objects.get(pk=arrest.shift_id).version
    back = sam.post(
        f"/outcomes/stages/{stage.pk}/take-back/", {"version": version, "reason": "Another arrest"}, follow=True
    )
    assert "Nothing was entered yet" in back.content.decode()
