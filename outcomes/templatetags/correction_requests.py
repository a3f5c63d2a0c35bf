"""How many requests for a correction wait, for the page of an app that may not import this one."""

from django import template
from django.template import Context

from patrols.models import CorrectionRequest

register = template.Library()


@register.simple_tag(takes_context=True)
def open_correction_requests(context: Context) -> int:
    """How many requests wait for an answer of whoever looks at the page."""
    asked = CorrectionRequest.objects.visible_to(context["request"].user)
    return asked.filter(state=CorrectionRequest.State.OPEN).count()
