"""The function by which the database refuses outcomes that a shift cannot have, made from the kinds.

What is made of the kinds that definition v1 counts is what migration 0003 wrote out; a test holds it against the
database. `script/manage make_definition_migration` writes it again with the kinds that another definition counts.
"""

from collections.abc import Iterable, Sequence

from hotspot.core import wording
from outcomes.kinds import OutcomeKind
from patrols.models import CONSTABLES

_CONSTABLES = ", ".join(f"'{role.value}'" for role in CONSTABLES)


def check_shift_function(kinds: Sequence[OutcomeKind]) -> str:
    """The statement that creates or replaces the function, for these kinds."""
    constables = [kind for kind in kinds if kind.needs_constable]
    makes = wording.listing([kind.described[1] for kind in constables])
    return f"""
    CREATE OR REPLACE FUNCTION outcomes_check_shift(checked_shift_id bigint) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        crew_roles text[];
        shift patrols_patrolshift%ROWTYPE;
    BEGIN
        SELECT * INTO shift FROM patrols_patrolshift WHERE id = checked_shift_id;
        SELECT coalesce(array_agg(role), '{{}}') INTO crew_roles FROM patrols_crewmember
            WHERE shift_id = checked_shift_id;
        IF NOT crew_roles && ARRAY[{_CONSTABLES}] AND ({_any_of(constables, " AND void_reason = ''")}) THEN
            RAISE check_violation USING CONSTRAINT = 'outcome_needs_constable',
                MESSAGE = 'Only a constable makes {makes}.';
        END IF;
        IF EXISTS (
            SELECT FROM outcomes_asbpoweruse u JOIN outcomes_asbpowerkind k ON k.code = u.kind_id
            WHERE u.shift_id = checked_shift_id AND u.void_reason = '' AND NOT (
                k.roles::text[] && crew_roles
                AND shift.day BETWEEN coalesce(k.in_force_from, shift.day) AND coalesce(k.in_force_to, shift.day)
            )
        ) THEN
            RAISE check_violation USING CONSTRAINT = 'asb_power_needs_role',
                MESSAGE = 'Nobody in the crew may use this power, or it was not in force.';
        END IF;
        IF shift.state IN ('planned', 'cancelled') AND ({_any_of(kinds)}) THEN
            RAISE check_violation USING CONSTRAINT = 'planned_shift_without_outcomes',
                MESSAGE = 'A planned or cancelled shift has no outcomes.';
        END IF;
    END $$
    """  # noqa: S608 - names of our own tables


def _any_of(kinds: Iterable[OutcomeKind], condition: str = "") -> str:
    return " OR ".join(
        f"EXISTS (SELECT FROM {kind.table} WHERE shift_id = checked_shift_id{condition})" for kind in kinds
    )
