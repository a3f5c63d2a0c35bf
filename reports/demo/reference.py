"""What patrols stand on: programmes, funding streams, districts, hotspot areas and their targets."""

import csv
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from hotspot.core.calendar import Period
from hotspots.areas.boundaries import METRES_A_DEGREE
from hotspots.models import AreaTarget, District, FundingStream, HotspotArea, Programme

LAUNCH = date(2024, 5, 1)
FIRST_PROGRAMME = Period(LAUNCH, date(2025, 3, 31))
GRANT_PENCE = 1_000_000_00
# The whole of it together.
STREAMS = {
    FundingStream.Kind.HOME_OFFICE_GRANT: 850_000_00,
    FundingStream.Kind.PCC_MATCH: 90_000_00,
    FundingStream.Kind.COUNCIL: 60_000_00,
    FundingStream.Kind.BUSINESS_AS_USUAL: None,
}
CORNERS = 9
TOWNS = Path(__file__).with_name("towns.csv")
OUTLINES = Path(__file__).with_name("districts.geojson")
TARGET_HOURS_A_MONTH = 1_700


@dataclass(frozen=True)
class Town:
    """One line of `towns.csv`: a hotspot area to be. `busyness` is its share of all patrols."""

    name: str
    town: str
    district: str
    district_code: str
    kind: str
    latitude: float
    longitude: float
    busyness: int


def places() -> list[Town]:
    """The twelve areas in the press office's order."""
    with TOWNS.open(newline="") as file:
        return [
            Town(
                **{  # type: ignore[arg-type]
                    **row,
                    "latitude": float(row["latitude"]),
                    "longitude": float(row["longitude"]),
                    "busyness": int(row["busyness"]),
                }
            )
            for row in csv.DictReader(file)
        ]


def outlines() -> dict[str, dict[str, Any]]:
    """The outlines of the county's ten districts by ONS code, as the page for outlines would load them."""
    features = json.loads(OUTLINES.read_text())["features"]
    return {feature["properties"]["LAD13CD"]: feature["geometry"] for feature in features}


def programme_name(period: Period) -> str:
    """Operation Hotspot 2024/25: by the financial year that the period lies in."""
    year = Period.financial_year(period.first_day).first_day.year
    return f"Operation Hotspot {year}/{(year + 1) % 100:02d}"


def make_programme(period: Period, *, name: str = "") -> dict[str, FundingStream]:
    """A programme of these dates with everything that may pay for it. Gives the streams by kind."""
    programme = Programme.objects.create(
        name=name or programme_name(period),
        first_day=period.first_day,
        last_day=period.last_day,
        grant_pence=GRANT_PENCE,
        is_default=not Programme.objects.exists(),
    )
    streams = FundingStream.objects.bulk_create(
        FundingStream(
            programme=programme,
            name=kind.label,
            kind=kind,
            budget_pence=budget,
            is_default=kind == FundingStream.Kind.HOME_OFFICE_GRANT,
        )
        for kind, budget in STREAMS.items()
    )
    return {stream.kind: stream for stream in streams}


def make_areas(chosen: Sequence[Town], *, first_day: date, random: Random) -> dict[Town, HotspotArea]:
    """The districts and hotspot areas of these places, in their order, each with a boundary around its middle."""
    codes, drawn = {place.district: place.district_code for place in chosen}, outlines()
    made = District.objects.bulk_create(
        District(name=name, code=code, outline=drawn.get(code)) for name, code in sorted(codes.items())
    )
    districts = {district.name: district for district in made}
    areas = HotspotArea.objects.bulk_create(
        HotspotArea(
            name=place.name,
            town=place.town,
            district=districts[place.district],
            kind=place.kind,
            boundary=boundary(place, random),
            first_day=first_day,
            position=position,
        )
        for position, place in enumerate(chosen, start=1)
    )
    return dict(zip(chosen, areas, strict=True))


def boundary(place: Town, random: Random) -> dict[str, Any]:
    """A made-up GeoJSON Polygon of 250 to 450 m around the place, anticlockwise as RFC 7946 wants it."""
    corners = [_corner(place, random.uniform(250, 450), 2 * math.pi * n / CORNERS) for n in range(CORNERS)]
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}


def _corner(place: Town, metres: float, angle: float) -> list[float]:
    north = metres * math.sin(angle) / METRES_A_DEGREE
    east = metres * math.cos(angle) / (METRES_A_DEGREE * math.cos(math.radians(place.latitude)))
    return [round(place.longitude + east, 6), round(place.latitude + north, 6)]


def make_targets(areas: dict[Town, HotspotArea], *, first_month: date) -> None:
    """A monthly target for each area, by how busy it is, in tens of hours."""
    everything = sum(place.busyness for place in areas)
    shares = {area: TARGET_HOURS_A_MONTH * place.busyness / everything for place, area in areas.items()}
    AreaTarget.objects.bulk_create(
        AreaTarget(
            area=area,
            first_month=first_month,
            patrol_minutes=60 * 10 * round(hours / 10),
            patrols=round(hours / 8),
        )
        for area, hours in shares.items()
    )
