"""The release calendar: announced, changed openly, fulfilled by a statement, and read by everybody."""

from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.db import InternalError, transaction
from django.test import Client

from hotspot.core.errors import DomainError, NotInThisState
from reports.models import AnnouncedRelease, ReleaseChange, Statement
from reports.releases import operations as calendar
from reports.releases.presenters import calendar_of
from reports.releases.queries import entries, open_entries
from reports.statements import operations, sign_off
from reports.statements.body import draft_of
from tests import factories
from tests.publishing import FAR, digest, drafted, patrols, read_and_send

AT = datetime(2024, 12, 10, 10, 55, tzinfo=UTC)
RELEASE = datetime(2024, 12, 12, 9, 30, tzinfo=UTC)
DECEMBER, JANUARY = date(2024, 12, 1), date(2025, 1, 1)
WHY = "The data came late"

pytestmark = pytest.mark.slow


@pytest.fixture
def patrolled(force, now, settings):
    settings.PUBLIC_STATEMENTS = True
    patrols(force)
    now.move_to(AT)
    return force


def announced(force, **more) -> AnnouncedRelease:
    given = {"title": "Quarterly figures", "period": "July to September 2024", "month": DECEMBER, **more}
    return calendar.announce(by=force.paul, at=AT, programme=force.programme, **given)


def change(force, release, at=AT, *, month=DECEMBER, release_at=None, reason="") -> AnnouncedRelease:
    given = {"month": month, "release_at": release_at, "reason": reason}
    return calendar.reschedule(by=force.anna, at=at, release_id=release.pk, **given)


def states(at) -> list[tuple[str, str]]:
    found = calendar_of(entries(AnnouncedRelease.objects.all()), at)
    return [(entry.state, entry.when) for entry in (*found.to_come, *found.past)]


def test_a_month_is_provisional_until_there_is_a_day(patrolled):
    release = announced(patrolled)
    assert states(AT) == [("Provisional", "December 2024")]
    change(patrolled, release, release_at=RELEASE)
    assert states(AT) == [("Confirmed", "9:30am, 12 December 2024")]
    assert states(RELEASE) == [("Delayed", "9:30am, 12 December 2024")]


def test_a_provisional_month_that_is_over_is_delayed(patrolled):
    announced(patrolled)
    assert states(datetime(2024, 12, 31, 23, 59, tzinfo=UTC)) == [("Provisional", "December 2024")]
    assert states(datetime(2025, 1, 1, tzinfo=UTC)) == [("Delayed", "December 2024")]


def test_what_was_announced_changes_only_with_a_reason(patrolled):
    release = announced(patrolled)
    with pytest.raises(DomainError, match="why this changes"):
        change(patrolled, release, month=JANUARY)
    change(patrolled, release, release_at=RELEASE)
    for other in ({"release_at": RELEASE + timedelta(hours=1)}, {"month": JANUARY}, {}):
        with pytest.raises(DomainError) as refusal:
            change(patrolled, release, **other)
        assert refusal.value.field == "reason"
    change(patrolled, release, month=JANUARY, release_at=RELEASE + timedelta(days=28), reason=WHY)
    with pytest.raises(DomainError):
        calendar.cancel(by=patrolled.paul, at=AT, release_id=release.pk, reason="")
    said = [
        "Changed 10 December 2024 from 9:30am, 12 December 2024 to 9:30am, 9 January 2025: The data came late",
        "Changed 10 December 2024 from December 2024 to 9:30am, 12 December 2024.",
    ]
    (entry,) = calendar_of(entries(AnnouncedRelease.objects.all()), AT).to_come
    assert list(entry.changes) == said
    with pytest.raises(InternalError), transaction.atomic():
        ReleaseChange.objects.update(reason="Another")


def test_the_same_again_is_no_change(patrolled):
    change(patrolled, announced(patrolled))
    assert not ReleaseChange.objects.exists()


