"""The periods that a sentence names: since May, in June 2024, between May and September, last year, this summer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hotspot.core.calendar import Period
from hotspot.core.errors import DomainError
from reports.claims.numbers import SMALL
from reports.claims.tokens import Span, Token, word_at
from reports.claims.word_lists import phrases, words

_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
MONTHS = {name: number for number, name in enumerate(_NAMES, start=1)}
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
_DOUBTFUL = frozenset(
    ("may", "march", "mar", "jan", "dec", "sep", "sept", "oct", "nov", "apr", "aug", "jul", "jun", "feb")
)
_BEFORE_DATES = words("before_dates")
_BEGAN = words("began")
_COMPARING = words("comparing")
# After these it is places that are compared, not times.
_ELSEWHERE = frozenset(("area", "areas", "places", "elsewhere", "district", "districts"))
_LENGTHS = {"day": 1, "week": 7, "fortnight": 14, "month": 0, "quarter": 0, "year": 0}
_MONTHS_IN = {"month": 1, "months": 1, "quarter": 3, "quarters": 3, "year": 12, "years": 12}


@dataclass(frozen=True)
class TimeFrame:
    """What times in a text are read against: the period chosen for it, the programme's days, and today."""

    default: Period
    programme: Period
    today: date


@dataclass(frozen=True)
class NamedPeriod(Span):
    """A period that a sentence names, its first token and the one after its last.

    `is_compared`: it is what something is compared with. `relative`: "year" or "before", of the other period;
    `period` is None then. `is_unclear`: a period is meant that cannot be made out. `is_launch`: it only says when
    something began.
    """

    period: Period | None
    is_compared: bool = False
    relative: str = ""
    is_unclear: bool = False
    is_launch: bool = False


@dataclass(frozen=True)
class _Date:
    """A day, month, season or year that is named; `number` of its month where no year is said."""

    first: int
    end: int
    period: Period
    has_year: bool


def periods_of(tokens: Sequence[Token], frame: TimeFrame) -> list[NamedPeriod]:
    """Every period that a sentence names, in order."""
    found: list[NamedPeriod] = []
    place = 0
    while place < len(tokens):
        named = _since_launch(tokens, place, frame) or _relative(tokens, place, frame) or _dated(tokens, place, frame)
        if named is None:
            place += 1
            continue
        is_launch = _is_of_launch(tokens, named)
        found.append(replace(named, is_launch=True) if is_launch else _compared(tokens, named))
        place = max(named.end, place + 1)
    return found


def _is_of_launch(tokens: Sequence[Token], named: NamedPeriod) -> bool:
    """Whether it only says when something began: the operation, which began in May 2024."""
    before = [word_at(tokens, named.first - back) for back in (1, 2)]
    began = before[1] if before[0] in ("in", "on") else before[0]
    return began in _BEGAN and word_at(tokens, named.first) != "since"


def _compared(tokens: Sequence[Token], named: NamedPeriod) -> NamedPeriod:
    """Whether something is compared with it: than in June, compared with last year, up on last month."""
    before = [word_at(tokens, place) for place in range(max(named.first - 6, 0), named.first)]
    for place, word in reversed(list(enumerate(before))):
        if word == "than" and _is_number(before[place + 1 : place + 2]):
            # More than 12,000 hours between May and November: the hours are compared with a number, not the months.
            continue
        if word in _ELSEWHERE:
            break
        if word in _COMPARING or (word in ("on", "from") and {"up", "down"} & set(before[max(place - 3, 0) : place])):
            return _as_compared(named)
        if word in (",", ";", "."):
            break
    return named


def _is_number(following: Sequence[str]) -> bool:
    return any(word.replace(",", "").isdecimal() or word in SMALL for word in following)


def _as_compared(named: NamedPeriod) -> NamedPeriod:
    return replace(named, is_compared=True)


# --- since launch, last year, the first six months ------------------------------------------------------------------


