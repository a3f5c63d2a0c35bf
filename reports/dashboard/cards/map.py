"""The card with the map: the areas where they lie, shaded by one of the six figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from django.db.models import TextField
from django.db.models.functions import Cast
from shapely import from_geojson, total_bounds
from shapely.geometry.base import BaseGeometry

from hotspot.core import wording
from hotspot.core.definitions.base import Measure
from hotspots.areas.queries import outlines_and_places, outlines_of
from hotspots.models import HotspotArea
from reports.dashboard.cards.base import UNITS, Card, CardColumn, displayed, said
from reports.dashboard.label_placement import DOT, Spot, labelled
from reports.dashboard.projection import Frame, Land, land, middle
from reports.figures.charts import AreaMap, MapLine, MapStep, Mark, Outline, PlaceName
from reports.figures.criteria import zoom_code
from reports.figures.formatting import text
from reports.figures.headline import Counts
from reports.figures.measures import HEADLINE
from reports.figures.series import MapView, Selection


@dataclass(frozen=True)
class MapArea:
    """One area: what was counted in the days that have begun, and its boundary as the text of GeoJSON."""

    area: HotspotArea
    counts: Counts
    boundary: str


@dataclass(frozen=True)
class Places:
    """The areas that were active in the period or counted something in it, in list order, and how to look at them.

    `outlines` are those of the districts, `beneath` the names and outlines of places, as the text of GeoJSON.
    """

    places: Sequence[MapArea]
    view: MapView
    outlines: Sequence[str] = ()
    beneath: Sequence[tuple[str, str]] = ()


def by_place(asked: Selection) -> Places:
    """The areas with their boundaries, which nothing else on the dashboard reads."""
    areas = asked.areas_with_figures
    drawn = HotspotArea.objects.order_by().filter(pk__in=[area.pk for area in areas])
    boundaries = dict(drawn.values_list("pk", Cast("boundary", TextField())))
    places = [
        MapArea(area, asked.counts.get(area.pk, Counts()), boundaries[area.pk])
        for area in areas
        if area.pk in boundaries
    ]
    if not places:
        return Places(places, asked.view)
    outlines, beneath = _ground(asked, places)
    return Places(places, asked.view, outlines, beneath)


def _ground(asked: Selection, areas: Sequence[MapArea]) -> tuple[list[str], list[tuple[str, str]]]:
    """The outlines of the districts, and the places around the areas, the largest first."""
    drawn = from_geojson([area.boundary for area in areas], on_invalid="ignore")
    west, south, east, north = total_bounds(drawn)
    # Nothing lies within what is not a number.
    if not west <= east:
        return outlines_of(asked.districts), []
    return outlines_and_places(asked.districts, asked.places, (west, south, east, north))


MOST_STEPS = 5
BIG = 3 * DOT
"""In units of the grid. A bigger area is drawn as a shape, a smaller one is a dot."""
MOST_LINKED = 40
"""With more areas than this only the list leads to closer maps: an address for each dot and number is too much."""


@dataclass(frozen=True)
class ShadeScale:
    """At most five steps of the same width, from 1 up; 0 is no step. Values that are all alike are one step."""

    width: int
    number: int
    only: int = 0

    @classmethod
    def of(cls, values: Sequence[int]) -> "ShadeScale":
        """The steps that hold all the values."""
        most = max(values, default=0)
        if not most or {value for value in values if value} == {most}:
            return cls(max(most, 1), min(most, 1), only=most)
        widths = (n * 10**power for power in count() for n in (1, 2, 5))
        width = next(width for width in widths if -(-most // width) <= MOST_STEPS)
        return cls(width, -(-most // width))

    def step(self, value: int) -> int:
        """How dark a value is: the darkest step is always 5, so that few steps are far apart."""
        return self._dark(-(-value // self.width)) if value else 0

    def words(self, step: int, measure: Measure) -> str:
        """The values of the step so many up."""
        first, last = (step - 1) * self.width + 1, step * self.width
        if self.only or first == last:
            return said(self.only or last, measure)
        return f"{first:,} to {said(last, measure)}"

    def key(self, values: Sequence[int], measure: Measure) -> list[MapStep]:
        """Every step with the number of areas in it, the highest first; the areas without anything last."""
        steps = [-(-value // self.width) for value in values]
        return [
            MapStep(
                self._dark(step) if step else 0,
                self.words(step, measure) if step else said(0, measure),
                wording.plural(steps.count(step), "area"),
            )
            for step in range(self.number, -1, -1)
            if step or 0 in steps
        ]

    def _dark(self, step: int) -> int:
        return MOST_STEPS - (self.number - step) * MOST_STEPS // self.number if step else 0


def value_of(counts: Counts, measure: Measure) -> int:
    """A figure as it is shown: hours whole."""
    return displayed(getattr(counts, measure.column), measure)


def areas_map(found: Places) -> Card:
    """The areas on a map, the list that explains it, and the same as a table, the highest first."""
    measure = found.view.measure
    values = [value_of(place.counts, measure) for place in found.places]
    ground = land([place.boundary for place in found.places], found.outlines, found.beneath)
    shapes = ground.areas
    rows = sorted(zip(values, found.places, strict=True), key=lambda pair: -pair[0])
    drawing = _Drawing(found, values, ground) if any(shapes) else None
    return Card(
        code="map",
        name="Map",
        sentence=" ".join([_sentence(found, values), *_closeness(drawing)]),
        columns=[CardColumn("Hotspot area"), CardColumn("District"), CardColumn(measure.name, measure.unit)],
        rows=[[place.area.name, place.area.district.name, value] for value, place in rows],
        chart=drawing.chart() if drawing else None,
        about=[
            f"{measure.name}: {measure.definition}",
            f"The map shows the areas' boundaries{_faintly(ground)} and "
            "nothing else. It is drawn here, and asks no other service for a picture.",
            "An area too small to be seen is a dot in its middle, which says nothing of its size.",
            "The steps have the same width and are made for the areas and the period shown, so the same shade can "
            "stand for another number on another map.",
        ],
        notes=_notes(found, shapes),
    )


def _faintly(ground: Land) -> str:
    also = [*(["those of districts"] if ground.outlines else []), *(["places"] if ground.places else [])]
    return f", faintly {wording.listing(also)}," if also else ""


def _sentence(found: Places, values: Sequence[int]) -> str:
    measure, most = found.view.measure, max(values, default=0)
    if not most:
        return f"No {UNITS[measure][1]} were counted in these areas."
    names = [place.area.name for place, value in zip(found.places, values, strict=True) if value == most]
    if len(values) == 1:
        return f"{names[0]} had {said(most, measure)}."
    if len(names) == len(values):
        return f"All {len(names)} areas had the same: {said(most, measure)} each."
    total = value_of(Counts.total(place.counts for place in found.places), measure)
    if len(names) > 3:
        return f"{len(names)} of {len(values)} areas had the most: {said(most, measure)} each, of {total:,} in all."
    each = " each" if len(names) > 1 else ""
    whole = f"{total:,} in these {len(values)} areas"
    return f"{wording.listing(names)} had the most: {said(most, measure)}{each}, of {whole}."


def _closeness(drawing: "_Drawing | None") -> list[str]:
    chosen = drawing and next((place for place in drawing.found.places if place.area.pk == drawing.chosen), None)
    return [f"The map is zoomed in on {chosen.area.name}."] if chosen else []


def _notes(found: Places, shapes: Sequence[BaseGeometry | None]) -> list[str]:
    lost = [place.area.name for place, shape in zip(found.places, shapes, strict=True) if shape is None]
    notes = []
    if lost:
        notes.append(f"Not on the map, because the boundary cannot be drawn: {wording.listing(lost)}.")
    if found.view.near is not None and all(place.area.pk != found.view.near for place in found.places):
        notes.append("The area to zoom to was not active in this period, so the map shows all that were.")
    return notes


@dataclass(frozen=True)
class _Site:
    """An area on the map: its place in the list, and how it is seen. `zoom` is the code that fills the map with it."""

    number: int
    place: MapArea
    value: int
    shape: BaseGeometry | None
    zoom: str
    size: int
    is_chosen: bool

    @property
    def is_big(self) -> bool:
        return self.size >= BIG


class _Drawing:
    """The map of some places, seen as `found.view` says."""

    def __init__(self, found: Places, values: Sequence[int], ground: Land) -> None:
        self.found, self.values, self.ground = found, values, ground
        self.shapes = shapes = ground.areas
        self.scale = ShadeScale.of(values)
        self.everything = Frame.around([shape for shape in shapes if shape is not None])
        self.step = self._step(found.view)
        self.chosen = found.view.near if self.step else None
        self.frame = self._frame()
        rows = zip(found.places, values, shapes, strict=True)
        self.sites = [self._site(number, *row) for number, row in enumerate(rows, start=1)]

    def chart(self) -> AreaMap:
        """The map and its list."""
        measure = self.found.view.measure
        length, name = self.frame.scale()
        places, names = self.frame.named(self.ground.places)
        return AreaMap(
            measure=measure.code,
            name=measure.name,
            zoom="" if self.chosen is None else zoom_code(self.found.view),
            measures=[(each.code, each.name) for each in HEADLINE],
            outlines=self._outlines(),
            marks=labelled([self._spot(site, shape) for site, shape in self._seen()]),
            lines=[self._line(site) for site in self.sites],
            steps=self.scale.key(self.values, measure),
            scale=length,
            scale_label=name,
            districts=self.frame.lines(self.ground.outlines),
            places=places,
            place_names=[PlaceName(each, f"{x / 10:.1f}%", f"{y / 7.5:.1f}%") for each, x, y in names],
            closer=self._zoom_by(1),
            further=self._zoom_by(-1),
        )

    def _shape_of(self, area_id: int | None) -> BaseGeometry | None:
        pairs = zip(self.found.places, self.shapes, strict=True)
        return next((shape for place, shape in pairs if place.area.pk == area_id), None)

    def _step(self, view: MapView) -> int:
        shape = self._shape_of(view.near)
        if shape is None:
            return 0
        return self.everything.step_to(shape) if view.step is None else min(view.step, self.everything.last_step)

    def _frame(self) -> Frame:
        shape = self._shape_of(self.chosen)
        if shape is None:
            return self.everything
        west, south, east, north = shape.bounds
        # As long as the whole area is seen, its extent is in the middle, and then a place inside it.
        fits = self.step <= self.everything.step_to(shape)
        return self.everything.closer(((west + east) / 2, (south + north) / 2) if fits else middle(shape), self.step)

    def _site(self, number: int, place: MapArea, value: int, shape: BaseGeometry | None) -> _Site:
        # Without a zoom the map would come no closer.
        closer = shape is not None and self.everything.step_to(shape)
        return _Site(
            number,
            place,
            value,
            shape,
            zoom=zoom_code(MapView(near=place.area.pk)) if closer else "",
            size=0 if shape is None else self.frame.size(shape),
            is_chosen=place.area.pk == self.chosen,
        )

    def _seen(self) -> list[tuple[_Site, BaseGeometry]]:
        shown = [(site, site.shape) for site in self.sites if site.shape is not None]
        return [(site, shape) for site, shape in shown if self.frame.shows(shape)]

    def _zoom_by(self, steps: int) -> str:
        """The code of the next step, or nothing where there is none or no area is chosen."""
        step = self.step + steps
        if self.chosen is None or not 0 < step <= self.everything.last_step:
            return ""
        return zoom_code(MapView(near=self.chosen, step=step))

    def _outlines(self) -> list[Outline]:
        """The boundaries that can be seen, the biggest first, so that none lies under a bigger one."""
        seen = sorted((row for row in self._seen() if row[0].is_big), key=lambda row: -row[1].area)
        paths = self.frame.paths([shape for _, shape in seen])
        return [
            Outline(path, self.scale.step(site.value), site.is_chosen)
            for (site, _), path in zip(seen, paths, strict=True)
            if path
        ]

    def _spot(self, site: _Site, shape: BaseGeometry) -> Spot:
        x, y = self.frame.place(*middle(shape))
        area = site.place.area
        mark = Mark(
            zoom=site.zoom if len(self.sites) <= MOST_LINKED else "",
            title=f"{area.name}: {said(site.value, self.found.view.measure)}",
            step=self.scale.step(site.value),
            left=f"{x / 10:.1f}%",
            top=f"{y / 7.5:.1f}%",
            is_big=site.is_big,
            is_chosen=site.is_chosen,
        )
        return Spot(mark, x, y, str(site.number), area.town, site.size)

    def _line(self, site: _Site) -> MapLine:
        step, name = self.scale.step(site.value), site.place.area.name
        return MapLine(site.number, name, text(site.value), step, site.zoom, site.is_chosen)
