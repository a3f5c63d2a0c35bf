"""Writes to initiatives, their documents and their kinds. Nothing is deleted: what was wrong is withdrawn."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from hotspot.core.calendar import today
from hotspot.core.errors import ChangedMeanwhile, DomainError
from hotspot.core.models import User
from hotspot.core.text import clean_line, clean_lines
from hotspots.initiatives import rules
from hotspots.models import (
    HotspotArea,
    Initiative,
    InitiativeArea,
    InitiativeDocument,
    InitiativeEntry,
    InitiativeKind,
    Programme,
    SpendEntry,
)
from hotspots.saving import locked_row, save_row


@transaction.atomic
def save_initiative(
    *,
    by: User,
    at: datetime,
    initiative_id: int | None = None,
    version: int | None = None,
    programme: Programme,
    kind: InitiativeKind,
    name: str,
    is_force_wide: bool,
    areas: Collection[HotspotArea] = (),
    purpose: str = "",
    status: str = Initiative.Status.PLANNED,
    first_day: date | None = None,
    last_day: date | None = None,
    stop_reason: str = "",
    in_place_from: date | None = None,
    in_place_until: date | None = None,
    quantity: int | None = None,
    owner: User | None = None,
    team: str = "",
    planned_pence: int | None = None,
    is_publishable: bool = False,
) -> Initiative:
    """Add an initiative, or change one. Raises DomainError(s) on a field, and ChangedMeanwhile."""
    initiative = locked_row(Initiative, initiative_id, version)
    if initiative.pk is None:
        _check_new(programme, kind, name, first_day)
        initiative.added_by, initiative.added_at = by, at
    _check_stands(initiative)
    if bool(areas) == is_force_wide:
        raise DomainError("where_missing", "Select the whole force, or at least one area.", "areas")
    initiative.programme, initiative.kind, initiative.name = programme, kind, clean_line(name)
    initiative.purpose, initiative.is_force_wide, initiative.status = clean_lines(purpose), is_force_wide, status
    initiative.first_day, initiative.last_day = first_day, last_day
    initiative.stop_reason = clean_line(stop_reason) if status == Initiative.Status.STOPPED else ""
    initiative.in_place_from, initiative.in_place_until = in_place_from, in_place_until
    initiative.quantity, initiative.planned_pence = quantity, planned_pence
    initiative.owner, initiative.team, initiative.is_publishable = owner, clean_line(team), is_publishable
    return _save(initiative, areas, day=today(at))


def _check_new(programme: Programme, kind: InitiativeKind, name: str, first_day: date | None) -> None:
    # Whoever adds one of this programme at this moment comes first.
    Programme.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=programme.pk)
    same = Initiative.objects.standing().filter(programme=programme, kind=kind, first_day=first_day)
    if same.filter(name__iexact=clean_line(name)).exists():
        raise DomainError("initiative_twice", "This initiative is here already.", "name")


def _save(initiative: Initiative, areas: Collection[HotspotArea], *, day: date) -> Initiative:
    rules.check_dates(initiative, day=day)
    save_row(initiative)
    _set_areas(initiative, areas)
    return initiative


def _set_areas(initiative: Initiative, areas: Collection[HotspotArea]) -> None:
    initiative.places.exclude(area__in=areas).delete()
    known = set(initiative.places.values_list("area_id", flat=True))
    for area in areas:
        if area.pk not in known:
            InitiativeArea.objects.create(initiative=initiative, area=area)


@transaction.atomic
def withdraw_initiative(*, by: User, initiative_id: int, reason: str) -> Initiative:
    """Take an initiative back that was recorded by mistake, with a reason; its event goes from charts with it.

    Raises ChangedMeanwhile if it was withdrawn already.
    """
    initiative = locked_row(Initiative, initiative_id)
    _check_stands(initiative)
    initiative.void_reason = _reason(reason)
    save_row(initiative)
    return initiative


@transaction.atomic
def add_document(*, by: User, at: datetime, initiative_id: int, name: str, content: bytes) -> InitiativeDocument:
    """Keep a document of an initiative. Raises DomainError on `file` for what `rules.check_document` refuses."""
    initiative = locked_row(Initiative, initiative_id)
    _check_stands(initiative)
    media_type = rules.check_document(name, content)
    if initiative.documents.filter(void_reason="").count() >= rules.MOST_DOCUMENTS:
        message = f"An initiative has at most {rules.MOST_DOCUMENTS} documents. Withdraw one first."
        raise DomainError("too_many_documents", message, "file")
    same = initiative.documents.filter(void_reason="", name=_document_name(name), size=len(content))
    if any(bytes(each.content) == content for each in same):
        raise DomainError("document_twice", "This initiative has this document already.", "file")
    document = InitiativeDocument(
        initiative=initiative, name=_document_name(name), media_type=media_type, size=len(content), content=content,
        added_by=by, added_at=at,
    )  # fmt: skip
    save_row(document)
    return document


def _document_name(name: str) -> str:
    # The end, which says what it is.
    return clean_line(name)[-200:]


@transaction.atomic
def withdraw_document(*, by: User, document_id: int, reason: str) -> InitiativeDocument:
    """Take a document back: nobody can read it any more, and its content is removed. Raises ChangedMeanwhile."""
    document = locked_row(InitiativeDocument, document_id)
    if document.void_reason:
        raise ChangedMeanwhile
    document.void_reason, document.content = _reason(reason), b""
    document.save(update_fields=("void_reason", "content"))
    return document


@transaction.atomic
def link_entry(*, by: User, initiative_id: int, number: str) -> InitiativeEntry:
    """Say that an approved entry of spend, by its number in the ledger, was for an initiative.

    Raises DomainError on `number`, and ChangedMeanwhile.
    """
    initiative = locked_row(Initiative, initiative_id)
    _check_stands(initiative)
    typed = clean_line(number).upper().removeprefix("SP-")
    is_number = typed.isascii() and typed.isdecimal() and len(typed) < 16
    entries = SpendEntry.objects.visible_to(by).approved().select_related("stream")
    entry = entries.filter(pk=int(typed), reverses=None).first() if is_number else None
    if entry is None:
        message = "There is no approved entry of this number. It stands in the ledger, like SP-1457."
        raise DomainError("entry_unknown", message, "number")
    if entry.stream.programme_id != initiative.programme_id:
        raise DomainError("entry_of_another_programme", "This entry is of another programme.", "number")
    if other := InitiativeEntry.objects.filter(entry=entry).select_related("initiative").first():
        message = f"This entry is booked to the initiative {other.initiative} already."
        raise DomainError("entry_linked_already", message, "number")
    link = InitiativeEntry(initiative=initiative, entry=entry)
    save_row(link)
    return link


@transaction.atomic
def unlink_entry(*, by: User, link_id: int) -> Initiative:
    """Say that an entry was not for its initiative after all; gives the initiative. Raises ChangedMeanwhile."""
    link = locked_row(InitiativeEntry, link_id)
    initiative = link.initiative
    link.delete()
    return initiative


@transaction.atomic
def save_kind(
    *, by: User, kind_id: int | None = None, version: int | None = None, name: str, unit: str, units: str, position: int
) -> InitiativeKind:
    """Add a kind of initiative, or change one. Raises DomainError(s) on a field, and ChangedMeanwhile."""
    kind = locked_row(InitiativeKind, kind_id, version)
    kind.name, kind.unit, kind.units, kind.position = clean_line(name), clean_line(unit), clean_line(units), position
    save_row(kind)
    return kind


def _check_stands(initiative: Initiative) -> None:
    if initiative.void_reason:
        raise ChangedMeanwhile


def _reason(reason: str) -> str:
    if not (found := clean_line(reason)):
        raise DomainError("reason_missing", "Enter why it is withdrawn.", "reason")
    return found
