"""People. Everything else in the product stands on this app and is never imported by it."""

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now

from hotspot.core.permissions import Permission, Role, Scope, grants, scopes_grant


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


@tracked(exclude=("password", "last_login"))
class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. `role` says what for; districts are given in `hotspots.DistrictAccess`."""

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
