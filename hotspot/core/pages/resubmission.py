"""What somebody sent in vain. Only views marked with `refills` have their entries kept.

After their session had ended: in the visitor's own session on the server, until they have signed in again, and for
nobody else (S17). Where the session is gone altogether, a marker in the form says whose it was: signed, for the person
to whom the form was shown, and good for as long as a session is. While the database is down: on the page that says so
(F1).
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from hotspot.core.models import User
from hotspot.core.pages.request_size import is_short

ENDED, UNSENT = "ended", "unsent"
MAXIMUM_CHARACTERS = 64 * 1024
# The field of a form that says to whom it was shown.
MARKER = "shown_to"
_SALT = "hotspot.core.pages.resubmission"

View = Callable[..., HttpResponseBase]


def refills(view: View) -> View:
    """Declare that the view shows entries again that came too late: it fills its form with `entries`."""
    view.refills = True  # type: ignore[attr-defined]
    return view


def remember_who(request: HttpRequest, person: Any) -> None:
    """Note in the new, empty session whose session has just ended, given as a primary key."""
    request.session[ENDED] = person


def marker(person: User) -> str:
    """What a form carries to say to whom it was shown. Only this service can make one."""
    return signing.dumps(person.pk, salt=_SALT)


def may_be_kept(request: HttpRequest, view: View) -> bool:
    """Whether this is a form whose entries are kept, of a size that can be read from somebody not signed in."""
    return getattr(view, "refills", False) and is_short(request)


def is_marked(request: HttpRequest, view: View) -> bool:
    """Whether the form's own marker says to whom it was shown. Reads the body of none that could not be kept."""
    if not may_be_kept(request, view):
        return False
    try:
        return _marked_for(request) is not None
    except UnreadablePostError:
        return False


def _marked_for(request: HttpRequest) -> Any:
    """The primary key of the person to whom the form was shown; None where its marker is missing, forged or too old."""
    try:
        return signing.loads(request.POST.get(MARKER, ""), salt=_SALT, max_age=settings.SESSION_COOKIE_AGE)
    except signing.BadSignature:
        return None


def keep(request: HttpRequest, view: View) -> None:
    """Keep what was sent for the person to whom the form was shown, or whose session has ended in this browser; and
    say what becomes of it."""
    person = _marked_for(request)
    if person is None:
        person = request.session.get(ENDED)
    if may_be_kept(request, view) and person is not None and _store(request, person):
        messages.warning(request, "You were signed out before you saved. Sign in, and what you entered is there again.")
    else:
        tell_nothing_kept(request)


def keep_for_reader(request: HttpRequest, view: View) -> bool:
    """Keep what somebody sent who is signed in, in a form that was shown to them but whose token is an old one. False
    where it cannot be kept.
    """
    return is_marked(request, view) and _marked_for(request) == request.user.pk and _store(request, request.user.pk)


def _store(request: HttpRequest, person: Any) -> bool:
    entries = _without_secrets(request.POST).urlencode()
    if len(entries) > MAXIMUM_CHARACTERS:
        return False
    request.session[UNSENT] = {"person": person, "path": request.path, "entries": entries}
    return True


def tell_nothing_kept(request: HttpRequest) -> None:
    """Say that what was sent is lost."""
    messages.warning(request, "You were signed out, so nothing has been saved. Sign in and try again.")


def _without_secrets(sent: QueryDict) -> QueryDict:
    kept = sent.copy()
    for name in sent:
        if name in (MARKER, "csrfmiddlewaretoken") or "password" in name:
            del kept[name]
    return kept


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
    if not comes_from_us(request):
        return asked
    page = urlsplit(request.headers["Referer"])
    return urlunsplit(("", "", page.path, page.query, "")) if page.path else asked


def comes_from_us(request: HttpRequest) -> bool:
    """Whether the browser says that it was on a page of this service. False for what is no address, too."""
    came_from, hosts = request.headers.get("Referer", ""), {request.get_host()}
    return url_has_allowed_host_and_scheme(came_from, hosts, require_https=request.is_secure())


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
