"""Claims in words, answered from figures and studies: half of the table misleads."""

import csv
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspot.core.calendar import Period
from hotspots.models import Dataset, Programme
from reports.claims.checking import check_text
from reports.claims.periods import TimeFrame, periods_of
from reports.claims.studies import quotable
from reports.claims.tokens import tokens_of
from reports.models import ImpactStudy
from tests import factories
from tests.house.growth import grows_in_proportion, processor_seconds
from tests.reports.claim_world import AT, checked, evidence_of, make_world


def read_table(name: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(name).open() as file:
        return list(csv.DictReader(file))


TABLE, PARAPHRASED, BLIND = (read_table(f"claims{name}.csv") for name in ("", "_paraphrased", "_blind"))


@pytest.fixture
def world(force):
    make_world(force)
    return force


def answered(force, row, evidence) -> str:
    """What differs from what the table expects; empty for nothing."""
    answers = checked(force, row["text"], evidence=evidence).answers
    verdicts = [answer.verdict.value for answer in answers]
    reasons = [reason for answer in answers for reason in answer.reasons]
    worst = next((each for each in ("not_supported", "supported_as", "supported") if each in verdicts), "none")
    if worst != row["answer"] or (row.get("reason") and row["reason"] not in reasons):
        return f"{worst} {reasons} {[answer.finding for answer in answers]}"
    return ""


def test_the_table_of_claims(world):
    evidence = evidence_of(world)
    wrong = {row["text"]: found for row in TABLE if (found := answered(world, row, evidence))}
    assert wrong == {}, "\n".join(f"{text}\n    {found}" for text, found in wrong.items())
    assert len(TABLE) >= 60
    assert sum(row["kind"] == "misleading" for row in TABLE) * 2 >= 60


READ = st.sampled_from(sorted({token.word for row in (*TABLE, *PARAPHRASED) for token in tokens_of(row["text"])}))


@pytest.mark.slow
@given(st.text() | st.lists(READ, max_size=60).map(" ".join))
@settings(max_examples=300)
def test_any_text_is_answered_and_always_the_same(force, text):
    """Also words of claims in any order. The marks never overlap and leave the text as it was read."""
    evidence = evidence_of(force)
    first, second = (check_text(text, evidence) for _ in range(2))
    assert first == second
    assert "".join(words for _, words, _ in first.pieces) == first.text


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [
        lambda words: "157 arrests " * (words // 2),
        lambda words: "In June 2024 officers made 23 arrests. " * (words // 7),
        lambda words: "fell " * words,
        lambda words: "1," * words,
        lambda words: "up to about nearly a hundred and " * (words // 6),
        lambda words: "stop and search " * (words // 3),
        lambda words: "from May to June to July and " * (words // 7),
        lambda words: "•" * words,
        lambda words: "in seven months, June and July, " * (words // 6),
        lambda words: "half of arrests, 79 of 157 – were made in Hitchin and " * (words // 11),
        lambda words: "9" * words * 5,
    ],
)
def test_ten_thousand_words_take_ten_times_as_long_as_a_thousand(force, make):
    evidence = evidence_of(force)
    check_text("157 arrests in June", evidence)
    assert grows_in_proportion(lambda size: processor_seconds(lambda: check_text(make(size), evidence)), [300])


def test_a_news_item_asks_the_database_few_questions(world, django_assert_max_num_queries):
    text = "\n".join(row["text"] for row in (*TABLE, *PARAPHRASED))
    assert len(text.split()) > 1_000
    with django_assert_max_num_queries(45):
        answers = checked(world, text).answers
    assert len(answers) > 200


@pytest.mark.slow
@pytest.mark.parametrize(
    "claim",
    [
        "Letchworth had {} stop searches in June.",
        "In Letchworth, {} stop searches a month were carried out on average.",
        "Searches in Letchworth rose from {} in June to 9 in July.",
        "{} weapons were recovered in Watford in July.",
        "{} knives have been recovered.",
        "{} weapons were found in stop searches.",
        "{} dispersal orders were used in June.",
        "There were {} arrests on 2 May 2024.",
        "{} per cent of stop searches were carried out in Letchworth.",
        "{} of 297 stop searches were carried out in Letchworth.",
        "{} per cent of ASB powers used were dispersal directions.",
        "{} per cent of weapons were found in searches.",
    ],
)
def test_the_pcc_office_learns_nothing_by_guessing(world, claim):
    """Whatever number is claimed of what is withheld, the answer is the same to the letter."""
    said, evidence = set(), evidence_of(world, by=world.paul)
    for number in (*range(2, 25), 230, 322):
        (answer,) = checked(world, claim.format(number), evidence=evidence).answers
        said.add((answer.verdict, tuple(answer.reasons), answer.finding, answer.instead, str(answer.working)))
    assert len(said) == 1
    assert next(iter(said))[0] == "not_supported"


@pytest.mark.parametrize("number", [429, 430, 431])
def test_incidents_of_a_single_area_are_not_told_by_guessing(world, number):
    """Hitchin had 430. What is told of a single area is the range, which is in the sentence of the study."""
    (answer,) = checked(world, f"Anti-social behaviour in Hitchin fell to {number} incidents.", by=world.paul).answers
    assert list(answer.reasons) == ["best_of_several", "wrong_number", "cannot_tell"]


def test_what_one_could_write_instead_is_supported(world):
    evidence = evidence_of(world)
    for row in (*TABLE, *PARAPHRASED):
        for answer in checked(world, row["text"], evidence=evidence).answers:
            if answer.instead:
                again = checked(world, answer.instead, evidence=evidence)
                assert again.answers, answer.instead
                assert again.refused == [], (answer.instead, [each.reasons for each in again.refused])


def test_who_sees_records_is_told_what_a_statement_would_withhold(world, as_user, now):
    now.move_to(AT)
    sent = {"text": "Letchworth had 2 stop searches in June.", "period": f"{world.programme.pk}:launch"}
    inside = as_user(world.anna).post("/published/check-a-claim/", sent).content.decode()
    assert "Stop searches: 2. A statement would withhold this number." in inside
    outside = as_user(world.paul).post("/published/check-a-claim/", sent).content.decode()
    assert "This number is withheld" in outside
    assert "Stop searches: 2" not in outside


def test_totals_of_all_areas_are_told_to_the_pcc_office(world):
    (answer,) = checked(world, "157 arrests have been made.", by=world.paul).answers
    assert answer.is_supported


@pytest.fixture
def anna(world, as_user):
    return as_user(world.anna)


def test_the_page_marks_the_claims_and_says_what_to_write(anna, world, now):
    now.move_to(AT)
    page = anna.get("/published/check-a-claim/").content.decode()
    assert "Check a claim" in page
    sent = {
        "text": "160 arrests were made. <b>22</b> weapons were recovered.",
        "period": f"{world.programme.pk}:launch",
    }
    answer = anna.post("/published/check-a-claim/", sent)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "2 claims: " in page
    assert " not supported. Sentences" in page
    assert "Not supported" in page
    assert "157 arrests were made." in page
    assert "&lt;b&gt;" in page


def test_a_claim_that_names_its_months_is_held_against_the_programme_that_has_them(anna, world, now):
    now.move_to(AT)
    old = factories.ProgrammeFactory.create(
        name="Operation Hotspot 2023/24", first_day=date(2023, 5, 1), last_day=date(2024, 3, 31), is_default=False
    )
    given = {"text": "22 patrols took place in October 2024.", "period": f"{old.pk}:launch"}
    page = anna.post("/published/check-a-claim/", given).content.decode()
    assert "There are no records of this period" not in page
    assert "Patrols: 18." in page
    assert f", {world.programme.name}" in page


def test_the_running_programme_is_asked_where_nothing_else_is_chosen(anna, world, now):
    now.move_to(AT)
    page = anna.get("/published/check-a-claim/").content.decode()
    assert f'<option value="{world.programme.pk}:launch" selected>' in page


def test_areas_of_a_sentence_before_are_said_with_what_all_areas_have(anna, world, now):
    now.move_to(AT)
    text = "Hitchin had 8 patrols in October 2024. There were 21 arrests in October 2024."
    page = anna.post(
        "/published/check-a-claim/", {"text": text, "period": f"{world.programme.pk}:launch"}
    ).content.decode()
    assert "named in a sentence before" in page
    assert "All hotspot areas: 22." in page


def test_hours_of_patrols_that_an_area_had_are_given_in_words_that_can_be_published(world):
    answer, *_ = checked(world, "Hitchin had 896 hours of patrols.").answers
    assert not answer.is_supported
    assert "896 hours of patrol were worked" in answer.instead
    assert checked(world, answer.instead).answers[0].is_supported


def test_a_page_without_text_or_with_too_much_says_so(anna, world, now):
    now.move_to(AT)
    for text, said in (("", "Enter the text to check"), ("x" * 10_001, "Shorten this to 10000 characters")):
        answer = anna.post("/published/check-a-claim/", {"text": text, "period": f"{world.programme.pk}:launch"})
        assert answer.status_code == 422
        assert said in answer.content.decode()


def test_a_text_without_claims_says_so(anna, world, now):
    now.move_to(AT)
    sent = {"text": "The weather was fine.", "period": f"{world.programme.pk}:launch"}
    assert "No claim was found" in anna.post("/published/check-a-claim/", sent).content.decode()


def test_paraphrases_written_after_the_rules(world):
    """What was wrong at first is in docs/claims.md: these are as they are since."""
    evidence = evidence_of(world)
    wrong = {row["text"]: found for row in PARAPHRASED if (found := answered(world, row, evidence))}
    assert wrong == {}, "\n".join(f"{text}\n    {found}" for text, found in wrong.items())
    assert len(PARAPHRASED) >= 60


@pytest.mark.parametrize(
    ("text", "is_compared"),
    [
        ("More than 12,000 hours were worked between May and November 2024.", False),
        ("Fewer than ten arrests were made from May to November 2024.", False),
        ("More arrests were made than between May and November 2024.", True),
    ],
)
def test_more_than_a_number_compares_no_period(text, is_compared):
    days = Period(date(2024, 5, 1), date(2024, 12, 9))
    (named,) = periods_of(tokens_of(text), TimeFrame(days, days, date(2026, 11, 30)))
    assert named.period == Period(date(2024, 5, 1), date(2024, 11, 30))
    assert named.is_compared is is_compared


@pytest.mark.slow
def test_claims_written_without_the_rules(world):
    """What was wrong at first is in docs/claims.md; five sound ones name what a statement withholds."""
    evidence = evidence_of(world)
    wrong = {row["text"]: found for row in BLIND if (found := answered(world, row, evidence))}
    assert wrong == {}, "\n".join(f"{text}\n    {found}" for text, found in wrong.items())
    assert len(BLIND) >= 180
    assert sum(row["kind"] == "misleading" for row in BLIND) * 2 >= 180


@pytest.mark.parametrize(
    "text",
    [
        "157 arrests in 2 months.",
        "157 arrests were made in six months.",
        "In the three months to October, officers made 134 arrests.",
        "Crime is down by 37 per cent in the hotspots.",
        "Incidents fell by 37 per cent.",
        "In Hitchin, 60 per cent of powers used were dispersal directions.",
        "59 per cent of weapons from searches were knives.",
        "Half of arrests made in Hitchin were repeat offenders.",
        "100 per cent of arrests were made in Hitchin, of which 79 were by foot.",
        "There was no clear change in violence.",
        "Violence could have risen by 60 per cent without our patrols.",
        "2,016 hours on the beat.",
    ],
)
def test_what_only_sounds_right_is_not_supported(world, text):
    """Shares of the whole said of a part, lengths that are not those of the period, one category for all crime."""
    assert [answer for answer in checked(world, text).answers if answer.verdict == "not_supported"]


@pytest.mark.parametrize(
    "text",
    [
        "Hitchin and Watford accounted for three quarters of arrests.",
        "In the three months to October, officers made 65 arrests.",
        "We aim to cut anti-social behaviour by 20 per cent.",
        "Police were on the beat for 1,008 hours.",
    ],
)
def test_the_same_said_rightly_is_let_through(world, text):
    assert checked(world, text).refused == []


def test_of_an_own_extract_the_pcc_office_is_told_no_months_and_no_few_incidents(world):
    """By guessing, too: the answer is the same whatever is claimed."""
    ImpactStudy.objects.update(dataset=Dataset.EXTRACT)
    few = ImpactStudy.objects.get(name="Burglary")
    few.result["all"] |= {"after": 2}
    few.areas.set([world.hitchin, world.letchworth, world.watford])
    few.result["areas"] = ImpactStudy.objects.get(name="Robbery").result["areas"]
    few.save()
    for claim in ("There were {} robberies in June 2024.", "Burglary fell from 40 to {}."):
        said, evidence = set(), evidence_of(world, by=world.paul)
        for number in (1, 2, 3, 170, 171, 172):
            (answer,) = checked(world, claim.format(number), evidence=evidence).answers
            said.add((answer.verdict, tuple(answer.reasons), answer.finding, answer.instead, str(answer.working)))
        assert len(said) == 1, claim
    assert few not in quotable(evidence_of(world))
    assert few not in evidence_of(world, by=world.paul).studies


def test_a_matched_study_says_what_its_areas_were_compared_with(world):
    ImpactStudy.objects.filter(name="Violence and sexual offences").update(is_matched=True)
    (answer,) = checked(world, "Violence fell.").answers
    assert "in places like them they fell from 2,000 to 1,980" in answer.instead
    assert "rest of the districts" not in answer.instead
    assert answer.working["compared_with"] == "places like them"


def test_a_share_of_a_statement_of_some_areas_is_of_those_areas(world):
    narrowed = evidence_of(world)
    narrowed.default_areas = frozenset({world.hitchin.pk})
    for text in ("Half of arrests were made in Letchworth.", "13 weapons were found in stop searches."):
        (answer,) = checked(world, text, evidence=narrowed).answers
        assert answer.verdict == "not_supported", text


@pytest.mark.parametrize("number", ["061", "99999999999999", "9" * 9_000], ids=["nought", "long", "endless"])
def test_numbers_that_begin_with_nought_or_never_end_are_read(world, number):
    (answer,) = checked(world, f"{number} arrests were made.").answers
    assert list(answer.reasons) == ["wrong_number"]


def test_areas_of_a_sentence_before_are_said_of_changes_too(anna, world, now):
    now.move_to(AT)
    text = "Hitchin had 8 patrols in October 2024. Arrests rose by 10%."
    page = anna.post(
        "/published/check-a-claim/", {"text": text, "period": f"{world.programme.pk}:launch"}
    ).content.decode()
    assert page.count("named in a sentence before") == 1


def test_the_usual_programme_is_asked_where_none_runs(anna, world, now):
    now.move_to(AT)
    Programme.objects.update(last_day=date(2024, 11, 30))
    page = anna.get("/published/check-a-claim/").content.decode()
    assert f'<option value="{world.programme.pk}:launch" selected>' in page


def test_other_programmes_cost_their_choices_alone_where_no_claim_is_of_their_days(
    anna, world, now, django_assert_num_queries
):
    """One statement each: when its last record was, for its period since launch."""
    now.move_to(AT)
    given = {"text": "Hotspot 2023/24 was before. 18 patrols took place in October 2024."}
    given["period"] = f"{world.programme.pk}:launch"
    anna.post("/published/check-a-claim/", given)
    with CaptureQueriesContext(connection) as before:
        anna.post("/published/check-a-claim/", given)
    for year in (2021, 2022, 2023):
        factories.ProgrammeFactory.create(
            name=f"Hotspot {year}/{year - 1999}", first_day=date(year, 4, 1), last_day=date(year + 1, 3, 31),
            is_default=False,
        )  # fmt: skip
    with django_assert_num_queries(len(before) + 3):
        page = anna.post("/published/check-a-claim/", given).content.decode()
    assert "1 claim: " in page


def test_numbers_in_the_name_of_another_programme_are_not_claims(anna, world, now):
    now.move_to(AT)
    factories.ProgrammeFactory.create(
        name="Hotspot 12 arrests", first_day=date(2023, 4, 1), last_day=date(2024, 3, 31), is_default=False
    )
    given = {"text": "Before it there was Hotspot 12 arrests.", "period": f"{world.programme.pk}:launch"}
    assert "No claim was found" in anna.post("/published/check-a-claim/", given).content.decode()
