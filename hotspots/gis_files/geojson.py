"""GeoJSON, as far as the features go: geometries are checked by whoever uses them."""

import json
from typing import Any

from hotspots.gis_files import coordinate_systems
from hotspots.gis_files.contents import EXPORT_AGAIN, CoordinateSystem, Layer, refusal


def read_geojson(content: bytes) -> Layer:
    """The features of a collection, or the one feature or geometry that the file is. Raises DomainError `file_…`."""
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise refusal("not_json", f"The file must be GeoJSON that is complete and in UTF-8. {EXPORT_AGAIN}") from error
    if not isinstance(document, dict) or not (document.get("type") == "FeatureCollection" or "features" in document):
        feature = document if isinstance(document, dict) and document.get("type") == "Feature" else _around(document)
        return Layer("GeoJSON", [feature], _system(document), is_collection=False)
    features = document.get("features")
    return Layer("GeoJSON", features if isinstance(features, list) else [], _system(document))


def _around(geometry: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": {}, "geometry": geometry}


def _system(document: Any) -> CoordinateSystem | None:
    """What the member `crs` says, which the standard has given up and mapping software still writes."""
    crs = document.get("crs") if isinstance(document, dict) else None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    if not isinstance(properties, dict):
        return None
    name, code = properties.get("name"), properties.get("code")
    if isinstance(name, str):
        return coordinate_systems.from_urn(name)
    return coordinate_systems.from_epsg(code) if isinstance(code, int) else None
