"""The rule for what counts, as SQL made from a definition: written here, and nowhere else."""

from collections.abc import Iterable

from hotspot.core.definitions.base import Definition


def counting_shift(definition: Definition, *, state: str, kind: str) -> str:
    """The condition under which a shift counts. `state` is the column of its state, `kind` of its stream's kind."""
    return f"{_among(state, definition.states)} AND {_not_among(kind, definition.streams_apart)}"


def counting_power(definition: Definition, kind: str = "k") -> str:
    """The condition under which uses of a power count. `kind` is the alias of the row of outcomes_asbpowerkind."""
    known = (*definition.powers, *definition.powers_apart)
    later = f"({kind}.in_headline AND {_not_among(f'{kind}.code', known)})"
    return f"({_among(f'{kind}.code', definition.powers)} OR {later})"


def _among(column: str, values: tuple[str, ...]) -> str:
    return f"{column} = {quoted(values)}" if len(values) == 1 else f"{column} IN ({quoted(values)})"


def _not_among(column: str, values: tuple[str, ...]) -> str:
    return f"{column} <> {quoted(values)}" if len(values) == 1 else f"{column} NOT IN ({quoted(values)})"


def quoted(values: Iterable[str]) -> str:
    """The values as SQL literals. They are constants of our code: words without quotes."""
    return ", ".join(f"'{value}'" for value in values)
