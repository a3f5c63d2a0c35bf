"""Asks as fast as it is answered, over some connections at once: python -m benchmarks.load reads its plan from stdin.

The plan is JSON: host, port, seconds, and `connections`, each a list of requests [method, path, headers, body] that its
connection sends one after the other, with `repeat` from the start again when it has sent all. An answer is good that
has a status below 300 and `holds` in its body. Prints how many there were, the seconds that took, and within how many
milliseconds half of them came, and 95 in a hundred.
"""

import http.client
import json
import statistics
import sys
import threading
import time
from itertools import cycle
from typing import Any


def main() -> int:
    """Ask; prints JSON."""
    plan = json.load(sys.stdin)
    until = time.perf_counter() + plan["seconds"]
    results: list[tuple[list[float], list[int]]] = []
    threads = [
        threading.Thread(target=lambda one=one: results.append(_ask(plan, one, until))) for one in plan["connections"]
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    bad = sorted({status for _, statuses in results for status in statuses})
    times = [time for times, _ in results for time in times]
    p50, p95 = (statistics.quantiles(times, n=20)[place] for place in (9, 18)) if len(times) > 1 else (0, 0)
    json.dump({"answered": len(times), "seconds": took, "bad": bad, "p50": p50, "p95": p95}, sys.stdout)
    return 0


def _ask(plan: dict[str, Any], requests: list[Any], until: float) -> tuple[list[float], list[int]]:
    """The milliseconds of each good answer, and the statuses of the others."""
    connection = http.client.HTTPConnection(plan["host"], plan["port"], timeout=30)
    good: list[float] = []
    bad = []
    for method, path, headers, body in cycle(requests) if plan["repeat"] else requests:
        if (started := time.perf_counter()) > until:
            break
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        body_read = answer.read()
        if answer.status < 300 and plan["holds"].encode() in body_read:
            good.append(1000 * (time.perf_counter() - started))
        else:
            bad.append(answer.status)
    connection.close()
    return good, bad


if __name__ == "__main__":
    sys.exit(main())
