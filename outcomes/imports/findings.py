"""What a file came to, row by row, kept small: counts, the first of what there is to see, a file of all problems."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hotspot.core import wording
from hotspot.core.calendar import LONDON, today
from hotspot.core.clock import minutes_between
from hotspot.core.spreadsheets import BOM, safe_text
from outcomes.imports.detail_operations import Filled
from outcomes.imports.justice_operations import StageTaken
from outcomes.imports.rows.answers import QUESTION_CODES
from outcomes.imports.rows.cells import CellProblem, Cells
from outcomes.imports.rows.names import plain_name
from outcomes.imports.shift_operations import RowDifference, Taken
from outcomes.kinds import ASB_POWER, COUNTED, STOP_SEARCH
from outcomes.models import Term
from outcomes.recording.checking import Entry
from patrols.models import CrewRole

MOST_SHOWN = 100
MOST_SAMPLED = 10
# A file of a million wrong rows is not worth a list of all of them.
MOST_LISTED = 10_000
ERROR, QUESTION, CONFLICT, WARNING = "error", "question", "conflict", "warning"
AREA_CODES, TWICE = {"area_unknown", "area_ambiguous"}, "time_happened_twice"
# Asked once for the whole file, and therefore not listed cell by cell on the page.
_ASKED_ONCE = AREA_CODES | {"nil_in_count", "small_number_unclear", "night_time_unclear"}
MOST_SPELLINGS = 100
LONGEST_SPELLING = 200
MOST_ROWS_OFFERED = 50
TOTAL, WRONG, LEFT_OUT = "total", "wrong", "left_out"


@dataclass
class Findings:
    """Counts rows by what they are and problems by their kind, and keeps the problems in the order of the rows.

    `recorded` are the ids of what was written, by the name of its table; `asked` counts questions by their code,
    `spellings` rows by the name of an area that is not known; `rows_offered` are rows that can be left out; `about`
    goes to the result as it is.
    """

    labels: dict[str, str]
    rows: int = 0
    states: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    totals: Counter[str] = field(default_factory=Counter)
    first_day: date | None = None
    last_day: date | None = None
    sample: list[list[str]] = field(default_factory=list)
    listed: list[dict[str, Any]] = field(default_factory=list)
    recorded: dict[str, Any] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    spellings: Counter[str] = field(default_factory=Counter)
    rows_offered: dict[int, tuple[str, str]] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    _first_spellings: dict[str, str] = field(default_factory=dict)

    def unreadable(self, problems: Sequence[CellProblem], cells: Sequence[str]) -> None:
        """Count a row that cannot be read. What an answer would settle is a question, the rest are errors."""
        self._count_row(ERROR)
        for problem in problems:
            is_spelling = problem.code in AREA_CODES and len(problem.value) <= LONGEST_SPELLING
            is_question = problem.code in QUESTION_CODES or is_spelling
            if is_question:
                self.asked[problem.code] += 1
            if is_spelling:
                # Spellings that are compared as one are asked about as one, by the first of them.
                self.spellings[self._first_spellings.setdefault(plain_name(problem.value), problem.value)] += 1
            self._list(QUESTION if is_question else ERROR, problem)
            if not is_question:
                self.offer(problem.row, cells, WRONG)

    def offer(self, row: int, cells: Sequence[str], why: str) -> None:
        """Let the person leave a row out: a total, one with an error, or one that is left out already."""
        if why != WRONG or len(self.rows_offered) < MOST_ROWS_OFFERED:
            text = " · ".join(cell for cell in cells if cell)
            self.rows_offered.setdefault(row, (why, text[:120]))

    def left_out(self, row: int, cells: Sequence[str]) -> None:
        """Count a row that the person left out."""
        self._count_row(LEFT_OUT)
        self.offer(row, cells, LEFT_OUT)

    def taken(self, row: Cells, taken: Taken | Filled | StageTaken) -> None:
        """Count a row that the operations said something about."""
        is_new = taken.shift is None or (isinstance(taken, Filled | StageTaken) and not taken.is_known)
        if taken.errors:
            for error in taken.errors:
                row.note(error)
            self.unreadable(row.problems, row.cells)
        elif is_new:
            self._new(row, taken)
        elif taken.differences:
            self._count_row(CONFLICT)
            for difference in taken.differences:
                name = difference.column
                message = _conflict(taken, difference, self.labels)
                self._list(CONFLICT, CellProblem(row.number, name, row.text(name), CONFLICT, message))
        else:
            self._count_row("existing")

    def _new(self, row: Cells, taken: Taken | Filled | StageTaken) -> None:
        self._count_row("new")
        if isinstance(taken, StageTaken):
            self.totals[taken.entry.entry.outcome.label] += 1
            self._show(row, _stage_in_words(taken))
            return
        if isinstance(taken, Filled):
            self.totals[taken.entry.kind.plural] += 1
            self._show(row, _detail_in_words(taken))
            return
        facts, tally = taken.entry.report.facts, taken.entry.report.tally
        self.first_day = min(self.first_day or facts.day, facts.day)
        self.last_day = max(self.last_day or facts.day, facts.day)
        self.totals["patrol_minutes"] += len(facts.crew) * minutes_between(facts.starts_at, facts.ends_at)
        for name, count in tally.counts.items():
            self.totals[ASB_POWER.plural if name.startswith("asb_") else name] += count or 0
        self._show(row, _in_words(taken.entry))
        for warning in row.warnings:
            self._list(WARNING, warning)
        for each in taken.warnings:
            self._list(WARNING, CellProblem(row.number, "", "", each.code, each.message))

    def _show(self, row: Cells, words: list[str]) -> None:
        if len(self.sample) < MOST_SAMPLED:
            self.sample.append([f"{row.number:,}", *words])

    def _count_row(self, state: str) -> None:
        self.rows += 1
        self.states[state] += 1

    def _list(self, kind: str, problem: CellProblem) -> None:
        self.problems[kind] += 1
        if len(self.listed) < MOST_LISTED:
            self.listed.append(
                {
                    "kind": kind,
                    "code": problem.code,
                    "row": problem.row,
                    "name": problem.column,
                    "cell": problem.place,
                    "column": self.labels.get(problem.column, ""),
                    "value": problem.value[:200],
                    "message": problem.message,
                }
            )

    @property
    def stops(self) -> bool:
        """Whether something has to be put right or answered before anything can be written."""
        return bool(self.states[ERROR])

    def as_result(self) -> dict[str, Any]:
        """All of it as JSON: the first problems only, the most serious kinds first."""
        order = [ERROR, QUESTION, CONFLICT, WARNING]
        shown = [each for each in self.listed if each["kind"] != QUESTION or each["code"] not in _ASKED_ONCE]
        not_listed = sum(self.asked[code] for code in _ASKED_ONCE)
        shown = sorted(shown, key=lambda problem: order.index(problem["kind"]))[:MOST_SHOWN]
        return {
            **self.about,
            "asked": dict(self.asked),
            "spellings": self.spellings.most_common(MOST_SPELLINGS),
            "rows_offered": [[row, *why] for row, why in sorted(self.rows_offered.items())],
            "rows": self.rows,
            "states": dict(self.states),
            "problems": dict(self.problems),
            "totals": dict(self.totals),
            "first_day": self.first_day and self.first_day.isoformat(),
            "last_day": self.last_day and self.last_day.isoformat(),
            "sample": self.sample,
            "listed": self.problems.total() - not_listed,
            "shown": shown,
        }

    def as_csv(self) -> bytes:
        """The problems as a file: row, cell, column, value, reason, kind."""
        file = io.StringIO()
        file.write(BOM)
        writer = csv.writer(file)
        writer.writerow(["row", "cell", "column", "value", "reason", "kind"])
        writer.writerows(self._lines())
        return file.getvalue().encode()

    def _lines(self) -> Iterator[list[object]]:
        for problem in self.listed:
            texts = (problem[name] for name in ("cell", "column", "value", "message", "kind"))
            yield [problem["row"], *map(safe_text, texts)]
        if (left := self.problems.total() - len(self.listed)) > 0:
            yield ["", "", "", "", f"… and {left:,} more", ""]


def _in_words(entry: Entry) -> list[str]:
    """Night, times, area, crew and outcomes, as a person would say them."""
    facts, tally = entry.report.facts, entry.report.tally
    sizes = Counter(one.role for one in facts.crew)
    crew = [wording.plural(sizes[role], _lower(role.label)) for role in CrewRole if sizes[role]]
    # Stop searches, the longest word, come after the other single counts.
    kinds = sorted(COUNTED, key=lambda kind: kind is STOP_SEARCH)
    counts = {kind: getattr(tally, kind.plural) for kind in kinds}
    counts[ASB_POWER] = sum(count or 0 for count in tally.asb_powers.values())
    outcomes = [wording.plural(count, *kind.brief) for kind, count in counts.items() if count]
    times = f"{wording.clock(facts.starts_at)} to {wording.clock(facts.ends_at)}"
    night = f"{facts.day:%a} {wording.day(today(facts.starts_at))}"
    return [night, times, facts.area.name, ", ".join(crew), ", ".join(outcomes) or "Nothing to report"]


def _lower(label: str) -> str:
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _detail_in_words(filled: Filled) -> list[str]:
    """Outcome, shift, time, reference and detail, as a person would say them."""
    assert filled.shift is not None  # noqa: S101 - only what has a shift is new
    values = filled.entry.values
    happened = values.get("happened_at")
    terms = [str(value) for value in values.values() if isinstance(value, Term)]
    time = wording.moment(happened) if happened else ""
    return [filled.entry.kind.label, filled.shift.reference, time, values["reference"], ", ".join(terms)]


def _stage_in_words(taken: StageTaken) -> list[str]:
    """Custody reference, shift, outcome, date and sentence, as a person would say them."""
    assert taken.shift is not None  # noqa: S101 - only what has a shift is new
    entry = taken.entry.entry
    days = entry.custody_days
    sentence = f"{entry.sentence} ({wording.plural(days, 'day')})" if days else entry.sentence_kind
    return [taken.entry.reference, taken.shift.reference, entry.outcome.label, wording.day(entry.day), sentence]


def _conflict(taken: Taken | Filled | StageTaken, difference: RowDifference, labels: dict[str, str]) -> str:
    assert taken.shift is not None  # noqa: S101 - only what stands can be in conflict
    reference = taken.shift.reference
    if difference.column == "state":
        return f"{reference}, which this row made, was {difference.here} here."
    if isinstance(taken, StageTaken):
        reference = f"The arrest {taken.entry.reference} on {reference}"
    elif isinstance(taken, Filled):
        name = str(taken.entry.kind.model._meta.verbose_name)
        reference = f"The {name} on {reference}"
    if difference.column == "note":
        return f"{reference} has another note."
    here, there = _said(difference.here) or "nothing", _said(difference.there) or "nothing"
    return f"{reference} has {here}, this row {there}." if here != there else f"{reference} is different."


def _said(value: Any) -> str:
    if hasattr(value, "astimezone"):
        return f"{wording.clock(value)} on {wording.day(value.astimezone(LONDON).date())}"
    if isinstance(value, Counter):
        people = [f"{CrewRole(role).label} {number}".strip() for role, number in value.elements()]
        return wording.listing(people)
    return f"{value:,}" if isinstance(value, int) else str(value)
