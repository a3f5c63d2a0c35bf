"""outcomes/kinds.py is the only list of outcome kinds, and each kind has everything that a later layer needs."""

import ast
import re
from collections.abc import Iterator

import pytest

from outcomes.api.serializers import answers, requests
from outcomes.kinds import ARREST, BY_MODEL, BY_PLURAL, BY_SLUG, COUNTED, KINDS, PerKind
from outcomes.models import Outcome
from outcomes.recording.bulk_insert import ROWS
from outcomes.recording.detail_forms import FORMS
from outcomes.rules import Tally
from script import structure

LIST = "outcomes/kinds.py"
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


def lists_in(code: str) -> list[int]:
    """The lines of literals that name three or more kinds."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(code))
        if isinstance(node, LITERALS) and len({NAMED_BY[name] for name in names_in(node) if name in NAMED_BY}) > 2
    ]


@pytest.mark.parametrize(
    "code",
    [
        '{"arrests": 1, "stop_searches": 2, "weapons": 3}',
        '("arrest", "stop-search", "asb-power")',
        "[Arrest, StopSearch, AsbPowerUse]",
        "{kinds.ARREST, kinds.WEAPON, kinds.ASB_POWER}",
        "Tally(arrests=1, stop_searches=2, asb_powers={})",
        '[("Arrests", 1), ("Stop searches", 2), ("Weapons recovered", 3)]',
    ],
)
def test_a_second_list_is_found(code):
    assert lists_in(code)
    assert not lists_in('{"arrests": 1, "stop_searches": 2, "patrols": 3}')


def test_there_is_one_list():
    assert [
        f"{path}:{line}"
        for path, code in structure.sources(None).items()
        if path != LIST and not FROZEN.fullmatch(path)
        for line in lists_in(code)
    ] == []


def test_the_list_is_complete():
    assert set(BY_MODEL) == set(Outcome.__subclasses__())
    assert len(BY_PLURAL) == len(BY_SLUG) == len({kind.key for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_kind_names_fields_of_its_model(kind):
    own = {field.name for field in kind.own_fields}
    assert {*kind.required, kind.breakdown, *(name for _, name in kind.cells)} <= own
    assert {detail.field for detail in kind.details} == own


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("registry", [FORMS, ROWS, requests.CHANGES, answers.OF_SHIFT])
def test_a_kind_has_its_form_row_and_serializers(kind, registry):
    assert registry[kind]


def test_a_row_for_copy_has_the_columns_of_its_kind():
    for kind in KINDS:
        assert {field.column for field in kind.own_fields} <= set(ROWS[kind]._fields)


def test_the_rules_and_the_api_know_every_count():
    assert Tally().counts.keys() == {kind.plural for kind in COUNTED}
    names = {kind.plural for kind in KINDS}
    for serializer in (requests.ResultInput, requests.TallyInput, answers.OutcomeCounts, answers.ShiftOutput):
        assert names <= serializer().fields.keys()


def test_a_kind_has_one_of_each():
    registry = PerKind()
    with pytest.raises(KeyError, match="Nothing is registered for arrest"):
        registry[ARREST]
    registry.of(ARREST)("a form")
    assert registry[ARREST] == "a form"
    with pytest.raises(ValueError, match="There are two for arrest"):
        registry.of(ARREST)("another")
