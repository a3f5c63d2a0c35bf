"""KML, the format of Google Earth: its Placemarks, in whatever folders they are."""

from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from hotspots.gis_files.contents import CoordinateSystem, Layer, damaged, refusal

MOST_ELEMENTS = 200_000
"""An element takes more memory than the letters that it is written with."""
MOST_DEPTH = 50
_OTHER_GEOMETRIES = {
    "Point": "Point",
    "LineString": "LineString",
    "LinearRing": "LineString",
    "Track": "LineString",
    "MultiTrack": "MultiLineString",
    "Model": "Point",
}
_GEOMETRIES = {"Polygon", "MultiGeometry", *_OTHER_GEOMETRIES}


def read_kml(content: bytes) -> Layer:
    """The Placemarks of a KML document as features. Raises DomainError `file_…`, for any DOCTYPE too."""
    try:
        root = _parsed(content)
    except DefusedXmlException as error:
        raise refusal("doctype", "The file has a DOCTYPE, which no KML file needs. Export it again.") from error
    except (ParseError, ValueError, LookupError) as error:
        raise damaged() from error
    if _name(root) != "kml":
        raise refusal("not_kml", f"The file is XML, but not KML: it begins with <{_name(root)[:30]}>.")
    features = [_feature(placemark) for placemark in root.iter() if _name(placemark) == "Placemark"]
    return Layer("KML", features, CoordinateSystem.WGS_84)


def _parsed(content: bytes) -> Element:
    """The root of a document of a bounded number of elements."""
    count = depth = 0
    root: Element | None = None
    for event, element in iterparse(BytesIO(content), ("start", "end"), forbid_dtd=True):
        if event == "end":
            depth -= 1
            continue
        root = element if root is None else root
        count, depth = count + 1, depth + 1
        if count > MOST_ELEMENTS or depth > MOST_DEPTH:
            raise refusal("too_complex", f"The file must have at most {MOST_ELEMENTS:,} elements, {MOST_DEPTH} deep.")
    if root is None:
        raise damaged()
    return root


def _name(element: Element) -> str:
    """The name of an element, in whichever version's namespace."""
    return element.tag.rpartition("}")[2]


def _feature(placemark: Element) -> dict[str, Any]:
    geometry = next((_geometry(child) for child in placemark if _name(child) in _GEOMETRIES), None)
    return {"type": "Feature", "id": placemark.get("id"), "properties": _properties(placemark), "geometry": geometry}


def _properties(placemark: Element) -> dict[str, str]:
    """The name of a Placemark, and what mapping software adds to it under the names of columns."""
    found = {"name": (placemark.findtext("{*}name") or "").strip()}
    for data in placemark.iterfind("{*}ExtendedData//{*}Data"):
        found[data.get("name", "")] = (data.findtext("{*}value") or "").strip()
    for data in placemark.iterfind("{*}ExtendedData//{*}SimpleData"):
        found[data.get("name", "")] = (data.text or "").strip()
    return found


def _geometry(element: Element) -> dict[str, Any]:
    """The GeoJSON geometry of an element. Of what are no polygons, only the type."""
    name = _name(element)
    if name == "Polygon":
        rings = [
            *element.iterfind("{*}outerBoundaryIs/{*}LinearRing"),
            *element.iterfind("{*}innerBoundaryIs/{*}LinearRing"),
        ]
        return {"type": "Polygon", "coordinates": [_positions(ring) for ring in rings]}
    if name != "MultiGeometry":
        return {"type": _OTHER_GEOMETRIES[name]}
    parts = [_geometry(child) for child in element if _name(child) in _GEOMETRIES]
    polygons: list[Any] = []
    for part in parts:
        if part["type"] not in ("Polygon", "MultiPolygon"):
            return {"type": "GeometryCollection"}
        polygons += [part["coordinates"]] if part["type"] == "Polygon" else part["coordinates"]
    return {"type": "MultiPolygon", "coordinates": polygons}


def _positions(ring: Element) -> list[list[float]]:
    text = ring.findtext("{*}coordinates") or ""
    try:
        return [[float(number) for number in position.split(",")] for position in text.split()]
    except ValueError as error:
        raise refusal("not_a_number", "A coordinate in the file is not a number. Export it again.") from error