def _since_launch(tokens: Sequence[Token], place: int, frame: TimeFrame) -> NamedPeriod | None:
    """Since launch, since it began, since the start of the operation, so far, to date."""
    so_far = Period(frame.programme.first_day, max(frame.default.last_day, frame.programme.first_day))
    words = [word_at(tokens, place + offset) for offset in range(8)]
    if words[0] in ("since", "from"):
        for offset in range(1, 7):
            if words[offset] in _BEGAN:
                at = place + offset + 1 + (words[offset + 1] in ("in", "on"))
                begun = _date(tokens, at, frame)
                if begun is None:
                    return NamedPeriod(place, place + offset + 1, so_far)
                last = max(frame.default.last_day, begun.period.first_day)
                return NamedPeriod(place, begun.end, Period(begun.period.first_day, last))
            if words[offset] in (",", ".", ";", "") or words[offset] in MONTHS or words[offset].isdecimal():
                break
    is_of_each = word_at(tokens, place - 1) in ("month", "area")
    if (
        words[:2] in (["so", "far"], ["to", "date"])
        and word_at(tokens, place + 2) not in ("this", "in")
        and not is_of_each
    ):
        return NamedPeriod(place, place + 2, frame.default)
    return None


def _relative(tokens: Sequence[Token], place: int, frame: TimeFrame) -> NamedPeriod | None:
    return _year_on_year(tokens, place) or _last_or_this(tokens, place, frame) or _first_months(tokens, place, frame)


_YEARLY = phrases("yearly")
_EARLIER = phrases("earlier")


def _year_on_year(tokens: Sequence[Token], place: int) -> NamedPeriod | None:
    for found, relative in ((_YEARLY, "year"), (_EARLIER, "before")):
        for phrase in found:
            if all(word_at(tokens, place + offset) == word for offset, word in enumerate(phrase)):
                return NamedPeriod(place, place + len(phrase), None, True, relative)
    return None


def _last_or_this(tokens: Sequence[Token], place: int, frame: TimeFrame) -> NamedPeriod | None:
    """Last month, this year, last summer, this summer, yesterday."""
    which, unit = word_at(tokens, place), word_at(tokens, place + 1)
    if which in ("yesterday", "today", "tonight"):
        return NamedPeriod(place, place + 1, None, is_unclear=True)
    if which not in ("last", "this", "previous"):
        return None
    month = Period.month(frame.today)
    earlier = Period.month(month.first_day - timedelta(days=1))
    year = Period(date(frame.today.year, 1, 1), date(frame.today.year, 12, 31))
    named = {
        ("this", "month"): month,
        ("last", "month"): earlier,
        ("this", "year"): Period(year.first_day, min(year.last_day, max(frame.default.last_day, year.first_day))),
        ("last", "year"): year.a_year_before(),
    }.get((which, unit))
    if named is not None:
        return NamedPeriod(place, place + 2, named, relative="year" if (which, unit) == ("last", "year") else "")
    if unit in _LENGTHS or unit in ("night", "weekend"):
        return NamedPeriod(place, place + 2, None, is_unclear=True)
    return None


def _first_months(tokens: Sequence[Token], place: int, frame: TimeFrame) -> NamedPeriod | None:
    """The first six months, its first year, the past three months, the first week."""
    which = word_at(tokens, place)
    if which not in ("first", "past", "last", "previous", "final", "second"):
        return None
    at = place + 1
    word = word_at(tokens, at)
    number = SMALL.get(word) or (int(word) if word.isdecimal() and len(word) < 4 else None)
    at += number is not None
    unit = word_at(tokens, at)
    if unit not in _MONTHS_IN and unit.removesuffix("s") not in ("week", "day"):
        return None
    if unit not in _MONTHS_IN or which in ("second",):
        return NamedPeriod(place, at + 1, None, is_unclear=True)
    months = (number or 1) * _MONTHS_IN[unit]
    if which == "first":
        return NamedPeriod(place, at + 1, _months_from(frame.programme.first_day, months))
    last = Period.month(frame.default.last_day)
    if last.last_day > frame.default.last_day:
        last = Period.month(last.first_day - timedelta(days=1))
    return NamedPeriod(place, at + 1, Period(_add(last.first_day, 1 - months), last.last_day))


