"""What problem-solving plans say is to be done in areas, for the crews of a night."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.urls import reverse

from hotspot.core.models import User
from patrols.tonight.tactics import Tactic
from reports.models import PlanResponse

MOST = 2
"""So many of an area are said: the first due first. The plan has the others."""


def responses_there(user: User, areas: Collection[int], _day: date) -> dict[int, list[Tactic]]:
    """The responses of open plans that are not done yet in some areas, as far as a person sees them, by area."""
    responses = PlanResponse.objects.visible_to(user).to_do().filter(plan__area__in=areas)
    found: dict[int, list[Tactic]] = defaultdict(list)
    rows = responses.order_by("due_on", "pk").values_list("plan", "plan__area", "action")
    for plan, area, action in rows:
        if len(found[area]) < MOST:
            found[area].append(Tactic(action, reverse("reports:plan", args=(plan,))))
    return found
