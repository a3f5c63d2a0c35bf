"""The wording functions as template filters, available in every template."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from hotspot.core import wording
from hotspot.core.pages import resubmission

register = template.Library()

for name in ("clock", "day", "weekday", "month", "moment", "duration", "hours", "period", "listing"):
    register.filter(name, getattr(wording, name))


@register.filter
def counted(count: int, words: str) -> str:
    """`{{ 2|counted:"arrest" }}` → 2 arrests; `{{ n|counted:"stop search,stop searches" }}` for odd plurals."""
    one, _, many = words.partition(",")
    return wording.plural(count, one, many)


@register.filter
def shift_echo(starts_at: datetime, ends_at: datetime) -> str:
    """`{{ starts_at|shift_echo:ends_at }}` → 10pm Saturday to 6am Sunday – 9 hours (the clocks went back)."""
    return wording.shift_echo(starts_at, ends_at)


@register.simple_tag(takes_context=True)
def shown_to(context: dict[str, Any]) -> SafeString:
    """`{% shown_to %}` in a form whose view `refills` it: whose the entries are if the session is gone by then."""
    return format_html(
        '<input type="hidden" name="{}" value="{}">', resubmission.MARKER, resubmission.marker(context["request"].user)
    )
