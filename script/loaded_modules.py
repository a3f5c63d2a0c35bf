"""Puts other code into a module that is loaded, so that whatever imported its functions runs the other code too."""

import ast
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from types import FunctionType, ModuleType
from typing import Any

# What a module's constants and the defaults of its functions may be, to be replaced. Its classes stay what they are.
VALUES = (bool, int, str, tuple, list, dict, date, type(None))


def put_in_place(module: ModuleType, tree: ast.Module) -> None:
    """Let the functions and constants of a module be what the tree says. Raises what executing the tree raises."""
    path = str(module.__file__)
    fresh = ModuleType(module.__name__)
    vars(fresh).update({name: value for name, value in vars(module).items() if name.startswith("__")})
    exec(compile(tree, path, "exec"), vars(fresh))  # noqa: S102 - a variant of our own code
    others = dict(_functions(vars(fresh), module.__name__))
    for name, function in _functions(vars(module), module.__name__):
        other = others[name]
        # What dataclasses write comes from no file, and refers to the classes of the variant.
        if function.__code__.co_filename == path:
            function.__code__ = other.__code__
        if _are_values(other.__defaults__ or ()):
            function.__defaults__ = other.__defaults__
        if _are_values((other.__kwdefaults__ or {}).values()):
            function.__kwdefaults__ = other.__kwdefaults__
    for name, value in list(vars(module).items()):
        if isinstance(value, VALUES) and not name.startswith("__") and vars(fresh)[name] != value:
            _replace_everywhere(name, value, vars(fresh)[name])


def _functions(namespace: Mapping[str, Any], module: str) -> Iterator[tuple[str, FunctionType]]:
    """The functions and methods that a module defines, by qualified name, whatever decorates them."""
    for value in list(namespace.values()):
        inner = _decorated(value) or getattr(value, "fget", value)
        while hasattr(inner, "__wrapped__"):
            inner = inner.__wrapped__
        if getattr(inner, "__module__", None) != module:
            continue
        if isinstance(inner, FunctionType):
            yield inner.__qualname__, inner
        elif isinstance(inner, type):
            yield from _functions(vars(inner), module)


def _decorated(value: object) -> FunctionType | None:
    """The function that an object was made of, as decorators that are classes keep it."""
    if not hasattr(value, "__dict__") or hasattr(value, "__wrapped__") or isinstance(value, type | ModuleType):
        return None
    return next((each for each in vars(value).values() if isinstance(each, FunctionType)), None)


def _are_values(values: Collection[Any]) -> bool:
    return all(isinstance(value, VALUES) for value in values)


def _replace_everywhere(name: str, value: object, other: object) -> None:
    for user in list(sys.modules.values()):
        if getattr(user, "__dict__", {}).get(name) is value:
            vars(user)[name] = other


def forget_answers(module: ModuleType) -> None:
    """Empty the caches of a module's functions, which may hold what was so before."""
    for value in vars(module).values():
        if hasattr(value, "cache_clear"):
            value.cache_clear()
        elif not isinstance(value, FunctionType) and _decorated(value):
            for kept in vars(value).values():
                if isinstance(kept, dict):
                    kept.clear()


def note_statements(module: ModuleType, source: str, note: Callable[[str, int], None]) -> None:
    """Let every statement of a module's functions tell its module and line before it is executed."""
    vars(module)["__note__"] = note
    put_in_place(module, ast.fix_missing_locations(_Noting().visit(ast.parse(source))))


class _Noting(ast.NodeTransformer):
    def visit(self, node: ast.AST) -> Any:
        super().generic_visit(node)
        if not isinstance(node, ast.Module | ast.ClassDef):
            for name in ("body", "orelse", "finalbody"):
                statements = getattr(node, name, None)
                if isinstance(statements, list):
                    setattr(node, name, [each for one in statements for each in (_note(one), one)])
        return node


def _note(statement: ast.stmt) -> ast.stmt:
    return ast.parse(f"__note__(__name__, {statement.lineno})").body[0]


def users_of(tree: ast.Module) -> dict[int, set[int]]:
    """By its line, the first statements of the functions that use what is given outside of their bodies.

    That is a constant, by itself or through other constants, and a default of their own. Of a class's fields, none.
    """
    bodies = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assigned = {_names(each, ast.Store): _names(each, ast.Load) for each in tree.body if not isinstance(each, _BLOCKS)}
    users: dict[int, set[int]] = {node.lineno: _first_lines(node) for node in bodies}
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef):
            users |= {each.lineno: set() for each in statement.body if not isinstance(each, ast.FunctionDef)}
        elif not isinstance(statement, ast.FunctionDef):
            given = set(_names(statement, ast.Store))
            for _ in assigned:
                given |= {name for names, used in assigned.items() if used & given for name in names}
            using = [_first_lines(node) for node in bodies if _names(node, ast.Load) & given]
            users[statement.lineno] = set().union(*using)
    return users


_BLOCKS = (ast.ClassDef, ast.FunctionDef)


def _names(tree: ast.AST, context: type[ast.expr_context]) -> frozenset[str]:
    return frozenset(each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, context))


def _first_lines(node: ast.FunctionDef) -> set[int]:
    """Of a function's statements outside of blocks: one that is executed whenever the function is, is among them."""
    return {statement.lineno for statement in node.body}
