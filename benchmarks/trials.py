"""Whether trials hold what they promise: thousands of made-up ones in which the truth is known.

    python -m benchmarks.trials [--trials 2000] [--write]

Schedules are drawn by `patrols.trials.schedule`, incidents made up, and the interval is that of
`reports.trials.estimates`. Exits with 1 where a limit is broken. `--write` puts the table into docs/trials.md. Needs no
database.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from patrols.trials.power import TrialSize, power_of, smallest_fall
from patrols.trials.schedule import draw
from reports.trials.estimates import after_treated, strata_of, sums_of, t_quantile

PAGE = Path(__file__).resolve().parent.parent / "docs" / "trials.md"
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"
AREAS, DAYS = 20, 90
COVERED, FALSE = (0.94, 0.96), (0.04, 0.06)
POWER_OFF = 0.03
SEED = 1
Table = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class World:
    """How incidents happen: so many a place-day, varying `dispersion` times as much as a Poisson variable.

    Levels of places differ as a gamma variable of shape `levels`; whole days are better or worse by a gamma variable
    of variance `shocks`; levels of a place go up and down over `season` of themselves.
    """

    name: str
    expected: float = 0.5
    dispersion: float = 1.0
    levels: float | None = None
    shocks: float = 0.0
    season: float = 0.0
    block_days: int = 10
    treated_days: int = 5
    washout_days: int = 0

    @property
    def size(self) -> TrialSize:
        """What the stated power follows from."""
        return TrialSize(
            areas=AREAS,
            blocks=DAYS // self.block_days,
            block_days=self.block_days,
            treated_days=self.treated_days,
            expected=self.expected,
            dispersion=self.dispersion,
            washout_days=self.washout_days,
        )


WORLDS = (
    World(name="Equal places, by chance alone"),
    World(name="Days vary 1.5 times as much", dispersion=1.5),
    World(name="Days vary 3 times as much", dispersion=3.0),
    World(name="Unequal places", levels=1.0),
    World(name="Unequal places, days vary 2 times as much", levels=1.0, dispersion=2.0),
    World(name="Few incidents: 0.1 a day", expected=0.1),
    World(name="Few incidents, unequal places, varying", expected=0.1, levels=0.7, dispersion=1.5),
    World(name="Good and bad days everywhere", shocks=0.1),
    World(name="Seasons of each place", season=0.5, dispersion=1.5),
    World(name="2 of 6 days treated", block_days=6, treated_days=2, dispersion=1.5),
    World(name="3 of 10 days treated, washout of 1 day", treated_days=3, washout_days=1, dispersion=1.5),
)


@dataclass(frozen=True)
class Simulated:
    """Shares of trials in which the interval held the truth, without and with an effect; a difference was told where
    there was none; and the smallest fall of 80 % stated power was told.
    """

    world: World
    fall: float
    covered: tuple[float, float]
    false: float
    told: float
    stated: float

    @property
    def is_kept(self) -> bool:
        """Whether all limits were kept."""
        covered = all(COVERED[0] <= each <= COVERED[1] for each in self.covered)
        return covered and FALSE[0] <= self.false <= FALSE[1] and abs(self.told - self.stated) <= POWER_OFF


@dataclass
class Schedules:
    """Schedules of many trials, drawn once for each kind of block: trials, areas, days."""

    trials: int
    drawn: dict[tuple[int, int], Table] = field(default_factory=dict)

    def of(self, world: World) -> Table:
        """The schedules of trials as this world has them."""
        key = (world.block_days, world.treated_days)
        if key not in self.drawn:
            self.drawn[key] = np.array(list(self._draw(*key)))
        return self.drawn[key]

    def _draw(self, block_days: int, treated_days: int) -> Iterator[Table]:
        days = [date(2027, 1, 1) + timedelta(days=each) for each in range(DAYS)]
        plan = {
            "areas": [{"id": number, "stratum": 1} for number in range(AREAS)],
            "blocks": [[f"{day}" for day in days[at : at + block_days]] for at in range(0, DAYS, block_days)],
            "treated_days": treated_days,
        }
        for number in range(self.trials):
            treated = draw(number.to_bytes(32), plan)
            yield np.array([[day in treated[area] for day in days] for area in range(AREAS)])


def simulate(world: World, schedules: Schedules) -> Simulated:
    """Many trials without an effect, and as many with the smallest fall that is told with 80 % power."""
    fall = smallest_fall(world.size)
    if fall is None:
        raise ValueError(world.name)
    covered_none, false = _share(world, schedules, 1.0)
    covered_some, told = _share(world, schedules, 1 - fall)
    return Simulated(world, fall, (covered_none, covered_some), false, told, power_of(1 - fall, world.size))


def _share(world: World, schedules: Schedules, truth: float) -> tuple[float, float]:
    """In which shares of trials the interval held the truth, and left out 1."""
    treated = schedules.of(world)
    counts = _incidents(world, np.random.default_rng(SEED), treated, truth)
    kept = ~after_treated(treated, np.arange(DAYS), world.washout_days)
    blocks = np.arange(DAYS) // world.block_days
    sums = sums_of(strata_of(counts, np.full(DAYS, 24.0), treated, kept, blocks))
    reach = np.array([t_quantile(0.95, number - 1) for number in range(2, sums.number.max() + 1)])[sums.number - 2]
    # The interval is made of the ratios whose score is within reach.
    return float((abs(sums.score(truth)) <= reach).mean()), float((abs(sums.score(1.0)) > reach).mean())


def _incidents(world: World, random: np.random.Generator, treated: Table, truth: float) -> Table:
    trials = len(treated)
    mean = np.full(treated.shape, world.expected)
    if world.levels:
        levels = random.gamma(world.levels, 1.0, (trials, AREAS, 1))
        # What to expect of a trial is known of its own places.
        mean *= levels / levels.mean(axis=1, keepdims=True)
    if world.shocks:
        mean *= random.gamma(1 / world.shocks, world.shocks, (trials, 1, DAYS))
    if world.season:
        turns = random.uniform(0, 2 * np.pi, (trials, AREAS, 1))
        mean *= 1 + world.season * np.sin(turns + 2 * np.pi * np.arange(DAYS) / DAYS)
    mean = np.where(treated, truth * mean, mean)
    if world.dispersion == 1:
        return random.poisson(mean).astype(float)
    size = mean / (world.dispersion - 1)
    return random.negative_binomial(size, size / (size + mean)).astype(float)


def table(simulated: list[Simulated], trials: int) -> str:
    """What was measured, as Markdown."""
    lines = [
        f"{trials:,} trials of {AREAS} places and {DAYS} days in each row, twice: without an effect, and with the "
        "smallest fall that is said to be told with 80 % power.",
        "",
        "| World | Interval holds 1 | Interval holds the fall | False positives | Fall | Told | Stated | Kept |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    lines += [
        f"| {each.world.name} | {each.covered[0]:.1%} | {each.covered[1]:.1%} | {each.false:.1%} | {each.fall:.0%} | "
        f"{each.told:.1%} | {each.stated:.1%} | {'yes' if each.is_kept else '**no**'} |"
        for each in simulated
    ]
    return "\n".join(lines)


def main() -> int:
    """Simulate, print; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.trials", description=__doc__)
    parser.add_argument("--trials", type=int, default=2_000)
    parser.add_argument("--write", action="store_true", help="put the table into docs/trials.md")
    arguments = parser.parse_args()
    schedules = Schedules(arguments.trials)
    simulated = [simulate(world, schedules) for world in WORLDS]
    text = table(simulated, arguments.trials)
    print(text)
    if arguments.write:
        page = PAGE.read_text()
        PAGE.write_text(re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n{text}\n{END}", page, flags=re.DOTALL))
    return 0 if all(each.is_kept for each in simulated) else 1


if __name__ == "__main__":
    sys.exit(main())
