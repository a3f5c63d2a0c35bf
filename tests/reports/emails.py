"""E-mails that people asked for, for tests."""

from typing import Any

from django.urls import reverse

from reports.emails import operations
from reports.emails.links import WEEKLY, StopLink
from reports.models import Alert, WeeklyEmail
from reports.saved_views.operations import save_view
from tests.conftest import NOW


def weekly(user: Any, **facts: Any) -> WeeklyEmail:
    """A weekly e-mail of a view of the person's own."""
    view = save_view(**{"by": user, "at": NOW, "name": "Everything", "query": "?period=launch"} | facts)
    return operations.ask_for_weekly(by=user, at=NOW, view=view)


def alert(user: Any, **facts: Any) -> Alert:
    """An alert of ten days without a patrol, of each area that the person sees."""
    return operations.set_alert(**{"by": user, "at": NOW, "kind": "wait", "threshold": 10} | facts)


def in_every_state(force, *, name: str = "Everything") -> dict[str, Any]:
    """A weekly e-mail and an alert of Sam's, by the names that paths are made with."""
    return {"weekly_email": weekly(force.sam, name=name), "alert": alert(force.sam, area=force.hitchin)}


def path_of(name: str, values: dict[str, Any]) -> str:
    """The path of a page about one of these; empty for every other."""
    if name == "reports:stop_emails":
        return reverse(name, args=(StopLink(WEEKLY, values["weekly_email"].pk).url.rstrip("/").rpartition("/")[2],))
    subject = {"reports:stop_weekly": "weekly_email", "reports:remove_alert": "alert"}.get(name)
    return reverse(name, args=(values[subject].pk,)) if subject else ""
