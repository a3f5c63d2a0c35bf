"""Triggers of tables whose rows belong to a shift: they move it on to its next version, and have it checked."""

import pgtrigger

# The rows of a new shift come before it. OFFSET 0: looked up row by row, however many the first time had.
IF_SHIFTS_ARE_THERE = """
    IF NOT EXISTS (
        SELECT FROM new_rows x CROSS JOIN LATERAL (
            SELECT FROM patrols_patrolshift WHERE id = x.shift_id OFFSET 0
        ) saved
    ) THEN RETURN NULL; END IF;
"""


def version_triggers() -> tuple[pgtrigger.Trigger, ...]:
    """Triggers for a table with a `shift` column: every write to it moves the shift on to its next version."""
    touched = {
        "insert": (pgtrigger.Insert, pgtrigger.Referencing(new="new_rows"), "SELECT shift_id FROM new_rows"),
        "delete": (pgtrigger.Delete, pgtrigger.Referencing(old="old_rows"), "SELECT shift_id FROM old_rows"),
        "update": (
            pgtrigger.Update,
            pgtrigger.Referencing(old="old_rows", new="new_rows"),
            "SELECT shift_id FROM new_rows UNION SELECT shift_id FROM old_rows",
        ),
    }
    return tuple(
        pgtrigger.Trigger(
            name=f"touch_shift_{name}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=referencing,
            func=f"""{IF_SHIFTS_ARE_THERE if name == "insert" else ""}
                UPDATE patrols_patrolshift SET version = version + 1 WHERE id IN ({rows});
                RETURN NULL;
            """,  # noqa: S608
        )
        for name, (operation, referencing, rows) in touched.items()
    )


def check_once(name: str, function: str) -> pgtrigger.Trigger:
    """A trigger that lets a function check the shift of new and changed rows, when the transaction ends.

    It waits once for each shift, however many rows are written one after the other: no row waits for a check that one
    before it waits for already. A setting remembers which shift that is, until its check begins.
    """
    setting = f"hotspot.{name}"
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        timing=pgtrigger.Deferred,
        condition=pgtrigger.Condition(f"patrols_waits_for_check('{setting}', NEW.shift_id)"),
        # Even where the trigger is ignored, what comes after it has to be checked.
        declare=[("_", f"text := set_config('{setting}', '', true)")],
        func=f"PERFORM {function}(NEW.shift_id); RETURN NULL;",
    )
