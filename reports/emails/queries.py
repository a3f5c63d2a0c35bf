"""What a person gets by e-mail, and what they could."""

from django.db.models import Q, QuerySet

from hotspot.core.models import User
from hotspots.queries import areas_seen_by
from reports.models import Alert, SavedView, ShiftReminder, WeeklyEmail


def weekly_emails_of(user: User) -> QuerySet[WeeklyEmail]:
    """Those that a person gets, by the names of their views, of views that they still see: the others end unsaid."""
    return WeeklyEmail.objects.own(user).filter(view__in=SavedView.objects.visible_to(user)).select_related("view")


def views_without_email(user: User) -> QuerySet[SavedView]:
    """The views that a person sees and does not get yet."""
    return SavedView.objects.visible_to(user).exclude(pk__in=WeeklyEmail.objects.own(user).values("view"))


def alerts_of(user: User) -> QuerySet[Alert]:
    """Those that a person set, without those of an area that they do not see any more: these end unsaid."""
    is_seen = Q(area=None) | Q(area__in=areas_seen_by(user))
    return Alert.objects.own(user).filter(is_seen).select_related("area")


def reminders_of(user: User) -> list[ShiftReminder]:
    """Those that a person chose in the role that they have now, in the order of the form."""
    order = list(ShiftReminder.Kind)
    chosen = ShiftReminder.objects.own(user).filter(role=user.role)
    return sorted(chosen, key=lambda each: order.index(ShiftReminder.Kind(each.kind)))
