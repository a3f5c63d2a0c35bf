"""What was taken away from a shift, and from the patrols of a programme."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from hotspot.core.calendar import Period
from hotspot.core.definitions.registry import CURRENT
from hotspot.core.models import User
from hotspots.models import HotspotArea, Programme
from patrols.abstractions.rules import CURRENT_ABSTRACTION, TakenAway
from patrols.models import Abstraction, PatrolShift


def taken_from(shift: PatrolShift, *, viewer: User) -> QuerySet[Abstraction]:
    """What was taken away from a shift and stands, in the order in which it was recorded."""
    return Abstraction.objects.visible_to(viewer).standing().filter(shift=shift)


def was_taken_from() -> Exists:
    """Whether anything was taken away from each shift of a query."""
    return Exists(Abstraction.objects.standing().filter(shift=OuterRef("pk")))


def minutes_taken() -> Coalesce:
    """The patrol minutes taken away from each shift of a query."""
    standing = Abstraction.objects.standing().filter(shift=OuterRef("pk")).order_by().values("shift")
    return Coalesce(Subquery(standing.annotate(total=Sum("patrol_minutes")).values("total")), 0)


def taken_by_reason(
    *, by: User, programme: Programme, period: Period, areas: Collection[HotspotArea] | None = None
) -> dict[str, TakenAway]:
    """By reason, what was taken away in a period from patrols that this person sees: definition a1."""
    rows = Abstraction.objects.visible_to(by).standing().filter(reason__in=CURRENT_ABSTRACTION.reasons)
    rows = rows.filter(
        shift__funding_stream__programme=programme, shift__day__range=(period.first_day, period.last_day)
    )
    rows = rows.exclude(shift__state=PatrolShift.State.VOIDED)
    rows = rows.exclude(shift__funding_stream__kind__in=CURRENT.streams_apart)
    if areas is not None:
        rows = rows.filter(shift__area__in=areas)
    sums = (
        rows.order_by()
        .values("reason")
        .annotate(minutes=Sum("patrol_minutes"), lost=Sum("patrol_minutes", filter=Q(is_backfilled=False), default=0))
    )
    return {row["reason"]: TakenAway(row["minutes"], row["lost"]) for row in sums}


def all_taken(found: dict[str, TakenAway]) -> TakenAway:
    """The sum over all reasons."""
    return TakenAway(sum(each.minutes for each in found.values()), sum(each.lost for each in found.values()))
