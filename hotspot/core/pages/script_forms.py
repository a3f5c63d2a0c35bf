"""Forms that a script sends (static/js/entries.js), so that the page with the entries stays until they are saved.

The script has to tell our answers from those of a captive portal or a proxy, and has to know where a redirect leads
without following it: the page it leads to may hold a message that is shown once.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import resolve_url

from hotspot.core.pages import resubmission

Handler = Callable[[HttpRequest], HttpResponseBase]

ASKED, OURS, LOCATION, KEPT = "Hotspot-Form", "Hotspot-Page", "Hotspot-Location", "Hotspot-Kept"


def middleware(get_response: Handler) -> Handler:
    """Mark every answer to a form that a script sent, and turn a redirect into 204 with its address in a header.

    Where it leads to sign-in, `Hotspot-Kept` says whether the entries come back afterwards.
    """

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if ASKED not in request.headers:
            return response
        response[OURS] = "1"
        if "Location" in response.headers:
            address = response["Location"]
            del response["Location"]
            response[LOCATION], response.status_code = address, 204
            if urlsplit(address).path == resolve_url(settings.LOGIN_URL):
                response[KEPT] = "1" if resubmission.is_kept(request) else "0"
        return response

    return handle
