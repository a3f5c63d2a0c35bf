"""What callers send is read in a time in proportion to its length. A regular expression that goes back over what it has
read takes 1,024 times as long for 32 times the text, and holds up a worker."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from heapq import nlargest
from importlib import import_module
from io import BytesIO
from itertools import islice
from pathlib import Path
from pkgutil import walk_packages
from random import Random
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from hotspot.core.accounts.rules import NotOurWords
from hotspot.core.api.json import MOST_BYTES, Problem
from hotspot.core.api.json import read as read_json
from hotspot.core.clock import parse_clock
from hotspot.core.definitions.v1 import V1
from hotspot.core.errors import DomainError
from hotspot.core.pages.fields import month_number
from hotspot.core.spreadsheets import safe_text
from hotspot.core.table_files.columns import fingerprint
from hotspot.core.table_files.readers import open_table
from hotspot.core.table_files.values import parse_count, parse_date, parse_moment
from hotspots.areas.features import read_area_file
from hotspots.gis_files.coordinate_systems import from_wkt
from hotspots.programmes.rules import without_years
from outcomes.rules import clean_reference
from patrols.shifts.rules import clean_collar_number, clean_note
from reports.statements.press_text import check_words, unlocked
from reports.statements.typed_numbers import pieces
from tests.house.attacks import attacks, seconds
from tests.house.growth import TIMES, grows_in_proportion, processor_seconds

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
APPS = ("hotspot", "hotspots", "patrols", "outcomes", "reports")


def modules() -> Iterator[Any]:
    """Every module of the product that can be imported; workbook.py and the commands among them."""
    for app in APPS:
        for module in walk_packages(import_module(app).__path__, f"{app}."):
            if ".migrations" not in module.name and module.name not in ("hotspot.celery", "hotspot.asgi"):
                yield import_module(module.name)


def patterns() -> dict[str, re.Pattern[Any]]:
    """Every expression that a module has, by the names of both."""
    found = {}
    for module in modules():
        for name, value in vars(module).items():
            for place, inner in enumerate(_inside(value)):
                if isinstance(inner, re.Pattern):
                    found[f"{module.__name__}.{name}.{place}"] = inner
    return found


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, (list, tuple, set, frozenset)) else [value]


PATTERNS = patterns()
SOURCES = {path: path.read_text() for app in APPS for path in (ROOT / app).rglob("*.py")}


def methods(name: str) -> set[str]:
    """What the product calls of an expression. Where that cannot be seen, all that it could."""
    called = re.compile(rf"\b{re.escape(name)}\.(search|match|fullmatch|split|findall|finditer|subn?)\(")
    return {method for source in SOURCES.values() for method in called.findall(source)} or {"search", "fullmatch"}


def is_linear(pattern: re.Pattern[Any], method: str) -> bool:
    """Whether the worst texts of some size take no more than their share when they are 32 times as long."""
    return all(_is_linear(pattern, method, place) for place in _worst(pattern, method))


def _worst(pattern: re.Pattern[Any], method: str) -> list[int]:
    """The three attacks that take longest, found among the twenty that do at first sight."""
    texts = list(attacks(pattern, 300))
    slow = nlargest(20, range(len(texts)), key=lambda place: seconds(pattern, method, texts[place]))
    return nlargest(3, slow, key=lambda place: min(seconds(pattern, method, texts[place]) for _ in range(5)))


def _is_linear(pattern: re.Pattern[Any], method: str, place: int) -> bool:
    sizes = (100, 375)
    texts = {
        size: next(islice(attacks(pattern, size), place, None)) for least in sizes for size in (least, TIMES * least)
    }
    return grows_in_proportion(lambda size: seconds(pattern, method, texts[size]), sizes)


@pytest.mark.parametrize("name", PATTERNS)
def test_every_pattern_takes_a_time_in_proportion_to_the_text(name):
    for method in sorted(methods(name.split(".")[-2])):
        assert is_linear(PATTERNS[name], method), method


@pytest.mark.parametrize(
    ("expression", "method"),
    [
        (rb'"(?:[^"\\]|\\.)*"', "sub"),
        (r"[A-Za-z0-9/.()_ -]*[0-9][A-Za-z0-9/.()_ -]*", "fullmatch"),
        (r"[0-9][0-9.,]*(?:%|\b)", "findall"),
        (r"\s+\d{4}(?:[/–-]\d{2,4})?$", "sub"),
        (r"\s*a?\s*$", "match"),
        (r"x*y", "search"),
    ],
)
def test_the_attacks_find_what_is_not_linear(expression, method):
    assert not is_linear(re.compile(expression, re.DOTALL), method)


def test_every_pattern_is_one_that_the_test_above_finds():
    """`re.sub(…)` and the like compile expressions where nobody sees them; so does `re.compile` inside a function."""
    hidden = []
    for path, source in SOURCES.items():
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module):
                continue
            calls = (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))
            names = {ast.unparse(call.func) for call in calls}
            harmless = {"re.escape", "re.compile"} if isinstance(node, ast.Module) else {"re.escape"}
            hidden += [(path.name, name) for name in names if name.startswith("re.") and name not in harmless]
    assert hidden == []
    assert len(PATTERNS) > 30


# --- the checks themselves ----------------------------------------------------------------------------------------


def read_csv(content: bytes) -> int:
    with open_table(BytesIO(content)) as table:
        return sum(1 for _ in table.rows)


def takes_its_share(check: Callable[[Any], Any], make: Callable[[int], Any]) -> bool:
    """Whether a check, whatever it says, takes a time in proportion to the size of what `make(size)` gives it."""

    def run(sent: Any) -> None:
        with suppress(DomainError, Problem, ValidationError):
            check(sent)

    def seconds_for(size: int) -> float:
        sent = make(size)
        return processor_seconds(lambda: run(sent))

    most = MOST_BYTES // 2
    return grows_in_proportion(seconds_for, (most // TIMES // 64, most // TIMES // 8, most // TIMES))


def _names(number: int) -> bytes:
    return b"{" + b",".join(b'"n%d":1' % place for place in range(number // 10)) + b',"n0":1}'


JSON_BODIES = {
    "an unterminated string of escaped quotes": lambda n: b'{"note":"' + b'\\"' * (n // 2),
    "an unterminated string of backslashes": lambda n: b'{"note":"' + b"\\" * n,
    "many strings": lambda n: b'{"note":[' + b'"",' * (n // 3),
    "quotes": lambda n: b'"' * n,
    "quotes and backslashes": lambda n: b'"\\' * (n // 2),
    "brackets": lambda n: b"[]" * (n // 2),
    "deep": lambda n: b"[" * n,
    "deep objects": lambda n: b'{"a":' * (n // 5),
    "many names, one twice": _names,
    "one name many times": lambda n: b"{" + b'"a":1,' * (n // 6) + b'"a":1}',
    "digits": lambda n: b'{"a":' + b"1" * n + b"}",
    "decimals": lambda n: b'{"a":1.' + b"1" * n + b"}",
    "an exponent": lambda n: b'{"a":1e' + b"0" * n + b"9}",
    "blanks": lambda n: b'{"a":' + b" " * n,
    "not UTF-8": lambda n: b'{"a":"' + b"\xff" * n,
}
CHECKS: dict[str, tuple[Callable[[Any], Any], Callable[[int], Any]]] = {
    **{f"JSON: {name}": (read_json, make) for name, make in JSON_BODIES.items()},
    "GeoJSON: many names": (read_area_file, _names),
    "GeoJSON: deep": (read_area_file, lambda n: b'{"features":' + b"[" * n),
    "KML: elements": (read_area_file, lambda n: b"<kml>" + b"<a/>" * (n // 4)),
    "KML: attributes": (read_area_file, lambda n: b"<kml " + b"".join(b'a%d="" ' % place for place in range(n // 10))),
    "KML: positions": (
        read_area_file,
        lambda n: (
            b"<kml><Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>"
            + b"-0.2,51 " * (n // 8)
            + b"</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>"
        ),
    ),
    "well-known text": (from_wkt, lambda n: 'PROJCS["' + 'PARAMETER["a",1' * (n // 15)),
    "CSV: quotes": (read_csv, lambda n: b"a,b\n" + b'"",' * (n // 3)),
    "CSV: one line": (read_csv, lambda n: b"," * n),
    "CSV: empty lines": (read_csv, lambda n: b"\n" * n),
    "headers": (lambda text: fingerprint([text]), lambda n: "s" * n),
    "headers of signs": (lambda text: fingerprint([text]), lambda n: "(s)" * (n // 3)),
    "a reference": (clean_reference, lambda n: "1" * n + "!"),
    "a reference of spaces": (clean_reference, lambda n: " " * n + "!"),
    "a collar number": (clean_collar_number, lambda n: "A 1" * (n // 3)),
    "a note": (clean_note, lambda n: "\r\n\x07" * (n // 3)),
    "a date": (parse_date, lambda n: "1" * n),
    "a month": (month_number, lambda n: "j" * n),
    "a time": (parse_clock, lambda n: "1" * n),
    "a time with its date": (parse_moment, lambda n: "2024-10-26" + "T" * n),
    "a number": (parse_count, lambda n: "1" * n),
    "a password": (NotOurWords().validate, lambda n: "police" * (n // 6)),
    "a cell": (safe_text, lambda n: ";" * n + "a"),
    "press text: digits": (unlocked, lambda n: "1" * n + "a"),
    "press text: braces": (lambda text: check_words(text, V1), lambda n: "{" * n),
    "press text: in pieces": (lambda text: list(pieces(text)), lambda n: "1" * n + "a"),
    "press text: up to": (lambda text: check_words(text, V1), lambda n: "up to " * (n // 6)),
    "a programme's name": (without_years, lambda n: "a" + " " * n + "2"),
}


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_takes_a_time_in_proportion_to_what_was_sent(name):
    check, make = CHECKS[name]
    assert takes_its_share(check, make)


@pytest.mark.parametrize("name", ["an unterminated string of escaped quotes", "quotes and backslashes"])
def test_a_check_that_goes_back_over_what_it_has_read_is_found(name, monkeypatch):
    """As the reader of JSON was once."""
    monkeypatch.setattr("hotspot.core.api.json._STRINGS", re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL))
    assert not takes_its_share(read_json, JSON_BODIES[name])


@pytest.mark.parametrize("seed", range(20))
def test_no_other_work_on_the_machine_changes_the_verdict(seed):
    """Up to five times the true time, differently at each look."""
    noise = Random(seed)
    assert grows_in_proportion(lambda size: size * noise.uniform(1, 5), [1_000])
    assert not grows_in_proportion(lambda size: size**2 * noise.uniform(1, 5), [1_000])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"note":"' + b'\\"' * 120_000, "Unterminated string"),
        (b'{"a":' * 33, "32 levels"),
        (b"[" * 33, "32 levels"),
        (b'{"a":"' + b"[" * 33 + b'",' + b'"b":[' * 33, "32 levels"),
        (b'{"a":1,"b":2,"a":3}', "'a' is there twice"),
        (b'{"b":{"a":1,"c":2,"c":3}}', "'c' is there twice"),
    ],
)
def test_what_is_no_json_of_ours_is_refused_in_words(body, words):
    with pytest.raises(Problem, match=words):
        read_json(body)


def test_brackets_in_strings_are_no_nesting():
    body = {"a": "[{" * 100, "b": '"[' * 100, "c": "\\" * 99, "d": [[]]}
    assert read_json(json.dumps(body).encode()) == body
