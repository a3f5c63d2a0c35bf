"""When a row says that a shift was: its night, start and finish, out of whichever columns a file has for them."""

import re
from datetime import date, datetime, time, timedelta

from hotspot.core.clock import ClockChange, instant, span, times_in
from hotspot.core.errors import DomainError
from hotspot.core.table_files.column_evidence import Seen
from hotspot.core.table_files.values import (
    Days,
    Moment,
    is_date_alone,
    parse_finish,
    parse_moment,
    parse_night,
)
from outcomes.imports.rows.answers import Answers
from outcomes.imports.rows.cells import Cells

_HOUR_THAT_COMES_TWICE = 1
_SMALL = re.compile(r"[0-9]{1,2}", re.ASCII)

Span = tuple[datetime, datetime, date]


class Times:
    """Reads the times of rows: one for a file. `within` are the days for years of two figures."""

    def __init__(self, answers: Answers, seen: Seen, within: Days) -> None:
        self._answers, self._seen, self._within = answers, seen, within

    def read(self, row: Cells) -> Span | None:
        """Start and finish as UTC instants, and the night; None after noting what is wrong."""
        start, end = self._start_and_end(row)
        night, clock = self._night(row, start)
        if start is None and clock is not None and not row.text("start"):
            start = Moment(clock)
        elif start is None and not (row.text("start") or row.text("times")):
            row.read("start", parse_moment)
        if start is None or end is None or night is None:
            return None
        try:
            self._check(row, start, clock)
            return (*self._span(row, night, start, end), night)
        except DomainError as error:
            row.note(error)
            return None

    def _start_and_end(self, row: Cells) -> tuple[Moment | None, Moment | None]:
        """What the columns of start and finish say, or the column that has both."""
        text = row.text("times")
        parts = times_in(text) if text else ["", ""]
        if len(parts) != 2 and not (row.text("start") and row.text("end")):
            message = "Enter start and finish, like 22:00-03:00 or 6pm to 10pm."
            row.note(DomainError("times_not_understood", message), "times")
            return None, None
        first, second = row.text("start") or parts[0], row.text("end") or parts[-1]
        start = row.read("start", lambda _: self._moment(first)) if first else None
        return start, row.read("end", lambda _: self._finish(second))

    def _night(self, row: Cells, start: Moment | None) -> tuple[date | None, time | None]:
        if start and start.day and not row.text("night"):
            return start.day, None
        found: tuple[date | None, time | None] = row.read(
            "night", lambda text: parse_night(" ".join(text.split()), self._within), (None, None)
        )
        return found

    def _moment(self, text: str) -> Moment:
        return parse_moment(self._clear(text), self._within)

    def _finish(self, text: str) -> Moment:
        return parse_finish(self._clear(text), self._within)

    def _clear(self, text: str) -> str:
        """The text, or what it stands for if it is a number of one or two figures: 15 may be 00:15 or 15:00.

        Excel drops the zeros of 0015 where it keeps 2200, so beside figures like 300 they are minutes.
        """
        text = " ".join(text.split())
        if not _SMALL.fullmatch(text):
            return text
        if int(text) == 0:
            return "00:00"
        kind = self._answers.small_numbers or self._small_numbers()
        if not kind:
            message = f"{text} may be {text} minutes after midnight or {text} o’clock. Say which."
            raise DomainError("small_number_unclear", message)
        if kind == "minutes":
            return f"00:{int(text):02d}"
        return f"{text}:00" if len(text) == 2 else text

    def _small_numbers(self) -> str:
        if not self._seen.has_figures:
            return "hours"
        return "" if self._seen.has_clocks else "minutes"

    def _check(self, row: Cells, start: Moment, clock: time | None) -> None:
        """Raise DomainError where two cells of the row say different things, or none has a time."""
        has_times = self._seen.has_clocks or self._seen.has_figures
        if not has_times and is_date_alone(row.text("start")) and is_date_alone(row.text("end")):
            raise DomainError("times_missing", "This cell has a date without a time.", "start")
        if clock not in (None, start.clock) and self._answers.night_time != "ignore":
            message = f"The night has the time {clock:%H:%M}, the start is {start.clock:%H:%M}. Say which is right."
            raise DomainError("night_time_unclear", message, "night")
        if row.text("times") and row.text("start") and len(times_in(row.text("times"))) == 2:
            first = self._moment(times_in(row.text("times"))[0])
            if first.clock != start.clock:
                message = "The times are not those of the start. Correct one of the two."
                raise DomainError("times_differ", message, "times")

    def _span(self, row: Cells, night: date, start: Moment, end: Moment) -> tuple[datetime, datetime]:
        if start.day not in (None, night):
            message = "The date of the start is not the night. Correct one of the two."
            raise DomainError("dates_differ", message, "start")
        changes = {"start": self._change(row, "start", start), "end": self._change(row, "end", end)}
        if end.day is None and start.instant is None and not end.is_next_day:
            return span(night, start.clock, end.clock, start_change=changes["start"], end_change=changes["end"])
        starts_at = start.instant or instant(night, start.clock, change=changes["start"], field="start")
        is_next_day = end.is_next_day or end.clock < start.clock
        end_day = end.day or (night + timedelta(days=1) if is_next_day else night)
        return starts_at, end.instant or instant(end_day, end.clock, change=changes["end"], field="end")

    def _change(self, row: Cells, name: str, moment: Moment) -> ClockChange | None:
        """Which of two equal clock times is meant, as the row, or the administrator for it or for all, says."""
        if moment.clock.hour != _HOUR_THAT_COMES_TWICE:
            return None
        of_rows = self._answers.clock_rows
        said = row.text(f"{name}_change").lower()
        said = said or of_rows.get((row.number, name), "") or of_rows.get((row.number, "times"), "")
        said = said or self._answers.clock
        if said in ("before", "after", ""):
            return said or None  # type: ignore[return-value]
        raise DomainError("not_before_or_after", "Enter before or after.", f"{name}_change")
