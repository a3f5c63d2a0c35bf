"""Reads the file of a finance system row by row, and says of each row what it would become."""

import io
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from hotspot.core.errors import DomainError, DomainErrors
from hotspot.core.models import User
from hotspot.core.table_files.columns import ImportColumn, recognise
from hotspot.core.table_files.headers import guess_header_row, looks_like_total
from hotspot.core.table_files.readers import MOST_BYTES, open_table
from hotspot.core.table_files.values import is_nil, parse_night
from hotspot.core.text import clean_line
from hotspots.amounts import pence_typed
from hotspots.ledger import rules
from hotspots.ledger.operations import SpendFacts
from hotspots.models import FundingStream, HotspotArea, Programme, SpendCategory, SpendEntry

MOST_ROWS = 5_000
COLUMNS = (
    ImportColumn(
        "day", "Date", ("posting date", "invoice date", "transaction date", "effective date", "gl date"), is_needed=True
    ),
    ImportColumn("description", "Description", ("details", "narrative", "text", "line description"), is_needed=True),
    ImportColumn("net_pence", "Net amount", ("net", "amount", "value", "net value", "gbp", "debit"), is_needed=True),
    ImportColumn("vat_pence", "VAT", ("vat amount", "tax", "tax amount")),
    ImportColumn("supplier", "Supplier reference", ("supplier", "vendor", "vendor number", "creditor", "payee")),
    ImportColumn("reference", "Reference", ("invoice number", "invoice", "document number", "journal", "voucher")),
    ImportColumn("category", "Category", ("spend category", "cost type", "subjective")),
    ImportColumn("stream", "Funding stream", ("paid from", "fund", "funding")),
    ImportColumn("area", "Area", ("hotspot area", "hotspot", "location")),
)
# More than any file has columns.
_CERTAIN = 10_000
_TOTAL = re.compile(r"(?:grand |sub[- ]?)?totals?:?", re.IGNORECASE)


class RepeatKey(NamedTuple):
    """What a row is known again by: its reference, day and amount; without a reference also by its words."""

    reference: str
    day: date
    net_pence: int
    words: str = ""


def key_of(facts: SpendFacts | SpendEntry) -> RepeatKey:
    """What an entry, or what one would say, is known again by."""
    words = "" if facts.reference else f"{facts.supplier}|{facts.description}".casefold()
    return RepeatKey(facts.reference.casefold(), facts.day, facts.net_pence, words)


@dataclass(frozen=True)
class FileHeaders:
    """The headers of a file and its first values, by their places."""

    headers: Sequence[str]
    examples: Sequence[str]
    header_row: int


def read_headers(content: bytes) -> FileHeaders:
    """Where the headers of a file are, and what is under them. Raises DomainError `file_…`."""
    if len(content) > MOST_BYTES:
        raise DomainError("file_too_large", "The selected file must be smaller than 5 MB.", "file")
    with open_table(io.BytesIO(content)) as table:
        row = guess_header_row(table.preview, _known)
    with open_table(io.BytesIO(content), header_row=row) as table:
        rows = [cells for _, cells in _at_most(table.rows)]
    if not rows:
        raise DomainError("file_empty", "The file has headers and no rows.", "file")
    examples = [_example(rows, place) for place in range(len(table.headers))]
    return FileHeaders(table.headers, examples, row)


def _example(rows: Sequence[Sequence[str]], place: int) -> str:
    """The first value of a column."""
    return next((cells[place] for cells in rows if place < len(cells) and cells[place]), "")


def _known(cells: Sequence[str]) -> int:
    return min(len(recognise(cells, COLUMNS)), _CERTAIN)


@dataclass(frozen=True)
class Defaults:
    """What is meant where a row does not say."""

    stream: FundingStream
    category: SpendCategory
    vat_recoverable: bool


@dataclass
class Reading:
    """What rows of a file of a programme are held against."""

    programme: Programme
    defaults: Defaults
    by: User
    today: date
    streams: Mapping[str, FundingStream] = field(default_factory=dict)
    categories: Mapping[str, SpendCategory] = field(default_factory=dict)
    areas: Mapping[str, HotspotArea] = field(default_factory=dict)
    closed: Collection[date] = ()

    def __post_init__(self) -> None:
        streams = FundingStream.objects.visible_to(self.by).in_headline().filter(programme=self.programme)
        self.streams = {each.name.casefold(): each for each in streams.select_related("programme")}
        self.categories = {each.name.casefold(): each for each in SpendCategory.objects.filter(is_offered=True)}
        areas = HotspotArea.objects.visible_to(self.by).defer("boundary")
        self.areas = {each.name.casefold(): each for each in areas}
        self.closed = set(self.programme.closed_months.values_list("month", flat=True))

    def facts(self, cells: Mapping[str, str]) -> SpendFacts:
        """What a row would become. Raises DomainError for the first thing that is wrong with it."""
        defaults = self.defaults
        kept = self.programme.first_day, rules.kept_until(self.programme)
        day, _ = parse_night(cells.get("day", ""), (kept,))
        rules.check_day(self.programme, day, today=self.today, closed=self.closed)
        facts = SpendFacts(
            stream=_named(self.streams, cells.get("stream", ""), "funding stream") or defaults.stream,
            day=day,
            category=_named(self.categories, cells.get("category", ""), "category") or defaults.category,
            area=_named(self.areas, cells.get("area", ""), "hotspot area"),
            description=_line(cells.get("description", ""), 500, "description"),
            net_pence=_amount(cells.get("net_pence", ""), "net amount"),
            vat_pence=_amount(_none_as_0(cells.get("vat_pence", "")), "VAT"),
            vat_recoverable=defaults.vat_recoverable,
            supplier=_line(cells.get("supplier", ""), 80, "supplier reference", needed=False),
            reference=_line(cells.get("reference", ""), 80, "reference", needed=False),
        )
        if not facts.net_pence and not facts.vat_pence:
            raise DomainError("nothing_spent", "The amount is £0.")
        rules.check_vat(facts.net_pence, facts.vat_pence)
        return facts


