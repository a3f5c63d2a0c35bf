"""Writes to authorisations. Nothing is deleted: what is wrong is corrected with a reason, or recorded by mistake."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hotspot.core import wording
from hotspot.core.advisory_locks import LockName, lock
from hotspot.core.errors import DomainError, NotInThisState, raise_all
from hotspot.core.models import User
from hotspot.core.text import clean_line, clean_lines
from hotspots.authorisations import rules
from hotspots.models import HotspotArea, PowerAuthorisation, PowerAuthorisationArea, PowerAuthorisationReview
from hotspots.saving import locked_row, save_row


@dataclass(frozen=True, kw_only=True)
class AuthorisationFacts:
    """What the written authorisation says. Instants are in UTC; `officer` is a name or collar number as entered."""

    kind: str
    areas: Collection[HotspotArea]
    locality: str
    grounds: str
    rank: str
    officer: str
    given_at: datetime
    starts_at: datetime
    ends_at: datetime
    is_signed: bool
    has_regard: bool = False
    informed_at: datetime | None = None
    review_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class LaterTimes:
    """When what was recorded later happened, as it is corrected. None: it did not happen. Instants are in UTC."""

    extended_until: datetime | None = None
    extended_at: datetime | None = None
    withdrawn_at: datetime | None = None


@transaction.atomic
def record_authorisation(*, by: User, at: datetime, facts: AuthorisationFacts) -> PowerAuthorisation:
    """Record an authorisation that was given. Raises DomainErrors, each on a field, for what the law does not allow."""
    # Whoever sends it twice waits here for the first, and then is told of it.
    lock(LockName.AUTHORISATIONS)
    found = PowerAuthorisation(kind=facts.kind, added_by=by, added_at=at)
    _refuse_twice(facts)
    return _write(found, facts, at=at)


def _refuse_twice(facts: AuthorisationFacts) -> None:
    same = PowerAuthorisation.objects.standing().filter(
        kind=facts.kind, locality=clean_line(facts.locality), officer=clean_line(facts.officer),
        given_at=facts.given_at, starts_at=facts.starts_at, ends_at=facts.ends_at,
    )  # fmt: skip
    wanted = {area.pk for area in facts.areas}
    for found in same.prefetch_related("places"):
        if {place.area_id for place in found.places.all()} == wanted:
            message = f"This is recorded already, as {found.number}. Nothing was recorded again."
            raise NotInThisState("recorded_already", message)


@transaction.atomic
def correct_authorisation(
    *,
    by: User,
    at: datetime,
    authorisation_id: int,
    version: int | None = None,
    facts: AuthorisationFacts,
    later: LaterTimes | None = None,
    reason: str,
) -> PowerAuthorisation:
    """Put right what was recorded, with a reason. Areas that `by` may not see stay, and without `later`, so does what
    was recorded of a continuation and a withdrawal. Raises as `record_authorisation` does, and ChangedMeanwhile."""
    found = _standing(authorisation_id, version)
    found.kind, found.correction_reason = facts.kind, _reason(reason, "Enter why it is corrected.")
    if later is not None:
        _set_later(found, later)
    return _write(found, facts, at=at, by=by)


def _set_later(found: PowerAuthorisation, later: LaterTimes) -> None:
    """Correct when it was continued and withdrawn, or that it was not. What was never recorded is not added here."""
    if found.extended_until:
        if (later.extended_until is None) != (later.extended_at is None):
            field = "until" if later.extended_until is None else "extended"
            raise DomainError("continuation_incomplete", "Enter both times of the continuation, or neither.", field)
        found.extended_until, found.extended_at = later.extended_until, later.extended_at
        if later.extended_until is None:
            found.extension_rank = found.extension_officer = found.extension_grounds = ""
    if found.withdrawn_at:
        found.withdrawn_at = later.withdrawn_at
        if later.withdrawn_at is None:
            found.withdrawal_reason = ""


def _write(
    found: PowerAuthorisation, facts: AuthorisationFacts, *, at: datetime, by: User | None = None
) -> PowerAuthorisation:
    if not facts.areas:
        raise DomainError("areas_missing", "Select at least one hotspot area.", "areas")
    found.locality, found.grounds = clean_line(facts.locality), clean_lines(facts.grounds)
    found.rank, found.officer = facts.rank, clean_line(facts.officer)
    found.given_at, found.starts_at, found.ends_at = facts.given_at, facts.starts_at, facts.ends_at
    found.is_signed, found.has_regard = facts.is_signed, facts.has_regard
    found.informed_at, found.review_at = facts.informed_at, facts.review_at
    raise_all(rules.check_authorisation(found, at=at))
    save_row(found)
    _set_areas(found, facts.areas, by=by)
    return found


def _set_areas(found: PowerAuthorisation, areas: Collection[HotspotArea], *, by: User | None) -> None:
    """Make the areas those chosen; what whoever corrects it may not see, they have not taken out."""
    places = found.places.all()
    if by is not None:
        places = places.filter(area__in=HotspotArea.objects.visible_to(by).values("pk"))
    places.exclude(area__in=areas).delete()
    known = set(found.places.values_list("area_id", flat=True))
    for area in areas:
        if area.pk not in known:
            PowerAuthorisationArea.objects.create(authorisation=found, area=area)


@transaction.atomic
def continue_authorisation(
    *,
    by: User,
    at: datetime,
    authorisation_id: int,
    version: int | None = None,
    until: datetime,
    extended_at: datetime,
    rank: str,
    officer: str,
    grounds: str,
) -> PowerAuthorisation:
    """Record that a section 60 authorisation was continued: once, by at most 24 hours, by a superintendent or above.

    Raises DomainError(s), and ChangedMeanwhile.
    """
    found = _standing(authorisation_id, version)
    if found.extended_until:
        until_now = wording.moment(found.extended_until)
        message = f"It was continued until {until_now} already, and only once is allowed. A new one is needed."
        raise NotInThisState("continued_already", message)
    if found.withdrawn_at:
        raise NotInThisState("authorisation_withdrawn", "It was withdrawn. A new one is needed.")
    found.extended_until, found.extended_at = until, extended_at
    found.extension_rank, found.extension_officer = rank, clean_line(officer)
    found.extension_grounds = clean_lines(grounds)
    raise_all(list(rules.check_extension(found, at=at)))
    save_row(found)
    return found


@transaction.atomic
def withdraw_authorisation(
    *, by: User, at: datetime, authorisation_id: int, withdrawn_at: datetime, reason: str
) -> PowerAuthorisation:
    """Record that an authorisation was ended before its time. Raises DomainError on a field, and ChangedMeanwhile."""
    found = _standing(authorisation_id)
    if found.withdrawn_at:
        raise NotInThisState("authorisation_withdrawn", "It was withdrawn already.")
    found.withdrawal_reason = _reason(reason, "Enter why it is withdrawn.")
    found.withdrawn_at = withdrawn_at
    raise_all(list(rules.check_withdrawal(found, at=at)))
    save_row(found)
    return found


@transaction.atomic
def review_authorisation(
    *,
    by: User,
    at: datetime,
    authorisation_id: int,
    reviewed_at: datetime,
    officer: str,
    finding: str,
    review_at: datetime | None = None,
) -> PowerAuthorisationReview:
    """Record a review, and when the next is due (`review_at`, None: no more). Raises DomainError(s) on a field."""
    found = _standing(authorisation_id)
    if not found.given_at <= reviewed_at <= min(at, found.ended_at):
        raise DomainError("reviewed_out_of_range", "Enter a time while it stood, and not one to come.", "reviewed")
    if review_at and not reviewed_at < review_at <= found.ended_at:
        message = f"Enter a time after this review and before it ends, at {wording.moment(found.ended_at)}."
        raise DomainError("review_out_of_range", message, "review")
    review = PowerAuthorisationReview(
        authorisation=found, reviewed_at=reviewed_at, officer=clean_line(officer), finding=clean_lines(finding),
        added_by=by, added_at=at,
    )  # fmt: skip
    if found.reviews.filter(reviewed_at=reviewed_at, officer=review.officer, finding=review.finding).exists():
        raise NotInThisState("recorded_already", "This review is recorded already. Nothing was recorded again.")
    found.review_at = review_at
    save_row(found)
    save_row(review)
    return review


@transaction.atomic
def inform_superintendent(
    *, by: User, at: datetime, authorisation_id: int, version: int | None = None, informed_at: datetime
) -> PowerAuthorisation:
    """Record when a superintendent was told of a section 60 authorisation. Raises DomainError on `informed`, and
    ChangedMeanwhile."""
    found = _standing(authorisation_id, version)
    found.informed_at = informed_at
    raise_all([error for error in rules.check_authorisation(found, at=at) if error.field == "informed"])
    save_row(found)
    return found


@transaction.atomic
def void_authorisation(*, by: User, authorisation_id: int, reason: str) -> PowerAuthorisation:
    """Say that an authorisation was recorded by mistake: there was none. It stays, and authorises nothing."""
    found = _standing(authorisation_id)
    found.void_reason = _reason(reason, "Enter why it should not be here.")
    save_row(found)
    return found


def _standing(authorisation_id: int, version: int | None = None) -> PowerAuthorisation:
    found = locked_row(PowerAuthorisation, authorisation_id, version)
    if found.void_reason:
        raise NotInThisState("recorded_by_mistake", "This was recorded by mistake, so nothing can be added to it.")
    return found


def _reason(reason: str, message: str) -> str:
    if not (found := clean_line(reason)):
        raise DomainError("reason_missing", message, "reason")
    return found
