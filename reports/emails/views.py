"""The page of a person's e-mails, and the links by which e-mails are stopped."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from hotspot.core import mail
from hotspot.core.pages.access import SignedInRequest, call, public, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspots.pages.views import confirm_page, editing, form_page, posted, this_day
from hotspots.queries import programmes_seen_by
from reports.emails import operations, presenters, queries
from reports.emails.forms import AlertForm, RemindersForm, WeeklyEmailForm
from reports.emails.links import read_link
from reports.emails.watching import alert_words, watch


@requires(Permission.VIEW_DAILY_FIGURES)
@require_safe
def emails(request: SignedInRequest) -> HttpResponse:
    """What the person gets by e-mail."""
    alerts = list(queries.alerts_of(request.user))
    found = watch(alerts, by=request.user, at=timezone.now()).crossings
    is_sent, own = mail.has_mail_server(), queries.weekly_emails_of(request.user)
    context = {
        "weekly_columns": presenters.WEEKLY_COLUMNS,
        "weekly_rows": presenters.weekly_rows(own, programmes_seen_by(request.user), day=this_day(), is_sent=is_sent),
        "alert_columns": presenters.ALERT_COLUMNS,
        "alert_rows": presenters.alert_rows(alerts, found),
        "reminders": queries.reminders_of(request.user),
        "is_sent": is_sent,
        "has_views": queries.views_without_email(request.user).exists(),
    }
    return render(request, "emails/emails.html", context)


@requires(Permission.VIEW_DAILY_FIGURES)
@editing
def ask_for_weekly(request: SignedInRequest) -> HttpResponse:
    """Have a saved view sent each week."""
    form = WeeklyEmailForm(posted(request), by=request.user, initial={"view": request.GET.get("view", "")})
    if form.is_valid() and call(
        form, operations.ask_for_weekly, by=request.user, at=timezone.now(), view=form.cleaned_data["view"]
    ):
        messages.success(request, f"{form.cleaned_data['view']} is sent each Monday from 7am.")
        return redirect("reports:emails")
    text = "Last week’s figures of the view beside those of the week before, as a short text."
    return _form_page(request, form, title="Get a saved view each week", label="Send it each week", text=text)


@requires(Permission.VIEW_DAILY_FIGURES)
@editing
def set_alert(request: SignedInRequest) -> HttpResponse:
    """Be told when an area crosses a line."""
    form = AlertForm(posted(request), by=request.user)
    if form.is_valid() and call(form, operations.set_alert, by=request.user, at=timezone.now(), **form.asked):
        messages.success(request, "The alert is set. You are told once when it begins.")
        return redirect("reports:emails")
    return _form_page(request, form, title="Set an alert", label="Set alert")


def _form_page(request: SignedInRequest, form: Any, **context: Any) -> HttpResponse:
    return form_page(request, form, back=reverse("reports:emails"), **context)


@requires(Permission.LOG_SHIFT)
@editing
def choose_reminders(request: SignedInRequest) -> HttpResponse:
    """Choose what to be reminded of."""
    chosen = [each.kind for each in queries.reminders_of(request.user)]
    form = RemindersForm(posted(request), by=request.user, initial={"kinds": chosen})
    if form.is_valid():
        done = call(
            form, operations.choose_reminders, by=request.user, at=timezone.now(), kinds=form.cleaned_data["kinds"]
        )
        if done is not None:
            messages.success(request, "Your reminders are saved." if done else "You get no reminders.")
            return redirect("reports:emails")
    return _form_page(request, form, title="Choose reminders", label="Save")


@requires(Permission.VIEW_DAILY_FIGURES)
@editing
def stop_weekly(request: SignedInRequest, pk: int) -> HttpResponse:
    """Stop one of one's own weekly e-mails."""
    found = get_object_or_404(queries.weekly_emails_of(request.user), pk=pk)
    form = Form(posted(request))
    if form.is_valid():
        operations.stop_weekly(by=request.user, pk=pk)
        messages.success(request, f"{found} is not sent any more.")
        return redirect("reports:emails")
    text = "The saved view stays."
    return _confirm_page(request, form, title=f"Stop the weekly e-mail of {found}", text=text, label="Stop it")


@requires(Permission.VIEW_DAILY_FIGURES)
@editing
def remove_alert(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove one of one's own alerts."""
    found = get_object_or_404(queries.alerts_of(request.user), pk=pk)
    form = Form(posted(request))
    if form.is_valid():
        operations.remove_alert(by=request.user, pk=pk)
        messages.success(request, "The alert is removed.")
        return redirect("reports:emails")
    text = f"{alert_words(found)}: {found.area or 'each area that you see'}."
    return _confirm_page(request, form, title="Remove this alert", text=text, label="Remove it")


def _confirm_page(request: SignedInRequest, form: Form, **context: Any) -> HttpResponse:
    return confirm_page(request, form, back=reverse("reports:emails"), **context)


@csrf_exempt
@public
@editing
def stop_emails(request: HttpRequest, token: str) -> HttpResponse:
    """Where the link of an e-mail leads: a page with a button, for scanners of mail follow links.

    A POST stops it, a mail program's too (RFC 8058), which has no token of a form: the address says it all.
    """
    link = read_link(token)
    if link is None:
        raise Http404
    if request.method == "POST":
        operations.stop_by_link(link)
    context = {"kind": link.kind, "is_stopped": request.method == "POST"}
    response = render(request, "emails/stop.html", context)
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store, private"
    return response
