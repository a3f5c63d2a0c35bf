"""The templates of returns: what a funder asks for, row by row."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pghistory
from django.db import transaction

from hotspot.core.errors import ChangedMeanwhile, DomainError
from hotspot.core.models import User
from hotspot.core.text import clean_line
from hotspots.models import FundingStream, Programme
from reports.models import ReturnTemplate, ReturnWorkbook, TemplateRow, TemplateVersion
from reports.returns.rules import ratio_fault, row_fault
from reports.returns.sources import OF_STREAM, WORDS, sources
from reports.returns.workbooks import check_workbook, faults

MOST_ROWS = 80
"""With up to 11 fields each, a page of them is within `DATA_UPLOAD_MAX_NUMBER_FIELDS`."""


@dataclass(frozen=True)
class AskedFor:
    """One row of a template as somebody wrote it. An empty `code`: the row is new. Money is in pence.

    A ratio divides the `top`th row by the `base`th, counted from 1; 0 is none.
    """

    label: str
    source: str
    bound: str = TemplateRow.Bound.NONE
    limit: int | None = None
    stream_id: int | None = None
    code: str = ""
    top: int = 0
    base: int = 0
    per: int = 1
    by_area: bool = False
    cell: str = ""


@transaction.atomic
def make_template(*, by: User, programme: Programme, name: str, every: str, by_area: bool) -> ReturnTemplate:
    """Begin a template, without rows. Raises DomainError `name_taken`."""
    Programme.objects.select_for_update().get(pk=programme.pk)
    template = ReturnTemplate(programme=programme, name=clean_line(name), every=every, by_area=by_area)
    if ReturnTemplate.objects.filter(programme=programme, name__iexact=template.name).exists():
        raise DomainError("name_taken", "The programme already has a return of this name.", "name")
    with pghistory.context(user=by.pk, action="made"):
        template.save()
    return template


@transaction.atomic
def make_with_rows(
    *, by: User, at: datetime, rows: Sequence[AskedFor], due_days: int | None = None, **facts: Any
) -> ReturnTemplate:
    """Begin a template that asks for these rows; `facts` are those of `make_template`.

    Raises what it and `save_rows` raise.
    """
    template = make_template(by=by, **facts)
    save_rows(by=by, at=at, template_id=template.pk, rows=rows, due_days=due_days, seen=0)
    return template


@transaction.atomic
def copy_template(*, by: User, at: datetime, template_id: int, programme: Programme, name: str) -> ReturnTemplate:
    """Begin a template that asks for what another asks for now, of the same programme or of one that follows it.

    Funding streams are found by their names. Raises DomainError `no_rows`, `stream_missing` and `name_taken`.
    """
    template = _template(template_id, by)
    newest = template.versions.first()
    if newest is None:
        raise DomainError("no_rows", "This return asks for nothing yet, so there is nothing to copy.")
    facts = {"programme": programme, "name": name, "every": template.every, "by_area": template.by_area}
    # The workbook stays behind: the funder's next one has its own cells.
    rows = [replace(row, code="", cell="") for row in asked_of(newest)]
    if programme != template.programme:
        rows = _with_streams_of(programme, rows)
    return make_with_rows(by=by, at=at, rows=rows, due_days=newest.due_days, **facts)


def asked_of(version: TemplateVersion) -> list[AskedFor]:
    """The rows of a version, as they would be written again."""
    rows = list(version.rows.all())
    places = {row.code: place for place, row in enumerate(rows, start=1)} | {"": 0}
    kept = ("label", "source", "bound", "limit", "stream_id", "code", "per", "by_area", "cell")
    return [
        AskedFor(**{name: getattr(row, name) for name in kept}, top=places[row.top], base=places[row.base])
        for row in rows
    ]


def _with_streams_of(programme: Programme, rows: Sequence[AskedFor]) -> list[AskedFor]:
    """The rows with the funding streams of another programme in place of those of the same names."""
    own = {stream.name.casefold(): stream.pk for stream in programme.funding_streams.all()}
    names = dict(FundingStream.objects.values_list("pk", "name"))

    def same(pk: int) -> int:
        if names[pk].casefold() not in own:
            missing = f"{programme} has no funding stream “{names[pk]}”. Add it there first."
            raise DomainError("stream_missing", missing, "programme")
        return own[names[pk].casefold()]

    def moved(row: AskedFor) -> AskedFor:
        stream_id = None if row.stream_id is None else same(row.stream_id)
        is_by_stream = row.source.startswith(OF_STREAM)
        source = f"{OF_STREAM}{same(int(row.source.removeprefix(OF_STREAM)))}" if is_by_stream else row.source
        return replace(row, stream_id=stream_id, source=source)

    return [moved(row) for row in rows]


@transaction.atomic
def save_rows(
    *, by: User, at: datetime, template_id: int, rows: Sequence[AskedFor], due_days: int | None, seen: int
) -> TemplateVersion:
    """Say what a template asks for from now on.

    It is a new version, unless nothing was made with the newest yet: then that is changed. `seen` is the id of the
    version that was looked at, 0 for none.

    Raises DomainError `no_rows`, `too_many_rows`, `row_wrong`, and ChangedMeanwhile.
    """
    template = _template(template_id, by)
    newest = template.versions.first()
    if seen != (newest.pk if newest else 0):
        raise ChangedMeanwhile
    _check_rows(rows, template)
    workbook = newest.workbook if newest else None
    _check_cells(rows, workbook)
    with pghistory.context(user=by.pk, action="asks changed"):
        codes, number = _codes(rows, template), newest.number + 1 if newest else 1
        if newest and not newest.returns.exists():
            # What was due since it was asked for first is still awaited.
            number, at = newest.number, newest.created_at
            newest.rows.all().delete()
            newest.delete()
        version = TemplateVersion.objects.create(
            template=template, number=number, due_days=due_days, workbook=workbook, created_by=by, created_at=at
        )
        for place, row in enumerate(rows, start=1):
            _add_row(version, place, row, codes)
    return version


def _codes(rows: Sequence[AskedFor], template: ReturnTemplate) -> list[str]:
    """The code of each row: that which it has, or one that no row of the template ever had."""
    known = TemplateRow.objects.filter(version__template=template).values_list("code", flat=True)
    used = max((int(code.removeprefix("row-")) for code in known), default=0)
    codes = []
    for row in rows:
        used += not row.code
        codes.append(row.code or f"row-{used}")
    return codes


def _add_row(version: TemplateVersion, place: int, row: AskedFor, codes: Sequence[str]) -> None:
    TemplateRow.objects.create(
        version=version,
        position=place,
        code=codes[place - 1],
        label=clean_line(row.label),
        source=row.source,
        bound=row.bound,
        limit=row.limit,
        stream_id=row.stream_id,
        top=codes[row.top - 1] if row.top else "",
        base=codes[row.base - 1] if row.base else "",
        per=row.per,
        by_area=row.by_area,
        cell=clean_line(row.cell),
    )


def _check_rows(rows: Sequence[AskedFor], template: ReturnTemplate) -> None:
    if not rows:
        raise DomainError("no_rows", "Enter at least one thing that is asked for.")
    if len(rows) > MOST_ROWS:
        raise DomainError("too_many_rows", f"A return can ask for {MOST_ROWS} things at the most.")
    known = sources(template.programme)
    streams = set(FundingStream.objects.filter(programme=template.programme).values_list("pk", flat=True))
    codes = [row.code for row in rows if row.code]
    own = set(TemplateRow.objects.filter(version__template=template).values_list("code", flat=True))
    if len(codes) != len(set(codes)) or not set(codes) <= own:
        raise ChangedMeanwhile
    for row in rows:
        fault = row_fault(source=row.source, bound=row.bound, limit=row.limit, by_area=row.by_area)
        has_stream = row.stream_id is not None and row.stream_id in streams
        if not fault and (row.source not in known or (row.bound == TemplateRow.Bound.BUDGET) != has_stream):
            fault = "source", "Choose what fills it from the list."
        fault = fault or ratio_fault(
            source=row.source,
            top=_source_of(rows, row.top),
            base=_source_of(rows, row.base),
            is_same=row.top == row.base,
            per=row.per,
            by_area=row.by_area,
        )
        if fault is not None:
            raise DomainError("row_wrong", f"{row.label}: {fault[1]}", fault[0])


def _check_cells(rows: Sequence[AskedFor], workbook: ReturnWorkbook | None, field: str = "cell") -> None:
    """Refuse a row's cell that cannot be filled. Raises DomainError `row_wrong` on `field`."""
    named = [(row, clean_line(row.cell)) for row in rows if row.cell]
    wrong = faults(bytes(workbook.content), [cell for _, cell in named]) if workbook and named else {}
    for row, cell in named:
        fault = "Upload the funder’s workbook first, then name its cells." if workbook is None else wrong.get(cell)
        if row.source in WORDS:
            fault = "Headings and notes fill no cell of the workbook."
        if fault:
            raise DomainError("row_wrong", f"{row.label}: {fault}", field)


