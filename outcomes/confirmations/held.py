"""What a confirmed month holds of each shift: its version, and a digest of all that "nothing more to log" is about.

That is whether it stands, where and when it was, its crew's minutes, and how much came of it. Detail entered later and
steps in court change the version and nothing of this.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import TextField
from django.db.models.expressions import RawSQL

from hotspot.core.calendar import Period
from hotspot.core.permissions import Permission, has_own_districts, roles_granted
from outcomes.kinds import KINDS
from patrols.models import PatrolShift


class Held(NamedTuple):
    """One shift as it was confirmed, or as it is. Months confirmed at first kept the version alone."""

    version: int
    digest: str = ""

    @classmethod
    def of(cls, kept: Any) -> "Held":
        """As a confirmation has it."""
        return cls(*kept) if isinstance(kept, list) else cls(kept)

    def is_as(self, other: "Held | None") -> bool:
        """Whether nothing differs that a confirmation is about."""
        if other is None:
            return False
        return self.version == other.version or (self.digest == other.digest and bool(self.digest))


def expected_roles() -> list[str]:
    """Who is expected to confirm months: who logs shifts of their own districts.

    Who imports or completes shifts for the whole force does not know whether there is more to log.
    """
    return [role for role in roles_granted(Permission.LOG_SHIFT) if has_own_districts(role)]


def digest() -> RawSQL:
    """The digest of each shift of a query."""
    return RawSQL(_digest_of(PatrolShift._meta.db_table), (), output_field=TextField())  # noqa: S611 (only our tables)


def _digest_of(shift: str) -> str:
    """In SQL, of the shift of a table or alias. The counts are read where this is asked for, one index look-up each."""
    counts = [
        f"(SELECT count(*) FROM {table} made WHERE made.shift_id = {shift}.id AND made.void_reason = '')"  # noqa: S608
        for table in (kind.model._meta.db_table for kind in KINDS)
    ]
    crew = f"(SELECT sum(crew.minutes) FROM patrols_crewmember crew WHERE crew.shift_id = {shift}.id)"  # noqa: S608
    activity = f"(SELECT sum(made.count) FROM outcomes_activitycount made WHERE made.shift_id = {shift}.id)"  # noqa: S608
    facts = [f"{shift}.state", f"{shift}.area_id", *(f"extract(epoch FROM {shift}.{at})" for at in _TIMES)]
    said = ", ".join(f"coalesce(({fact})::text, '')" for fact in (*facts, crew, activity, *counts))
    return f"md5(concat_ws('|', {said}))"


_TIMES = ("starts_at", "ends_at")


def months_changed(months: Period, *, programme_id: int, area_ids: Sequence[int], streams_apart: Sequence[str]) -> int:
    """How many confirmed months of people changed since, in a run of months and the shifts that figures are made of.

    One trip and one row, however many shifts there are.
    """
    of: list[Any] = [programme_id, list(streams_apart), list(area_ids), months.first_day, months.last_day]
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED_SQL, of)
        return int(cursor.fetchone()[0])


# The digest is made only where the version is another one.
_CHANGED_SQL = f"""
    WITH paid AS NOT MATERIALIZED (
        SELECT shift.* FROM patrols_patrolshift shift
        JOIN hotspots_fundingstream stream ON stream.id = shift.funding_stream_id
        WHERE stream.programme_id = %s AND stream.kind <> ALL(%s::text[]) AND shift.area_id = ANY(%s::bigint[])
    ),
    confirmed AS (
        SELECT person_id, month, shifts FROM outcomes_monthconfirmation
        WHERE month BETWEEN %s AND %s AND taken_back_at IS NULL
    )
    SELECT count(*) FROM confirmed
    WHERE EXISTS (
        SELECT 1 FROM jsonb_each(confirmed.shifts) AS kept
        JOIN paid ON paid.id = kept.key::bigint
        WHERE paid.state = 'voided' OR paid.logged_by_id <> confirmed.person_id
            OR paid.day < confirmed.month OR paid.day >= confirmed.month + interval '1 month'
            OR CASE
                WHEN jsonb_typeof(kept.value) = 'number' THEN paid.version <> kept.value::integer
                WHEN paid.version = (kept.value->>0)::integer THEN false
                ELSE {_digest_of("paid")} <> kept.value->>1
            END
    ) OR EXISTS (
        SELECT 1 FROM paid
        WHERE paid.logged_by_id = confirmed.person_id AND paid.state <> 'voided'
            AND paid.day >= confirmed.month AND paid.day < confirmed.month + interval '1 month'
            AND NOT confirmed.shifts ? paid.id::text
    )
"""  # noqa: S608 (only our own names are put in)
