"""Periods that several words of a sentence make together: seven months, June and July, the same months of 2023."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from hotspot.core.calendar import Period, months_between
from reports.claims.numbers import SMALL
from reports.claims.periods import NamedPeriod, TimeFrame
from reports.claims.tokens import Token, word_at
from reports.claims.word_lists import words

_DAYS_IN = {"week": 7.0, "month": 30.4375, "year": 365.25}
_DURING = words("during")
_SAME = frozenset(("months", "month", "period", "time", "weeks", "quarter"))
_EACH = frozenset(("each", "both", "every"))
_JOINING = frozenset((",", "and", "&"))


def combined(tokens: Sequence[Token], named: Sequence[NamedPeriod], frame: TimeFrame) -> list[NamedPeriod]:
    """The periods of a sentence, with lists of months, months of another year and lengths of time made out."""
    found = _same_months(tokens, _in_years(tokens, _listed(tokens, named)))
    return sorted(_with_lengths(tokens, found, frame), key=lambda each: each.first)


def _listed(tokens: Sequence[Token], named: Sequence[NamedPeriod]) -> list[NamedPeriod]:
    """Months that follow one another are one period: in June, July and August."""
    found: list[NamedPeriod] = []
    for each in named:
        before = found[-1] if found else None
        if before and _goes_on(tokens, before, each) and before.period and each.period:
            found[-1] = replace(before, end=each.end, period=Period(before.period.first_day, each.period.last_day))
        else:
            found.append(each)
    return found


def _goes_on(tokens: Sequence[Token], before: NamedPeriod, each: NamedPeriod) -> bool:
    first, second = before.period, each.period
    if (
        first is None
        or second is None
        or before.is_compared
        or each.is_compared
        or second.days > 31
        or second.days < 28
    ):
        return False
    if _EACH & {word_at(tokens, before.first - back) for back in (0, 1, 2)}:
        return False
    between = [token.word for token in tokens[before.end : each.first]]
    is_next = months_between(first.last_day.replace(day=1), second.first_day) == 1
    return is_next and first.whole_months == first and 0 < len(between) <= 2 and set(between) <= _JOINING


def _in_years(tokens: Sequence[Token], named: Sequence[NamedPeriod]) -> list[NamedPeriod]:
    """The same months of the years that are named after them: from May to October, 18 in 2023 and nine in 2024."""
    if len(named) < 3:
        return list(named)
    months, *years = named
    if months.period is None or months.period.days > 364 or not all(_is_bare_year(tokens, each) for each in years):
        return list(named)
    moved = [
        replace(each, period=_moved(months.period, each.period.first_day.year - months.period.first_day.year))
        for each in years
        if each.period
    ]
    return sorted(moved, key=lambda each: each.first)


def _is_bare_year(tokens: Sequence[Token], named: NamedPeriod) -> bool:
    return named.end == named.first + 1 and tokens[named.first].is_number and named.period is not None


def _same_months(tokens: Sequence[Token], named: Sequence[NamedPeriod]) -> list[NamedPeriod]:
    """The months that the sentence names, in the year that is said: the same months of 2023."""
    found: list[NamedPeriod] = []
    for each in named:
        last = found[-1] if found else None
        if last and _is_in_this_year(tokens, last, each):
            found[-1] = replace(last, end=each.end)
            continue
        before = [word_at(tokens, each.first - back) for back in (1, 2, 3, 4)]
        # The months may be named only afterwards: compared with the same months of 2023, May to October 2024.
        other = next((known.period for known in (*found, *named) if known is not each and known.period), None)
        is_same = "same" in before[1:] and bool(_SAME & set(before))
        if is_same and other and each.period and each.period.days > 364:
            year = each.period.first_day.year
            found.append(replace(each, period=_moved(other, year - other.first_day.year)))
        else:
            found.append(each)
    return found


def _is_in_this_year(tokens: Sequence[Token], months: NamedPeriod, year: NamedPeriod) -> bool:
    """Whether a year only says of which year months are: May to October this year."""
    says_this = [word_at(tokens, year.first), word_at(tokens, year.first + 1)] == ["this", "year"]
    if not says_this or months.end != year.first or months.period is None or year.period is None:
        return False
    return months.period.clip(year.period) == months.period


def _moved(period: Period, years: int) -> Period:
    first = period.first_day.replace(year=period.first_day.year + years, day=min(period.first_day.day, 28))
    if period.whole_months == period:
        last = period.last_day.replace(day=1)
        return Period(first, Period.month(last.replace(year=last.year + years)).last_day)
    return Period(first, period.last_day.replace(year=period.last_day.year + years, day=min(period.last_day.day, 28)))


# --- lengths of time ------------------------------------------------------------------------------------------------


def _with_lengths(tokens: Sequence[Token], named: Sequence[NamedPeriod], frame: TimeFrame) -> Iterator[NamedPeriod]:
    """Also in seven months, over six weeks: the period that is meant where it is as long, and unclear where not."""
    ended = {each.first: each for each in named}
    taken = {place for each in named for place in range(each.first, each.end)}
    lengths = [each for place in range(len(tokens)) if place not in taken and (each := _length(tokens, place))]
    replaced: set[int] = set()
    for first, end, number, unit in lengths:
        ending = ended.get(end)
        if ending and ending.period and unit == "month" and word_at(tokens, end) in ("to", "until", "up"):
            replaced.add(ending.first)
            yield NamedPeriod(first, ending.end, _ending(ending.period.last_day, number))
        elif not any(each.period and _is_long(each.period, number, unit) for each in named):
            is_default = _is_long(frame.default, number, unit) and not any(each.period for each in named)
            yield NamedPeriod(first, end, frame.default if is_default else None, is_unclear=not is_default)
    yield from (each for each in named if each.first not in replaced)


def _length(tokens: Sequence[Token], place: int) -> tuple[int, int, int, str] | None:
    """A length of time that something took: its first token, the one after its last, the number and the unit."""
    word, unit = word_at(tokens, place), word_at(tokens, place + 1).removesuffix("s")
    number = SMALL.get(word) or (int(word) if word.isdecimal() and len(word) < 4 else 0)
    if not number or unit not in _DAYS_IN or word_at(tokens, place + 2) in ("ago", "earlier", "before", "old"):
        return None
    before = {word_at(tokens, place - back) for back in (1, 2, 3)}
    return (place, place + 2, number, unit) if before & _DURING else None


def _is_long(period: Period, number: int, unit: str) -> bool:
    """Whether a period is so many weeks, months or years long, to half a one."""
    return abs(period.days / _DAYS_IN[unit] - number) <= 0.5


def _ending(last_day: date, months: int) -> Period:
    """So many months up to a day: the six months to October."""
    years, month = divmod(last_day.year * 12 + last_day.month - months, 12)
    return Period(date(years, month + 1, 1), last_day)
