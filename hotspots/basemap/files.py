"""The file of the basemap: one archive of vector tiles in the format PMTiles, version 3."""

from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from django.conf import settings

from hotspot.core.errors import DomainError

# From the specification of PMTiles, version 3: where a number of one byte stands in the header.
MAGIC = b"PMTiles"
HEADER_BYTES = 127
VERSION, TILE_TYPE, MAX_ZOOM = 7, 99, 101
VECTOR_TILES = 1


@dataclass(frozen=True)
class Basemap:
    """A file of vector tiles: its size in bytes, the closest zoom that it has tiles for, and what changes with it."""

    path: Path
    size: int
    max_zoom: int
    etag: str


def read_basemap(path: Path) -> Basemap:
    """What the header of a file says. Raises DomainError `basemap_…`."""
    try:
        with path.open("rb") as file:
            header = file.read(HEADER_BYTES)
        found = path.stat()
    except OSError as error:
        message = f"The file of the basemap cannot be read: {error.strerror}."
        raise DomainError("basemap_unreadable", message) from error
    if not header.startswith(MAGIC) or len(header) < HEADER_BYTES:
        _refuse("not_pmtiles", "The file of the basemap is not in the format PMTiles.")
    if header[VERSION] != 3:
        _refuse("version", f"The file of the basemap is PMTiles version {header[VERSION]}; version 3 is needed.")
    if header[TILE_TYPE] != VECTOR_TILES:
        _refuse("not_vector", "The file of the basemap holds pictures; vector tiles (MVT) are needed.")
    return Basemap(path, found.st_size, header[MAX_ZOOM], f'"{found.st_mtime_ns:x}-{found.st_size:x}"')


def current_basemap() -> Basemap | None:
    """The basemap of this service. None where there is none, or its file cannot be used, which a check says."""
    if not settings.BASEMAP_FILE:
        return None
    try:
        return read_basemap(Path(settings.BASEMAP_FILE))
    except DomainError:
        return None


def _refuse(code: str, message: str) -> NoReturn:
    raise DomainError(f"basemap_{code}", message)
