"""The description of the API as a page has it: sections of operations with their parameters and fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch")


@dataclass(frozen=True)
class FieldRow:
    """One parameter or field: its name, what it takes, and what it is for."""

    name: str
    kind: str
    needed: bool
    about: str


@dataclass(frozen=True)
class Described:
    """One operation. `try_it` is an address that a signed-in person can open."""

    name: str
    summary: str
    method: str
    path: str
    about: str
    parameters: list[FieldRow]
    fields: list[FieldRow]
    answers: list[tuple[str, str]]
    try_it: str = ""


@dataclass(frozen=True)
class Section:
    """The operations on one kind of thing."""

    slug: str
    name: str
    operations: list[Described] = field(default_factory=list)


def sections(schema: Schema) -> list[Section]:
    """Every operation of an OpenAPI document, by its first tag, in the document's order."""
    found: dict[str, Section] = {}
    for path, methods in schema["paths"].items():
        for method in METHODS:
            if method in methods:
                operation = methods[method]
                tag = operation["tags"][0]
                section = found.setdefault(tag, Section(f"all-{tag}", tag.replace("-", " ").capitalize()))
                section.operations.append(_described(schema, path, method, operation))
    return list(found.values())


def _described(schema: Schema, path: str, method: str, operation: Schema) -> Described:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    is_open = method == "get" and "{" not in path
    return Described(
        name=operation["operationId"],
        summary=operation["summary"],
        method=method.upper(),
        path=path,
        about=_plain(operation.get("description", "")),
        parameters=[_parameter(schema, parameter) for parameter in operation.get("parameters", ())],
        fields=list(_fields(schema, body)),
        answers=[(status, answer.get("description", "")) for status, answer in sorted(operation["responses"].items())],
        try_it=path if is_open else "",
    )


def _parameter(schema: Schema, parameter: Schema) -> FieldRow:
    about = _plain(parameter.get("description", ""))
    return FieldRow(parameter["name"], _kind(schema, parameter["schema"]), parameter.get("required", False), about)


def _fields(schema: Schema, body: Schema, prefix: str = "") -> Iterator[FieldRow]:
    """The fields of a body, those of what it holds under dotted names."""
    body = _resolved(schema, body)
    needed = body.get("required", ())
    for name, value in body.get("properties", {}).items():
        yield FieldRow(f"{prefix}{name}", _kind(schema, value), name in needed, _plain(value.get("description", "")))
        inner = value.get("items", value)
        if "properties" in _resolved(schema, inner):
            yield from _fields(schema, inner, f"{prefix}{name}{'[]' if 'items' in value else ''}.")


def _plain(text: str) -> str:
    """Text without the backquotes that mark code where Markdown is read."""
    return text.replace("`", "")


def _resolved(schema: Schema, value: Schema) -> Schema:
    if "allOf" in value and len(value["allOf"]) == 1:
        value = value["allOf"][0]
    if "oneOf" in value:
        value = next((option for option in value["oneOf"] if "$ref" in option), value)
    if "$ref" in value:
        found: Schema = schema["components"]["schemas"][value["$ref"].rsplit("/", 1)[-1]]
        return found
    return value


def _kind(schema: Schema, value: Schema) -> str:
    """In a word or two: text, whole number, list of objects, one of these."""
    if "items" in value:
        return f"list of {_kind(schema, value['items'])}"
    value = _resolved(schema, value)
    if "enum" in value:
        return ", ".join(str(option) for option in value["enum"] if option is not None)
    kind = value.get("type", "object")
    names = [name for name in ([kind] if isinstance(kind, str) else kind) if name != "null"]
    return _WORDS.get(value.get("format", ""), _WORDS.get(names[0] if names else "", "object"))


_WORDS = {
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
    "object": "object",
    "date": "date",
    "date-time": "date and time with offset",
    "uuid": "UUID",
    "uri": "address",
}
