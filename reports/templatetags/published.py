"""What pages of other apps say about published figures: they may not import this app, but templates may load a tag."""

from datetime import UTC, datetime
from typing import Any

from django import template
from django.template.context import RequestContext

from patrols.models import PatrolShift
from reports.publications import publications_of

register = template.Library()
_ALWAYS = datetime.min.replace(tzinfo=UTC)


@register.inclusion_tag("reports/_published_with.html", takes_context=True)
def published_notice(context: RequestContext, shift: PatrolShift) -> dict[str, Any]:
    """Before a shift is changed: the statements and returns that count it, linked where this person may read them."""
    this = PatrolShift.objects.filter(pk=shift.pk)
    return {"publications": publications_of(this, since=_ALWAYS, by=context["request"].user)}
