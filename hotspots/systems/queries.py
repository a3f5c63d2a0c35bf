"""Connected systems and their tokens."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from hotspot.core.calendar import today
from hotspot.core.models import ConnectedSystem, User
from hotspot.core.permissions import Permission


def systems_seen_by(user: User) -> QuerySet[ConnectedSystem]:
    """Every connected system, those not revoked first; none for roles that may not see who has access."""
    if not user.may(Permission.VIEW_PEOPLE):
        return ConnectedSystem.objects.none()
    systems = ConnectedSystem.objects.select_related("user", "application")
    return systems.order_by("-user__is_active", "user__name", "pk")


@dataclass(frozen=True)
class WorkingTokens:
    """How many access tokens of a system work, and when the last of them ends (None: there are none)."""

    count: int
    until: datetime | None


def working_tokens(system: ConnectedSystem, *, at: datetime) -> WorkingTokens:
    """The access tokens with which this system can call at this moment."""
    if not system.is_in_use_on(today(at)):
        return WorkingTokens(0, None)
    tokens = system.application.accesstoken_set.filter(expires__gt=at)
    return WorkingTokens(**tokens.aggregate(count=Count("pk"), until=Max("expires")))
