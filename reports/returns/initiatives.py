"""Initiatives that a return can ask for: how many were in place, in all and by kind."""

from collections.abc import Collection, Iterable, Sequence

from hotspot.core.calendar import Period
from hotspots.models import Initiative, InitiativeArea, InitiativeKind, Programme

IN_PLACE, OF_KIND = "initiatives", "initiatives:kind="
GROUP, UNIT = "Initiatives", "initiatives"


def is_of_initiatives(code: str) -> bool:
    """Whether a source is how many initiatives were in place."""
    return code.partition(":")[0] == IN_PLACE


def named() -> Iterable[tuple[str, str]]:
    """The code of each source with its name."""
    yield IN_PLACE, "Initiatives in place"
    for kind in InitiativeKind.objects.all():
        yield f"{OF_KIND}{kind.pk}", f"Initiatives in place: {kind.name}"


def in_place(
    codes: Sequence[str], programme: Programme, period: Period, areas: Collection[int]
) -> dict[str, tuple[int, dict[int, int], int]]:
    """How many were in place on some day of a period, by source: in all, in each area (by id), and in none of them.

    One of several areas counts once in all; one of the whole force is in no single area. Withdrawn ones are none.
    """
    if not codes:
        return {}
    held = Initiative.objects.filter(programme=programme).in_place().filter(in_place_from__lte=period.last_day)
    held = held.exclude(in_place_until__lt=period.first_day)
    kinds = dict(held.order_by().values_list("pk", "kind_id"))
    places = list(
        InitiativeArea.objects.filter(initiative__in=kinds, area__in=areas).order_by().values_list("initiative", "area")
    )
    found = {}
    for code in codes:
        meant = {pk for pk, kind in kinds.items() if code in (IN_PLACE, f"{OF_KIND}{kind}")}
        by_area: dict[int, int] = {}
        for pk, area in places:
            if pk in meant:
                by_area[area] = by_area.get(area, 0) + 1
        found[code] = len(meant), by_area, len(meant - {pk for pk, _ in places})
    return found
