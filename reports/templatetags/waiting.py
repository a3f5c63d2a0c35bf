"""What waits for whoever looks at the page, for the pages that people come to first."""

from django import template
from django.template import Context
from django.utils import timezone

from reports.waiting.queries import what_waits

register = template.Library()


@register.simple_tag(takes_context=True, name="what_waits")
def waiting_things(context: Context) -> list[tuple[str, str]]:
    """Each kind of thing that waits: how many, in words, and where; none where nothing does."""
    return what_waits(context["request"].user, timezone.now())
