"""What is in place in areas besides patrols: cameras, signs, orders. Those of the whole force are nobody's news."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import Q
from django.urls import reverse

from hotspot.core.models import User
from hotspots.models import Initiative, InitiativeArea
from patrols.tonight.tactics import Tactic


def initiatives_there(user: User, areas: Collection[int], day: date) -> dict[int, list[Tactic]]:
    """The initiatives in some areas that are under way or in place on a day, as far as a person sees them, by area."""
    in_place = Q(in_place_from__lte=day) & (Q(in_place_until__isnull=True) | Q(in_place_until__gte=day))
    under_way = Q(status=Initiative.Status.UNDER_WAY, in_place_until__isnull=True)
    seen = Initiative.objects.visible_to(user).standing().filter(in_place | under_way)
    rows = InitiativeArea.objects.filter(area__in=areas, initiative__in=seen.values("pk"))
    found: dict[int, list[Tactic]] = defaultdict(list)
    for row in rows.select_related("initiative").order_by("-initiative__first_day", "initiative__name", "pk"):
        found[row.area_id].append(
            Tactic(str(row.initiative), reverse("initiatives:initiative", args=(row.initiative_id,)))
        )
    return found
