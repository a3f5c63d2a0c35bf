"""Programmes, districts, hotspot areas, their sets and targets, and the police data by which areas are chosen."""

from hotspots.models.area_sets import AreaOrigin, AreaSet, AreaSetMember, AreaSetQuerySet
from hotspots.models.doses import DoseTarget
from hotspots.models.harm import HarmTable, HarmWeight
from hotspots.models.incidents import (
    DataBreak,
    Dataset,
    HotspotAnalysis,
    Incident,
    IncidentCategory,
    IncidentFile,
    IncidentMonth,
    IncidentMonthQuerySet,
)
from hotspots.models.layers import LayerUnit, UnitLayer
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
    Place,
    PlaceQuerySet,
    Programme,
    ProgrammeQuerySet,
)
from hotspots.models.residents import ResidentCount, ResidentTable, ResidentTableQuerySet
from hotspots.models.searches import PublishedSearch, SearchMonth

__all__ = [
    "SMALLEST_SHOWN",
    "AreaOrigin",
    "AreaSet",
    "AreaSetMember",
    "AreaSetQuerySet",
    "AreaTarget",
    "DataBreak",
    "Dataset",
    "District",
    "DistrictAccess",
    "DistrictQuerySet",
    "DoseTarget",
    "FundingStream",
    "FundingStreamQuerySet",
    "HarmTable",
    "HarmWeight",
    "HotspotAnalysis",
    "HotspotArea",
    "HotspotAreaQuerySet",
    "Incident",
    "IncidentCategory",
    "IncidentFile",
    "IncidentMonth",
    "IncidentMonthQuerySet",
    "LayerUnit",
    "Place",
    "PlaceQuerySet",
    "Programme",
    "ProgrammeQuerySet",
    "PublishedSearch",
    "ResidentCount",
    "ResidentTable",
    "ResidentTableQuerySet",
    "SearchMonth",
    "UnitLayer",
]
