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
from hotspots.models.ledger import (
    ClosedMonth,
    ClosedMonthQuerySet,
    IncomeLine,
    IncomeLineQuerySet,
    IncomeMonth,
    IncomeReceipt,
    PreparedMonth,
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
    Place,
    PlaceQuerySet,
    Programme,
    ProgrammeQuerySet,
)
from hotspots.models.searches import PublishedSearch, SearchMonth
from hotspots.models.spend import CapCategory, SpendCap, SpendCategory, SpendEntry, SpendEntryQuerySet
from hotspots.models.spend_imports import RememberedSpendColumns, SpendImport, SpendImportQuerySet

__all__ = [
    "SMALLEST_SHOWN",
    "AreaOrigin",
    "AreaSet",
    "AreaSetMember",
    "AreaSetQuerySet",
    "AreaTarget",
    "CapCategory",
    "ClosedMonth",
    "ClosedMonthQuerySet",
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
    "IncomeLine",
    "IncomeLineQuerySet",
    "IncomeMonth",
    "IncomeReceipt",
    "LayerUnit",
    "Place",
    "PlaceQuerySet",
    "PreparedMonth",
    "Programme",
    "ProgrammeQuerySet",
    "PublishedSearch",
    "RememberedSpendColumns",
    "SearchMonth",
    "SpendCap",
    "SpendCategory",
    "SpendEntry",
    "SpendEntryQuerySet",
    "SpendImport",
    "SpendImportQuerySet",
    "UnitLayer",
]