@pytest.mark.parametrize(
    "given", [{"month": date(2024, 11, 1)}, {"release_at": AT}, {"release_at": AT - timedelta(days=1)}]
)
def test_nothing_is_announced_for_the_past(patrolled, given):
    with pytest.raises(DomainError) as refusal:
        announced(patrolled, **given)
    assert refusal.value.code == "release_in_past"


def test_a_cancelled_release_stays_with_its_reason(patrolled):
    release = announced(patrolled)
    calendar.cancel(by=patrolled.paul, at=AT, release_id=release.pk, reason="The programme ended")
    (entry,) = calendar_of(entries(AnnouncedRelease.objects.all()), AT).past
    assert entry.state == "Cancelled"
    assert entry.changes[0].endswith("announced for December 2024: The programme ended")
    for again in (
        lambda: change(patrolled, release, month=JANUARY, reason=WHY),
        lambda: calendar.cancel(by=patrolled.paul, at=AT, release_id=release.pk, reason=WHY),
    ):
        with pytest.raises(NotInThisState):
            again()


def test_a_statement_is_released_when_its_entry_says(patrolled, now):
    release = announced(patrolled, release_at=RELEASE)
    waiting = read_and_send(drafted(patrolled, AT), AT, announced_id=release.pk)
    assert waiting.release_at == RELEASE
    with pytest.raises(NotInThisState, match="Take it back"):
        change(patrolled, release, month=JANUARY, reason=WHY)
    sign_off.approve(by=patrolled.anna, at=AT, statement_id=waiting.pk, digest=digest(waiting))
    slug = Statement.objects.get().slug
    for moment, state, is_linked in (
        (RELEASE - timedelta(seconds=1), "Confirmed", False),
        (RELEASE, "Published", True),
    ):
        now.move_to(moment)
        page = Client().get("/public/calendar/").content.decode()
        assert state in page
        assert (f"/public/{slug}/" in page) is is_linked
        feed = Client().get("/public/calendar.atom").content.decode()
        assert (f"/public/{slug}/" in feed) is is_linked


def test_an_entry_is_of_one_statement_and_free_again_when_that_is_given_up(patrolled):
    release, provisional = announced(patrolled, release_at=RELEASE), announced(patrolled, title="Provisional")
    first = read_and_send(drafted(patrolled, AT), AT, announced_id=release.pk)
    for entry in (release, provisional):
        with pytest.raises(DomainError) as refusal:
            read_and_send(drafted(patrolled, AT), AT, announced_id=entry.pk)
        assert refusal.value.code == "release_not_open"
    operations.take_back(by=patrolled.paul, statement_id=first.pk)
    change(patrolled, release, month=JANUARY, release_at=RELEASE + timedelta(days=28), reason=WHY)
    again = read_and_send(Statement.objects.get(pk=first.pk), AT, announced_id=release.pk)
    assert again.release_at == RELEASE + timedelta(days=28)
    operations.take_back(by=patrolled.paul, statement_id=first.pk)
    operations.withdraw(by=patrolled.paul, at=AT, statement_id=first.pk)
    release.refresh_from_db()
    assert release.statement is None
    assert read_and_send(drafted(patrolled, AT), AT, announced_id=release.pk).announced_release == release


@pytest.mark.parametrize(("minutes", "said"), [(0, ""), (61, "Published 10:31am, 12 December 2024.")])
def test_what_came_after_its_time_says_when_it_came(patrolled, now, minutes, said):
    release = announced(patrolled, release_at=RELEASE)
    waiting = read_and_send(drafted(patrolled, AT), AT, announced_id=release.pk)
    at = RELEASE + timedelta(minutes=minutes)
    now.move_to(at)
    seen = {"by": patrolled.anna, "statement_id": waiting.pk, "digest": digest(waiting)}
    sign_off.approve(**seen, at=at, at_once=True)
    (entry,) = calendar_of(entries(AnnouncedRelease.objects.all()), at).past
    assert (entry.state, list(entry.changes)) == ("Published", [said] if said else [])
    for address in ("/public/calendar/", "/public/calendar.atom"):
        assert ("Published 10:31am" in Client().get(address).content.decode()) is bool(said)


