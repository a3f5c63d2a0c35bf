"""Extracts of published police data, and files made of single rows."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from hotspots.analysis import operations as analyses
from hotspots.harm.operations import load_weights
from hotspots.incidents import loading, operations
from hotspots.layers.operations import load_layer
from hotspots.models import District, HarmTable, HotspotAnalysis, IncidentCategory, IncidentFile, UnitLayer

DATA = Path(__file__).with_name("data")
OUTLINES = Path(__file__).resolve().parents[2] / "reports/demo/districts.geojson"
MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04", "2025-01", "2025-02", "2025-03", "2025-04")
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
COLUMNS = (
    "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code", "LSOA name",
    "Crime type", "Last outcome category", "Context",
)  # fmt: skip
ROW = {
    "Crime ID": "a" * 64,
    "Month": "2024-01",
    "Reported by": "Hertfordshire Constabulary",
    "Falls within": "Hertfordshire Constabulary",
    "Longitude": "-0.278",
    "Latitude": "51.949",
    "Location": "On or near High Street",
    "LSOA code": "E01023500",
    "LSOA name": "Watford 003A",
    "Crime type": "Burglary",
    "Last outcome category": "Under investigation",
    "Context": "",
}


def hertfordshire(month: str) -> bytes:
    """The extract of one month, as CSV."""
    return gzip.decompress((DATA / f"{month}-hertfordshire-street.csv.gz").read_bytes())


@cache
def outlines() -> dict[str, dict[str, Any]]:
    """The features of the ten districts, by their names."""
    features = json.loads((OUTLINES).read_text())["features"]
    return {each["properties"]["LAD13NM"]: each for each in features}


def load_county(force: Any) -> None:
    """Set up the ten districts with their outlines, and load all eight months of Hertfordshire."""
    force.north_herts.name_in_police_data = "North Hertfordshire"
    force.north_herts.save()
    for name, feature in outlines().items():
        code, outline = feature["properties"]["LAD13CD"], feature["geometry"]
        District.objects.update_or_create(
            code=code,
            defaults={"outline": outline},
            create_defaults={"name": name, "code": code, "outline": outline},
        )
    members = {f"{month}-hertfordshire-street.csv": hertfordshire(month) for month in MONTHS}
    load(archive(members), by=force.anna, name="a.zip")


def load_northumbria(force: Any) -> None:
    """Set up a district as large as Northumbria, and load eleven months of its anti-social behaviour."""
    ring = [[-2.7, 54.7], [-1.2, 54.7], [-1.2, 55.9], [-2.7, 55.9], [-2.7, 54.7]]
    outline = {"type": "Polygon", "coordinates": [ring]}
    District.objects.update(outline=outline)
    District.objects.create(name="Newcastle upon Tyne", code="E08000021", outline=outline)
    load(northumbria(), by=force.anna, name="northumbria.csv")


EXTRACT_ROW = {
    "Crime number": "41/1/24",
    "Offence": "Burglary",
    "Longitude": "-0.3",
    "Latitude": "51.9",
    "From": "2024-01-05 22:00",
    "To": "2024-01-05 22:00",
    "Police generated": "",
    "Street": "High Street",
}
SQUARE = {"type": "Polygon", "coordinates": [[[-0.4, 51.8], [-0.2, 51.8], [-0.2, 52], [-0.4, 52], [-0.4, 51.8]]]}
"""An outline that holds the place of `EXTRACT_ROW`."""
FAR = {"type": "Polygon", "coordinates": [[[-3, 54], [-2.9, 54], [-2.9, 54.1], [-3, 54.1], [-3, 54]]]}


def street_csv(rows: Iterable[Mapping[str, str]], columns: Iterable[str] = COLUMNS) -> bytes:
    """A street file of these rows; what a row does not say is as in `ROW`."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns), extrasaction="ignore")
    writer.writeheader()
    writer.writerows(ROW | row for row in rows)
    return text.getvalue().encode()


def extract_csv(rows: Iterable[Mapping[str, str]], columns: Iterable[str] | None = None) -> bytes:
    """A force's own extract of these rows, each with a reference of its own; otherwise they are as `EXTRACT_ROW`."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns or EXTRACT_ROW), extrasaction="ignore")
    writer.writeheader()
    writer.writerows(EXTRACT_ROW | {"Crime number": f"41/{number}/24"} | row for number, row in enumerate(rows))
    return text.getvalue().encode()


def northumbria() -> bytes:
    """Eleven months of anti-social behaviour, as a street file."""
    text = gzip.decompress((DATA / "northumbria-asb-2022.csv.gz").read_bytes()).decode()
    return street_csv(
        {
            "Crime ID": "",
            "Month": row["month"][:7],
            "Falls within": "Northumbria Police",
            "Longitude": row["longitude"],
            "Latitude": row["latitude"],
            "Location": row["location"],
            "LSOA code": row["lsoa_code"],
            "LSOA name": "Newcastle upon Tyne 001A",
            "Crime type": "Anti-social behaviour",
            "Last outcome category": "",
        }
        for row in csv.DictReader(io.StringIO(text))
    )


def archive(members: Mapping[str, bytes]) -> bytes:
    """A ZIP archive as data.police.uk makes them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as found:
        for name, content in members.items():
            found.writestr(name, content)
    return packed.getvalue()


