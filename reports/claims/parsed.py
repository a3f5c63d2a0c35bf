"""A sentence with everything in it that could be part of a claim."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reports.claims.areas import NamedAreas
from reports.claims.lexicon import Mention
from reports.claims.numbers import Quantity
from reports.claims.periods import NamedPeriod
from reports.claims.tokens import Sentence, Token


@dataclass(frozen=True)
class Parsed:
    """A sentence with everything in it that could be part of a claim.

    `restated`: the counts that say a share once more, by the share: half of arrests (79 of 157).
    """

    sentence: Sentence
    mentions: Sequence[Mention]
    numbers: Sequence[Quantity]
    periods: Sequence[NamedPeriod]
    areas: Sequence[NamedAreas]
    restated: Mapping[Quantity, tuple[Quantity, Quantity]] = field(default_factory=dict)

    @property
    def tokens(self) -> Sequence[Token]:
        return self.sentence.tokens
