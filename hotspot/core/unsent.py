"""What somebody sent in vain. Only views marked with `refills` have their entries kept.

After their session had ended: in the visitor's own session on the server, until they have signed in again, and for
nobody else (S17). While the database is down: on the page that says so (F1).
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

ENDED, UNSENT = "ended", "unsent"
MAXIMUM_CHARACTERS = 64 * 1024

View = Callable[..., HttpResponseBase]


def refills(view: View) -> View:
    """Declare that the view shows entries again that came too late: it fills its form with `entries`."""
    view.refills = True  # type: ignore[attr-defined]
    return view


def remember_who(request: HttpRequest, person: Any) -> None:
    """Note in the new, empty session whose session has just ended, given as a primary key."""
    request.session[ENDED] = person


def keep(request: HttpRequest, view: View) -> None:
    """Keep what was sent for the person whose session has ended in this browser, and say what becomes of it."""
    entries, person = request.POST.urlencode(), request.session.get(ENDED)
    if getattr(view, "refills", False) and person is not None and len(entries) <= MAXIMUM_CHARACTERS:
        request.session[UNSENT] = {"person": person, "path": request.path, "entries": entries}
        messages.warning(request, "You were signed out before you saved. Sign in, and what you entered is there again.")
    else:
        messages.warning(request, "You were signed out, so nothing has been saved. Sign in and try again.")


def is_kept(request: HttpRequest) -> bool:
    """Whether what was sent to this address is kept until its person has signed in again."""
    session = getattr(request, "session", None)
    return session is not None and session.get(UNSENT, {}).get("path") == request.path


def way_back(request: HttpRequest) -> str:
    """Where somebody who has to sign in goes on afterwards, as an address of this service.

    From a form whose entries are not kept that is the page it stood on: what it was sent to may take nothing else.
    """
    asked = request.get_full_path()
    if request.method != "POST" or is_kept(request):
        return asked
    came_from = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    page = urlsplit(came_from)
    return urlunsplit(("", "", page.path, page.query, "")) if is_ours and page.path else asked


def entries(request: HttpRequest) -> QueryDict | None:
    """What a form is to be filled with: what is sent now, or on GET what was sent too late, and then that is said."""
    if request.method == "POST":
        return request.POST
    kept = _take(request)
    if kept is not None:
        messages.warning(request, "You were signed out, so this is not saved yet. Check it and save it again.")
    return kept


def _take(request: HttpRequest) -> QueryDict | None:
    """The entries that this person sent to this path too late, once. Somebody else's are thrown away."""
    kept = request.session.get(UNSENT)
    if kept is None:
        return None
    is_theirs = kept["person"] == request.user.pk
    if is_theirs and kept["path"] != request.path:
        return None
    del request.session[UNSENT]
    return QueryDict(kept["entries"]) if is_theirs else None


def to_send_again(request: HttpRequest) -> list[tuple[str, str]]:
    """Each field that was sent with its value, for a page from which it can be sent once more; else empty.

    Asks nothing of the database. The form's own token is among them: a page of somebody else's making has none.
    """
    try:
        view = resolve(request.path_info).func
        if request.method != "POST" or not getattr(view, "refills", False):
            return []
        fields = [(name, str(value)) for name, values in request.POST.lists() for value in values]
    except (Resolver404, SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return []
    return fields if sum(len(name) + len(value) for name, value in fields) <= MAXIMUM_CHARACTERS else []