def _add(day: date, months: int) -> date:
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(min(max(years, 1), 9999), month + 1, 1)


def _months_from(day: date, months: int) -> Period:
    return Period(day, Period.month(_add(day, months - 1)).last_day)


# --- dates ----------------------------------------------------------------------------------------------------------


def _dated(tokens: Sequence[Token], place: int, frame: TimeFrame) -> NamedPeriod | None:
    """A date, or two with to, and or a dash between; since or until one."""
    start = place
    opening, place = _opening(tokens, place)
    first = _date(tokens, place, frame)
    if first is None:
        return None
    second = None if opening == "since" else _second(tokens, first, opening, frame)
    if second is not None:
        return _range(start, first, second)
    goes_on = opening == "from" and word_at(tokens, first.end) in ("onwards", "on")
    if opening == "since" or goes_on:
        last = max(frame.default.last_day, first.period.first_day)
        return NamedPeriod(start, first.end + goes_on, Period(first.period.first_day, last))
    if opening in _UNTIL and first.period.last_day >= frame.programme.first_day:
        return NamedPeriod(start, first.end, Period(frame.programme.first_day, first.period.last_day))
    return NamedPeriod(start, first.end, first.period)


_UNTIL = ("until", "till", "by", "up", "to", "through")


def _opening(tokens: Sequence[Token], place: int) -> tuple[str, int]:
    """The word that opens a period (empty for none), and where its date begins: since, by the end of, as of."""
    opening = word_at(tokens, place)
    if opening == "as" and word_at(tokens, place + 1) in ("of", "at"):
        opening, place = "until", place + 1
    if opening not in ("since", "from", "between", *_UNTIL):
        return "", place
    place += 1 + (opening == "up" and word_at(tokens, place + 1) in ("to", "until"))
    while word_at(tokens, place) in ("the", "end", "of", "early", "start", "beginning"):
        place += 1
    return opening, place


def _second(tokens: Sequence[Token], first: _Date, opening: str, frame: TimeFrame) -> _Date | None:
    """The date at which a period ends that begins with another."""
    joining = word_at(tokens, first.end)
    if joining not in ("to", "until", "till", "and", "through", "–", "—", "-", "up"):
        return None
    at = first.end + 1 + (joining == "up") + (word_at(tokens, first.end + 1) in ("the", "including"))
    while word_at(tokens, at) in ("the", "end", "of"):
        at += 1
    found = _date(tokens, at, frame)
    return found if joining != "and" or opening == "between" else None


def _range(start: int, first: _Date, second: _Date) -> NamedPeriod:
    """From one date to another. A month without a year is of the year of the other one."""
    begins = first.period
    if not first.has_year and second.has_year:
        begins = _in_year(begins, second.period.last_day.year)
        if begins.first_day > second.period.last_day:
            begins = _in_year(begins, second.period.last_day.year - 1)
    ends = second.period
    if first.has_year and not second.has_year:
        ends = _in_year(ends, begins.first_day.year)
        if ends.last_day < begins.first_day:
            ends = _in_year(ends, begins.first_day.year + 1)
    if ends.last_day < begins.first_day:
        return NamedPeriod(start, second.end, None, is_unclear=True)
    return NamedPeriod(start, second.end, Period(begins.first_day, ends.last_day))


def _in_year(period: Period, year: int) -> Period:
    """The same month or season, or day, of another year."""
    if period.days == 1:
        return Period(_safe(year, period.first_day), _safe(year, period.first_day))
    first = date(year, period.first_day.month, 1)
    return Period(first, Period.month(_add(first, 2 if period.days > 31 else 0)).last_day)


def _safe(year: int, day: date) -> date:
    return day.replace(year=year, day=min(day.day, 28) if day.month == 2 else day.day)


def _date(tokens: Sequence[Token], place: int, frame: TimeFrame) -> _Date | None:
    return _month(tokens, place, frame) or _season(tokens, place, frame) or _year(tokens, place)


def _year_at(tokens: Sequence[Token], place: int) -> int | None:
    text = tokens[place].text if place < len(tokens) else ""
    return int(text) if len(text) == 4 and text.isascii() and text.isdecimal() and text[:2] in ("19", "20") else None


