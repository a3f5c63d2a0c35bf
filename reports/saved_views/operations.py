"""Views that people keep for themselves, or share."""

from datetime import datetime

from django.db import transaction

from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.text import clean_line
from reports.models import SavedView

MOST_VIEWS = 50
LONGEST_QUERY = 4000


@transaction.atomic
def save_view(
    *, by: User, at: datetime, name: str, query: str, page: str = SavedView.Page.DASHBOARD, is_shared: bool = False
) -> SavedView:
    """Keep a question to a page under a name, in place of one's own that has this name.

    Raises DomainError `too_many_views` and `view_too_long`.
    """
    name = clean_line(name)
    if len(query) > LONGEST_QUERY:
        raise DomainError("view_too_long", "This view names too many areas or values to be saved.", "name")
    User.objects.select_for_update().get(pk=by.pk)
    own = SavedView.objects.own(by)
    found = own.filter(name__iexact=name).first()
    if found is None and own.count() >= MOST_VIEWS:
        raise DomainError("too_many_views", f"You have {MOST_VIEWS} saved views. Remove one first.", "name")
    view = found or SavedView(user=by)
    view.name, view.page, view.query, view.is_shared, view.created_at = name, page, query, is_shared, at
    view.save()
    return view


def remove_view(*, by: User, view_id: int) -> None:
    """Remove one of one's own. Raises SavedView.DoesNotExist."""
    SavedView.objects.own(by).get(pk=view_id).delete()
