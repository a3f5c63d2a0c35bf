"""What a list says about each shift beside its own columns, as SQL for its row: one probe a count, never a join.

Django would put the same subqueries together anew for every request, which takes longer than to ask them.
"""

from outcomes.kinds import OutcomeKind

SHIFT = "patrols_patrolshift"
CREW_SIZE = "(SELECT count(*) FROM patrols_crewmember c WHERE c.shift_id = patrols_patrolshift.id)"
PATROL_MINUTES = """(
    SELECT coalesce(sum(c.minutes), 0) FROM patrols_crewmember c WHERE c.shift_id = patrols_patrolshift.id
)"""
POWERS_APART = """(
    SELECT array_agg(k.label) FROM outcomes_asbpoweruse o JOIN outcomes_asbpowerkind k ON k.code = o.kind_id
    WHERE o.shift_id = patrols_patrolshift.id AND o.void_reason = '' AND NOT k.in_headline
)"""
_HEADLINE = " AND o.kind_id IN (SELECT code FROM outcomes_asbpowerkind WHERE in_headline)"


def standing(kind: OutcomeKind, *, more: str = "") -> str:
    """How many outcomes of a kind stand on the shift: of powers, those that the headline counts.

    `more` is a further condition on an outcome `o`, with its AND.
    """
    further = f"{_HEADLINE if kind.counted_by else ''}{more}"
    stands = f"o.shift_id = {SHIFT}.id AND o.void_reason = ''{further}"
    return f"(SELECT count(*) FROM {kind.table} o WHERE {stands})"  # noqa: S608 - our own names
