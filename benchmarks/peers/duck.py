"""Times questions to DuckDB on Parquet: python -m benchmarks.peers.duck reads its plan from stdin, as JSON.

`csv` is a file with a header, `questions` are named statements in which {table} stands for its Parquet, and `runs`
says how often each is timed. Prints the median milliseconds of each.
"""

import json
import statistics
import sys
import time
from typing import Any

import duckdb


def main() -> int:
    """Make the Parquet file, ask, print JSON."""
    plan = json.load(sys.stdin)
    parquet = f"{plan['csv']}.parquet"
    connection = duckdb.connect()
    connection.execute(f"COPY (SELECT * FROM read_csv('{plan['csv']}')) TO '{parquet}' (FORMAT parquet)")
    took = {
        name: _median(connection, question.format(table=f"'{parquet}'"), plan["runs"])
        for name, question in plan["questions"].items()
    }
    json.dump(took, sys.stdout)
    return 0


def _median(connection: Any, question: str, runs: int) -> float:
    times = []
    for _ in range(runs + 1):
        started = time.perf_counter()
        connection.execute(question).fetchall()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times[1:])


if __name__ == "__main__":
    sys.exit(main())
