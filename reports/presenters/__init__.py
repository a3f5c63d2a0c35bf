"""Figures in words."""

from reports.presenters.sheet import (
    NO_PATROLS,
    NOT_RECORDED,
    NOT_SHOWN,
    Line,
    Sheet,
    Tile,
    as_at_day,
    card_file_name,
    difference_text,
    file_name,
    make_sheet,
    number_text,
    place,
    shown_number,
)

__all__ = [
    "NOT_RECORDED",
    "NOT_SHOWN",
    "NO_PATROLS",
    "Line",
    "Sheet",
    "Tile",
    "as_at_day",
    "card_file_name",
    "difference_text",
    "file_name",
    "make_sheet",
    "number_text",
    "place",
    "shown_number",
]
