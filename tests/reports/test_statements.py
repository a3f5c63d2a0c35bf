"""Statements: frozen when sent, published by somebody else, never changed, and proved by the history."""

import logging
import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.utils import InternalError

from hotspot.core.errors import ChangedMeanwhile, DomainError, NotAllowed
from hotspot.core.transaction_settings import READS_ONLY
from hotspot.settings import CELERY_BEAT_SCHEDULE
from outcomes.confirmations.operations import take_back
from outcomes.models import Arrest, MonthConfirmation
from patrols.models import PatrolShift
from reports.digests import canonical, fingerprint
from reports.models import Statement
from reports.statements import operations, sign_off
from reports.statements.body import draft_of, release_of
from reports.statements.queries import kept_rows, recount_from_history
from reports.tasks import verify_statements
from tests import factories
from tests.outcomes.months import confirm
from tests.people import make_force
from tests.publishing import digest, drafted, patrols, published, read_and_send, send, sent

AT = datetime(2024, 12, 10, 10, 55, tzinfo=UTC)
NIGHT = datetime(2024, 10, 11, 21, tzinfo=UTC)


def shift(force, *, area=None, days=0, arrests=0, **more) -> PatrolShift:
    start = NIGHT - timedelta(days=days)
    saved = factories.PatrolShiftFactory.create(
        area=area or force.hitchin, funding_stream=force.grant, logged_by=force.sam, starts_at=start,
        ends_at=start + timedelta(hours=8), logged_at=start + timedelta(hours=9), submission_id=uuid.uuid4(), **more,
    )  # fmt: skip
    factories.ArrestFactory.create_batch(arrests, shift=saved)
    return saved


@pytest.fixture
def patrolled(force):
    patrols(force)
    return force


def test_it_holds_the_figures_who_prepared_it_and_who_signed_it_off(patrolled):
    statement = published(patrolled, AT)
    statement.refresh_from_db()
    release = release_of(statement)
    assert statement.slug == "2024-12-10-v1"
    assert release.headline == {
        "patrol_hours": 18 * 16, "patrols": 18, "arrests": 36, "stop_searches": 0, "weapons": 0, "asb_powers": 0,
    }  # fmt: skip
    assert (release.body["prepared_by"], release.body["approved_by"]) == ("Paul Press", "Anna Analyst")
    assert statement.sha256 == fingerprint(statement.body)
    assert release.body["as_at"] == "2024-12-10T10:55:00+00:00"
    assert [row["hotspot_area"] for row in release.by("area")] == [
        "Hitchin town centre", "Letchworth", "Watford town centre",
    ]  # fmt: skip


def test_canonical_json_is_the_same_whatever_the_order_of_keys():
    assert canonical({"b": 1, "a": "é"}) == canonical({"a": "é", "b": 1}) == '{"a":"é","b":1}'.encode()


def test_later_corrections_leave_it_as_it_is(patrolled):
    statement = published(patrolled, AT)
    before = canonical(Statement.objects.get(pk=statement.pk).body)
    shift(patrolled, days=5, arrests=9)
    Arrest.objects.filter(shift__area=patrolled.hitchin).update(void_reason="Made in error")
    after = Statement.objects.get(pk=statement.pk)
    assert canonical(after.body) == before
    assert fingerprint(after.body) == after.sha256


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_database_itself_refuses_to_change_what_is_published(patrolled, change):
    statement = published(patrolled, AT)
    rows = Statement.objects.filter(pk=statement.pk)
    with pytest.raises(InternalError, match="Cannot"), transaction.atomic():
        rows.update(words="other") if change == "update" else rows._raw_delete("default")


@pytest.mark.django_db(transaction=True)
def test_the_history_gives_its_figures_again_whatever_was_written_since():
    """In transactions of their own, as history is dated by when its transaction began."""
    force = make_force()
    for days in range(6):
        shift(force, days=days, arrests=2)
    statement = published(force, AT)
    then = kept_rows(statement)
    assert recount_from_history(statement) == then
    shift(force, days=9, arrests=1)
    PatrolShift.objects.filter(arrests__isnull=False).update(area=force.watford)
    Arrest.objects.filter(pk=Arrest.objects.order_by("pk")[0].pk).update(void_reason="Made in error")
    factories.CrewMemberFactory.create(shift=PatrolShift.objects.order_by("pk")[0])
    assert recount_from_history(statement) == then
    assert kept_rows(sent(force, AT)) != then


