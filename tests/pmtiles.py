"""Small PMTiles files for tests, written by hand from the specifications of PMTiles 3 and of Mapbox Vector Tiles 2."""

import json
from collections.abc import Sequence

HEADER_BYTES = 127
NO_COMPRESSION, VECTOR_TILES, PICTURES = 1, 1, 2
EXTENT = 4096
WHOLE_TILE = [(0, 0), (EXTENT, 0), (EXTENT, EXTENT), (0, EXTENT)]


def archive(layer: str, *, version: int = 3, tile_type: int = VECTOR_TILES, max_zoom: int = 1) -> bytes:
    """An archive whose every tile, up to a zoom, is one polygon of this layer and covers the whole tile."""
    drawn = tile(layer, WHOLE_TILE)
    number = sum(4**zoom for zoom in range(max_zoom + 1))
    # One entry: from tile 0, so many tiles in a row, the length of what they share, and where it lies (plus one).
    directory = b"".join(map(varint, (1, 0, number, len(drawn), 1)))
    metadata = json.dumps({"vector_layers": [{"id": layer, "fields": {}}]}).encode()
    metadata_at = HEADER_BYTES + len(directory)
    tiles_at = metadata_at + len(metadata)
    places = (HEADER_BYTES, len(directory), metadata_at, len(metadata), tiles_at, 0, tiles_at, len(drawn), number, 1, 1)
    header = b"PMTiles" + bytes([version]) + b"".join(each.to_bytes(8, "little") for each in places)
    header += bytes([1, NO_COMPRESSION, NO_COMPRESSION, tile_type, 0, max_zoom])
    edges = (-1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000)
    header += b"".join(each.to_bytes(4, "little", signed=True) for each in edges) + bytes(9)
    assert len(header) == HEADER_BYTES
    return header + directory + metadata + drawn


def tile(layer: str, ring: Sequence[tuple[int, int]]) -> bytes:
    """A vector tile with one polygon."""
    moves = [
        zigzag(to - here) for step in zip(ring, [(0, 0), *ring], strict=False) for to, here in zip(*step, strict=True)
    ]
    geometry = [command(1, 1), *moves[:2], command(2, len(ring) - 1), *moves[2:], command(7, 1)]
    polygon = key(3, 0) + varint(3) + field(4, b"".join(map(varint, geometry)))
    content = field(1, layer.encode()) + field(2, polygon) + key(5, 0) + varint(EXTENT) + key(15, 0) + varint(2)
    return field(3, content)


def varint(number: int) -> bytes:
    """A number as protocol buffers write it."""
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    return bytes([*found, number])


def zigzag(number: int) -> int:
    """A number with a sign, as one without."""
    return (number << 1) ^ (number >> 31)


def command(what: int, times: int) -> int:
    """A command to the pen: 1 moves it, 2 draws, 7 closes."""
    return what | times << 3


def key(number: int, kind: int) -> bytes:
    """The number of a field and how it is written: 0 a number, 2 bytes."""
    return varint(number << 3 | kind)


def field(number: int, content: bytes) -> bytes:
    """A field of bytes."""
    return key(number, 2) + varint(len(content)) + content
