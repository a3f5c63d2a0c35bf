"""Loads as many patrols as a benchmark wants: the same made-up patrols, in one programme, past the row triggers.

What the triggers would have checked row by row is checked set by set at the end, and the summaries are counted once.
These rows have no history.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from random import Random

from django.db import connection, transaction
from django.db.models import ForeignKey

from hotspot.core.bulk_insert import Batch
from hotspot.core.calendar import LONDON, Period
from hotspot.core.errors import DomainError
from hotspot.core.permissions import Role
from hotspot.core.transaction_settings import NO_TIME_LIMIT
from hotspots.models import Programme
from outcomes.recording.rows import TABLES
from patrols.models import CONSTABLES
from reports.demo import people, reference
from reports.demo.load import Loaded, make_beats, make_recorder
from reports.demo.plan import Beat, deal, usual_stratum
from reports.demo.rates import make_rates
from reports.demo.record import Recorder
from reports.demo.statistics import take_statistics
from reports.figures.operations import rebuild_summaries

Progress = Callable[[str], None]
EXTRAS = 0.1
# Neighbouring areas of one town lie about a kilometre apart.
STEP_DEGREES = 0.01


@dataclass(frozen=True, kw_only=True)
class LargeLoad:
    """How much to make: shifts over areas and whole financial years, the last of them over before `today`."""

    shifts: int
    areas: int = 120
    years: int = 10
    today: date

    @property
    def period(self) -> Period:
        """The financial years, first to last day."""
        year = Period.financial_year(self.today).first_day.year
        return Period(date(year - self.years, 4, 1), date(year, 3, 31))


def load_scale(scale: LargeLoad, *, seed: int, demo: bool, progress: Progress = lambda _: None) -> Loaded | None:
    """Make that many shifts with all that belongs to them, or None if there are programmes already.

    Needs a database superuser, who alone may pass the triggers of one transaction by. Raises DomainError
    `not_a_demonstration`, and `broken_rows` if it made rows that the database would have refused.
    """
    people.check_demo(demo=demo)
    if Programme.objects.exists():
        return None
    random = Random(seed)  # noqa: S311 - made-up data, not secrets
    with transaction.atomic():
        beats, recorder = _make_reference(scale, random, demo=demo)
        rows = _copy_months(scale, beats, recorder, progress)
        progress("checking what the triggers would have checked")
        _verify()
        progress("counting the summaries")
        rebuild_summaries()
        take_statistics()
    return Loaded(scale.shifts, rows)


def _make_reference(scale: LargeLoad, random: Random, *, demo: bool) -> tuple[list[Beat], Recorder]:
    areas = reference.make_areas(_places(scale.areas), first_day=scale.period.first_day, random=random)
    reference.make_targets(areas, first_month=scale.period.first_day)
    made = people.make_people(demo=demo)
    streams = reference.make_programme(scale.period, name=f"Operation Hotspot, {scale.years} years")
    administrator = next(user for person, user in made.items() if person.role == Role.ADMINISTRATOR)
    make_rates(by=administrator, at=datetime.combine(scale.today, time(), LONDON))
    recorder = make_recorder(streams, made, until=scale.period.last_day, random=random)
    return make_beats(areas, made), replace(recorder, extras=EXTRAS)


def _places(number: int) -> list[reference.Town]:
    """So many places: the twelve towns' centres, then more in the same towns."""
    towns = reference.places()
    rounds = [divmod(place, len(towns)) for place in range(number)]
    return [_neighbour(towns[town], turn) if turn else towns[town] for turn, town in rounds]


def _neighbour(place: reference.Town, turn: int) -> reference.Town:
    return replace(place, name=f"{place.town} {turn + 1}", latitude=place.latitude + turn * STEP_DEGREES)


def _copy_months(scale: LargeLoad, beats: list[Beat], recorder: Recorder, progress: Progress) -> int:
    """Write the patrols month by month, no more of them in memory at once; gives the number of rows."""
    rows = 0
    _pass_triggers_by(True)
    exclusions = _put_exclusions_aside()
    for month, number in _months(scale):
        batch = Batch(TABLES)
        stratum = usual_stratum(beats, list(month.each_day()), number)
        recorder.record(deal(stratum, recorder.random), batch)
        rows += batch.write()
        progress(f"{month.first_day:%B %Y}: {rows:,} rows so far")
    progress("building the exclusion constraints")
    _put_exclusions_back(exclusions)
    _pass_triggers_by(False)
    return rows


