"""What the columns of a file of rows are called and hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from hotspot.core.spreadsheets import instant_sql, safe_text_sql


class ColumnKind(Enum):
    """What a column holds. `TEXT` is what people typed, `CODE` what is ours."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    DAY = "day"
    INSTANT = "instant"
    YES_NO = "yes_no"


@dataclass(frozen=True)
class ExportColumn:
    """A column: its name, the SQL of its value, and the unit where it has one."""

    name: str
    sql: str
    kind: ColumnKind = ColumnKind.NUMBER
    unit: str = ""

    @property
    def header(self) -> str:
        """What stands above it."""
        return f"{self.name} ({self.unit})" if self.unit else self.name

    @property
    def as_csv(self) -> str:
        """SQL of its cell: text that nothing runs, instants with London's offset. Nothing is NULL, an empty cell."""
        if self.kind is ColumnKind.TEXT:
            return f"nullif({safe_text_sql(self.sql)}, '')"
        return instant_sql(self.sql) if self.kind is ColumnKind.INSTANT else self._plain

    @property
    def as_value(self) -> str:
        """SQL of its value, for a cell that has a type: instants by London's clock."""
        if self.kind is ColumnKind.TEXT:
            return f"nullif({self.sql}, '')"
        return f"({self.sql} AT TIME ZONE 'Europe/London')" if self.kind is ColumnKind.INSTANT else self._plain

    @property
    def _plain(self) -> str:
        return (
            f"CASE {self.sql} WHEN true THEN 'yes' WHEN false THEN 'no' END"
            if self.kind is ColumnKind.YES_NO
            else self.sql
        )


def text(name: str, sql: str) -> ExportColumn:
    """A column of what people typed."""
    return ExportColumn(name, sql, ColumnKind.TEXT)


@dataclass(frozen=True)
class Rows:
    """The rows of a file: columns, the SQL after SELECT's list, and its parameters."""

    columns: Sequence[ExportColumn]
    source: str
    parameters: tuple[Any, ...]

    @property
    def csv_sql(self) -> str:
        """SELECT of the cells of a CSV file, to be executed in `london_clock`."""
        return f"SELECT {', '.join(column.as_csv for column in self.columns)} {self.source}"

    @property
    def value_sql(self) -> str:
        """SELECT of values with their types."""
        return f"SELECT {', '.join(column.as_value for column in self.columns)} {self.source}"
