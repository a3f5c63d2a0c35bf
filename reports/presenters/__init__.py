"""Figures in words."""

from reports.presenters.sheet import (
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
    "NOT_SHOWN",
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
