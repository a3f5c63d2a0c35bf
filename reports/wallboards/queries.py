"""Wallboards as administrators list them, as their address finds them, and what they are asked."""

from datetime import datetime, timedelta

from django.db.models import Q

from hotspot.core.calendar import Period, today
from hotspot.core.models import User
from hotspot.core.secret_addresses import hash_of
from hotspots.models import HotspotArea
from reports.figures.series import Selection
from reports.models import Wallboard, WallboardQuerySet

READ_EVERY = timedelta(minutes=1)


def wallboards_seen_by(user: User) -> WallboardQuerySet:
    """Every wallboard there ever was, for who keeps them: those in use first."""
    boards = Wallboard.objects.visible_to(user).select_related("programme", "made_by").prefetch_related("districts")
    return boards.order_by("revoked_at", "name", "pk")


def wallboard_of(token: str, *, at: datetime) -> Wallboard | None:
    """The wallboard of a token that works now."""
    in_use = Wallboard.objects.in_use(today(at)).select_related("programme")
    return in_use.filter(token_hash=hash_of(token)).first()


def note_read(board: Wallboard, *, at: datetime) -> None:
    """Keep when it was last read, by the minute: a screen asks each minute, and several may show the same."""
    before = Q(last_read_at__isnull=True) | Q(last_read_at__lte=at - READ_EVERY)
    Wallboard.objects.filter(before, pk=board.pk).update(last_read_at=at)


def selection_of(board: Wallboard, *, at: datetime) -> Selection:
    """What its cards are asked: this month, the programme's last one once that is over, or all of the programme."""
    programme, districts = board.programme, list(board.districts.values_list("pk", flat=True))
    areas = HotspotArea.objects.with_district().defer("boundary")
    if districts:
        areas = areas.filter(district__in=districts)
    day = max(min(today(at), programme.last_day), programme.first_day)
    month = Period.month(day).clip(programme.period) or programme.period
    period = month if board.span == Wallboard.Span.MONTH else programme.period
    return Selection(programme, period, list(areas), at)
