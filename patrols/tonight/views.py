"""Tonight: the list, the two buttons, and the briefing sheet."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core import wording
from hotspot.core.errors import DomainError
from hotspot.core.pages import resubmission
from hotspot.core.pages.access import SignedInRequest, call, refusal_status, requires
from hotspot.core.permissions import Permission
from hotspot.core.text import parse_id
from hotspots.models import District, HotspotArea
from hotspots.pages.views import editing
from patrols.models import LiveVisit, trial_day
from patrols.planning.rules import NIGHTS
from patrols.tonight import briefing, presenters, queries
from patrols.tonight.forms import ArriveForm, DepartForm, UndoForm, WhenLeftForm
from patrols.visits import live_operations, live_queries

MOST_CARDS = 40
"""More areas that want a patrol are nobody's night: who sees all districts chooses one."""


@requires(Permission.PLAN_SHIFT)
@require_safe
def tonight(request: SignedInRequest) -> HttpResponse:
    """Which areas to patrol tonight and why, in one's own districts, in order of need."""
    return _page(request)


def _page(request: SignedInRequest, refusal: DomainError | None = None) -> HttpResponse:
    """The list; with what was refused of a press, which changed nothing."""
    at, user = timezone.now(), request.user
    districts, district = _districts(request)
    found, last_night = queries.night_of(user, at, district=district), live_queries.night_before(at)
    own, before = (live_queries.unlogged(user, night=night) for night in (found.day, last_night))
    planned, rest = ([each for each in found.unasked if bool(each.ahead) is has_plan] for has_plan in (True, False))
    context: dict[str, Any] = {
        "night": presenters.night_words(found.day),
        "seconds_left": f"{presenters.seconds_left(found.day, at=at)}",
        "wanted": presenters.cards(found.wanted[:MOST_CARDS], own, by=user, day=found.day),
        "done": presenters.cards(found.done, own, by=user, day=found.day),
        "planned": presenters.cards(planned[:MOST_CARDS], own, by=user, day=found.day),
        "unasked": presenters.cards([*rest, *planned[MOST_CARDS:]], own, by=user, day=found.day),
        "trials": presenters.trial_nights(found, at=at),
        "own": presenters.own_visit(live_queries.latest_visit(user), at=at),
        "not_logged": presenters.not_logged(before, queries.own_plans_in(user, before), night=last_night),
        "refusal": refusal,
        "districts": districts,
        "district": district,
        "left_out": max(len(found.wanted) - MOST_CARDS, 0),
    }
    return render(request, "tonight/tonight.html", context, status=refusal.status if refusal else 200)


@requires(Permission.PLAN_SHIFT)
@require_safe
def briefing_sheet(request: SignedInRequest) -> HttpResponse:
    """What the crews of tonight, or of a coming night, are told, on a page to be printed."""
    at, user = timezone.now(), request.user
    districts, district = _districts(request)
    coming = _coming_nights(at)
    day = next((day for day in coming if day.isoformat() == request.GET.get("night")), None)
    if day is None:
        found = queries.night_of(user, at, district=district)
    else:
        found = queries.plans_of(user, day, at, district=district)
    context = {
        "nights": [(each.isoformat(), wording.weekday(each)) for each in coming],
        "coming": day and day.isoformat(),
        "night": briefing.until(found),
        "as_at": wording.clock(at),
        "areas": briefing.briefed(found, by=request.user),
        "trials": presenters.trial_nights(found, at=at),
        "districts": districts,
        "district": district,
    }
    return render(request, "tonight/briefing.html", context)


def _coming_nights(at: datetime) -> list[date]:
    """The nights after this one whose plans a sheet can tell."""
    return [trial_day(at) + timedelta(days=number) for number in range(1, NIGHTS)]


def _districts(request: SignedInRequest) -> tuple[list[District], District | None]:
    """The districts that can be chosen where there are several, and the one that the address names, if they see it."""
    seen, number = (
        list(District.objects.visible_to(request.user).defer("outline").order_by("name")),
        parse_id(request.GET.get("district", "")),
    )
    return (seen if len(seen) > 1 else []), next((each for each in seen if each.pk == number), None)


@requires(Permission.LOG_SHIFT)
@editing
def arrive(request: SignedInRequest) -> HttpResponse:
    """ "I’m here". Who comes here without a press is led to the list."""
    form = ArriveForm(request.POST)
    if request.method != "POST":
        return redirect("tonight:tonight")
    if not form.is_valid():
        raise Http404
    sent = form.cleaned_data
    try:
        visit = live_operations.arrive(
            by=request.user, at=timezone.now(), arrival=sent["arrival"], area_id=sent["area"]
        )
    except HotspotArea.DoesNotExist as missing:
        raise Http404 from missing
    except DomainError as refusal:
        return _page(request, refusal)
    if not visit.is_open:
        messages.warning(request, presenters.pressed_before(visit))
    return redirect("tonight:tonight")


@resubmission.refills
@requires(Permission.LOG_SHIFT)
@editing
def leave(request: SignedInRequest, pk: int) -> HttpResponse:
    """ "I’ve left": now, or at a time that is asked for where nobody said so for hours."""
    at, visit = timezone.now(), _own_visit(request, pk)
    sent = resubmission.entries(request)
    if not visit.is_open:
        return redirect("tonight:tonight")
    asks = live_queries.is_forgotten(visit, at) or "left" in (sent or {})
    form = _when(sent, visit) if asks else DepartForm(sent)
    if request.method == "POST" and form.is_valid():
        when = {"departure": form.cleaned_data["departure"], "left_at": form.cleaned_data.get("left")}
        done = call(form, live_operations.leave, by=request.user, at=at, visit_id=pk, **when)
        if done is not None:
            if done.is_open:
                messages.warning(request, "That press was taken back before. If you have left now, press again.")
            return redirect("tonight:tonight")
    if not asks:
        # Somebody who left just now asks for a time of their own, or what was sent lacks its number.
        form = _when(None, visit)
    said, is_forgotten = wording.moment(visit.arrived_at), live_queries.is_forgotten(visit, at)
    context = {"form": form, "visit": visit, "said": said, "is_forgotten": is_forgotten}
    return render(request, "tonight/when_left.html", context, status=refusal_status(form))


def _when(sent: Any, visit: LiveVisit) -> WhenLeftForm:
    return WhenLeftForm(sent, visit=visit, initial={"departure": uuid.uuid4()})


@requires(Permission.LOG_SHIFT)
@editing
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back the last press. Who comes here without a form is led to the list."""
    visit = _own_visit(request, pk)
    form = UndoForm(request.POST)
    if request.method != "POST":
        return redirect("tonight:tonight")
    if not form.is_valid():
        raise Http404
    try:
        done = live_operations.undo(
            by=request.user, at=timezone.now(), visit_id=visit.pk, number=form.cleaned_data["number"]
        )
    except DomainError as refusal:
        return _page(request, refusal)
    if done.withdrawn_at is not None:
        messages.success(request, f"The visit to {visit.area} is taken back.")
    return redirect("tonight:tonight")


def _own_visit(request: SignedInRequest, pk: int) -> LiveVisit:
    visits = LiveVisit.objects.visible_to(request.user).select_related("area").defer("area__boundary")
    return get_object_or_404(visits, pk=pk)
