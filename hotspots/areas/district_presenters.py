"""Districts in table rows."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

DISTRICT_COLUMNS = [
    {"label": "District"},
    {"label": "ONS code"},
    {"label": "Areas", "numeric": True},
    {"label": "Supervisors", "numeric": True},
]


def district_rows(districts: Iterable[Any], *, manages: bool) -> list[list[Any]]:
    """The rows of the list of districts, as `queries.districts_seen_by` gives them."""
    return [
        [
            {"url": reverse("hotspots:edit_district", args=(district.pk,)), "text": district.name}
            if manages
            else district.name,
            district.code,
            f"{district.area_count:,}",
            f"{district.people_count:,}",
        ]
        for district in districts
    ]
