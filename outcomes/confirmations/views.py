"""Months confirmed: which are, which are to be, and by whom."""

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core import wording
from hotspot.core.calendar import Period, parse_day, today
from hotspot.core.models import User
from hotspot.core.pages.access import SignedInRequest, call, refusal_status, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspot.core.text import parse_id
from hotspots.pages.views import confirm_page, editing, posted
from outcomes.confirmations import operations, presenters, queries
from outcomes.confirmations.forms import ConfirmMonthForm
from outcomes.confirmations.permissions import may_confirm
from outcomes.confirmations.rules import can_be_asked_about, is_over, month_before
from outcomes.models import MonthConfirmation
from outcomes.records.rules import may_see_people


@requires(Permission.VIEW_SHIFTS)
@require_safe
def months(request: SignedInRequest) -> HttpResponse:
    """A person's own months, and of one month who has confirmed it."""
    now, by = timezone.now(), request.user
    newest = month_before(today(now))
    asked = parse_day(f"{request.GET.get('month', '')}-01")
    month = Period.month(min(asked, newest.first_day)) if asked else newest
    state = queries.state_of(month, by=by)
    sees_people = may_see_people(by)
    context = {
        "month": month.first_day,
        "state": presenters.state_in_words(state),
        "people_columns": presenters.PEOPLE_COLUMNS,
        "people_rows": presenters.people_rows(state, by=by) if sees_people else [],
        "earlier": month_before(month.first_day).first_day,
        "later": date.fromordinal(month.last_day.toordinal() + 1) if month.last_day < newest.last_day else None,
    }
    if by.may(Permission.LOG_SHIFT):
        own = queries.own_months(by, now, queries.MONTHS_ON_PAGE)
        context |= {"own_columns": presenters.OWN_COLUMNS, "own_rows": presenters.own_rows(own, by=by)}
    return render(request, "outcomes/months.html", context)


@requires(Permission.LOG_SHIFT)
@editing
def confirm(request: SignedInRequest, month: str) -> HttpResponse:
    """Say that there is nothing more to log for a month."""
    now, days, person = timezone.now(), _month(month), _person(request)
    form = ConfirmMonthForm(posted(request))
    if form.is_valid():
        done = call(
            form,
            operations.confirm_month,
            by=request.user,
            at=now,
            person=person,
            month=days,
            seen=form.cleaned_data["seen"],
        )
        if done is not None:
            messages.success(request, f"{wording.month(days.first_day)} is confirmed. You can take that back.")
            return redirect("outcomes:months")
    found = queries.own_month(person, days)
    earlier = MonthConfirmation.objects.filter(person=person, month=days.first_day).select_related("confirmed_by")
    context = {
        "form": form,
        "month": days.first_day,
        "person": person,
        "is_own": person.pk == request.user.pk,
        "found": found,
        "summary": presenters.summary(found),
        "history": presenters.history(earlier, by=request.user),
        "is_over": is_over(days, now),
        "may_be_confirmed": is_over(days, now) and found.shifts and not found.planned and not found.is_settled,
        "opens_on": date.fromordinal(days.last_day.toordinal() + 1),
        "last_day": days.last_day,
    }
    return render(request, "outcomes/confirm_month.html", context, status=refusal_status(form))


def _month(text: str) -> Period:
    """The month of an address, or 404: 2024-10."""
    day = parse_day(f"{text}-01")
    if day is None or not can_be_asked_about(day, timezone.now()):
        raise Http404
    return Period.month(day)


def _person(request: SignedInRequest) -> User:
    """Whose month it is: one's own, or, for administrators, another's."""
    number = parse_id(request.GET.get("person", ""))
    if number is None or number == request.user.pk:
        return request.user
    person = get_object_or_404(User.objects.people(), pk=number)
    if not may_confirm(person, by=request.user):
        raise Http404
    return person


@requires(Permission.LOG_SHIFT)
@editing
def take_back(request: SignedInRequest, confirmation_id: int) -> HttpResponse:
    """Say that there is something to log after all."""
    seen = MonthConfirmation.objects.visible_to(request.user).select_related("person")
    found = get_object_or_404(seen, pk=confirmation_id)
    if not may_confirm(found.person, by=request.user):
        raise Http404
    form, month = Form(posted(request)), wording.month(found.month)
    if form.is_valid() and call(
        form, operations.take_back, by=request.user, at=timezone.now(), confirmation_id=found.pk
    ):
        messages.success(request, f"{month} is not confirmed any more.")
        return redirect("outcomes:months")
    whose = "your" if found.person_id == request.user.pk else f"{found.person.name}’s"
    return confirm_page(
        request,
        form,
        title=f"Take back {whose} confirmation of {month}?",
        text="It then counts as not confirmed. That it was stays in the history.",
        label="Take it back",
        back=reverse("outcomes:months"),
    )
