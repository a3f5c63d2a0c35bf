"""Writes to layers: a file is kept, and a job makes a version of it. None is ever changed."""

from datetime import datetime

import shapely
from django.db import transaction
from django.db.models import Max

from hotspot.core.advisory_locks import LockName, lock
from hotspot.core.errors import DomainError, NotAllowed
from hotspot.core.jobs import operations as jobs
from hotspot.core.models import Job, User
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_line
from hotspots.layers.layer_files import read_layer
from hotspots.layers.queries import LOAD
from hotspots.models import District, LayerUnit, UnitLayer

ROWS_AT_ONCE = 2_000


@transaction.atomic
def begin_layer(*, by: User, at: datetime, source: str, name: str, content: bytes, page: str) -> Job:
    """Keep a file for a week and queue the loading of it; `page` is the address to come back to.

    A county's streets take several seconds and hundreds of megabytes to read. Raises NotAllowed, DomainError
    `layer_no_outlines`, and TryLater `too_many_jobs`.
    """
    _check_allowed(by)
    _districts()
    file = jobs.keep_file(by=by, at=at, name=name, content=content, permissions=[Permission.LOAD_INCIDENTS])
    return jobs.enqueue(
        by=by, at=at, kind=LOAD, title=f"Load {file.name}", page=page, file_id=file.pk, source=clean_line(source)
    )


@transaction.atomic
def load_layer(*, by: User, at: datetime, source: str, content: bytes) -> UnitLayer:
    """Keep the units of a file that lie in the districts here: the first of their kind and vintage, or a next version.

    Raises NotAllowed, DomainError `layer_no_outlines`, and what `read_layer` raises.
    """
    _check_allowed(by)
    found = read_layer(content, _districts())
    lock(LockName.INCIDENTS)
    same = UnitLayer.objects.filter(kind=found.kind, vintage=found.vintage)
    newest = same.aggregate(newest=Max("version"))["newest"] or 0
    layer = UnitLayer.objects.create(
        kind=found.kind, vintage=found.vintage, version=newest + 1, source=clean_line(source), outside=found.outside,
        repaired=found.repaired, by=by, created_at=at,
    )  # fmt: skip
    LayerUnit.objects.bulk_create(
        (
            LayerUnit(
                layer=layer,
                code=unit.code,
                name=unit.name,
                district=unit.district,
                outline=shapely.to_wkb(unit.outline),
            )
            for unit in found.units
        ),
        batch_size=ROWS_AT_ONCE,
    )
    return layer


def _check_allowed(by: User) -> None:
    if not by.may(Permission.LOAD_INCIDENTS):
        raise NotAllowed("not_allowed", "Only who loads police data can load these.")


def _districts() -> list[District]:
    """The districts that have outlines. Raises DomainError `layer_no_outlines` where none has."""
    found = list(District.objects.filter(outline__isnull=False))
    if not found:
        message = "Load the outlines of districts first: of the file, only what lies in them is kept."
        raise DomainError("layer_no_outlines", message, "file")
    return found
