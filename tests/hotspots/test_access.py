"""Who may open and use each management page, as each of the cast."""

import pytest
from django.test import Client
from django.urls import reverse

from hotspot.core.models import ConnectedSystem, User
from hotspot.core.permissions import Scope
from hotspots.models import AreaTarget, District, DistrictAccess, FundingStream, HotspotArea, Programme
from hotspots.urls import urlpatterns
from tests import factories, pmtiles
from tests.api import connect

EVERYBODY = {"sam", "sue", "anna", "paul", "adam", "audrey"}
FUNDING = EVERYBODY - {"paul"}
PEOPLE = {"adam", "audrey"}
ADMINISTRATOR = {"adam"}
DRAWING = {"anna", "adam"}

# URL name: whose record it takes, who may read it.
PAGES = {
    "start": (None, ADMINISTRATOR),
    "manage": (None, ADMINISTRATOR),
    "areas": (None, EVERYBODY),
    "add_area": (None, ADMINISTRATOR),
    "import_areas": (None, ADMINISTRATOR),
    "surroundings": (None, DRAWING),
    "load_places": (None, ADMINISTRATOR),
    "basemap": (None, EVERYBODY),
    "area": ("hitchin", EVERYBODY - {"sue"}),
    "edit_area": ("hitchin", ADMINISTRATOR),
    "redraw_area": ("hitchin", ADMINISTRATOR),
    "retire_area": ("hitchin", ADMINISTRATOR),
    "reopen_area": ("hitchin", ADMINISTRATOR),
    "programmes": (None, EVERYBODY),
    "add_programme": (None, ADMINISTRATOR),
    "programme": ("programme", EVERYBODY),
    "edit_programme": ("programme", ADMINISTRATOR),
    "add_stream": ("programme", ADMINISTRATOR),
    "edit_stream": ("grant", ADMINISTRATOR),
    "districts": (None, EVERYBODY),
    "add_district": (None, ADMINISTRATOR),
    "edit_district": ("north_herts", ADMINISTRATOR),
    "load_outlines": (None, ADMINISTRATOR),
    "targets": (None, FUNDING),
    "edit_targets": (None, ADMINISTRATOR),
    "doses": (None, FUNDING),
    "edit_doses": (None, ADMINISTRATOR),
    "people": (None, PEOPLE),
    "invite_person": (None, ADMINISTRATOR),
    "person": ("sue", PEOPLE),
    "edit_person": ("sue", ADMINISTRATOR),
    "change_role": ("sue", ADMINISTRATOR),
    "give_districts": ("sue", ADMINISTRATOR),
    "give_organisation": ("pete", ADMINISTRATOR),
    "issue_link": ("sue", ADMINISTRATOR),
    "deactivate_person": ("sue", ADMINISTRATOR),
    "reactivate_person": ("sue", ADMINISTRATOR),
    "systems": (None, PEOPLE),
    "connect_system": (None, ADMINISTRATOR),
    "system": ("rota", PEOPLE),
    "change_system": ("rota", ADMINISTRATOR),
    "delete_area": ("hitchin", ADMINISTRATOR),
    "delete_programme": ("programme", ADMINISTRATOR),
    "delete_stream": ("grant", ADMINISTRATOR),
    "delete_district": ("north_herts", ADMINISTRATOR),
    "delete_target": ("target", ADMINISTRATOR),
    "delete_person": ("sue", ADMINISTRATOR),
    "delete_system": ("rota", ADMINISTRATOR),
    "renew_secret": ("rota", ADMINISTRATOR),
    "revoke_system": ("rota", ADMINISTRATOR),
}
READ_ONLY = {"manage", "areas", "area", "programmes", "programme", "districts", "targets", "doses", "people", "person"}
READ_ONLY |= {"systems", "system", "start", "surroundings", "basemap"}
CHANGED_BY_POST = sorted(set(PAGES) - READ_ONLY)


