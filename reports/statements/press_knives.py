"""What a press text can say of knives recovered: of all areas and months that are over, by the rules of weapons.

Knives and all other weapons are the two parts of the weapons recovered, whose total is always told. One of them is
withheld where the count of weapons of an area would be: where it is small, or would give a small number away.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Sum

from hotspot.core.calendar import Period, months_between, today
from hotspots.models import Programme
from outcomes.kinds import WEAPON
from reports.figures.breakdowns import counted_parts, knife_kinds
from reports.figures.criteria import ReportCriteria
from reports.figures.periods import completed
from reports.figures.suppression_rules import PublishedRun, shown_month_ends
from reports.models import MonthPart, Statement
from reports.statements.press_text import KNIVES, token_names

DEFINITION = "k1"
"""The version of what counts as a knife: the kinds of weapon that the vocabulary marks as knives."""
_KNIVES, _OTHERS = 0, 1


@dataclass(frozen=True)
class KnifeCount:
    """Knives, and all weapons recovered with them."""

    knives: int
    weapons: int


def _told(statement: Statement, question: ReportCriteria, at: datetime) -> KnifeCount | None:
    """The count, where the text has the sentence and a statement may say it. A text without it waits for nothing.

    It may of all areas, of months that are over, and where the count up to either end of them may be told.
    """
    if KNIVES not in token_names(statement.words) or question.is_narrowed:
        return None
    over = completed(question.programme, today(at))
    if over is None or question.period.last_day > over.last_day:
        return None
    areas = [area.pk for area in question.all_areas]
    first, last = (months_between(over.first_day, day) for day in (question.period.first_day, question.period.last_day))
    if not {first, last + 1} <= _told_ends(question.programme, over, areas):
        return None
    knives = knife_kinds()
    parts = list(counted_parts(question.programme, question.period, areas, (WEAPON.plural,)))
    return KnifeCount(sum(part.number for part in parts if part.key in knives), sum(part.number for part in parts))


def _told_ends(programme: Programme, over: Period, areas: Sequence[int]) -> set[int]:
    """The ends of months up to which the count of knives since launch is told, by `shown_month_ends`."""
    months = [month.first_day for month in over.each_month()]
    knives, counts = knife_kinds(), dict.fromkeys(((part, month) for month in months for part in (_KNIVES, _OTHERS)), 0)
    parts = MonthPart.objects.filter(programme=programme, part=WEAPON.plural, area__in=areas, month__in=months)
    for month, kind, number in parts.order_by().values_list("month", "key").annotate(Sum("number")):
        counts[_KNIVES if kind in knives else _OTHERS, month] += number
    published = list(_published(programme, months))
    return shown_month_ends(counts, (_KNIVES, _OTHERS), months, small=programme.small, published=published)[_KNIVES]


def _published(programme: Programme, months: Sequence[date]) -> Iterator[PublishedRun]:
    """What statements said, also those to be released later, of the parts of the weapons that they counted."""
    said = Statement.objects.signed_off().filter(programme=programme, body__has_key=KNIVES)
    for first_day, last_day, kept in said.order_by("pk").values_list("first_day", "last_day", f"body__{KNIVES}"):
        first, end = (months_between(months[0], day) for day in (first_day, last_day))
        yield PublishedRun(_KNIVES, first, end + 1, kept["knives"])
        yield PublishedRun(_OTHERS, first, end + 1, kept["weapons"] - kept["knives"])


def sentences(statement: Statement, question: ReportCriteria, at: datetime) -> dict[str, str]:
    """The sentence that a text has in braces, by its name; none where its number is withheld. 1 always is."""
    found = _told(statement, question, at)
    return {KNIVES: f"{found.knives:,} knives have been recovered"} if found else {}


def kept(statement: Statement, question: ReportCriteria, at: datetime) -> Mapping[str, Any]:
    """What a body keeps of the sentence: a text without it keeps the form it always had."""
    found = _told(statement, question, at)
    return {KNIVES: {"definition": DEFINITION, "knives": found.knives, "weapons": found.weapons}} if found else {}
