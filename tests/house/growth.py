"""Whether work grows in proportion to its input, judged so that no busy machine can change the verdict."""

import gc
from collections.abc import Callable, Iterable
from math import inf
from time import thread_time

# For input 32 times as long, linear work takes 32 times as long and quadratic work 1,024 times. The limit, 181, is in
# the middle: a measurement has to be wrong by a factor of more than five to cross it, in either direction.
TIMES = 32
MOST_TIMES = TIMES**1.5
# Seconds: what takes less is over too soon to be measured, and never quadratic at the sizes that are tried.
SLACK = 0.01
ATTEMPTS = 5


def grows_in_proportion(seconds: Callable[[int], float], sizes: Iterable[int]) -> bool:
    """Whether work for 32 times an input of each of the sizes takes no more than its share.

    `seconds(size)` does the work once and gives the time it took. Give small sizes first, so that what is worse than
    quadratic is found before it takes for ever.
    """
    return all(_keeps_pace(seconds, size) for size in sizes)


def _keeps_pace(seconds: Callable[[int], float], size: int) -> bool:
    """Judge one size. Whatever else the machine does only adds time, so the least of all attempts is nearest the truth,
    and only an excess in every attempt counts."""
    short = long = inf
    for _ in range(ATTEMPTS):
        short = min(short, *(seconds(size) for _ in range(3)))
        long = min(long, seconds(TIMES * size))
        if long <= MOST_TIMES * short + SLACK:
            return True
    return False


def processor_seconds(work: Callable[[], object]) -> float:
    """Processor time of this thread that the work takes, without what is spent on collecting the garbage of others."""
    collects = gc.isenabled()
    gc.disable()
    try:
        begun = thread_time()
        work()
        return thread_time() - begun
    finally:
        if collects:
            gc.enable()
