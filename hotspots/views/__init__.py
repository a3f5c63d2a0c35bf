"""Pages to come."""

from django.http import HttpRequest, HttpResponse

from hotspot.core.permissions import Permission
from hotspot.core.web import public, requires


@requires(Permission.MANAGE)
def manage(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def areas(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def add_area(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def area(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def edit_area(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def redraw_area(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def retire_area(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def reopen_area(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def programmes(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def add_programme(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def programme(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def edit_programme(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def add_stream(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def edit_stream(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def districts(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def add_district(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def edit_district(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def targets(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def edit_targets(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def people(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def invite_person(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def person(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def edit_person(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def change_role(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def give_districts(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def issue_link(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def deactivate_person(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)


@requires(Permission.MANAGE)
def reactivate_person(request: HttpRequest, **kwargs: object) -> HttpResponse:
    return HttpResponse("Not made yet.", status=501)
