"""What a saved view shows of one week and of the week before: the numbers of its page, without the small ones.

An e-mail leaves this service, is forwarded and printed. So it has no record, no name of a person, nothing by ethnicity
or age, and no count of people, or of what was done to them, that is so small that somebody could be recognised.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse

from hotspot.core import wording
from hotspot.core.calendar import Period, today
from hotspot.core.definitions.base import Measure
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspots.models import Programme
from reports.explore import presenters
from reports.explore.counting import NOTHING_COUNTED, numbers
from reports.explore.criteria import COUNT, ExploreCriteria, read_explored
from reports.explore.dimensions import Key
from reports.explore.measures import CREW, SHIFTS, VISITS
from reports.explore.suppression import withheld_cells
from reports.explore.tables import ExploreTable, explore, scope_of
from reports.figures.comparison_codes import BEFORE
from reports.figures.comparisons import Other, other_side
from reports.figures.criteria import COMPARE, WITH, ReportCriteria, read_criteria
from reports.figures.headline import Counts, figures
from reports.figures.measures import HEADLINE, PROTECTED
from reports.figures.periods import DAYS
from reports.figures.tables import place, shown_number
from reports.models import SavedView

NOT_SENT = "see the page"
MOST_ROWS = 40


@dataclass(frozen=True)
class ViewLine:
    """One number of the week, and of the week before: empty where there was none in the programme."""

    name: str
    now: str
    before: str


@dataclass(frozen=True)
class WeekOfView:
    """What is said of a view. `scope`: days, places and what else it is narrowed to, in words.

    `notes` are what of it makes no sense any more; `url` shows the same, and more.
    """

    title: str
    days: Period
    scope: str
    lines: Sequence[ViewLine]
    notes: Sequence[str]
    url: str
    smallest_shown: int

    @property
    def has_withheld(self) -> bool:
        """Whether a number is not sent because it is small, or would give such a one away."""
        return any(NOT_SENT in (line.now, line.before) for line in self.lines)


class ProgrammeOver(DomainError):
    """The programme of a view was over before the week began: it will never have figures again."""


class ViewOfPeople(DomainError):
    """A view is of people by a characteristic that the law protects."""


def week_of_view(view: SavedView, *, by: User, week: Period, at: datetime) -> WeekOfView | None:
    """What a view shows this person of a week; None where its programme, or any, has not begun.

    Raises ProgrammeOver and ViewOfPeople.
    """
    values = QueryDict(view.query.removeprefix("?"), mutable=True)
    for name in (COMPARE, WITH, "shown", "chart"):
        values.pop(name, None)
    found = read_criteria(values, by=by, today=today(at), opens_on_year=True)
    if found is None:
        return None
    if found.programme.last_day < week.first_day:
        raise ProgrammeOver("programme_over", f"{found.programme} is over.", "view")
    asked = _explored(values, found, by=by) if view.page == SavedView.Page.EXPLORE else None
    days = week.clip(found.programme.period)
    if days is None:
        return None
    # A week that the programme's end cuts off would be held against a whole one.
    compare = BEFORE if days == week else ""
    question = replace(found, code=DAYS, period=days, compare=compare, ignored=())
    address, small = f"{settings.SITE_URL}{reverse(f'reports:{view.page}')}", question.programme.smallest_shown
    if asked is None:
        scope, lines = f"{wording.period(days)}, {place(question)}", _headline(question, by, at)
        return WeekOfView("The six figures", days, scope, lines, found.ignored, address + question.query(), small)
    asked = replace(asked, question=question)
    title, scope, notes = presenters.title_of(asked), presenters.scope_words(asked), [*found.ignored, *asked.ignored]
    return WeekOfView(title, days, scope, _explored_lines(asked, by, at), notes, address + asked.query(), small)


def _headline(question: ReportCriteria, by: User, at: datetime) -> list[ViewLine]:
    """The six figures, as the dashboard's tiles say them with what they are compared with."""
    other = other_side(question, Programme.objects.visible_to(by), today(at))
    sides: list[ReportCriteria | Other | None] = [question, other]
    counted = [
        figures(programme=side.programme, period=side.period, areas=[area.pk for area in side.areas], at=at)
        if side
        else None
        for side in sides
    ]
    small = question.programme.small
    return [
        ViewLine(measure.name, *(_said(measure, each.totals, small) if each else "" for each in counted))
        for measure in HEADLINE
    ]


def _said(measure: Measure, counts: Counts, small: Collection[int]) -> str:
    number = shown_number(measure, counts)
    return NOT_SENT if measure in PROTECTED and number in small else f"{number:,}"


def _explored(values: QueryDict, question: ReportCriteria, *, by: User) -> ExploreCriteria:
    """The question of a view of Explore, for the number itself: a rate of few would tell the number."""
    asked = read_explored(values, question, by=by)
    if asked.is_protected:
        message = "This view is of people by ethnicity or age, which is not sent by e-mail. Choose another one."
        raise ViewOfPeople("view_of_people", message, "view")
    return replace(asked, columns=None, shown=COUNT)


def _explored_lines(asked: ExploreCriteria, by: User, at: datetime) -> list[ViewLine]:
    """The rows of the table and their total; the total alone of a share, and of parts of the week."""
    day = today(at)
    other = other_side(asked.question, Programme.objects.visible_to(by), day)
    there = other and replace(asked, question=replace(asked.question, programme=other.programme, period=other.period))
    tables = [explore(each, today=day) if each else None for each in (asked, there)]
    weeks = [_column(table) if table else {} for table in tables]
    # By what they are of: the same name can be another area's in another week.
    names = {
        key: name for table in reversed(tables) if table for key, name in zip(table.row_keys, table.rows, strict=True)
    }
    keys = dict.fromkeys(key for table in tables if table for key in table.row_keys)
    shown = [] if asked.rows.is_time or asked.measure.is_share or len(keys) > MOST_ROWS else keys
    return [
        ViewLine(name, *(week.get(key, "0" if week else "") for week in weeks))
        for key, name in (((), str(asked.measure)), *(((key,), names[key]) for key in shown))
    ]


def _column(table: ExploreTable) -> dict[tuple[Key, ...], str]:
    """What the table says by row, and in all (no key), without what is small or would give a small number away."""
    asked = table.asked
    if asked.measure.is_share:
        return {(): _said_share(table)}
    rows = [cell for (cell,) in table.cells]
    keys: list[tuple[Key, ...]] = [(key,) for key in table.row_keys]
    said = {key: cell.words for key, cell in zip(keys, rows, strict=True)} | {(): table.foot[0].words}
    if asked.measure.family in (SHIFTS, CREW, VISITS):
        return said
    hidden = withheld_cells([[int(cell.size or 0)] for cell in rows], asked.question.programme.small)
    gone = [keys[y] for y, _ in hidden.cells] + ([()] if hidden.columns else [])
    return said | dict.fromkeys(gone, NOT_SENT)


def _said_share(table: ExploreTable) -> str:
    """The share of all. It tells of those with a find, those without, and both: none may be small."""
    asked, cell = table.asked, table.foot[0]
    total = sum(numbers(scope_of(asked), asked.measure, []).values(), NOTHING_COUNTED)
    if {total.number, total.base - total.number, total.base} & set(asked.question.programme.small):
        return NOT_SENT
    return cell.words if cell.value is None else f"{cell.words}%"
