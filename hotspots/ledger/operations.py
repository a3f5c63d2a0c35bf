"""Writes to entries of spend: entered by one person, approved or refused by another, reversed instead of deleted."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from hotspot.core.calendar import today
from hotspot.core.errors import ChangedMeanwhile, Conflict, NotAllowed, NotInThisState
from hotspot.core.jobs.operations import keep_file
from hotspot.core.models import StoredFile, User
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_line
from hotspots.ledger import rules
from hotspots.ledger.rules import refusals_in_words
from hotspots.models import FundingStream, HotspotArea, SpendCategory, SpendEntry
from hotspots.saving import locked_row, save_row

DOCUMENTS_KEPT = timedelta(days=7 * 366)
"""Six years after the financial year, as accounts are kept for audit and tax."""


@dataclass(frozen=True)
class SpendFacts:
    """What an entry says: amounts in pence, no area for the whole force."""

    stream: FundingStream
    day: date
    category: SpendCategory
    area: HotspotArea | None
    description: str
    net_pence: int
    vat_pence: int
    vat_recoverable: bool
    supplier: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Document:
    """A file that shows what was paid for."""

    name: str
    content: bytes


@transaction.atomic
def save_entry(
    *,
    by: User,
    at: datetime,
    entry_id: int | None = None,
    version: int | None = None,
    facts: SpendFacts,
    document: Document | None = None,
) -> SpendEntry:
    """Make a draft of an entry, or write the facts of one that is a draft or was refused. Without a document it keeps
    the one it has.

    Raises DomainError(s), NotInThisState, ChangedMeanwhile, and Conflict `month_closed`.
    """
    rules.check_keeps(by)
    entry = locked_row(SpendEntry, entry_id, version)
    rules.check_can_be_changed(entry)
    rules.check_pays(facts.stream, facts.stream.programme)
    rules.check_day(facts.stream.programme, facts.day, today=today(at))
    rules.check_vat(facts.net_pence, facts.vat_pence)
    entry.stream, entry.day, entry.category, entry.area = facts.stream, facts.day, facts.category, facts.area
    entry.net_pence, entry.vat_pence, entry.vat_recoverable = facts.net_pence, facts.vat_pence, facts.vat_recoverable
    entry.supplier, entry.reference = clean_line(facts.supplier), clean_line(facts.reference)
    entry.description = clean_line(facts.description)
    entry.entered_by, entry.entered_at = by, at
    _make_draft(entry)
    if document is not None:
        entry.document = _kept(document, by=by, at=at)
    with refusals_in_words():
        save_row(entry)
    return entry


def _kept(document: Document, *, by: User, at: datetime) -> StoredFile:
    rules.check_document(document.name, document.content)
    return keep_file(
        by=by,
        at=at,
        name=document.name,
        content=document.content,
        permissions=[Permission.VIEW_SPEND],
        kept=DOCUMENTS_KEPT,
    )


def _make_draft(entry: SpendEntry) -> None:
    entry.state, entry.refusal = SpendEntry.State.DRAFT, ""
    entry.submitted_at = entry.decided_by = entry.decided_at = None


@transaction.atomic
def submit_entry(*, by: User, at: datetime, entry_id: int) -> SpendEntry:
    """Let a draft wait for approval. Raises NotInThisState, NotAllowed `not_own_entry` and Conflict `month_closed`."""
    entry = _entry(by, entry_id)
    if entry.state != SpendEntry.State.DRAFT:
        raise NotInThisState("entry_not_draft", "Only a draft can be submitted.")
    _check_own(entry, by)
    entry.state, entry.submitted_at = SpendEntry.State.SUBMITTED, at
    return _save(entry)


@transaction.atomic
def take_back_entry(*, by: User, entry_id: int) -> SpendEntry:
    """Make an entry that waits a draft again, for whoever entered it; a reversal is gone. Gives what it was.

    Raises NotInThisState, NotAllowed `not_own_entry` and Conflict `month_closed`.
    """
    entry = _entry(by, entry_id)
    rules.check_waits(entry)
    _check_own(entry, by)
    _make_draft(entry)
    _save(entry)
    if entry.is_reversal:
        entry.delete()
    return entry


@transaction.atomic
def delete_entry(*, by: User, entry_id: int) -> SpendEntry:
    """Delete a draft, or what was refused; its versions stay. Raises NotInThisState and Conflict `month_closed`."""
    entry = _entry(by, entry_id)
    rules.check_can_be_changed(entry)
    with refusals_in_words():
        entry.delete()
    return entry


@transaction.atomic
def approve_entry(*, by: User, at: datetime, entry_id: int, version: int | None = None) -> SpendEntry:
    """Count an entry that somebody else entered. Of two at once, one does it, and the other is told that it is done.

    Raises NotInThisState, NotAllowed `same_person`, ChangedMeanwhile and Conflict `month_closed`.
    """
    entry = _waiting_for(by, entry_id, version, what="approve it")
    entry.state, entry.decided_by, entry.decided_at = SpendEntry.State.APPROVED, by, at
    return _save(entry)


@transaction.atomic
def refuse_entry(*, by: User, at: datetime, entry_id: int, reason: str, version: int | None = None) -> SpendEntry:
    """Refuse an entry that somebody else entered, with a reason; they can change it and submit it again.

    Raises what `approve_entry` raises.
    """
    entry = _waiting_for(by, entry_id, version, what="refuse it")
    entry.state, entry.decided_by, entry.decided_at = SpendEntry.State.REFUSED, by, at
    entry.refusal = clean_line(reason)
    return _save(entry)


@transaction.atomic
def reverse_entry(*, by: User, at: datetime, entry_id: int, day: date, reason: str) -> SpendEntry:
    """Enter what takes an approved entry back, on a day of an open month, once. It waits for approval like others.

    Raises DomainError for the day, NotInThisState, Conflict `reversed_already` and `month_closed`.
    """
    entry = _entry(by, entry_id)
    if entry.state != SpendEntry.State.APPROVED or entry.is_reversal:
        raise NotInThisState("entry_not_reversible", "Only an approved entry can be reversed.")
    rules.check_day(entry.stream.programme, day, today=today(at))
    rules.check_not_before(entry.day, day)
    if entry.reversals.exclude(state=SpendEntry.State.REFUSED).exists():
        raise Conflict("reversed_already", "This entry is reversed already, or is about to be.")
    reversal = SpendEntry(
        stream=entry.stream,
        day=day,
        category=entry.category,
        area=entry.area,
        supplier=entry.supplier,
        reference=entry.reference,
        description=f"Reverses {entry}: {entry.description}"[:500],
        net_pence=-entry.net_pence,
        vat_pence=-entry.vat_pence,
        vat_recoverable=entry.vat_recoverable,
        state=SpendEntry.State.SUBMITTED,
        entered_by=by,
        entered_at=at,
        submitted_at=at,
        reverses=entry,
        reason=clean_line(reason),
    )
    return _save(reversal)


def _save(entry: SpendEntry) -> SpendEntry:
    with refusals_in_words():
        entry.save()
    return entry


def _check_own(entry: SpendEntry, by: User) -> None:
    if entry.entered_by_id != by.pk:
        raise NotAllowed("not_own_entry", "Only the person who entered it can do this. You can change it first.")


def _entry(by: User, entry_id: int, version: int | None = None) -> SpendEntry:
    rules.check_keeps(by)
    if not SpendEntry.objects.visible_to(by).filter(pk=entry_id).exists():
        raise ChangedMeanwhile
    return locked_row(SpendEntry, entry_id, version)


def _waiting_for(by: User, entry_id: int, version: int | None, *, what: str) -> SpendEntry:
    entry = _entry(by, entry_id, version)
    rules.check_waits(entry)
    rules.check_other_person(by, entry.entered_by, what=what)
    return entry
