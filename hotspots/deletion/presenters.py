"""What keeps a record from being deleted, in words and with a way to it."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.http import urlencode

from hotspot.core.references import Reference
from hotspots.models import District, HotspotArea, Programme

_WORDS = {
    "hotspots.FundingStream": ("funding stream", "funding streams"),
    "hotspots.HotspotArea": ("hotspot area", "hotspot areas"),
    "hotspots.DistrictAccess": ("supervisor who works there", "supervisors who work there"),
    "patrols.PatrolShift": ("shift", "shifts"),
    "reports.Statement": ("statement", "statements"),
    "reports.AnnouncedRelease": ("entry of the release calendar", "entries of the release calendar"),
    "reports.ReleaseChange": ("change of the release calendar", "changes of the release calendar"),
    "reports.ReturnTemplate": ("return", "returns"),
    "reports.ReturnWorkbook": ("workbook of a funder", "workbooks of funders"),
    "reports.TemplateRow": ("row of a return", "rows of returns"),
    "reports.TemplateVersion": ("version of a return", "versions of returns"),
    "reports.ProgrammeReturn": ("return", "returns"),
    "reports.SavedView": ("saved view", "saved views"),
    "core.Job": ("import or download that they started", "imports and downloads that they started"),
    "core.StoredFile": ("file that they uploaded or made", "files that they uploaded or made"),
    "core.Disclosure": ("download that is on record", "downloads that are on record"),
    "outcomes.FileImport": ("import", "imports"),
    "pghistory.Context": ("change that is on record", "changes that are on record"),
}
_PAGES = {
    "patrols.PatrolShift": "outcomes:shifts",
    "reports.Statement": "reports:statements",
    "reports.AnnouncedRelease": "reports:release_calendar",
    "reports.ReleaseChange": "reports:release_calendar",
    "reports.ReturnTemplate": "reports:returns",
    "reports.ReturnWorkbook": "reports:returns",
    "reports.TemplateRow": "reports:returns",
    "reports.TemplateVersion": "reports:returns",
    "reports.ProgrammeReturn": "reports:returns",
    "hotspots.HotspotArea": "hotspots:areas",
    "hotspots.DistrictAccess": "hotspots:people",
}


def use_rows(record: models.Model, uses: Iterable[Reference]) -> list[dict[str, Any]]:
    """Each kind of record that refers to this one: how many there are, and where they can be seen if they can."""
    return [_row(record, use) for use in uses]


def _row(record: models.Model, use: Reference) -> dict[str, Any]:
    label = use.model._meta.label
    default = (str(use.model._meta.verbose_name), str(use.model._meta.verbose_name_plural))
    words = _WORDS.get(label, default)[use.count != 1]
    past = " (in an earlier version)" if use.is_past and label != "pghistory.Context" else ""
    return {"text": f"{use.count:,} {words}{past}", "url": _url(record, label)}


def _url(record: models.Model, label: str) -> str:
    """The page on which these records are, narrowed down to this one where the page can be."""
    if label == "hotspots.FundingStream" and isinstance(record, Programme):
        return reverse("hotspots:programme", args=(record.pk,))
    if label not in _PAGES:
        return ""
    narrowed = {District: "district", HotspotArea: "area"}.get(type(record), "")
    query = {narrowed: record.pk} if narrowed and label in ("patrols.PatrolShift", "hotspots.HotspotArea") else {}
    return reverse(_PAGES[label]) + (f"?{urlencode(query)}" if query else "")