def _named(known: Mapping[str, Any], name: str, what: str) -> Any:
    if not name:
        return None
    found = known.get(clean_line(name).casefold())
    if found is None:
        raise DomainError("name_unknown", f"There is no {what} called ‘{name[:60]}’.")
    return found


def _line(text: str, longest: int, what: str, *, needed: bool = True) -> str:
    line = clean_line(text)
    if needed and not line:
        raise DomainError("cell_empty", f"The {what} is missing.")
    if len(line) > longest:
        raise DomainError("cell_too_long", f"The {what} has more than {longest} characters.")
    return line


def _none_as_0(text: str) -> str:
    """A cell without an amount as £0: an empty one, or one with the dash that spreadsheets show."""
    bare = text.strip("£ ")
    return "0" if not bare or is_nil(bare) else text


def _amount(text: str, what: str) -> int:
    try:
        return pence_typed(text)
    except DomainError as refusal:
        if refusal.code == "money_negative":
            message = f"The {what} ‘{text[:20]}’ is less than £0. Reverse the entry that it takes back."
            raise DomainError("credit_note", message) from refusal
        raise DomainError(refusal.code, f"The {what} ‘{text[:20]}’ is no amount of money.") from refusal


@dataclass(frozen=True)
class RowReport:
    """What a row of the file would become: `facts` of a new entry, one that is here already, or an `error`.

    Nothing becomes of one that sums up others (`is_total`). A new one may be `like` an earlier row, by its number.
    """

    number: int
    facts: SpendFacts | None = None
    is_known: bool = False
    is_total: bool = False
    error: str = ""
    like: int | None = None

    @property
    def is_new(self) -> bool:
        """Whether an entry would be made of it."""
        return self.facts is not None and not self.is_known


def report(content: bytes, columns: Mapping[str, int], header_row: int, reading: Reading) -> list[RowReport]:
    """Every row of a file. Of rows that are alike, as many are known as there are entries.

    Raises DomainError `file_…`.
    """
    here, first = _here(reading.programme), dict[RepeatKey, int]()
    return [_compared(row, here, first) for row in _rows(content, columns, header_row, reading)]


def _rows(content: bytes, columns: Mapping[str, int], header_row: int, reading: Reading) -> Iterator[RowReport]:
    with open_table(io.BytesIO(content), header_row=header_row) as table:
        for number, cells in _at_most(table.rows):
            try:
                found = RowReport(number, reading.facts(_cells(cells, columns)))
            except (DomainError, DomainErrors) as refusal:
                found = RowReport(number, error=str(refusal))
            # A supplier can be called Total Energies: only a row without its facts sums up others, or one that has
            # no other word.
            is_total = looks_like_total(cells) and (found.facts is None or any(map(_TOTAL.fullmatch, cells)))
            yield RowReport(number, is_total=True) if is_total else found


def _at_most(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """The rows, refused with `file_too_many_rows` as soon as there are more than an import of entries takes."""
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            message = (
                f"The file has more than {MOST_ROWS:,} rows. Split it into files with fewer, by month for example."
            )
            raise DomainError("file_too_many_rows", message, "file")
        yield row


def _cells(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {name: cells[place].strip() for name, place in columns.items() if place < len(cells)}


def _here(programme: Programme) -> Counter[RepeatKey]:
    entries = SpendEntry.objects.of_programme(programme).filter(reverses=None)
    kept = entries.exclude(state=SpendEntry.State.REFUSED)
    return Counter(key_of(entry) for entry in kept.only("reference", "supplier", "description", "day", "net_pence"))


def _compared(row: RowReport, here: Counter[RepeatKey], first: dict[RepeatKey, int]) -> RowReport:
    """A row with what is like it among the entries that are `here`, and among the rows above it."""
    if row.facts is None:
        return row
    key = key_of(row.facts)
    above = first.setdefault(key, row.number)
    if here[key]:
        here[key] -= 1
        return RowReport(row.number, row.facts, is_known=True)
    return row if above == row.number else RowReport(row.number, row.facts, like=above)
