"""Money in every state, for tests: kept by Fay, approved and closed by Adam."""

from datetime import UTC, date, datetime
from typing import Any

from django.urls import reverse

from hotspots.ledger import import_operations, income_operations, month_operations, operations
from hotspots.ledger.import_rows import Defaults
from hotspots.models import ClosedMonth, IncomeLine, SpendCategory, SpendEntry, SpendImport

AT = datetime(2024, 10, 12, 12, tzinfo=UTC)
PDF = b"%PDF-1.4 an invoice"


def facts(force, **changes: Any) -> operations.SpendFacts:
    """£120 for patrols of the whole force on 10 September 2024, from the grant."""
    found = {
        "stream": force.grant,
        "day": date(2024, 9, 10),
        "category": category("Patrols"),
        "area": None,
        "description": "Overtime",
        "net_pence": 120_00,
        "vat_pence": 0,
        "vat_recoverable": True,
        "supplier": "V-1001",
        "reference": "INV-1",
    }
    return operations.SpendFacts(**(found | changes))


def category(name: str) -> SpendCategory:
    """One of the categories that every database begins with. The end of some tests empties all tables."""
    found, _ = SpendCategory.objects.get_or_create(name=name, defaults={"is_patrol": name == "Patrols"})
    return found


def drafted(force, document: operations.Document | None = None, **changes: Any) -> SpendEntry:
    """A draft of Fay's."""
    return operations.save_entry(by=force.fay, at=AT, facts=facts(force, **changes), document=document)


def submitted(force, **changes: Any) -> SpendEntry:
    """An entry of Fay's that waits for approval."""
    return operations.submit_entry(by=force.fay, at=AT, entry_id=drafted(force, **changes).pk)


def approved(force, **changes: Any) -> SpendEntry:
    """An entry of Fay's that Adam approved."""
    return operations.approve_entry(by=force.adam, at=AT, entry_id=submitted(force, **changes).pk)


def closed(force, month: date, at: datetime = AT) -> ClosedMonth:
    """A month that Fay prepared and Adam closed."""
    month_operations.prepare_month(by=force.fay, at=at, programme_id=force.programme.pk, month=month)
    return month_operations.close_month(by=force.adam, at=at, programme_id=force.programme.pk, month=month)


def income(force, amount: int = 1_100_000_00, **changes: Any) -> IncomeLine:
    """An income line of the grant: so much in each of eleven months."""
    months = {month.first_day: amount // 11 for month in force.programme.period.each_month()}
    found = {"stream": force.grant, "name": "Grant agreement", "amount_pence": amount, "months": months}
    return income_operations.save_income(by=force.fay, **(found | changes))


FILE = """Posting date,Narrative,Vendor,Invoice number,Net,VAT,Cost type
03/06/2024,Overtime week 22,PAYROLL,J-1,"1,200.50",0,Patrols
04/06/2024,CCTV mast,V-77,INV-9,£950,190,Initiatives
05/06/2024,Credit,V-77,INV-9C,-50,0,Initiatives
"""


def uploaded(force, content: str = FILE, *, by=None) -> SpendImport:
    """A file of Fay's of which nothing was written yet."""
    return import_operations.upload(
        by=by or force.fay,
        at=AT,
        programme=force.programme,
        name="ledger.csv",
        content=content.encode(),
        defaults=Defaults(force.grant, category("Other"), vat_recoverable=True),
    )


def in_every_state(force) -> dict[str, Any]:
    """A draft, one that waits, a refused and an approved one with a document in North Herts; income, a cap, a category.

    May 2024 is closed.
    """
    line = income(force)
    receipt = income_operations.receive(
        by=force.fay, at=AT, line_id=line.pk, day=date(2024, 6, 3), amount_pence=250_000_00, reference="HO-1"
    )
    closed(force, date(2024, 5, 1))
    document = operations.Document("invoice.pdf", PDF)
    seen = approved(force, area=force.hitchin, document=document, net_pence=1_000_00, vat_pence=200_00)
    refused = submitted(force, description="Cameras", category=category("Initiatives"))
    cap = income_operations.add_cap(
        by=force.fay,
        programme_id=force.programme.pk,
        name="Non-patrol spend",
        stream=force.grant,
        categories=[category("Initiatives"), category("Other")],
        share=1_000,
        amount_pence=None,
    )
    return {
        "draft_entry": drafted(force, description="Signs about police powers"),
        "waiting_entry": submitted(force, description="Marking kits " * 20),
        "refused_entry": operations.refuse_entry(by=force.adam, at=AT, entry_id=refused.pk, reason="No invoice"),
        "approved_entry": seen,
        "income_line": line,
        "receipt": receipt,
        "spend_import": uploaded(force),
        "cap": cap,
        "spend_category": category("Other"),
    }


_SUBJECTS = {
    "ledger:entry": "approved_entry",
    "ledger:document": "approved_entry",
    "ledger:reverse_entry": "approved_entry",
    "ledger:edit_entry": "draft_entry",
    "ledger:submit_entry": "draft_entry",
    "ledger:delete_entry": "draft_entry",
    "ledger:take_back_entry": "waiting_entry",
    "ledger:approve_entry": "waiting_entry",
    "ledger:refuse_entry": "waiting_entry",
    "ledger:income_line": "income_line",
    "ledger:edit_income": "income_line",
    "ledger:receive": "income_line",
    "ledger:reverse_receipt": "receipt",
    "ledger:delete_cap": "cap",
    "ledger:edit_category": "spend_category",
    "ledger:import_file": "spend_import",
    "ledger:import_columns": "spend_import",
    "ledger:approve_import": "spend_import",
    "ledger:undo_import": "spend_import",
}


def path_of(name: str, values: dict[str, Any], force) -> str:
    """The path of a page of the ledger; empty for others."""
    if not name.startswith("ledger:"):
        return ""
    if name in {"ledger:ledger", "ledger:waiting", "ledger:categories", "ledger:add_category"}:
        return reverse(name)
    subject = values[_SUBJECTS[name]] if name in _SUBJECTS else force.programme
    others = {"month": "2024-06"} if "month" in name else {"file": "csv"} if name == "ledger:entries_file" else {}
    return reverse(name, kwargs={"pk": subject.pk, **others})
