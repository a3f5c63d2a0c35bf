"""The wording functions as template filters, available in every template."""

from django import template

from hotspot.core import wording

register = template.Library()

for name in ("clock", "day", "weekday", "month", "moment", "length", "hours", "period", "listing"):
    register.filter(name, getattr(wording, name))


@register.filter
def counted(count: int, words: str) -> str:
    """`{{ 2|counted:"arrest" }}` → 2 arrests; `{{ n|counted:"stop search,stop searches" }}` for odd plurals."""
    one, _, many = words.partition(",")
    return wording.plural(count, one, many)
