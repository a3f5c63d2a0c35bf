"""Knives in a press text: counted and kept with a statement, and withheld by the rules of weapons."""

from datetime import UTC, date, datetime
from itertools import combinations
from random import Random

import pytest

from hotspot.core.errors import DomainError
from outcomes.models import WeaponKind
from reports.models import Statement
from reports.statements import operations, sign_off
from reports.statements.body import Draft, draft_of
from reports.statements.press_text import offered
from tests import factories
from tests.publishing import digest, read_and_send, send
from tests.reports.test_figures_page import patrol

AT = datetime(2024, 12, 10, 12, tzinfo=UTC)
WORDS = "{headline} carried out.\n\n• {weapons}\n• {knives}"


@pytest.fixture
def armed(force, now):
    """September: 10 knives and 8 other weapons. October: 2 more and 6 others. November: 9 more and 7 others."""
    now.move_to(AT)
    for month, knives, others in ((9, 10, 8), (10, 2, 6), (11, 9, 7)):
        recovered(force, month, knives=knives, others=others)
    return force


def recovered(force, month: int, *, knives: int, others: int, area=None) -> None:
    shift = patrol(force, area or force.hitchin, date(2024, month, 6))
    other = WeaponKind.objects.filter(is_knife=False).first()
    factories.WeaponRecoveredFactory.create_batch(knives, shift=shift, kind_id="bladed_article")
    factories.WeaponRecoveredFactory.create_batch(others, shift=shift, kind=other)


def ready(force, code: str, *, by=None, **more) -> Draft:
    by = by or force.paul
    draft = operations.draft(by=by, at=AT, programme=force.programme, code=code, **more)
    operations.save_words(by=by, at=AT, statement_id=draft.pk, words=WORDS)
    return draft_of(Statement.objects.get(pk=draft.pk), AT)


def published(force, code: str) -> Statement:
    waiting = read_and_send(ready(force, code).statement, AT)
    return sign_off.approve(by=force.anna, at=AT, statement_id=waiting.pk, digest=digest(waiting))


def told(draft: Draft) -> str:
    """The number of knives that a draft says; empty where it is withheld."""
    return draft.facts.sentences.get("knives", "").removesuffix(" knives have been recovered")


def test_a_statement_says_the_knives_and_keeps_the_numbers(armed):
    draft = ready(armed, "2024-09")
    assert "• 18 weapons have been recovered\n• 10 knives have been recovered" in draft.text
    assert draft.unsupported == []
    assert read_and_send(draft.statement, AT).body["knives"] == {"definition": "k1", "knives": 10, "weapons": 18}
    assert told(ready(armed, "launch-to-2024-11")) == "21"
    assert told(ready(armed, "2024-10-to-2024-11")) == "11"


@pytest.mark.parametrize(("knives", "others"), [(4, 8), (8, 4), (1, 20)])
@pytest.mark.parametrize("name", ["paul", "anna"])
def test_few_knives_and_few_other_weapons_are_in_no_press_text(force, now, name, knives, others):
    now.move_to(AT)
    recovered(force, 9, knives=knives, others=others)
    by = force.people[name]
    draft = ready(force, "2024-09", by=by)
    assert any("take out {knives}" in check for check in draft.checks)
    operations.acknowledge(by=by, statement_id=draft.statement.pk, checks=draft.checks)
    with pytest.raises(DomainError, match="withheld"):
        send(by=by, at=AT, statement_id=draft.statement.pk)


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("2024-10", {}),  # 2 knives
        ("launch-to-2024-10", {}),  # 2 more than up to September
        ("launch", {}),  # December is not over
    ],
)
def test_what_would_tell_few_knives_is_withheld(armed, code, more):
    recovered(armed, 12, knives=20, others=20)
    assert told(ready(armed, code, **more)) == ""


def test_knives_of_some_areas_are_withheld(armed):
    recovered(armed, 9, knives=10, others=10, area=armed.watford)
    assert told(ready(armed, "2024-09")) == "20"
    assert told(ready(armed, "2024-09", area_ids=[armed.watford.pk])) == ""


def test_a_correction_of_what_was_published_is_not_told(armed):
    published(armed, "2024-09")
    assert told(ready(armed, "2024-09")) == "10"
    recovered(armed, 9, knives=1, others=0)
    assert told(ready(armed, "2024-09")) == ""
    recovered(armed, 9, knives=6, others=6)
    assert told(ready(armed, "2024-09")) == "17"


@pytest.mark.parametrize("seed", range(4))
def test_no_two_statements_tell_a_few_by_their_difference(force, now, seed):
    """Whatever was counted: of all runs of months that may be said, none leaves few knives or few others between."""
    now.move_to(AT)
    random = Random(seed)
    for month in range(5, 12):
        recovered(force, month, knives=random.randrange(12), others=random.randrange(9))
    ends = {}
    for month in range(5, 12):
        code = "launch-to-2024-05" if month == 5 else f"launch-to-2024-{month:02}"
        draft = ready(force, code)
        if number := told(draft):
            ends[month] = (int(number), draft.facts.numbers["weapons"] - int(number))
    for (_, first), (_, second) in combinations([(0, (0, 0)), *ends.items()], 2):
        assert all(abs(then - now) not in force.programme.small for then, now in zip(first, second, strict=True))


def test_knives_and_people_jailed_that_are_withheld_are_not_offered(armed):
    draft = ready(armed, "2024-10")
    told = dict(offered(draft.sheet.definition, draft.facts))
    assert {told[name] for name in ("{knives}", "{jailed}")} == {"withheld, so it cannot be used"}
    draft = ready(armed, "2024-09")
    assert dict(offered(draft.sheet.definition, draft.facts))["{knives}"].startswith("how many of the weapons")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("{knives}", "The press text speaks of what is withheld: take out {knives}."),
        ("{knives} and {jailed}", "The press text speaks of what is withheld: take out {knives} and {jailed}."),
    ],
)
def test_what_is_withheld_has_to_be_taken_out_in_the_same_words(armed, as_user, words, said):
    draft = ready(armed, "2024-10").statement
    operations.save_words(by=armed.paul, at=AT, statement_id=draft.pk, words=words)
    for path in ("", "words/"):
        assert said in as_user(armed.paul).get(f"/published/drafts/{draft.pk}/{path}").content.decode()
