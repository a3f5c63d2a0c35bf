"""What makes the service installable: its manifest, its service worker, and the page that opens without signal."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from hotspot.core.pages.access import public
from outcomes.offline import shell

NAME, THEME = "Operation Hotspot", "#071c22"
# It is asked for again each time: a worker that is kept too long could not be taken back.
ASK_AGAIN = "no-cache"
ICONS = (("icon-192", 192, "any"), ("icon-512", 512, "any"), ("icon-maskable-512", 512, "maskable"))

# What a long press on the icon offers.
SHORTCUTS = [{"name": "Log a shift without a signal", "short_name": "No signal", "url": shell.PAGE}]


@public
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """How a phone shows the service among its applications."""
    icons = [
        {"src": static(f"img/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, size, purpose in ICONS
    ]
    answer = JsonResponse(
        {
            "id": "/",
            "name": NAME,
            "short_name": "Hotspot",
            "lang": "en-GB",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#ffffff",
            "theme_color": THEME,
            "icons": icons,
            "shortcuts": SHORTCUTS if shell.keeps() else [],
        },
        content_type="application/manifest+json",
    )
    answer["Cache-Control"] = ASK_AGAIN
    return answer


@public
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker that opens one page without a connection; where the force keeps nothing, one that removes itself."""
    template = "outcomes/service_worker.js" if shell.keeps() else "outcomes/no_service_worker.js"
    context: dict[str, object] = {"version": "", "page": shell.PAGE, "files": []}
    if shell.keeps():
        context |= {"version": shell.version(), "files": shell.addresses(), "is_hashed": shell.is_hashed()}
    answer = render(request, template, context, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = ASK_AGAIN
    return answer


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """The page that opens without a connection: what is kept on this phone, and a form for one more shift."""
    answer = HttpResponse(shell.page())
    answer["Cache-Control"] = ASK_AGAIN
    return answer
