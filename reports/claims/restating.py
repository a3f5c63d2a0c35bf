"""Numbers that only say again what others of a sentence say: half of arrests (79 of 157), or three more."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from reports.claims.numbers import NumberKind, Quantity
from reports.claims.tokens import Token, word_at

Restated = dict[Quantity, tuple[Quantity, Quantity]]
SHARES = (NumberKind.PERCENT, NumberKind.PART)
_OUT_OF = (["of"], ["out", "of"], ["of", "the"], ["out", "of", "the"])
_IN_ALL = (["in", "all"], ["in", "total"], ["altogether", ","])
_OPENS = frozenset(("(", ",", ":", "–", "—", "-", "or"))


def restated(tokens: Sequence[Token], numbers: Sequence[Quantity]) -> tuple[list[Quantity], Restated]:
    """The numbers without those that say others once more, and of shares the part and the whole that say them.

    Only where they say the same: otherwise they stay, as numbers of their own.
    """
    found: Restated = {}
    again: set[Quantity] = set()
    for share, part, whole in _shares_counted_after(tokens, numbers):
        if share not in found:
            found[share] = part, whole
            again |= {part, whole}
    for part, share, whole in zip(numbers, numbers[1:], numbers[2:], strict=False):
        if _is_share_of_whole(tokens, part, share, whole) and share not in found:
            found[share] = part, whole
            again.add(whole)
    for first, second, third in zip(numbers, numbers[1:], numbers[2:], strict=False):
        if _says_again(tokens, first, second, third):
            again.add(third)
    return [each for each in numbers if each not in again], found


def _shares_counted_after(
    tokens: Sequence[Token], numbers: Sequence[Quantity]
) -> Iterator[tuple[Quantity, Quantity, Quantity]]:
    """Half of all arrests, 79 of 157: the share, the part and the whole."""
    for place, share in enumerate(numbers):
        for part, whole in pairwise(numbers[place + 1 : place + 4]):
            is_aside = word_at(tokens, part.first - 1) in _OPENS
            if is_aside and _is_out_of(tokens, part, whole) and _holds(share, part, whole):
                yield share, part, whole


def _is_share_of_whole(tokens: Sequence[Token], part: Quantity, share: Quantity, whole: Quantity) -> bool:
    """79 arrests in Hitchin, about half of the programme's 157."""
    between = [token.word for token in tokens[share.end : whole.first]]
    return between[:1] == ["of"] and len(between) <= 3 and _holds(share, part, whole)


def _says_again(tokens: Sequence[Token], first: Quantity, second: Quantity, third: Quantity) -> bool:
    """Whether the last of three numbers is what the others come to.

    79 of 157, or half; half of the 157 arrests, 79, were in Hitchin; 20 in May and 23 in June, three more.
    """
    if third.kind in SHARES:
        opens = third.first - 1 - (word_at(tokens, third.first - 1) in ("exactly", "precisely"))
        return word_at(tokens, opens) in _OPENS and _is_out_of(tokens, first, second) and _holds(third, first, second)
    if {first.kind, second.kind, third.kind} == {NumberKind.COUNT}:
        is_more = word_at(tokens, third.end) in ("more", "fewer", "less")
        return is_more and abs(first.value - second.value) == third.value
    following = [word_at(tokens, third.end), word_at(tokens, third.end + 1)]
    goes_on = following[0] == "," or following in _IN_ALL
    is_between = word_at(tokens, third.first - 1) == "," and goes_on
    return is_between and word_at(tokens, first.end) in ("of", "the") and _holds(first, third, second)


def _is_out_of(tokens: Sequence[Token], part: Quantity, whole: Quantity) -> bool:
    return [token.word for token in tokens[part.end : whole.first]] in _OUT_OF


def _holds(share: Quantity, part: Quantity, whole: Quantity) -> bool:
    """Whether a share is what one count is of another."""
    is_share = share.kind in SHARES and part.kind == whole.kind == NumberKind.COUNT
    return is_share and whole.value > 0 and share.holds(part.value / whole.value)
