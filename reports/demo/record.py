"""Turns dealt patrols into rows: shifts with their crews, outcomes with their detail, visits and activity."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from hotspot.core.bulk_insert import Batch
from hotspot.core.calendar import today
from hotspots.models import FundingStream
from outcomes.models import AsbPowerKind, StopSearch
from outcomes.recording.rows import ActivityRow, PowerUseRow
from patrols.models import CrewRole, PatrolShift
from patrols.shifts.rows import CrewRow, ShiftRow, VisitRow
from reports.demo import detail
from reports.demo.plan import UNCOUNTED, Patrol, pick

STREAMS = {
    FundingStream.Kind.HOME_OFFICE_GRANT: 86,
    FundingStream.Kind.PCC_MATCH: 10,
    FundingStream.Kind.COUNCIL: 4,
}
PREFIXES = {
    CrewRole.POLICE_OFFICER: "PC",
    CrewRole.SPECIAL_CONSTABLE: "SC",
    CrewRole.PCSO: "PCSO",
}
NUMBERS_A_DISTRICT = 60
ONE_LATE_IN = 40
LATE = timedelta(days=2)
"""How long after its end a shift that was forgotten is logged."""
WITH_NUMBERS = 0.6
POWERS = {
    "dispersal_direction": 52,
    "pspo_enforcement": 20,
    "cpw": 17,
    "cpn": 6,
    "other": 3,
    "cbo": 1,
    "closure": 1,
}
POWERS_APART = {"informal_warning": 9, "dispersal_authorisation": 1}
ACTIVITY = {
    "engagements_residents": 18,
    "engagements_businesses": 6,
    "premises_visits": 4,
    "intelligence_submissions": 2,
    "safeguarding_referrals": 1,
}
VISIT_MINUTES = {(10, 20): 81, (3, 9): 11, (21, 35): 8}
NOTES = (
    "Large groups by the bus station until about 10pm. Moved on without trouble.",
    "Spoke to the staff of both late shops. Quieter than last week.",
    "Street drinking near the church. Alcohol handed over when asked.",
    "Bikes and e-scooters through the precinct after school.",
    "Heavy rain, few people about.",
    "Alarm at a unit on the high street: false, key holder came.",
    "Licensing checks in four premises with the council.",
    "Car park stairwells checked on the hour.",
)


@dataclass(kw_only=True)
class Recorder:
    """Writes the patrols of one programme into a batch.

    `streams` are its funding streams by kind. `supervisors` are the ids of those who log for a district, by its id;
    `council` is that of the council's team leader. `until` is the last day anything is known about: outcomes of the
    `fresh_days` before it may still wait for their detail. `extras` is the share of shifts with visits and activity.
    """

    random: Random
    streams: Mapping[str, FundingStream]
    supervisors: Mapping[int, Sequence[int]]
    council: int
    kinds: Mapping[str, AsbPowerKind]
    until: date
    fresh_days: int = 10
    extras: float = 0.5
    _free_from: dict[str, datetime] = field(default_factory=dict)

    def record(self, patrols: Sequence[Patrol], batch: Batch) -> list[ShiftRow]:
        """Put completed patrols, in the order of their start, with all their rows."""
        ids = batch.take_ids(PatrolShift, len(patrols))
        searches = iter(batch.take_ids(StopSearch, sum(patrol.outcomes["stop_searches"] for patrol in patrols)))
        shifts = [self._shift(number, patrol) for number, patrol in zip(ids, patrols, strict=True)]
        for shift, patrol in zip(shifts, patrols, strict=True):
            batch.add(shift, *self._crew(shift, patrol))
            batch.add(*self._outcomes(shift, patrol, searches), *self._extras(shift, patrol))
        return shifts

    def plan(self, patrols: Sequence[Patrol], batch: Batch, *, days_ahead: int = 7) -> list[ShiftRow]:
        """Put patrols as planned some days before, with their crews and nothing else."""
        ids = batch.take_ids(PatrolShift, len(patrols))
        shifts = []
        for number, patrol in zip(ids, patrols, strict=True):
            planned_at = patrol.starts_at - timedelta(days=days_ahead, hours=3)
            shift = self._shift(number, patrol)._replace(
                state="planned", note="", nothing_to_report=False, logged_at=planned_at, updated_at=planned_at
            )
            batch.add(shift, *self._crew(shift, patrol))
            shifts.append(shift)
        return shifts

    def _shift(self, number: int, patrol: Patrol) -> ShiftRow:
        logged_at = patrol.ends_at + timedelta(minutes=min(180, int(self.random.expovariate(1 / 45))))
        submission = UUID(int=self.random.getrandbits(128), version=4)
        if submission.int % ONE_LATE_IN == 0 and today(patrol.ends_at) < self.until - LATE:
            logged_at += LATE
        return ShiftRow(
            id=number,
            submission_id=submission,
            state="completed",
            area_id=patrol.beat.area.pk,
            funding_stream_id=self.streams[self._stream(patrol)].pk,
            starts_at=patrol.starts_at,
            ends_at=patrol.ends_at,
            nothing_to_report=patrol.has_nothing,
            note=self.random.choice(NOTES) if self.random.random() < 0.12 else "",
            doubts_kept=patrol.warnings,
            doubts_reason=patrol.doubts_reason,
            void_reason="",
            logged_by_id=self._logger(patrol),
            logged_at=logged_at,
            version=1,
            updated_at=logged_at,
        )

    def _stream(self, patrol: Patrol) -> str:
        if patrol.is_business_as_usual:
            return FundingStream.Kind.BUSINESS_AS_USUAL
        return FundingStream.Kind.COUNCIL if patrol.is_council else pick(STREAMS, self.random)

    def _logger(self, patrol: Patrol) -> int:
        if patrol.is_council:
            return self.council
        return self.random.choice(self.supervisors[patrol.beat.area.district_id])

    def _crew(self, shift: ShiftRow, patrol: Patrol) -> Iterator[CrewRow]:
        last = len(patrol.crew) - 1
        for place, role in enumerate(patrol.crew):
            ends_at = shift.ends_at - timedelta(minutes=patrol.left_early) if place == last else shift.ends_at
            number = self._number(role, shift, patrol) if shift.state == "completed" else ""
            yield CrewRow(shift.id, shift.state, role, number, shift.starts_at, ends_at)

    def _number(self, role: CrewRole, shift: ShiftRow, patrol: Patrol) -> str:
        """The collar number of somebody of that district who is free, or none."""
        if role not in PREFIXES or patrol.is_anonymous or self.random.random() > WITH_NUMBERS:
            return ""
        block = NUMBERS_A_DISTRICT * list(self.supervisors).index(patrol.beat.area.district_id)
        number = f"{PREFIXES[role]}{1000 + block + self.random.randrange(NUMBERS_A_DISTRICT)}"
        if self._free_from.get(number, shift.starts_at) > shift.starts_at:
            return ""
        self._free_from[number] = shift.ends_at
        return number

    def _outcomes(self, shift: ShiftRow, patrol: Patrol, searches: Iterator[int]) -> Iterator[object]:
        if not patrol.has_nothing:
            yield from detail.outcomes(
                shift, patrol, searches, self.random, until=self.until, fresh=self._is_fresh(patrol)
            )
            yield from self._powers(shift, patrol, POWERS, patrol.outcomes["asb_powers"])
            yield from self._powers(shift, patrol, POWERS_APART, patrol.outcomes[UNCOUNTED])

    def _is_fresh(self, patrol: Patrol) -> bool:
        return (self.until - patrol.day).days < self.fresh_days

    def _powers(
        self, shift: ShiftRow, patrol: Patrol, weights: Mapping[str, int], number: int
    ) -> Iterator[PowerUseRow]:
        crew = set(patrol.crew)
        usable = {code: weight for code, weight in weights.items() if crew & set(self.kinds[code].roles)}
        for _ in range(number):
            yield PowerUseRow(shift.id, pick(usable, self.random), happened_at=detail.moment(shift, self.random))

    def _extras(self, shift: ShiftRow, patrol: Patrol) -> Iterator[object]:
        if self.random.random() < self.extras and patrol.minutes >= 120:
            yield from _visits(shift, patrol.minutes, self.random)
        if self.random.random() < self.extras:
            for code, usual in ACTIVITY.items():
                if self.random.random() < 0.6:
                    yield ActivityRow(shift.id, code, int(self.random.expovariate(1 / usual)))


def _visits(shift: ShiftRow, minutes: int, random: Random) -> Iterator[VisitRow]:
    """Two to four spells, one in each part of the shift: most of ten to twenty minutes, some shorter or longer."""
    parts = random.randint(2, 4)
    part = minutes // parts
    for place in range(parts):
        into = random.randint(0, part - 20)
        arrived = shift.starts_at + timedelta(minutes=place * part + into)
        shortest, longest = random.choices(list(VISIT_MINUTES), list(VISIT_MINUTES.values()))[0]
        length = min(random.randint(shortest, longest), part - into)
        yield VisitRow(shift.id, arrived, arrived + timedelta(minutes=length))
