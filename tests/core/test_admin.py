"""Django's admin, where a deployment switches it on: support staff look, and nobody changes anything."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import path

from hotspot.core.models import User
from hotspot.core.permissions import Role
from hotspot.urls import handler404, handler500  # noqa: F401 - this module is a URLconf too
from hotspot.urls import urlpatterns as ours
from tests import factories

urlpatterns = [*[pattern for pattern in ours if "admin" not in str(pattern.pattern)], path("admin/", admin.site.urls)]
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.core.test_admin")]
PAGES = ["", "core/user/", "hotspots/hotspotarea/", "hotspots/programme/", "hotspots/areatarget/"]


@pytest.fixture
def support(as_user):
    return as_user(factories.UserFactory(role=Role.ADMINISTRATOR, is_staff=True, is_superuser=True))


def test_support_staff_read(force, support):
    assert {support.get(f"/admin/{page}").status_code for page in PAGES} == {200}
    detail = support.get(f"/admin/core/user/{force.sam.pk}/change/").content.decode()
    assert force.sam.email in detail
    assert force.sam.password not in detail


def test_support_staff_change_nothing(force, support):
    for page in (f"{force.sam.pk}/change/", f"{force.sam.pk}/delete/", "add/"):
        assert support.post(f"/admin/core/user/{page}", {"role": "administrator"}).status_code == 403
    assert User.objects.get(pk=force.sam.pk).role == Role.SUPERVISOR


@pytest.mark.parametrize("who", ["sam", "anna", "paul", "adam", "audrey"])
def test_to_everybody_else_it_is_not_there(force, as_user, who):
    assert {as_user(force.people[who]).get(f"/admin/{page}").status_code for page in PAGES} == {404}


def test_to_strangers_it_is_not_there():
    assert Client().get("/admin/").status_code == 404
