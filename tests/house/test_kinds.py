"""outcomes/kinds.py is the only list of outcome kinds, and each kind has everything that a later layer needs."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from outcomes.api.serializers import answers, requests
from outcomes.kinds import ARREST, BY_MODEL, BY_PLURAL, BY_SLUG, KINDS, PerKind
from outcomes.models import Outcome
from outcomes.recording.detail_forms import FORMS
from outcomes.recording.rows import ROWS
from outcomes.rules import Tally
from reports.figures.headline import COLUMNS, Counts
from script import structure

LIST = "outcomes/kinds.py"
# The entry to the models names every one of them.
ENTRY = "outcomes/models/__init__.py"
# A version of the definition is frozen, whatever kinds there are later.
FROZEN = re.compile(r"hotspot/core/definitions/v\d+\.py")
NAMED_BY = {
    name: kind
    for kind in KINDS
    for name in (
        *(kind.key, kind.plural, kind.slug, kind.api_path, kind.title, kind.table),
        *(kind.key.upper(), kind.plural.upper(), kind.model.__name__),
        *(*kind.counted, *kind.brief, *kind.described),
    )
}
LITERALS = (ast.Dict, ast.Tuple, ast.List, ast.Set, ast.Call)
ROOT = Path(settings.BASE_DIR)


def names_in(node: ast.AST) -> Iterator[str]:
    """The names and texts in a literal, and in a call the names of its arguments."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
        elif isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.keyword) and part.arg:
            yield part.arg


def names_set_in(body: list[ast.stmt]) -> Iterator[str]:
    """The names that a class or a module sets in its body."""
    for statement in body:
        targets = [statement.target] if isinstance(statement, ast.AnnAssign) else getattr(statement, "targets", [])
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def is_list(names: Iterable[str]) -> bool:
    return len({NAMED_BY[name] for name in names if name in NAMED_BY}) > 2


def lists_in(code: str) -> list[int]:
    """The lines of literals that name three or more kinds, and of bodies that set a name for each."""
    return [
        getattr(node, "lineno", 1)
        for node in ast.walk(ast.parse(code))
        if (isinstance(node, LITERALS) and is_list(names_in(node)))
        or (isinstance(node, ast.ClassDef | ast.Module) and is_list(names_set_in(node.body)))
    ]


def pages_and_scripts() -> dict[str, str]:
    """The text of every template, script and style sheet of ours by its path."""
    paths = [*ROOT.glob("templates/**/*.*"), *ROOT.glob("static/**/*.js"), *ROOT.glob("static/**/*.css")]
    return {str(path.relative_to(ROOT)): path.read_text() for path in paths if "vendor" not in path.parts}


@pytest.mark.parametrize(
    "code",
    [
        '{"arrests": 1, "stop_searches": 2, "weapons": 3}',
        '("arrest", "stop-search", "asb-power")',
        "[Arrest, StopSearch, AsbPowerUse]",
        "{kinds.ARREST, kinds.WEAPON, kinds.ASB_POWER}",
        "Tally(arrests=1, stop_searches=2, asb_powers={})",
        '[("Arrests", 1), ("Stop searches", 2), ("Weapons recovered", 3)]',
        "class Counts:\n    arrests: int = 0\n    weapons: int = 0\n    asb_powers: int = 0",
        "class Counted(Serializer):\n    arrests = Number()\n    stop_searches = Number()\n    weapons = Number()",
    ],
)
def test_a_second_list_is_found(code):
    assert lists_in(code)
    assert not lists_in('{"arrests": 1, "stop_searches": 2, "patrols": 3}')


@pytest.mark.slow
def test_there_is_one_list():
    assert [
        f"{path}:{line}"
        for path, code in structure.sources(None).items()
        if path not in (LIST, ENTRY) and not FROZEN.fullmatch(path)
        for line in lists_in(code)
    ] == []


def test_no_page_or_script_names_the_kinds():
    texts = pages_and_scripts()
    assert len(texts) > 50
    named = {
        path: {NAMED_BY[name] for name in NAMED_BY if name.lower() in text.lower()} for path, text in texts.items()
    }
    assert {path for path, kinds in named.items() if len(kinds) > 2} == set()


def test_the_list_is_complete():
    assert set(BY_MODEL) == set(Outcome.__subclasses__())
    assert len(BY_PLURAL) == len(BY_SLUG) == len({kind.key for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_kind_names_fields_of_its_model(kind):
    own = {field.name for field in kind.own_fields}
    assert {*kind.required, kind.breakdown, *(name for _, name in kind.cells)} <= own
    assert {detail.field for detail in kind.details} == own


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize(
    "registry", [FORMS, ROWS, requests.INPUTS, requests.CHANGES, answers.OUTPUTS, answers.OF_SHIFT]
)
def test_a_kind_has_its_form_row_and_serializers(kind, registry):
    assert registry[kind]


def test_a_row_for_copy_has_the_columns_of_its_kind():
    for kind in KINDS:
        assert {field.column for field in kind.own_fields} <= set(ROWS[kind]._fields)


def test_what_is_no_kind_is_not_counted():
    tally, counts = Tally(arrests=2), Counts(arrests=2)
    assert (tally.arrests, tally.weapons, counts.arrests, counts.weapons) == (2, None, 2, 0)
    for number in (Tally, Counts):
        with pytest.raises(TypeError):
            number(robberies=1)
        with pytest.raises(AttributeError):
            number().robberies  # noqa: B018 - that it raises is the point
    with pytest.raises(TypeError):
        Counts(*range(len(COLUMNS) + 1))


def test_a_kind_has_one_of_each():
    registry = PerKind()
    with pytest.raises(KeyError, match="Nothing is registered for arrest"):
        registry[ARREST]
    registry.of(ARREST)("a form")
    assert registry[ARREST] == "a form"
    with pytest.raises(ValueError, match="There are two for arrest"):
        registry.of(ARREST)("another")
