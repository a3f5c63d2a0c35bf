"""Published statements: the list, one for ever at its address, its files, a new version, and whose number this is."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from hotspot.core.models import User
from hotspot.core.pages.access import SignedInRequest, call, form_status, own_site_only, page_of, requires
from hotspot.core.permissions import Permission
from hotspot.core.spreadsheets import as_attachment
from hotspots.pages.paging import pagination
from hotspots.pages.views import editing
from hotspots.queries import areas_seen_by
from reports.contact.presenters import contact_in_words
from reports.models import Statement
from reports.reason_form import ReasonForm
from reports.statements import operations, queries
from reports.statements.body import drafted, release_of
from reports.statements.comparison import LiveChange, live_change
from reports.statements.files import KINDS
from reports.statements.forms import LookUpForm
from reports.statements.provenance import whose_file, whose_number

# Bytes of a file that are looked at: ours are far smaller.
MOST_READ = 5_000_000
A_PAGE = 20
_LIVE_COLUMNS = [{"label": "Figure"}, *({"label": label, "numeric": True} for label in ("Published", "Now", "Change"))]


@requires(Permission.VIEW_FIGURES)
@require_safe
def statements(request: SignedInRequest) -> HttpResponse:
    """What was published, newest first, and above its first page what is being prepared, for those who prepare."""
    now = timezone.now()
    visible = Statement.objects.visible_to(request.user)
    # Every count by area and month, and what a later version says: large, and not shown in a list.
    published = visible.published().newest_first().select_related("corrected_by")
    page = page_of(request, published.defer("counted", "corrected_by__counted", "corrected_by__body"), size=A_PAGE)
    drafts = (
        visible.being_prepared().select_related("programme", "prepared_by", "approver").order_by("-created_at", "-pk")
    )
    context = {
        "releases": [(statement, release_of(statement)) for statement in page],
        "drafts": [(draft, drafted(draft, now)) for draft in drafts.defer("counted", "body")]
        if page.number == 1
        else (),
        "prepares": request.user.may(Permission.PREPARE_STATEMENT),
        **pagination(page, request.GET),
    }
    return render(request, "reports/statements.html", context)


@requires(Permission.VIEW_FIGURES)
@require_safe
def statement(request: SignedInRequest, slug: str) -> HttpResponse:
    """One published statement, as it will always be."""
    found = _published(request, slug)
    newer = Statement.objects.visible_to(request.user).published().filter(corrects=found).first()
    context = {
        "statement": found,
        "release": release_of(found),
        "live": None if newer else _live_change(request.user, found),
        "live_columns": _LIVE_COLUMNS,
        "files": [(KINDS[file.kind].label, file) for file in found.files.defer("content")],
        "proof": getattr(found, "proof", None),
        "contact": contact_in_words(found.body or {}),
        "newer": newer,
        "public_url": reverse("reports:public_statement", args=(found.slug,)) if settings.PUBLIC_STATEMENTS else "",
        "prepares": request.user.may(Permission.PREPARE_STATEMENT),
    }
    return render(request, "reports/statement.html", context)


def _live_change(user: User, found: Statement) -> LiveChange | None:
    """What changed since, for somebody who may see every record behind the statement; None for everybody else."""
    areas = [area for area in areas_seen_by(user) if area.pk in set((found.counted or {})["areas"])]
    if not user.may(Permission.VIEW_SHIFTS) or len(areas) < len((found.counted or {})["areas"]):
        return None
    return live_change(
        release_of(found), queries.published_figures(found), queries.live_figures(found, at=timezone.now()), areas
    )


@own_site_only
@requires(Permission.VIEW_FIGURES)
@require_safe
def statement_file(request: SignedInRequest, slug: str, file: str) -> HttpResponse:
    """One file of a published statement: the same bytes whenever it is asked for."""
    found = get_object_or_404(_published(request, slug).files, kind=file)
    return as_attachment(HttpResponse(bytes(found.content), content_type=KINDS[found.kind].content_type), found.name)


@requires(Permission.PREPARE_STATEMENT)
@editing
def correct_statement(request: SignedInRequest, slug: str) -> HttpResponse:
    """Begin a new version of a published statement."""
    found = _published(request, slug)
    form = ReasonForm(request.POST or None, label="What is wrong with the published figures")
    if form.is_valid():
        begun = call(
            form,
            operations.correct,
            by=request.user,
            at=timezone.now(),
            statement_id=found.pk,
            reason=form.cleaned_data["reason"],
        )
        if begun:
            return redirect("reports:draft", begun.pk)
    context = {"form": form, "statement": found, "release": release_of(found)}
    return render(request, "reports/correct_statement.html", context, status=form_status(form))


@requires(Permission.VIEW_FIGURES)
@editing
def check_figure(request: SignedInRequest) -> HttpResponse:
    """Which published statement a number or a file comes from."""
    form = LookUpForm(request.POST or None, request.FILES or None)
    context = {"form": form, "is_asked": form.is_valid()}
    if form.is_valid():
        published = Statement.objects.visible_to(request.user).published().newest_first()
        quoted, file = form.cleaned_data["number"], form.cleaned_data["file"]
        content = file.read(MOST_READ) if file else b""
        context |= {
            "number": None if quoted is None else f"{quoted.number:,}",
            "places": [] if quoted is None else whose_number(quoted, published),
            "file": file,
            "origin": whose_file(content, published) if content else None,
        }
    return render(request, "reports/check_figure.html", context, status=form_status(form))


def _published(request: SignedInRequest, slug: str) -> Statement:
    statements = Statement.objects.visible_to(request.user).published().select_related("corrects", "proof")
    return get_object_or_404(statements.with_slug(slug))
