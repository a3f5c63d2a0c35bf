"""Triggers of the ledger: a closed month stays as it is, whoever writes, and what was approved is not changed.

A writer of a month shares its programme's row until the transaction ends, and who closes a month takes it alone: so of
two at once, one waits for the other, and then sees what it did. A refusal has the name of a constraint, by which
operations put it into words.
"""

import pgtrigger

MONTH_OPEN = "ledger_month_open"
NOTHING_WAITS = "closed_month_nothing_waits"
APPROVED_FIXED = "spend_entry_approved_fixed"
CATEGORY_USED = "spend_category_used"
REVERSES_ITS_LIKE = "spend_entry_reverses_its_like"


def refusal(words: str, constraint: str) -> str:
    """The statement with which a trigger refuses a write."""
    return f"RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = '{constraint}';"


def open_month(stream: str, day: str, *, before: bool = True) -> pgtrigger.Trigger:
    """A trigger that refuses to add, change or delete a row of a closed month.

    `stream` and `day` are SQL for the row's funding stream and day, in which {row} stands for it. Rows that can only
    be added need no look at what they were `before`.
    """
    checks = {row: _check(stream, day, row) for row in ("OLD", "NEW")}
    was = f"IF TG_OP <> 'INSERT' THEN {checks['OLD']} END IF;" if before else ""
    return pgtrigger.Trigger(
        name="month_open",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete if before else pgtrigger.Insert,
        func=f"""
            {was}
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            {checks["NEW"]}
            RETURN NEW;
        """,
    )


def _check(stream: str, day: str, row: str) -> str:
    return f"PERFORM hotspots_check_month_open({stream.format(row=row)}, {day.format(row=row)});"


def adds_up(name: str, line: str) -> pgtrigger.Trigger:
    """A trigger that compares an income line with its months when the transaction ends. `line` is SQL for its id."""
    was = line.format(row="OLD")
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        timing=pgtrigger.Deferred,
        func=f"""
            IF TG_OP = 'DELETE' THEN PERFORM hotspots_check_profile({was}); RETURN NULL; END IF;
            PERFORM hotspots_check_profile({line.format(row="NEW")});
            RETURN NULL;
        """,
    )


def one_order_a_minute(name: str, order: str) -> pgtrigger.Trigger:
    """A trigger that compares an order with those of its stream when the transaction ends. `order` is SQL for its id.

    No minute of a patrol is counted for two orders.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update,
        timing=pgtrigger.Deferred,
        func=f"PERFORM hotspots_check_order({order}); RETURN NULL;",
    )


nothing_waits = pgtrigger.Trigger(
    name="nothing_waits",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    func=f"""
        PERFORM FROM hotspots_programme WHERE id = NEW.programme_id FOR NO KEY UPDATE;
        IF EXISTS (
            SELECT FROM hotspots_spendentry entry JOIN hotspots_fundingstream stream ON stream.id = entry.stream_id
            WHERE stream.programme_id = NEW.programme_id AND entry.state IN ('draft', 'submitted')
                AND entry.day >= NEW.month AND entry.day < NEW.month + interval '1 month'
        ) THEN
            {refusal("Entries of this month are drafts or wait for approval.", NOTHING_WAITS)}
        END IF;
        RETURN NEW;
    """,
)

approved_is_fixed = pgtrigger.Trigger(
    name="approved_is_fixed",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Q(old__state="approved"),
    func=refusal("An approved entry is not changed: it can be reversed.", APPROVED_FIXED),
)

approved_is_kept = pgtrigger.Trigger(
    name="approved_is_kept",
    when=pgtrigger.Before,
    operation=pgtrigger.Delete,
    condition=pgtrigger.Q(old__state__in=["approved", "submitted"]),
    func=refusal("An approved entry is not deleted: it can be reversed.", APPROVED_FIXED),
)

# Other spend of closed months would become patrol spend. Who enters something holds the category, and this waits.
category_kind_fixed = pgtrigger.Trigger(
    name="kind_fixed",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Q(old__is_patrol__df=pgtrigger.F("new__is_patrol")),
    func=f"""
        PERFORM FROM hotspots_spendcategory WHERE id = OLD.id FOR UPDATE;
        IF EXISTS (SELECT FROM hotspots_spendentry WHERE category_id = OLD.id) THEN
            {refusal("Entries are in this category.", CATEGORY_USED)}
        END IF;
        RETURN NEW;
    """,
)

reverses_its_like = pgtrigger.Trigger(
    name="reverses_its_like",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    condition=pgtrigger.Q(new__reverses__isnull=False),
    func=f"""
        IF NOT EXISTS (
            SELECT FROM hotspots_spendentry reversed
            WHERE reversed.id = NEW.reverses_id AND reversed.state = 'approved' AND reversed.reverses_id IS NULL
                AND reversed.stream_id = NEW.stream_id AND reversed.category_id = NEW.category_id
                AND reversed.area_id IS NOT DISTINCT FROM NEW.area_id
                AND reversed.net_pence = -NEW.net_pence AND reversed.vat_pence = -NEW.vat_pence
                AND reversed.vat_recoverable = NEW.vat_recoverable AND reversed.day <= NEW.day
        ) THEN
            {refusal("A reversal is of an approved entry, with its amounts negated.", REVERSES_ITS_LIKE)}
        END IF;
        RETURN NEW;
    """,  # noqa: S608
)

receipt_reverses_its_like = pgtrigger.Trigger(
    name="reverses_its_like",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert,
    condition=pgtrigger.Q(new__reverses__isnull=False),
    func=f"""
        IF NOT EXISTS (
            SELECT FROM hotspots_incomereceipt reversed
            WHERE reversed.id = NEW.reverses_id AND reversed.reverses_id IS NULL
                AND reversed.line_id = NEW.line_id AND reversed.pence = -NEW.pence AND reversed.day <= NEW.day
        ) THEN
            {refusal("A reversal is of a receipt, with its amount negated.", REVERSES_ITS_LIKE)}
        END IF;
        RETURN NEW;
    """,
)
