"""What a claim is: what was read in a sentence, before it is held against any figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from hotspot.core.calendar import Period
from reports.claims.numbers import Quantity
from reports.claims.periods import NamedPeriod
from reports.claims.tokens import Sentence

ByArea = Mapping[int, Sequence[Quantity]]
"""The numbers that a change has for each area, by the id of the area."""


class ClaimKind(StrEnum):
    """What is claimed: a number of something, one a day or an area, a share, a change, an effect, a rank, or else."""

    COUNT = "count"
    AVERAGE = "average"
    RATIO = "ratio"
    SHARE = "share"
    CHANGE = "change"
    EFFECT = "effect"
    RANK = "rank"
    OTHER = "other"


class Flag(StrEnum):
    """What the words of a claim do besides naming a number."""

    CAUSAL = "causal"
    UP_TO = "up_to"
    SOME_AREAS = "some_areas"
    BEST = "best"
    AVERAGE_OF_PERCENTAGES = "average_of_percentages"
    FROM_SEARCHES = "from_searches"
    FROM_SWEEPS = "from_sweeps"
    HEDGED = "hedged"
    PEOPLE = "people"
    UNCLEAR_PERIOD = "unclear_period"
    ELSEWHERE = "elsewhere"
    BY_OFFICER = "by_officer"
    PRESENCE = "presence"
    EVERY = "every"
    PLAIN = "plain"
    AREAS_BEFORE = "areas_before"


@dataclass(frozen=True)
class Claim:
    """One claim of a text, with the characters from `start` to `end` that make it.

    `numbers` are those of the whole clause where a change is claimed, in order. `period` is None where the words mean
    one that cannot be made out; `other` what it is compared with. `areas` are ids, of all areas where `names_areas`
    is false. `per` is the unit of an average, the code of the second measure of a ratio, or of the part of a share.
    `listed` are the numbers that a change has for each area, where it lists areas; they are not in `numbers`.
    `qualifier` are words that restrict what is counted to what no figure tells apart. `direction` is −1 for a fall, 1
    for a rise, and `elsewhere` the same for the comparison areas, where they are named after the others.
    """

    kind: ClaimKind
    sentence: Sentence
    start: int
    end: int
    measure: str = ""
    quantity: Quantity | None = None
    numbers: Sequence[Quantity] = ()
    period: Period | None = None
    other: NamedPeriod | None = None
    areas: frozenset[int] = frozenset()
    names_areas: bool = False
    per: str = ""
    per_number: Quantity | None = None
    qualifier: str = ""
    direction: int = 0
    elsewhere: int = 0
    flags: frozenset[Flag] = field(default=frozenset())
    measures: frozenset[str] = frozenset()
    listed: ByArea = field(default_factory=dict)
    periods: Sequence[Period] = ()
