"""What shifts led to, its vocabularies, what became of arrests, answers about authorisations,
imported files, confirmed months, and what phones sent that has to be corrected."""

from outcomes.models.authorisations import AuthorisationAnswer, AuthorisationAnswerQuerySet
from outcomes.models.confirmations import MonthConfirmation, MonthConfirmationQuerySet
from outcomes.models.imports import AreaSpelling, FileImport, FileImportQuerySet, RememberedColumns
from outcomes.models.justice import JusticeStage, JusticeStageQuerySet
from outcomes.models.records import (
    ActivityCount,
    Arrest,
    AsbPowerUse,
    Outcome,
    OutcomeQuerySet,
    StopSearch,
    WeaponRecovered,
)
from outcomes.models.unfinished import UnfinishedShift, UnfinishedShiftQuerySet
from outcomes.models.vocabulary import (
    ActivityKind,
    AgeBand,
    AsbPowerKind,
    Ethnicity,
    JusticeOutcome,
    JusticeStep,
    OffenceGroup,
    OfficerEthnicity,
    SearchObject,
    SearchOutcome,
    SearchPower,
    Term,
    TermQuerySet,
    WeaponKind,
    WeaponSource,
)

__all__ = [
    "ActivityCount",
    "ActivityKind",
    "AgeBand",
    "AreaSpelling",
    "Arrest",
    "AsbPowerKind",
    "AsbPowerUse",
    "AuthorisationAnswer",
    "AuthorisationAnswerQuerySet",
    "Ethnicity",
    "FileImport",
    "FileImportQuerySet",
    "JusticeOutcome",
    "JusticeStage",
    "JusticeStageQuerySet",
    "JusticeStep",
    "MonthConfirmation",
    "MonthConfirmationQuerySet",
    "OffenceGroup",
    "OfficerEthnicity",
    "Outcome",
    "OutcomeQuerySet",
    "RememberedColumns",
    "SearchObject",
    "SearchOutcome",
    "SearchPower",
    "StopSearch",
    "Term",
    "TermQuerySet",
    "UnfinishedShift",
    "UnfinishedShiftQuerySet",
    "WeaponKind",
    "WeaponRecovered",
    "WeaponSource",
]
