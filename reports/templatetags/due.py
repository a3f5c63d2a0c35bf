"""What of problem-solving plans is due, for the pages that people come to first."""

from django import template
from django.template import Context
from django.utils import timezone

from hotspot.core.calendar import today
from reports.plans.queries import due_things

register = template.Library()


@register.simple_tag(takes_context=True)
def due_counts(context: Context) -> dict[str, int]:
    """How many things of whoever looks at the page are `late`, and how many are due `soon`; empty for none."""
    day = today(timezone.now())
    things = due_things(context["request"].user, day=day)
    late = sum(each.due_on < day for each in things)
    return {"late": late, "soon": len(things) - late} if things else {}