def test_an_entry_of_another_programme_is_neither_offered_nor_fulfilled(patrolled):
    draft, own = drafted(patrolled, AT), announced(patrolled, release_at=RELEASE)
    other = announced(patrolled, release_at=RELEASE, title="Of another programme")
    AnnouncedRelease.objects.filter(pk=other.pk).update(programme=factories.ProgrammeFactory())
    assert open_entries(patrolled.paul, draft, AT) == [own]
    with pytest.raises(DomainError) as refusal:
        read_and_send(draft, AT, announced_id=other.pk)
    assert (refusal.value.code, refusal.value.field) == ("release_not_open", "announced")


def test_a_draft_that_was_left_does_not_hold_its_entry(patrolled):
    release = announced(patrolled, release_at=RELEASE)
    left = read_and_send(drafted(patrolled, AT), AT, announced_id=release.pk)
    other = drafted(patrolled, AT, by=patrolled.adam)
    assert open_entries(patrolled.adam, other, AT) == []
    operations.take_back(by=patrolled.paul, statement_id=left.pk)
    assert open_entries(patrolled.adam, other, AT) == [release]
    assert read_and_send(other, AT, announced_id=release.pk).announced_release == release
    with pytest.raises(DomainError) as refusal:
        read_and_send(Statement.objects.get(pk=left.pk), AT, announced_id=release.pk)
    assert refusal.value.code == "release_not_open"


def test_an_entry_is_changed_only_where_nothing_waits_or_is_signed_off_for_it(patrolled, as_user):
    release = announced(patrolled, release_at=RELEASE)
    paul = as_user(patrolled.paul)

    def offers_a_change() -> bool:
        return "Change the time" in paul.get("/published/calendar/").content.decode()

    waiting = read_and_send(drafted(patrolled, AT), AT, announced_id=release.pk)
    assert not offers_a_change()
    assert states(AT) == [("Confirmed", "9:30am, 12 December 2024")]
    operations.take_back(by=patrolled.paul, statement_id=waiting.pk)
    assert offers_a_change()


@pytest.mark.parametrize(
    ("release_at", "late", "updated"),
    [
        (RELEASE, RELEASE, "2024-12-12T09:30:00+00:00"),
        (None, datetime(2025, 1, 1, tzinfo=UTC), "2025-01-01T00:00:00+00:00"),
    ],
)
def test_the_feed_updates_what_is_late(patrolled, now, release_at, late, updated):
    announced(patrolled, release_at=release_at)
    said = "<updated>{}</updated>".format
    for moment, is_updated in ((late - timedelta(seconds=1), False), (late, True)):
        now.move_to(moment)
        assert (said(updated) in Client().get("/public/calendar.atom").content.decode()) is is_updated


def test_a_missed_time_is_changed_openly_first(patrolled, now):
    release, draft = announced(patrolled, release_at=RELEASE), drafted(patrolled, AT)
    now.move_to(RELEASE)
    with pytest.raises(DomainError) as refusal:
        read_and_send(draft, RELEASE, announced_id=release.pk)
    assert refusal.value.code == "release_missed"


def test_no_cache_keeps_the_calendar_beyond_a_time_that_is_missed(patrolled, now):
    announced(patrolled, release_at=RELEASE)
    now.move_to(RELEASE - timedelta(seconds=20))
    assert "max-age=20" in Client().get("/public/calendar/")["Cache-Control"]


