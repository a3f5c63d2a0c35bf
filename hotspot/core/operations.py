"""Writes to people: invited, given a role, sent away, let back in. Nobody is ever deleted."""

from django.db import transaction

from hotspot.core import rules
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.permissions import Role


@transaction.atomic
def invite_person(*, by: User | None, name: str, email: str, role: str) -> User:
    """Make an account that nobody can sign in to until its person follows a one-time link.

    `by` is None for the command line. Raises DomainError `email_taken` and Django's ValidationError.
    """
    email = email.strip().lower()
    _check_email_free(email)
    person = User(name=name.strip(), email=email, role=role)
    person.set_unusable_password()
    person.full_clean(validate_constraints=False)
    person.save()
    return person


@transaction.atomic
def rename_person(*, by: User, person_id: int, name: str, email: str) -> User:
    """Correct a name or an address. Raises DomainError `email_taken`."""
    person = _locked(person_id)
    email = email.strip().lower()
    _check_email_free(email, besides=person)
    person.name, person.email = name.strip(), email
    person.full_clean(validate_constraints=False)
    person.save(update_fields=("name", "email"))
    return person


@transaction.atomic
def change_role(*, by: User, person_id: int, role: str) -> User:
    """Give a person another role, from their next request on.

    Raises NotAllowed `own_account`, DomainError `last_administrator` or `role_unknown`.
    """
    if role not in Role.values:
        raise DomainError("role_unknown", "Select a role.", "role")
    administrators = _locked_administrators()
    person = _locked(person_id)
    rules.check_other_person(person, by=by, what="change your own role")
    if role != Role.ADMINISTRATOR and person.role == Role.ADMINISTRATOR and person.is_active:
        rules.check_administrator_remains(person, administrators)
    person.role = role
    person.save(update_fields=("role",))
    return person


@transaction.atomic
def deactivate_person(*, by: User, person_id: int) -> User:
    """Keep a person out from their next request on; what they did stays theirs.

    Raises NotAllowed `own_account`, DomainError `last_administrator`.
    """
    administrators = _locked_administrators()
    person = _locked(person_id)
    rules.check_other_person(person, by=by, what="deactivate your own account")
    if person.role == Role.ADMINISTRATOR and person.is_active:
        rules.check_administrator_remains(person, administrators)
    person.is_active = False
    # A link that was sent before must not open the account, should it be reactivated one day.
    person.set_unusable_password()
    person.save(update_fields=("is_active", "password"))
    return person


@transaction.atomic
def reactivate_person(*, by: User, person_id: int) -> User:
    """Let a person back in. They choose a new password by a one-time link."""
    person = _locked(person_id)
    person.is_active = True
    person.save(update_fields=("is_active",))
    return person


def _locked(person_id: int) -> User:
    return User.objects.select_for_update().get(pk=person_id)


def _locked_administrators() -> list[User]:
    """Those who may sign in, locked in one order, so that two cannot remove each other at the same moment."""
    return list(User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk"))


def _check_email_free(email: str, *, besides: User | None = None) -> None:
    others = User.objects.filter(email=email)
    if (others.exclude(pk=besides.pk) if besides else others).exists():
        raise DomainError("email_taken", "Somebody already has this e-mail address.", "email")
