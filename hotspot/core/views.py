"""Pages to come."""

from django.http import HttpRequest, HttpResponse

from hotspot.core.web import public


@public
def home(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@public
def sign_in(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@public
def sign_out(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@public
def account(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@public
def change_password(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@public
def choose_password(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@public
def accessibility(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@public
def privacy(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@public
def help_page(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@public
def healthz(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@public
def readyz(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)