@pytest.mark.django_db(transaction=True)
def test_nothing_is_frozen_while_somebody_still_writes():
    """A transaction that is open now writes a shift later, dated when it began: it would be missing for ever."""
    force = make_force()
    shift(force, arrests=6)
    draft = drafted(force, AT)
    operations.acknowledge(by=force.paul, statement_id=draft.pk, checks=draft_of(draft, AT).checks)
    begun, go_on = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with transaction.atomic():
                Statement.objects.exists()
                begun.set()
                go_on.wait(20)
                shift(force, days=3)
        finally:
            connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(20)
    shift(force, days=1)  # Committed after the writer began, so no settled moment includes it.
    try:
        with pytest.raises(DomainError) as refusal:
            send(by=force.paul, at=AT, statement_id=draft.pk)
    finally:
        go_on.set()
        writer.join()
    assert refusal.value.code == "being_written"
    done = read_and_send(Statement.objects.get(pk=draft.pk), AT)
    assert release_of(done).headline["patrols"] == 3
    assert recount_from_history(done) == kept_rows(done)


@pytest.mark.django_db(transaction=True)
def test_a_long_download_stops_nobody_from_publishing():
    force = make_force()
    shift(force, arrests=6)
    draft = drafted(force, AT)
    begun, go_on = threading.Event(), threading.Event()

    def download() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(READS_ONLY)
                cursor.execute("SELECT count(*) FROM patrols_patrolshift")
                begun.set()
                go_on.wait(20)
        finally:
            connections.close_all()

    reader = threading.Thread(target=download)
    reader.start()
    try:
        assert begun.wait(20)
        shift(force, days=1)
        assert release_of(read_and_send(draft, AT)).headline["patrols"] == 2
    finally:
        go_on.set()
        reader.join()


def test_nobody_signs_off_their_own(patrolled):
    waiting = sent(patrolled, AT)
    with pytest.raises(NotAllowed, match="Somebody else"):
        sign_off.approve(by=patrolled.paul, at=AT, statement_id=waiting.pk, digest=digest(waiting))
    with pytest.raises(NotAllowed, match="Take it back"):
        sign_off.give_back(by=patrolled.paul, statement_id=waiting.pk, digest=digest(waiting), reason="No")
    waiting.state, waiting.decided_by, waiting.decided_at = Statement.State.PUBLISHED, patrolled.paul, AT
    with pytest.raises(IntegrityError, match="statement_signed_off_by_another"), transaction.atomic():
        waiting.save()


def test_who_may_not_prepare_does_not_find_it(patrolled):
    waiting = sent(patrolled, AT)
    for person in (patrolled.sam, patrolled.audrey):
        with pytest.raises(Statement.DoesNotExist):
            sign_off.approve(by=person, at=AT, statement_id=waiting.pk, digest=digest(waiting))


def test_only_what_waits_can_be_signed_off_and_only_once(patrolled):
    draft = drafted(patrolled, AT)
    with pytest.raises(ChangedMeanwhile):
        sign_off.approve(by=patrolled.anna, at=AT, statement_id=draft.pk, digest=fingerprint({}))
    statement = published(patrolled, AT)
    for seen in (digest(statement), ""):
        with pytest.raises(ChangedMeanwhile):
            sign_off.approve(by=patrolled.adam, at=AT, statement_id=statement.pk, digest=seen)
        with pytest.raises(ChangedMeanwhile):
            sign_off.give_back(by=patrolled.adam, statement_id=statement.pk, digest=seen, reason="Late")


