"""Authorisations for the dispersal directions and section 60 searches of the last weeks. All made up.

All but one shift with directions are covered, so that there is one question; an authorisation of each kind is in force
now, and one of searches was continued.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby

from hotspot.core.calendar import LONDON, Period
from hotspot.core.models import User
from hotspots.authorisations import operations
from hotspots.authorisations.operations import AuthorisationFacts
from hotspots.models import HotspotArea, PowerAuthorisation
from outcomes.authorisations.queries import uses_of

KINDS = PowerAuthorisation.Kind
HOUR = timedelta(hours=1)
LONGEST = {KINDS.DISPERSAL: 48 * HOUR, KINDS.SEARCH: 24 * HOUR}
GROUNDS = {
    KINDS.DISPERSAL: "Made up: large groups shouted at passers-by and broke glass on the last three evenings.",
    KINDS.SEARCH: "Made up: two fights with knives in a week; more is expected between the same groups tonight.",
}
OFFICERS = ("Insp. 2114 (made up)", "Ch. Insp. 1870 (made up)", "Insp. 2260 (made up)")
TOWNS = ("Hitchin", "Stevenage")
"""Towns of the first supervisor, who is to see something counted down."""


def make_authorisations(*, by: User, today: date, at: datetime) -> None:
    """Authorise what was done in this financial year but for one direction, and make some for tonight."""
    since = datetime.combine(Period.financial_year(today).first_day, time(), LONDON)
    for kind in KINDS:
        rows = list(
            uses_of(kind)
            .filter(shift__starts_at__gte=since)
            .order_by("shift__area", "shift__starts_at", "pk")
            .values_list("shift__area", "shift__starts_at", "shift__ends_at")
        )
        gap = _latest_of(by, kind) if kind == KINDS.DISPERSAL else None
        rows = [row for row in rows if row != gap]
        for area, shifts in groupby(rows, key=lambda row: row[0]):
            spans = [row[1:] for row in shifts]
            _cover(kind, HotspotArea.objects.get(pk=area), spans, by=by, gap=gap if gap and gap[0] == area else None)
    _make_tonight(by=by, today=today, at=at)


def _latest_of(user: User, kind: str) -> tuple[int, datetime, datetime] | None:
    """The area and times of the latest shift of theirs with such a use: of what they see a question about."""
    own = uses_of(kind).filter(shift__logged_by=user).order_by("-shift__starts_at")
    return own.values_list("shift__area", "shift__starts_at", "shift__ends_at").first()


def _cover(
    kind: str,
    area: HotspotArea,
    spans: Sequence[tuple[datetime, datetime]],
    *,
    by: User,
    gap: tuple[int, datetime, datetime] | None,
) -> None:
    """Authorisations from a quarter of an hour before a shift, for as many of the next as one can cover.

    None is longer for the shift in the `gap`, which stays outside.
    """
    until: datetime | None = None
    for number, (first, last) in enumerate(spans):
        if until and last <= until:
            continue
        start = first - HOUR / 4
        until = start + LONGEST[KINDS(kind)] / 2
        if gap and start < gap[2] and until > gap[1]:
            until = gap[1]
        until = max(last, until)
        _record(kind, area, start, until, by=by, officer=number)


def _record(
    kind: str, area: HotspotArea, start: datetime, end: datetime, *, by: User, officer: int = 0,
    review_at: datetime | None = None, informs: bool = True,
) -> PowerAuthorisation:  # fmt: skip
    given = start - HOUR / 2
    rank = "chief_inspector" if officer % 3 == 1 else "inspector"
    facts = AuthorisationFacts(
        kind=kind,
        areas=[area],
        locality=f"{area.name}, within the boundary on the map",
        grounds=GROUNDS[KINDS(kind)],
        rank=rank,
        officer=OFFICERS[officer % 3],
        given_at=given,
        starts_at=start,
        ends_at=end,
        is_signed=True,
        has_regard=kind == KINDS.DISPERSAL,
        informed_at=given + HOUR / 4 if kind == KINDS.SEARCH and informs else None,
        review_at=review_at,
    )
    return operations.record_authorisation(by=by, at=given + HOUR / 4, facts=facts)


def _make_tonight(*, by: User, today: date, at: datetime) -> None:
    """One of each kind in force now, that of dispersal reviewed last night, and one of searches that was continued."""
    areas = [HotspotArea.objects.filter(town=town).first() for town in TOWNS]
    area, other = areas
    if area is None or other is None:
        return
    start = datetime.combine(today - timedelta(days=1), time(20), LONDON)
    found = _record(KINDS.DISPERSAL, area, start, start + 47 * HOUR, by=by, review_at=start + 11 * HOUR)
    operations.review_authorisation(
        by=by, at=at, authorisation_id=found.pk, reviewed_at=start + 3 * HOUR, officer=OFFICERS[2],
        finding="Still needed: groups came back after the last train.", review_at=start + 24 * HOUR,
    )  # fmt: skip
    start = datetime.combine(today - timedelta(days=1), time(22), LONDON)
    _record(KINDS.SEARCH, other, start, start + 24 * HOUR, by=by, informs=False)
    start = datetime.combine(today - timedelta(days=3), time(21), LONDON)
    found = _record(KINDS.SEARCH, area, start, start + 20 * HOUR, by=by, officer=1)
    operations.continue_authorisation(
        by=by, at=at, authorisation_id=found.pk, until=start + 40 * HOUR, extended_at=start + 18 * HOUR,
        rank="superintendent", officer="Supt. 940 (made up)", grounds="Made up: a man was stabbed in the first night.",
    )  # fmt: skip
