"""The rule for what counts, as SQL made from a definition."""

from collections.abc import Iterable

from reports.figures.definitions.base import Definition


def counting_shift(definition: Definition, *, state: str, kind: str) -> str:
    """The condition under which a shift counts. `state` is the column of its state, `kind` of its stream's kind."""
    return f"{state} IN ({_quoted(definition.states)}) AND {kind} NOT IN ({_quoted(definition.streams_apart)})"


def counting_power(definition: Definition, kind: str = "k") -> str:
    """The condition under which uses of a power count. `kind` is the alias of the row of outcomes_asbpowerkind."""
    known = _quoted((*definition.powers, *definition.powers_apart))
    return f"({kind}.code IN ({_quoted(definition.powers)}) OR ({kind}.in_headline AND {kind}.code NOT IN ({known})))"


def _quoted(values: Iterable[str]) -> str:
    """The values as SQL literals. They are constants of our code: words without quotes."""
    return ", ".join(f"'{value}'" for value in values)