def test_what_was_sent_again_must_be_looked_at_again(patrolled):
    looked_at = digest(sent(patrolled, AT))
    waiting = Statement.objects.get()
    operations.take_back(by=patrolled.paul, statement_id=waiting.pk)
    shift(patrolled, days=8, arrests=5)
    again = read_and_send(Statement.objects.get(), AT)
    with pytest.raises(ChangedMeanwhile):
        sign_off.approve(by=patrolled.anna, at=AT, statement_id=again.pk, digest=looked_at)


def test_returned_with_a_reason_it_is_a_draft_again(patrolled):
    waiting = sent(patrolled, AT)
    with pytest.raises(DomainError, match="what has to change"):
        sign_off.give_back(by=patrolled.anna, statement_id=waiting.pk, digest=digest(waiting), reason=" ")
    draft = sign_off.give_back(
        by=patrolled.anna, statement_id=waiting.pk, digest=digest(waiting), reason="Leave out the last line."
    )
    draft.refresh_from_db()
    assert (draft.state, draft.returned_reason, draft.body, draft.slug) == (
        "draft",
        "Leave out the last line.",
        None,
        "",
    )


def test_another_person_cannot_touch_a_draft(patrolled):
    draft = drafted(patrolled, AT)
    for write in (
        lambda by: operations.save_words(by=by, at=AT, statement_id=draft.pk, words="Mine"),
        lambda by: send(by=by, at=AT, statement_id=draft.pk),
        lambda by: operations.acknowledge(by=by, statement_id=draft.pk, checks=[]),
        lambda by: operations.withdraw(by=by, at=AT, statement_id=draft.pk),
        lambda by: operations.take_back(by=by, statement_id=draft.pk),
    ):
        with pytest.raises(NotAllowed):
            write(patrolled.adam)


def test_what_changed_since_it_was_checked_has_to_be_read_first(patrolled):
    draft = drafted(patrolled, AT)
    with pytest.raises(DomainError, match="36 outcomes have detail to follow"):
        send(by=patrolled.paul, at=AT, statement_id=draft.pk)
    operations.acknowledge(by=patrolled.paul, statement_id=draft.pk, checks=draft_of(draft, AT).checks)
    factories.ArrestFactory.create(shift=PatrolShift.objects.all()[0])
    with pytest.raises(DomainError, match="37 outcomes have detail to follow"):
        send(by=patrolled.paul, at=AT, statement_id=draft.pk)


def test_what_got_no_worse_since_it_was_checked_is_read(patrolled):
    """Somebody confirms their month between the reading and the sending, as most do in the first days of a month."""
    for person in (patrolled.sue, other := factories.UserFactory()):
        PatrolShift.objects.filter(pk=shift(patrolled, area=patrolled.watford).pk).update(logged_by=person)
    draft = drafted(patrolled, AT, code="2024-10")
    before = draft_of(draft, AT)
    assert any("3 of 3 supervisors have not confirmed" in check for check in before.checks)
    operations.acknowledge(by=patrolled.paul, statement_id=draft.pk, checks=before.checks)
    confirm(other, at=AT)
    draft.refresh_from_db()
    ready = draft_of(draft, AT)
    assert any("2 of 3 supervisors have not confirmed" in check for check in ready.checks)
    assert ready.unread == []
    take_back(by=other, at=AT, confirmation_id=MonthConfirmation.objects.get().pk)
    confirm(patrolled.sam, at=AT)
    assert draft_of(draft, AT).unread == [], "no more wait than before, in any district"
    late = factories.UserFactory.create_batch(2)
    for person in late:
        PatrolShift.objects.filter(pk=shift(patrolled, area=patrolled.watford).pk).update(logged_by=person)
    assert len(draft_of(draft, AT).unread) == 1
    confirm(late[0], at=AT)
    assert send(by=patrolled.paul, at=AT, statement_id=draft.pk).acknowledged == [str(each) for each in before.checks]


