"""Numbers in a sentence, in figures or words, and how they are meant: "nearly 1.5 thousand", "a third"."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from reports.claims.tokens import Span, Token, word_at
from reports.claims.word_lists import phrases_by_name
from reports.claims.word_lists import words as word_list

ONES = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SMALL = dict(zip(ONES, range(1, 20), strict=True)) | dict(zip(TENS, range(20, 100, 10), strict=True))
MULTIPLES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000, "k": 1_000, "m": 1_000_000}
VAGUE = {"dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2_000, "millions": 2_000_000}
PARTS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5, "sixth": 6,
    "sixths": 6, "seventh": 7, "eighth": 8, "eighths": 8, "ninth": 9, "tenth": 10, "tenths": 10,
}  # fmt: skip
TIMES = {"twice": 2, "double": 2, "thrice": 3, "triple": 3, "treble": 3, "twofold": 2, "threefold": 3, "tenfold": 10}
# What stands before a number and says how it is meant; the longest first.
_SUMMING = ("add", "added", "adding", "adds")
_BEFORE = sorted(
    ((phrase, how) for how, found in phrases_by_name("before").items() for phrase in found),
    key=lambda each: -len(each[0]),
)


class NumberKind(StrEnum):
    """What a number is: a count, a percentage, a part (a third), a multiple (twice), or money."""

    COUNT = "count"
    PERCENT = "percent"
    PART = "part"
    TIMES = "times"
    MONEY = "money"


@dataclass(frozen=True)
class Quantity(Span):
    """A number in a sentence: its value, how it is meant, and its first token and the one after its last.

    A part is its share (a third: 1/3), a percentage a share too (15%: 15/100). `how`: exact, about, above, least,
    just_above, just_below, below, best (up to), vague (hundreds), or range, which ends at `high`.
    """

    kind: NumberKind
    value: Fraction
    how: str = "exact"
    step: Fraction = Fraction(1)
    high: Fraction | None = None

    def holds(self, actual: Fraction) -> bool:
        """Whether this is a fair way to say the actual number: nothing rounded up, and nothing far away."""
        if self.how == "range" and self.high is not None:
            return self.value <= actual <= self.high
        if self.how in ("exact", "about"):
            return self._is_near(actual)
        gap = actual - self.value
        near = abs(self.value) / (10 if self.value < 100 and self.kind == NumberKind.COUNT else 20)
        return {
            "above": gap > 0,
            "well_above": gap >= near,
            "least": gap >= 0,
            "just_above": 0 < gap <= near,
            "just_below": -near <= gap < 0,
            "below": -near * 4 <= gap < 0,
            "vague": 0 <= gap <= self.value * 5,
        }.get(self.how, False)

    def _is_near(self, actual: Fraction) -> bool:
        apart = abs(actual - self.value)
        if self.kind != NumberKind.COUNT:
            slack = self.step / 2 if self.how == "exact" else max(self.step, Fraction(2, 100))
            return apart <= slack
        if self.how == "about":
            return apart <= self.value / (10 if self.value < 100 else 20)
        if self.step < 1:
            return apart <= self.step / 2
        return apart == 0 or self.is_rounded(actual)

    def is_rounded(self, actual: Fraction) -> bool:
        """Whether it is a large round number just below the actual one: 12,000 of 12,212 hours."""
        return self.value >= 1_000 and self.step >= 100 and 0 <= actual - self.value < self.step / 2


def quantities_of(tokens: Sequence[Token]) -> list[Quantity]:
    """Every number of a sentence, in order. Dates, times of day and numbers that are names are not left out here."""
    found: list[Quantity] = []
    place = 0
    while place < len(tokens):
        quantity = _at(tokens, place)
        if quantity is None:
            place += 1
            continue
        quantity = _with_unit(tokens, quantity)
        worded = _with_words_before(tokens, quantity)
        # 30 per cent fewer than the 300: the words belong to the percentage.
        is_taken = found and found[-1].end == worded.first < quantity.first and found[-1].kind != NumberKind.COUNT
        found.append(quantity if is_taken else worded)
        place = max(quantity.end, place + 1)
    return _ranges(tokens, found)


def _at(tokens: Sequence[Token], place: int) -> Quantity | None:
    token = tokens[place]
    if token.is_number:
        return _in_figures(tokens, place)
    return _part(tokens, place) or _times(tokens, place) or _one_in(tokens, place) or _in_words(tokens, place)


def _in_figures(tokens: Sequence[Token], place: int) -> Quantity | None:
    token = tokens[place]
    text = token.text.replace(",", "")
    if "⁄" in text:
        above, below = (int(each) for each in text.split("⁄"))
        return Quantity(place, place + 1, NumberKind.PART, Fraction(above, below or 1), step=Fraction(2, 100))
    if not text.replace(".", "", 1).isdigit():
        return None
    # No figure is as large, and to read very long ones takes the square of their length.
    text = text if len(text) <= 12 else "9" * 12
    value, end = Fraction(text), place + 1
    decimals = len(text.partition(".")[2])
    step = Fraction(1, 10**decimals) if decimals else _step(int(value))
    following = word_at(tokens, end)
    if following in MULTIPLES and (following not in "km" or tokens[end].is_joined):
        step = (Fraction(1, 10**decimals) if decimals else Fraction(1)) * MULTIPLES[following]
        value, end = value * MULTIPLES[following], end + 1
    elif following == "in" and value == 1 and (whole := _whole(tokens, end + 1)):
        return Quantity(place, end + 2, NumberKind.PART, Fraction(1, whole), step=Fraction(2, 100))
    elif following in ("x", "times") and tokens[end].is_joined:
        return Quantity(place, end + 1, NumberKind.TIMES, value, step=Fraction(1, 10))
    found = Quantity(place, end, NumberKind.COUNT, value, step=step)
    if word_at(tokens, end) == "+" or (word_at(tokens, end) == "plus" and tokens[end].is_joined):
        found = replace(found, end=end + 1, how="least")
    return found


def _step(number: int) -> Fraction:
    """The place of the last figure that is not zero: 1,000 of 12,000."""
    step = 1
    while number and number % (step * 10) == 0:
        step *= 10
    return Fraction(step)


def _whole(tokens: Sequence[Token], place: int) -> int | None:
    """The number that a part is of: the five of one in five."""
    word = word_at(tokens, place)
    number = SMALL.get(word) or (int(word) if word.isdecimal() and len(word) < 5 else None)
    return number if number and 1 < number <= 1_000 else None


def _one_in(tokens: Sequence[Token], place: int) -> Quantity | None:
    if word_at(tokens, place) == "one" and word_at(tokens, place + 1) in _SINGLE and word_at(tokens, place + 2) == "in":
        each = _whole(tokens, place + 3) if word_at(tokens, place + 4) not in _UNITS_OF_TIME else None
        return Quantity(place, place + 4, NumberKind.PART, Fraction(1, each), step=Fraction(2, 100)) if each else None
    is_one = SMALL.get(word_at(tokens, place), 20) < 10 and word_at(tokens, place + 1) in ("in", "out")
    at = place + 2 + (word_at(tokens, place + 2) in ("of", "every"))
    whole = _whole(tokens, at) if is_one else None
    if not whole or word_at(tokens, at + 1) in _UNITS_OF_TIME:
        return None
    return Quantity(place, at + 1, NumberKind.PART, Fraction(SMALL[tokens[place].word], whole), step=Fraction(2, 100))


_SINGLE = frozenset(["patrol", "arrest", "search", "weapon", "shift"])
_UNITS_OF_TIME = frozenset(["hours", "days", "weeks", "months", "years"])


def _part(tokens: Sequence[Token], place: int) -> Quantity | None:
    """A third, two-thirds, half, a half, three quarters; half a dozen is six."""
    word, following = word_at(tokens, place), word_at(tokens, place + 1)
    if word == "half" and following == "a" and word_at(tokens, place + 2) == "dozen":
        return Quantity(place, place + 3, NumberKind.COUNT, Fraction(6))
    if word == "half" and following not in ("year", "yearly", "hour", "term", "way", "time"):
        return Quantity(place, place + 1, NumberKind.PART, Fraction(1, 2), step=Fraction(2, 100))
    many = 1 if word in ("a", "an", "one") else SMALL.get(word, 0)
    if many and following in PARTS and word_at(tokens, place + 2) not in _SEASON_NOUNS:
        return Quantity(place, place + 2, NumberKind.PART, Fraction(many, PARTS[following]), step=Fraction(2, 100))
    return None


_SEASON_NOUNS = ("month", "year", "week", "time", "phase", "party")


def _times(tokens: Sequence[Token], place: int) -> Quantity | None:
    """Twice, double, three times (as many), tenfold."""
    word = word_at(tokens, place)
    if word in TIMES:
        return Quantity(place, place + 1, NumberKind.TIMES, Fraction(TIMES[word]), step=Fraction(1, 10))
    if word in SMALL and word_at(tokens, place + 1) == "fold":
        return Quantity(place, place + 2, NumberKind.TIMES, Fraction(SMALL[word]), step=Fraction(1, 10))
    if word in SMALL and word_at(tokens, place + 1) == "times" and word_at(tokens, place + 2) in _MORE:
        return Quantity(place, place + 2, NumberKind.TIMES, Fraction(SMALL[word]), step=Fraction(1, 10))
    return None


_MORE = frozenset(["as", "more", "fewer", "higher", "the"])


def _in_words(tokens: Sequence[Token], place: int) -> Quantity | None:
    """Two hundred and six, a thousand, a dozen, hundreds of, no, zero."""
    word = word_at(tokens, place)
    if word in VAGUE:
        return Quantity(place, place + 1, NumberKind.COUNT, Fraction(VAGUE[word]), how="vague")
    if word in ("no", "zero", "nil", "nought"):
        return Quantity(place, place + 1, NumberKind.COUNT, Fraction(0))
    if word in ("a", "an") and word_at(tokens, place + 1) in ("couple", "pair"):
        return Quantity(place, place + 2, NumberKind.COUNT, Fraction(2))
    start = place + (word in ("a", "an") and word_at(tokens, place + 1) in ("dozen", "hundred", "thousand", "million"))
    end, total, group, seen = start, 0, 0, False
    while (
        (word := word_at(tokens, end)) in SMALL
        or (word in MULTIPLES and word not in "km")
        or _is_and(tokens, end, seen)
    ):
        if word in SMALL:
            if group % 100 and not (group % 10 == 0 and group % 100 >= 20 and SMALL[word] < 10):
                break
            group += SMALL[word]
        elif word in MULTIPLES and MULTIPLES[word] < 1_000:
            group = max(group, 1) * MULTIPLES[word]
        elif word in MULTIPLES:
            total, group = total + max(group, 1) * MULTIPLES[word], 0
        seen, end = True, end + 1
    if not seen:
        return None
    number = total + group
    return Quantity(place, end, NumberKind.COUNT, Fraction(number), step=_step(number))


def _is_and(tokens: Sequence[Token], place: int, seen: bool) -> bool:
    """The and within a number: after a hundred or a thousand, and before another word of a number."""
    return (
        seen
        and word_at(tokens, place) == "and"
        and word_at(tokens, place - 1) in ("hundred", "thousand", "million")
        and word_at(tokens, place + 1) in SMALL
    )


def _with_unit(tokens: Sequence[Token], found: Quantity) -> Quantity:
    """As a percentage or as money, where a sign or a word says so."""
    end = found.end
    word, following = word_at(tokens, end), word_at(tokens, end + 1)
    if word_at(tokens, found.first - 1) in "£€$" and found.first:
        return replace(found, kind=NumberKind.MONEY)
    if word in ("pounds", "pence", "quid"):
        return replace(found, kind=NumberKind.MONEY, end=end + 1)
    length = 0
    if word in ("%", "percent", "pc", "pct", "percentage", "٪"):
        length = 2 if word == "percentage" and following.startswith("point") else 1
    elif word == "per" and following in ("cent", "centage"):
        length = 2
    if not length or found.kind != NumberKind.COUNT:
        return found
    step = Fraction(1) if found.step >= 1 else found.step
    return replace(found, kind=NumberKind.PERCENT, end=end + length, value=found.value / 100, step=step / 100)


def _with_words_before(tokens: Sequence[Token], found: Quantity) -> Quantity:
    place = found.first
    while (
        place
        and word_at(tokens, place - 1) in ("a", "an", "the", "total", "of", "whopping", "impressive")
        and (
            word_at(tokens, place - 1) != "of"
            or word_at(tokens, place - 2) in ("total", "excess", "maximum", "minimum", "region", "upwards")
        )
    ):
        if word_at(tokens, place - 1) == "of" and word_at(tokens, place - 2) != "total":
            break
        place -= 1
    if [word_at(tokens, place - 2), word_at(tokens, place - 1)] == ["up", "to"] and (
        word_at(tokens, place - 3) in _SUMMING
    ):
        return found
    for words, how in _BEFORE:
        if tuple(word_at(tokens, place - len(words) + each) for each in range(len(words))) == words and place >= len(
            words
        ):
            return replace(found, first=place - len(words), how=how)
    return found


def _ranges(tokens: Sequence[Token], found: Sequence[Quantity]) -> list[Quantity]:
    """Between 150 and 160, 150 to 160, 150–160, of the same kind: one number that ends at another."""
    result: list[Quantity] = []
    for each in found:
        before = result[-1] if result else None
        if (
            before
            and each.first == before.end + 1
            and each.how == "exact" == before.how
            and each.value > _low(before, each)
        ):
            between = word_at(tokens, before.end)
            opens = word_at(tokens, before.first - 1)
            is_range = (
                between in "–—"
                or (between == "to" and opens == "from" and word_at(tokens, before.first - 2) in _OF_RANGES)
                or (between == "and" and opens == "between")
                or (between == "to" and opens not in ("from", "increased", "rose", "rising", "up", "grew", "went"))
            )
            is_bare = before.kind in (each.kind, NumberKind.COUNT)
            if is_range and is_bare and before.value >= 0:
                result[-1] = replace(each, first=before.first, value=_low(before, each), high=each.value, how="range")
                continue
        result.append(each)
    return result


_OF_RANGES = word_list("of_intervals")


def _low(before: Quantity, each: Quantity) -> Fraction:
    """The lower end of a range that ends at another number: the 27 of 27 to 45 per cent."""
    return before.value / 100 if each.kind == NumberKind.PERCENT != before.kind else before.value
