"""Conditions of queries that come from filters, each of which may be left out."""

from typing import Any

from django.db.models import Q


def all_given(**conditions: Any) -> Q:
    """Those of the conditions whose value is not None, all of which have to hold."""
    return Q(**{name: value for name, value in conditions.items() if value is not None})
