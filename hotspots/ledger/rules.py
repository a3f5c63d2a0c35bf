"""What must hold of entries, income and months. The database holds most of it as well (`hotspots.triggers`)."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta

from django.db import IntegrityError, transaction

from hotspot.core import wording
from hotspot.core.calendar import Period
from hotspot.core.errors import Conflict, DomainError, NotAllowed, NotInThisState, constraint_of
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots import triggers
from hotspots.amounts import pounds
from hotspots.documents import PRINTED, ending_of, is_as_named
from hotspots.models import ClosedMonth, FundingStream, Programme, SpendCategory, SpendEntry

TRAILING = timedelta(days=365)
"""How long after a programme's last day its last invoices are entered and mistakes reversed."""
MOST_DOCUMENT_BYTES = 5_000_000

CLOSED = "This month is closed. Enter it in a later month, or reverse there what is wrong here."
_IN_WORDS = {
    triggers.MONTH_OPEN: ("month_closed", CLOSED, "day"),
    triggers.NOTHING_WAITS: ("entries_wait", "Entries of this month are drafts or wait for approval.", None),
    triggers.APPROVED_FIXED: ("entry_approved", "An approved entry stays as it is. Reverse it instead.", None),
    triggers.REVERSES_ITS_LIKE: ("reversal_differs", "Only an approved entry can be reversed, as it is.", None),
    "spend_entry_reversed_once": ("reversed_already", "This entry is reversed already, or is about to be.", None),
    "hotspots_incomereceipt_reverses_id_key": ("reversed_already", "This receipt is reversed already.", None),
    triggers.CATEGORY_USED: (
        "category_used",
        "Entries are in this category, so whether it is patrol spend stays. Add a category for new entries.",
        "is_patrol",
    ),
    "closed_month_once": ("month_closed", "This month is closed already.", None),
}


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Raise Conflict for what the database refuses because somebody else was quicker."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if (found := _IN_WORDS.get(constraint_of(error))) is None:
            raise
        raise Conflict(*found) from error


def kept_until(programme: Programme) -> date:
    """The last day of which the ledger of a programme has entries."""
    return programme.last_day + TRAILING


def months_kept(programme: Programme) -> Period:
    """From the first to the last month that the ledger of a programme has."""
    return Period(programme.first_day.replace(day=1), Period.month(kept_until(programme)).last_day)


def check_pays(stream: FundingStream, programme: Programme) -> None:
    """Raise DomainError for a stream of another programme, and for one that is recorded apart from its money."""
    if stream.programme_id != programme.pk:
        raise DomainError("stream_elsewhere", "Choose a funding stream of this programme.", "stream")
    if not stream.in_headline:
        message = f"{stream} is recorded apart: it is none of the programme’s money."
        raise DomainError("stream_apart", message, "stream")


def check_kind_stays(category: SpendCategory, *, is_patrol: bool) -> None:
    """Raise Conflict `category_used` where entries would become patrol spend, or no longer be it."""
    if category.pk is not None and category.is_patrol != is_patrol and category.spend.exists():
        raise Conflict(*_IN_WORDS[triggers.CATEGORY_USED])


def check_day(programme: Programme, day: date, *, today: date, closed: Collection[date] | None = None) -> None:
    """Raise DomainError for a day that is in the future, or none of the programme's; Conflict `month_closed`.

    `closed` are the months that are closed, for who has them at hand.
    """
    last = kept_until(programme)
    if day > today:
        raise DomainError("day_in_future", "The date must be today or in the past.", "day")
    if not programme.first_day <= day <= last:
        message = f"The date must be from {wording.day(programme.first_day)} to {wording.day(last)}."
        raise DomainError("day_outside_programme", message, "day")
    is_closed = ClosedMonth.objects.has(programme, day) if closed is None else day.replace(day=1) in closed
    if is_closed:
        raise Conflict("month_closed", CLOSED, "day")


def check_not_before(first: date, day: date) -> None:
    """Raise DomainError `reversed_before` for a reversal before the day of what it takes back."""
    if day < first:
        raise DomainError("reversed_before", f"The date must be {wording.day(first)} or later.", "day")


def check_keeps(by: User) -> None:
    """Raise NotAllowed `not_allowed` unless somebody keeps the ledger."""
    if not by.may(Permission.KEEP_LEDGER):
        raise NotAllowed("not_allowed", "You may not change the ledger.")


def check_can_be_changed(entry: SpendEntry) -> None:
    """Raise NotInThisState `entry_fixed` unless an entry's facts can be written."""
    if not entry.can_be_changed:
        message = "This entry waits for approval or was decided, so it cannot be changed."
        raise NotInThisState("entry_fixed", message)


def check_waits(entry: SpendEntry) -> None:
    """Raise NotInThisState `entry_not_waiting` unless an entry waits for approval."""
    if entry.state != SpendEntry.State.SUBMITTED:
        raise NotInThisState("entry_not_waiting", "This entry is not waiting for approval.")


def check_other_person(by: User, first: User, *, what: str) -> None:
    """Raise NotAllowed `same_person` where somebody would do both halves of what takes two."""
    if by.pk == first.pk:
        raise NotAllowed("same_person", f"Somebody else has to {what}: you did the first half of it yourself.")


def check_vat(net_pence: int, vat_pence: int) -> None:
    """Raise DomainError `vat_too_much` for more VAT than a fifth of the net amount: the highest rate there is."""
    # Invoices round each of their lines, which can add pennies.
    if vat_pence > net_pence // 5 + 100:
        message = f"At 20%, the VAT on {pounds(net_pence)} is {pounds(net_pence // 5)}. Check both amounts."
        raise DomainError("vat_too_much", message, "vat_pence")


def check_document(name: str, content: bytes) -> None:
    """Raise DomainError on `document` unless it is a PDF or picture of at most 5 MB, as its name says."""
    if ending_of(name) not in PRINTED or not is_as_named(name, content):
        raise DomainError("document_type", "The document must be a PDF, PNG or JPEG file.", "document")
    if len(content) > MOST_DOCUMENT_BYTES:
        raise DomainError("document_too_large", "The document must be smaller than 5 MB.", "document")


def check_profile(amount_pence: int, months: Mapping[date, int]) -> None:
    """Raise DomainError `profile_differs` unless the months add up to the amount."""
    total = sum(months.values())
    if total != amount_pence:
        differs = pounds(abs(amount_pence - total))
        which = "less" if total < amount_pence else "more"
        message = f"The months add up to {pounds(total)}, which is {differs} {which} than {pounds(amount_pence)}."
        raise DomainError("profile_differs", message, "amount_pence")


def check_can_be_closed(
    programme: Programme, month: date, *, undecided: int, earlier: date | None, today: date
) -> None:
    """Raise Conflict for a month with `undecided` entries, one that is not over, or after an `earlier` open one;
    DomainError `month_outside_programme` for one that the ledger does not have."""
    if month not in months_kept(programme):
        raise DomainError("month_outside_programme", f"The ledger of {programme} has no such month.")
    if month >= today.replace(day=1):
        raise Conflict("month_not_over", "A month can be closed when it is over.")
    if ClosedMonth.objects.has(programme, month):
        raise Conflict("month_closed", "This month is closed already.")
    if undecided:
        entries = wording.plural(undecided, "entry is a draft or waits", "entries are drafts or wait")
        raise Conflict("entries_wait", f"{entries} for approval. Approve, refuse or delete what is left first.")
    if earlier is not None:
        raise Conflict("earlier_month_open", f"{wording.month(earlier)} is open. Months are closed in their order.")