@transaction.atomic
def keep_workbook(*, by: User, at: datetime, template_id: int, name: str, content: bytes, seen: int) -> TemplateVersion:
    """Keep the funder's workbook with what a template asks for from now on. Cells that rows name already must be there.

    It is a new version where returns were made with the newest (`seen`: its id). Raises DomainError `workbook_…` and
    `file_…` for a file that cannot be used, `row_wrong` and `no_rows`, and ChangedMeanwhile.
    """
    template = _template(template_id, by)
    newest = template.versions.first()
    if newest is None:
        raise DomainError("no_rows", "Say first what this return asks for, row by row.")
    if seen != newest.pk:
        raise ChangedMeanwhile
    check_workbook(name, content)
    workbook = ReturnWorkbook(
        template=template, name=clean_line(name)[-200:], content=content, added_by=by, added_at=at,
        sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    rows = asked_of(newest)
    _check_cells(rows, workbook, "file")
    with pghistory.context(user=by.pk, action="workbook kept"):
        workbook.save()
        # Another version even where the newest was not used: who looked at that is told.
        newest = save_rows(by=by, at=at, template_id=template.pk, rows=rows, due_days=newest.due_days, seen=seen)
        replaced, newest.workbook = newest.workbook, workbook
        newest.save()
        if replaced and not replaced.versions.exists():
            replaced.delete()
    return newest


def _source_of(rows: Sequence[AskedFor], place: int) -> str | None:
    """What fills the row at a place, counted from 1. None if there is none."""
    return rows[place - 1].source if 1 <= place <= len(rows) else None


@transaction.atomic
def remove_template(*, by: User, template_id: int) -> None:
    """Remove a template with which nothing was made. Raises DomainError `template_used`."""
    template = _template(template_id, by)
    if template.returns.exists():
        raise DomainError("template_used", "Returns were made with this template, so it stays.")
    with pghistory.context(user=by.pk, action="removed"):
        TemplateRow.objects.filter(version__template=template).delete()
        template.versions.all().delete()
        template.workbooks.all().delete()
        template.delete()


def _template(template_id: int, by: User) -> ReturnTemplate:
    templates = ReturnTemplate.objects.visible_to(by).select_related("programme")
    return templates.select_for_update(of=("self",)).get(pk=template_id)
