"""E-mail about statements: sign-off is asked for, given, refused or taken over. It says nothing of the figures."""

from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from hotspot.core import mail, wording
from hotspot.core.models import User
from reports.models import Statement

WAITS = "A statement waits for your sign-off"


def ask_for_sign_off(statement: Statement) -> None:
    """Tell who was named that a statement waits for them."""
    _tell(statement.approver, statement, WAITS, f"{statement.prepared_by} asks you to sign off a statement.")


def tell_taken_back(statement: Statement) -> None:
    """Tell who was named that nothing waits for them any more."""
    said = f"{statement.prepared_by} has taken back the statement that you were asked to sign off."
    _tell(statement.approver, statement, "A statement was taken back", said)


def tell_taken_over(statement: Statement, former: User | None) -> None:
    """Tell who was named that somebody else signs it off."""
    said = f"{statement.approver} has taken over a sign-off that you were asked for, and has said why."
    _tell(former, statement, "A sign-off was taken over", said)


def tell_returned(statement: Statement) -> None:
    """Tell who prepared it that it came back."""
    said = "Your statement was returned. The page says what has to change."
    _tell(statement.prepared_by, statement, "Your statement was returned", said)


def tell_signed_off(statement: Statement) -> None:
    """Tell who prepared it that it is published, or when it will be."""
    until = statement.release_at if statement.is_embargoed else None
    when = f"It will be published at {wording.moment(until)}." if until else "It is published."
    _tell(statement.prepared_by, statement, "Your statement was signed off", f"Your statement was signed off. {when}")


def tell_withdrawn(statement: Statement, *, by: User) -> None:
    """Tell the others of the two who prepared it and signed it off that it will not be released."""
    said = f"{by} has withdrawn a statement before its release. The page says why."
    for person in (statement.prepared_by, statement.approver):
        if person != by:
            _tell(person, statement, "A statement was withdrawn before its release", said)


def remind(statement: Statement) -> bool:
    """Remind who was named, at once. Whether the mail server took it."""
    said = "A statement has been waiting for your sign-off for three working days."
    return _send(statement.approver, statement.pk, WAITS, said) if statement.approver else False


def _tell(person: User | None, statement: Statement, subject: str, said: str) -> None:
    """E-mail somebody once what was done is committed. Nothing depends on it: the pages say the same."""
    if person is not None and person.is_active:
        transaction.on_commit(partial(_send, person, statement.pk, subject, said))


def _send(person: User, statement_id: int, subject: str, said: str) -> bool:
    url = settings.SITE_URL + reverse("reports:draft", args=(statement_id,))
    return mail.send(subject, "reports/statement_notice.txt", {"said": said, "url": url}, to=[person.email])
