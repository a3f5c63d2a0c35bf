"""Making a wallboard, and revoking it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from hotspot.core.advisory_locks import LockName, lock
from hotspot.core.calendar import today
from hotspot.core.errors import Conflict, DomainError
from hotspot.core.models import User
from hotspot.core.secret_addresses import hash_of, new_token
from hotspot.core.text import clean_line
from hotspots.models import District, Programme
from hotspots.saving import save_row
from reports.models import Wallboard, WallboardDistrict
from reports.wallboards.panels import BOARD_CARDS, HEADLINE_CODE, MOST_PANELS
from reports.wallboards.rules import MOST_IN_USE


@dataclass(frozen=True)
class IssuedBoard:
    """A wallboard that was just made, with the only copy of its token."""

    board: Wallboard
    token: str


@transaction.atomic
def make_wallboard(
    *,
    by: User,
    at: datetime,
    name: str,
    programme: Programme,
    cards: Sequence[str],
    districts: Collection[District] = (),
    span: str = Wallboard.Span.MONTH,
    last_day: date | None = None,
) -> IssuedBoard:
    """Make a wallboard with an address of its own. No districts: all of them.

    Raises DomainError `wallboard_cards`, `last_day_past`, `too_many_wallboards` and what the model refuses, and
    Conflict `wallboard_name` for the name of one in use.
    """
    _check_cards(cards)
    if last_day is not None and last_day < today(at):
        raise DomainError("last_day_past", "The last day must be today or later.", "last_day")
    lock(LockName.WALLBOARDS)  # or two at once would both find room for one more
    in_use = Wallboard.objects.filter(revoked_at=None)
    name = clean_line(name)
    if in_use.filter(name__iexact=name).exists():
        raise Conflict("wallboard_name", "There is a wallboard of this name. Its address was shown once.", "name")
    if in_use.count() >= MOST_IN_USE:
        raise DomainError("too_many_wallboards", f"There are {MOST_IN_USE} wallboards. Revoke one first.", "name")
    token = new_token()
    board = Wallboard(
        name=name,
        programme=programme,
        span=span,
        cards=[code for code in BOARD_CARDS if code in cards],
        token_hash=hash_of(token),
        last_day=last_day,
        made_by=by,
        made_at=at,
    )
    save_row(board)
    WallboardDistrict.objects.bulk_create(WallboardDistrict(wallboard=board, district=each) for each in districts)
    return IssuedBoard(board, token)


def _check_cards(cards: Collection[str]) -> None:
    panels = [code for code in cards if code != HEADLINE_CODE]
    if not cards or not BOARD_CARDS.keys() >= set(cards):
        raise DomainError("wallboard_cards", "Choose what the screen shows.", "cards")
    if len(panels) > MOST_PANELS:
        message = f"Choose {MOST_PANELS} cards at most besides the six figures: more cannot be read across a room."
        raise DomainError("wallboard_cards", message, "cards")


@transaction.atomic
def revoke_wallboard(*, by: User, at: datetime, pk: int) -> Wallboard:
    """Stop the address of a wallboard for good. Nothing happens to one that is revoked. Raises DoesNotExist."""
    board = Wallboard.objects.visible_to(by).select_for_update().get(pk=pk)
    if board.revoked_at is None:
        board.revoked_at = at
        board.save(update_fields=("revoked_at",))
    return board
