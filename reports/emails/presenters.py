"""E-mails that a person gets, in words and table rows."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from reports.models import Alert, AlertEpisode, WeeklyEmail

WEEKLY_COLUMNS = [{"label": label} for label in ("Saved view", "Of", "Next", "")]
ALERT_COLUMNS = [{"label": label} for label in ("Alert", "Hotspot area", "Told of, and lasting", "")]
MOST_NAMED = 3


def weekly_rows(emails: Iterable[WeeklyEmail]) -> list[list[Any]]:
    """Each weekly e-mail, the Monday on which it is sent next, and the way to stop it."""
    return [
        [
            {"url": each.view.url, "text": each.view.name},
            each.view.get_page_display(),
            wording.day(each.sent_for + timedelta(weeks=2)),
            {"url": reverse("reports:stop_weekly", args=(each.pk,)), "text": "Stop", "hidden": str(each.view)},
        ]
        for each in emails
    ]


def alert_rows(alerts: Iterable[tuple[Alert, Sequence[AlertEpisode]]]) -> list[list[Any]]:
    """Each alert, what it told of that lasts, and the way to remove it."""
    return [
        [
            alert_words(alert),
            str(alert.area) if alert.area else "Each that you see",
            _lasting(episodes),
            {"url": reverse("reports:remove_alert", args=(alert.pk,)), "text": "Remove", "hidden": alert_words(alert)},
        ]
        for alert, episodes in alerts
    ]


def alert_words(alert: Alert) -> str:
    """No patrol for 10 days; hours of the month below 80% of what is due so far."""
    if alert.kind == Alert.Kind.WAIT:
        return f"No patrol for {wording.plural(alert.threshold, 'day')}"
    return f"Hours of the month below {alert.threshold}% of what is due so far"


def _lasting(episodes: Sequence[AlertEpisode]) -> str:
    if len(episodes) > MOST_NAMED:
        return wording.plural(len(episodes), "area")
    return "; ".join(f"{each.area}, since {wording.day(each.began_on)}" for each in episodes) or "Nothing"
