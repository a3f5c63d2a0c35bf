"""Asks as fast as it is answered, over some connections at once: python -m benchmarks.load reads its plan from stdin.

The plan is JSON: host, port, seconds, and `connections`, each a list of requests [method, path, headers, body] that its
connection sends one after the other, with `repeat` from the start again when it has sent all. An answer is good that
has a status below 300 and `holds` in its body. Prints how many there were and the seconds that took.
"""

import http.client
import json
import sys
import threading
import time
from itertools import cycle
from typing import Any


def main() -> int:
    """Ask; prints JSON."""
    plan = json.load(sys.stdin)
    until = time.perf_counter() + plan["seconds"]
    results: list[tuple[int, list[int]]] = []
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
    json.dump({"answered": sum(good for good, _ in results), "seconds": took, "bad": bad}, sys.stdout)
    return 0


def _ask(plan: dict[str, Any], requests: list[Any], until: float) -> tuple[int, list[int]]:
    connection = http.client.HTTPConnection(plan["host"], plan["port"], timeout=30)
    good, bad = 0, []
    for method, path, headers, body in cycle(requests) if plan["repeat"] else requests:
        if time.perf_counter() > until:
            break
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        body_read = answer.read()
        if answer.status < 300 and plan["holds"].encode() in body_read:
            good += 1
        else:
            bad.append(answer.status)
    connection.close()
    return good, bad


if __name__ == "__main__":
    sys.exit(main())