def test_the_page_keeps_what_was_read_with_its_numbers(patrolled, now, as_user):
    now.move_to(AT)
    draft, paul = drafted(patrolled, AT, code="2024-10"), as_user(patrolled.paul)
    read = [str(check) for check in draft_of(draft, AT).checks]
    assert (
        paul.post(f"/published/drafts/{draft.pk}/check/", {"check": [*read, "Made up"], "read": "on"}).status_code
        == 302
    )
    draft.refresh_from_db()
    assert (draft.acknowledged, draft.acknowledged_numbers["2024-10 North Herts"]) == ([*read, "Made up"], 1)


def test_nothing_counted_is_nothing_to_publish(force):
    draft = drafted(force, AT)
    with pytest.raises(DomainError, match="nothing to publish"):
        send(by=force.paul, at=AT, statement_id=draft.pk)


@pytest.mark.parametrize("code", ["2024-12", "quarter-2024-10", "days", "2024-10-01", "", "year-2024-04"])
def test_only_periods_that_are_over_or_since_launch(force, code):
    with pytest.raises(DomainError, match="a period that is over"):
        drafted(force, AT, code=code)


def test_a_correction_is_a_new_version_with_a_reason(patrolled):
    wrong = published(patrolled, AT)
    with pytest.raises(DomainError, match="what is wrong"):
        operations.correct(by=patrolled.paul, at=AT, statement_id=wrong.pk, reason="")
    draft = operations.correct(by=patrolled.paul, at=AT, statement_id=wrong.pk, reason="A night was missing.")
    with pytest.raises(DomainError, match="started or published already"):
        operations.correct(by=patrolled.adam, at=AT, statement_id=wrong.pk, reason="Mine, too.")
    shift(patrolled, days=8, arrests=7)
    waiting = read_and_send(draft, AT + timedelta(days=3))
    right = sign_off.approve(by=patrolled.anna, at=AT, statement_id=waiting.pk, digest=digest(waiting))
    assert (right.slug, right.body["corrects"], right.body["reason"]) == (
        "2024-12-10-v2", "2024-12-10-v1", "A night was missing.",
    )  # fmt: skip
    assert wrong.corrected_by == right
    assert release_of(right).headline["arrests"] == release_of(wrong).headline["arrests"] + 7


def test_a_withdrawn_correction_lets_another_begin(patrolled):
    wrong = published(patrolled, AT)
    draft = operations.correct(by=patrolled.paul, at=AT, statement_id=wrong.pk, reason="Late entries.")
    assert operations.withdraw(by=patrolled.paul, at=AT, statement_id=draft.pk).state == "withdrawn"
    assert operations.correct(by=patrolled.adam, at=AT, statement_id=wrong.pk, reason="Late entries.").version == 2


def test_a_second_statement_of_a_day_is_numbered(patrolled):
    assert [published(patrolled, AT, code=code).slug for code in ("launch", "2024-10")] == [
        "2024-12-10-v1", "2024-12-10-2-v1",
    ]  # fmt: skip


def test_a_small_difference_to_what_is_published_is_withheld(patrolled):
    """One more arrest in Hitchin: with both tables side by side it would be told. The headline total is always said."""
    first = release_of(published(patrolled, AT))
    assert [row["arrests"] for row in first.by("area")] == [12, 12, 12]
    factories.ArrestFactory.create(shift=PatrolShift.objects.filter(area=patrolled.hitchin)[0])
    second = release_of(sent(patrolled, AT + timedelta(days=1)))
    arrests = [row["arrests"] for row in second.by("area")]
    assert arrests[0] is None
    assert arrests.count(None) >= 2
    assert second.headline["arrests"] == 37


def test_a_quarter_does_not_tell_the_one_month_that_was_withheld(patrolled):
    """October and November are published, each with enough arrests. Then December has three: the quarter tells them."""
    areas = (patrolled.hitchin, patrolled.letchworth, patrolled.watford)
    for area in areas:
        shift(patrolled, area=area, days=-35, arrests=9)
    for code, arrests in (("2024-10", 6), ("2024-11", 9)):
        assert [row["arrests"] for row in release_of(published(patrolled, AT, code=code)).by("area")] == [arrests] * 3
    for area, arrests in zip(areas, (3, 80, 80), strict=True):
        shift(patrolled, area=area, days=-65, arrests=arrests)
    quarter = release_of(sent(patrolled, datetime(2025, 1, 10, 12, tzinfo=UTC), code="quarter-2024-10"))
    assert next(row["arrests"] for row in quarter.by("area")) is None
    assert quarter.headline["arrests"] == 3 * (6 + 9) + 163


