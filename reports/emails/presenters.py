"""E-mails that a person gets, in words and table rows."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from hotspot.core import wording
from hotspot.core.calendar import monday_of
from hotspots.models import Programme
from hotspots.programmes.rules import usual_programme
from reports.emails.watching import Crossing, alert_words
from reports.models import Alert, WeeklyEmail

WEEKLY_COLUMNS = [{"label": label} for label in ("Saved view", "Of", "Next", "Action")]
ALERT_COLUMNS = [{"label": label} for label in ("Alert", "Hotspot area", "Across it now", "Action")]
MOST_NAMED = 3


def weekly_rows(
    emails: Iterable[WeeklyEmail], programmes: Sequence[Programme], *, day: date, is_sent: bool
) -> list[list[Any]]:
    """Each weekly e-mail, the Monday on which it is sent next, and the way to stop it.

    `programmes`: those that the person sees. Nothing is sent without a mail server (`is_sent`).
    """
    return [
        [
            {"url": each.view.url, "text": each.view.name},
            each.view.get_page_display(),
            wording.day(_next(each, programmes, day)) if is_sent else "Not sent",
            {"url": reverse("reports:stop_weekly", args=(each.pk,)), "text": "Stop", "hidden": str(each.view)},
        ]
        for each in emails
    ]


def _next(email: WeeklyEmail, programmes: Sequence[Programme], day: date) -> date:
    """The Monday after today, unless it waits for this one, or after the first day of the view's programme."""
    asked = QueryDict(email.view.query.removeprefix("?")).get("programme", "")
    programme = next((each for each in programmes if str(each.pk) == asked), None) or usual_programme(programmes, day)
    due = email.sent_for + timedelta(weeks=2)
    following = due if due >= day else _monday_after(day)
    return max(following, _monday_after(programme.first_day)) if programme else following


def _monday_after(day: date) -> date:
    return monday_of(day) + timedelta(weeks=1)


def alert_rows(alerts: Iterable[Alert], found: Iterable[Crossing]) -> list[list[Any]]:
    """Each alert, which areas are across its line now, and the way to remove it."""
    by_alert: dict[int, list[Crossing]] = {}
    for crossing in found:
        by_alert.setdefault(crossing.alert.pk, []).append(crossing)
    return [
        [
            alert_words(alert),
            str(alert.area) if alert.area else "Each that you see",
            _now(by_alert.get(alert.pk, [])),
            {"url": reverse("reports:remove_alert", args=(alert.pk,)), "text": "Remove", "hidden": alert_words(alert)},
        ]
        for alert in alerts
    ]


def _now(found: Sequence[Crossing]) -> str:
    words = [crossing.words for crossing in found[:MOST_NAMED]]
    if len(found) > MOST_NAMED:
        words.append(f"and {len(found) - MOST_NAMED:,} more")
    return "; ".join(words) or "No area"
