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
    """The shifts that an import wrote, or whose outcomes it gave details, oldest first."""
    ids = found.recorded.get("shifts") or list(map(int, found.recorded.get("versions", ())))
    return PatrolShift.objects.filter(pk__in=ids).order_by("starts_at", "pk")


def obstacles_to(found: FileImport, *, by: User) -> Obstacles:
    """Everything that depends on what an import wrote."""
    changed = shifts_of(found).filter(pk__in=_changed(found)).select_related("area").defer("area__boundary")
    count = changed.count()
    since = found.written.finished_at if found.written else None
    publications = import_string(settings.PUBLICATIONS_OF_SHIFTS)(shifts_of(found), since=since, by=by)
    return Obstacles(list(changed[:MOST_SHOWN]), count, publications)


def _changed(found: FileImport) -> list[int]:
    """The shifts that are not in the version that the import left them in."""
    versions = found.recorded.get("versions", {})
    rows = shifts_of(found).order_by().values_list("pk", "version")
    return [pk for pk, version in rows if version != versions.get(str(pk), _VERSION_WHEN_IMPORTED)]
