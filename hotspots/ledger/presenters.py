"""The money of a programme in words and table rows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspots.amounts import pounds
from hotspots.ledger.queries import Accounts, CapState, total
from hotspots.models import IncomeLine, IncomeReceipt, Programme, SpendCategory, SpendEntry

STATES = {
    SpendEntry.State.DRAFT: "grey",
    SpendEntry.State.SUBMITTED: "yellow",
    SpendEntry.State.APPROVED: "green",
    SpendEntry.State.REFUSED: "red",
}
_AMOUNT = {"numeric": True}


def _money(label: str) -> dict[str, Any]:
    return {"label": label} | _AMOUNT


def tiles(accounts: Accounts) -> list[dict[str, str]]:
    """The sums that a treasurer asks for first."""
    agreed, received, spent = total(accounts.expected), total(accounts.received), accounts.spent()
    waiting = accounts.waiting
    return [
        {"label": "Income agreed", "value": pounds(agreed), "note": "All income lines of the programme"},
        {"label": "Received", "value": pounds(received), "note": f"{pounds(agreed - received)} still to come"},
        {"label": "Spent", "value": pounds(spent), "note": f"Approved entries. {_share(spent, agreed)}"},
        {"label": "Left", "value": pounds(agreed - spent), "note": "Income agreed, less what was spent"},
        {
            "label": "Waiting for approval",
            "value": pounds(waiting.pence),
            "note": f"{wording.plural(waiting.entries, 'entry', 'entries')}, in none of the sums",
        },
    ]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}% of the income agreed" if whole else ""


STREAM_COLUMNS = [
    {"label": "Funding stream"},
    {"label": "Kind"},
    *map(_money, ("Income agreed", "Received", "Spent", "Left")),
]


def stream_rows(accounts: Accounts) -> tuple[list[list[str]], list[str]]:
    """What each stream was to bring, brought, and paid for; and the same of all."""
    rows = []
    for stream in accounts.streams:
        agreed, received = (total(flows, stream=stream.pk) for flows in (accounts.expected, accounts.received))
        spent = accounts.spent(lambda part, stream=stream: part.stream == stream.pk)  # type: ignore[misc]
        if agreed or received or spent or stream.budget_pence:
            amounts = [pounds(pence) for pence in (agreed, received, spent, agreed - spent)]
            rows.append([stream.name, stream.get_kind_display(), *amounts])
    agreed, received, spent = total(accounts.expected), total(accounts.received), accounts.spent()
    return rows, ["All streams", "", *map(pounds, (agreed, received, spent, agreed - spent))]


def category_table(accounts: Accounts) -> dict[str, Any]:
    """What was spent on each category from each stream."""
    paying = {part.stream for part in accounts.spend}
    streams = [stream for stream in accounts.streams if stream.pk in paying]
    sums: dict[tuple[int, int], int] = {}
    for part in accounts.spend:
        key = part.category, part.stream
        sums[key] = sums.get(key, 0) + part.pence
    rows = [
        _category_row(category, [sums.get((category.pk, stream.pk), 0) for stream in streams])
        for category in accounts.categories
        if any(key[0] == category.pk for key in sums)
    ]
    foot = [sum(pence for key, pence in sums.items() if key[1] == stream.pk) for stream in streams]
    return {
        "columns": [{"label": "Category"}, *(_money(stream.name) for stream in streams), _money("All streams")],
        "rows": rows,
        "foot": ["All categories", *map(pounds, foot), pounds(sum(foot))],
    }


def _category_row(category: SpendCategory, amounts: Sequence[int]) -> list[str]:
    name = category.name if category.is_patrol else f"{category.name} (not patrol spend)"
    return [name, *map(pounds, amounts), pounds(sum(amounts))]


MONTH_COLUMNS = [
    {"label": "Month"},
    *map(_money, ("Expected", "Received", "Spent", "Spent by then", "Expected by then")),
    {"label": "State"},
]


def month_rows(accounts: Accounts, *, keeps: bool) -> list[list[Any]]:
    """Income against its profile and spend, month by month. The months of who keeps the ledger are links."""
    rows, spent_by, expected_by = [], 0, 0
    for month in accounts.months:
        spent = accounts.spent(lambda part, month=month: part.month == month)  # type: ignore[misc]
        expected, received = (total(flows, month=month) for flows in (accounts.expected, accounts.received))
        spent_by, expected_by = spent_by + spent, expected_by + expected
        name = wording.month(month)
        url = reverse("ledger:month", args=(accounts.programme.pk, f"{month:%Y-%m}"))
        amounts = [pounds(pence) for pence in (expected, received, spent, spent_by, expected_by)]
        rows.append([{"url": url, "text": name} if keeps else name, *amounts, month_state(accounts, month)])
    return rows


def month_state(accounts: Accounts, month: date) -> dict[str, str]:
    """Whether a month is closed, as a tag."""
    if month in accounts.closed:
        return {"text": "Closed", "colour": "green"}
    return {"text": "Prepared", "colour": "yellow"} if month in accounts.prepared else {"text": "Open", "colour": ""}


SPEND_COLUMNS = [{"label": "Month"}, _money("Spent")]


def spend_rows(accounts: Accounts) -> list[list[str]]:
    """Spend alone, month by month, for who sees no income."""
    months = sorted({part.month for part in accounts.spend})
    return [
        [wording.month(month), pounds(accounts.spent(lambda part, month=month: part.month == month))]  # type: ignore[misc]
        for month in months
    ]


CAP_COLUMNS = [{"label": "Cap"}, {"label": "On"}, *map(_money, ("Most", "Spent", "Left")), {"label": "State"}]


def cap_rows(caps: Iterable[CapState], *, keeps: bool) -> list[list[Any]]:
    """What is left of each cap."""
    return [_cap_row(each, keeps=keeps) for each in caps]


def _cap_row(each: CapState, *, keeps: bool) -> list[Any]:
    cap = each.cap
    of = cap.stream.name if cap.stream else "the programme"
    on = f"{wording.listing([category.name for category in cap.categories.all()])}, of {of}"
    limit = f"{pounds(each.limit)} ({cap.share / 100:g}%)" if cap.share is not None else pounds(each.limit)
    name = {"url": reverse("ledger:delete_cap", args=(cap.pk,)), "text": cap.name} if keeps else cap.name
    state = {"text": "Exceeded", "colour": "red"} if each.left < 0 else {"text": "Kept", "colour": "green"}
    return [name, on, limit, pounds(each.spent), pounds(each.left), state]


ENTRY_COLUMNS = [
    {"label": "Entry"},
    {"label": "Date"},
    {"label": "What for"},
    {"label": "Category"},
    {"label": "Paid from"},
    {"label": "Area"},
    _money("Cost"),
    {"label": "State"},
]


def entry_rows(entries: Iterable[SpendEntry]) -> list[list[Any]]:
    """The rows of a list of entries."""
    return [
        [
            {"url": reverse("ledger:entry", args=(entry.pk,)), "text": entry.number},
            wording.day(entry.day),
            entry.description,
            entry.category.name,
            entry.stream.name,
            entry.area.name if entry.area else "The whole force",
            pounds(entry.cost_pence),
            state_of(entry) | ({"text": "Waiting"} if entry.state == SpendEntry.State.SUBMITTED else {}),
        ]
        for entry in entries
    ]


def state_of(entry: SpendEntry) -> dict[str, str]:
    """The state of an entry, as a tag."""
    return {"text": entry.get_state_display(), "colour": STATES[SpendEntry.State(entry.state)]}


def entry_facts(entry: SpendEntry) -> list[dict[str, Any]]:
    """One entry as a summary list."""
    vat = "recovered" if entry.vat_recoverable else "not recovered"
    rows = [
        ("Date", wording.day(entry.day)),
        ("What it was for", entry.description),
        ("Paid from", f"{entry.stream.name}, {entry.stream.programme.name}"),
        ("Category", entry.category.name),
        ("Area", f"{entry.area}, {entry.area.district}" if entry.area else "The whole force"),
        ("Amount without VAT", pounds(entry.net_pence)),
        ("VAT", f"{pounds(entry.vat_pence)}, {vat}" if entry.vat_pence else "None"),
        ("Cost to the programme", pounds(entry.cost_pence)),
        ("Supplier reference", entry.supplier or "–"),
        ("Reference", entry.reference or "–"),
        ("Entered", f"{wording.moment(entry.entered_at)} by {entry.entered_by}"),
    ]
    if entry.decided_at:
        rows.append((entry.get_state_display(), f"{wording.moment(entry.decided_at)} by {entry.decided_by}"))
    if entry.reason:
        rows.append(("Why it reverses", entry.reason))
    return [{"key": key, "value": value} for key, value in rows]


LINE_COLUMNS = [{"label": "Income line"}, {"label": "Comes from"}, *map(_money, ("Agreed", "Received", "To come"))]


def line_rows(lines: Iterable[IncomeLine], received: Mapping[int, int]) -> list[list[Any]]:
    """The income lines of a programme."""
    return [
        [
            {"url": reverse("ledger:income_line", args=(line.pk,)), "text": line.name},
            line.stream.name,
            pounds(line.amount_pence),
            pounds(received.get(line.pk, 0)),
            pounds(line.amount_pence - received.get(line.pk, 0)),
        ]
        for line in lines
    ]


PROFILE_COLUMNS = [{"label": "Month"}, *map(_money, ("Expected", "Received"))]


def profile_rows(line: IncomeLine, receipts: Sequence[IncomeReceipt]) -> list[list[str]]:
    """What is expected of a line each month, and what came in."""
    expected = {row.month: row.pence for row in line.months.all()}
    received: dict[date, int] = {}
    for receipt in receipts:
        month = receipt.day.replace(day=1)
        received[month] = received.get(month, 0) + receipt.pence
    return [
        [wording.month(month), pounds(expected.get(month, 0)), pounds(received.get(month, 0))]
        for month in sorted(expected.keys() | received.keys())
    ]


RECEIPT_COLUMNS = [
    {"label": "Received on"},
    _money("Amount"),
    *({"label": each} for each in ("Reference", "Entered", "Note")),
]


def receipt_rows(receipts: Iterable[IncomeReceipt], *, keeps: bool) -> list[list[Any]]:
    """What came in of a line, newest first."""
    receipts = list(receipts)
    reversed_ids = {receipt.reverses_id for receipt in receipts}
    rows = []
    for receipt in receipts:
        entered = f"{wording.moment(receipt.entered_at)} by {receipt.entered_by}"
        url = reverse("ledger:reverse_receipt", args=(receipt.pk,))
        can_reverse = keeps and not receipt.reverses_id and receipt.pk not in reversed_ids
        note: Any = {"url": url, "text": "Reverse"} if can_reverse else receipt.reason
        note = "Reversed" if receipt.pk in reversed_ids else note
        rows.append([wording.day(receipt.day), pounds(receipt.pence), receipt.reference, entered, note])
    return rows


CATEGORY_COLUMNS = [{"label": label} for label in ("Category", "Kind", "For new entries")]


def category_rows(categories: Iterable[SpendCategory]) -> list[list[Any]]:
    """The categories of spend."""
    return [
        [
            {"url": reverse("ledger:edit_category", args=(category.pk,)), "text": category.name},
            "Patrol spend" if category.is_patrol else "Not patrol spend",
            "Offered" if category.is_offered else "Not offered",
        ]
        for category in categories
    ]


def entries_of_month(programme: Programme, month: date) -> str:
    """The address of the list of a month's entries."""
    days = Period.month(month)
    url = reverse("ledger:entries", args=(programme.pk,))
    return f"{url}?since={days.first_day.isoformat()}&until={days.last_day.isoformat()}"
