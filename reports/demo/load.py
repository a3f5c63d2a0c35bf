"""Loads the whole demonstration: all records in one transaction, and what was published of them after it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random

import pghistory
from django.db import transaction

from hotspot.core.bulk_insert import Batch
from hotspot.core.calendar import LONDON, Period
from hotspot.core.models import User
from hotspot.core.permissions import Role
from hotspots.models import DistrictAccess, FundingStream, HotspotArea, Programme
from outcomes.models import AsbPowerKind
from outcomes.recording.rows import TABLES
from patrols.models import PatrolShift
from patrols.shifts.rows import ShiftRow
from reports.demo import current, people, published, reference
from reports.demo.area_sets import make_sets
from reports.demo.authorisations import make_authorisations
from reports.demo.changes import make_changes
from reports.demo.claims import make_claims
from reports.demo.contact import make_contact
from reports.demo.crews import make_taken_away, make_teams
from reports.demo.emails import make_board, make_emails
from reports.demo.incidents import load_incidents, make_analysis, make_studies
from reports.demo.ledger import Treasury, make_ledger
from reports.demo.months import make_months, make_reminders
from reports.demo.orders import make_orders
from reports.demo.plan import Beat, Patrol
from reports.demo.plans import make_initiatives, make_plans
from reports.demo.presence import make_doses, make_position_visits
from reports.demo.rates import backdate_award, make_rates
from reports.demo.record import Recorder
from reports.demo.releases import make_calendar, send_statement
from reports.demo.results import make_frozen_pack, make_residents, make_stages
from reports.demo.returns import make_returns
from reports.demo.statements import publish_statements
from reports.demo.statistics import take_statistics
from reports.demo.trials import make_trials

# What the history of these rows says about where they came from.
SOURCE = "demo"


@dataclass(frozen=True)
class Loaded:
    """What was written: how many shifts, and rows altogether in the tables of shifts and outcomes."""

    shifts: int
    rows: int


def load_demo(*, today: date, seed: int, demo: bool) -> Loaded | None:
    """Make the demonstration as it stands on the London day `today`, or None if there are programmes already.

    The same seed and day make the same force. Raises DomainError `not_a_demonstration` unless `demo`.
    """
    people.check_demo(demo=demo)
    if Programme.objects.exists():
        return None
    random = Random(seed)  # noqa: S311 - made-up data, not secrets
    with transaction.atomic():
        with pghistory.context(source=SOURCE):
            areas = _make_areas(random)
            made = people.make_people(demo=demo)
        beats = make_beats(areas, made)
        first = _load_published(beats, made, random)
        loaded = [first, _load_previous(beats, made, today), _load_current(beats, made, today, random)]
        take_statistics()
        analyst, administrator, office = (
            _with_role(made, role) for role in (Role.ANALYST, Role.ADMINISTRATOR, Role.PCC)
        )
        night = datetime.combine(today, time(0, 1), LONDON)
        _make_office(made, at=night)
        # Before any month is closed, which freezes what its patrols cost.
        make_rates(by=administrator, at=night)
        _make_police_data(by=analyst, at=night)
        make_position_visits(by=analyst, at=night, random=random)
        make_claims(analyst=analyst, office=office, at=night)
        make_stages(by=administrator, at=night, random=Random(seed))  # noqa: S311 - made-up data, not secrets
        _make_scrutiny(by=analyst, at=night)
        make_sets(analyst=analyst, administrator=administrator, today=today)
        _make_money(made, today=today, random=Random(seed))  # noqa: S311 - made-up data, not secrets
        _make_plans(made, analyst=analyst, at=night)
        backdate_award(by=administrator, at=night)
        make_authorisations(by=made[people.PEOPLE[0]], today=today, at=night)
        make_trials(analyst=analyst, administrator=administrator, today=today, random=random)
        _make_outgoing(analyst, made[people.PEOPLE[0]], administrator, night)
        # Nothing is published of records that are being written.
        transaction.on_commit(partial(_publish, office=office, analyst=analyst, at=night))
    return Loaded(sum(each.shifts for each in loaded), sum(each.rows for each in loaded))


def _make_police_data(*, by: User, at: datetime) -> None:
    load_incidents(by=by, at=at)
    make_analysis(by=by, at=at)
    make_studies(by=by, at=at)
    make_changes(by=by, at=at)


def _make_scrutiny(*, by: User, at: datetime) -> None:
    make_residents(by=by, at=at)
    make_frozen_pack(by=by, at=at)


def _make_plans(made: dict[people.Person, User], *, analyst: User, at: datetime) -> None:
    make_initiatives(analyst=analyst, supervisor=made[people.PEOPLE[0]], at=at)
    make_plans(analyst=analyst, supervisor=made[people.PEOPLE[0]], at=at)


def _publish(*, office: User, analyst: User, at: datetime) -> None:
    publish_statements(office=office, approver=analyst, at=at)
    send_statement(analyst=analyst, office=office, at=at)


def _make_office(made: dict[people.Person, User], *, at: datetime) -> None:
    """Whom people ask about what is published, and what will be."""
    make_contact(by=_with_role(made, Role.ADMINISTRATOR))
    make_calendar(by=_with_role(made, Role.PCC), at=at)


def _make_areas(random: Random) -> dict[reference.Town, HotspotArea]:
    areas = reference.make_areas(reference.places(), first_day=reference.LAUNCH, random=random)
    reference.make_targets(areas, first_month=reference.LAUNCH)
    make_doses(areas, first_day=reference.LAUNCH)
    return areas


def _make_outgoing(analyst: User, supervisor: User, administrator: User, at: datetime) -> None:
    """What leaves the service: e-mails, and a screen in a room; and what supervisors did besides logging shifts."""
    make_emails(analyst=analyst, supervisor=supervisor, at=at)
    make_board(by=administrator, at=at)
    make_teams(supervisor=supervisor, administrator=administrator, at=at)
    make_taken_away(supervisor=supervisor, administrator=administrator, at=at)
    make_months(supervisor=supervisor, at=at)
    make_reminders(supervisor=supervisor, at=at)


def _make_money(made: dict[people.Person, User], *, today: date, random: Random) -> None:
    """The ledger, the returns to the funder, and the patrols that somebody pays for."""
    treasury = Treasury(keeper=_with_role(made, Role.FINANCE), approver=_with_role(made, Role.ADMINISTRATOR))
    make_ledger(treasury, today=today, random=random)
    # What they say was spent is what the ledger has.
    make_returns(made, today=today)
    make_orders(made, day=today)


def _with_role(made: dict[people.Person, User], role: Role) -> User:
    return next(user for person, user in made.items() if person.role == role)


def make_beats(areas: dict[reference.Town, HotspotArea], made: dict[people.Person, User]) -> list[Beat]:
    """The areas as the dealer of patrols knows them."""
    council = {name for person in made if person.leads_council_team for name in person.districts}
    return [Beat(area, place.busyness, place.district in council) for place, area in areas.items()]


def make_recorder(
    streams: dict[str, FundingStream], made: dict[people.Person, User], *, until: date, random: Random
) -> Recorder:
    """A recorder for shifts of the programme with these streams."""
    police = [user.pk for person, user in made.items() if not person.leads_council_team]
    access: dict[int, list[int]] = {}
    in_order = DistrictAccess.objects.filter(user__in=police).order_by("district__code", "user__email")
    for district, user in in_order.values_list("district", "user"):
        access.setdefault(district, []).append(user)
    return Recorder(
        random=random,
        streams=streams,
        supervisors=access,
        council=next(user.pk for person, user in made.items() if person.leads_council_team),
        kinds=AsbPowerKind.objects.in_bulk(),
        until=until,
    )


def _load_published(beats: Sequence[Beat], made: dict[people.Person, User], random: Random) -> Loaded:
    with pghistory.context(source=SOURCE):
        streams = reference.make_programme(reference.FIRST_PROGRAMME)
    recorder = make_recorder(streams, made, until=published.LAST_NIGHT, random=random)
    counted = published.counted(beats, random)
    patrols = counted + published.not_counted(beats, counted, random)
    return _write(recorder, patrols, published.called_off(beats, random))


def _load_previous(beats: Sequence[Beat], made: dict[people.Person, User], today: date) -> Loaded:
    """The financial year before the one that holds today, unless that is the first programme's own."""
    year = Period.financial_year(Period.financial_year(today).first_day - timedelta(days=1))
    if year.first_day <= reference.FIRST_PROGRAMME.last_day:
        return Loaded(0, 0)
    with pghistory.context(source=SOURCE):
        streams = reference.make_programme(year)
    # With dice of its own, so that nothing else depends on it.
    dice = Random(year.first_day.year)  # noqa: S311 - made-up data, not secrets
    recorder = make_recorder(streams, made, until=year.last_day, random=dice)
    # Of which nobody waits for any detail.
    recorder.extras, recorder.fresh_days = 0.2, 0
    return _write(recorder, current.previous(beats, year), [])


