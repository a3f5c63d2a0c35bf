"""People, connected systems, jobs and stored files. Everything else stands on this app and is never imported by it."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now

from hotspot.core.permissions import (
    Permission,
    Role,
    Scope,
    grants,
    has_own_districts,
    has_own_orders,
    roles_granted,
    scopes_grant,
)


def tracked(*, exclude: tuple[str, ...] = ()) -> Any:
    """Decorate a model so that the database itself keeps every version of its rows, whoever wrote them.

    `exclude` names columns that are derived or secret. Events are append-only and written statement by statement.
    """
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude) or None,
        level=pghistory.Statement,
    )


class UserManager(BaseUserManager["User"]):
    """Finds and makes people by e-mail address, whatever its capitals."""

    def people(self) -> models.QuerySet["User"]:
        """Those who sign in themselves, and not the systems that call the API."""
        return self.exclude(role=Role.SYSTEM)

    def who_may(self, permission: Permission) -> models.QuerySet["User"]:
        """Those of them who are active and whose role has a permission."""
        return self.people().filter(is_active=True, role__in=roles_granted(permission))

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Support staff: may use Django's admin where the deployment switches it on."""
        fields = {"role": Role.ADMINISTRATOR, "is_staff": True, "is_superuser": True} | fields
        return self.create_user(email, password, **fields)


@tracked(exclude=("password", "last_login", "access_version"))
class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. `role` says what for; districts are given in `hotspots.DistrictAccess`.

    `access_version` counts the changes of role and districts: after each, their sessions get new keys.
    """

    email = models.EmailField(
        "e-mail address",
        max_length=254,
        unique=True,
        error_messages={"unique": "Somebody already has this e-mail address."},
    )
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=Role)
    is_active = models.BooleanField("may sign in", default=True)
    is_staff = models.BooleanField("may use Django's admin", default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    access_version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = UserManager()
    # Of the access token that a system called with; a person has none.
    scopes: Collection[str] = ()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_lower_case",
                violation_error_message="Addresses are kept in lower case.",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_known"),
        )

    def __str__(self) -> str:
        return self.name

    def may(self, permission: Permission) -> bool:
        """Whether this person has the permission, by their role, right now; a system, by its token's scopes."""
        return self.is_active and (grants(self.role, permission) or scopes_grant(self.scopes, permission))

    @property
    def has_own_districts(self) -> bool:
        """Whether this person sees shifts of the districts they are given, and of no others."""
        return has_own_districts(self.role)

    @property
    def has_own_orders(self) -> bool:
        """Whether this person sees paid-for patrols of the organisation they belong to, and of no other."""
        return has_own_orders(self.role)

    @property
    def is_system(self) -> bool:
        """Whether this is the account of another computer, which does not sign in."""
        return self.role == Role.SYSTEM


@tracked(exclude=("last_used_at",))
class ConnectedSystem(models.Model):
    """Another computer that calls the API: a rota, a records system, a BI tool.

    `user` is who it acts as, and is switched off to revoke it; `application` holds its client id and hashed secret.
    It can get access tokens for any of its `scopes`, until its last day (None: open).
    """

    user = models.OneToOneField(User, models.PROTECT, related_name="system")
    application = models.OneToOneField(
        settings.OAUTH2_PROVIDER_APPLICATION_MODEL, models.PROTECT, related_name="system"
    )
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    last_day = models.DateField("works until", null=True, blank=True)
    secret_issued_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("user__name", "id")

    def __str__(self) -> str:
        return self.user.name

    def is_in_use_on(self, day: date) -> bool:
        """Whether it may call on this day: not revoked, not past its last day."""
        return self.user.is_active and (self.last_day is None or day <= self.last_day)


class IdempotencyKey(models.Model):
    """What a caller was answered to a request that they may send again with the same key. Committed with what it wrote.

    `fingerprint` is the SHA-256 of method, path and body: another request under the same key is refused.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.UUIDField()
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "key"), name="idempotency_key_once"),)
        indexes = (models.Index(fields=("created_at",), name="idempotency_key_age"),)

    def __str__(self) -> str:
        return str(self.key)


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def visible_to(self, user: User) -> Self:
        """One's own files, while one still has every permission that they need."""
        held = [permission for permission in Permission if user.may(permission)]
        return self.filter(by=user, permissions__contained_by=held) if user.is_active else self.none()


