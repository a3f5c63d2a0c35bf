"""What an XLSX or ODS file may be, before anything reads it: a small honest ZIP of plain XML."""

import re
import stat
import zlib
from typing import BinaryIO, NoReturn
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from hotspot.core.errors import DomainError

MOST_ENTRIES = 1_000
MOST_BYTES = 50_000_000
MOST_TIMES = 100
# Small parts may be as repetitive as they like.
RATIO_FROM_BYTES = 1_000_000
_CHUNK = 65_536
_LOCAL_HEADER = 30
# Other binary parts are no macros: settings of printers, properties that other programs add.
_MACROS = re.compile(r"vbaproject|^basic/|^scripts/|macrosheets/", re.IGNORECASE)
_NOT_NEEDED = re.compile(r"\.(exe|dll|js|vbs)$", re.IGNORECASE)
_OUTSIDE = re.compile(r"externallinks/|connections\.xml|embeddings/|\.(zip|xlsx|xlsm|ods|docx)$", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def check_archive(file: BinaryIO) -> None:
    """Raise DomainError `file_…` unless this is a workbook that is safe to open. Leaves the file at its beginning."""
    try:
        with ZipFile(file) as archive:
            _check_directory(archive)
            _check_contents(file, archive)
    except (BadZipFile, OSError, zlib.error, NotImplementedError, ValueError):
        _refuse("broken", "The file is damaged, or is not a spreadsheet. Save it again as XLSX, ODS or CSV.")
    file.seek(0)


def _check_directory(archive: ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        _refuse("too_many_parts", f"The file is made of more than {MOST_ENTRIES:,} parts. Save it as CSV.")
    _check_size(sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries))
    for entry in entries:
        _check_entry(entry)
    names = {_name(entry).lower() for entry in entries}
    if "xl/workbook.bin" in names:
        _refuse("xlsb", "The file is a binary workbook (XLSB). Save it as XLSX, ODS or CSV.")
    if not {"xl/workbook.xml", "content.xml"} & names:
        _refuse("not_a_workbook", "The selected file must be a CSV, XLSX or ODS file.")


def _check_size(unpacked: int, packed: int) -> None:
    if unpacked > MOST_BYTES or (unpacked > RATIO_FROM_BYTES and unpacked > MOST_TIMES * max(packed, 1)):
        _refuse(
            "too_large_unpacked", "The file is far larger than it looks. Save it as CSV, or take out what is empty."
        )


def _name(entry: ZipInfo) -> str:
    """The name of a part. Some programs write it with backslashes."""
    return entry.filename.replace("\\", "/")


def _check_entry(entry: ZipInfo) -> None:
    name = _name(entry)
    parts = name.split("/")
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    if ".." in parts or name.startswith("/") or ":" in parts[0] or is_link:
        _refuse("broken", "The file is damaged, or is not a spreadsheet. Save it again as XLSX, ODS or CSV.")
    if entry.flag_bits & 0x1:
        _refuse("password", "The file is protected by a password. Save it without one.")
    if _MACROS.search(name):
        _refuse("macros", "The file has macros. Save it as XLSX without macros, or as CSV.")
    if _NOT_NEEDED.search(name):
        _refuse("not_needed", "The file has parts that no spreadsheet needs. Save it again as XLSX, ODS or CSV.")
    if _OUTSIDE.search(name):
        _refuse("links", "The file refers to other files or holds some. Copy the values to a new file and save that.")
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        _refuse("broken", "The file is damaged, or is not a spreadsheet. Save it again as XLSX, ODS or CSV.")


def _check_contents(file: BinaryIO, archive: ZipFile) -> None:
    """Count the bytes that really are inside, whatever the directory says, and look at the head of each part."""
    total = 0
    for entry in archive.infolist():
        size, head = _unpack(file, entry, MOST_BYTES - total)
        total += size
        if size > entry.file_size or total > MOST_BYTES:
            _bomb()
        if entry.filename.endswith((".xml", ".rels")) and _DOCTYPE.search(head.replace(b"\0", b"")):
            _refuse("doctype", "The file has parts that no spreadsheet needs. Save it again as XLSX, ODS or CSV.")
        if b"encryption-data" in head and entry.filename.endswith("manifest.xml"):
            _refuse("password", "The file is protected by a password. Save it without one.")
        if entry.filename == "[Content_Types].xml" and b"macroEnabled" in head:
            _refuse("macros", "The file has macros. Save it as XLSX without macros, or as CSV.")


def _unpack(file: BinaryIO, entry: ZipInfo, most: int) -> tuple[int, bytes]:
    """How many bytes come out of a part, counted no further than just over `most`; and the first of them."""
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER)
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    if entry.compress_type == ZIP_STORED:
        return entry.compress_size, file.read(min(entry.compress_size, _CHUNK))
    inflater, left, size, head = zlib.decompressobj(-zlib.MAX_WBITS), entry.compress_size, 0, b""
    while left > 0 and not inflater.eof and size <= most:
        packed = file.read(min(_CHUNK, left))
        if not packed:
            break
        left -= len(packed)
        while packed and size <= most:
            unpacked = inflater.decompress(packed, _CHUNK)
            size += len(unpacked)
            head = head or unpacked
            packed = inflater.unconsumed_tail
    return size, head


def _bomb() -> NoReturn:
    message = "The file is far larger than it looks. Save it as CSV, or take out what is empty."
    _refuse("too_large_unpacked", message)


def _refuse(code: str, message: str) -> NoReturn:
    raise DomainError(f"file_{code}", message, "file")
