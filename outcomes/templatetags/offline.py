"""How many shifts this phone has not sent, in the header of pages of apps that may not import this one."""

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString

from hotspot.core.models import User
from hotspot.core.permissions import Permission
from outcomes.offline import shell

register = template.Library()


@register.simple_tag(takes_context=True)
def unsent_shifts(context: Context) -> SafeString | str:
    """The link to one's unsent shifts, hidden until a script knows of one; for those only who log shifts."""
    user = context.get("user")
    if not isinstance(user, User) or not user.may(Permission.LOG_SHIFT):
        return ""
    return get_template("outcomes/_unsent_link.html").render({"keeps": shell.keeps(), "days": shell.days()})
