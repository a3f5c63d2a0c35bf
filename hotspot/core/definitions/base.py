"""What a definition of the figures consists of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One figure. `label` is what stands after the number in the news item's words; `column` is its summary column.

    `singular` is the label after the number 1.
    """

    code: str
    name: str
    label: str
    singular: str
    unit: str
    column: str
    definition: str
    source: str


@dataclass(frozen=True)
class Definition:
    """One version of what the figures count and are called. Published under a version, it never changes again.

    `headline` are the headline measures in the order of the news item, `others` the measures shown beside them, and
    `protected` those that count people, or what was done to them: small numbers of single areas are withheld.

    `columns` is the order in which counts are kept with a statement. A shift counts in one of `states`, unless its
    funding stream is of one of the kinds `streams_apart`. `outcome_tables` says which table's rows each column counts:
    those on such a shift that were not withdrawn.

    `powers` are the powers against anti-social behaviour that the headline counts, and `powers_apart` those counted
    apart. A power that was added to the vocabulary later is in neither, and is counted if it was added as such.
    """

    version: str
    headline: tuple[Measure, ...]
    others: tuple[Measure, ...]
    protected: tuple[Measure, ...]
    columns: tuple[str, ...]
    states: tuple[str, ...]
    streams_apart: tuple[str, ...]
    outcome_tables: tuple[tuple[str, str], ...]
    powers: tuple[str, ...]
    powers_apart: tuple[str, ...]

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All measures, those of the headline first: the order of columns in tables and files."""
        return (*self.headline, *self.others)

    def measure(self, code: str) -> Measure:
        """The measure of this code. Raises LookupError."""
        for measure in self.measures:
            if measure.code == code:
                return measure
        raise LookupError(f"Definition {self.version} has no measure {code}.")
