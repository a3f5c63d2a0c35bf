"""Wallboards in words and table rows."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from hotspot.core import wording
from hotspot.core.calendar import today
from reports.models import Wallboard
from reports.wallboards.panels import BOARD_CARDS

COLUMNS = [
    {"label": label} for label in ("Name", "State", "Shows", "Cards", "Last read", "Works until", "Made", "Action")
]


def wallboard_rows(boards: Iterable[Wallboard], *, day: date) -> list[list[Any]]:
    """The rows of the list, each with the way to revoke it."""
    return [
        [
            board.name,
            _state(board, day),
            shows(board),
            wording.listing([BOARD_CARDS[code].name for code in board.cards if code in BOARD_CARDS]),
            wording.moment(board.last_read_at) if board.last_read_at else "Never",
            wording.day(board.last_day) if board.last_day else "No end",
            _made(board),
            _revoke(board),
        ]
        for board in boards
    ]


def _made(board: Wallboard) -> str:
    """When and by whom. Somebody has to look after the address of one whose maker has left."""
    left = "" if board.made_by.is_active else " (not active any more)"
    return f"{wording.day(today(board.made_at))}, {board.made_by}{left}"


def shows(board: Wallboard) -> str:
    """Operation Hotspot 2024/25, this month: North Herts and Watford."""
    districts = [district.name for district in board.districts.all()]
    place = wording.listing(districts) if districts else "all districts"
    span = board.get_span_display()
    return f"{board.programme}, {span[:1].lower()}{span[1:]}: {place}"


def _state(board: Wallboard, day: date) -> dict[str, str]:
    if board.revoked_at:
        return {"text": "Revoked", "colour": "grey"}
    return {"text": "Active", "colour": "green"} if board.is_in_use_on(day) else {"text": "Over", "colour": "yellow"}


def _revoke(board: Wallboard) -> Any:
    if board.revoked_at:
        return ""
    return {"url": reverse("reports:revoke_wallboard", args=(board.pk,)), "text": "Revoke", "hidden": board.name}
