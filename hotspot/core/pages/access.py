"""Page plumbing: who may open a page, how a domain error becomes a form error, and which page of a list is shown."""

import logging
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from django import forms
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from hotspot.core.errors import DomainError, DomainErrors
from hotspot.core.models import User
from hotspot.core.pages import resubmission
from hotspot.core.permissions import Permission, is_unknown_to

View = Callable[..., HttpResponseBase]

PUBLIC = "public"
logger = logging.getLogger("hotspot.access")


class SignedInRequest(HttpRequest):
    """A request whose `user` is one of ours: what a view behind `requires` gets. For type hints only."""

    user: User


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare the permission that a view needs; the middleware refuses views that declare none."""

    def mark(view: View) -> View:
        view.required_permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Declare that anybody may open this view, signed in or not."""
    view.required_permission = PUBLIC  # type: ignore[attr-defined]
    return view


def own_site_only(view: View) -> View:
    """Declare that the view answers with a file to keep: another site cannot make a browser fetch it."""
    view.is_own_site_only = True  # type: ignore[attr-defined]
    return view


def refuse_other_sites(request: HttpRequest, view: View) -> HttpResponse | None:
    """A page with the same link for a file that another site asked for; None where we or the person did (typed,
    bookmarked), or the browser does not say.
    """
    if not getattr(view, "is_own_site_only", False) or not _is_from_another_site(request):
        return None
    logger.warning("Refused: another site asked for %s as user %s", request.path, request.user.pk)
    return render(request, "403_other_site.html", {"address": request.get_full_path()}, status=403)


def _is_from_another_site(request: HttpRequest) -> bool:
    """Whether another site sent the browser here, by Sec-Fetch-Site, or by Referer in browsers too old for that."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "cross-site"
    return "Referer" in request.headers and not resubmission.comes_from_us(request)


def check_access(request: HttpRequest, permission: Permission) -> HttpResponse | None:
    """Let through whoever has the permission; the others sign in, get 403, or 404 where they have no right to know."""
    if not request.user.is_authenticated:
        return redirect_to_login(resubmission.way_back(request))
    user = request.user
    if user.may(permission):
        return None
    logger.warning("Refused: user %s asked for %s %s", user.pk, request.method, request.path)
    if is_unknown_to(user.role, permission, user.scopes):
        raise Http404
    raise PermissionDenied


class RefusalError(forms.ValidationError):
    """A refusal of the domain among the errors of a form."""

    def __init__(self, refusal: DomainError) -> None:
        super().__init__(refusal.message, code=refusal.code)
        self.status = refusal.status


def add_errors(form: forms.BaseForm, refusal: DomainError | DomainErrors) -> None:
    """Show what the domain refused on the form: beside its field where the form has one, else above all."""
    errors = refusal.errors if isinstance(refusal, DomainErrors) else [refusal]
    # A form may have split what a rule speaks of as one thing.
    names = getattr(form, "error_fields", {})
    for error in errors:
        name = names.get(error.field, error.field)
        field = name if name in form.fields else None
        form.add_error(field, RefusalError(error))


def form_status(form: forms.BaseForm) -> int:
    """The status of a page that shows this form: 422 when what was sent can't be accepted as it is."""
    return 422 if form.is_bound and form.errors else 200


def refusal_status(form: forms.BaseForm) -> int:
    """As `form_status`, but with the refusal's own status where no correction of the form can help, like 403 or 409."""
    errors = chain.from_iterable(form.errors.as_data().values())
    statuses = (error.status for error in errors if isinstance(error, RefusalError))
    return next((status for status in statuses if status != DomainError.status), form_status(form))


def page_of(request: HttpRequest, rows: QuerySet[Any] | Sequence[Any], *, size: int = 50) -> Page[Any]:
    """The page of a list that the address asks for, or the nearest that there is."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def call(form: forms.BaseForm, operation: Callable[..., Any], **arguments: Any) -> Any | None:
    """Make the one domain call of a page. Returns its result, or None after putting a refusal on the form."""
    try:
        return operation(**arguments)
    except (DomainError, DomainErrors) as refusal:
        add_errors(form, refusal)
        return None
