"""What the law lets an authorisation be. Pure decisions on values; instants are in UTC, and hours are elapsed hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotspot.core import wording
from hotspot.core.errors import DomainError
from hotspots.models import PoliceRank, PowerAuthorisation

RANKS = tuple(PoliceRank)
"""The lowest first."""


@dataclass(frozen=True, kw_only=True)
class PowerLimits:
    """What one kind of authorisation needs and how long it lasts.

    `informs` is the rank that has to be told of an authorisation by a lower one (None: nobody has to).
    `extension` is by how much it can be continued, once, by an officer of at least `extension_rank` (None: it cannot).
    `regards_rights` says that who gives it has particular regard to articles 10 and 11 of the Convention.
    """

    kind: str
    name: str
    section: str
    power: str
    least_rank: PoliceRank
    longest: timedelta
    extension: timedelta | None
    extension_rank: PoliceRank | None
    informs: PoliceRank | None
    regards_rights: bool
    test: str
    source: str
    url: str


# Anti-social Behaviour, Crime and Policing Act 2014, section 34(1) to (4). Criminal Justice and Public Order Act 1994,
# section 60(1), (3), (3A) and (9). That it is continued only once was found in no text: docs/authorisations.md says
# what was checked against which, and what a force's lawyers should confirm.
LIMITS: dict[str, PowerLimits] = {
    PowerAuthorisation.Kind.DISPERSAL: PowerLimits(
        kind=PowerAuthorisation.Kind.DISPERSAL,
        name="Dispersal authorisation",
        section="section 34",
        power="dispersal directions under section 35",
        least_rank=PoliceRank.INSPECTOR,
        longest=timedelta(hours=48),
        extension=None,
        extension_rank=None,
        informs=None,
        regards_rights=True,
        test="the powers may be necessary to remove or reduce the likelihood of people in the locality being harassed, "
        "alarmed or distressed, or of crime or disorder there",
        source="Anti-social Behaviour, Crime and Policing Act 2014, section 34",
        url="https://www.legislation.gov.uk/ukpga/2014/12/section/34",
    ),
    PowerAuthorisation.Kind.SEARCH: PowerLimits(
        kind=PowerAuthorisation.Kind.SEARCH,
        name="Section 60 authorisation",
        section="section 60",
        power="searches under section 60",
        least_rank=PoliceRank.INSPECTOR,
        longest=timedelta(hours=24),
        extension=timedelta(hours=24),
        extension_rank=PoliceRank.SUPERINTENDENT,
        informs=PoliceRank.SUPERINTENDENT,
        regards_rights=False,
        test="serious violence may take place in the locality; or it has taken place in the police area, and a weapon "
        "that was used is carried in the locality; or people carry weapons there without good reason",
        source="Criminal Justice and Public Order Act 1994, section 60",
        url="https://www.legislation.gov.uk/ukpga/1994/33/section/60",
    ),
}


def is_below(rank: str, least: PoliceRank) -> bool:
    """Whether a rank is lower than another."""
    return RANKS.index(PoliceRank(rank)) < RANKS.index(least)


def check_authorisation(found: PowerAuthorisation, *, at: datetime) -> list[DomainError]:
    """What the law, or the order of time, refuses of an authorisation. Empty: nothing."""
    limits = LIMITS[found.kind]
    return [
        *_check_giving(found, limits, at),
        *_check_period(found, limits),
        *_check_after(found, limits, at),
    ]


def _check_giving(found: PowerAuthorisation, limits: PowerLimits, at: datetime) -> Iterator[DomainError]:
    if is_below(found.rank, limits.least_rank):
        yield _rank_error(found.rank, limits.least_rank, f"A {_in_sentence(limits)} is given by", "rank")
    if not found.is_signed:
        message = "It must be in writing and signed by who gives it. Confirm that it is."
        yield DomainError("not_signed", message, "is_signed")
    if limits.regards_rights and not found.has_regard:
        message = "Who gives it must have had particular regard to articles 10 and 11. Confirm that they had."
        yield DomainError("no_regard", message, "has_regard")
    if not found.grounds:
        yield DomainError("grounds_missing", "Enter the grounds, as the authorisation states them.", "grounds")
    if found.given_at > at:
        yield DomainError("given_ahead", "It cannot have been given at a time to come.", "given")


def _check_period(found: PowerAuthorisation, limits: PowerLimits) -> Iterator[DomainError]:
    if found.ends_at <= found.starts_at:
        yield DomainError("end_before_start", "The end must be after the start.", "end")
    elif found.ends_at - found.starts_at > limits.longest:
        message = (
            f"A {_in_sentence(limits)} lasts at most {hours(limits.longest)}: until "
            f"{wording.moment(found.starts_at + limits.longest)}. "
        )
        more = (
            "A superintendent can continue it later."
            if limits.extension
            else "It cannot be extended. For a longer time a new one is needed."
        )
        yield DomainError("too_long", message + more, "end")
    if found.starts_at < found.given_at:
        message = "It cannot begin before it was given: nobody can authorise what is past."
        yield DomainError("start_before_given", message, "start")


def _check_after(found: PowerAuthorisation, limits: PowerLimits, at: datetime) -> Iterator[DomainError]:
    informed = found.informed_at
    if informed and not needs_informing(found):
        yield DomainError("nobody_to_inform", "Nobody has to be informed of this one. Leave it empty.", "informed")
    elif informed and not found.given_at <= informed <= at:
        message = "Enter a time from when it was given to now."
        yield DomainError("informed_out_of_range", message, "informed")
    # A review that was planned stays planned when the authorisation is withdrawn before it.
    if found.review_at and not found.given_at <= found.review_at <= planned_end(found):
        message = f"Review it before it ends, at {wording.moment(planned_end(found))}."
        yield DomainError("review_out_of_range", message, "review")
    if found.extended_until:
        yield from check_extension(found, at=at)
    if found.withdrawn_at:
        yield from check_withdrawal(found, at=at)


def planned_end(found: PowerAuthorisation) -> datetime:
    """When it ends or would have ended, were it not withdrawn."""
    return found.extended_until or found.ends_at


def check_withdrawal(found: PowerAuthorisation, *, at: datetime) -> Iterator[DomainError]:
    """What is refused of the time at which an authorisation was withdrawn."""
    withdrawn, end = found.withdrawn_at, planned_end(found)
    if withdrawn is None:
        return
    if withdrawn > at:
        yield DomainError("withdrawn_ahead", "It cannot have been withdrawn at a time to come.", "withdrawn")
    elif not found.given_at <= withdrawn < end:
        message = (
            f"It was given at {wording.moment(found.given_at)} and ends at {wording.moment(end)}: enter a time between."
        )
        yield DomainError("withdrawn_out_of_range", message, "withdrawn")
    elif found.extended_at and withdrawn < found.extended_at:
        message = f"It was continued at {wording.moment(found.extended_at)}, so it was not withdrawn before that."
        yield DomainError("withdrawn_before_continued", message, "withdrawn")


def needs_informing(found: PowerAuthorisation) -> bool:
    """Whether a superintendent has to be told of it as soon as practicable, because a lower rank gave it."""
    informs = LIMITS[found.kind].informs
    return informs is not None and is_below(found.rank, informs)


def check_extension(found: PowerAuthorisation, *, at: datetime) -> Iterator[DomainError]:
    """What is refused of how an authorisation is continued: section 60(3), and Code A for only once."""
    limits = LIMITS[found.kind]
    if limits.extension is None or limits.extension_rank is None:
        message = (
            f"A {_in_sentence(limits)} cannot be extended beyond {hours(limits.longest)}. A new one is needed, with "
            "its own grounds and signature."
        )
        yield DomainError("not_extendable", message, "until")
        return
    if is_below(found.extension_rank, limits.extension_rank):
        yield _rank_error(found.extension_rank, limits.extension_rank, "It is continued by", "rank")
    if found.extended_at and found.extended_at > at:
        yield DomainError("extended_ahead", "It cannot have been continued at a time to come.", "extended")
    elif found.extended_at and not found.starts_at <= found.extended_at < found.ends_at:
        message = (
            f"It must have been continued while it was in force: from {wording.moment(found.starts_at)} on, and before "
            f"{wording.moment(found.ends_at)}."
        )
        yield DomainError("extended_out_of_range", message, "extended")
    until = found.extended_until or found.ends_at
    if until <= found.ends_at:
        message = f"Enter a time after its present end, {wording.moment(found.ends_at)}."
        yield DomainError("extension_too_short", message, "until")
    elif until - found.ends_at > limits.extension:
        latest = wording.moment(found.ends_at + limits.extension)
        message = f"It can be continued by at most {hours(limits.extension)}, once: until {latest}."
        yield DomainError("extension_too_long", message, "until")


def _rank_error(rank: str, least: PoliceRank, doing: str, field: str) -> DomainError:
    message = (
        f"{doing} an officer of at least the rank of {least.label.lower()}, not a {PoliceRank(rank).label.lower()}."
    )
    return DomainError("rank_too_low", message, field)


def _in_sentence(limits: PowerLimits) -> str:
    return limits.name[:1].lower() + limits.name[1:]


def hours(length: timedelta) -> str:
    """48 hours."""
    return wording.plural(int(length.total_seconds()) // 3600, "hour")


def state_of(found: PowerAuthorisation, at: datetime) -> str:
    """void, withdrawn, to_come, in_force or ended at an instant: in force from its start on and before its end."""
    if found.void_reason:
        return "void"
    if found.withdrawn_at and found.withdrawn_at <= at:
        return "withdrawn"
    if at < found.starts_at:
        return "to_come"
    return "in_force" if at < found.ended_at else "ended"


def is_review_due(found: PowerAuthorisation, at: datetime) -> bool:
    """Whether it is in force and the time of its next review has come."""
    return bool(found.review_at and found.review_at <= at and state_of(found, at) == "in_force")