def _months(scale: LargeLoad) -> Iterator[tuple[Period, int]]:
    """Each month with its share of the shifts, by its days."""
    done, days = 0, 0
    for month in scale.period.each_month():
        days += month.days
        due = round(scale.shifts * days / scale.period.days)
        yield month, due - done
        done = due


def _pass_triggers_by(off: bool) -> None:
    """Switch triggers and foreign keys off for this transaction only; nobody else's writes go unchecked."""
    with connection.cursor() as cursor:
        cursor.execute(NO_TIME_LIMIT)
        cursor.execute("SET LOCAL session_replication_role = %s", ["replica" if off else "origin"])


def _put_exclusions_aside() -> list[tuple[str, str, str]]:
    """Drop the exclusion constraints of the tables to be written, which cost more row by row than all the rest.

    Gives table, name and definition of each. Nobody else sees the tables without them: the lock lasts to the commit.
    """
    tables = [model._meta.db_table for model in TABLES.values()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'x' AND conrelid::regclass::text = ANY (%s) ORDER BY 1, 2",
            [tables],
        )
        found: list[tuple[str, str, str]] = cursor.fetchall()
        for table, name, _ in found:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    return found


def _put_exclusions_back(exclusions: list[tuple[str, str, str]]) -> None:
    """Add them again, which checks every row."""
    with connection.cursor() as cursor:
        for table, name, definition in exclusions:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


_ROLES = ", ".join(f"'{role}'" for role in CONSTABLES)
_NO_CONSTABLE = f"""
    SELECT FROM {{table}} o WHERE NOT EXISTS (
        SELECT FROM patrols_crewmember c WHERE c.shift_id = o.shift_id AND c.role IN ({_ROLES}))
"""  # noqa: S608 - names of our own
# What the deferred checks say, for whole tables at once: each finds a row that should not be there.
_BROKEN = {
    "a shift outside its programme": """
        SELECT FROM patrols_patrolshift s JOIN hotspots_fundingstream f ON f.id = s.funding_stream_id
        JOIN hotspots_programme p ON p.id = f.programme_id WHERE s.day NOT BETWEEN p.first_day AND p.last_day
    """,
    "a crew member whose copy of the shift's state is wrong": """
        SELECT FROM patrols_crewmember c JOIN patrols_patrolshift s ON s.id = c.shift_id WHERE c.shift_state <> s.state
    """,
    "a crew member outside the shift's times": """
        SELECT FROM patrols_crewmember c JOIN patrols_patrolshift s ON s.id = c.shift_id
        WHERE c.starts_at < s.starts_at OR c.ends_at > s.ends_at
    """,
    "a visit outside the shift's times": """
        SELECT FROM patrols_visit v JOIN patrols_patrolshift s ON s.id = v.shift_id
        WHERE v.starts_at < s.starts_at OR v.ends_at > s.ends_at
    """,
    "an arrest without a constable": _NO_CONSTABLE.format(table="outcomes_arrest"),
    "a search without a constable": _NO_CONSTABLE.format(table="outcomes_stopsearch"),
    "a power that nobody in the crew may use": """
        SELECT FROM outcomes_asbpoweruse u JOIN outcomes_asbpowerkind k ON k.code = u.kind_id
        JOIN patrols_patrolshift s ON s.id = u.shift_id
        WHERE s.day NOT BETWEEN coalesce(k.in_force_from, s.day) AND coalesce(k.in_force_to, s.day) OR NOT EXISTS (
            SELECT FROM patrols_crewmember c WHERE c.shift_id = u.shift_id AND c.role = ANY (k.roles))
    """,
}


def _verify() -> None:
    with connection.cursor() as cursor:
        for what, query in {**_BROKEN, **dict(_dangling())}.items():
            cursor.execute(f"SELECT EXISTS ({query})")
            if cursor.fetchone()[0]:
                raise DomainError("broken_rows", f"The generator made {what}.")


def _dangling() -> Iterator[tuple[str, str]]:
    """For every foreign key of the tables written: a query for rows that refer to nothing."""
    for model in TABLES.values():
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey):
                there, key = field.related_model._meta.db_table, field.target_field.column
                yield (
                    f"a row of {model._meta.db_table} whose {field.name} is nowhere",
                    f"SELECT FROM {model._meta.db_table} t LEFT JOIN {there} r ON r.{key} = t.{field.column} "
                    f"WHERE t.{field.column} IS NOT NULL AND r.{key} IS NULL",
                )
