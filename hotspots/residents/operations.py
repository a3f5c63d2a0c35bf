"""Writes to tables of residents: one is added, and none is ever changed."""

from datetime import datetime

from django.db import transaction

from hotspot.core.errors import NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_line
from hotspots.models import ResidentCount, ResidentTable
from hotspots.residents.files import read_residents


@transaction.atomic
def load_residents(
    *, by: User, at: datetime, place: str, census_year: int, licence: str, source: str, file_name: str, content: bytes
) -> ResidentTable:
    """Keep the residents of a place in the year of a census. Raises NotAllowed, and what `read_residents` raises."""
    if not by.may(Permission.LOAD_INCIDENTS):
        raise NotAllowed("not_allowed", "Only who loads police data can load residents.")
    place = clean_line(place)
    found = read_residents(content, file_name, place)
    table = ResidentTable.objects.create(
        place=place,
        census_year=census_year,
        licence=clean_line(licence),
        source=clean_line(source),
        by=by,
        created_at=at,
    )
    ResidentCount.objects.bulk_create(
        ResidentCount(table=table, split=split, group=group, residents=number)
        for (split, group), number in found.items()
    )
    return table
