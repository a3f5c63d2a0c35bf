"""Writes to people and connected systems: let in, given a role or scopes, sent away. See `hotspots.deletion`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import Application

from hotspot.core.accounts import rules
from hotspot.core.errors import ChangedMeanwhile, DomainError
from hotspot.core.history import version_of_system
from hotspot.core.models import ConnectedSystem, Disclosure, User
from hotspot.core.permissions import PERSON_ROLES, Permission, Role, Scope, grants
from hotspot.core.text import clean_line


@transaction.atomic
def invite_person(*, by: User | None, name: str, email: str, role: str) -> User:
    """Make an account that nobody can sign in to until its person follows a one-time link.

    `by` is None for the command line. Raises DomainError `email_taken` and Django's ValidationError.
    """
    email = clean_line(email).lower()
    _check_email_free(email)
    person = User(name=clean_line(name), email=email, role=role)
    person.set_unusable_password()
    person.full_clean(validate_constraints=False)
    person.save()
    return person


@transaction.atomic
def rename_person(*, by: User, person_id: int, name: str, email: str) -> User:
    """Correct a name or an address. Raises DomainError `email_taken`."""
    person = _locked(person_id)
    email = clean_line(email).lower()
    _check_email_free(email, besides=person)
    person.name, person.email = clean_line(name), email
    person.full_clean(validate_constraints=False)
    person.save(update_fields=("name", "email"))
    return person


@transaction.atomic
def change_role(*, by: User, person_id: int, role: str) -> User:
    """Give a person another role, from their next request on.

    Raises NotAllowed `own_account`, Conflict `last_administrator` or `role_unknown`.
    """
    if role not in dict(PERSON_ROLES):
        raise DomainError("role_unknown", "Select a role.", "role")
    administrators = locked_administrators()
    person = _locked(person_id)
    rules.check_other_person(person, by=by, what="change your own role")
    if not grants(role, Permission.MANAGE_PEOPLE) and person.may(Permission.MANAGE_PEOPLE):
        rules.check_administrator_remains(person, administrators)
    person.role = role
    person.save(update_fields=("role",))
    renew_sessions(person)
    return person


def renew_sessions(person: User) -> None:
    """Have every session of a person get a new key at its next request, because they may now do something else."""
    User.objects.filter(pk=person.pk).update(access_version=F("access_version") + 1)


@transaction.atomic
def deactivate_person(*, by: User, person_id: int) -> User:
    """Keep a person out from their next request on; what they did stays theirs.

    Raises NotAllowed `own_account`, Conflict `last_administrator`.
    """
    administrators = locked_administrators()
    person = _locked(person_id)
    rules.check_other_person(person, by=by, what="deactivate your own account")
    if person.may(Permission.MANAGE_PEOPLE):
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
    renew_sessions(person)
    return person


def _locked(person_id: int) -> User:
    return User.objects.people().select_for_update().get(pk=person_id)


def locked_administrators() -> list[User]:
    """Those who may sign in, locked in one order, so that two cannot remove each other at the same moment."""
    active = User.objects.who_may(Permission.MANAGE_PEOPLE)
    return list(active.select_for_update().order_by("pk"))


def _check_email_free(email: str, *, besides: User | None = None) -> None:
    others = User.objects.filter(email=email)
    if (others.exclude(pk=besides.pk) if besides else others).exists():
        raise DomainError(
            "email_taken", "Somebody already has this e-mail address. Find their account under People.", "email"
        )


@dataclass(frozen=True)
class Issued:
    """A system with its client secret, which is readable here once and stored hashed. None: it was given out before."""

    system: ConnectedSystem
    client_secret: str | None


@transaction.atomic
def connect_system(
    *,
    by: User,
    at: datetime,
    name: str,
    scopes: Collection[str],
    last_day: date | None = None,
    submission_id: UUID | None = None,
) -> Issued:
    """Let another computer call the API. Raises DomainError `name_taken` or `scopes_missing`.

    The same `submission_id` again gives the system that it made, without its secret.
    """
    # One at a time, so that a form sent twice at once makes one system, and no two get one name.
    locked_administrators()
    # The address is nobody's to write to. It holds the submission, and the database holds it once.
    email = f"{submission_id or uuid4()}@system.invalid"
    if (before := ConnectedSystem.objects.filter(user__email=email).select_related("user").first()) is not None:
        return Issued(before, None)
    _check_system(name, scopes)
    user = User(name=clean_line(name), email=email, role=Role.SYSTEM)
    user.set_unusable_password()
    user.full_clean(validate_constraints=False)
    user.save()
    secret = generate_client_secret()
    application = Application.objects.create(
        name=user.name,
        user=user,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
        client_secret=secret,
    )
    system = ConnectedSystem.objects.create(
        user=user, application=application, scopes=_in_order(scopes), last_day=last_day, secret_issued_at=at
    )
    return Issued(system, secret)


@transaction.atomic
def change_system(
    *, by: User, system_id: int, version: int | None = None, name: str, scopes: Collection[str], last_day: date | None
) -> ConnectedSystem:
    """Give a system another name, other scopes or another last day. What tokens it has hold only what is left.

    Raises DomainError `name_taken`, `scopes_missing` or `revoked`, and ChangedMeanwhile if it is not this version.
    """
    locked_administrators()
    system = _locked_system(system_id, version)
    _check_system(name, scopes, besides=system)
    system.user.name, system.scopes, system.last_day = clean_line(name), _in_order(scopes), last_day
    system.user.full_clean(validate_constraints=False)
    system.user.save(update_fields=("name",))
    system.save(update_fields=("scopes", "last_day"))
    return system


@transaction.atomic
def renew_secret(*, by: User, at: datetime, system_id: int, version: int | None = None) -> Issued:
    """Give a system a new secret. The old one and every token got with it stop working at once.

    Raises DomainError `revoked`, and ChangedMeanwhile if it is not this version, as when a form is sent twice.
    """
    system = _locked_system(system_id, version)
    secret = generate_client_secret()
    system.application.client_secret = secret
    system.application.save(update_fields=("client_secret",))
    system.application.accesstoken_set.all().delete()
    system.secret_issued_at = at
    system.save(update_fields=("secret_issued_at",))
    return Issued(system, secret)


@transaction.atomic
def revoke_system(*, by: User, system_id: int) -> ConnectedSystem:
    """Keep a system out from its next call on, for good. What it wrote stays. Raises DomainError `revoked`."""
    system = _locked_system(system_id)
    system.user.is_active = False
    system.user.save(update_fields=("is_active",))
    system.application.accesstoken_set.all().delete()
    return system


def _locked_system(system_id: int, version: int | None = None) -> ConnectedSystem:
    systems = ConnectedSystem.objects.select_for_update(of=("self",)).select_related("user", "application")
    system = systems.get(pk=system_id)
    if version is not None and version_of_system(system) != version:
        raise ChangedMeanwhile
    if not system.user.is_active:
        raise DomainError("revoked", "This system was revoked. Connect it again to let it back in.")
    return system


def _in_order(scopes: Collection[str]) -> list[str]:
    return [scope for scope in Scope.values if scope in scopes]


def _check_system(name: str, scopes: Collection[str], *, besides: ConnectedSystem | None = None) -> None:
    if not set(scopes) & set(Scope.values):
        raise DomainError("scopes_missing", "Select what the system may do.", "scopes")
    others = ConnectedSystem.objects.filter(user__name__iexact=clean_line(name), user__is_active=True)
    if (others.exclude(pk=besides.pk) if besides else others).exists():
        raise DomainError("name_taken", "There is already a connected system of this name.", "name")


def disclose(*, by: User, at: datetime, action: str, request: str, **detail: Any) -> Disclosure:
    """Note that records leave the service, before they do: where this fails, nothing may be handed over."""
    return Disclosure.objects.create(by=by, role=by.role, at=at, action=action, detail=detail, request=request)
