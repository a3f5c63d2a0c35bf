"""Writes to layers: a version is added, and none is ever changed."""

from dataclasses import dataclass
from datetime import datetime

import shapely
from django.db import transaction
from django.db.models import Max

from hotspot.core.advisory_locks import LockName, lock
from hotspot.core.errors import DomainError, NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_line
from hotspots.layers.layer_files import LayerFile, read_layer
from hotspots.models import District, LayerUnit, UnitLayer

ROWS_AT_ONCE = 2_000


@dataclass(frozen=True)
class LoadedLayer:
    """A layer, and what else is to be known about its file."""

    layer: UnitLayer
    file: LayerFile


@transaction.atomic
def load_layer(*, by: User, at: datetime, source: str, content: bytes) -> LoadedLayer:
    """Keep the units of a file that lie in the districts here: the first of their kind and vintage, or a next version.

    Raises NotAllowed, DomainError `layer_no_outlines`, and what `read_layer` raises.
    """
    if not by.may(Permission.LOAD_INCIDENTS):
        raise NotAllowed("not_allowed", "Only who loads police data can load these.")
    districts = list(District.objects.filter(outline__isnull=False))
    if not districts:
        message = "Load the outlines of districts first: of the file, only what lies in them is kept."
        raise DomainError("layer_no_outlines", message, "file")
    found = read_layer(content, districts)
    lock(LockName.INCIDENTS)
    same = UnitLayer.objects.filter(kind=found.kind, vintage=found.vintage)
    newest = same.aggregate(newest=Max("version"))["newest"] or 0
    layer = UnitLayer.objects.create(
        kind=found.kind, vintage=found.vintage, version=newest + 1, source=clean_line(source), by=by, created_at=at
    )
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
    return LoadedLayer(layer, found)