def test_small_numbers_are_withheld_whoever_prepares_it(patrolled):
    shift(patrolled, area=factories.HotspotAreaFactory(name="Baldock", district=patrolled.north_herts), arrests=1)
    for person in (patrolled.adam, patrolled.anna, patrolled.paul):
        release = release_of(sent(patrolled, AT, by=person))
        assert [row["arrests"] for row in release.by("area")].count(None) >= 2
        assert release.headline["arrests"] == 37
        assert "[c] stands for" in release.body["notes"][0]


def test_the_administrator_says_how_small_is_too_small(patrolled, as_user):
    """Twelve arrests in each area are told, until twelve are too few."""
    assert [row["arrests"] for row in release_of(sent(patrolled, AT)).by("area")] == [12, 12, 12]
    address = f"/manage/programmes/{patrolled.programme.pk}/edit/"
    fields = {
        "name": "Operation Hotspot 2024/25", "grant": "", "smallest_shown": "13",
        "first_day_day": "1", "first_day_month": "5", "first_day_year": "2024",
        "last_day_day": "31", "last_day_month": "3", "last_day_year": "2025",
    }  # fmt: skip
    adam = as_user(patrolled.adam)
    for wrong in ("2", "21", "", "x"):
        assert adam.post(address, fields | {"smallest_shown": wrong}).status_code == 422
    assert adam.post(address, fields).status_code == 302
    patrolled.programme.refresh_from_db()
    release = release_of(sent(patrolled, AT))
    assert [row["arrests"] for row in release.by("area")] == [None, None, None]
    assert release.headline["arrests"] == 36
    assert "it is from 1 to 12" in release.body["notes"][0]


def test_fewer_than_last_published_is_said(patrolled):
    published(patrolled, AT)
    Arrest.objects.filter(pk=Arrest.objects.order_by("pk")[0].pk).update(void_reason="Made in error")
    draft = drafted(patrolled, AT)
    assert "Arrests: 35, fewer than the 36 published in 2024-12-10-v1." in draft_of(draft, AT).checks


# --- the nightly proof --------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_nightly_task_proves_each_statement_and_says_so_on_its_page(now, as_user, caplog):
    now.move_to(AT)
    force = make_force()
    shift(force, arrests=5)
    statement = published(force, AT)
    shift(force, days=12, arrests=3)
    with caplog.at_level(logging.ERROR):
        verify_statements()
    assert caplog.records == []
    page = as_user(force.paul).get(f"/published/{statement.slug}/").content.decode()
    assert "Counted once more from the history at 10:55am, 10 December 2024" in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE reports_statement SET body = jsonb_set(body, '{totals,arrests}', '99')", "its text is not"),
        ("UPDATE reports_statementfile SET content = 'x' WHERE kind = 'csv'", "v1.csv is not what was published"),
        ("UPDATE reports_statement SET counted = jsonb_set(counted, '{rows,0,3}', '999')", "the history does not give"),
        ("DELETE FROM patrols_patrolshiftevent WHERE area_id = %(area)s", "the history does not give"),
    ],
)
def test_what_somebody_did_behind_the_triggers_back_is_found(patrolled, caplog, change, said, as_user):
    statement = published(patrolled, AT)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(change, {"area": patrolled.hitchin.pk})
        cursor.execute("SET LOCAL session_replication_role = origin")
    with caplog.at_level(logging.ERROR):
        verify_statements()
    assert said in caplog.text
    page = as_user(patrolled.paul).get(f"/published/{statement.slug}/").content.decode()
    assert "could not be proved" in page


def test_the_proof_runs_every_night():
    assert CELERY_BEAT_SCHEDULE["verify-statements"]["task"] == "reports.tasks.verify_statements"
