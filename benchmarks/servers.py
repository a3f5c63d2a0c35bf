"""Web servers on ports of their own: the product's as production runs it, and those of its peers."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from benchmarks.peers import statements

ROOT = Path(__file__).resolve().parent.parent
PEERS = ROOT / ".venv-peers" / "bin"


def missing_peers() -> str:
    """Why FastAPI, Datasette and DuckDB are not measured; empty where they are installed."""
    if (PEERS / "datasette").exists():
        return ""
    return (
        "FastAPI, Datasette and DuckDB were left out: they are not installed. Make `.venv-peers` and install "
        "`requirements-peers.txt` into it."
    )


@contextmanager
def product() -> Iterator[int]:
    """The product, with the ModelSerializer views beside it; gives its port."""
    port = _free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", "hotspot.wsgi", f"--bind=127.0.0.1:{port}", "--log-level=error"),
        *("--worker-class=gthread", "--workers=2", "--threads=8", "--keep-alive=30"),
    ]
    connection.close()
    with _running(command, f"http://127.0.0.1:{port}/healthz", DJANGO_SETTINGS_MODULE="benchmarks.settings"):
        yield port


@contextmanager
def fastapi() -> Iterator[int]:
    """FastAPI and asyncpg under uvicorn, with as many processes as the product has; gives its port."""
    port = _free_port()
    command = [
        str(PEERS / "python"),
        "-m",
        "uvicorn",
        "benchmarks.peers.fastapi_app:app",
        "--workers=2",
        f"--port={port}",
    ]
    with _running([*command, "--log-level=error"], f"http://127.0.0.1:{port}/healthz"):
        yield port


@contextmanager
def datasette() -> Iterator[int]:
    """Datasette on a copy of the newest 100,000 shifts, its list of 50 a query with a name; gives its port."""
    port = _free_port()
    with tempfile.TemporaryDirectory() as folder:
        copy, metadata = Path(folder) / "copy.db", Path(folder) / "metadata.json"
        copy_newest(copy)
        queries = {"newest": {"sql": statements.NEWEST_OF_COPY}}
        metadata.write_text(json.dumps({"databases": {"copy": {"queries": queries}}}))
        options = ["--immutable", str(copy), "--metadata", str(metadata), f"--port={port}"]
        command = [str(PEERS / "datasette"), "serve", *options]
        with _running(command, f"http://127.0.0.1:{port}/-/versions.json"):
            yield port


def copy_newest(path: Path) -> None:
    """Write the newest shifts and what belongs to them into a new SQLite file, indexed as they are here."""
    with sqlite3.connect(path) as copy, connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        numbers: list[int] = []
        for table, sql in statements.COPIED.items():
            cursor.execute(sql, [numbers] if "%s" in sql else None)
            names = [column.name for column in cursor.description]
            copy.execute(f"CREATE TABLE {table} ({', '.join(names)})")
            places = ", ".join("?" * len(names))
            rows = [tuple(map(_plain, row)) for row in cursor.fetchall()]
            copy.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
            if table == "shift":
                numbers = [row[names.index("id")] for row in rows]
        copy.execute("CREATE INDEX newest ON shift (starts_at DESC, id DESC)")
        copy.execute("CREATE UNIQUE INDEX area_id ON area (id)")
        for table in statements.COPIED.keys() - {"shift", "area"}:
            copy.execute(f"CREATE INDEX {table}_shift ON {table} (shift_id)")
    copy.close()


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _running(command: Sequence[str], address: str, **environment: str) -> Iterator[None]:
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "cwd": ROOT, "env": os.environ | environment}
    with subprocess.Popen(command, **quiet) as server:
        try:
            _wait(address)
            yield
        finally:
            server.terminate()


def _wait(address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - our own server
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"no server answered at {address}")
