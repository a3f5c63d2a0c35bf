"""Writes to tables of harm weights: a version is added, and none is ever changed."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from hotspot.core.advisory_locks import LockName, lock
from hotspot.core.errors import NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_line
from hotspots.harm.weight_files import read_weights
from hotspots.models import HarmTable, HarmWeight


@transaction.atomic
def load_weights(*, by: User, at: datetime, name: str, source: str, file_name: str, content: bytes) -> HarmTable:
    """Keep a table of weights: the first of its name, or the next version of it.

    Raises NotAllowed, and what `read_weights` raises.
    """
    if not by.may(Permission.LOAD_INCIDENTS):
        raise NotAllowed("not_allowed", "Only who loads police data can load weights.")
    rows = read_weights(content, file_name)
    lock(LockName.HARM_WEIGHTS)
    name = clean_line(name)
    same = HarmTable.objects.filter(name__iexact=name)
    newest = same.aggregate(newest=Max("version"))["newest"] or 0
    known = same.first()
    table = HarmTable.objects.create(
        name=known.name if known else name, version=newest + 1, source=clean_line(source), by=by, created_at=at
    )
    HarmWeight.objects.bulk_create(
        HarmWeight(table=table, category=row.category, weight=row.weight, first_month=row.first_month) for row in rows
    )
    return table
