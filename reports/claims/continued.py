"""What the comparison areas did, said after what the hotspot areas did: it goes on with the claim before it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from reports.claims.claims import Claim, ClaimKind
from reports.claims.lexicon import ANY_CRIME, ANY_INCIDENT, AREAS, INCIDENTS, OUTPUTS, mentions_of
from reports.claims.tokens import Token, word_at
from reports.claims.word_lists import words

_COMPARED = words("compared_places")
_COMPARING = words("comparing") | {"relative", "set", "beside"}
_PLACES = words("places")
_PRONOUNS = frozenset(("it", "they", "these", "those", "this", "that", "both"))
_UNNAMED = frozenset(("", ANY_CRIME, ANY_INCIDENT))


def continued(claims: Iterable[Claim]) -> list[Claim]:
    """The claims in order, without those that only say what happened in the comparison areas.

    Their numbers belong to the change that was claimed before them in the same paragraph, of the same incidents:
    violence fell from 800 to 500; in the comparison areas it fell by 1 %.
    """
    found: list[Claim] = []
    for claim in claims:
        place = _place_of_the_claim_before(found, claim) if _may_be_of_comparison(claim) else None
        if place is not None and (_is_of_comparison(claim, found[place]) or _counts_comparison(claim)):
            found[place] = _joined(found[place], claim)
        else:
            found.append(claim)
    return found


def _may_be_of_comparison(claim: Claim) -> bool:
    return claim.kind in (ClaimKind.CHANGE, ClaimKind.COUNT) and _comparison(claim.sentence.tokens) is not None


def _place_of_the_claim_before(found: Sequence[Claim], claim: Claim) -> int | None:
    """Where the last change in incidents before a claim is, in the same paragraph; None for nowhere."""
    for place in range(len(found) - 1, -1, -1):
        before = found[place]
        if before.sentence.paragraph != claim.sentence.paragraph:
            return None
        if before.kind is ClaimKind.CHANGE and before.measure.startswith(INCIDENTS):
            return place
    return None


def _is_of_comparison(claim: Claim, before: Claim) -> bool:
    if claim.kind is not ClaimKind.CHANGE or _comparison(_tokens(claim)) is None:
        return False
    is_pronoun = any(token.word in _PRONOUNS for token in _tokens(claim)[:6])
    return claim.measure in _UNNAMED | {before.measure} or (claim.measure in OUTPUTS and is_pronoun)


def _counts_comparison(claim: Claim) -> bool:
    """Whether a count is of the comparison areas, in a sentence that is of them alone: there it was 900 and 880."""
    tokens = claim.sentence.tokens
    place = _comparison(tokens)
    is_count = claim.kind is ClaimKind.COUNT and claim.measure in ("", AREAS)
    return (
        is_count and place is not None and place < 4 and not any(each.code in OUTPUTS for each in mentions_of(tokens))
    )


def _comparison(tokens: Sequence[Token]) -> int | None:
    """Where areas to compare with are named: comparison areas, similar towns, relative to those areas."""
    for place, token in enumerate(tokens):
        is_named = token.word in _COMPARED or (token.word in ("those", "these") and _is_against(tokens, place))
        if is_named and {word_at(tokens, place + at) for at in (1, 2)} & _PLACES:
            return place
    return None


def _is_against(tokens: Sequence[Token], place: int) -> bool:
    """Whether what is said is a comparison with areas itself: against those areas, relative to the comparison areas."""
    return bool(_COMPARING & {word_at(tokens, place - back) for back in (1, 2, 3)})


def elsewhere(tokens: Sequence[Token], signs: Mapping[int, int]) -> int:
    """Where comparison areas went by a sentence that says two changes: −1, 1, or 0 where it does not say."""
    place = _comparison(tokens)
    if place is None or len(signs) < 2 or _is_against(tokens, place):
        return 0
    nearest = min(signs, key=lambda at: abs(at - place))
    return 0 if nearest == min(signs) else signs[nearest]


def _tokens(claim: Claim) -> list[Token]:
    return [token for token in claim.sentence.tokens if claim.start <= token.start < claim.end]


def _direction_elsewhere(claim: Claim) -> int:
    """Where the comparison areas went by a claim of them. A change relative to them says nothing of that."""
    tokens = _tokens(claim)
    place = _comparison(tokens)
    return 0 if place is None or _is_against(tokens, place) else claim.direction


def _joined(before: Claim, claim: Claim) -> Claim:
    """A change with what is said of the comparison areas: where they went is kept, to be held against the study."""
    sentence = before.sentence
    if sentence.start != claim.sentence.start:
        sentence = replace(sentence, tokens=(*sentence.tokens, *claim.sentence.tokens))
    return replace(
        before,
        sentence=sentence,
        end=max(before.end, claim.end),
        numbers=(*before.numbers, *(claim.numbers or ((claim.quantity,) if claim.quantity else ()))),
        flags=before.flags | claim.flags,
        elsewhere=before.elsewhere or _direction_elsewhere(claim),
    )
