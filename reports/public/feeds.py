"""An Atom feed of what was published."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks

from reports.models import AnnouncedRelease, Statement
from reports.public.queries import public_statements
from reports.releases.presenters import CalendarEntry, calendar_of
from reports.releases.queries import entries
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
        return linebreaks(item.reason or str(release_of(item).body["press_text"]), autoescape=True)

    def item_link(self, item: Statement) -> str:
        """Where it will always be."""
        return reverse("reports:public_statement", args=(item.slug,))

    def item_pubdate(self, item: Statement) -> datetime | None:
        """When it was published."""
        return release_of(item).published_at

    item_updateddate = item_pubdate


class CalendarFeed(Feed):
    """What is announced, each entry as it stands: one that changes is updated."""

    feed_type = Atom1Feed
    title = "Operation Hotspot: release calendar"
    subtitle = "What will be published when, and how that changed"
    author_name = "Operation Hotspot"

    def link(self) -> str:
        """The calendar."""
        return reverse("reports:public_calendar")

    def items(self) -> list[CalendarEntry]:
        """What is to come and what was, the first to come first."""
        calendar = calendar_of(entries(AnnouncedRelease.objects.all()), timezone.now())
        return [*calendar.to_come, *calendar.past][:MOST_ENTRIES]

    def item_title(self, item: CalendarEntry) -> str:
        """What it is of, and how it stands."""
        return f"{item.release} ({item.state.lower()})"

    def item_description(self, item: CalendarEntry) -> str:
        """When it is to be, and each change with its reason."""
        return linebreaks("\n".join([item.when, *item.changes]), autoescape=True)

    def item_link(self, item: CalendarEntry) -> str:
        """Its statement once it is published, the calendar until then."""
        return reverse("reports:public_statement", args=(item.slug,)) if item.slug else self.link()

    def item_guid(self, item: CalendarEntry) -> str:
        """The same for ever, whatever changes."""
        return f"urn:operation-hotspot:release:{item.release.pk}"

    def item_pubdate(self, item: CalendarEntry) -> datetime:
        """When it was announced."""
        return item.release.announced_at

    def item_updateddate(self, item: CalendarEntry) -> datetime:
        """When it was last changed, published, or late."""
        released_at = item.release.statement.released_at if item.slug and item.release.statement else None
        moments = [
            item.release.announced_at,
            released_at,
            item.late_since,
            *(each.at for each in item.release.changes.all()),
        ]
        return max(filter(None, moments))