def _load_current(beats: Sequence[Beat], made: dict[people.Person, User], today: date, random: Random) -> Loaded:
    """The financial year that holds today, unless that is the first programme's own."""
    year = Period.financial_year(today)
    if year.first_day <= reference.FIRST_PROGRAMME.last_day:
        return Loaded(0, 0)
    with pghistory.context(source=SOURCE):
        streams = reference.make_programme(year)
    recorder = make_recorder(streams, made, until=today, random=random)
    patrols = current.worked(beats, year, today=today, random=random)
    return _write(recorder, patrols, current.planned(beats, year, today=today, random=random))


def _write(recorder: Recorder, worked: list[Patrol], planned: list[Patrol]) -> Loaded:
    worked.sort(key=lambda patrol: patrol.starts_at)
    planned.sort(key=lambda patrol: patrol.starts_at)
    written, ahead = Batch(TABLES), Batch(TABLES)
    shifts = recorder.record(worked, written) + recorder.plan(planned, ahead)
    with pghistory.context(source=SOURCE, action="logged"):
        rows = written.write()
    with pghistory.context(source=SOURCE, action="planned"):
        rows += ahead.write()
    _withdraw(shifts, worked + planned)
    return Loaded(len(shifts), rows)


def _withdraw(shifts: Sequence[ShiftRow], patrols: Sequence[Patrol]) -> None:
    """Void or cancel what is to be, as a person does: the history shows the record first, then what became of it."""
    states, reasons = PatrolShift.State, defaultdict[tuple[str, str, str], list[int]](list)
    for shift, patrol in zip(shifts, patrols, strict=True):
        if patrol.void_reason:
            reasons[states.VOIDED, "void_reason", patrol.void_reason].append(shift.id)
        if patrol.cancel_reason:
            reasons[states.CANCELLED, "cancel_reason", patrol.cancel_reason].append(shift.id)
    for (state, field, reason), ids in reasons.items():
        with pghistory.context(source=SOURCE, action=str(state), reason=reason):
            PatrolShift.objects.filter(pk__in=ids).update(state=state, **{field: reason})