@pytest.fixture
def force(force, tmp_path, settings):
    """The cast, a connected system, a target, and a basemap."""
    settings.BASEMAP_FILE = str(tmp_path / "map.pmtiles")
    (tmp_path / "map.pmtiles").write_bytes(pmtiles.archive("water"))
    connect(force.adam, Scope.WRITE_SHIFTS)
    factories.AreaTargetFactory.create(area=force.hitchin)
    return force


def address(name: str, force) -> str:
    record = PAGES[name][0]
    made_here = {"rota": ConnectedSystem, "target": AreaTarget}
    found = made_here[record].objects.get() if record in made_here else getattr(force, record) if record else None
    return reverse(f"hotspots:{name}", args=[found.pk] if found else [])


def everything() -> list:
    """All that a POST might change."""
    rows = [list(model.objects.order_by("pk").values()) for model in (Programme, FundingStream, District, HotspotArea)]
    rows += [list(model.objects.order_by("pk").values()) for model in (AreaTarget, DistrictAccess, ConnectedSystem)]
    return [*rows, list(User.objects.order_by("pk").values("email", "name", "role", "is_active", "password"))]


def test_every_url_has_a_row():
    assert {pattern.name for pattern in urlpatterns} == set(PAGES)


def expected_status(name: str, who: str) -> int:
    """Sue may not know Hitchin (404); everybody else who may not open a page is refused (403)."""
    if who in PAGES[name][1]:
        return 302 if name == "start" else 200
    return 404 if (name, who) == ("area", "sue") else 403


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_who_may_open(force, as_user, who):
    browser = as_user(force.people[who])
    statuses = {name: browser.get(address(name, force)).status_code for name in PAGES}
    assert statuses == {name: expected_status(name, who) for name in PAGES}


def test_strangers_are_asked_to_sign_in(force):
    urls = [address(name, force) for name in PAGES]
    answers = [Client().get(url) for url in urls]
    assert {answer.status_code for answer in answers} == {302}
    assert [answer["Location"] for answer in answers] == [f"{reverse('core:sign_in')}?next={url}" for url in urls]


@pytest.mark.parametrize("who", sorted(EVERYBODY - {"adam"}))
def test_posting_without_permission_changes_nothing(force, as_user, who):
    before, browser = everything(), as_user(force.people[who])
    sent = {"role": "administrator", "name": "Taken over", "email": "mine@hotspot.example", "delivery": "copy"}
    statuses = {name: browser.post(address(name, force), sent).status_code for name in CHANGED_BY_POST}
    assert statuses == dict.fromkeys(CHANGED_BY_POST, 403)
    assert everything() == before


def test_reading_pages_take_no_post(force, as_user):
    browser, names = as_user(force.adam), sorted(READ_ONLY)
    assert {name: browser.post(address(name, force)).status_code for name in names} == dict.fromkeys(names, 405)


def test_a_method_override_is_ignored(force, as_user):
    url = reverse("hotspots:deactivate_person", args=[force.sue.pk])
    as_user(force.adam).get(f"{url}?_method=POST", headers={"X-HTTP-Method-Override": "POST"})
    force.sue.refresh_from_db()
    assert force.sue.is_active


def test_a_supervisor_is_offered_no_name_of_another_district(force, as_user):
    browser = as_user(force.sam)
    for name in ("areas", "districts", "targets"):
        page = browser.get(reverse(f"hotspots:{name}"), {"q": "Watford"} if name == "areas" else {}).content.decode()
        assert "Watford town centre" not in page
        assert force.watford_district.code not in page


def test_the_pcc_office_sees_a_programme_without_its_budgets(force, as_user):
    page = as_user(force.paul).get(reverse("hotspots:programme", args=[force.programme.pk])).content.decode()
    assert force.programme.name in page
    assert force.grant.name not in page


@pytest.mark.parametrize("who", sorted(EVERYBODY - {"adam"}))
def test_readers_are_offered_nothing_to_change(force, as_user, who):
    browser = as_user(force.people[who])
    for name in ("areas", "programmes", "districts"):
        page = browser.get(reverse(f"hotspots:{name}")).content.decode()
        assert "/new/" not in page
        assert "/edit/" not in page
