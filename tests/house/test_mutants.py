"""What a mutation run changes, and that the changed module is the one that runs."""

import ast
import sys
from types import ModuleType

import pytest

from script.loaded_modules import forget_answers, note_statements, put_in_place, users_of
from script.mutations import mutants


def changes(source: str) -> list[str]:
    return [mutant.change for mutant in mutants(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(a):\n    return a < 1 and a", ["→ return None", "→ a < 1 or a", "a <= 1", "1 → 2", "1 → 0"]),
        ("def f(a):\n    if not a:\n        raise ValueError", ["not a → a", "raise ValueError → pass"]),
        ("def f(a):\n    yield a", ["yield a → yield from ()"]),
        ("def f(a):\n    a.b = a.c = 1", ["a.b = a.c = 1 → pass", "1 → 2", "1 → 0"]),
        ("def f(a):\n    '''Words.'''\n    a.b()", ["a.b() → pass"]),
        ("a = [b for b in c if d]", ["for b in c if not d", "for b in c if True"]),
        ("a = dict(zip(b, c, strict=True))", []),
        ("a: int = 1", ["1 → 2", "1 → 0"]),
        ("a = 'SELECT 1 WHERE b < c AND d BETWEEN e AND f'", ["b <= c", "OR d BETWEEN e AND f"]),
        ("a = f'SELECT {b} FROM c WHERE d = 2'", ["d <> 2"]),
        ("a = 'words < 0 AND more words'", []),
    ],
)
def test_one_place_is_changed_at_a_time(source, expected):
    found = changes(source)
    assert len(found) == len(expected)
    for change, part in zip(found, expected, strict=True):
        assert part in change


def test_no_two_mutants_are_alike():
    source = "def f(a, b):\n    if a == b:\n        return a\n    return not a"
    found = [ast.unparse(mutant.tree) for mutant in mutants(source)]
    assert len(found) == len(set(found)) == 4


SOURCE = """
from dataclasses import dataclass
from functools import cache
LIMIT = 3
class Keeper:
    def __init__(self, build):
        self.build, self.made = build, {}
    def __call__(self):
        return self.made.setdefault("", self.build())
DOUBLE = LIMIT * 2
@cache
def cached(number):
    return number < DOUBLE
def default(number=1):
    return number
@Keeper
def kept():
    return LIMIT
@dataclass
class Row:
    count: int = 1
    @property
    def next(self):
        return self.count + 1
"""


@pytest.fixture
def module(monkeypatch):
    made = ModuleType("a_module")
    made.__file__ = "a_module.py"
    monkeypatch.setitem(sys.modules, "a_module", made)
    exec(compile(SOURCE, "a_module.py", "exec"), vars(made))  # noqa: S102
    return made


def test_whoever_imported_a_name_runs_the_changed_code(module):
    user = ModuleType("a_user")
    sys.modules["a_user"] = user
    names = ("cached", "default", "Row", "LIMIT", "kept")
    vars(user).update({name: getattr(module, name) for name in names})
    assert (user.cached(4), user.default(), user.Row().next, user.kept()) == (True, 1, 2, 3)
    put_in_place(
        module,
        ast.parse(
            SOURCE.replace("LIMIT = 3", "LIMIT = 2").replace("=1", "=5").replace("= 1", "= 5").replace("+ 1", "+ 2")
        ),
    )
    forget_answers(module)
    del sys.modules["a_user"]
    assert (user.cached(4), user.default(), user.Row().next, user.LIMIT, user.kept()) == (False, 5, 7, 2, 2)


def test_every_statement_of_a_function_is_noted_when_it_is_executed(module):
    noted = []
    note_statements(module, SOURCE, lambda name, line: noted.append((name, line)))
    noted.clear()
    assert module.cached(4)
    assert module.Row().next == 2
    assert noted == [("a_module", 13), ("a_module", 24)]


def test_a_constant_is_used_by_the_functions_that_use_what_is_made_of_it():
    users = users_of(ast.parse(SOURCE))
    assert {line: users[line] for line in (4, 10, 14, 21)} == {4: {13, 18}, 10: {13}, 14: {15}, 21: set()}
