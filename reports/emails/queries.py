"""What a person gets by e-mail, and what they could."""

from django.db.models import QuerySet

from hotspot.core.models import User
from reports.models import Alert, SavedView, WeeklyEmail


def weekly_emails_of(user: User) -> QuerySet[WeeklyEmail]:
    """Those that a person gets, by the names of their views."""
    return WeeklyEmail.objects.own(user).select_related("view")


def views_without_email(user: User) -> QuerySet[SavedView]:
    """The views that a person sees and does not get yet."""
    return SavedView.objects.visible_to(user).exclude(pk__in=WeeklyEmail.objects.own(user).values("view"))


def alerts_of(user: User) -> QuerySet[Alert]:
    """Those that a person set."""
    return Alert.objects.own(user).select_related("area")
