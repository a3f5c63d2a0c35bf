"""Sign-off by who was named, or took it over with a reason: told by e-mail, reminded once, shown as a number."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, connections, transaction

from hotspot.core.errors import ChangedMeanwhile, DomainError, NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Role
from patrols.models import BankHoliday
from reports.models import Statement
from reports.statements import operations, reminders, sign_off
from reports.statements.queries import possible_approvers, usual_approver
from reports.tasks import send_sign_off_reminders
from tests import factories
from tests.publishing import digest, drafted, patrols, read_and_send, send, sent

# A Tuesday.
AT = datetime(2024, 12, 10, 10, 55, tzinfo=UTC)


@pytest.fixture
def patrolled(force, now):
    patrols(force)
    now.move_to(AT)
    return force


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What is done on commit, as if each write were committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def approve(by, statement) -> Statement:
    return sign_off.approve(by=by, at=AT, statement_id=statement.pk, digest=digest(statement))


def test_who_prepares_chooses_among_those_who_may_and_never_themselves(patrolled):
    names = [person.name for person in possible_approvers(patrolled.paul)]
    assert names == ["Adam Admin", "Anna Analyst"]
    draft = drafted(patrolled, AT)
    for person in (patrolled.paul, patrolled.sam, patrolled.audrey, patrolled.pete):
        with pytest.raises(DomainError) as refusal:
            send(by=patrolled.paul, at=AT, statement_id=draft.pk, to=person)
        assert (refusal.value.code, refusal.value.field) == ("approver_not_allowed", "approver")
    type(patrolled.anna).objects.filter(pk=patrolled.anna.pk).update(is_active=False)
    assert [person.name for person in possible_approvers(patrolled.paul)] == ["Adam Admin"]


def test_the_usual_one_is_offered(patrolled):
    assert usual_approver(drafted(patrolled, AT)) is None
    read_and_send(Statement.objects.get(), AT, to=patrolled.adam)
    assert usual_approver(drafted(patrolled, AT + timedelta(days=1))) == patrolled.adam.pk
    assert usual_approver(drafted(patrolled, AT, by=patrolled.anna)) is None


def test_only_who_was_named_signs_off_or_returns_it(patrolled):
    waiting = sent(patrolled, AT)
    for write in (
        lambda: approve(patrolled.adam, waiting),
        lambda: sign_off.give_back(by=patrolled.adam, statement_id=waiting.pk, digest=digest(waiting), reason="No"),
    ):
        with pytest.raises(NotAllowed) as refusal:
            write()
        assert refusal.value.code == "not_approver"
    assert approve(patrolled.anna, waiting).decided_by == patrolled.anna


def test_it_is_taken_over_with_a_reason_that_is_kept(patrolled):
    waiting = sent(patrolled, AT)
    for person, reason, code in ((patrolled.paul, "Mine", "own_statement"), (patrolled.adam, " ", "reason_missing")):
        with pytest.raises(DomainError) as refusal:
            sign_off.take_over(by=person, at=AT, statement_id=waiting.pk, reason=reason)
        assert refusal.value.code == code
    sign_off.take_over(by=patrolled.adam, at=AT, statement_id=waiting.pk, reason="Anna is on leave")
    with pytest.raises(NotAllowed):
        approve(patrolled.anna, waiting)
    done = approve(patrolled.adam, waiting)
    assert (done.approver, done.takeover_reason) == (patrolled.adam, "Anna is on leave")
    kept = [(event.approver_id, event.pgh_context.metadata["action"]) for event in done.events.order_by("pgh_id")]
    assert kept[-3:] == [
        (patrolled.anna.pk, "sent for sign-off"),
        (patrolled.adam.pk, "sign-off taken over"),
        (patrolled.adam.pk, "published"),
    ]
    with pytest.raises(ChangedMeanwhile):
        sign_off.take_over(by=patrolled.anna, at=AT, statement_id=waiting.pk, reason="Late")


def test_what_was_sent_before_approvers_were_named_waits_for_anybody_else(patrolled):
    waiting = sent(patrolled, AT)
    Statement.objects.filter(pk=waiting.pk).update(approver=None)
    assert approve(patrolled.adam, waiting).approver == patrolled.adam


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.SUPERVISOR}])
def test_what_nobody_can_sign_off_any_more_waits_for_everybody_who_may(patrolled, as_user, now, change):
    waiting = sent(patrolled, AT)
    User.objects.filter(pk=patrolled.anna.pk).update(**change)
    patrolled.anna.refresh_from_db()
    assert [name for name, person in patrolled.people.items() if Statement.objects.waiting_for(person)] == ["adam"]
    page = f"/published/drafts/{waiting.pk}/"
    assert "cannot sign it off any more" in as_user(patrolled.paul).get(page).content.decode()
    assert "Waits for you" in as_user(patrolled.adam).get("/published/").content.decode()
    assert "Waits for you" not in as_user(patrolled.paul).get("/published/").content.decode()
    assert reminders.send_reminders(at=AT + timedelta(days=10)) == 0
    assert mail.outbox == []


def test_what_was_sent_to_nobody_by_name_is_shown_to_everybody_else_who_may(patrolled):
    waiting = sent(patrolled, AT)
    Statement.objects.filter(pk=waiting.pk).update(approver=None)
    found = [name for name, person in patrolled.people.items() if Statement.objects.waiting_for(person)]
    assert sorted(found) == ["adam", "anna"]


def test_the_database_holds_it_too(patrolled):
    waiting = sent(patrolled, AT)
    for change, name in (
        ({"approver": patrolled.paul}, "statement_approver_is_another"),
        ({"state": "published", "decided_by": patrolled.adam, "decided_at": AT}, "statement_signed_off_by_approver"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Statement.objects.filter(pk=waiting.pk).update(**change)


def test_each_is_told_of_what_concerns_them_once_it_is_committed(patrolled, committed):
    def told(write) -> list[tuple[str, str]]:
        mail.outbox.clear()
        with committed():
            write()
            assert mail.outbox == []
        return [(letter.to[0], letter.subject) for letter in mail.outbox]

    anna, paul, adam = (person.email for person in (patrolled.anna, patrolled.paul, patrolled.adam))
    assert told(lambda: sent(patrolled, AT)) == [(anna, "A statement waits for your sign-off")]
    (letter,) = mail.outbox
    waiting = Statement.objects.get()
    assert f"/published/drafts/{waiting.pk}/" in letter.body
    for secret in ("36", "288", "Hitchin", "arrest", waiting.slug):
        assert secret not in letter.subject + letter.body.split("http")[0]
    assert told(lambda: operations.take_back(by=patrolled.paul, statement_id=waiting.pk)) == [
        (anna, "A statement was taken back")
    ]
    read_and_send(Statement.objects.get(), AT)
    take_over = {"by": patrolled.adam, "at": AT, "statement_id": waiting.pk, "reason": "Anna is on leave"}
    assert told(lambda: sign_off.take_over(**take_over)) == [(anna, "A sign-off was taken over")]
    seen = digest(Statement.objects.get())
    returned = {"by": patrolled.adam, "statement_id": waiting.pk, "digest": seen, "reason": "Where?"}
    assert told(lambda: sign_off.give_back(**returned)) == [(paul, "Your statement was returned")]
    again = read_and_send(Statement.objects.get(), AT, to=patrolled.adam)
    assert told(lambda: approve(patrolled.adam, again)) == [(paul, "Your statement was signed off")]
    assert adam not in [letter.to[0] for letter in mail.outbox]


def test_nobody_is_told_of_what_was_refused_or_rolled_back(patrolled, committed):
    draft = drafted(patrolled, AT)
    with committed(), pytest.raises(DomainError):
        send(by=patrolled.paul, at=AT, statement_id=draft.pk)
    with committed():
        transaction.set_rollback(False)
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("day", "since"),
    [
        ("2024-12-13", "2024-12-10"),  # Friday: since Tuesday
        ("2024-12-12", "2024-12-09"),  # Thursday: since Monday
        ("2024-12-11", "2024-12-08"),  # Wednesday: since Sunday, so since Friday
        ("2024-12-14", "2024-12-10"),  # a Saturday adds nothing to Friday
        ("2024-12-30", "2024-12-23"),  # Christmas and Boxing Day are no working days
    ],
)
def test_three_working_days(day, since):
    holidays = {date(2024, 12, 25), date(2024, 12, 26)}
    assert reminders.waiting_since(date.fromisoformat(day), holidays) == date.fromisoformat(since)


def test_who_was_named_is_reminded_once_after_three_working_days(patrolled, now):
    waiting = sent(patrolled, AT)
    BankHoliday.objects.create(day=date(2024, 12, 12), name="A holiday")
    for days, letters in ((0, 0), (2, 0), (3, 0), (6, 1), (7, 1), (30, 1)):
        now.move_to(AT + timedelta(days=days))
        send_sign_off_reminders()
        assert len(mail.outbox) == letters, days
    assert mail.outbox[0].to == [patrolled.anna.email]
    operations.take_back(by=patrolled.paul, statement_id=waiting.pk)
    send_sign_off_reminders()
    assert len(mail.outbox) == 1


def test_who_takes_it_over_is_reminded_three_working_days_after_that(patrolled, now):
    waiting = sent(patrolled, AT)
    assert reminders.send_reminders(at=AT + timedelta(days=3)) == 1
    taken = AT + timedelta(days=6)
    sign_off.take_over(by=patrolled.adam, at=taken, statement_id=waiting.pk, reason="Anna is on leave")
    found = [reminders.send_reminders(at=taken + timedelta(days=days)) for days in (0, 2, 3, 4)]
    assert found == [0, 0, 1, 0]
    assert [letter.to for letter in mail.outbox] == [[patrolled.anna.email], [patrolled.adam.email]]


def test_no_row_is_held_while_the_mail_server_takes_its_time(patrolled, monkeypatch):
    """The mark is written before, in no transaction that is still open, and taken off where nothing was sent."""
    sent(patrolled, AT)
    depth, seen = len(connection.savepoint_ids), []

    def send_slowly(*_, **__) -> bool:
        seen.append((len(connection.savepoint_ids) - depth, Statement.objects.get().reminded_at is not None))
        return False

    monkeypatch.setattr("hotspot.core.mail.send", send_slowly)
    assert reminders.send_reminders(at=AT + timedelta(days=10)) == 0
    assert seen == [(0, True)]
    assert Statement.objects.get().reminded_at is None


@pytest.mark.parametrize("approver", ["nobody", "oneself"])
def test_there_is_nothing_to_take_over_from_nobody_or_oneself(patrolled, as_user, approver):
    waiting = sent(patrolled, AT)
    Statement.objects.filter(pk=waiting.pk).update(approver=patrolled.adam if approver == "oneself" else None)
    page = f"/published/drafts/{waiting.pk}/"
    answer = as_user(patrolled.adam).get(f"{page}take-over/")
    assert (answer.status_code, answer["Location"]) == (302, page)


def test_without_a_mail_server_nothing_is_marked_as_sent(patrolled, settings, monkeypatch):
    sent(patrolled, AT)
    later = AT + timedelta(days=10)
    monkeypatch.setattr("hotspot.core.mail.send", lambda *_, **__: False)
    assert reminders.send_reminders(at=later) == 0
    monkeypatch.undo()
    assert reminders.send_reminders(at=later) == 1


def test_the_number_that_waits_stands_in_the_navigation_of_its_pages_only(patrolled, as_user):
    sent(patrolled, AT)
    badge = 'class="app-nav__badge">1<'
    anna = as_user(patrolled.anna)
    assert badge in anna.get("/published/").content.decode()
    assert "Waits for you" in anna.get("/published/").content.decode()
    assert badge not in anna.get("/figures/definitions/").content.decode()
    for person in (patrolled.adam, patrolled.paul, patrolled.sam, patrolled.audrey):
        assert "app-nav__badge" not in as_user(person).get("/published/").content.decode()


def test_the_pages_ask_for_a_name_and_let_others_take_over(patrolled, as_user):
    draft = drafted(patrolled, AT)
    paul, adam, anna = (as_user(patrolled.people[name]) for name in ("paul", "adam", "anna"))
    page = f"/published/drafts/{draft.pk}/"
    refused = paul.post(f"{page}send/", {})
    assert refused.status_code == 422
    assert "Choose who signs it off" in refused.content.decode()
    read_and_send(draft, AT)
    assert "Sign off and publish" in anna.get(page).content.decode()
    assert "Sign off and publish" not in adam.get(page).content.decode()
    seen = {"digest": digest(Statement.objects.get())}
    assert adam.post(f"{page}sign-off/", seen).status_code == 403
    assert adam.get(f"{page}take-over/").status_code == 200
    assert paul.get(f"{page}take-over/").status_code == 403
    assert as_user(patrolled.sam).get(f"{page}take-over/").status_code == 403
    assert adam.post(f"{page}take-over/", {"reason": "On leave"}).status_code == 302
    assert adam.post(f"{page}sign-off/", seen).status_code == 302
    assert Statement.objects.published().get().decided_by == patrolled.adam


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_a_sign_off_and_a_takeover_at_once_one_loses(now):
    """Whichever comes first, the statement is signed off by who was named at that moment."""
    from tests.people import make_force  # noqa: PLC0415

    now.move_to(AT)
    force = make_force()
    patrols(force)
    eve = factories.UserFactory(name="Eve", role=Role.ANALYST)
    for _ in range(5):
        waiting = sent(force, AT, code="2024-09")
        gate = threading.Barrier(3)

        def attempt(write) -> str:
            try:
                gate.wait(20)  # noqa: B023
                write()
            except DomainError as refusal:
                return refusal.code
            else:
                return "written"
            finally:
                connections.close_all()

        writes = [
            lambda: approve(force.anna, waiting),  # noqa: B023
            lambda: approve(force.anna, waiting),  # noqa: B023
            lambda: sign_off.take_over(by=eve, at=AT, statement_id=waiting.pk, reason="Mine"),  # noqa: B023
        ]
        with ThreadPoolExecutor(3) as pool:
            ends = list(pool.map(attempt, writes, timeout=60))
        found = Statement.objects.get(pk=waiting.pk)
        assert ends.count("written") == 1
        if found.state == Statement.State.PUBLISHED:
            assert found.decided_by == found.approver == force.anna
        else:
            assert found.approver == eve
            operations.take_back(by=force.paul, statement_id=found.pk)
