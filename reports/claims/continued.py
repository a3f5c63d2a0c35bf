"""What the comparison areas did, said after what the hotspot areas did: it goes on with the claim before it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from reports.claims.claims import Claim, ClaimKind
from reports.claims.lexicon import ANY_CRIME, ANY_INCIDENT, INCIDENTS, OUTPUTS
from reports.claims.tokens import Token, word_at
from reports.claims.word_lists import words

_COMPARED = words("compared_places")
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
        place = _place_of_the_claim_before(found, claim)
        if place is None or not _is_of_comparison(claim, found[place]):
            found.append(claim)
        else:
            found[place] = _joined(found[place], claim)
    return found


def _place_of_the_claim_before(found: Sequence[Claim], claim: Claim) -> int | None:
    """Where the last change in incidents before a claim of the same paragraph is, and only what is said of it since."""
    for place in range(len(found) - 1, -1, -1):
        before = found[place]
        if before.sentence.paragraph != claim.sentence.paragraph:
            return None
        if before.kind is ClaimKind.CHANGE and before.measure.startswith(INCIDENTS):
            return place
    return None


def _is_of_comparison(claim: Claim, before: Claim) -> bool:
    if claim.kind is not ClaimKind.CHANGE or not names_comparison(_tokens(claim)):
        return False
    is_pronoun = any(token.word in _PRONOUNS for token in _tokens(claim)[:6])
    return claim.measure in _UNNAMED | {before.measure} or (claim.measure in OUTPUTS and is_pronoun)


def names_comparison(tokens: Sequence[Token]) -> bool:
    """Whether areas to compare with are named: comparison areas, similar towns."""
    return any(
        token.word in _COMPARED and {word_at(tokens, place + at) for at in (1, 2)} & _PLACES
        for place, token in enumerate(tokens)
    )


def _tokens(claim: Claim) -> list[Token]:
    return [token for token in claim.sentence.tokens if claim.start <= token.start < claim.end]


def _joined(before: Claim, claim: Claim) -> Claim:
    """A change with what is said of the comparison areas: where they went is kept, to be held against the study."""
    sentence = before.sentence
    if sentence.start != claim.sentence.start:
        sentence = replace(sentence, tokens=(*sentence.tokens, *claim.sentence.tokens))
    return replace(
        before,
        sentence=sentence,
        end=max(before.end, claim.end),
        numbers=(*before.numbers, *claim.numbers),
        flags=before.flags | claim.flags,
        elsewhere=claim.direction,
    )
