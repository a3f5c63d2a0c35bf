"""Freezing a scrutiny pack for a meeting."""

from datetime import date, datetime

from django.db import transaction

from hotspot.core.errors import DomainError, NotAllowed
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspot.core.text import clean_line
from hotspots.models import Programme
from hotspots.saving import save_row
from reports.digests import fingerprint
from reports.models import FrozenPack
from reports.scrutiny.packs import make_told_pack
from reports.scrutiny.presenters import text_of


@transaction.atomic
def freeze_pack(*, by: User, at: datetime, programme: Programme, meeting: str, meets_on: date) -> FrozenPack:
    """Keep the pack of a programme as it is told now, whoever freezes it: since launch, without small numbers.

    Raises NotAllowed, and DomainError `no_quarter` before the first quarter is over or `pack_twice` for a meeting that
    has one.
    """
    if not by.may(Permission.VIEW_SCRUTINY) or not by.may(Permission.PREPARE_STATEMENT):
        raise NotAllowed("not_allowed", "Only who prepares statements can freeze a pack.")
    # Each pack reckons with those before it, so they are frozen one after the other.
    programme = Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
    meeting = clean_line(meeting)
    if FrozenPack.objects.filter(programme=programme, meeting__iexact=meeting, meets_on=meets_on).exists():
        raise DomainError("pack_twice", "A pack is frozen for this meeting already.", "meeting")
    pack = make_told_pack(by, programme=programme, at=at)
    if pack is None:
        raise DomainError("no_quarter", "No quarter of this programme is over yet.", "programme")
    body = text_of(pack).as_json() | {"counted": pack.counts.as_json(), "told": pack.told.as_json()}
    frozen = FrozenPack(
        programme=programme, meeting=meeting, meets_on=meets_on, last_day=pack.counts.period.last_day, body=body,
        sha256=fingerprint(body), frozen_by=by, frozen_at=at,
    )  # fmt: skip
    save_row(frozen)
    return frozen
