"""What `script/server` keeps between runs, and what it tells the other scripts while it runs."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from script.embedded import Servers
from script.processes import ROOT, ScriptError


def state_folder() -> Path:
    """Where this checkout keeps its database and logs.

    Root's is outside the checkout: the account that runs PostgreSQL for root must reach it, and a checkout is often in
    a closed home. Each checkout has its own.
    """
    if os.geteuid() != 0:
        return ROOT / "var"
    return Path("/var/lib") / f"operation-hotspot-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]}"


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder for this process; raises ScriptError, naming the address, when another one holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with _hold(folder) as held:
        if not held:
            raise ScriptError(_already_running(folder))
        forget(folder)
        try:
            yield
        finally:
            forget(folder)


@contextmanager
def _hold(folder: Path) -> Iterator[bool]:
    with (folder / "server.lock").open("a") as lock:
        try:
            # The kernel lets go of it when this process ends, however it ends.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _already_running(folder: Path) -> str:
    about = _read(folder)
    if "address" not in about:
        return (
            "Operation Hotspot is being started from this checkout already, or a script/manage command has its "
            "database. Wait until it prints its address, or until that command ends."
        )
    return (
        f"Operation Hotspot is running already at {about['address']} (process {about['process']}). "
        "Use that one, or stop it with Ctrl-C in its window."
    )


def remember(folder: Path, *, servers: Servers, address: str = "") -> None:
    """Write down where the servers, and the page once it answers, are. The file holds a password: owner only."""
    about = {"process": os.getpid(), "servers": asdict(servers)} | ({"address": address} if address else {})
    with open(folder / "running.json", "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        json.dump(about, file)


def forget(folder: Path) -> None:
    """Remove the note of the last run and, after a crash, the socket folder it left."""
    sockets = _read(folder).get("servers", {}).get("socket_folder")
    if sockets:
        shutil.rmtree(Path(sockets).parent, ignore_errors=True)
    (folder / "running.json").unlink(missing_ok=True)


def running_servers(folder: Path) -> Servers | None:
    """The servers that `script/server` has running; None when it has none, or is not running."""
    if not folder.exists():
        return None
    with _hold(folder) as held:
        about = {} if held else _read(folder)
    return Servers(**about["servers"]) if about else None


def running_port(folder: Path) -> int | None:
    """The port on which the pages of `script/server` answer; None when they do not yet."""
    address: str = _read(folder).get("address", "")
    return urlsplit(address).port


def _read(folder: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads((folder / "running.json").read_text())
        return state
    except (FileNotFoundError, ValueError):
        return {}
