"""The month with the most or the fewest of what is counted: July was the busiest month for arrests, with 26."""

from collections.abc import Sequence

from reports.claims.claims import Claim
from reports.claims.evidence import Evidence
from reports.claims.lexicon import OUTPUTS, POWER, has_phrase, mentions_of
from reports.claims.periods import MONTHS
from reports.claims.tokens import word_at
from reports.claims.word_lists import phrases, words

_MOST, _FEWEST, _NEITHER = words("most_of_months"), words("fewest_of_months"), words("best")

_COMMONEST = phrases("commonest")


def is_extreme_month(claim: Claim, evidence: Evidence) -> bool:
    """Whether a count is said of one whole month as the most or the fewest of any month, and is.

    The months are the whole ones of the chosen period; each must be told to who asks, and none may be level with it.
    """
    sign = _sign(claim)
    month = claim.period
    whole = evidence.period.whole_months
    if not sign or month is None or whole is None or month.whole_months != month or claim.measure not in OUTPUTS:
        return False
    numbers = {each: evidence.number(claim.measure, each, claim.areas).number for each in whole.each_month()}
    own = numbers.pop(month, None)
    others = [number for number in numbers.values() if number is not None]
    if own is None or len(others) < max(len(numbers), 1):
        return False
    return all((own - number) * sign > 0 for number in others)


def is_false_of_kinds(claim: Claim, evidence: Evidence) -> bool:
    """Whether a kind of power is said to be the most common, and another was used as often or more.

    That is said of the first one that a sentence names.
    """
    tokens = claim.sentence.tokens
    first = next((each.code for each in mentions_of(tokens) if each.code.startswith(POWER)), "")
    if not first or claim.measure != first or claim.period is None or not has_phrase(tokens, _COMMONEST):
        return False
    return not evidence.is_commonest_power(claim.measure, claim.period)


def _sign(claim: Claim) -> int:
    """1 where the last superlative before the number says that a month has the most, −1 for the fewest, 0 for neither.

    A superlative that is of something else than months ranks what is not looked up here.
    """
    tokens = claim.sentence.tokens
    if not any(token.word in ("month", "months", "monthly") or token.word in MONTHS for token in tokens):
        return 0
    end = next((place for place, token in enumerate(tokens) if claim.end <= token.end), len(tokens) - 1)
    for place in range(end, -1, -1):
        word = word_at(tokens, place)
        if word in _MOST | _FEWEST:
            return 1 if word in _MOST else -1
        if word in _NEITHER:
            return 0
    return _sign_of_aside([token.word for token in tokens[end + 1 :]])


def _sign_of_aside(following: Sequence[str]) -> int:
    """The same of what follows a number: 26 arrests in July, the most in any month."""
    for place, word in enumerate(following):
        if word in _MOST | _FEWEST and "any" in following[place : place + 4]:
            return 1 if word in _MOST else -1
    return 0
