"""The patrols of Operation Hotspot from its launch to 10 December 2024, 10:55am, dealt so that they count to what was
published: the whole period, June 2024, and St Albans from May to September."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from random import Random

from hotspot.core.calendar import Period
from reports.demo.plan import PO, Beat, Patrol, Stratum, deal, draw_patrol, london, outcomes_of
from reports.demo.reference import LAUNCH

# The last night that was over by then.
LAST_NIGHT = date(2024, 12, 9)
JUNE = list(Period.month(date(2024, 6, 1)).each_day())
REST_OF_SUMMER = [day for day in Period(LAUNCH, date(2024, 9, 30)).each_day() if day.month != 6]
AUTUMN = list(Period(date(2024, 10, 1), LAST_NIGHT).each_day())
EVERY_DAY = list(Period(LAUNCH, LAST_NIGHT).each_day())

# Minutes that round to the published hours, but are not round themselves: nobody's month is.
WHOLE_PERIOD = 12_212 * 60 + 7
JUNE_EVERYWHERE = 1_100 * 60 + 12
ST_ALBANS_SUMMER = 800 * 60 - 8
ST_ALBANS_JUNE = 7_680
ELSEWHERE_SUMMER = 361_000

REASONS = (
    "Entered twice",
    "Wrong area chosen. Logged again under the right one",
    "Entered by mistake while training a new colleague",
    "This crew was sent to an incident elsewhere and did not patrol",
)
CALLED_OFF = "Called off: the crew was needed at an incident"


def counted(beats: Sequence[Beat], random: Random) -> list[Patrol]:
    """The 1,457 patrols that the headline counts, stratum by stratum."""
    return [patrol for stratum in _strata(beats) for patrol in deal(stratum, random)]


def _strata(beats: Sequence[Beat]) -> tuple[Stratum, ...]:
    """Five parts without overlap. What June and St Albans share is in the first."""
    by_town = {beat.area.town: beat for beat in beats}
    st_albans = by_town["St Albans"]
    elsewhere = [beat for beat in beats if beat is not st_albans]
    june = Stratum(
        beats=[st_albans], days=JUNE, patrols=15, minutes=ST_ALBANS_JUNE,
        outcomes=outcomes_of(2, 2, 1, 18, 6),
    )  # fmt: skip
    june_elsewhere = Stratum(
        beats=elsewhere, days=JUNE, patrols=116, minutes=JUNE_EVERYWHERE - ST_ALBANS_JUNE,
        outcomes=outcomes_of(13, 21, 5, 90, 50),
    )  # fmt: skip
    summer = Stratum(
        beats=[st_albans], days=REST_OF_SUMMER, patrols=80, minutes=ST_ALBANS_SUMMER - ST_ALBANS_JUNE,
        outcomes=outcomes_of(12, 11, 1, 77, 34),
    )  # fmt: skip
    summer_elsewhere = Stratum(
        beats=elsewhere, days=REST_OF_SUMMER, patrols=720, minutes=ELSEWHERE_SUMMER,
        outcomes=outcomes_of(72, 140, 8, 300, 260), given=[_carnival(by_town["Watford"])],
    )  # fmt: skip
    autumn = Stratum(
        beats=beats, days=AUTUMN, patrols=526,
        minutes=WHOLE_PERIOD - JUNE_EVERYWHERE - (ST_ALBANS_SUMMER - ST_ALBANS_JUNE) - ELSEWHERE_SUMMER,
        outcomes=outcomes_of(58, 123, 7, 220, 180),
        given=[_clocks_back(by_town["Hitchin"]), _lights(by_town["Stevenage"])],
    )  # fmt: skip
    return june, june_elsewhere, summer, summer_elsewhere, autumn


def _carnival(beat: Beat) -> Patrol:
    day = date(2024, 8, 31)
    return Patrol(
        beat, day, london(day, "12:00"), 750, (PO, PO), is_fixed=True,
        warnings=("long_shift",), doubts_reason="Carnival: the crew stayed on until the streets were clear",
    )  # fmt: skip


def _lights(beat: Beat) -> Patrol:
    day = date(2024, 11, 23)
    return Patrol(
        beat, day, london(day, "11:00"), 735, (PO, PO, PO), is_fixed=True,
        warnings=("long_shift",), doubts_reason="Christmas lights, then the late buses",
    )  # fmt: skip


def _clocks_back(beat: Beat) -> Patrol:
    """10pm to 6am on the night the clocks went back: nine hours."""
    day = date(2024, 10, 26)
    return Patrol(beat, day, london(day, "22:00"), 9 * 60, (PO, PO), is_fixed=True)


def not_counted(beats: Sequence[Beat], standing: Sequence[Patrol], random: Random) -> list[Patrol]:
    """What no headline figure counts: patrols as business as usual, and patrols to be voided."""
    usual = Stratum(beats=beats, days=EVERY_DAY, patrols=40, outcomes=outcomes_of(9, 16, 2, 22))
    wrong = Stratum(beats=beats, days=EVERY_DAY, patrols=9, outcomes=outcomes_of(2, 3, 0, 5))
    twice = random.sample(list(standing), 6)
    return [
        *(replace(patrol, is_business_as_usual=True) for patrol in deal(usual, random)),
        *(replace(patrol, is_anonymous=True, void_reason=random.choice(REASONS[1:])) for patrol in deal(wrong, random)),
        *(replace(patrol, is_anonymous=True, void_reason=REASONS[0]) for patrol in twice),
    ]


def called_off(beats: Sequence[Beat], random: Random) -> list[Patrol]:
    """Patrols that were planned and never walked."""
    planned = [draw_patrol(random.choice(beats), random.choice(EVERY_DAY), random) for _ in range(4)]
    return [replace(patrol, cancel_reason=CALLED_OFF) for patrol in planned]
