"""The files in a ZIP archive, read into memory: nothing is written anywhere, so no name can lead out of a folder."""

import zlib
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from hotspots.gis_files.contents import damaged, refusal

MOST_UNPACKED = 20_000_000
"""Bytes of all files that are read: half a million points with heights."""
MOST_ENTRIES = 1_000
# ValueError: a damaged archive can have names that are no text, and files that start before it.
_DAMAGED = (BadZipFile, EOFError, OSError, zlib.error, NotImplementedError, ValueError)


class Archive:
    """A ZIP archive whose files are found by their names in small letters."""

    def __init__(self, content: bytes) -> None:
        try:
            self._archive = ZipFile(BytesIO(content))
        except _DAMAGED as error:
            raise damaged() from error
        entries = self._archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise refusal("too_many_files", f"The archive must hold at most {MOST_ENTRIES:,} files.")
        self._entries = {_path(entry).lower(): entry for entry in entries if _is_meant(entry)}
        self._left = MOST_UNPACKED

    def ending(self, suffix: str) -> list[str]:
        """The paths of files with an ending like .shp, in small letters and in their order."""
        return sorted(path for path in self._entries if path.endswith(suffix))

    def name(self, path: str) -> str:
        """What a file is called, without its folders and its ending."""
        return PurePosixPath(_path(self._entries[path])).stem

    def __contains__(self, path: str) -> bool:
        """Whether there is a file at this path."""
        return path in self._entries

    def read(self, path: str, most: int | None = None) -> bytes:
        """What a file holds, or the first so many bytes of it. Raises DomainError `file_…`."""
        entry = self._entries[path]
        if entry.flag_bits & 0x1 or entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise refusal("password", "The archive is protected by a password, or packed in an unusual way.")
        limit = self._left + 1 if most is None else most
        try:
            with self._archive.open(entry) as stream:
                content = stream.read(limit)
        except _DAMAGED as error:
            raise damaged() from error
        self._left -= len(content)
        if self._left < 0:
            raise refusal(
                "too_large_unpacked", f"The files in the archive must be at most {MOST_UNPACKED // 1_000_000} MB."
            )
        return content


def _path(entry: ZipInfo) -> str:
    """The path of a file. Some programs write it with backslashes."""
    return entry.filename.replace("\\", "/")


def _is_meant(entry: ZipInfo) -> bool:
    """Whether an entry is a file that somebody put in, and not what macOS adds to it."""
    path = PurePosixPath(_path(entry))
    # A damaged archive has entries without a name.
    return bool(path.name) and not entry.is_dir() and "__MACOSX" not in path.parts and not path.name.startswith("._")
