"""Wallboards: figures at an address with a token, for a screen in a room."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client

from hotspot.core.errors import Conflict, DomainError
from hotspot.core.secret_addresses import hash_of
from hotspots.models import Programme
from reports.figures.series import Selection
from reports.models import Wallboard
from reports.wallboards.operations import revoke_wallboard
from reports.wallboards.panels import BOARD_CARDS
from reports.wallboards.rules import address_of
from tests import factories
from tests.conftest import NOW
from tests.reports import wallboards

pytestmark = pytest.mark.slow


def made(force, **facts):
    """A wallboard's row and the path of its address."""
    issued = wallboards.issued(force, **facts)
    return issued.board, f"/wallboard/{issued.token}/"


@pytest.fixture
def worked(force):
    factories.AreaTargetFactory(area=force.hitchin, patrol_minutes=60 * 310, patrols=31)
    shift = partial(factories.PatrolShiftFactory, funding_stream=force.grant, logged_by=force.sam)
    night = shift(area=force.hitchin, starts_at=datetime(2024, 10, 8, 19, tzinfo=UTC), note="canary-4711")
    factories.ArrestFactory.create_batch(3, shift=night, reference="41XY/1234/24")
    shift(area=force.watford, starts_at=datetime(2024, 10, 4, 19, tzinfo=UTC))
    return night


def test_an_address_shows_its_cards_to_anybody_and_nothing_else(force, now, worked):
    board, path = made(force)
    client = Client()
    answer = client.get(path)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert [name for name in ("Briefing room", "Hitchin town centre", "OFFICIAL-SENSITIVE") if name not in page] == []
    assert re.findall(r"<h2>(.*?)</h2>", page) == [
        "Hours by area",
        "Still needed this month",
        "Days since the last patrol",
        "Friday and Saturday evenings",
    ]
    assert not re.search(r"<(a|form|script)\b", page)
    assert "canary" not in page
    assert "41XY" not in page
    assert not any(person.name in page for person in force.people.values())
    assert path.split("/")[2] not in page
    assert (answer["Refresh"], answer["Referrer-Policy"]) == ("60", "no-referrer")
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert not client.cookies
    assert client.post(path).status_code == 405
    assert board.token_hash == hash_of(path.split("/")[2])


def test_its_numbers_are_those_of_the_dashboard_and_small_ones_of_people_a_range(force, now, worked, as_user):
    _, path = made(force)
    board = Client().get(path).content.decode()
    page = as_user(force.anna).get("/dashboard/?period=2024-10").content.decode()
    hours = re.search(r'app-stat__value">([\d,]+)</dd>', page)[1]
    assert re.search(rf"<dt>hours of additional police patrols[^<]*</dt><dd>{hours}</dd>", board)
    assert "<dd>1 to 4</dd>" in board
    assert ">3</dd>" not in board
    items = [re.findall(r"<li>.*?</li>", each.replace("\n", "")) for each in (board, page)]
    bars = {re.sub(r"<a [^>]*>|</a>", "", item) for item in items[1]}
    hitchin = [item for item in items[0] if "<span>Hitchin town centre</span>" in item]
    # By area, still needed, evenings; the days since the last patrol stand in panels there.
    assert len([item for item in hitchin if item in bars]) >= 3
    assert "<span>4 days</span>" in "".join(hitchin)


def test_it_is_of_the_districts_and_the_period_that_were_chosen(force, now, worked):
    _, narrow = made(force, districts=[force.north_herts])
    page = Client().get(narrow).content.decode()
    assert ("Hitchin" in page, "Watford" in page) == (True, False)
    assert "1 October 2024 to 12 October 2024" in page
    _, whole = made(force, name="Since launch", span="launch", cards=["headline", "hours-by-week"])
    page = Client().get(whole).content.decode()
    assert "1 May 2024 to 12 October 2024" in page
    assert "From 7 October" in page


