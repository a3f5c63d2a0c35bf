"""Programmes, districts, hotspot areas and targets, and the police data by which areas are chosen."""

from hotspots.models.incidents import (
    DataBreak,
    HotspotAnalysis,
    Incident,
    IncidentCategory,
    IncidentFile,
    IncidentMonth,
    IncidentMonthQuerySet,
)
from hotspots.models.reference import (
    SMALLEST_SHOWN,
    AreaTarget,
    District,
    DistrictAccess,
    DistrictQuerySet,
    FundingStream,
    FundingStreamQuerySet,
    HotspotArea,
    HotspotAreaQuerySet,
    Programme,
    ProgrammeQuerySet,
)

__all__ = [
    "SMALLEST_SHOWN",
    "AreaTarget",
    "DataBreak",
    "District",
    "DistrictAccess",
    "DistrictQuerySet",
    "FundingStream",
    "FundingStreamQuerySet",
    "HotspotAnalysis",
    "HotspotArea",
    "HotspotAreaQuerySet",
    "Incident",
    "IncidentCategory",
    "IncidentFile",
    "IncidentMonth",
    "IncidentMonthQuerySet",
    "Programme",
    "ProgrammeQuerySet",
]
