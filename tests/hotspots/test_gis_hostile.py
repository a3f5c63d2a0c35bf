"""Files of shapes that are damaged, enormous or made to do harm: refused in words, in bounded time and memory."""

import random
import sqlite3
import struct
import time
import zipfile
from contextlib import suppress
from io import BytesIO

import numpy as np
import pytest
from shapely import set_srid, to_wkb
from shapely.geometry import LineString, Point, Polygon, box, shape

from hotspot.core.errors import DomainError
from hotspots.areas.boundaries import check_boundary, read_boundary
from hotspots.areas.features import read_area_file
from hotspots.areas.outlines import read_outline_file
from hotspots.gis_files import archives, geopackages, kml
from hotspots.gis_files.reading import read_gis_file
from hotspots.gis_files.rings import as_polygons
from tests.hotspots.gis_writer import GRID, WGS_84, WRITTEN, written, zipped

SQUARE = box(-0.28, 51.94, -0.27, 51.95)
KML = '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
PLACEMARK = (
    "<Placemark><name>a</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{}</coordinates></LinearRing>"
    "</outerBoundaryIs></Polygon></Placemark>"
)
CORNERS = "-0.28,51.94 -0.27,51.94 -0.27,51.95 -0.28,51.95 -0.28,51.94"


def refusal(content: bytes, read=read_area_file) -> DomainError:
    started = time.process_time()
    with pytest.raises(DomainError) as refused:
        read(content)
    assert time.process_time() - started < 10
    return refused.value


