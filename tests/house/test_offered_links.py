"""No page about a shift offers a link or a button that would be refused."""

import re
from datetime import timedelta

import pytest
from django.db import transaction

from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.slow

VIEWERS = ("sam", "tom", "sue", "anna", "adam", "audrey")
# Since the shift ended: an hour, eight days (it was logged two days late), and ten days.
AGES = (timedelta(hours=1), timedelta(days=8), timedelta(days=10))
LISTS = ("/shifts/?state=planned&whose=all", "/shifts/", "/outcomes/to-follow/", "/manage/corrections/")
STATES = ("completed", "planned", "voided", "cancelled")
NOT_WORKED = ("planned", "cancelled")
_LINKS = re.compile(r'href="(/(?:shifts|outcomes|manage/corrections)/[^"?#]*)"')
_FORMS = re.compile(r'<form method="post" action="(/shifts/[^"]*)"')


def shift_of(force, state, age):
    """A shift of Sam's that ended so long ago, logged two days late or on the same day, with two outcomes."""
    ends_at = NOW - age
    logged_at = min(ends_at + timedelta(days=2), NOW) if age > timedelta(days=2) else ends_at + timedelta(minutes=30)
    shift = factories.PatrolShiftFactory(
        area=force.hitchin,
        funding_stream=force.grant,
        logged_by=force.sam,
        state=state if state in NOT_WORKED else "completed",
        starts_at=ends_at - timedelta(hours=8),
        ends_at=ends_at,
        logged_at=logged_at,
    )
    if state not in NOT_WORKED:
        factories.ArrestFactory(shift=shift)
        factories.StopSearchFactory(shift=shift, detail_to_follow=True, power=None, object=None, outcome=None)
    if state == "voided":
        type(shift).objects.filter(pk=shift.pk).update(state="voided", void_reason="Twice")
    return shift


@pytest.mark.parametrize("viewer", VIEWERS)
def test_every_link_that_is_offered_leads_somewhere(force, now, as_user, viewer):
    """Tom is another supervisor of Sam's district."""
    tom = factories.UserFactory(name="Tom Sergeant")
    factories.DistrictAccessFactory(user=tom, district=force.north_herts)
    browser = as_user({**force.people, "tom": tom}[viewer])
    pages = list(LISTS)
    for state in STATES:
        for age in AGES:
            shift = shift_of(force, state, age)
            factories.CorrectionRequestFactory(shift=shift, asked_by=tom)
            pages += [f"/shifts/{shift.pk}/", f"/shifts/{shift.pk}/saved/", f"/shifts/{shift.pk}/correct/"]
    links, buttons = {}, {}
    for page in pages:
        text = browser.get(page).content.decode()
        links |= dict.fromkeys(_LINKS.findall(text), page)
        buttons |= dict.fromkeys(_FORMS.findall(text), page)
    assert links
    answers = {path: browser.get(path).status_code for path in links}
    answers |= {path: posted(browser, path) for path in buttons}
    refused = {path: code for path, code in answers.items() if code >= 400}
    assert {path: ((links | buttons)[path], code) for path, code in refused.items()} == {}


def posted(browser, path) -> int:
    """What the button of a form without fields answers; nothing of it stays."""
    with transaction.atomic():
        status = browser.post(path).status_code
        transaction.set_rollback(True)
    return status


def test_what_may_be_done_is_offered(force, now, as_user):
    """Sam may correct a shift that he logged late, for seven days from then."""
    late = shift_of(force, "completed", timedelta(days=8))
    page = as_user(force.sam).get(f"/shifts/{late.pk}/").content.decode()
    assert f"/shifts/{late.pk}/correct/" in page
    assert as_user(force.sam).get(f"/shifts/{late.pk}/correct/").status_code == 200
    too_late = shift_of(force, "completed", timedelta(days=10))
    page = as_user(force.sam).get(f"/shifts/{too_late.pk}/").content.decode()
    assert f"/shifts/{too_late.pk}/correct/" not in page
    assert f"/shifts/{too_late.pk}/ask/" in page


def test_completing_is_offered_to_those_who_may(force, now, as_user):
    shift = shift_of(force, "planned", timedelta(hours=1))
    for viewer, is_offered in (("sam", True), ("adam", True), ("anna", False), ("audrey", False)):
        for page in (f"/shifts/{shift.pk}/", "/shifts/?state=planned&whose=all"):
            text = as_user(force.people[viewer]).get(page).content.decode()
            assert (f"/shifts/{shift.pk}/complete/" in text) is is_offered, (viewer, page)
