"""The periods of which returns are made, and how the return of each stands."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotspot.core.calendar import Period, today
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from reports.figures import publication
from reports.figures.periods import range_code, range_ends
from reports.models import ProgrammeReturn, ReturnTemplate, TemplateVersion

_CODES = {
    ReturnTemplate.Every.MONTH: re.compile(r"\d{4}-\d\d"),
    ReturnTemplate.Every.QUARTER: re.compile(r"quarter-.+"),
    ReturnTemplate.Every.YEAR: re.compile(r"year-.+"),
}


def return_periods(template: ReturnTemplate, at: datetime) -> dict[str, tuple[str, Period]]:
    """The periods that a return can be of, by their code: words and days, newest first. Those that are over."""
    is_one = _CODES[ReturnTemplate.Every(template.every)].fullmatch
    return {code: found for code, found in publication.periods_over(template.programme, at).items() if is_one(code)}


def period_of(template: ReturnTemplate, code: str, at: datetime) -> Period:
    """The days of a period: one of the template's, or a range of whole months that are over.

    Raises DomainError `period_not_over` for one that no return can be of.
    """
    found = return_periods(template, at).get(code) or (
        publication.period_of(template.programme, code, at) if range_ends(code) else None
    )
    if found is None:
        raise DomainError("period_not_over", "Choose a period of this return that is over.", "code")
    return found[1]


def code_of_range(template: ReturnTemplate, first: str, last: str, at: datetime) -> str:
    """The code of a range of months: that of the template's own period where it is one."""
    code = range_code(first, last)
    found = publication.period_of(template.programme, code, at)
    own = (each for each, (_, period) in return_periods(template, at).items() if found and period == found[1])
    return next(own, code)


@dataclass(frozen=True)
class Turn:
    """A period of a template: its return if one was begun, and until when it is due.

    `was_asked`: not only after the day on which it would have been due, which is said of no other. `is_awaited`: it is
    due on some day, and was not submitted. `is_late`: it should have been submitted by now.
    """

    code: str
    name: str
    made: ProgrammeReturn | None
    due: date | None
    is_awaited: bool
    is_late: bool
    was_asked: bool


def turns(template: ReturnTemplate, *, by: User, at: datetime) -> list[Turn]:
    """Every period of a template that is over, newest first, with the newest of its returns that the person may see."""
    versions = list(template.versions.all())
    made: dict[str, ProgrammeReturn] = {}
    returns = ProgrammeReturn.objects.visible_to(by).filter(template=template).exclude(state="withdrawn")
    for each in returns.select_related("template", "prepared_by", "submitted_by").defer("body").order_by("version"):
        made[each.code] = each
    return list(_turns(template, made, versions, at))


def turn_of(made: ProgrammeReturn, *, at: datetime) -> Turn | None:
    """How the period of a return stands. None where the programme no longer has it."""
    found = _turns(made.template, {made.code: made}, list(made.template.versions.all()), at)
    return next((turn for turn in found if turn.code == made.code), None)


def _turns(
    template: ReturnTemplate,
    made: Mapping[str, ProgrammeReturn],
    versions: Sequence[TemplateVersion],
    at: datetime,
) -> Iterator[Turn]:
    due_days = versions[0].due_days if versions else None
    began = today(versions[-1].created_at) if versions else today(at)
    periods = return_periods(template, at)
    # Ranges that were chosen stand among the periods of the template, by when they end. They are never due.
    chosen = {
        code: days
        for code in made
        if code not in periods and (days := publication.period_of(template.programme, code, at))
    }
    everything = sorted({**periods, **chosen}.items(), key=lambda each: each[1][1].last_day, reverse=True)
    for code, (name, period) in everything:
        if code in chosen:
            yield Turn(code, name, made[code], None, is_awaited=False, is_late=False, was_asked=True)
            continue
        due = period.last_day + timedelta(days=due_days) if due_days is not None else None
        was_asked = due is None or began <= due
        if not was_asked:
            due = None
        found = made.get(code)
        is_open = found is None or (found.state != ProgrammeReturn.State.SUBMITTED and found.version == 1)
        is_awaited = due is not None and is_open
        is_late = due is not None and is_open and due < today(at)
        yield Turn(code, name, found, due, is_awaited=is_awaited, is_late=is_late, was_asked=was_asked)
