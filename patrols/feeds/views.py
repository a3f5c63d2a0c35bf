"""A feed as a calendar reads it, and the page on which its person makes and revokes it."""

import logging

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from hotspot.core.accounts.sign_in_limits import client_address
from hotspot.core.api.throttling import refuse_wrong_token
from hotspot.core.pages.access import SignedInRequest, public, requires
from hotspot.core.pages.forms import Form
from hotspot.core.permissions import Permission
from hotspots.pages.views import confirm_page, editing, posted
from patrols.feeds import operations, queries
from patrols.feeds.ical import calendar_text

logger = logging.getLogger("hotspot.access")


@public
@require_safe
@sensitive_variables("token")
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The planned shifts of the person whose address this is."""
    now = timezone.now()
    found = queries.feed_of_token(token)
    if found is None:
        return refuse_wrong_token(client_address(request))
    content = calendar_text("My patrols", queries.events_of(found.person, at=now))
    found = operations.note_read(found, content, at=now)
    assert found.content_changed_at is not None  # noqa: S101 - it was just read
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="shifts.ics"'
    etag, changed = f'"{found.content_hash}"', int(found.content_changed_at.timestamp())
    response["ETag"], response["Last-Modified"] = etag, http_date(changed)
    answer = get_conditional_response(request, etag=etag, last_modified=changed, response=response) or response
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


@requires(Permission.PLAN_SHIFT)
@editing
@sensitive_variables("issued", "address")
def own_feed(request: SignedInRequest) -> HttpResponse:
    """Whether one has a feed; sent, a new address of it, in the answer itself and nowhere else."""
    address = ""
    if not queries.are_allowed():
        status = 403 if request.method == "POST" else 200
        return render(request, "feeds/own.html", {"is_off": True}, status=status)
    if request.method == "POST":
        issued = operations.make_feed(by=request.user, at=timezone.now())
        logger.warning("User %s made shift feed %s.", request.user.pk, issued.feed.pk)
        address = f"{settings.SITE_URL}{reverse('feeds:feed', args=(issued.token,))}"
    context = {"feed": queries.feed_of_person(request.user), "address": address}
    return render(request, "feeds/own.html", context)


@requires(Permission.PLAN_SHIFT)
@editing
def revoke_feed(request: SignedInRequest) -> HttpResponse:
    """One's address, which shall not work any more."""
    form, back = Form(posted(request)), reverse("feeds:own")
    if form.is_valid():
        operations.revoke_feed(by=request.user, at=timezone.now())
        messages.success(request, "The address of your planned shifts does not work any more.")
        return redirect(back)
    text = "It stops working at once, for good. A calendar may keep what it has until you remove it there."
    return confirm_page(request, form, title="Revoke your address", text=text, label="Revoke it", back=back)
