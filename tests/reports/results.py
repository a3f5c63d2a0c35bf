"""Residents of a census and a frozen pack, for tests of the scrutiny pack."""

from datetime import UTC, date, datetime

from hotspot.core.models import User
from hotspots.models import ResidentTable
from hotspots.residents.operations import load_residents
from reports.models import FrozenPack
from reports.scrutiny.operations import freeze_pack

# From the ONS's table of ethnic groups by police force area, 2011 census (Open Government Licence v3.0).
WIDE = (
    "PFA16NM,Ethnic Group: All categories: Ethnic group; measures: Value,Ethnic Group: White; measures: Value,"
    "Ethnic Group: White: Irish; measures: Value,Ethnic Group: Mixed; measures: Value,"
    "Ethnic Group: Asian; measures: Value,Ethnic Group: Black; measures: Value,Ethnic Group: Other; measures: Value\n"
    "Cumbria,499858,492257,1552,2504,4066,579,452\n"
    "Hertfordshire,1116062,977495,17260,27497,72581,31401,7088\n"
)


def residents(*, by: User, content: str = WIDE, place: str = "Hertfordshire", year: int = 2011) -> ResidentTable:
    """The residents of a place, loaded."""
    return load_residents(
        by=by,
        at=datetime(2024, 10, 12, 11, tzinfo=UTC),
        place=place,
        census_year=year,
        licence="Open Government Licence v3.0",
        source="Office for National Statistics",
        file_name="residents.csv",
        content=content.encode(),
    )


def frozen_pack(force, at: datetime, *, meeting: str = "Scrutiny panel") -> FrozenPack:
    """A pack that Anna froze for a meeting."""
    return freeze_pack(by=force.anna, at=at, programme=force.programme, meeting=meeting, meets_on=date(2024, 11, 1))
