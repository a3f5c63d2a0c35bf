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

from hotspot.core.exports import as_attachment
from hotspot.core.periods import today
from hotspot.core.permissions import Permission
from hotspot.core.web import SignedInRequest, logger, own_site_only, requires
from hotspots.models import Programme
from reports import exports
from reports.filters import Question, QuestionForm, other_side, read_question
from reports.forms import ViewForm
from reports.models import SavedView
from reports.presenters import Sheet, card_file_name
from reports.presenters.cards import Card
from reports.presenters.comparison import comparison
from reports.presenters.crews import when_patrols_happen, who_patrols
from reports.presenters.dosage import visits
from reports.presenters.hours import hours_by_area, hours_by_week
from reports.presenters.kinds import outcomes_by_kind
from reports.presenters.maps import areas_map
from reports.presenters.outcomes import outcomes_by_area
from reports.presenters.quality import data_quality
from reports.queries import figures
from reports.queries.crews import by_hour_of_week, by_role_and_stream
from reports.queries.dashboard import Asked, by_area, by_week
from reports.queries.dosage import dosage
from reports.queries.kinds import by_kind
from reports.queries.maps import by_place
from reports.queries.quality import quality
from reports.views.asking import context_of, no_programme, sheet_of


@dataclass(frozen=True)
class Kind:
    """One kind of card: its name, what it asks and how it says the answer."""

    name: str
    ask: Callable[[Asked], Any]
    say: Callable[[Any], Card]

    def card(self, asked: Asked) -> Card:
        """The card."""
        return self.say(self.ask(asked))


# By the code that addresses name them by, in the order of the page.
KINDS = {
    "hours-by-week": Kind("Hours each week", by_week, hours_by_week),
    "hours-by-area": Kind("Hours and patrols by area", by_area, hours_by_area),
    "outcomes-by-area": Kind("Outcomes by area", by_area, outcomes_by_area),
    "map": Kind("Map", by_place, areas_map),
    "outcomes-by-kind": Kind("Outcomes by kind", by_kind, outcomes_by_kind),
    "who-patrols": Kind("Who patrols", by_role_and_stream, who_patrols),
    "when-patrols-happen": Kind("When patrols happen", by_hour_of_week, when_patrols_happen),
    "dosage": Kind("Visits", dosage, visits),
    "data-quality": Kind("Data quality", quality, data_quality),
}
COMPARISON = "comparison"


@dataclass(frozen=True)
class Shown:
    """A card on the page; without one it could not be had, and the others still are."""

    code: str
    name: str
    card: Card | None


@requires(Permission.VIEW_DAILY_FIGURES)
@require_safe
def dashboard(request: SignedInRequest) -> HttpResponse:
    """The six figures and every card, for a programme, a period and areas that the address names."""
    now = timezone.now()
    question = read_question(request.GET, by=request.user, today=today(now))
    if question is None:
        return no_programme(request)
    asked = _asked(question, now)
    sheet = _compared(sheet_of(request, question, now, by=()), request)
    form = QuestionForm(question, by=request.user, today=today(now), may_compare=True)
    cards = [] if sheet.is_empty else [_shown(code, kind, asked) for code, kind in KINDS.items()]
    if cards and (compared := comparison(sheet)):
        cards.insert(0, Shown(compared.code, compared.name, compared))
    return render(
        request,
        "reports/dashboard.html",
        {
            **context_of(request, sheet, form),
            "cards": cards,
            "views": SavedView.objects.visible_to(request.user),
            "view_form": ViewForm(),
        },
    )


@own_site_only
@requires(Permission.VIEW_DAILY_FIGURES)
@require_safe
def card_file(request: SignedInRequest, code: str) -> HttpResponse:
    """The table of one card, as a CSV file."""
    now = timezone.now()
    question = read_question(request.GET, by=request.user, today=today(now))
    if question is None:
        raise Http404
    if code in KINDS:
        card: Card | None = KINDS[code].card(_asked(question, now))
    else:
        card = comparison(_compared(sheet_of(request, question, now, by=()), request)) if code == COMPARISON else None
    if card is None:
        raise Http404
    response = HttpResponse(exports.card_text(card, question, now), content_type="text/csv; charset=utf-8")
    return as_attachment(response, card_file_name(card.code, question, now))


def _compared(sheet: Sheet, request: SignedInRequest) -> Sheet:
    """The sheet with what it is compared with."""
    question, now = sheet.question, sheet.figures.as_at
    other = other_side(question, Programme.objects.visible_to(request.user), today(now))
    if other is None:
        return sheet
    areas = [area.pk for area in other.areas]
    return replace(
        sheet, other=other, before=figures(programme=other.programme, period=other.period, areas=areas, at=now)
    )


def _asked(question: Question, now: datetime) -> Asked:
    return Asked(question.programme, question.period, question.areas, now, question.view)


def _shown(code: str, kind: Kind, asked: Asked) -> Shown:
    """One card that takes too long says so in its place."""
    try:
        card = kind.card(asked)
        return Shown(code, card.name, card)
    except OperationalError:
        logger.warning("The card %s could not be had", code, exc_info=True)
        return Shown(code, kind.name, None)
