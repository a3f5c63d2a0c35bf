"""Answers to claims: supported, supported in other words, or not supported and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reports.claims.claims import Claim


class Verdict(StrEnum):
    """Whether a claim can be published as it is, only in other words, or not."""

    SUPPORTED = "supported"
    SUPPORTED_AS = "supported_as"
    NOT_SUPPORTED = "not_supported"


REASONS: Mapping[str, str] = {
    "wrong_number": "The figures show another number.",
    "rounded_up": "The number is rounded up. Say that it is about so many, or give the number.",
    "withheld": "This number is withheld: somebody could be recognised in it, or in a number that follows from it.",
    "choose_whole_months": "You see figures of whole months that are over, so this period cannot be checked.",
    "no_records": "There are no records of this period.",
    "not_known": "Nothing here shows it.",
    "not_told_apart": "No figure counts this by itself.",
    "unclear_period": "Which days are meant cannot be made out. Name the months.",
    "unclear_areas": "Which areas are meant is not said. Name them, or speak of all areas.",
    "unclear_measure": "What changed is not said.",
    "not_the_commonest": "Another kind was used as often or more.",
    "base_too_small": "The number that the percentage is of is too small: below 20, the counts are given instead.",
    "best_of_several": "This picks some of several areas or months: the best of many looks good by chance alone.",
    "unequal_periods": "The two periods are not equally long.",
    "different_season": "The two periods are not the same months of the year, so the season differs too.",
    "no_comparison": "Nothing says what happened elsewhere, or before, in the same time.",
    "break_in_data": "The data have a break between the two periods, so they cannot be compared.",
    "regression_to_the_mean": "Areas chosen for having many incidents tend to fall by themselves, by as much as this.",
    "cannot_tell": "The change cannot be told from chance.",
    "causal_without_trial": "It says that patrols were the cause. Only a trial could show that.",
    "trial_told": "A randomised trial could tell a difference. It says how far.",
    "average_of_percentages": "An average of percentages counts a small area as much as a large one.",
    "not_all_found_in_searches": "Not everything that this counts came from searches.",
    "person_hours": "Patrol hours count every person on a patrol. They are not hours on the clock.",
    "hours_on_the_clock": "These are hours on the clock: patrol hours, which forces report, count every person.",
    "hours_per_officer": "Nothing is counted by officer.",
    "people_not_counted": "Arrests and searches are counted, not people: one person can be among them more than once.",
    "average_meant": "It is so many on average, not every time.",
    "wrong_direction": "The figures went the other way.",
    "incomplete": "The numbers of both periods and of the comparison, and the interval, belong beside it.",
}
"""Every reason by its code, in a sentence."""


@dataclass(frozen=True)
class ClaimAnswer:
    """What came of a claim.

    `reasons` are codes of `REASONS`, the weightiest first. `finding` says what the figures show, `instead` what one
    could write. `working` is what it was held against, as JSON takes it: enough to count it again.
    """

    claim: Claim
    verdict: Verdict
    reasons: Sequence[str] = ()
    finding: str = ""
    instead: str = ""
    working: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_supported(self) -> bool:
        return self.verdict == Verdict.SUPPORTED

    @property
    def why(self) -> list[str]:
        """The reasons in sentences."""
        return [REASONS[code] for code in self.reasons]


def supported(claim: Claim, *, finding: str, working: Mapping[str, Any]) -> ClaimAnswer:
    """The claim can be published as it is."""
    return ClaimAnswer(claim, Verdict.SUPPORTED, finding=finding, working=working)


def supported_as(
    claim: Claim, *reasons: str, instead: str, finding: str = "", working: Mapping[str, Any] | None = None
) -> ClaimAnswer:
    """There is something in it that can be published in these words."""
    return ClaimAnswer(claim, Verdict.SUPPORTED_AS, reasons, finding, instead, working or {})


def refused(
    claim: Claim, *reasons: str, instead: str = "", finding: str = "", working: Mapping[str, Any] | None = None
) -> ClaimAnswer:
    """The claim cannot be published."""
    return ClaimAnswer(claim, Verdict.NOT_SUPPORTED, reasons, finding, instead, working or {})
