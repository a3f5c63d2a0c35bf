"""The detail of arrests, stop searches and weapons, and what became of the arrests."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from outcomes.recording.rows import ArrestRow, SearchRow, WeaponRow
from patrols.shifts.rows import ShiftRow
from reports.demo.plan import Patrol, pick

OFFENCES = {
    "public_order_offences": 30,
    "violence_against_the_person": 26,
    "drug_offences": 15,
    "theft_offences": 12,
    "possession_of_weapons": 8,
    "criminal_damage_and_arson": 6,
    "robbery": 3,
}
POWERS_AND_OBJECTS = {
    ("mda_s23", "controlled_drugs"): 50,
    ("pace_s1", "offensive_weapons"): 24,
    ("pace_s1", "stolen_goods"): 12,
    ("pace_s1", "article_for_theft"): 7,
    ("pace_s1", "articles_for_criminal_damage"): 3,
    ("cjpoa_s60", "anything_to_threaten_or_harm"): 4,
}
LESSER_OUTCOMES = {
    "no_further_action": 74,
    "community_resolution": 12,
    "drugs_warning": 8,
    "penalty_notice": 3,
    "caution": 3,
}
ETHNICITIES = {
    ("W1", "white"): 58,
    ("W9", "white"): 9,
    ("B2", "black"): 6,
    ("B1", "black"): 4,
    ("A2", "asian"): 6,
    ("A9", "asian"): 3,
    ("M1", "mixed"): 4,
    ("O9", "other"): 2,
    ("NS", None): 8,
}
AGES = {"10_17": 32, "18_24": 34, "25_34": 20, "over_34": 14}
WEAPONS = {
    "bladed_article": 60,
    "flick_or_gravity_knife": 10,
    "machete_or_sword": 8,
    "zombie_style_knife": 8,
    "other_offensive_weapon": 8,
    "knuckleduster": 4,
    "imitation_firearm": 2,
}
IN_FORCE_FROM = {"zombie_style_knife": date(2024, 9, 24)}
FOUND_BY = {"weapons_sweep": 5, "arrest": 3, "surrender": 1, "found": 1}
SETTLED = {
    "charged": 30,
    "convicted": 24,
    "no_further_action": 18,
    "cautioned": 9,
    "community_resolution": 8,
    "acquitted": 3,
}
UNDER_WAY = {"charged": 34, "bailed": 22, "released_under_investigation": 24, "no_further_action": 12, "cautioned": 8}
SENTENCES = (28, 42, 56, 84, 112, 126, 182, 240, 365, 548)
DAYS_TO_COURT = 45
TO_FOLLOW = 0.6


def outcomes(
    shift: ShiftRow, patrol: Patrol, search_ids: Iterator[int], random: Random, *, until: date, fresh: bool
) -> Iterator[object]:
    """The patrol's searches, arrests and weapons. `fresh` ones may still wait for their detail; arrests know their
    justice outcome as of the day `until`."""
    arrests = patrol.outcomes["arrests"]
    searches = [
        _search(shift, next(search_ids), random, fresh, place < arrests)
        for place in range(patrol.outcomes["stop_searches"])
    ]
    yield from searches
    led_to_arrest = iter([search for search in searches if search.outcome_id == "arrest"])
    for _ in range(arrests):
        yield _arrest(shift, patrol.day, next(led_to_arrest, None), random, until=until, fresh=fresh)
    fruitful = iter([search for search in searches if search.found])
    for _ in range(patrol.outcomes["weapons"]):
        yield _weapon(shift, patrol.day, next(fruitful, None), random, fresh)


def moment(shift: ShiftRow, random: Random) -> datetime:
    """A minute within the shift."""
    minutes = int((shift.ends_at - shift.starts_at).total_seconds()) // 60
    return shift.starts_at + timedelta(minutes=random.randrange(minutes))


def _waits(random: Random, fresh: bool) -> bool:
    return fresh and random.random() < TO_FOLLOW


def _reference(prefix: str, at: datetime, random: Random) -> str:
    return f"{prefix}/{random.randrange(100_000):05d}/{at:%y}" if random.random() < 0.7 else ""


def _search(shift: ShiftRow, number: int, random: Random, fresh: bool, may_lead_to_arrest: bool) -> SearchRow:
    if _waits(random, fresh):
        return SearchRow(number, shift.id, True)
    power, sought = pick(POWERS_AND_OBJECTS, random)
    arrest = may_lead_to_arrest and random.random() < 0.6
    outcome = "arrest" if arrest else pick(LESSER_OUTCOMES, random)
    found = outcome != "no_further_action" or random.random() < 0.05
    said, seen = pick(ETHNICITIES, random)
    at = moment(shift, random)
    return SearchRow(
        id=number,
        shift_id=shift.id,
        detail_to_follow=False,
        happened_at=at,
        reference=_reference("SS", at, random),
        power_id=power,
        object_id=sought,
        outcome_id=outcome,
        found=found,
        linked=random.random() < 0.8 if found else None,
        self_defined_ethnicity_id=said,
        officer_defined_ethnicity_id=seen,
        age_band_id=pick(AGES, random),
    )


def _arrest(
    shift: ShiftRow, day: date, search: SearchRow | None, random: Random, *, until: date, fresh: bool
) -> ArrestRow:
    if search is None and _waits(random, fresh):
        return ArrestRow(shift.id, True)
    at = search.happened_at if search and search.happened_at else moment(shift, random)
    outcome, outcome_on, custody = _justice(day, until, random)
    return ArrestRow(
        shift_id=shift.id,
        detail_to_follow=False,
        happened_at=at,
        reference=_reference("C", at, random),
        offence_group_id=pick(OFFENCES, random),
        stop_search_id=search.id if search else None,
        justice_outcome_id=outcome,
        justice_outcome_on=outcome_on,
        custody_days=custody,
    )


def _justice(day: date, until: date, random: Random) -> tuple[str | None, date | None, int | None]:
    """What became of an arrest by the day `until`, since when, and the days of custody for some convictions."""
    known_days = (until - day).days
    if known_days < 2 or random.random() < 0.1:
        return None, None, None
    outcome = pick(SETTLED if known_days > DAYS_TO_COURT else UNDER_WAY, random)
    after = (
        random.randint(DAYS_TO_COURT, known_days) if outcome == "convicted" else random.randint(1, min(28, known_days))
    )
    custody = random.choice(SENTENCES) if outcome == "convicted" and random.random() < 0.5 else None
    return outcome, day + timedelta(days=after), custody


def _weapon(shift: ShiftRow, day: date, search: SearchRow | None, random: Random, fresh: bool) -> WeaponRow:
    if search is None and _waits(random, fresh):
        return WeaponRow(shift.id, True)
    known = {code: weight for code, weight in WEAPONS.items() if day >= IN_FORCE_FROM.get(code, day)}
    at = search.happened_at if search and search.happened_at else moment(shift, random)
    return WeaponRow(
        shift_id=shift.id,
        detail_to_follow=False,
        happened_at=at,
        reference=_reference("EX", at, random),
        kind_id=pick(known, random),
        found_by_id="search" if search else pick(FOUND_BY, random),
        stop_search_id=search.id if search else None,
    )
