"""Writes to programmes and funding streams."""

from collections.abc import Sequence
from datetime import date

from django.db import IntegrityError, transaction

from hotspot.core.calendar import Period
from hotspot.core.errors import Conflict, DomainError, constraint_of
from hotspot.core.models import User
from hotspot.core.text import clean_line
from hotspots.models import FundingStream, Programme
from hotspots.programmes import rules as programmes_rules
from hotspots.saving import locked_row, save_row


@transaction.atomic
def save_programme(
    *,
    by: User,
    programme_id: int | None = None,
    version: int | None = None,
    name: str,
    first_day: date,
    last_day: date,
    grant_pence: int | None,
    smallest_shown: int = 5,
    is_default: bool = False,
    keeps_overlap: bool = False,
) -> Programme:
    """Make a programme, or change one.

    The first programme is the default; making another one the default takes it from the old one. Dates that lie in
    another programme's are refused with `programmes_overlap` unless `keeps_overlap` says that they are right.
    Raises DomainError(s); Conflict `shifts_outside` or `money_outside` if those would fall out of it, DomainError
    `programme_default_needed` when the default would be no programme at all.
    """
    every = Programme.objects.select_for_update().by_precedence()
    others = [other for other in every if other.pk != programme_id]
    programme = locked_row(Programme, programme_id, version)
    before = None if programme.pk is None else programme.period
    is_default = _is_default_programme(programme, others, asked=is_default)
    if not keeps_overlap and first_day <= last_day and before != Period(first_day, last_day):
        programmes_rules.check_overlap(Period(first_day, last_day), others, is_default=is_default)
    if before is not None and first_day <= last_day and before != Period(first_day, last_day):
        programmes_rules.check_money(programme, Period(first_day, last_day))
    if is_default:
        Programme.objects.exclude(pk=programme.pk).filter(is_default=True).update(is_default=False)
    programme.is_default = is_default
    programme.name, programme.grant_pence = clean_line(name), grant_pence
    programme.first_day, programme.last_day = first_day, last_day
    programme.smallest_shown = smallest_shown
    _save_with_shifts(programme)
    return programme


def _save_with_shifts(programme: Programme) -> None:
    try:
        save_row(programme)
    except IntegrityError as error:
        if constraint_of(error) != "shift_within_programme":
            raise
        message = "Shifts are logged outside these dates. Choose dates that hold them, or void those shifts first."
        raise Conflict("shifts_outside", message) from error


def _is_default_programme(programme: Programme, others: Sequence[Programme], *, asked: bool) -> bool:
    if asked or any(other.is_default for other in others):
        return asked
    if programme.is_default and others:
        message = "One programme has to be used where several run. Make another one that first."
        raise DomainError("programme_default_needed", message, "is_default")
    return not others


@transaction.atomic
def save_stream(
    *,
    by: User,
    stream_id: int | None = None,
    programme_id: int | None = None,
    version: int | None = None,
    name: str,
    kind: str = "",
    budget_pence: int | None,
    is_default: bool,
) -> FundingStream:
    """Make a funding stream of a programme, or change one. Its programme and kind stay what they were made as.

    The first stream of a programme is its default; making another the default takes it from the old one.
    Raises DomainError(s), `stream_default_needed` when the default would be no stream at all.
    """
    if stream_id is not None:
        programme_id = FundingStream.objects.filter(pk=stream_id).values_list("programme", flat=True).first()
    # Before its streams, as who closes a month of it does.
    programme = locked_row(Programme, programme_id)
    stream = locked_row(FundingStream, stream_id, version)
    if stream.pk is None:
        stream.programme, stream.kind = programme, kind
    siblings = FundingStream.objects.select_for_update().filter(programme=stream.programme).exclude(pk=stream.pk)
    standing = [sibling for sibling in siblings if sibling.is_default]
    if not is_default and not standing:
        if stream.pk is not None:
            message = "A programme needs a stream that is used unless another is chosen. Make another one that first."
            raise DomainError("stream_default_needed", message, "is_default")
        is_default = True
    if is_default:
        siblings.filter(is_default=True).update(is_default=False)
    stream.name, stream.budget_pence, stream.is_default = clean_line(name), budget_pence, is_default
    save_row(stream)
    return stream