def test_everybody_reads_it_and_who_prepares_changes_it(patrolled, as_user, settings):
    release = announced(patrolled)
    paths = ["/published/calendar/new/", *(f"/published/calendar/{release.pk}/{do}/" for do in ("change", "cancel"))]
    for name, person in patrolled.people.items():
        client, prepares = as_user(person), name in ("anna", "paul", "adam")
        page = client.get("/published/calendar/")
        assert page.status_code == (404 if name == "pete" else 200)
        assert ("Change the time" in page.content.decode()) is prepares
        if not prepares:
            assert {client.post(path, {"reason": WHY}).status_code for path in paths} <= {403, 404}
    assert "July to September 2024" in Client().get("/public/calendar/").content.decode()
    assert "Change the time" not in as_user(patrolled.paul).get("/public/calendar/").content.decode()
    settings.PUBLIC_STATEMENTS = False
    assert [Client().get(path).status_code for path in ("/public/calendar/", "/public/calendar.atom")] == [404, 404]


def test_announced_changed_and_cancelled_through_the_pages(patrolled, as_user):
    paul = as_user(patrolled.paul)
    facts = {"programme": patrolled.programme.pk, "title": "Quarterly figures", "period": "July to September 2024"}
    day = {"release_day_day": "12", "release_day_month": "12", "release_day_year": "2024"}
    for wrong, said in (
        ({}, "Select a month, or enter the day and time"),
        (day, "Enter the time"),
        ({"release_clock": "9.30am"}, "Enter the day"),
        ({**day, "release_clock": "9"}, "Write 9am or 9pm"),
        ({**day, "release_day_day": "9", "release_clock": "9am"}, "still to come"),
    ):
        answer = paul.post("/published/calendar/new/", facts | wrong)
        assert answer.status_code == 422, wrong
        assert said in answer.content.decode()
    assert paul.post("/published/calendar/new/", facts | day | {"release_clock": "9.30am"}).status_code == 302
    release = AnnouncedRelease.objects.get()
    assert (release.month, release.release_at) == (DECEMBER, RELEASE)
    page = f"/published/calendar/{release.pk}/"
    refused = paul.post(f"{page}change/", {"month": "2025-01-01"})
    assert refused.status_code == 422
    assert "why this changes" in refused.content.decode()
    assert paul.post(f"{page}change/", {"month": "2025-01-01", "reason": WHY}).status_code == 302
    assert WHY in Client().get("/public/calendar/").content.decode()
    assert paul.post(f"{page}cancel/", {"reason": "Not this year"}).status_code == 302
    assert "Not this year" in paul.get("/published/calendar/").content.decode()
    assert paul.post(f"{page}cancel/", {"reason": "Again"}).status_code == 409


def test_the_feed_updates_what_changes(patrolled):
    release = announced(patrolled)
    change(patrolled, release, AT + timedelta(hours=1), month=JANUARY, reason=WHY)
    feed = ElementTree.fromstring(Client().get("/public/calendar.atom").content)  # noqa: S314 - our own answer
    atom = "{http://www.w3.org/2005/Atom}"
    (entry,) = feed.iter(f"{atom}entry")
    assert entry.find(f"{atom}id").text == f"urn:operation-hotspot:release:{release.pk}"
    assert entry.find(f"{atom}published").text < entry.find(f"{atom}updated").text
    assert WHY in entry.find(f"{atom}summary").text


def test_sending_offers_what_is_announced(patrolled, as_user):
    release = announced(patrolled, release_at=FAR, month=date(2100, 1, 1))
    paul, draft = as_user(patrolled.paul), drafted(patrolled, AT)
    operations.acknowledge(by=patrolled.paul, statement_id=draft.pk, checks=draft_of(draft, AT).checks)
    path = f"/published/drafts/{draft.pk}/send/"
    assert "Quarterly figures, July to September 2024: 9:30am, 4 January 2100" in paul.get(path).content.decode()
    facts = {"approver": patrolled.anna.pk, "announced": release.pk}
    both = {"release_day_day": "12", "release_day_month": "12", "release_day_year": "2024", "release_clock": "9am"}
    assert "choose none of the calendar" in paul.post(path, facts | both).content.decode()
    answer = paul.post(path, facts)
    assert answer.status_code == 302, answer.content.decode()
    assert Statement.objects.get().release_at == FAR
