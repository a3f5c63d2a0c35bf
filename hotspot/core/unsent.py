"""What somebody sent after their session had ended: kept until they have signed in again, and for nobody else (S17).

It waits in the visitor's own session on the server. Only views marked with `refills` have their entries kept.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, QueryDict

ENDED, UNSENT = "ended", "unsent"
MAXIMUM_CHARACTERS = 64 * 1024

View = Callable[..., HttpResponseBase]


def refills(view: View) -> View:
    """Declare that the view shows entries again that came too late: it asks `take` for them on GET."""
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


def take(request: HttpRequest) -> QueryDict | None:
    """The entries that this person sent to this path too late, once. Somebody else's are thrown away."""
    kept = request.session.get(UNSENT)
    if kept is None:
        return None
    is_theirs = kept["person"] == request.user.pk
    if is_theirs and kept["path"] != request.path:
        return None
    del request.session[UNSENT]
    return QueryDict(kept["entries"]) if is_theirs else None
