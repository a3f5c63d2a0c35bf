"""What a mutation test changes in a module, one place at a time: `script/mutants` runs the tests on each change."""

import ast
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

OPERATORS: dict[type[ast.AST], type[Any]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
# A comparison by one of these is negated by the other.
OPPOSITES = ast.Eq | ast.NotEq | ast.In | ast.NotIn | ast.Is | ast.IsNot
IS_SQL = re.compile(r"\b(SELECT|FROM|WHERE|HAVING|GROUP BY|ORDER BY|SET|JOIN|BETWEEN)\b|\w\(\w* ?\)|\w\($|^extract\(")
IN_SQL = (
    (r" < ", " <= "),
    (r" <= ", " < "),
    (r" > ", " >= "),
    (r" >= ", " > "),
    (r" = ", " <> "),
    (r" <> ", " = "),
    (r" AND\b", " OR"),
    (r" OR\b", " AND"),
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r" / ", " * "),
    (r"\bUNION ALL\b", "UNION"),
    (r"\bLEFT JOIN\b", "JOIN"),
    (r" DESC\b", ""),
    (r"\bNOT ", ""),
    (r"\bDISTINCT ON \([^)]*\)", ""),
    (r"\bgreatest\(", "least("),
    (r"\bleast\(", "greatest("),
    (r"\bsum\(", "max("),
    (r"\bmin\(", "max("),
    (r"\bcount\(\*\)", "1"),
    (r"\b1 day\b", "2 days"),
    (r"\b1 microsecond\b", "1 second"),
    (r"\b0\b", "1"),
    (r"\b60\b", "61"),
    # Not in a list of columns, where it would only stand twice.
    (r"(?<!, )\bstarts_at\b", "ends_at"),
    (r"(?<!, )\bends_at\b", "starts_at"),
    (r"'month'", "'year'"),
    (r"'Europe/London'", "'UTC'"),
    (r"\bfirst_day\b", "last_day"),
    (r"\blast_day\b", "first_day"),
)
NOT_CHANGED = {"annotation", "returns", "decorator_list", "bases", "format_spec"}
# How much of what stays is said around a change, and how much of a change that is long.
AROUND, LONGEST = 30, 120


@dataclass(frozen=True)
class Mutant:
    """A module with one change: in the statement at `line`, in a function or at the top."""

    line: int
    change: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of a module that reads differently from it and from the others."""
    original = ast.parse(source)
    seen = {ast.unparse(original)}
    for number, (node, statement) in enumerate(_places(original)):
        for put in _alternatives(node):
            tree = ast.parse(source)
            place = next(each for count, (each, _) in enumerate(_places(tree)) if count == number)
            mutated = ast.fix_missing_locations(_Replace(place, put).visit(tree))
            text = ast.unparse(mutated)
            if text not in seen:
                seen.add(text)
                yield Mutant(statement.lineno, _difference(node, put), mutated)


class _Replace(ast.NodeTransformer):
    def __init__(self, node: ast.AST, put: ast.AST) -> None:
        self.node, self.put = node, put

    def visit(self, node: ast.AST) -> Any:
        return self.put if node is self.node else super().generic_visit(node)


def _difference(node: ast.AST, put: ast.AST) -> str:
    """What was there and what is there now, cut to where they differ."""
    before, after = (" ".join(ast.unparse(each).split()) for each in (node, put))
    start = max(_common(before, after) - AROUND, 0)
    end = max(_common(before[:start:-1], after[:start:-1]) - AROUND, 0)
    return " → ".join(text[start : len(text) - end][:LONGEST] for text in (before, after))


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _places(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.stmt]]:
    for statement in tree.body:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            yield from _inside(statement, statement)


def _inside(node: ast.AST, statement: ast.stmt) -> Iterator[tuple[ast.AST, ast.stmt]]:
    """The node and what is in it, without annotations, decorators, docstrings and `strict=True`, which asserts."""
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if is_docstring or (isinstance(node, ast.keyword) and node.arg in {"strict", "init"}):
        return
    yield node, statement
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name not in NOT_CHANGED:
                yield from _inside(child, child if isinstance(child, ast.stmt) else statement)


def _alternatives(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in place of a node."""
    yield from _other_operators(node)
    yield from _other_values(node)
    yield from _other_statements(node)
    yield from _other_conditions(node)


def _with(node: ast.AST, **fields: Any) -> ast.AST:
    other = deepcopy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def _each_replaced(items: list[Any], place: int, item: Any) -> list[Any]:
    return [*items[:place], item, *items[place + 1 :]]


def _other_operators(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare():
            for place, operator in enumerate(node.ops):
                yield _with(node, ops=_each_replaced(node.ops, place, OPERATORS[type(operator)]()))
        case ast.BoolOp() | ast.BinOp() if type(node.op) in OPERATORS:
            yield _with(node, op=OPERATORS[type(node.op)]())
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand


def _other_values(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(value=str() as value) if IS_SQL.search(value):
            yield from map(ast.Constant, _other_sql(value))
        case ast.JoinedStr() if IS_SQL.search("".join(map(_words, node.values))):
            for place, part in enumerate(node.values):
                for text in _other_sql(_words(part)):
                    yield _with(node, values=_each_replaced(node.values, place, ast.Constant(text)))


def _words(part: ast.AST) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "?"


def _other_sql(text: str) -> Iterator[str]:
    # The AND of a BETWEEN joins no conditions.
    plain = re.sub(r"(BETWEEN \S+) AND", r"\1 ~AND~", text)
    for pattern, other in IN_SQL:
        for found in re.finditer(pattern, plain):
            yield (plain[: found.start()] + other + plain[found.end() :]).replace("~AND~", "AND")


def _other_statements(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Return(value=ast.expr()):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
            # Still a generator.
            yield ast.Expr(ast.YieldFrom(ast.Tuple([], ast.Load())))
        case ast.Expr() | ast.Raise() | ast.AugAssign():
            yield ast.Pass()
        case ast.Assign() if not any(isinstance(each, ast.Name) for each in _targets(node)):
            yield ast.Pass()


def _targets(node: ast.Assign) -> list[ast.expr]:
    return [part for each in node.targets for part in (each.elts if isinstance(each, ast.Tuple) else [each])]


def _other_conditions(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.If() | ast.IfExp() if not _is_negated_already(node.test):
            yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
        case ast.comprehension():
            for place, condition in enumerate(node.ifs):
                for put in (ast.UnaryOp(ast.Not(), condition), ast.Constant(True)):
                    yield _with(node, ifs=_each_replaced(node.ifs, place, put))


def _is_negated_already(test: ast.expr) -> bool:
    """Whether another mutant is the negation."""
    match test:
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Compare():
            return isinstance(test.ops[0], OPPOSITES)
    return False
