"""Who stands behind a record, for lists."""

from django import template

from hotspot.core.models import User
from outcomes.records import presenters
from patrols.models import PatrolShift

register = template.Library()


@register.filter
def author(shift: PatrolShift, viewer: User) -> str:
    """Who logged or planned a shift, as this person may know it."""
    return presenters.author(shift, viewer)
