"""What a person gets by e-mail, and what they could."""

from collections.abc import Sequence

from django.db.models import QuerySet

from hotspot.core.models import User
from reports.models import Alert, AlertEpisode, SavedView, WeeklyEmail


def weekly_emails_of(user: User) -> QuerySet[WeeklyEmail]:
    """Those that a person gets, by the names of their views."""
    return WeeklyEmail.objects.own(user).select_related("view")


def views_without_email(user: User) -> QuerySet[SavedView]:
    """The views that a person sees and does not get yet."""
    return SavedView.objects.visible_to(user).exclude(pk__in=WeeklyEmail.objects.own(user).values("view"))


def alerts_of(user: User) -> Sequence[tuple[Alert, Sequence[AlertEpisode]]]:
    """A person's alerts, each with what they were told of and lasts."""
    episodes: dict[int, list[AlertEpisode]] = {}
    lasting = AlertEpisode.objects.filter(alert__user=user, ended_on=None, is_begin_told=True)
    for episode in lasting.select_related("area").order_by("began_on", "area__name"):
        episodes.setdefault(episode.alert_id, []).append(episode)
    alerts = Alert.objects.own(user).select_related("area")
    return [(alert, episodes.get(alert.pk, ())) for alert in alerts]
