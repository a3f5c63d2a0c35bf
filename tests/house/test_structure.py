"""The shape of the code, held to the limits in docs/development.md."""

import ast
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

from script import structure

CODE = structure.sources(None)
# Django asks for this name.
GIVEN_NAMES = {"Command"}
# What may be imported from a package itself: nowhere else do these names come from.
ENTRY_POINTS = {"hotspot/__init__.py"} | {
    f"{app}/models/__init__.py" for app in ("hotspots", "outcomes", "patrols", "reports")
}


def test_no_class_name_occurs_twice():
    assert {name for name, count in structure.class_names(CODE).items() if count > 1} <= GIVEN_NAMES


def test_modules_and_functions_are_short():
    shape = structure.shape_of(CODE)
    assert shape.function_median <= 9
    assert {name: length for name, length in structure.functions(CODE).items() if length > 40} == {}
    assert {path: length for path, length in structure.module_lengths(CODE).items() if length > 400} == {}


def test_packages_export_again_only_where_that_is_the_one_entry():
    exporting = {
        path
        for path, text in CODE.items()
        if path.endswith("__init__.py")
        and any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.parse(text).body)
    }
    assert exporting == ENTRY_POINTS


def test_the_entry_to_the_models_of_reports_is_the_only_one():
    outside = {
        path: text for path, text in CODE.items() if not path.startswith(("reports/models/", "reports/migrations/"))
    }
    assert [path for path, text in outside.items() if "reports.models." in text] == []


def test_no_module_imports_itself_by_way_of_others():
    graph = grimp.build_graph(*structure.APPS)
    imported = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    sorter = TopologicalSorter(imported)
    try:
        sorter.prepare()
    except CycleError as error:
        pytest.fail(f"These import each other: {error.args[1]}")


FUNCTION = "def one():\n    first = 1\n    second = 2\n    third = 3\n    fourth = 4\n    fifth = 5\n    return first\n"


@pytest.mark.parametrize(
    ("code", "runs"),
    [
        ({"a.py": FUNCTION}, 0),
        ({"a.py": FUNCTION, "b.py": FUNCTION}, 1),
        ({"a.py": FUNCTION, "b.py": FUNCTION.replace("def one", "def two")}, 1),
        ({"a.py": FUNCTION, "b.py": FUNCTION.replace("third = 3", "third = 4")}, 0),
    ],
)
def test_a_run_that_stands_twice_is_counted_once(code, runs):
    assert structure.shape_of(code).duplicate_runs == runs


def test_the_measures_are_those_of_the_code():
    nested = "class Name:\n    def method(self):\n        return 1\n"
    shape = structure.shape_of({"app/a.py": FUNCTION, "app/b.py": nested, "app/c/__init__.py": nested})
    assert (shape.modules, shape.lines, shape.function_median) == (3, 13, 2)
    assert shape.longest_function == "7: app/a.py:one:1"
    assert shape.longest_module == "7: app/a.py"
    assert (shape.folders, shape.most_files, shape.repeated_class_names) == (1, "2: app", 1)


@pytest.mark.slow
def test_a_commit_is_measured_like_the_working_tree():
    before = structure.sources("HEAD")
    assert before.keys() & CODE.keys()
    assert structure.table({"HEAD": structure.shape_of(before)}).startswith("|  | HEAD |")


def test_advisory_locks_are_taken_in_one_module():
    """Their numbers would meet otherwise."""
    takers = {path for path, text in CODE.items() if "pg_advisory" in text or "pg_try_advisory" in text}
    assert takers == {"hotspot/core/advisory_locks.py"}
