"""The analyst's dashboard: the six figures, and cards that each answer one question about them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.calendar import today
from hotspot.core.models import User
from hotspot.core.pages.access import SignedInRequest, logger, own_site_only, requires
from hotspot.core.pages.sorting import Sorting
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import as_attachment
from hotspots.models import District, Place, Programme
from reports.dashboard import csv
from reports.dashboard.cards.base import OUTCOMES, Behind, Card, area_parts, beside, linked
from reports.dashboard.cards.comparison import comparison
from reports.dashboard.cards.crews import (
    by_district,
    by_role_and_stream,
    districts,
    hours_of_week,
    when_patrols_happen,
    who_patrols,
)
from reports.dashboard.cards.dosage import dosage, visits
from reports.dashboard.cards.evenings import cover_of_evenings, peak_cover
from reports.dashboard.cards.hours import hours_by_area
from reports.dashboard.cards.kinds import by_kind, outcomes_by_kind
from reports.dashboard.cards.map import areas_map, by_place
from reports.dashboard.cards.needed import needed, still_needed
from reports.dashboard.cards.outcomes import outcomes_by_area
from reports.dashboard.cards.quality import data_quality
from reports.dashboard.cards.trend import trend
from reports.dashboard.records import addresses_of
from reports.figures.comparisons import Other, other_side
from reports.figures.criteria import ReportCriteria, read_criteria
from reports.figures.forms import QuestionForm
from reports.figures.headline import figures
from reports.figures.page_criteria import context_of, no_programme, sheet_of
from reports.figures.quality import quality
from reports.figures.series import DatedEvent, Selection, by_week
from reports.figures.tables import FigureTables, Tile, card_file_name
from reports.impact.queries import events_begun
from reports.models import SavedView
from reports.view_form import ViewForm


@dataclass(frozen=True)
class CardKind:
    """One kind of card: its name, what it asks, how it says the answer, and its layout.

    `layout` has words for the style sheet: "last" is where it stands on paper, "half", "third" and "two-thirds" how
    much of its width it takes; "wide" is for the screen. A card with `keys` does not compare times itself: the same of
    the other time stands beside it, row by row as so many first columns name them,
    areas of one name with their district.
    """

    name: str
    ask: Callable[[Selection], Any]
    say: Callable[[Any], Card]
    layout: str = ""
    keys: int = 0

    def card(self, asked: Selection) -> Card:
        """The card."""
        asked = asked.with_distinct_names if self.keys else asked
        card = self.say(self.ask(asked))
        if not self.keys or asked.other is None or not card.rows:
            return card
        return beside(card, self.say(self.ask(asked.other)), asked.other.period, self.keys)


# By the code that addresses name them by, in the order of the page.
KINDS = {
    "hours-by-week": CardKind("Hours each week", by_week, trend),
    "hours-by-area": CardKind("Hours and patrols by area", area_parts, hours_by_area, "third"),
    "still-needed": CardKind("Still needed this month", needed, still_needed, "third"),
    "peak-cover": CardKind("Friday and Saturday evenings", cover_of_evenings, peak_cover, "third"),
    "outcomes-by-area": CardKind("Outcomes by area", area_parts, outcomes_by_area),
    "map": CardKind("Map", by_place, areas_map, "last"),
    "outcomes-by-kind": CardKind("Outcomes by kind", by_kind, outcomes_by_kind, "last half"),
    "who-patrols": CardKind("Who patrols", by_role_and_stream, who_patrols, keys=2),
    "districts": CardKind("Who patrols by district", by_district, districts),
    "when-patrols-happen": CardKind("When patrols happen", hours_of_week, when_patrols_happen, keys=2),
    "dosage": CardKind("Visits", dosage, visits, "last two-thirds", keys=1),
    "data-quality": CardKind("Data quality", quality, data_quality, "last third", keys=1),
}
# What the address of exploring has beside the question to show the same as a card, and more of it.
EXPLORED = {
    "hours-by-week": "rows=week&chart=lines",
    "hours-by-area": "rows=area",
    "outcomes-by-area": "measure=arrests&rows=area&shown=per_hours",
    "outcomes-by-kind": "measure=arrests&rows=offence",
    "who-patrols": "rows=role&columns=stream",
    "districts": "rows=district&columns=role&shown=share",
    "when-patrols-happen": "rows=weekday&columns=hour&chart=table",
}
COMPARISON = "comparison"
MARKED = "hours-by-week"
"""The card that marks what else happened."""


@dataclass(frozen=True)
class Shown:
    """A card on the page; without one it could not be had, and the others still are. `layout`: see CardKind, `explored`
    see EXPLORED."""

    code: str
    name: str
    card: Card | None
    layout: str
    explored: str = ""


@requires(Permission.VIEW_DAILY_FIGURES)
@require_safe
def dashboard(request: SignedInRequest) -> HttpResponse:
    """The six figures and every card, for a programme, a period and areas that the address names.

    It opens on a financial year: ten years of every card take a second to count.
    """
    now = timezone.now()
    question = read_criteria(request.GET, by=request.user, today=today(now), opens_on_year=True)
    if question is None:
        return no_programme(request)
    sheet = _compared(sheet_of(request, question, now, by=()), request)
    form = QuestionForm(question, by=request.user, today=today(now), may_compare=True)
    asked = _with_events(_asked(request, question, now, sheet.other), request.user)
    cards = _cards(asked, is_empty=sheet.is_empty)
    if not sheet.is_empty and (compared := comparison(sheet)):
        cards.insert(0, Shown(compared.code, compared.name, compared, "wide"))
    sorting, address = Sorting.read(request.GET), addresses_of(question, by=request.user)
    cards = [
        replace(shown, card=linked(shown.card, address).sorted(sorting, shown.code) if shown.card else None)
        for shown in cards
    ]
    return render(
        request,
        "reports/dashboard.html",
        {
            **context_of(request, sheet, form),
            "tiles": [replace(tile, url=_behind(tile, sheet, address)) for tile in sheet.tiles],
            "cards": cards,
            "sorting": sorting,
            "views": SavedView.objects.visible_to(request.user).select_related("user"),
            "view_form": ViewForm(),
        },
    )


def _behind(tile: Tile, sheet: FigureTables, address: Callable[[Behind], str]) -> str:
    """The address of the shifts that a figure of the headline counts, or was counted on; there are none behind 0."""
    if not tile.number:
        return ""
    kind = OUTCOMES.get(tile.measure)
    return address({"outcome": kind, "number": tile.number} if kind else {"number": sheet.figures.totals.patrols})


@own_site_only
@requires(Permission.VIEW_DAILY_FIGURES)
@require_safe
def card_file(request: SignedInRequest, code: str) -> HttpResponse:
    """The table of one card, as a CSV file."""
    now = timezone.now()
    question = read_criteria(request.GET, by=request.user, today=today(now), opens_on_year=True)
    if question is None:
        raise Http404
    if code in KINDS:
        other = other_side(question, Programme.objects.visible_to(request.user), today(now))
        asked = _asked(request, question, now, other)
        card: Card | None = KINDS[code].card(_with_events(asked, request.user) if code == MARKED else asked)
    else:
        card = comparison(_compared(sheet_of(request, question, now, by=()), request)) if code == COMPARISON else None
    if card is None:
        raise Http404
    response = HttpResponse(csv.card_text(card, question, now), content_type="text/csv; charset=utf-8")
    return as_attachment(response, card_file_name(card.code, question, now))


def _compared(sheet: FigureTables, request: SignedInRequest) -> FigureTables:
    """The sheet with what it is compared with."""
    question, now = sheet.question, sheet.figures.as_at
    other = other_side(question, Programme.objects.visible_to(request.user), today(now))
    if other is None:
        return sheet
    areas = [area.pk for area in other.areas]
    return replace(
        sheet, other=other, before=figures(programme=other.programme, period=other.period, areas=areas, at=now)
    )


def _asked(request: SignedInRequest, question: ReportCriteria, now: datetime, other: Other | None) -> Selection:
    asked = Selection(
        question.programme,
        question.period,
        question.areas,
        now,
        question.view,
        districts=District.objects.visible_to(request.user),
        places=Place.objects.visible_to(request.user),
        choices=question.choices,
    )
    if other is None or list(other.areas) != list(question.areas):
        return asked
    there = Selection(other.programme, other.period, other.areas, now, choices=question.choices)
    return replace(asked, other=there)


def _with_events(asked: Selection, user: User) -> Selection:
    """The same with what else happened in these areas, as far as this person may know of it."""
    events = events_begun(user, asked.period, asked.areas)
    said = [DatedEvent(each.first_day, f"{each.title}, {each.where}" if each.where else each.title) for each in events]
    return replace(asked, events=said)


def _cards(asked: Selection, *, is_empty: bool) -> list[Shown]:
    """Every card; where nothing was counted, those that have something to show all the same, as targets are."""
    if asked.so_far is None or not asked.areas:
        return []
    shown = [_shown(code, kind, asked) for code, kind in KINDS.items()]
    return [each for each in shown if each.card is None or each.card.rows or not (is_empty or each.card.is_passing)]


def _explored(code: str, card: Card) -> str:
    choices = EXPLORED.get(code, "")
    return f"measure={card.measure}&{choices}" if card.measure else choices


def _shown(code: str, kind: CardKind, asked: Selection) -> Shown:
    """One card that takes too long says so in its place."""
    try:
        card = kind.card(asked)
        return Shown(code, card.name, card, kind.layout, _explored(code, card))
    except OperationalError:
        logger.warning("The card %s could not be had", code, exc_info=True)
        return Shown(code, kind.name, None, kind.layout)
