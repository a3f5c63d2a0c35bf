"""What the domain says when it refuses. Shells turn these into pages and API answers."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError


class DomainError(Exception):
    """A rule refused the request.

    `code` is stable and for machines, `message` is a plain sentence for a person, `field` names the input it is about
    (None: the whole request). `status` is what HTTP calls the refusal. A page that shows a form again answers 422
    instead where the person can correct what they entered.
    """

    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST

    def __init__(self, code: str, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field


class DomainErrors(Exception):
    """Several refusals at once, so that a person can mend them all in one go. Never empty."""

    def __init__(self, errors: list[DomainError]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


class NotAllowed(DomainError):
    """This person may see the record, but may not do this to it."""

    status = HTTPStatus.FORBIDDEN


class Conflict(DomainError):
    """The request is fine by itself, but clashes with what is recorded."""

    status = HTTPStatus.CONFLICT


class NotInThisState(NotAllowed):
    """Nobody may do this to the record in the state that it is in."""

    status = HTTPStatus.CONFLICT


class TryLater(DomainError):
    """Too much is under way for this person. The same request can succeed later."""

    status = HTTPStatus.TOO_MANY_REQUESTS


class ServerBusy(TryLater):
    """Too much is under way for the server, whoever asks."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class ChangedMeanwhile(DomainError):
    """The record is not the version that the caller had in front of them.

    The API answers 412 instead, because its callers name the version in If-Match.
    """

    status = HTTPStatus.CONFLICT

    def __init__(self) -> None:
        super().__init__("changed_meanwhile", "Somebody else changed this while you were working on it.")


@dataclass(frozen=True)
class EntryWarning:
    """Something unusual that a person may keep with a reason. `code` is stable; `message` a plain sentence."""

    code: str
    message: str


class NeedsConfirming(Exception):
    """Nothing is wrong, but these warnings must be kept with a reason or changed first. Never empty."""

    def __init__(self, warnings: list[EntryWarning]) -> None:
        super().__init__("; ".join(warning.message for warning in warnings))
        self.warnings = warnings


def raise_all(errors: list[DomainError]) -> None:
    """Raise what was collected: nothing, the one error, or all of them together."""
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise DomainErrors(errors)


def constraint_of(error: IntegrityError) -> str:
    """The name of the database constraint that refused a write, so that it can be said in words; else empty."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""


def is_database_down(error: BaseException | None) -> bool:
    """Whether this is the database being out of reach, gone in the middle or too slow, rather than a mistake of ours.

    A connection that breaks in the middle of a query is a plain DatabaseError, of none of the kinds that name a cause.
    """
    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError
