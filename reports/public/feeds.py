"""An Atom feed of what was published."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from reports.models import Statement
from reports.public.queries import public_statements
from reports.statements.body import release_of

MOST_ENTRIES = 50


class StatementsFeed(Feed):
    """The newest statements and corrections, newest first."""

    feed_type = Atom1Feed
    title = "Operation Hotspot: published figures"
    subtitle = "Every statement and every correction"
    author_name = "Operation Hotspot"

    def link(self) -> str:
        """The list of statements."""
        return reverse("reports:public_statements")

    def items(self) -> list[Statement]:
        """The newest."""
        return list(public_statements().defer("counted")[:MOST_ENTRIES])

    def item_title(self, item: Statement) -> str:
        """Its title, and that it corrects another."""
        title = release_of(item).title
        return f"{title} (correction)" if item.corrects_id else title

    def item_description(self, item: Statement) -> str:
        """The press text, or what was wrong."""
        return item.reason or str(release_of(item).body["press_text"])

    def item_link(self, item: Statement) -> str:
        """Where it will always be."""
        return reverse("reports:public_statement", args=(item.slug,))

    def item_pubdate(self, item: Statement) -> datetime | None:
        """When it was signed off."""
        return release_of(item).published_at

    item_updateddate = item_pubdate
