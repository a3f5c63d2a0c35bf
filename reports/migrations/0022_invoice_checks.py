"""An invoice has the next number, is the only one that stands for its statement, and has its amounts.

Invoices are issued one after the other, so a number is never given twice, and none is left out: whoever comes second
waits until the first has committed, or has been rolled back.
"""

from django.db import migrations

CHECK_INVOICE = """
CREATE FUNCTION reports_check_invoice(made reports_orderinvoice) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(4721);
    IF made.number <> (SELECT coalesce(max(number), 0) + 1 FROM reports_orderinvoice) THEN
        RAISE EXCEPTION 'Invoices are numbered without gaps.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'order_invoice_numbered';
    END IF;
    IF made.cancels_id IS NULL AND EXISTS (
        SELECT FROM reports_orderinvoice other
        WHERE other.statement_id = made.statement_id AND other.cancels_id IS NULL
            AND NOT EXISTS (SELECT FROM reports_orderinvoice note WHERE note.cancels_id = other.id)
    ) THEN
        RAISE EXCEPTION 'An invoice for this statement stands already.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'order_invoice_one_stands';
    END IF;
    IF NOT EXISTS (
        SELECT FROM reports_deliverystatement s JOIN hotspots_patrolorder o ON o.id = s.order_id
        WHERE made.cancels_id IS NULL AND s.id = made.statement_id AND o.direction = 'for_partner'
            AND made.net_pence = s.net_pence + s.carried_pence AND made.vat_pence = s.vat_pence
        UNION ALL
        SELECT FROM reports_orderinvoice cancelled
        WHERE cancelled.id = made.cancels_id AND cancelled.statement_id = made.statement_id
            AND cancelled.cancels_id IS NULL
            AND made.net_pence = -cancelled.net_pence AND made.vat_pence = -cancelled.vat_pence
    ) THEN
        RAISE EXCEPTION 'An invoice has the amounts of its statement; a cancellation those of its invoice, negated.'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'order_invoice_matches';
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0021_order_statements")]

    operations = [
        migrations.RunSQL(CHECK_INVOICE, "DROP FUNCTION reports_check_invoice(reports_orderinvoice)"),
    ]
