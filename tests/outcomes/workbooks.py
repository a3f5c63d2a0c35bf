"""Workbooks for tests, made by hand so that every byte of them can be wrong."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time

Cell = str | int | float | date | time | None
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no zone
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Cell styles: 0 general, 1 date, 2 clock time, 3 both.
_FORMATS = (0, 14, 20, 22)


def xlsx(sheets: Mapping[str, Sequence[Sequence[Cell]]], **more: str | bytes) -> bytes:
    """A workbook with these sheets, and these further parts by name."""
    names = list(sheets)
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/vnd'
        '.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, start=1))
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_RELATIONS}">'
        + "".join(
            f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
            for n in range(1, len(names) + 1)
        )
        + f'<Relationship Id="rId99" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'{_HEAD}<styleSheet xmlns="{_MAIN}"><cellXfs>'
        + "".join(f'<xf numFmtId="{number}" applyNumberFormat="1"/>' for number in _FORMATS)
        + "</cellXfs></styleSheet>",
    }
    for n, name in enumerate(names, start=1):
        parts[f"xl/worksheets/sheet{n}.xml"] = sheet_xml(sheets[name])
    return packed(parts | more)


def sheet_xml(rows: Sequence[Sequence[Cell]]) -> str:
    """One sheet."""
    body = "".join(
        f'<row r="{r}">' + "".join(_cell(f"{chr(65 + c)}{r}", value) for c, value in enumerate(row)) + "</row>"
        for r, row in enumerate(rows, start=1)
    )
    return f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'


def _cell(place: str, value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith("="):
        return f'<c r="{place}"><f>{value[1:]}</f><v>2</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    style, number = _serial(value)
    return f'<c r="{place}" s="{style}"><v>{number}</v></c>'


def _serial(value: Cell) -> tuple[int, float]:
    if isinstance(value, datetime):
        return 3, (value - _EPOCH).total_seconds() / 86_400
    if isinstance(value, date):
        return 1, (value - _EPOCH.date()).days
    if isinstance(value, time):
        return 2, (value.hour * 60 + value.minute) / 1440
    assert isinstance(value, int | float)
    return 0, value


def ods(rows: Sequence[Sequence[Cell]], **more: str | bytes) -> bytes:
    """An OpenDocument spreadsheet with one sheet."""
    body = "".join(
        "<table:table-row>" + "".join(_ods_cell(value) for value in row) + "</table:table-row>" for row in rows
    )
    namespaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    parts: dict[str, str | bytes] = {
        "mimetype": mimetype,
        "content.xml": f'{_HEAD}<office:document-content {namespaces} office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="Sheet1">{body}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>",
        "META-INF/manifest.xml": f'{_HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:'
        f'manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="{mimetype}"/>'
        "</manifest:manifest>",
    }
    return packed(parts | more)


def _ods_cell(value: Cell) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, time):
        kind, said = "time", f'office:time-value="PT{value.hour:02d}H{value.minute:02d}M00S"'
    elif isinstance(value, date):
        kind, said = "date", f'office:date-value="{value.isoformat()}"'
    elif isinstance(value, int | float):
        kind, said = "float", f'office:value="{value}"'
    else:
        kind, said = "string", ""
    text = f"<text:p>{value}</text:p>"
    return f'<table:table-cell office:value-type="{kind}" {said}>{text}</table:table-cell>'


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A ZIP of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()
