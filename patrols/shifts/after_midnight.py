"""A night has two dates: a shift of "last night (Fri 27 Nov)" that started at 0030 may have started on Saturday."""

from datetime import date, time, timedelta

EARLIEST_MORNING_START = time(5)
"""From here on a start belongs to the day, and no night is meant."""


def possible_days(night: date, start: time) -> list[date]:
    """The London days on which a shift of the named night can have started, the likelier one first.

    There are two from midnight to 5am, the morning after that night and the morning before it; otherwise one.
    """
    return [night + timedelta(days=1), night] if start < EARLIEST_MORNING_START else [night]


def morning_in_words(day: date) -> str:
    """Saturday morning, 28 November: one of the answers to which morning is meant."""
    return f"{day:%A} morning, {day.day} {day:%B}"
