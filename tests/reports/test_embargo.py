"""Statements that are released later: told to nobody before the moment, and to everybody from it on."""

import base64
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import InternalError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hotspot.core.calendar import Period
from hotspot.core.errors import ChangedMeanwhile, DomainError
from hotspot.core.permissions import Scope
from hotspots.models import HotspotArea
from patrols.models import PatrolShift
from reports.bundles import signing, verify
from reports.bundles.bundles import bundle_of
from reports.figures import suppression
from reports.models import Statement, StatementFile, StatementProof
from reports.publications import publications_of
from reports.releases.rules import release_moment
from reports.statements import operations, sign_off
from reports.statements.body import draft_of
from tests import factories
from tests.api import system_caller
from tests.publishing import digest, drafted, patrols, published, read_and_send, sent

AT = datetime(2024, 12, 10, 10, 55, tzinfo=UTC)
RELEASE = datetime(2024, 12, 12, 9, 30, tzinfo=UTC)
# The database reads its own clock.
FAR = datetime(2100, 1, 4, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
KEY = base64.b64encode(bytes(range(32))).decode()
REASON = "Two nights were entered twice."


@pytest.fixture
def patrolled(force, now, settings):
    settings.PUBLIC_STATEMENTS, settings.SIGNING_KEY = True, KEY
    patrols(force)
    now.move_to(AT)
    return force


def signed_off(force, release_at=RELEASE, *, at=AT, **more) -> Statement:
    waiting = read_and_send(drafted(force, at, **more), at, release_at=release_at)
    return sign_off.approve(by=force.anna, at=at, statement_id=waiting.pk, digest=digest(waiting))


def addresses_of(statement) -> list[str]:
    """Every address at which a published statement can be had."""
    kinds = [file.kind for file in statement.files.all()]
    public, inside = f"/public/{statement.slug}/", f"/published/{statement.slug}/"
    return [
        public, f"{public}bundle.json", *(f"{public}files/{kind}" for kind in kinds),
        inside, *(f"{inside}files/{kind}/" for kind in kinds),
    ]  # fmt: skip


def test_a_statement_that_shows_a_month_of_one_to_be_released_later_says_so(patrolled, as_user, now):
    october = signed_off(patrolled, code="2024-10")
    said = f"October 2024 is in {october.slug}, which is to be released at 9:30am, 12 December 2024."
    draft = drafted(patrolled, AT)
    assert any(check.startswith(said) for check in draft_of(draft, AT).checks)
    assert said not in str(draft_of(drafted(patrolled, AT, code="2024-09"), AT).checks)
    paul, anna = as_user(patrolled.paul), as_user(patrolled.anna)
    assert said in paul.get(f"/published/drafts/{draft.pk}/send/").content.decode()
    waiting = read_and_send(draft, AT)
    assert said in anna.get(f"/published/drafts/{waiting.pk}/").content.decode().partition("read before sending")[0]


LISTS = ("/public/", "/public/feed.atom", "/public/calendar/", "/public/calendar.atom", "/published/")


def test_before_its_moment_no_address_has_it_for_anybody(patrolled, as_user, now):
    statement = signed_off(patrolled)
    number = {"number": str(statement.body["totals"]["patrols"])}
    now.move_to(RELEASE - SECOND)
    people = {"anon": Client(), **{name: as_user(person) for name, person in patrolled.people.items()}}
    for name, client in people.items():
        for address in addresses_of(statement):
            expected = {404} if not address.startswith("/published/") or name != "anon" else {302}
            assert client.get(address).status_code in expected, (name, address)
        for address in LISTS:
            body = client.get(address).content.decode()
            prepares = name in ("anna", "paul", "adam") and address == "/published/"
            assert (statement.slug in body) is prepares, (name, address)
            assert statement.sha256 not in body
        assert client.get("/public/latest/")["Location"] == "/public/"
        assert statement.slug not in client.get("/public/check/", number).content.decode()
        if name not in ("anon", "pete"):
            assert (
                f"/published/{statement.slug}/"
                not in client.post("/published/check-a-figure/", number).content.decode()
            )


def test_from_its_moment_on_it_is_there_without_anything_having_run(patrolled, as_user, now):
    statement = signed_off(patrolled)
    now.move_to(RELEASE)
    for address in addresses_of(statement):
        client = as_user(patrolled.sam) if address.startswith("/published/") else Client()
        assert client.get(address).status_code == 200, address
    for address in LISTS[:2]:
        assert statement.slug in Client().get(address).content.decode()
    assert Client().get("/public/latest/")["Location"] == f"/public/{statement.slug}/"
    page = Client().get(f"/public/{statement.slug}/").content.decode()
    assert "Signed off 10:55am, 10 December 2024. Published 9:30am, 12 December 2024." in page


def test_who_prepares_sees_it_before_without_its_files(patrolled, as_user):
    statement = signed_off(patrolled)
    page = f"/published/drafts/{statement.pk}/"
    for name in ("anna", "paul", "adam"):
        body = as_user(patrolled.people[name]).get(page).content.decode()
        assert "Do not pass this on before its release." in body
        assert "36 arrests have been made" in body
        assert "files/csv" not in body
    for name in ("sam", "audrey", "fay"):
        assert as_user(patrolled.people[name]).get(page).status_code == 403
    assert as_user(patrolled.pete).get(page).status_code == 404


def test_the_api_has_it_from_its_moment_on(patrolled, now):
    first, caller = published(patrolled, AT - timedelta(days=2)), system_caller(patrolled.adam, Scope.READ_FIGURES)
    draft = operations.correct(by=patrolled.paul, at=AT, statement_id=first.pk, reason=REASON)
    waiting = read_and_send(draft, AT, release_at=RELEASE)
    newer = sign_off.approve(by=patrolled.anna, at=AT, statement_id=waiting.pk, digest=digest(waiting))
    for moment, found in (
        (RELEASE - SECOND, [(first.slug, None)]),
        (RELEASE, [(newer.slug, None), (first.slug, newer.slug)]),
    ):
        now.move_to(moment)
        results = caller.get("statements").json()["results"]
        assert [(each["reference"], each["corrected_by"]) for each in results] == found
    assert caller.get(f"statements/{newer.slug}").json()["signed_off_at"].startswith("2024-12-10T10:55")


def test_the_newest_is_the_last_to_be_released_whenever_it_was_frozen(patrolled, as_user, now):
    later = signed_off(patrolled, code="2024-09")
    between = published(patrolled, AT + timedelta(hours=1), code="2024-10")
    now.move_to(RELEASE)
    slugs = [later.slug, between.slug]
    assert later.as_at < between.as_at
    assert Client().get("/public/latest/")["Location"] == f"/public/{later.slug}/"
    for client, address in (
        (Client(), "/public/"),
        (Client(), "/public/feed.atom"),
        (as_user(patrolled.sam), "/published/"),
    ):
        body = client.get(address).content.decode()
        assert sorted(slugs, key=body.index) == slugs, address
    caller = system_caller(patrolled.adam, Scope.READ_FIGURES)
    assert [each["reference"] for each in caller.get("statements").json()["results"]] == slugs


def test_a_correction_is_told_nowhere_before_its_moment(patrolled, as_user, now):
    first = published(patrolled, AT - timedelta(days=2))
    draft = operations.correct(by=patrolled.paul, at=AT, statement_id=first.pk, reason=REASON)
    waiting = read_and_send(draft, AT, release_at=RELEASE)
    newer = sign_off.approve(by=patrolled.anna, at=AT, statement_id=waiting.pk, digest=digest(waiting))
    places = ["/public/", f"/public/{first.slug}/", "/published/", f"/published/{first.slug}/", "/public/feed.atom"]
    for moment, is_told in ((RELEASE - SECOND, False), (RELEASE, True)):
        now.move_to(moment)
        for place in places:
            client = as_user(patrolled.sam) if place.startswith("/published") else Client()
            body = client.get(place).content.decode()
            assert (newer.slug in body) is is_told, place
            assert ("Corrected" in body or REASON in body) is is_told, place
    assert Client().get("/public/latest/")["Location"] == f"/public/{newer.slug}/"


def test_it_counts_for_what_is_withheld_and_warned_of_as_soon_as_it_is_signed_off(patrolled, as_user):
    areas = list(HotspotArea.objects.values_list("pk", flat=True))
    october = Period(date(2024, 10, 1), date(2024, 10, 31))
    waiting = read_and_send(drafted(patrolled, AT, code="2024-10"), AT, release_at=RELEASE)
    shift = PatrolShift.objects.filter(area=patrolled.hitchin, day__month=10).first()
    # An arrest that was logged since: 1 more than what is told.
    factories.ArrestFactory(shift=shift)

    def hides() -> bool:
        found = suppression.withheld(programme=patrolled.programme, areas=areas, at=AT)
        return found.hides("arrests", [patrolled.hitchin.pk], october)

    assert not hides()
    sign_off.approve(by=patrolled.anna, at=AT, statement_id=waiting.pk, digest=digest(waiting))
    assert hides()
    shifts = PatrolShift.objects.all()
    (found,) = publications_of(shifts, since=AT - timedelta(days=9), by=patrolled.sam)
    assert (found.name, found.url) == ("A statement that is signed off", "")
    page = as_user(patrolled.adam).get(f"/shifts/{shift.pk}/void/").content.decode()
    assert "or are on their way: A statement that is signed off" in page


def test_what_waits_side_by_side_is_held_against_what_was_signed_off_first(patrolled):
    """The two differ by an arrest that was logged between them."""
    first = read_and_send(drafted(patrolled, AT, code="2024-10"), AT, release_at=RELEASE)
    factories.ArrestFactory(shift=PatrolShift.objects.filter(area=patrolled.hitchin, day__month=10).first())
    second = read_and_send(drafted(patrolled, AT, code="2024-10"), AT, release_at=RELEASE)
    approve = {"by": patrolled.anna, "at": AT}
    sign_off.approve(**approve, statement_id=first.pk, digest=digest(first))
    with pytest.raises(DomainError) as refusal:
        sign_off.approve(**approve, statement_id=second.pk, digest=digest(second))
    assert refusal.value.code == "withheld_by_now"
    sign_off.give_back(by=patrolled.anna, statement_id=second.pk, digest=digest(second), reason="Withheld by now")
    again = read_and_send(Statement.objects.get(pk=second.pk), AT, release_at=RELEASE)
    assert sign_off.approve(**approve, statement_id=again.pk, digest=digest(again)).is_embargoed


def test_a_statement_is_checked_beside_the_last_one_that_is_to_be_released(patrolled, as_user):
    before = signed_off(patrolled)
    draft = drafted(patrolled, AT)
    assert draft_of(draft, AT).last == before
    link = f'href="/published/drafts/{before.pk}/">{before.slug}</a>'
    paul = as_user(patrolled.paul)
    assert link in paul.get(f"/published/drafts/{draft.pk}/check/").content.decode()
    read_and_send(draft, AT)
    assert link in paul.get(f"/published/drafts/{draft.pk}/").content.decode()


# --- what caches keep ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "kept"), [(3600, 300), (301, 300), (299, 299), (1, 1), (0.4, 0), (-1, 300)])
def test_no_cache_keeps_an_answer_beyond_a_release(patrolled, now, seconds, kept):
    signed_off(patrolled)
    now.move_to(RELEASE - timedelta(seconds=seconds))
    for address in ("/public/", "/public/latest/", "/public/feed.atom", "/public/check/", "/public/calendar/"):
        assert f"max-age={kept}" in Client().get(address)["Cache-Control"].split(", "), address


def test_no_cache_keeps_that_it_is_not_there(patrolled, now):
    statement = signed_off(patrolled)
    for address in addresses_of(statement)[:2]:
        assert "no-store" in Client().get(address)["Cache-Control"]


@pytest.mark.slow
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(offset=st.integers(-400_000_000, 400_000_000))
def test_an_answer_is_never_shown_on_the_wrong_side_of_the_moment(patrolled, now, offset):
    """Of any instant around it, to the microsecond: what is told, and how long that is kept."""
    if not Statement.objects.exists():
        signed_off(patrolled)
    at = RELEASE + timedelta(microseconds=offset)
    now.move_to(at)
    answer = Client().get("/public/")
    is_told = Statement.objects.get().slug in answer.content.decode()
    assert is_told is (at >= RELEASE)
    kept = int(next(part for part in answer["Cache-Control"].split(", ") if "max-age" in part).split("=")[1])
    assert is_told or at + timedelta(seconds=kept) <= RELEASE


# --- the chain ----------------------------------------------------------------------------------------------------


def chain(statement) -> list[str]:
    bundle = bundle_of(statement)
    verify.verify(bundle, signing.fingerprint_of(KEY))
    return [link["reference"] for link in json.loads(bundle)["chain"]]


def test_the_chain_follows_the_release_and_only_grows(patrolled, now):
    first = published(patrolled, AT - timedelta(days=2))
    later = signed_off(patrolled, code="2024-09")
    now.move_to(AT + timedelta(hours=3))
    between = published(patrolled, AT + timedelta(hours=2), code="2024-10")
    before = bundle_of(between)
    assert chain(between) == [first.slug, between.slug]
    with pytest.raises(ValueError, match="published"):
        bundle_of(later)
    now.move_to(RELEASE)
    assert chain(later) == [first.slug, between.slug, later.slug]
    assert bundle_of(between) == before


@pytest.mark.parametrize("seconds", [-59, -1, 0, 1])
def test_what_is_signed_off_around_a_release_comes_after_it(patrolled, now, seconds):
    """The clocks of servers differ by some seconds: nothing may come before what one of them has shown."""
    later = signed_off(patrolled, code="2024-09")
    at = RELEASE + timedelta(seconds=seconds)
    now.move_to(at)
    waiting = sent(patrolled, AT, code="2024-10")
    near = sign_off.approve(by=patrolled.anna, at=at, statement_id=waiting.pk, digest=digest(waiting))
    assert near.is_published is (seconds > 0)
    now.move_to(RELEASE + SECOND)
    assert chain(later) == [later.slug]
    assert chain(near) == [later.slug, near.slug]
    said = [link["published_at"] for link in json.loads(bundle_of(near))["chain"]]
    assert said == sorted(said)


def test_two_of_the_same_moment_have_one_order(patrolled, now):
    first, second = (signed_off(patrolled, code=code, at=AT + timedelta(minutes=place))
                     for place, code in enumerate(("2024-09", "2024-10")))  # fmt: skip
    now.move_to(RELEASE)
    assert chain(second) == [first.slug, second.slug]
    assert chain(first) == [first.slug]


# --- set, passed, withdrawn ---------------------------------------------------------------------------------------


def test_signed_off_after_its_time_it_is_published_at_once(patrolled, now):
    waiting = read_and_send(drafted(patrolled, AT), AT, release_at=RELEASE)
    late = RELEASE + timedelta(hours=1)
    now.move_to(late)
    seen = {"by": patrolled.anna, "at": late, "statement_id": waiting.pk, "digest": digest(waiting)}
    with pytest.raises(DomainError) as refusal:
        sign_off.approve(**seen)
    assert refusal.value.code == "release_missed"
    done = sign_off.approve(**seen, at_once=True)
    assert done.is_published
    assert done.body["published_at"] == done.body["signed_off_at"] == "2024-12-12T10:30:00+00:00"


def test_the_page_says_that_its_time_has_passed_before_a_click_publishes_it(patrolled, as_user, now):
    waiting = read_and_send(drafted(patrolled, AT), AT, release_at=RELEASE)
    anna, page = as_user(patrolled.anna), f"/published/drafts/{waiting.pk}/"
    assert "It is to be released at 9:30am, 12 December 2024" in anna.get(page).content.decode()
    seen = {"digest": digest(waiting)}
    now.move_to(RELEASE)
    anna = as_user(patrolled.anna)
    refused = anna.post(f"{page}sign-off/", seen)
    assert "The time of its release has passed." in refused.content.decode()
    assert not Statement.objects.signed_off().exists()
    late = anna.get(page).content.decode()
    assert "Its time has passed: it is published at once" in late
    assert "can still be withdrawn" not in late
    assert 'name="at_once"' in late
    assert anna.post(f"{page}sign-off/", {**seen, "at_once": "yes"}).status_code == 302
    assert Statement.objects.published().exists()


def test_a_time_that_has_passed_is_refused(patrolled):
    draft = drafted(patrolled, AT)
    with pytest.raises(DomainError) as refusal:
        read_and_send(draft, AT, release_at=AT)
    assert refusal.value.code == "release_in_past"


def test_what_is_signed_off_is_signed_off_for_its_time(patrolled):
    """Another time is another thing to sign off."""
    waiting = read_and_send(drafted(patrolled, AT), AT, release_at=RELEASE)
    seen = digest(waiting)
    operations.take_back(by=patrolled.paul, statement_id=waiting.pk)
    read_and_send(Statement.objects.get(), AT, release_at=RELEASE - timedelta(days=1))
    with pytest.raises(ChangedMeanwhile):
        sign_off.approve(by=patrolled.anna, at=AT, statement_id=waiting.pk, digest=seen)


@pytest.mark.parametrize(
    ("day", "clock", "answer"),
    [
        ("2024-12-12", "9.30am", "2024-12-12T09:30+00:00"),
        ("2024-07-11", "0930", "2024-07-11T08:30+00:00"),
        ("2024-10-27", "12:30am", "2024-10-26T23:30+00:00"),
        ("2024-10-27", "1.30am", "time_happened_twice"),
        ("2024-10-27", "2am", "2024-10-27T02:00+00:00"),
        ("2025-03-30", "1.30am", "time_did_not_happen"),
        ("2025-03-30", "2am", "2025-03-30T01:00+00:00"),
        ("2024-12-12", "9", "time_needs_am_pm"),
    ],
)
def test_a_london_day_and_time(day, clock, answer):
    if not answer.startswith("20"):
        with pytest.raises(DomainError) as refusal:
            release_moment(date.fromisoformat(day), clock)
        assert (refusal.value.code, refusal.value.field) == (answer, "release_clock")
    else:
        assert release_moment(date.fromisoformat(day), clock).isoformat(timespec="minutes") == answer


def test_withdrawn_before_its_release_it_is_a_draft_again_and_nothing_is_left(
    patrolled, django_capture_on_commit_callbacks, as_user
):
    statement = signed_off(patrolled, FAR)
    operations.prove(at=AT, statement=statement)
    assert statement.files.count() == 6
    with pytest.raises(DomainError, match="why it is not released"):
        sign_off.withdraw_release(by=patrolled.adam, at=AT, statement_id=statement.pk, reason="")
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_user(patrolled.adam).post(f"/published/drafts/{statement.pk}/withdraw-release/", {"reason": REASON})
    assert answer.status_code == 302
    found = Statement.objects.get()
    assert (found.state, found.body, found.release_at, found.decided_by, found.returned_reason) == (
        "draft", None, None, None, REASON,
    )  # fmt: skip
    assert not StatementFile.objects.exists()
    assert not StatementProof.objects.exists()
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted([patrolled.anna.email, patrolled.paul.email])
    kept = found.events.order_by("pgh_id").last().pgh_context.metadata
    assert (kept["action"], kept["user"]) == ("withdrawn before release", patrolled.adam.pk)
    again = read_and_send(found, AT)
    done = sign_off.approve(by=patrolled.anna, at=AT, statement_id=again.pk, digest=digest(again))
    assert chain(done) == [done.slug]


def test_what_is_withdrawn_while_its_counts_are_read_has_told_nothing(patrolled):
    statement = signed_off(patrolled, FAR)
    key = (statement.pk, statement.sha256)
    sign_off.withdraw_release(by=patrolled.adam, at=AT, statement_id=statement.pk, reason=REASON)
    suppression._shown.cache_clear()
    assert suppression._shown_if_there(*key) == ()
    assert suppression._shown.cache_info().currsize == 0


def test_it_is_withdrawn_no_more_once_its_moment_is_near_or_past(patrolled):
    statement = signed_off(patrolled)
    for at, refused in ((RELEASE - SECOND * 60, DomainError), (RELEASE, ChangedMeanwhile), (FAR, ChangedMeanwhile)):
        with pytest.raises(refused):
            sign_off.withdraw_release(by=patrolled.adam, at=at, statement_id=statement.pk, reason=REASON)
    for person in (patrolled.sam, patrolled.audrey):
        with pytest.raises(Statement.DoesNotExist):
            sign_off.withdraw_release(by=person, at=AT, statement_id=statement.pk, reason=REASON)


def test_the_database_keeps_what_is_signed_off(patrolled):
    """Until its release it can become a draft and nothing else; afterwards nothing, by the database's clock."""
    to_come, released = signed_off(patrolled, FAR, code="2024-09"), signed_off(patrolled, code="2024-10")
    back = {"state": "draft", "body": None, "counted": None, "as_at": None, "records_until": None, "reference": "",
            "decided_by": None, "decided_at": None, "release_at": None}  # fmt: skip
    for statement, change in (
        (to_come, {"sha256": "0" * 64}),
        (to_come, {"release_at": FAR + timedelta(days=1)}),
        (released, back),
        (released, {"release_at": FAR}),
    ):
        with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
            Statement.objects.filter(pk=statement.pk).update(**change)
        with pytest.raises(InternalError, match="signed off"), transaction.atomic():
            statement.files.all().delete()
    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        Statement.objects.filter(pk=to_come.pk)._raw_delete("default")
    assert Statement.objects.filter(pk=to_come.pk).update(**back) == 1


def test_what_was_published_before_is_published(patrolled):
    """Rows from before releases could be later have no moment of their own."""
    statement = published(patrolled, AT)
    assert statement.release_at is None
    assert statement.approver is not None
    assert "signed_off_at" not in statement.body
    assert list(Statement.objects.published()) == [statement]
    assert not Statement.objects.being_prepared().exists()
    assert timezone.now() < statement.decided_at
