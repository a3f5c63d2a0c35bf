"""Initiatives in words and table rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from hotspot.core import wording
from hotspot.core.pages.forms import uncapitalised
from hotspots.amounts import pounds
from hotspots.initiatives.queries import KindTotal
from hotspots.models import Initiative, InitiativeDocument, InitiativeEntry, InitiativeKind

COLOURS = {
    Initiative.Status.PLANNED: "yellow",
    Initiative.Status.UNDER_WAY: "blue",
    Initiative.Status.FINISHED: "green",
    Initiative.Status.STOPPED: "grey",
}
MOST_NAMED = 3
"""Areas that a table names."""
LIST_COLUMNS: list[dict[str, Any]] = [
    {"label": "Initiative"},
    {"label": "Kind"},
    {"label": "Status"},
    {"label": "Where"},
    {"label": "When"},
    {"label": "Quantity"},
    {"label": "Planned cost", "numeric": True},
    {"label": "Cost so far", "numeric": True},
    {"label": "Owner"},
]
SHORT_COLUMNS = [{"label": label} for label in ("Initiative", "Kind", "Status", "In place", "Quantity")]
PUBLISHED_COLUMNS = [{"label": label} for label in ("Initiative", "Kind", "Where", "Status", "When", "Quantity")]
DOCUMENT_COLUMNS = [{"label": label} for label in ("Document", "Size", "Added")]
ENTRY_COLUMNS: list[dict[str, Any]] = [
    {"label": "Entry"},
    {"label": "Date"},
    {"label": "What for"},
    {"label": "Cost", "numeric": True},
]
KIND_COLUMNS = [{"label": label} for label in ("Kind", "What is counted")]
TOTAL_COLUMNS: list[dict[str, Any]] = [
    {"label": "Kind"},
    *({"label": label, "numeric": True} for label in Initiative.Status.labels),
    {"label": "Quantity"},
    {"label": "Planned cost", "numeric": True},
    {"label": "Cost so far", "numeric": True},
]


def status_tag(initiative: Initiative) -> dict[str, str]:
    """Its status as a tag; of one that was withdrawn, that it was."""
    if initiative.void_reason:
        return {"text": "Withdrawn", "colour": "grey"}
    status = Initiative.Status(initiative.status)
    return {"text": str(status.label), "colour": COLOURS[status]}


def where(initiative: Any, *, most: int | None = None) -> str:
    """The whole force, or its areas by name as far as the person may see them, and how many others there are.

    Of more than `most` the first are named, and it says how many more there are.
    """
    if initiative.is_force_wide:
        return "Whole force"
    every = [place.area.name for place in initiative.shown_places]
    names = every if most is None or len(every) <= most + 1 else every[:most]
    more = len(every) - len(names)
    others = [wording.plural(more, "more area", "more areas")] if more else []
    if hidden := initiative.place_count - len(every):
        others.append(wording.plural(hidden, "area elsewhere", "areas elsewhere"))
    return wording.listing([*names, *others])


def when(initiative: Initiative) -> str:
    """From 1 May 2024; 1 May 2024 to 3 June 2024; until 3 June 2024; a dash where no day is known."""
    first, last = initiative.first_day, initiative.last_day
    if first and last:
        return wording.day(first) if first == last else f"{wording.day(first)} to {wording.day(last)}"
    if first:
        return f"From {wording.day(first)}"
    return f"Until {wording.day(last)}" if last else "–"


def in_place(initiative: Initiative) -> str:
    """From which day it is or was in place, and until when."""
    if initiative.in_place_from is None:
        return "No day recorded, so it is not shown on charts"
    first = wording.day(initiative.in_place_from)
    if initiative.in_place_until is None:
        return f"From {first}"
    return f"{first} to {wording.day(initiative.in_place_until)}"


def event_lines(initiatives: Iterable[Any]) -> list[dict[str, str]]:
    """What is or was in place somewhere, each with its page: From 1 July 2024: Twelve cameras (CCTV upgrade)."""
    return [
        {
            "url": reverse("initiatives:initiative", args=(each.pk,)),
            "text": f"{in_place(each)}: {each.name} ({each.kind})",
        }
        for each in initiatives
    ]


def quantity(number: int | None, kind: InitiativeKind) -> str:
    """1 camera, 12 cameras; a dash where it is not known."""
    return "–" if number is None else wording.plural(number, kind.unit, kind.units)


def owner(initiative: Initiative) -> str:
    """A user of the service or a team; a dash for nobody."""
    return str(initiative.owner) if initiative.owner else initiative.team or "–"


def list_rows(initiatives: Iterable[Any], costs: Mapping[int, int]) -> list[list[Any]]:
    """The rows of the list of initiatives; `costs` in pence by their ids."""
    return [
        [
            {"url": reverse("initiatives:initiative", args=(each.pk,)), "text": each.name},
            each.kind.name,
            status_tag(each),
            where(each, most=MOST_NAMED),
            when(each),
            quantity(each.quantity, each.kind),
            pounds(each.planned_pence),
            pounds(costs.get(each.pk)),
            owner(each),
        ]
        for each in initiatives
    ]


def short_rows(initiatives: Iterable[Any]) -> list[list[Any]]:
    """The initiatives of one area, where the place need not be said."""
    return [
        [
            {"url": reverse("initiatives:initiative", args=(each.pk,)), "text": each.name},
            each.kind.name,
            status_tag(each),
            in_place(each) if each.in_place_from else "–",
            quantity(each.quantity, each.kind),
        ]
        for each in initiatives
    ]


def published_rows(initiatives: Iterable[Any]) -> list[list[str]]:
    """The rows of the publishable list: nothing of owners, and nothing of money."""
    return [
        [
            each.name,
            each.kind.name,
            where(each, most=MOST_NAMED),
            str(Initiative.Status(each.status).label),
            when(each),
            quantity(each.quantity, each.kind),
        ]
        for each in initiatives
    ]


def facts(initiative: Any, cost: int | None) -> list[dict[str, str]]:
    """One initiative as a summary list; `cost` in pence, None where nothing is booked to it."""
    rows = [
        ("Kind", initiative.kind.name),
        ("Programme", str(initiative.programme)),
        ("Where", where(initiative)),
        ("When", when(initiative)),
        ("In place", in_place(initiative)),
        ("Quantity", quantity(initiative.quantity, initiative.kind)),
        ("Owner", owner(initiative)),
        ("Planned cost", pounds(initiative.planned_pence)),
        ("Cost so far", "Nothing is booked to it" if cost is None else pounds(cost)),
        ("May be published", "Yes" if initiative.is_publishable else "No"),
    ]
    if initiative.purpose:
        rows.insert(1, ("What it is for", initiative.purpose))
    if initiative.stop_reason:
        rows.insert(4, ("Why it was stopped", initiative.stop_reason))
    if initiative.void_reason:
        rows.insert(0, ("Why it was withdrawn", initiative.void_reason))
    return [{"key": key, "value": value} for key, value in rows]


def kinds_in_words(initiatives: Iterable[Any]) -> str:
    """CCTV upgrade (14 cameras), weapons detection and property marking kits (1,500 kits): each kind once."""
    quantities: dict[InitiativeKind, list[int | None]] = {}
    for each in initiatives:
        quantities.setdefault(each.kind, []).append(each.quantity)
    return wording.listing([_kind_in_words(kind, numbers) for kind, numbers in quantities.items()])


def _kind_in_words(kind: InitiativeKind, numbers: list[int | None]) -> str:
    """The kind with how many units there are, where that is known of all."""
    known = [number for number in numbers if number is not None]
    said = f" ({quantity(sum(known), kind)})" if len(known) == len(numbers) else ""
    return f"{uncapitalised(kind.name)}{said}"


def document_columns(*, keeps: bool) -> list[dict[str, Any]]:
    """The columns of `document_rows`."""
    return [*DOCUMENT_COLUMNS, {"label": "Withdraw"}] if keeps else DOCUMENT_COLUMNS


def document_rows(documents: Iterable[InitiativeDocument], *, keeps: bool) -> list[list[Any]]:
    """The documents of an initiative; for who keeps them, a way to withdraw each."""
    rows = []
    for each in documents:
        name: Any = {"url": reverse("initiatives:document", args=(each.pk,)), "text": each.name}
        withdraw: Any = {
            "url": reverse("initiatives:withdraw_document", args=(each.pk,)),
            "text": f"Withdraw {each.name}",
        }
        if each.void_reason:
            name, withdraw = f"{each.name} (withdrawn: {each.void_reason})", "–"
        added = f"{wording.moment(each.added_at)} by {each.added_by}"
        rows.append([name, filesizeformat(each.size), added, *([withdraw] if keeps else [])])
    return rows


def entry_columns(*, keeps: bool) -> list[dict[str, Any]]:
    """The columns of `entry_rows`."""
    return [*ENTRY_COLUMNS, {"label": "Remove"}] if keeps else ENTRY_COLUMNS


def entry_rows(links: Iterable[InitiativeEntry], *, keeps: bool) -> list[list[Any]]:
    """The entries of spend of an initiative, each less what reverses it; with `keeps`, a way to take each out."""
    rows: list[list[Any]] = []
    for each in links:
        entry = each.entry
        back = sum(other.cost_pence for other in entry.approved_reversals)  # type: ignore[attr-defined]
        remove = {"url": reverse("initiatives:unlink_entry", args=(each.pk,)), "text": f"Remove {entry.number}"}
        words = f"{entry.category}: {entry.description}{' (reversed)' if back else ''}"
        cost = pounds(entry.cost_pence + back)
        rows.append([entry.number, wording.day(entry.day), words, cost, *([remove] if keeps else [])])
    return rows


def kind_rows(kinds: Iterable[InitiativeKind]) -> list[list[Any]]:
    """The kinds of initiatives, each with a link to change it."""
    return [
        [{"url": reverse("initiatives:edit_kind", args=(each.pk,)), "text": each.name}, f"{each.unit}, {each.units}"]
        for each in kinds
    ]


def total_rows(totals: Iterable[KindTotal], costs: Mapping[int, int]) -> list[list[str]]:
    """All initiatives by kind; `costs` in pence by the ids of kinds."""
    return [
        [
            each.kind.name,
            *(f"{each.by_status[status]:,}" for status in Initiative.Status.values),
            quantity(each.quantity, each.kind),
            pounds(each.planned_pence) if each.priced else "–",
            pounds(costs.get(each.kind.pk)),
        ]
        for each in totals
    ]