class StoredFile(models.Model):
    """A file that somebody sent or a job made: in the database, so that every container has it, until it expires.

    `permissions` are those without which nobody may have it. `districts` (by id) are those whose records are in it
    only because its owner had access to them; None: not known, so it may not be handed out as a file of records.
    """

    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    permissions = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    districts = ArrayField(models.BigIntegerField(), null=True, blank=True)

    objects = StoredFileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User) -> Self:
        """One's own jobs."""
        return self.filter(by=user)

    def due(self, at: datetime) -> Self:
        """Those that a worker may take: waiting, and not to be left alone for now; or left by a worker that died."""
        waiting = models.Q(state=Job.State.QUEUED) & (
            models.Q(lease_until__isnull=True) | models.Q(lease_until__lte=at)
        )
        return self.filter(waiting | models.Q(state=Job.State.RUNNING, lease_until__lt=at))


class Job(models.Model):
    """Work that a person started and a worker does. This row is the truth; the queue in Redis only tells of it.

    `kind` names the function in settings.JOB_KINDS, `input` and `result` are its argument and what it gives back.
    A running job belongs to its worker until `lease_until`, which the worker keeps moving on; a queued one is left
    alone until then. `attempts` tells one worker's turn from the next. `page` is where its result can be seen.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    page = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    by = models.ForeignKey(User, models.PROTECT, related_name="jobs")
    input = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.TextField("why it failed", blank=True)
    done = models.PositiveIntegerField("steps done", default=0)
    total = models.PositiveIntegerField("steps altogether", default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=("created_at",), name="job_unfinished", condition=models.Q(finished_at__isnull=True)),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "running", "done", "failed"]), name="job_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["done", "failed"], finished_at__isnull=False)
                | models.Q(state__in=["queued", "running"], finished_at__isnull=True),
                name="job_finished_when_over",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_over(self) -> bool:
        """Whether it is done or has failed for good."""
        return self.finished_at is not None


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def visible_to(self, user: User) -> Self:
        """All of them for auditors; for everybody else none."""
        return self if user.may(Permission.VIEW_DISCLOSURES) else self.none()


class Disclosure(models.Model):
    """That records left the service in a file: who took what, and when. Never changed and never deleted.

    `role` is the one that they had then, `request` the reference that is on the log's lines, `detail` says which
    records and how many, where that is known.
    """

    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role)
    at = models.DateTimeField()
    action = models.CharField(max_length=40)
    detail = models.JSONField(default=dict)
    request = models.CharField(max_length=32, blank=True)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=("by", "-at"), name="disclosure_by_person"),)
        triggers = (pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),)

    def __str__(self) -> str:
        return self.action


class DatabaseInstance(models.Model):
    """The one row that says which database this is (`hotspot.core.database_instance`). A migration makes its table.

    `code` is the instance's own, `identity` is what told the database from every copy of it when it got the code, and
    `change_offset` is what is added to the number of a transaction that changes something.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    code = models.UUIDField()
    identity = models.TextField()
    change_offset = models.BigIntegerField(default=0)

    class Meta:
        managed = False
        db_table = "core_databaseinstance"

    def __str__(self) -> str:
        return str(self.code)


class SignInFailure(models.Model):
    """One wrong password: for which account, entered in lower case, whether there is such an account or not.

    `device` is the id of the browser, where the account's person has signed in with it before; else it is empty.
    """

    account = models.CharField(max_length=254)
    device = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("account", "device", "-at"), name="sign_in_failure_recent"),)

    def __str__(self) -> str:
        return self.account


class SignInNotice(models.Model):
    """That a person is to be told by e-mail of many wrong passwords for their account. `sent_at` is None until then."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=("user", "-at"), name="sign_in_notice_recent"),)

    def __str__(self) -> str:
        return f"{self.user} {self.at}"
