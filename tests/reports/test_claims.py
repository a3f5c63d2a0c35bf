"""Claims in words, answered from figures and studies: half of the table misleads."""

import csv
from pathlib import Path

import pytest

from tests.reports.claim_world import checked, make_world


def read_table(name: str) -> list[dict[str, str]]:
    with Path(__file__).with_name(name).open() as file:
        return list(csv.DictReader(file))


TABLE, PARAPHRASED = read_table("claims.csv"), read_table("claims_paraphrased.csv")


@pytest.fixture
def world(force):
    make_world(force)
    return force


def answered(force, row) -> str:
    """What differs from what the table expects; empty for nothing."""
    answers = checked(force, row["text"]).answers
    verdicts = [answer.verdict.value for answer in answers]
    reasons = [reason for answer in answers for reason in answer.reasons]
    worst = next((each for each in ("not_supported", "supported_as", "supported") if each in verdicts), "none")
    if worst != row["answer"] or (row.get("reason") and row["reason"] not in reasons):
        return f"{worst} {reasons} {[answer.finding for answer in answers]}"
    return ""


def test_the_table_of_claims(world):
    wrong = {row["text"]: found for row in TABLE if (found := answered(world, row))}
    assert wrong == {}, "\n".join(f"{text}\n    {found}" for text, found in wrong.items())
    assert len(TABLE) >= 60
    assert sum(row["kind"] == "misleading" for row in TABLE) * 2 >= 60


def test_paraphrases_written_after_the_rules(world):
    """What was wrong at first is in docs/claims.md: these are as they are since."""
    wrong = {row["text"]: found for row in PARAPHRASED if (found := answered(world, row))}
    assert wrong == {}, "\n".join(f"{text}\n    {found}" for text, found in wrong.items())
    assert len(PARAPHRASED) >= 60
