"""E-mails that people of the demonstration asked for, and a wallboard whose address is known."""

from datetime import datetime

from hotspot.core.calendar import today
from hotspot.core.models import User
from hotspot.core.secret_addresses import hash_of
from hotspots.models import District, Programme
from hotspots.programmes.rules import usual_programme
from reports.emails.operations import ask_for_weekly, set_alert
from reports.models import Alert, Wallboard
from reports.saved_views.operations import save_view
from reports.wallboards.operations import make_wallboard

TOKEN = "demonstration"  # noqa: S105 - printed here for everybody to read, as all the rest of the demonstration is
"""The wallboard of the demonstration is at /wallboard/demonstration/."""


def make_emails(*, analyst: User, supervisor: User, at: datetime) -> None:
    """A view that is sent each week, and alerts of areas that wait for a patrol or fall behind."""
    programme = usual_programme(list(Programme.objects.visible_to(analyst)), today(at))
    if programme is None:
        return
    query = f"?programme={programme.pk}&period=launch"
    view = save_view(by=analyst, at=at, name="All areas since launch", query=query, is_shared=True)
    ask_for_weekly(by=analyst, at=at, view=view)
    query = f"{query}&measure=arrests&rows=district"
    save_view(by=analyst, at=at, name="Arrests by district", query=query, page="explore", is_shared=True)
    set_alert(by=analyst, at=at, kind=Alert.Kind.HOURS, threshold=90)
    set_alert(by=supervisor, at=at, kind=Alert.Kind.WAIT, threshold=2)


def make_board(*, by: User, at: datetime) -> None:
    """A wallboard of the first two districts."""
    programme = usual_programme(list(Programme.objects.visible_to(by)), today(at))
    if programme is None:
        return
    issued = make_wallboard(
        by=by, at=at, name="Briefing room", programme=programme, districts=District.objects.order_by("name")[:2],
        cards=("headline", "hours-by-area", "still-needed", "waits", "peak-cover"),
    )  # fmt: skip
    Wallboard.objects.filter(pk=issued.board.pk).update(token_hash=hash_of(TOKEN))
