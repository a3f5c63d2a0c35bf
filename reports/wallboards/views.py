"""The wallboard itself, for whoever has its address, and the pages of those who keep wallboards."""

import logging

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from hotspot.core.accounts.sign_in_limits import client_address
from hotspot.core.api.throttling import refuse_wrong_token
from hotspot.core.pages.access import SignedInRequest, call, page_of, public, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import MARKING
from hotspots.pages import paging
from hotspots.pages.views import confirm_page, crumbs, editing, form_page, posted, this_day
from reports.figures.series import Selection
from reports.wallboards import operations, presenters, queries
from reports.wallboards.forms import WallboardForm
from reports.wallboards.panels import BOARD_CARDS, HEADLINE_CODE, BoardPanel, BoardTile, tiles
from reports.wallboards.rules import address_of

logger = logging.getLogger("hotspot.access")
REFRESH_SECONDS = 60
_TOOK_TOO_LONG = "This took too long to count. It is tried again in a minute."


@public
@require_safe
@sensitive_variables("token")
def wallboard(request: HttpRequest, token: str) -> HttpResponse:
    """What a screen shows. It asks for itself again each minute, sends its address nowhere and is kept nowhere."""
    now = timezone.now()
    board = queries.wallboard_of(token, at=now)
    if board is None:
        return refuse_wrong_token(client_address(request))
    queries.note_read(board, at=now)
    asked = queries.selection_of(board, at=now)
    context = {
        "board": board,
        "asked": asked,
        "now": now,
        "shows": presenters.shows(board),
        "tiles": _tiles(asked) if HEADLINE_CODE in board.cards else [],
        "panels": [_panel(code, asked) for code in board.cards if code in BOARD_CARDS and code != HEADLINE_CODE],
        "marking": MARKING,
        "refresh": REFRESH_SECONDS,
    }
    # Without the request: nothing of who may be signed in in this browser is on the screen.
    response = HttpResponse(render_to_string("wallboards/board.html", context))
    response["Refresh"] = str(REFRESH_SECONDS)
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _tiles(asked: Selection) -> list[BoardTile]:
    """The six figures; one line in their place that they took too long."""
    try:
        return tiles(asked)
    except OperationalError:
        logger.warning("The figures of a wallboard could not be had", exc_info=True)
        return [BoardTile("–", _TOOK_TOO_LONG)]


def _panel(code: str, asked: Selection) -> tuple[str, BoardPanel]:
    """One card with its name; one that takes too long says so in its place."""
    card = BOARD_CARDS[code]
    if card.panel is None or asked.so_far is None:
        return card.name, BoardPanel("The programme has not begun.")
    try:
        return card.name, card.panel(asked)
    except OperationalError:
        logger.warning("The card %s of a wallboard could not be had", code, exc_info=True)
        return card.name, BoardPanel(_TOOK_TOO_LONG)


@requires(Permission.KEEP_WALLBOARDS)
@require_safe
def wallboards(request: SignedInRequest) -> HttpResponse:
    """Every wallboard, when it was last read, and whether its address works."""
    page = page_of(request, queries.wallboards_seen_by(request.user), size=25)
    context = {
        "columns": presenters.COLUMNS,
        "rows": presenters.wallboard_rows(page, day=this_day()),
        "crumbs": crumbs(request),
        **paging.pagination(page, request.GET),
    }
    return render(request, "wallboards/list.html", context)


@requires(Permission.KEEP_WALLBOARDS)
@editing
@sensitive_variables("issued", "address")
def make_wallboard(request: SignedInRequest) -> HttpResponse:
    """A new wallboard, and its address in the answer itself: kept nowhere, and not said again for the same form."""
    form = WallboardForm(posted(request), by=request.user)
    if form.is_valid():
        issued = call(form, operations.make_wallboard, by=request.user, at=timezone.now(), **form.cleaned_data)
        if issued:
            logger.warning("User %s made wallboard %s.", request.user.pk, issued.board.pk)
            address = address_of(issued.token)
            return render(request, "wallboards/made.html", {"board": issued.board, "address": address})
    back = reverse("reports:wallboards")
    return form_page(request, form, title="Make a wallboard", label="Make wallboard", back=back)


@requires(Permission.KEEP_WALLBOARDS)
@editing
def revoke_wallboard(request: SignedInRequest, pk: int) -> HttpResponse:
    """A wallboard whose address shall not work any more."""
    found = get_object_or_404(queries.wallboards_seen_by(request.user), pk=pk)
    form = Form(posted(request))
    if form.is_valid() and call(form, operations.revoke_wallboard, by=request.user, at=timezone.now(), pk=pk):
        messages.success(request, f"The address of {found} does not work any more.")
        return redirect("reports:wallboards")
    return confirm_page(
        request,
        form,
        title=f"Revoke {found}",
        text="Its address stops working at once, for good. Screens that show it say that there is no such page.",
        label="Revoke it",
        back=reverse("reports:wallboards"),
    )
