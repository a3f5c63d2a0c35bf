"""Two views, one of which forgot to say who may open it."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from hotspot import urls
from hotspot.core.pages.access import public


def unmarked(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open to anybody")


@public
def marked(request: HttpRequest) -> HttpResponse:
    return HttpResponse("meant to be open")


urlpatterns = [path("unmarked/", unmarked), path("marked/", marked), *urls.urlpatterns]
