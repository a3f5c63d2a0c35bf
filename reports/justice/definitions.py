"""What is counted of arrests and their outcomes: frozen data with a version of its own (decision 0043)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class JusticeMeasure:
    """One figure. `code` names it in files and texts; `unit` is what it counts."""

    code: str
    name: str
    unit: str
    definition: str


@dataclass(frozen=True)
class JusticeDefinition:
    """One version of what is counted. Published under a version, it never changes again.

    `to_court` are the decisions that a result at court can follow, `no_action` those to take no further action, and
    every other decision is one out of court. `convicted` are the results at court that are convictions.
    """

    version: str
    to_court: tuple[str, ...]
    no_action: tuple[str, ...]
    convicted: tuple[str, ...]
    measures: tuple[JusticeMeasure, ...]


J1 = JusticeDefinition(
    version="j1",
    to_court=("charged", "summonsed"),
    no_action=("no_further_action",),
    convicted=("convicted",),
    measures=(
        JusticeMeasure(
            "arrests",
            "Arrests",
            "arrests",
            "Arrests of the period, counted as in the headline: on completed shifts that the programme paid for, not "
            "withdrawn. An arrest is not a person: somebody who was arrested twice counts twice.",
        ),
        JusticeMeasure(
            "charged",
            "Charged",
            "arrests",
            "Arrests that led to a charge or a summons, or to a result at court, which only a charge can have led to.",
        ),
        JusticeMeasure("convicted", "Convicted", "arrests", "Arrests that led to a conviction at court."),
        JusticeMeasure(
            "jailed",
            "Jailed",
            "arrests",
            "Arrests that led to a conviction with a sentence of immediate custody. Suspended sentences do not count.",
        ),
        JusticeMeasure(
            "custody_days",
            "Total of prison sentences",
            "days",
            "The sum of the sentences of immediate custody, in days. A year counts 365 days and a month a twelfth of "
            "that, rounded once for each sentence. It is what courts imposed, not time served.",
        ),
        JusticeMeasure(
            "ended",
            "Acquitted or discontinued",
            "arrests",
            "Arrests with a result at court that is no conviction.",
        ),
        JusticeMeasure(
            "out_of_court",
            "Dealt with out of court",
            "arrests",
            "Arrests that led to a caution, a community resolution, a penalty notice or another decision out of court.",
        ),
        JusticeMeasure("no_action", "No further action", "arrests", "Arrests after which no further action was taken."),
        JusticeMeasure(
            "open",
            "Still open",
            "arrests",
            "Arrests without a decision yet, and those charged without a result at court yet, as far as anybody has "
            "entered one.",
        ),
    ),
)
CURRENT = J1
