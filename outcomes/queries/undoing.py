"""Whether an import can be undone: what has happened to its shifts since, and who has published them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from hotspot.core.models import User
from outcomes.models import FileImport
from patrols.models import PatrolShift

MOST_SHOWN = 50
_VERSION_WHEN_IMPORTED = 1


@dataclass(frozen=True)
class Publication:
    """A statement or return that counts some of these shifts. `url` is empty where the reader may not open it."""

    name: str
    url: str
    shifts: int


@dataclass(frozen=True)
class Obstacles:
    """What keeps an import from being undone: shifts that were changed since (the first of them), and publications."""

    changed: Sequence[PatrolShift]
    changed_count: int
    publications: Sequence[Publication]

    def __bool__(self) -> bool:
        return bool(self.changed_count or self.publications)


def shifts_of(found: FileImport) -> QuerySet[PatrolShift]:
    """The shifts that an import wrote, oldest first."""
    return PatrolShift.objects.filter(pk__in=found.recorded.get("shifts", ())).order_by("starts_at", "pk")


def obstacles_to(found: FileImport, *, by: User) -> Obstacles:
    """Everything that depends on the shifts of an import."""
    changed = shifts_of(found).exclude(version=_VERSION_WHEN_IMPORTED)
    count = changed.count()
    shown = list(changed.select_related("area").defer("area__boundary")[:MOST_SHOWN]) if count else []
    return Obstacles(shown, count, import_string(settings.PUBLICATIONS_OF_SHIFTS)(shifts_of(found), by=by))
