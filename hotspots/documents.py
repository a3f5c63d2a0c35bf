"""Documents that people attach: what a file is by its name, if its content begins as that does."""

from pathlib import PurePath

from django.utils.text import get_valid_filename

from hotspot.core.spreadsheets import XLSX_TYPE

_ZIP = b"PK\x03\x04"
_BEGINNINGS = {
    ".pdf": ("application/pdf", b"%PDF-"),
    ".png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": ("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _ZIP),
    ".xlsx": (XLSX_TYPE, _ZIP),
}
ENDINGS = tuple(_BEGINNINGS)
"""The endings of every kind of document."""
PRINTED = (".pdf", ".png", ".jpg", ".jpeg")
"""Those of what is printed or photographed, like an invoice."""


def ending_of(name: str) -> str:
    """The ending of a file's name in small letters, with its dot; empty for none."""
    return PurePath(name).suffix.lower()


def file_name_of(name: str) -> str:
    """A name under which every system can keep a file: letters of any script, figures and signs that mean nothing."""
    path = PurePath(name)
    stem = get_valid_filename(f"_{path.stem}").strip("._-")
    return f"{stem or 'document'}{path.suffix.lower()}"


def media_type_of(name: str) -> str:
    """The media type that a name promises; empty for none of these kinds."""
    return _BEGINNINGS.get(ending_of(name), ("", b""))[0]


def is_as_named(name: str, content: bytes) -> bool:
    """Whether content begins as that of its name does. False for a name of none of these kinds."""
    media_type, beginning = _BEGINNINGS.get(ending_of(name), ("", b""))
    return bool(media_type) and content.startswith(beginning)
