"""Pages of rates: what is in force, the rates of a stream, new ones, how time is paid, and bank holidays."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core import wording
from hotspot.core.history import versions_of
from hotspot.core.pages.access import SignedInRequest, call, page_of, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspots.models import FundingStream, Programme
from hotspots.pages import paging
from hotspots.pages.timeline import timeline
from hotspots.pages.views import confirm_page, crumbs, editing, form_page, posted, this_day
from patrols.models import CrewRole
from patrols.rates import operations, presenters, queries
from patrols.rates.forms import HolidayForm, RateForm, RuleForm

PROGRAMMES_A_PAGE = 5


@requires(Permission.VIEW_FUNDING)
@require_safe
def rates(request: SignedInRequest) -> HttpResponse:
    """What each stream of each programme pays each role, in force today or when the programme ran."""
    page = page_of(request, Programme.objects.visible_to(request.user), size=PROGRAMMES_A_PAGE)
    streams = queries.streams_seen_by(request.user).filter(programme__in=list(page))
    context = {
        "programmes": [
            _in_force(each, [stream for stream in streams if stream.programme_id == each.pk]) for each in page
        ],
        "columns": presenters.ROLE_COLUMNS,
        "crumbs": crumbs(request),
        "manages": request.user.may(Permission.MANAGE),
        **paging.pagination(page, request.GET),
    }
    return render(request, "rates/list.html", context)


def _in_force(programme: Programme, streams: list[FundingStream]) -> dict[str, object]:
    day = presenters.day_in_force(this_day(), programme.first_day, programme.last_day)
    found = queries.rates_on(day, streams, CrewRole.values)
    return {"programme": programme, "day": wording.day(day), "tables": presenters.stream_tables(streams, found)}


@requires(Permission.VIEW_FUNDING)
@require_safe
def stream(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every rate of a stream, and how it pays for time."""
    found = _stream_seen_by(request, pk)
    context = {
        "stream": found,
        "columns": presenters.RATE_COLUMNS,
        "rows": presenters.rate_rows(queries.rates_of(found)),
        "rule_columns": presenters.RULE_COLUMNS,
        "rule_rows": presenters.rule_rows(queries.rules_of(found)),
        "crumbs": _crumbs(request),
        "manages": request.user.may(Permission.MANAGE),
    }
    return render(request, "rates/stream.html", context)


@requires(Permission.VIEW_FUNDING)
@require_safe
def rate(request: SignedInRequest, pk: int) -> HttpResponse:
    """One rate and its history."""
    found = get_object_or_404(queries.rates_seen_by(request.user), pk=pk)
    above = (found.funding_stream.name, reverse("rates:stream", args=(found.funding_stream_id,)))
    context = {
        "rate": found,
        "rows": presenters.rate_facts(found),
        "items": timeline(versions_of(found), made="Entered"),
        "crumbs": _crumbs(request, above),
    }
    return render(request, "rates/rate.html", context)


@requires(Permission.MANAGE)
@editing
def add_rate(request: SignedInRequest, pk: int) -> HttpResponse:
    """A rate from a day on."""
    found = _stream_seen_by(request, pk)
    form = RateForm(posted(request))
    if form.is_valid():
        made = call(form, _set_rate, request=request, stream_id=pk, sent=form)
        if made is not None:
            messages.success(request, made)
            return redirect("rates:stream", pk)
    back = reverse("rates:stream", args=(pk,))
    return form_page(request, form, title="Enter a rate", label="Save rate", back=back, caption=found.name)


def _set_rate(*, request: SignedInRequest, stream_id: int, sent: RateForm) -> str:
    made = operations.set_rate(by=request.user, at=timezone.now(), stream_id=stream_id, **sent.facts)
    return presenters.said(made)


@requires(Permission.MANAGE)
@editing
def set_rule(request: SignedInRequest, pk: int) -> HttpResponse:
    """Which type of time the stream pays a role for, from a day on."""
    found = _stream_seen_by(request, pk)
    form = RuleForm(posted(request))
    if form.is_valid():
        made = call(form, _set_rule, request=request, stream_id=pk, sent=form)
        if made is not None:
            messages.success(request, made)
            return redirect("rates:stream", pk)
    back = reverse("rates:stream", args=(pk,))
    return form_page(request, form, title="Change how time is paid", label="Save", back=back, caption=found.name)


def _set_rule(*, request: SignedInRequest, stream_id: int, sent: RuleForm) -> str:
    made = operations.set_rule(by=request.user, at=timezone.now(), stream_id=stream_id, **sent.cleaned_data)
    if made is None:
        return "Nothing was different, so the rule stays as it was."
    return f"{made.get_role_display()}: how time is paid changed from {wording.day(made.first_day)} on."


@requires(Permission.VIEW_FUNDING)
@require_safe
def holidays(request: SignedInRequest) -> HttpResponse:
    """The bank holidays."""
    manages = request.user.may(Permission.MANAGE)
    page = page_of(request, queries.holidays_seen_by(request.user))
    context = {
        "columns": presenters.holiday_columns(manages=manages),
        "rows": presenters.holiday_rows(page, manages=manages),
        "crumbs": _crumbs(request),
        "manages": manages,
        **paging.pagination(page, request.GET),
    }
    return render(request, "rates/holidays.html", context)


@requires(Permission.MANAGE)
@editing
def add_holiday(request: SignedInRequest) -> HttpResponse:
    """Another bank holiday."""
    form = HolidayForm(posted(request))
    if form.is_valid() and (made := call(form, operations.add_holiday, by=request.user, **form.cleaned_data)):
        messages.success(request, f"{made.name}, {wording.day(made.day)}, is in the list.")
        return redirect("rates:holidays")
    return form_page(request, form, title="Add a bank holiday", label="Add", back=reverse("rates:holidays"))


@requires(Permission.MANAGE)
@editing
def remove_holiday(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a day off the list."""
    found = get_object_or_404(queries.holidays_seen_by(request.user), pk=pk)
    form = Form(posted(request))
    if form.is_valid():
        removed = call(form, _remove, request=request, holiday_id=pk)
        if removed:
            messages.success(request, f"{wording.day(found.day)} is an ordinary day.")
            return redirect("rates:holidays")
    return confirm_page(
        request,
        form,
        title=f"Remove {found.name}, {wording.day(found.day)}",
        text="Patrols of that day are then costed as on any other day, except in months that are closed.",
        label="Remove",
        back=reverse("rates:holidays"),
    )


def _remove(*, request: SignedInRequest, holiday_id: int) -> bool:
    operations.remove_holiday(by=request.user, holiday_id=holiday_id)
    return True


def _stream_seen_by(request: SignedInRequest, pk: int) -> FundingStream:
    return get_object_or_404(queries.streams_seen_by(request.user), pk=pk)


def _crumbs(request: SignedInRequest, *more: tuple[str, str]) -> list[dict[str, str]]:
    return crumbs(request, ("Rates", reverse("rates:list")), *more)
