"""Queries of which Django makes SQL once for each kind of caller, not each time: those behind every write of the API.

Making it takes Django longer than executing it takes PostgreSQL. Who sees what is still said by `visible_to` alone.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.lookups import Lookup

from hotspot.core import prepared_statements
from hotspot.core.models import User

_CALLER = "by"
_BIGGEST = 2**63

Compiled = TypeVar("Compiled")
Field = tuple[str, Callable[[Any], Any]]


@dataclass(frozen=True)
class _Sql:
    """SQL with numbers that no record has in the place of values; `names` says of which."""

    text: str
    parameters: Sequence[Any]
    names: Mapping[int, str]

    def given(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters, with these values."""
        return [
            values[self.names[each]] if isinstance(each, int) and each in self.names else each
            for each in self.parameters
        ]


class _PerCaller(Generic[Compiled]):
    """What is made once for each kind of caller: who has the same role and scopes may see the same by the same SQL,
    but for their own id in it. And once for each set of names that are given values: some may be left out.
    """

    def __init__(self, build: Callable[..., Any]) -> None:
        self._build = build
        self._made: dict[Any, Compiled] = {}

    def _compiled(self, by: User, names: Sequence[str]) -> Compiled:
        kind = (by.role, frozenset(by.scopes), by.is_active, *names)
        if kind not in self._made:
            numbers = {name: place - _BIGGEST for place, name in enumerate((_CALLER, *names))}
            caller = User(pk=numbers[_CALLER], role=by.role, is_active=by.is_active)
            caller.scopes = by.scopes
            built = self._build(caller, **{name: numbers[name] for name in names})
            self._made[kind] = self._make(built, {number: name for name, number in numbers.items()})
        return self._made[kind]

    def _make(self, built: Any, names: Mapping[int, str]) -> Compiled:
        raise NotImplementedError


class _AnyOf(Lookup):
    """Whether a field is one of the values in an array."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        sql, parameters = self.process_lhs(compiler, connection)
        return f"{sql} = ANY (%s)", (*parameters, self.rhs)


def any_of(field: str, values: Any) -> "Lookup[Any]":
    """The condition that a field is one of these named values: the query is the same however many there are."""
    return _AnyOf(F(field), values)


def as_value(value: Any) -> RawSQL:
    """A named value of a field that is no whole number, for its conditions."""
    return RawSQL("%s", (value,))


class CompiledQuery(_PerCaller[_Sql]):
    """A query that `build` makes of the caller and of named values. Nothing else in it may differ from call to call.

    Decorates the function: `@CompiledQuery def _shift(by, shift_id): return PatrolShift.objects...`.
    """

    def sql(self, by: User, **values: Any) -> tuple[str, list[Any]]:
        """The SQL and its parameters, as a part of a larger statement. Of nothing, for who may see nothing, it makes
        SQL too.
        """
        made = self._compiled(by, tuple(values))
        return made.text, made.given({_CALLER: by.pk, **values})

    def rows(self, by: User, *, most: int | None = None, prepare: bool = True, **values: Any) -> list[tuple[Any, ...]]:
        """The rows, none for a number that no record can have, and so many at the `most`.

        A prepared statement is planned once, as if any array had ten values. Do not `prepare` where that misleads.
        """
        if any(isinstance(value, int) and not -_BIGGEST <= value < _BIGGEST for value in values.values()):
            return []
        sql, parameters = self.sql(by, **values)
        with connection.cursor() as cursor:
            # A number of the statement itself: PostgreSQL plans for few rows only where it knows that there are few.
            sql = sql if most is None else f"{sql} LIMIT {most:d}"
            if prepare:
                prepared_statements.execute(cursor, sql, parameters)
            else:
                cursor.execute(sql, parameters)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def _make(self, built: QuerySet[Any], names: Mapping[int, str]) -> _Sql:
        text, parameters = built.query.get_compiler(connection=connection, elide_empty=False).as_sql()
        return _Sql(text, parameters, names)


@dataclass(frozen=True)
class _Records:
    """SQL that gives the records of several models as JSON, and how each model is made of that."""

    sql: _Sql
    models: Sequence[tuple[Any, Sequence[Field]]]


class CompiledRecords(_PerCaller[_Records]):
    """Several queries, which `build` makes as for `CompiledQuery`, whose records come in one trip.

    Fields that a query defers stay unread, and relations have only their ids.
    """

    def records(self, by: User, **values: Any) -> list[list[Any]]:
        """The records of each query."""
        made = self._compiled(by, tuple(values))
        with connection.cursor() as cursor:
            prepared_statements.execute(cursor, made.sql.text, made.sql.given({_CALLER: by.pk, **values}))
            answers = cursor.fetchone()
        return [
            [_record(model, fields, record) for record in answer]
            for (model, fields), answer in zip(made.models, answers, strict=True)
        ]

    def _make(self, built: Sequence[QuerySet[Any]], names: Mapping[int, str]) -> _Records:
        parts = [_as_json(query) for query in built]
        text = f"SELECT {', '.join(part for part, _ in parts)}"
        parameters = [value for _, given in parts for value in given]
        return _Records(_Sql(text, parameters, names), [(query.model, _fields(query)) for query in built])


def _as_json(query: QuerySet[Any]) -> tuple[str, Sequence[Any]]:
    try:
        sql, parameters = query.values(*(name for name, _ in _fields(query))).query.sql_with_params()
    except EmptyResultSet:
        return "'[]'::json", ()
    return f"(SELECT coalesce(json_agg(record), '[]') FROM ({sql}) record)", parameters  # noqa: S608 - as Django says


def _fields(query: QuerySet[Any]) -> list[Field]:
    deferred, is_deferring = query.query.deferred_loading
    return [
        # What the database computes is of the type of its output.
        (field.attname, getattr(field, "output_field", field).to_python)
        for field in query.model._meta.concrete_fields
        if (field.name not in deferred) == is_deferring or field.primary_key
    ]


def _record(model: Any, fields: Sequence[Field], values: Mapping[str, Any]) -> Any:
    """A record of what JSON says of it."""
    python = [to_python(values[name]) for name, to_python in fields]
    return model.from_db(connection.alias, [name for name, _ in fields], python)