def load(
    content: bytes,
    *,
    by: Any,
    name: str = "2024-01-hertfordshire-street.csv",
    confirmed: Iterable[str] = loading.QUESTIONS,
) -> dict[str, Any]:
    """Load a file, all that could be asked confirmed."""
    source = keep(content, by=by, name=name)
    return loading.load(
        source=source, content=io.BytesIO(content), at=AT, confirmed=list(confirmed), progress=lambda done, total: None
    )


def keep(content: bytes, *, by: Any, name: str) -> IncidentFile:
    """An uploaded file, with a check of it queued."""
    found, _ = operations.check_new_file(by=by, at=AT, name=name, content=content, page=str)
    found.checked.finished_at = AT
    found.checked.state = "done"
    found.checked.save()
    return found


def loaded(*, by: Any) -> IncidentFile:
    """A file of one incident, loaded."""
    operations.load_now(
        by=by,
        at=AT,
        name="2024-01-hertfordshire-street.csv",
        content=io.BytesIO(street_csv([{}])),
        confirmed=loading.QUESTIONS,
        progress=lambda done, total: None,
    )
    return IncidentFile.objects.latest("pk")


MADE_UP_WEIGHTS = (("Burglary", "100", "2023-01"), ("Robbery", "1,000.5", "2023-01"), ("Burglary", "150", "2024-02"))


def weights_csv(rows: Iterable[Iterable[str]] = MADE_UP_WEIGHTS, columns: str = "Category,Weight,Valid from") -> bytes:
    """A table of weights that mean nothing: no real table is copied into tests."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return f"{columns}\n{text.getvalue()}".encode()


def weights(*, by: Any, content: bytes | None = None, name: str = "Weights made up for tests") -> HarmTable:
    """A table of weights, or its next version."""
    return load_weights(
        by=by, at=AT, name=name, source="Nobody: made up", file_name="weights.csv", content=content or weights_csv()
    )


def asked(*, by: Any) -> HotspotAnalysis:
    """An analysis that waits for its answer."""
    return analyses.begin_analysis(
        by=by,
        at=AT,
        name="Hotspots of January",
        first_month=date(2024, 1, 1),
        last_month=date(2024, 1, 1),
        district=None,
        categories=[IncidentCategory.objects.get(name="Burglary")],
        resolution=9,
        method=HotspotAnalysis.Method.RANK,
        number=5,
    )


def lsoa_file(*, vintage: int = 2021, across: int = 4, more: Iterable[Mapping[str, Any]] = ()) -> bytes:
    """A GeoJSON file of made-up LSOAs: so many across `SQUARE`, and as many down, numbered from the south-west."""
    side = 0.2 / across
    features = [
        lsoa(column * across + row, -0.4 + column * side, 51.8 + row * side, side, vintage=vintage)
        for column in range(across)
        for row in range(across)
    ]
    return json.dumps({"type": "FeatureCollection", "features": [*features, *more]}).encode()


def lsoa(number: int, west: float, south: float, side: float, *, vintage: int = 2021) -> dict[str, Any]:
    """The feature of a square LSOA."""
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    names = {f"LSOA{vintage % 100}CD": f"E01{number:06}", f"LSOA{vintage % 100}NM": f"North Herts {number:03}A"}
    return {"type": "Feature", "properties": names, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def street_file(streets: Mapping[str, Iterable[tuple[float, float]]]) -> bytes:
    """A GeoJSON file of links as OS Open Roads has them, by their names: that of a link is before a slash."""
    features = [
        {
            "type": "Feature",
            "properties": {"id": f"{number:08}-link", "name_1": name.split("/")[0] or None},
            "geometry": {"type": "LineString", "coordinates": [list(place) for place in line]},
        }
        for number, (name, line) in enumerate(streets.items())
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def layer(content: bytes, *, by: Any) -> UnitLayer:
    """A file of LSOAs or streets, loaded."""
    return load_layer(by=by, at=AT, source="Nobody: made up", content=content)


def lsoas(*, by: Any) -> UnitLayer:
    """Made-up LSOAs in districts that have an outline by then."""
    District.objects.filter(outline__isnull=True).update(outline=SQUARE)
    return layer(lsoa_file(), by=by)
