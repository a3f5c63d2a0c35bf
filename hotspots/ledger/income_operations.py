"""Writes to income lines and their months, receipts, caps and categories."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from hotspot.core.calendar import today
from hotspot.core.errors import Conflict, DomainError, NotInThisState
from hotspot.core.models import User
from hotspot.core.text import clean_line
from hotspots.ledger import rules
from hotspots.ledger.rules import refusals_in_words
from hotspots.models import (
    CapCategory,
    FundingStream,
    IncomeLine,
    IncomeMonth,
    IncomeReceipt,
    Programme,
    SpendCap,
    SpendCategory,
)
from hotspots.saving import locked_row, save_row


@transaction.atomic
def save_income(
    *,
    by: User,
    line_id: int | None = None,
    version: int | None = None,
    stream: FundingStream | None = None,
    name: str,
    amount_pence: int,
    months: Mapping[date, int],
) -> IncomeLine:
    """Make an income line with what is expected each month in pence, or change one. Its stream stays.

    Raises DomainError `profile_differs` unless the months add up to the amount, and Conflict `month_closed`.
    """
    rules.check_keeps(by)
    line = locked_row(IncomeLine, line_id, version)
    if line.pk is None and stream is not None:
        rules.check_pays(stream, stream.programme)
        line.stream = stream
    rules.check_profile(amount_pence, months)
    line.name, line.amount_pence = clean_line(name), amount_pence
    planned = {month: pence for month, pence in months.items() if pence}
    known = {row.month: row for row in line.months.all()} if line.pk else {}
    if {month: row.pence for month, row in known.items()} != planned:
        # Months that are shared out otherwise are another version of the line, though its amount stays.
        line.profiles += 1
    with refusals_in_words():
        save_row(line)
        _save_months(line, known, planned)
    return line


def _save_months(line: IncomeLine, known: Mapping[date, IncomeMonth], months: Mapping[date, int]) -> None:
    """Write what differs, and nothing of a month that stays: it can be closed."""
    for month, row in known.items():
        if month not in months:
            row.delete()
        elif row.pence != months[month]:
            row.pence = months[month]
            row.save(update_fields=("pence",))
    for month in months.keys() - known.keys():
        IncomeMonth.objects.create(line=line, month=month, pence=months[month])


@transaction.atomic
def receive(
    *, by: User, at: datetime, line_id: int, day: date, amount_pence: int, reference: str = ""
) -> IncomeReceipt:
    """Enter money that came in. Raises DomainError for the day, Conflict `receipt_twice` for what is entered already
    by its reference, day and amount, and `month_closed`."""
    rules.check_keeps(by)
    line = locked_row(IncomeLine, line_id)
    rules.check_day(line.stream.programme, day, today=today(at))
    facts = {"line": line, "day": day, "pence": amount_pence, "reference": clean_line(reference)}
    if facts["reference"] and IncomeReceipt.objects.filter(**facts, reversal=None).exists():
        message = "A receipt of this amount, day and reference is entered already."
        raise Conflict("receipt_twice", message, "reference")
    with refusals_in_words():
        return IncomeReceipt.objects.create(**facts, entered_by=by, entered_at=at)


@transaction.atomic
def reverse_receipt(*, by: User, at: datetime, receipt_id: int, day: date, reason: str) -> IncomeReceipt:
    """Take a receipt back, once, on a day of an open month. Raises NotInThisState and Conflict."""
    rules.check_keeps(by)
    receipt = locked_row(IncomeReceipt, receipt_id)
    if receipt.reverses_id is not None:
        raise NotInThisState("receipt_not_reversible", "A reversal cannot be reversed. Enter the receipt again.")
    rules.check_day(receipt.line.stream.programme, day, today=today(at))
    rules.check_not_before(receipt.day, day)
    if IncomeReceipt.objects.filter(reverses=receipt).exists():
        raise Conflict("reversed_already", "This receipt is reversed already.")
    with refusals_in_words():
        return IncomeReceipt.objects.create(
            line=receipt.line,
            day=day,
            pence=-receipt.pence,
            reference=receipt.reference,
            reverses=receipt,
            reason=clean_line(reason),
            entered_by=by,
            entered_at=at,
        )


@transaction.atomic
def add_cap(
    *,
    by: User,
    programme_id: int,
    name: str,
    stream: FundingStream | None,
    categories: Sequence[SpendCategory],
    share: int | None,
    amount_pence: int | None,
) -> SpendCap:
    """Limit what may be spent on some categories: to a share in hundredths of a per cent, or to an amount.

    Raises DomainError(s).
    """
    rules.check_keeps(by)
    programme = locked_row(Programme, programme_id)
    if (share is None) == (amount_pence is None):
        raise DomainError("cap_share_or_amount", "Enter either a share or an amount.", "share")
    if stream is not None:
        rules.check_pays(stream, programme)
    cap = SpendCap(programme=programme, stream=stream, name=clean_line(name), share=share, amount_pence=amount_pence)
    save_row(cap)
    CapCategory.objects.bulk_create(CapCategory(cap=cap, category=category) for category in categories)
    return cap


@transaction.atomic
def delete_cap(*, by: User, cap_id: int) -> SpendCap:
    """Take a cap away; gives what it was. Its versions stay."""
    rules.check_keeps(by)
    cap = locked_row(SpendCap, cap_id)
    cap.delete()
    return cap


@transaction.atomic
def save_category(
    *,
    by: User,
    category_id: int | None = None,
    version: int | None = None,
    name: str,
    is_patrol: bool,
    is_offered: bool,
) -> SpendCategory:
    """Make a category of spend, or change one. Raises DomainError(s), ChangedMeanwhile and Conflict `category_used`."""
    rules.check_keeps(by)
    category = locked_row(SpendCategory, category_id, version)
    rules.check_kind_stays(category, is_patrol=is_patrol)
    category.name, category.is_patrol, category.is_offered = clean_line(name), is_patrol, is_offered
    save_row(category)
    return category
