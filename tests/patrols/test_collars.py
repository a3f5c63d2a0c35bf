"""Who was on a patrol, out of what people write."""

import pytest

from hotspot.core.errors import DomainError
from patrols.models import CrewRole
from patrols.shifts.crew_text import parse_collar_numbers, parse_crew

PC, SC, PCSO, CEO = (
    CrewRole.POLICE_OFFICER,
    CrewRole.SPECIAL_CONSTABLE,
    CrewRole.PCSO,
    CrewRole.COMMUNITY_ENFORCEMENT_OFFICER,
)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("PC 1234", [(PC, "PC1234")]),
        ("pc1234", [(PC, "PC1234")]),
        ("P.C. 1234", [(PC, "PC1234")]),
        ("PC-1234", [(PC, "PC1234")]),
        ("PC 1234 PCSO 7001", [(PC, "PC1234"), (PCSO, "PCSO7001")]),
        ("PC 1234 & PC 5678", [(PC, "PC1234"), (PC, "PC5678")]),
        ("1234 and 5678", [(None, "1234"), (None, "5678")]),
        ("1234+5678/91;A1,2", [(None, each) for each in ("1234", "5678", "91", "A1", "2")]),
        ("PCs 12, 34 and SC 5", [(PC, "PC12"), (PC, "PC34"), (SC, "SC5")]),
        ("PC 12 34", [(PC, "PC12"), (None, "34")]),
        ("Sgt 77", [(PC, "SGT77")]),
        ("A/PS 77", [(PC, "PS77")]),
        ("Inspector 9", [(PC, "INSP9")]),
        ("Special Constable 8", [(SC, "SC8")]),
        ("CEO 3", [(CEO, "CEO3")]),
        ("PCSOs 7001/7002", [(PCSO, "PCSO7001"), (PCSO, "PCSO7002")]),
        ("PCSOs7001", [(PCSO, "PCSO7001")]),
        ("(PC\xa01234)", [(PC, "PC1234")]),
        ("AB12", [(None, "AB12")]),
    ],
)
def test_a_rank_belongs_to_the_number_after_it(text, people):
    assert parse_collar_numbers(text) == people


@pytest.mark.parametrize("text", ["", "N/A", "n/a", "N.A.", "None", "nil", "-", "–", "--", " NONE "])
def test_these_words_are_nobody(text):
    assert parse_collar_numbers(text) == parse_crew(text) == []


def test_a_column_of_specials_keeps_its_sergeants():
    assert parse_collar_numbers("Sgt 1 PC 2 3", column=SC) == [(SC, "SGT1"), (PC, "PC2"), (None, "3")]
    assert parse_collar_numbers("Officer 4", column=PCSO) == [(PCSO, "4")]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("PC1234 Smith", "Smith"),
        ("Smith", "Smith"),
        ("Jones 12", "Jones"),
        ("PC 12, PC", "PC"),
        ("PC 1 Brown PC 2", "Brown"),
    ],
)
def test_a_word_without_a_number_is_refused_and_named(text, named):
    with pytest.raises(DomainError, match=f"“{named}” is a word without a number") as refused:
        parse_collar_numbers(text)
    assert refused.value.code == "collar_number_missing"


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("2 x PC, 1 x PCSO", [(PC, "")] * 2 + [(PCSO, "")]),
        ("2 PCSO", [(PCSO, "")] * 2),
        ("1PC 2SC", [(PC, "")] + [(SC, "")] * 2),
        ("2xPC", [(PC, "")] * 2),
        ("2 × PCs + 1 Sgt", [(PC, "")] * 3),
        ("two PCs and one PCSO", [(PC, "")] * 2 + [(PCSO, "")]),
        ("PC x 2", [(PC, "")] * 2),
        ("PCSOx3", [(PCSO, "")] * 3),
        ("2 police officers, 1 special constable", [(PC, "")] * 2 + [(SC, "")]),
        ("2 officers", [(PC, "")] * 2),
        ("PC 1234, PC 5678", [(PC, "PC1234"), (PC, "PC5678")]),
        ("PCs 1234, 5678", [(PC, "PC1234"), (PC, "PC5678")]),
        ("PC 1234 and 2 x SC", [(PC, "PC1234"), (SC, ""), (SC, "")]),
        ("0 PCSO, 1 PC", [(PC, "")]),
    ],
)
def test_a_crew_is_counted_or_named(text, people):
    assert parse_crew(text) == people


@pytest.mark.parametrize("text", ["2", "PC 2", "2, 1 PCSO", "PC 1234, 5678", "1234"])
def test_a_crew_that_may_be_read_in_two_ways_is_refused(text):
    with pytest.raises(DomainError) as refused:
        parse_crew(text)
    assert refused.value.code == "crew_not_clear"


@pytest.mark.parametrize("text", ["99 PC", "Smith", "2 x PC, Smith", "2 PC 1234", "PC" * 10_000, "1 " * 10_000])
def test_a_crew_that_cannot_be_read_is_refused(text):
    with pytest.raises(DomainError):
        parse_crew(text)
