"""Figures as files: the tables of pages, and everything that is published with a statement."""

from reports.exports.returns import RETURN_FILES
from reports.exports.statements import KINDS, Made, make_files
from reports.exports.tables import as_at_text, card_text, csv_text

__all__ = ["KINDS", "RETURN_FILES", "Made", "as_at_text", "card_text", "csv_text", "make_files"]
