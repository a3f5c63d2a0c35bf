"""Shifts and outcomes as JSON documents that PostgreSQL writes itself, which costs no Python.

`outcomes/api/serializers/answers.py` says the same to whoever reads the schema; a test holds one against the other.
"""

from typing import Any

from django.db import connection, models
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from hotspot.core.compiled_queries import CompiledQuery
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from outcomes.kinds import BY_MODEL, KINDS, OutcomeKind
from outcomes.models import Outcome
from outcomes.records.row_sql import SHIFT, standing
from patrols.models import PatrolShift, Visit

_EXTERNAL = """CASE WHEN {row}.external_reference = '' THEN NULL ELSE
    json_build_object('source', {row}.external_source, 'reference', {row}.external_reference) END"""


def _object(**members: str) -> str:
    return "json_build_object(" + ", ".join(f"'{name}', {value}" for name, value in members.items()) + ")"


def _list(members: str, table: str, order: str = "o.id") -> str:
    return (
        f"(SELECT coalesce(json_agg({members} ORDER BY {order}), '[]'::json) FROM {table} o "
        f"WHERE o.shift_id = {SHIFT}.id)"
    )


_OUTCOME = {
    "id": "{row}.id",
    "detail_to_follow": "{row}.detail_to_follow",
    "happened_at": "{row}.happened_at",
    "reference": "{row}.reference",
    "void_reason": "{row}.void_reason",
    "external": _EXTERNAL,
}
_VISIT = {"id": "{row}.id", "arrived_at": "{row}.starts_at", "left_at": "{row}.ends_at"}


def _members(model: type[models.Model], row: str) -> dict[str, str]:
    """The members of an outcome's or visit's document, of the table or alias `row`."""
    if model is Visit:
        return {name: value.format(row=row) for name, value in _VISIT.items()}
    own = {field.name: "{row}." + field.column for field in BY_MODEL[model].own_fields}
    return {name: value.format(row=row) for name, value in {**_OUTCOME, **own}.items()}


_SUMMARY = {
    "id": f"{SHIFT}.id",
    "reference": f"'HS-' || {SHIFT}.id",
    "state": f"{SHIFT}.state",
    "area": _object(id="area.id", name="area.name"),
    "funding_stream": f"{SHIFT}.funding_stream_id",
    "starts_at": f"{SHIFT}.starts_at",
    "ends_at": f"{SHIFT}.ends_at",
    "day": f"{SHIFT}.day",
    "clock_minutes": f"{SHIFT}.clock_minutes",
    "crew_size": "crew.size",
    "patrol_minutes": "crew.minutes",
    "outcomes": _object(**{kind.plural: standing(kind) for kind in KINDS}),
    "nothing_to_report": f"{SHIFT}.nothing_to_report",
    "void_reason": f"{SHIFT}.void_reason",
    "cancel_reason": f"{SHIFT}.cancel_reason",
    "external": _EXTERNAL.format(row=SHIFT),
    "version": f"{SHIFT}.version",
    "logged_at": f"{SHIFT}.logged_at",
    "updated_at": f"{SHIFT}.updated_at",
}


def _parts(*, officers: bool) -> dict[str, str]:
    person = {"role": "o.role", "starts_at": "o.starts_at", "ends_at": "o.ends_at", "minutes": "o.minutes"}
    who = {"collar_number": "o.collar_number"} if officers else {}
    outcomes = {kind.plural: _list(_object(**_members(kind.model, "o")), kind.table) for kind in KINDS}
    return {
        "submission_id": f"{SHIFT}.submission_id",
        "note": f"{SHIFT}.note",
        "doubts_kept": f"to_json({SHIFT}.doubts_kept)",
        "doubts_reason": f"{SHIFT}.doubts_reason",
        "crew": _list(_object(**person, **who), "patrols_crewmember"),
        "visits": _list(_object(**_members(Visit, "o")), "patrols_visit", "o.starts_at, o.id"),
        **outcomes,
        "activity": (
            "(SELECT coalesce(json_object_agg(o.kind_id, o.count ORDER BY o.kind_id), '{}'::json) "
            f"FROM outcomes_activitycount o WHERE o.shift_id = {SHIFT}.id)"
        ),
    }


# What more than one member comes from is looked up once.
_FROM = f"""FROM hotspots_hotspotarea area, LATERAL (
    SELECT count(*) AS size, coalesce(sum(c.minutes), 0) AS minutes
    FROM patrols_crewmember c WHERE c.shift_id = {SHIFT}.id
) crew WHERE area.id = {SHIFT}.area_id"""
SUMMARY = f"SELECT {_object(**_SUMMARY)} {_FROM}"
FULL = {officers: f"SELECT {_object(**_SUMMARY, **_parts(officers=officers))} {_FROM}" for officers in (True, False)}


def document_sql(by: User, *, is_full: bool) -> str:
    """The SQL of one shift's document as this caller may see it. Collar numbers are for those who may see officers."""
    return FULL[by.may(Permission.VIEW_OFFICERS)] if is_full else SUMMARY


@CompiledQuery
def _one(by: User, shift_id: int) -> QuerySet[Any]:
    document = RawSQL(f"({document_sql(by, is_full=True)})::text", ())  # noqa: S611 - our own text
    shifts = PatrolShift.objects.visible_to(by).filter(pk=shift_id)
    return shifts.annotate(document=document).values_list("document", "version")


def one(shift_id: int, *, by: User) -> tuple[str, int]:
    """The full document of one shift that `by` may see, and its version. Raises PatrolShift.DoesNotExist."""
    found = _one.rows(by, shift_id=shift_id)
    if not found:
        raise PatrolShift.DoesNotExist
    text, version = found[0]
    return text, version


_SETTLED = """
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint
        + coalesce((SELECT change_offset FROM core_databaseinstance), 0)
"""


def settled() -> int:
    """The change number below which every transaction has ended: nothing can appear any more in what came before it."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED)
        number: int = cursor.fetchone()[0]
    return number


def outcome_sql(model: type[models.Model]) -> str:
    """The SQL of one outcome's or visit's document in a list of its own, with its shift."""
    table = model._meta.db_table
    return f"SELECT {_object(shift=f'{table}.shift_id', **_members(model, table))}"


def _one_of(model: type[Outcome]) -> CompiledQuery:
    def build(by: User, outcome_id: int) -> QuerySet[Any]:
        document = RawSQL(f"({outcome_sql(model)})::text", ())  # noqa: S611 - our own text
        outcomes = model.objects.visible_to(by).filter(pk=outcome_id).annotate(document=document)
        rows: QuerySet[Any] = outcomes.values_list("document", "shift__version")
        return rows

    return CompiledQuery(build)


_ONE_OF = {kind: _one_of(kind.model) for kind in KINDS}


def one_outcome(kind: OutcomeKind, outcome_id: int, *, by: User) -> tuple[str, int]:
    """The document of one outcome that `by` may see, and the version of its shift. Raises its model's DoesNotExist."""
    found = _ONE_OF[kind].rows(by, outcome_id=outcome_id)
    if not found:
        raise kind.model.DoesNotExist
    text, version = found[0]
    return text, version
