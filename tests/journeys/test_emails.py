"""What leaves the service: an e-mail that somebody asks for and stops, and a screen in a room."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from reports.emails.weekly import send_weekly
from reports.models import Alert, WeeklyEmail
from tests import factories
from tests.smtp import mail_server

pytestmark = pytest.mark.slow
MONDAY = datetime(2024, 10, 14, 6, tzinfo=UTC)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_an_analyst_asks_for_a_view_each_week_reads_it_and_stops_it(force, page_for, settings, live_server, scripts):
    starts_at = datetime(2024, 10, 8, 19, tzinfo=UTC)
    factories.PatrolShiftFactory(
        area=force.hitchin, funding_stream=force.grant, logged_by=force.sam, starts_at=starts_at
    )
    page: Page = page_for(force.anna, javascript=scripts)
    page.goto("/dashboard/")
    page.get_by_text("Saved views", exact=False).first.click()
    page.get_by_label("Name").fill("Everything")
    page.get_by_role("button", name="Save this view").click()
    page.goto("/account/")
    page.get_by_role("link", name=re.compile("E-mails")).click()
    page.get_by_role("link", name="Get a saved view each week").click()
    page.get_by_label("Saved view").select_option("Everything")
    page.get_by_role("button", name="Send it each week").click()
    expect(page.locator("main")).to_contain_text("Everything is sent each Monday from 7am.")
    page.get_by_role("link", name="Set an alert").click()
    page.get_by_label("No patrol for a number of days").check()
    page.get_by_label("Days without a patrol").fill("10")
    page.get_by_role("button", name="Set alert").click()
    expect(page.get_by_role("cell", name="Each that you see")).to_be_visible()
    assert Alert.objects.get().threshold == 10
    settings.SITE_URL = live_server.url
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        assert send_weekly(at=MONDAY) == 1
    text = server.taken[0][1].get_content()
    shown, stop = re.findall(rf"{live_server.url}(\S+)", text)
    hours = re.search(r"^Patrol hours: ([\d,]+)", text, re.MULTILINE)
    page.goto(shown)
    expect(page.locator(".app-stat__value").first).to_have_text(hours[1])
    stranger: Page = page_for(None, javascript=scripts)
    stranger.goto(stop)
    assert WeeklyEmail.objects.count() == 1
    stranger.get_by_role("button", name="Stop this e-mail").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("This weekly e-mail is stopped")
    assert not WeeklyEmail.objects.exists()


def test_an_administrator_hangs_up_a_wallboard_and_takes_it_down(force, page_for, settings, live_server):
    settings.SITE_URL = live_server.url
    factories.AreaTargetFactory(area=force.hitchin, patrol_minutes=60 * 310, patrols=31)
    factories.HotspotAreaFactory.create_batch(20, district=force.north_herts)
    adam: Page = page_for(force.adam)
    adam.goto("/manage/")
    adam.get_by_role("link", name="Wallboards").click()
    adam.get_by_text("Make the first wallboard").click()
    adam.get_by_label("Name").fill("Briefing room")
    adam.get_by_label("Programme", exact=True).select_option(force.programme.name)
    adam.get_by_label(force.north_herts.name).check()
    for card in ("The six figures", "Hours by area", "Still needed this month", "Days since the last patrol"):
        adam.get_by_label(card).check()
    adam.get_by_label("Friday and Saturday evenings").check()
    adam.get_by_role("button", name="Make wallboard").click()
    address = adam.locator("#address").inner_text()
    screen: Page = page_for(None, (1920, 1080), javascript=False)
    answer = screen.goto(address)
    assert answer is not None
    assert answer.header_value("refresh") == "60"
    expect(screen.get_by_role("heading", name="Briefing room")).to_be_visible()
    assert screen.get_by_role("link").count() == 0
    # All of it is on the screen: nothing reaches below, and nothing is cut off in a card.
    for panel in screen.locator("section").all():
        bottom = panel.locator("> :last-child").bounding_box()
        room = panel.bounding_box()
        assert bottom is not None
        assert room is not None
        assert bottom["y"] + bottom["height"] <= room["y"] + room["height"]
        assert room["y"] + room["height"] <= 1080
    adam.get_by_role("button", name="I have copied it").click()
    expect(adam.locator("main")).not_to_contain_text("Never")
    adam.get_by_role("link", name=re.compile("Revoke")).click()
    adam.get_by_role("button", name="Revoke it").click()
    answer = screen.goto(address)
    assert answer is not None
    assert answer.status == 404
