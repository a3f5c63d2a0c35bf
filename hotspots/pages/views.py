"""What pages with forms share: how they are asked, a page around one form, a page that asks first."""

from typing import Any

from django import forms
from django.db import models
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hotspot.core.calendar import today
from hotspot.core.history import version_of, versions_of
from hotspot.core.pages.access import SignedInRequest, refusal_status
from hotspot.core.permissions import Permission
from hotspot.core.text import parse_id
from hotspots.pages.timeline import timeline

editing = require_http_methods(["GET", "HEAD", "POST"])


def this_day() -> Any:
    """Today in London."""
    return today(timezone.now())


def posted(request: SignedInRequest) -> QueryDict | None:
    """What was sent to a form, or None when it is only to be shown."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: SignedInRequest, form: forms.BaseForm, *, title: str, label: str, back: str, **context: Any
) -> HttpResponse:
    """A page that is one form. `back` is where its person came from; `label` the button.

    With `row`, the record that the form changes, the page remembers its version, and says what others made of it since
    the form was opened. `template` is for a page that has more than the form.
    """
    template = context.pop("template", "hotspots/form.html")
    if (row := context.pop("row", None)) is not None:
        context |= {"version": version_of(row), "meanwhile": _meanwhile(request, row)}
    context |= {"form": form, "title": title, "label": label, "back": back, "crumbs": crumbs(request)}
    return render(request, template, context, status=refusal_status(form))


def seen_version(request: SignedInRequest) -> int | None:
    """Which version of a record the person had in front of them, if the page said."""
    return parse_id(request.POST.get("version", ""))


def _meanwhile(request: SignedInRequest, row: models.Model) -> list[dict[str, str]]:
    seen = seen_version(request)
    return [] if seen is None else timeline(version for version in versions_of(row) if version.event.pgh_id > seen)


def confirm_page(
    request: SignedInRequest, form: forms.BaseForm, *, title: str, text: str, label: str, back: str, **context: Any
) -> HttpResponse:
    """A page that says what will happen and asks whether it shall."""
    context |= {"form": form, "title": title, "text": text, "label": label, "cancel_url": back}
    return render(request, "core/confirm.html", context, status=refusal_status(form))


def crumbs(request: SignedInRequest, *parents: tuple[str, str]) -> list[dict[str, str]]:
    """The breadcrumbs of a page: Manage for those who do, then (label, URL) of its parents."""
    above = [("Manage", reverse("hotspots:manage"))] if request.user.may(Permission.MANAGE) else []
    return [{"label": label, "url": url} for label, url in (*above, *parents)]
