"""A sentence with everything in it that could be part of a claim."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.claims.areas import NamedAreas
from reports.claims.lexicon import Mention
from reports.claims.numbers import Quantity
from reports.claims.periods import NamedPeriod
from reports.claims.tokens import Sentence, Token


@dataclass(frozen=True)
class Parsed:
    """A sentence with everything in it that could be part of a claim."""

    sentence: Sentence
    mentions: Sequence[Mention]
    numbers: Sequence[Quantity]
    periods: Sequence[NamedPeriod]
    areas: Sequence[NamedAreas]

    @property
    def tokens(self) -> Sequence[Token]:
        return self.sentence.tokens
