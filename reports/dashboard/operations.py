"""Views of the dashboard that people keep for themselves."""

from datetime import datetime

from django.db import transaction

from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.text import clean_line
from reports.models import SavedView

MOST_VIEWS = 50


@transaction.atomic
def save_view(*, by: User, at: datetime, name: str, query: str) -> SavedView:
    """Keep a question under a name, in place of the one that has this name. Raises DomainError `too_many_views`."""
    name = clean_line(name)
    User.objects.select_for_update().get(pk=by.pk)
    own = SavedView.objects.visible_to(by)
    found = own.filter(name__iexact=name).first()
    if found is None and own.count() >= MOST_VIEWS:
        raise DomainError("too_many_views", f"You have {MOST_VIEWS} saved views. Remove one first.", "name")
    view = found or SavedView(user=by)
    view.name, view.query, view.created_at = name, query, at
    view.save()
    return view


def remove_view(*, by: User, view_id: int) -> None:
    """Remove one of one's own. Raises SavedView.DoesNotExist."""
    SavedView.objects.visible_to(by).get(pk=view_id).delete()