def archive(**files: bytes) -> bytes:
    """An archive of files, whose names have an underscore for the dot."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name.replace("_", "."), content)
    return packed.getvalue()


@pytest.fixture
def shapefile(tmp_path):
    """The parts of a Shapefile with two squares, by their endings."""
    written(tmp_path, [SQUARE, SQUARE], "ESRI Shapefile", "shp", name=["a", "b"])
    return {path.suffix[1:]: path.read_bytes() for path in tmp_path.iterdir()}


@pytest.fixture
def package(tmp_path):
    """A function that changes a GeoPackage by SQL and gives its bytes."""
    written(tmp_path, [SQUARE], "GPKG", "gpkg", name=["a"])
    path = tmp_path / "areas.gpkg"

    def changed(*statements: str, **values: object) -> bytes:
        database = sqlite3.connect(path)
        # GDAL's triggers call functions that only GDAL has.
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            database.execute(statement, values)
        database.commit()
        database.close()
        return path.read_bytes()

    return changed


def shapes(parts: dict[str, bytes], **changes: bytes | None) -> bytes:
    """A zipped Shapefile with other parts, or without those that are None."""
    kept = {f"a_{name}": content for name, content in (parts | changes).items() if content is not None}
    return archive(**kept)


class TestWhatIsNoFileOfShapes:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "must be GeoJSON, KML, KMZ, a zipped Shapefile or a GeoPackage"),
            (b"name,longitude\n", "must be GeoJSON, KML"),
            (b"\x1f\x8b\x08\0\0", "must be GeoJSON, KML"),
            (b"%PDF-1.7", "must be GeoJSON, KML"),
            (b"\0\0\x27\x0a" + b"\0" * 96, "Put its .shp, .shx, .dbf and .prj file into one ZIP archive"),
            (b"PK\x03\x04", "damaged or cut off"),
            (b"PK\x05\x06" + b"\0" * 18, "must hold a Shapefile"),
            (archive(readme_txt=b"hello"), "must hold a Shapefile"),
            (b"<?xml version='1.0'?><gpx></gpx>", "XML, but not KML: it begins with <gpx>"),
            (b"<html><body></body></html>", "it begins with <html>"),
            (b"SQLite format 3\0", "damaged or cut off"),
            (b"SQLite format 3\0" + b"\xff" * 5_000, "damaged or cut off"),
        ],
        ids=lambda value: "" if isinstance(value, bytes) else value[:30],
    )
    def test_is_refused_in_words(self, content, words):
        assert words in refusal(content).message

    def test_no_shapefile_has_a_name_that_matters(self, tmp_path):
        """Formats are known by their content: this module never sees what a file is called."""
        for driver, suffix in (("GPKG", "gpkg"), ("KML", "kml")):
            assert read_area_file(written(tmp_path, [SQUARE], driver, suffix, name=["a"])).features


class TestLimits:
    @pytest.mark.parametrize(("driver", "suffix", "system"), WRITTEN)
    def test_there_are_at_most_so_many_features(self, tmp_path, driver, suffix, system):
        content = written(tmp_path, [SQUARE] * 501, driver, suffix, system, name=["a"] * 501)
        assert refusal(content).message == "The file must have at most 500 features."
        assert len(read_outline_file(content).features) == 501

    @pytest.mark.parametrize(("driver", "suffix", "system"), WRITTEN)
    def test_a_boundary_is_exactly_one(self, tmp_path, driver, suffix, system):
        content = written(tmp_path, [SQUARE] * 3, driver, suffix, system, name=["a"] * 3)
        assert "exactly one feature; this one holds 3" in refusal(content, read_boundary).message

    @pytest.mark.slow
    def test_a_million_points_are_refused(self, tmp_path):
        ring = "[1,2]," * 1_000_000
        content = f'{{"type":"Polygon","coordinates":[[{ring}[1,2]]]}}'.encode()
        assert "at most 500,000 points" in refusal(content, read_outline_file).message
        angles = np.linspace(0, 2 * np.pi, 1_000_000, endpoint=False)
        circle = Polygon(np.column_stack((-0.3 + 0.05 * np.cos(angles), 51.9 + 0.05 * np.sin(angles))))
        content = written(tmp_path, [circle], "ESRI Shapefile", "shp", name=["a"])
        assert "at most 500,000 points" in refusal(content, read_larger).message

    def test_a_file_is_at_most_so_large(self):
        assert refusal(b" " * 5_000_001).message == "The selected file must be smaller than 5 MB."
        assert refusal(b" " * 2_500_001, read_boundary).code == "boundary_too_large"


def read_larger(content: bytes):
    """Read a file that is larger than a form takes, to see what its points do."""
    return read_gis_file(content, most_bytes=10**9, most_features=10)


class TestArchives:
    def test_what_grows_without_end_is_refused(self, shapefile):
        bomb = shapes(shapefile, shp=shapefile["shp"][:100] + b"\0" * 100_000_000)
        assert len(bomb) < 200_000
        assert refusal(bomb).message == "The files in the archive must be at most 20 MB."

    def test_what_is_not_read_may_be_large(self, shapefile):
        assert read_area_file(shapes(shapefile, xml=b"\0" * 100_000_000)).features

    def test_there_are_at_most_so_many_files(self):
        content = archive(**{f"{number}_txt": b"" for number in range(archives.MOST_ENTRIES + 1)})
        assert "at most 1,000 files" in refusal(content).message

    @pytest.mark.parametrize("folder", ["../../../tmp/", "/etc/", "C:\\", "..\\..\\"])
    def test_paths_lead_nowhere_because_nothing_is_written(self, shapefile, folder, tmp_path, monkeypatch):
        monkeypatch.setattr("builtins.open", None)
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            for name, content in shapefile.items():
                file.writestr(f"{folder}a.{name}", content)
        assert read_area_file(packed.getvalue()).description.endswith("layer a")

    def test_a_password_is_refused(self, shapefile):
        content = bytearray(shapes(shapefile))
        place = content.find(b"PK\x01\x02")
        while place >= 0:
            content[place + 8] |= 1
            place = content.find(b"PK\x01\x02", place + 1)
        assert "protected by a password" in refusal(bytes(content)).message

    def test_an_archive_that_is_cut_off_is_refused(self, shapefile):
        content = shapes(shapefile)
        assert "damaged or cut off" in refusal(content[:-30]).message

    def test_an_archive_in_an_archive_is_not_opened(self, shapefile):
        assert "must hold a Shapefile" in refusal(archive(a_zip=shapes(shapefile))).message


class TestShapefiles:
    def test_the_table_is_needed_and_the_rest_is_not(self, shapefile):
        assert refusal(shapes(shapefile, dbf=None)).message.startswith("The archive has no a.dbf.")
        for name in ("shx", "prj", "cpg"):
            assert len(read_area_file(shapes(shapefile, **{name: None})).features) == 2

    @pytest.mark.parametrize("name", ["shp", "dbf", "shx"])
    @pytest.mark.parametrize("length", [0, 20, 99, 150])
    def test_a_part_that_is_cut_off_is_refused(self, shapefile, name, length):
        content = shapes(shapefile, **{name: shapefile[name][:length]})
        if len(shapefile[name]) > length:
            assert "damaged or cut off" in refusal(content).message

    def test_a_length_that_leads_back_does_not_go_round_for_ever(self, shapefile):
        shp = bytearray(shapefile["shp"])
        shp[104:108] = struct.pack(">i", -4)
        assert "damaged or cut off" in refusal(shapes(shapefile, shp=bytes(shp), shx=None)).message

    @pytest.mark.slow
    def test_the_same_shape_again_and_again_is_counted(self, tmp_path):
        angles = np.linspace(0, 2 * np.pi, 5_000, endpoint=False)
        circle = Polygon(np.column_stack((-0.3 + 0.05 * np.cos(angles), 51.9 + 0.05 * np.sin(angles))))
        count = 400
        written(tmp_path, [circle] + [SQUARE] * (count - 1), "ESRI Shapefile", "shp", name=["a"] * count)
        index = tmp_path / "areas.shx"
        head = index.read_bytes()
        index.write_bytes(head[:100] + head[100:108] * count)
        assert "at most 500,000 points" in refusal(zipped(tmp_path)).message

    @pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
    def test_a_number_that_is_none_is_refused(self, shapefile, value):
        shp = bytearray(shapefile["shp"])
        shp[156:164] = struct.pack("<d", value)
        for feature in read_area_file(shapes(shapefile, shp=bytes(shp))).features[:1]:
            with pytest.raises(DomainError, match="not a number"):
                check_boundary(feature["geometry"])

    @pytest.mark.parametrize("index", [True, False])
    @pytest.mark.parametrize("rows", [1, 3])
    def test_as_many_shapes_as_rows_are_needed(self, shapefile, tmp_path, index, rows):
        folder = tmp_path / "other"
        folder.mkdir()
        written(folder, [SQUARE] * rows, "ESRI Shapefile", "shp", name=["a"] * rows)
        content = shapes(shapefile, dbf=(folder / "areas.dbf").read_bytes(), **({} if index else {"shx": None}))
        assert "damaged or cut off" in refusal(content).message

    @pytest.mark.parametrize("cpg", [b"1259", b"", b"\xff\xfe", b"system", b"utf8mb4" * 1_000])
    def test_an_encoding_that_is_none_is_no_matter(self, shapefile, cpg):
        assert len(read_area_file(shapes(shapefile, cpg=cpg)).features) == 2

    def test_a_row_that_is_deleted_is_left_out(self, shapefile):
        dbf = bytearray(shapefile["dbf"])
        start = int.from_bytes(dbf[8:10], "little")
        dbf[start : start + 1] = b"*"
        (feature,) = read_area_file(shapes(shapefile, dbf=bytes(dbf))).features
        assert feature["properties"]["name"] == "b"

    def test_a_shape_without_a_shape_has_no_geometry(self, shapefile):
        shp = bytearray(shapefile["shp"])
        shp[108:112] = struct.pack("<i", 0)
        first, second = read_area_file(shapes(shapefile, shp=bytes(shp))).features
        assert first["geometry"] is None
        assert second["geometry"]

    @pytest.mark.slow
    def test_very_many_rings_take_a_bounded_time(self):
        """As many holes as outer rings: 20,000 of each, every one beside the others."""
        rings = []
        for number in range(20_000):
            x = number / 100
            ring = np.array([[x, 0], [x, 9e-3], [x + 9e-3, 9e-3], [x + 9e-3, 0], [x, 0]])
            rings += [ring, ring[::-1] / 2 + np.array([x / 2 + 2e-3, 2e-3])]
        started = time.process_time()
        drawn = as_polygons(rings)
        assert time.process_time() - started < 10
        assert [len(polygon) for polygon in drawn] == [2] * 20_000


class TestGeoPackages:
    def test_a_view_that_never_ends_is_stopped(self, package):
        content = package(
            "ALTER TABLE areas RENAME TO other",
            "INSERT INTO other (name, geom) WITH RECURSIVE n(x) AS (SELECT 1 UNION SELECT x + 1 FROM n WHERE x < 400) "
            "SELECT 'a', geom FROM n, (SELECT geom FROM other LIMIT 1)",
            "CREATE VIEW areas AS SELECT a.fid, a.geom, a.name FROM other a, other b",
        )
        assert "at most 500 features" in refusal(content).message
        content = package(
            "DROP VIEW areas",
            "CREATE VIEW areas AS SELECT a.fid, a.geom, a.name FROM other a, other b, other c, other d "
            "WHERE a.fid + b.fid + c.fid + d.fid < 0",
        )
        assert "damaged or cut off" in refusal(content).message

    @pytest.mark.parametrize(
        "select",
        [
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS fid, NULL AS geom FROM n",
            "SELECT 1 AS fid, zeroblob(900000000) AS geom",
            "SELECT 1 AS fid, load_extension('/tmp/x') AS geom",
            "SELECT 1 AS fid, geom FROM pragma_table_info('areas'), other",
        ],
    )
    def test_a_view_may_only_read(self, package, select):
        content = package("ALTER TABLE areas RENAME TO other", f"CREATE VIEW areas AS {select}")
        assert "damaged or cut off" in refusal(content).message

    def test_names_that_are_no_text_are_no_layers(self, package):
        content = package(
            "UPDATE gpkg_contents SET table_name = x'6162'", "UPDATE gpkg_geometry_columns SET table_name = x'6162'"
        )
        assert "no layer of polygons" in refusal(content).message

    def test_a_view_that_reads_is_read(self, package):
        content = package("ALTER TABLE areas RENAME TO other", "CREATE VIEW areas AS SELECT fid, geom, name FROM other")
        assert read_area_file(content).features[0]["properties"]["name"] == "a"

    def test_a_database_that_is_none_is_refused(self, tmp_path):
        database = sqlite3.connect(tmp_path / "other.db")
        database.execute("CREATE TABLE people (name)")
        database.commit()
        database.close()
        assert "damaged or cut off" in refusal((tmp_path / "other.db").read_bytes()).message

    @pytest.mark.parametrize(
        ("blob", "words"),
        [
            (b"", "damaged"),
            (b"GP\0\x01" + b"\0" * 4, "damaged"),
            (b"GP\0\x21" + b"\0" * 4 + to_wkb(SQUARE), "damaged"),
            (b"GP\0\x0f" + b"\0" * 4 + to_wkb(SQUARE), "damaged"),
            (b"XX\0\x01" + b"\0" * 4 + to_wkb(SQUARE), "damaged"),
            (b"GP\0\x01" + b"\0" * 4 + to_wkb(SQUARE)[:40], "damaged"),
            (b"GP\0\x01" + b"\0" * 4 + b"\1" + struct.pack("<III", 3, 0xFFFFFFFF, 0xFFFFFFFF), "damaged"),
            (b"GP\0\x01" + b"\0" * 4 + b"\1" + struct.pack("<II", 6, 0xFFFFFFFF), "damaged"),
            (b"GP\0\x01" + b"\0" * 4 + b"\1" + struct.pack("<III", 10, 0, 0), "has curves or surfaces"),
            (b"GP\0\x01" + b"\0" * 4 + b"\1" + struct.pack("<III", 12, 0, 0), "has curves or surfaces"),
        ],
    )
    def test_a_geometry_that_is_none_is_refused(self, package, blob, words):
        assert words in refusal(package("UPDATE areas SET geom = :blob", blob=blob)).message

    @pytest.mark.parametrize("kind", [6, 7])
    def test_what_is_nested_a_hundred_thousand_deep_does_not_end_the_process(self, package, kind):
        """GEOS follows it until the stack is full."""
        nested = (b"\1" + struct.pack("<II", kind, 1)) * 100_000 + b"\1" + struct.pack("<II", 3, 0)
        content = package("UPDATE areas SET geom = :blob", blob=b"GP\0\x01" + b"\0" * 4 + nested)
        if kind == 6:
            assert "damaged" in refusal(content).message
        else:
            with pytest.raises(DomainError, match="this one is a GeometryCollection"):
                check_boundary(read_area_file(content).features[0]["geometry"])

    @pytest.mark.parametrize("flavor", ["iso", "extended"])
    @pytest.mark.parametrize("order", [0, 1])
    def test_well_known_binary_of_every_kind_is_read(self, package, flavor, order):
        drawn = set_srid(Polygon([(-0.28, 51.94, 1), (-0.27, 51.94, 2), (-0.27, 51.95, 3)]), 4326)
        wkb = to_wkb(drawn, flavor=flavor, byte_order=order, include_srid=flavor == "extended")
        content = package("UPDATE areas SET geom = :blob", blob=b"GP\0\x01" + b"\0" * 4 + wkb)
        ((ring,),) = [feature["geometry"]["coordinates"] for feature in read_area_file(content).features]
        assert ring == [[-0.28, 51.94], [-0.27, 51.94], [-0.27, 51.95], [-0.28, 51.94]]

    def test_a_ring_that_is_not_closed_is_closed(self, package):
        wkb = b"\1" + struct.pack("<III8d", 3, 1, 4, -0.28, 51.94, -0.27, 51.94, -0.27, 51.95, -0.28, 51.95)
        content = package("UPDATE areas SET geom = :blob", blob=b"GP\0\x01" + b"\0" * 4 + wkb)
        assert shape(read_boundary(content).geometry).equals(SQUARE)

    @pytest.mark.parametrize("statement", ["ATTACH '/tmp/x.db' AS x", "CREATE TABLE x (y)", "SELECT random()"])
    def test_nothing_but_reading_is_allowed(self, package, statement):
        database = sqlite3.connect(":memory:")
        geopackages._load(database, package())
        with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
            database.execute(statement)


class TestKml:
    @pytest.mark.parametrize(
        "start",
        [
            '<!DOCTYPE kml [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
            '<!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/x.dtd">',
            "<!DOCTYPE kml>",
        ],
    )
    def test_any_doctype_is_refused(self, start):
        content = f"<?xml version='1.0'?>{start}{KML.format('<name>&b;</name>')}"
        for encoded in (content.encode(), content.encode("utf-16")):
            assert "has a DOCTYPE" in refusal(encoded).message

    def test_elements_are_counted_and_so_is_their_depth(self):
        deep = KML.format("<Folder>" * 500_000).encode()
        assert "50 deep" in refusal(deep).message
        assert "at most 200,000 elements" in refusal(KML.format("<a/>" * (kml.MOST_ELEMENTS + 1)).encode()).message

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
    def test_every_encoding_is_read(self, encoding):
        declared = "utf-8" if encoding == "utf-8-sig" else encoding
        text = f"<?xml version='1.0' encoding='{declared}'?>" + KML.format(PLACEMARK.format(CORNERS)).replace(
            "<name>a", "<name>Café"
        )
        (feature,) = read_area_file(text.encode(encoding)).features
        assert feature["properties"]["name"] == "Café"

    @pytest.mark.parametrize(
        ("inside", "words"),
        [
            ("", "at least one feature"),
            ("<NetworkLink><Link><href>http://127.0.0.1:9/</href></Link></NetworkLink>", "at least one feature"),
            (PLACEMARK.format("-0.28,x"), "not a number"),
            ("<Placemark>", "damaged or cut off"),
        ],
    )
    def test_what_has_no_shapes_is_refused(self, inside, words):
        assert words in refusal(KML.format(inside).encode()).message

    @pytest.mark.parametrize(
        ("inside", "words"),
        [
            (PLACEMARK.format(""), "at least four positions"),
            (PLACEMARK.format("-0.28 51.94 -0.27 51.94"), "not a number"),
            (PLACEMARK.format(CORNERS.replace("51.95", "nan")), "not a number"),
            (PLACEMARK.format(CORNERS.replace("51.95", "inf")), "not a number"),
            (PLACEMARK.format("51.94,-0.28 51.94,-0.27 51.95,-0.27 51.94,-0.28"), "the wrong way round"),
            (PLACEMARK.format("2.2,48.8 2.4,48.8 2.4,48.9 2.2,48.8"), "must lie in Great Britain"),
            ("<Placemark><Point><coordinates>0,51</coordinates></Point></Placemark>", "this one is a Point"),
            ("<Placemark><LineString/></Placemark>", "this one is a LineString"),
            ("<Placemark><MultiGeometry><Point/></MultiGeometry></Placemark>", "this one is a GeometryCollection"),
            ("<Placemark><MultiGeometry/></Placemark>", "no coordinates"),
            ("<Placemark/>", "none was found"),
        ],
    )
    def test_a_placemark_that_is_no_boundary_is_refused(self, inside, words):
        assert words in refusal(KML.format(inside).encode(), read_boundary).message

    def test_placemarks_in_folders_are_found(self):
        inside = f"<Folder>{PLACEMARK.format(CORNERS)}<Folder>{PLACEMARK.format(CORNERS)}</Folder></Folder>"
        assert len(read_area_file(KML.format(inside).encode()).features) == 2


@pytest.mark.parametrize(("driver", "suffix", "system"), WRITTEN)
@pytest.mark.parametrize(
    "drawn", [Point(-0.28, 51.94), LineString([(-0.28, 51.94), (-0.27, 51.95)])], ids=["point", "line"]
)
def test_what_is_no_polygon_is_refused_in_every_format(tmp_path, driver, suffix, system, drawn):
    content = written(tmp_path, [drawn], driver, suffix, system, name=["a"])
    message = refusal(content, read_boundary).message
    assert f"this one is a {drawn.geom_type}" in message or "no layer of polygons, only areas" in message


@pytest.mark.parametrize(("driver", "suffix", "system"), WRITTEN)
def test_a_file_that_is_changed_anywhere_is_read_or_refused(tmp_path, driver, suffix, system):
    """Bytes changed, left out and put in, in the file and in what an archive holds."""
    content = written(tmp_path, [SQUARE, SQUARE], driver, suffix, system, name=["a", "b"])
    chance = random.Random(f"{driver}{suffix}{system}")
    read = 0
    for _ in range(300):
        changed = repacked(content, chance) if zipfile.is_zipfile(BytesIO(content)) else mutated(content, chance)
        with suppress(DomainError):
            for feature in read_area_file(changed).features:
                read += 1
                check_boundary(feature.get("geometry"))
    assert read


def mutated(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice([1, 2, 10])):
        place = chance.randrange(chance.choice([min(len(changed), 300), len(changed)]) or 1)
        new = chance.choice([b"", b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", chance.randbytes(3)])
        changed[place : place + chance.choice([0, len(new), 30])] = new
    return bytes(changed)


def repacked(content: bytes, chance: random.Random) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(packed, "w") as new:
        chosen = chance.choice(old.namelist())
        for name in old.namelist():
            new.writestr(name, mutated(old.read(name), chance) if name == chosen else old.read(name))
    return packed.getvalue() if chance.random() < 0.8 else mutated(packed.getvalue(), chance)


def test_nothing_here_asks_the_network(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError

    monkeypatch.setattr("socket.socket", refuse)
    for driver, suffix, system in (("GPKG", "gpkg", GRID), ("KML", "kml", WGS_84), ("ESRI Shapefile", "shp", GRID)):
        folder = tmp_path / suffix
        folder.mkdir()
        assert read_area_file(written(folder, [SQUARE], driver, suffix, system, name=["a"])).features
