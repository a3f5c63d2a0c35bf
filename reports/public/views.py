"""Pages of published statements for everybody: the list, each of them, its files, and whose number this is."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from importlib.resources import files as package_files
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from hotspot.core.accounts.sign_in_limits import client_address
from hotspot.core.api.throttling import count, seconds_left
from hotspot.core.pages.access import page_of, public
from hotspot.core.spreadsheets import as_attachment
from hotspots.pages.paging import pagination
from reports.bundles import signing
from reports.bundles.bundles import bundle_name, bundle_of
from reports.contact.presenters import contact_in_words
from reports.figures.publication import MARKING
from reports.models import AnnouncedRelease, Statement
from reports.public.feeds import CalendarFeed, StatementsFeed
from reports.public.presenters import charts_of
from reports.public.queries import latest, public_statements
from reports.releases.presenters import calendar_of
from reports.releases.queries import entries, next_moment
from reports.statements.body import release_of
from reports.statements.files import KINDS
from reports.statements.forms import NumberForm
from reports.statements.provenance import whose_number

A_PAGE = 20
KEPT_MINUTES = 5
"""How long a browser or a cache between may show the same answer: a correction is seen that soon."""
CHECKS_A_MINUTE = 60
"""So many numbers are looked up for one address: each is held against every figure that was ever published."""
TOOLS = {"verify.html": "text/html; charset=utf-8", "verify.py": "text/x-python; charset=utf-8"}
View = Callable[..., HttpResponse]


def for_everybody(view: View) -> Callable[..., HttpResponseBase]:
    """A page that anybody may see and keep for a few minutes; unknown while the force has not switched it on."""

    @wraps(view)
    def answer(request: HttpRequest, **named: Any) -> HttpResponse:
        if not settings.PUBLIC_STATEMENTS:
            raise Http404
        # Before the page is made: one that is made just before a release must not be kept beyond it.
        seconds = _seconds_kept(timezone.now())
        try:
            response = view(request, **named)
        except Http404:
            # It may be released at any moment, and a cache would go on to deny it.
            response = _not_found(request)
            patch_cache_control(response, private=True, no_store=True)
            return response
        # A page can have somebody's name or a message that is theirs alone.
        if response.status_code < 400 and not request.user.is_authenticated and request.session.is_empty():
            patch_cache_control(response, public=True, max_age=seconds)
        else:
            patch_cache_control(response, private=True, no_store=True)
        return response

    return public(require_safe(answer))


def _not_found(request: HttpRequest) -> HttpResponse:
    """404 in the words and with the marking of these pages."""
    return render(request, "public/404.html", _said_everywhere(), status=404)


def _seconds_kept(at: datetime) -> int:
    """How long an answer of this moment may be kept: a few minutes, and never beyond the next release."""
    usual, following = 60 * KEPT_MINUTES, next_moment(at)
    return min(usual, int((following - at).total_seconds())) if following else usual


@for_everybody
def statements(request: HttpRequest) -> HttpResponse:
    """Everything that was published, newest first."""
    page = page_of(request, public_statements().defer("counted").select_related("corrected_by"), size=A_PAGE)
    context = {
        "releases": [(statement, release_of(statement)) for statement in page],
        **pagination(page, request.GET),
        **_said_everywhere(),
    }
    return render(request, "public/statements.html", context)


@for_everybody
def latest_statement(request: HttpRequest) -> HttpResponse:
    """To the newest, or to the list while there is none."""
    newest = latest()
    return redirect("reports:public_statement", newest.slug) if newest else redirect("reports:public_statements")


@for_everybody
def statement(request: HttpRequest, slug: str) -> HttpResponse:
    """One published statement, as it will always be, and what corrects it."""
    found = _published(slug)
    context = {
        "statement": found,
        "release": release_of(found),
        "files": [(KINDS[file.kind].label, file) for file in found.files.defer("content")],
        "charts": charts_of(release_of(found)),
        "newer": public_statements().filter(corrects=found).first(),
        "contact": contact_in_words(found.body or {}),
        **_said_everywhere(),
    }
    return render(request, "public/statement.html", context)


@for_everybody
def statement_file(request: HttpRequest, slug: str, file: str) -> HttpResponse:
    """One of its files: the same bytes whenever it is asked for."""
    found = get_object_or_404(_published(slug).files, kind=file)
    return as_attachment(HttpResponse(bytes(found.content), content_type=KINDS[found.kind].content_type), found.name)


@for_everybody
def bundle(request: HttpRequest, slug: str) -> HttpResponse:
    """The statement as a signed bundle."""
    if not signing.signs():
        raise Http404
    found = _published(slug)
    return as_attachment(HttpResponse(bundle_of(found), content_type="application/json"), bundle_name(found))


@for_everybody
def tool(request: HttpRequest, name: str) -> HttpResponse:
    """What checks a bundle without this service."""
    if name not in TOOLS:
        raise Http404
    content = package_files("reports.bundles").joinpath(name).read_bytes()
    return as_attachment(HttpResponse(content, content_type=TOOLS[name]), name)


@for_everybody
def feed(request: HttpRequest) -> HttpResponse:
    """An Atom feed of every statement and correction."""
    return StatementsFeed()(request)


@for_everybody
def release_calendar(request: HttpRequest) -> HttpResponse:
    """What will be published when, what was, and how that changed."""
    context = {"calendar": calendar_of(entries(AnnouncedRelease.objects.all()), timezone.now()), **_said_everywhere()}
    return render(request, "public/calendar.html", context)


@for_everybody
def calendar_feed(request: HttpRequest) -> HttpResponse:
    """An Atom feed of what is announced, and of changes to it."""
    return CalendarFeed()(request)


@for_everybody
def check(request: HttpRequest) -> HttpResponse:
    """Which published statement a number comes from."""
    form = NumberForm(request.GET or None)
    is_refused = form.is_valid() and count(f"public:check:{client_address(request) or ''}") > CHECKS_A_MINUTE
    if is_refused:
        form.add_error("number", "Too many numbers were checked from your network. Try again in a minute.")
    context: dict[str, Any] = {"form": form, "is_asked": form.is_valid(), **_said_everywhere()}
    if form.is_valid():
        quoted = form.cleaned_data["number"]
        context |= {
            "number": f"{quoted.number:,}",
            "places": whose_number(quoted, public_statements().defer("counted")),
        }
    response = render(request, "public/check.html", context, status=429 if is_refused else 200)
    if is_refused:
        response["Retry-After"] = str(seconds_left())
    return response


def _published(slug: str) -> Statement:
    return get_object_or_404(public_statements().with_slug(slug).select_related("corrects"))


def _said_everywhere() -> dict[str, Any]:
    """What every page says: how it is marked, and the key that signs."""
    return {"marking": MARKING, "fingerprint": signing.fingerprint_of(settings.SIGNING_KEY) if signing.signs() else ""}