@pytest.mark.parametrize(
    ("day", "said"), [(date(2025, 6, 1), "March 2025"), (date(2024, 4, 1), "Begins on 1 May 2024")]
)
def test_before_and_after_the_programme_it_says_what_it_has(force, now, worked, day, said):
    _, path = made(force)
    now.move_to(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    answer = Client().get(path)
    assert (answer.status_code, said in answer.content.decode()) == (200, True)


def test_one_that_is_revoked_over_or_never_was_is_not_there(force, now):
    board, path = made(force, last_day=NOW.date())
    assert Client().get(path).status_code == 200
    now.move_to(NOW + timedelta(days=1))
    over = Client().get(path)
    now.move_to(NOW)
    revoke_wallboard(by=force.adam, at=NOW, pk=board.pk)
    revoked, wrong = Client().get(path), Client().get("/wallboard/x/")
    assert {answer.status_code for answer in (over, revoked, wrong)} == {404}
    # Each has a reference of its own, by which its request is found in the logs.
    assert len({answer.content.replace(answer["X-Request-ID"].encode(), b"") for answer in (over, revoked, wrong)}) == 1


def test_guessing_is_held_up_and_a_good_address_never(force, now, settings):
    cache.clear()
    settings.API_RATES = settings.API_RATES | {"wrong_token": 3}
    _, path = made(force)
    client = Client()
    assert [client.get(f"/wallboard/guess-{n}/").status_code for n in range(5)] == [404, 404, 404, 429, 429]
    assert client.get("/wallboard/guess/")["Retry-After"]
    assert client.get(path).status_code == 200
    # Tokens of the API are counted with them.
    assert client.get("/api/v1/areas", headers={"Authorization": "Bearer guess"}).status_code == 429


def test_when_it_was_read_is_kept_by_the_minute(force, now):
    board, path = made(force)
    Client().get(path)
    now.shift(timedelta(seconds=40))
    Client().get(path)
    board.refresh_from_db()
    assert board.last_read_at == NOW
    now.shift(timedelta(seconds=40))
    Client().get(path)
    board.refresh_from_db()
    assert board.last_read_at == NOW + timedelta(seconds=80)


def test_its_address_is_shown_once(force, now, as_user, settings):
    settings.SITE_URL = "https://hotspot.example"
    adam = as_user(force.adam)
    entered = {"name": "Front desk", "programme": force.programme.pk, "span": "month", "cards": ["headline", "waits"]}
    page = adam.post("/wallboards/new/", entered).content.decode()
    address = re.search(r"https://hotspot\.example(/wallboard/[\w-]{43}/)", page)[1]
    assert Client().get(address).status_code == 200
    again = adam.post("/wallboards/new/", entered)
    assert (again.status_code, "/wallboard/" in again.content.decode()) == (409, False)
    board = Wallboard.objects.get()
    assert address.split("/")[2] not in str(vars(board))
    page = adam.get("/wallboards/").content.decode()
    assert ("Front desk" in page, address in page) == (True, False)
    adam.post(f"/wallboards/{board.pk}/revoke/")
    assert Client().get(address).status_code == 404
    assert "Revoked" in adam.get("/wallboards/").content.decode()
    # Its name is free again.
    assert "/wallboard/" in adam.post("/wallboards/new/", entered).content.decode()


@pytest.mark.parametrize("cards", [[], ["who-patrols"], ["outcomes-by-area", "headline"], list(BOARD_CARDS)])
def test_only_a_few_cards_with_totals_can_be_chosen(force, now, cards):
    with pytest.raises(DomainError) as refused:
        made(force, cards=cards)
    assert refused.value.code == "wallboard_cards"


def test_what_cannot_be_made(force, now, monkeypatch):
    with pytest.raises(DomainError, match="today or later"):
        made(force, last_day=date(2024, 10, 11))
    made(force)
    with pytest.raises(Conflict):
        made(force, name="BRIEFING room")
    monkeypatch.setattr("reports.wallboards.operations.MOST_IN_USE", 1)
    with pytest.raises(DomainError, match="Revoke one first"):
        made(force, name="Other")
    with pytest.raises(Wallboard.DoesNotExist):
        revoke_wallboard(by=force.anna, at=NOW, pk=Wallboard.objects.get().pk)


def test_the_address_begins_with_that_of_the_service(settings):
    settings.SITE_URL = "https://hotspot.example"
    assert address_of("abc") == "https://hotspot.example/wallboard/abc/"


def test_figures_that_take_too_long_leave_the_screen_asking_again(force, now, monkeypatch):
    _, path = made(force)

    def slow(asked):
        raise OperationalError

    monkeypatch.setattr("reports.wallboards.views.tiles", slow)
    answer = Client().get(path)
    assert (answer.status_code, answer["Refresh"]) == (200, "60")
    assert "took too long" in answer.content.decode()


def test_a_screen_keeps_nobody_signed_in(force, now, as_user, settings):
    _, path = made(force)
    client = as_user(force.anna)
    assert client.get("/dashboard/").status_code == 200
    for minutes in range(1, settings.SESSION_IDLE_SECONDS // 60 + 2):
        now.move_to(NOW + timedelta(minutes=minutes))
        if minutes % 10 == 0:
            assert client.get(path).status_code == 200
    assert client.get("/dashboard/").status_code == 302


def test_what_the_model_refuses_is_said(force, now):
    with pytest.raises(DomainError):
        made(force, name="x" * 81)


def test_the_list_says_whose_maker_has_left(force, now, as_user):
    wallboards.issued(force)
    successor = as_user(factories.UserFactory(role=force.adam.role))
    assert "not active any more" not in successor.get("/wallboards/").content.decode()
    type(force.adam).objects.filter(pk=force.adam.pk).update(is_active=False)
    assert "not active any more" in successor.get("/wallboards/").content.decode()


def test_weeks_of_a_programme_of_many_years_are_weeks(force, now):
    """Its trend is by month beyond two years; a screen shows the newest six weeks, this one first."""
    Programme.objects.filter(pk=force.programme.pk).update(first_day=date(2020, 4, 1))
    force.programme.refresh_from_db()
    factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant)
    factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, starts_at=datetime(2020, 5, 1, 20, tzinfo=UTC)
    )
    asked = Selection(force.programme, force.programme.period, [force.hitchin], NOW)
    panel = BOARD_CARDS["hours-by-week"].panel(asked)
    assert [bar.name for bar in panel.bars] == [
        "From 7 October", "From 30 September", "From 23 September", "From 16 September", "From 9 September",
        "From 2 September",
    ]  # fmt: skip


def test_a_week_in_which_the_records_of_a_programme_that_is_over_end_is_not_said_to_go_on(force, now):
    day = force.programme.last_day - timedelta(days=4)
    starts_at = datetime(day.year, day.month, day.day, 20, tzinfo=UTC)
    factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, starts_at=starts_at)
    over = datetime(2025, 6, 1, 12, tzinfo=UTC)
    panel = BOARD_CARDS["hours-by-week"].panel(
        Selection(force.programme, force.programme.period, [force.hitchin], over)
    )
    assert panel.sentence == "The newest first; the first is not a whole week."