def _month(tokens: Sequence[Token], place: int, frame: TimeFrame) -> _Date | None:
    """May, May 2024, 10 December 2024, December 10, the 10th of December."""
    start = place
    place += word_at(tokens, place) in ("the", "early", "late", "mid", "of")
    day = None
    word = word_at(tokens, place)
    after = place + 1 + (word_at(tokens, place + 1) in ("st", "nd", "rd", "th"))
    after += word_at(tokens, after) == "of"
    if word.isdecimal() and len(word) <= 2 and _is_month(tokens, after, is_dated=True):
        day, place = int(word), after
    elif not _is_month(tokens, place, is_dated=False):
        return None
    month, place = MONTHS[word_at(tokens, place).removesuffix("'s")], place + 1
    following = word_at(tokens, place)
    is_day = day is None and following.isdecimal() and len(following) <= 2 and 0 < int(following) <= 31
    if is_day and (word_at(tokens, place + 1) in (",", "st", "nd", "rd", "th") or _year_at(tokens, place + 1)):
        day, place = int(following), place + 1
    place += word_at(tokens, place) in ("of", ",") and _year_at(tokens, place + 1) is not None
    said = _year_at(tokens, place)
    year = said or _likely_year(month, frame)
    try:
        period = (
            Period.month(date(year, month, 1))
            if day is None
            else Period(date(year, month, day), date(year, month, day))
        )
    except (ValueError, DomainError):
        return None
    return _Date(start, place + (said is not None), period, said is not None)


def _is_month(tokens: Sequence[Token], place: int, *, is_dated: bool) -> bool:
    word = word_at(tokens, place).removesuffix("'s")
    if word not in MONTHS:
        return False
    if word not in _DOUBTFUL or is_dated:
        return True
    if not tokens[place].text[0].isupper():
        return False
    before = word_at(tokens, place - 1)
    return _year_at(tokens, place + 1) is not None or before in _BEFORE_DATES or (place == 0 and word != "may")


def _likely_year(month: int, frame: TimeFrame) -> int:
    """The year that is meant where none is said: of the latest such month of the chosen period, or up to its end."""
    last = frame.default.last_day
    year = last.year if month <= last.month else last.year - 1
    first = date(year, month, 1)
    in_programme = date(frame.programme.first_day.year, month, 1)
    if first < frame.programme.first_day.replace(day=1) and in_programme in Period.month(frame.programme.first_day):
        return in_programme.year
    return year


def _season(tokens: Sequence[Token], place: int, frame: TimeFrame) -> _Date | None:
    """Summer 2024, the summer of 2024, this summer, over the summer."""
    start = place
    place += word_at(tokens, place) in ("the", "this", "last")
    word = word_at(tokens, place)
    if word not in SEASONS or (word_at(tokens, place - 1) not in _BEFORE_DATES | {"the", "this", "last"} and place):
        return None
    place += 1
    place += word_at(tokens, place) == "of" and _year_at(tokens, place + 1) is not None
    said = _year_at(tokens, place)
    year = said or _likely_year(SEASONS[word], frame)
    first = date(year, SEASONS[word], 1)
    return _Date(start, place + (said is not None), _months_from(first, 3), said is not None)


def _year(tokens: Sequence[Token], place: int) -> _Date | None:
    """2024, 2024/25, the financial year 2024/25."""
    start = place
    while word_at(tokens, place) in ("the", "financial", "year", "calendar"):
        place += 1
    text = tokens[place].text if place < len(tokens) else ""
    if len(text) in (7, 9) and text[:4].isdecimal() and text[4] in "/–-" and text[:2] in ("19", "20"):
        first = int(text[:4])
        is_next = int(text[5:]) in ((first + 1) % 100, first + 1)
        return _Date(start, place + 1, Period(date(first, 4, 1), date(first + 1, 3, 31)), True) if is_next else None
    year = _year_at(tokens, place)
    return None if year is None else _Date(start, place + 1, Period(date(year, 1, 1), date(year, 12, 31)), True)
