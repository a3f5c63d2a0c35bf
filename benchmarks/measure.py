"""Times things side by side on one connection, and says which limits they keep."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Action = Callable[[], Any]
RUNS = 31


@dataclass(frozen=True)
class Result:
    """The medians of one measurement in milliseconds, against what it is measured against, and its limits."""

    what: str
    milliseconds: float
    against: str
    against_milliseconds: float
    at_most_times: float | None
    at_most_milliseconds: float

    @property
    def times(self) -> float:
        """How many times as long it takes as what it is measured against."""
        return self.milliseconds / self.against_milliseconds

    @property
    def is_kept(self) -> bool:
        """Whether both limits are kept."""
        slow = self.at_most_times is not None and self.times > self.at_most_times
        return not slow and self.milliseconds <= self.at_most_milliseconds


def side_by_side(first: Action, second: Action, *, runs: int = RUNS) -> tuple[float, float]:
    """The median milliseconds of two actions, run in turns so that the machine's moods meet both alike."""
    first(), second()
    pairs = [(milliseconds(first), milliseconds(second)) for _ in range(runs)]
    return statistics.median(one for one, _ in pairs), statistics.median(other for _, other in pairs)


def milliseconds(action: Action) -> float:
    """How long an action takes, once."""
    started = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - started)


def most_memory() -> float:
    """The most megabytes that this program has had; getrusage would count what its parent had when it was forked."""
    lines = Path("/proc/self/status").read_text().splitlines()
    kilobytes = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))
    return kilobytes / 1024


def measured_apart(module: str, *arguments: str, at_most_megabytes: float | None = None) -> dict[str, Any]:
    """What a program of its own printed as JSON, which has a memory of its own: `python -m module arguments`.

    Raises AssertionError where it took more memory than that.
    """
    done = subprocess.run([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, check=True)
    measured: dict[str, Any] = json.loads(done.stdout)
    what = " ".join([module.rpartition(".")[2], *arguments[:1]])
    print(f"{what}: {measured['milliseconds'] / 1000:,.1f} seconds, {measured['megabytes']:.0f} MB")
    if at_most_megabytes is not None and measured["megabytes"] > at_most_megabytes:
        raise AssertionError(f"{what} took {measured['megabytes']:.0f} MB of memory")
    return measured


def table(results: Sequence[Result]) -> str:
    """The results as a Markdown table."""
    lines = [
        "| What | Median | Against | Ratio | Limits | Kept |",
        "|---|---:|---|---:|---|---|",
    ]
    return "\n".join([*lines, *(_line(result) for result in results)])


def _line(result: Result) -> str:
    limits = [f"{result.at_most_milliseconds:,.0f} ms"]
    if result.at_most_times is not None:
        limits.insert(0, f"{result.at_most_times:g}×")
    return (
        f"| {result.what} | {result.milliseconds:,.1f} ms | {result.against}, {result.against_milliseconds:,.1f} ms | "
        f"{result.times:.3g}× | {', '.join(limits)} | {'yes' if result.is_kept else '**no**'} |"
    )
