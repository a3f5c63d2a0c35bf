"""What waits for whoever looks at the page, for the pages that people come to first."""

from collections.abc import Collection

from django import template
from django.template import Context
from django.utils import timezone

from reports.waiting.queries import what_waits

register = template.Library()


@register.simple_tag(takes_context=True, name="what_waits")
def waiting_things(context: Context, but: Collection[str] = ()) -> list[tuple[str, str]]:
    """Each kind of thing that waits: how many, in words, and where; none where nothing does.

    Not what leads to one of the addresses of `but`, which the page says itself.
    """
    return [each for each in what_waits(context["request"].user, timezone.now()) if each[1] not in but]
