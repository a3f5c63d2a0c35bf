"""What pages of other apps say about published figures: they may not import this app, but templates may load a tag."""

from typing import Any

from django import template
from django.template.context import RequestContext

from patrols.models import PatrolShift
from reports.models import Statement
from reports.queries import published_with

register = template.Library()


@register.inclusion_tag("reports/_published_with.html", takes_context=True)
def published_notice(context: RequestContext, shift: PatrolShift) -> dict[str, Any]:
    """Before a shift is changed: the published statements that count its day and area, of those this person may see."""
    visible = Statement.objects.visible_to(context["request"].user)
    seen = visible.filter(pk__in=[each.pk for each in published_with(shift)])
    return {"statements": seen.only("reference", "version", "as_at")}
