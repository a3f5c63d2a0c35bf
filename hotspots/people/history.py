"""What happened to an account and its districts, as the timeline component shows it."""

from hotspots.pages.timeline import timeline_item, title_and_text
from hotspots.people.queries import PersonHistory


def person_timeline(history: PersonHistory) -> list[dict[str, str]]:
    """What happened to an account, its districts and its organisation, newest first."""
    items = [(version, *title_and_text(version, "Invited")) for version in history.account]
    for version in history.districts:
        verb = "Given" if version.kind == "insert" else "No longer given"
        items.append((version, f"{verb} {history.names.get(version.event.district_id, 'a district')}", ""))
    for version in history.organisations:
        verb = "No longer belongs" if version.kind == "delete" else "Belongs"
        items.append((version, f"{verb} to {version.event.organisation}", ""))
    # In one transaction everything has one time; the invitation came first.
    items.sort(key=lambda item: (item[0].at, item[1] != "Invited", item[0].event.pgh_id), reverse=True)
    return [timeline_item(*item) for item in items]
