"""A process that outlives the script that started it just long enough to clean up after it.

It is told on its standard input what to stop and what to delete, one JSON object a line. When that input ends, because
the script finished or because it was killed, it stops every process, the latest first, and then deletes the folders.
"""

import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

GRACE_SECONDS = 10


def family(process: psutil.Process) -> list[psutil.Process]:
    """A process, all that descend from it, and what it left behind in its process group."""
    try:
        found = {process, *process.children(recursive=True)}
    except psutil.NoSuchProcess:
        found = set()
    return [*found, *(other for other in psutil.process_iter() if _is_led_by(other, process.pid))]


def _is_led_by(process: psutil.Process, leader: int) -> bool:
    try:
        return os.getpgid(process.pid) == leader
    except OSError:
        return False


def stop(process: psutil.Process, *, with_signal: int) -> None:
    """Ask a process to stop, then whatever it leaves behind, and kill who will not."""
    members = family(process)
    _send(with_signal, [process])
    wait_for([process])
    left = {*members, *family(process)}
    _send(signal.SIGTERM, left)
    wait_for(left)
    _send(signal.SIGKILL, left)


def _send(number: int, processes: Iterable[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def wait_for(processes: Iterable[psutil.Process]) -> None:
    """Wait until all have ended, but not for ever. A dead process that nobody has reaped counts as ended."""
    for _ in range(int(GRACE_SECONDS * 20)):
        if not any(_is_alive(process) for process in processes):
            return
        time.sleep(0.05)


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def main() -> None:
    """Take orders until there are no more, then carry them out in reverse."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    processes: list[tuple[psutil.Process, int]] = []
    folders: list[Path] = []
    for line in sys.stdin:
        order = json.loads(line)
        if "folder" in order:
            folders.append(Path(order["folder"]))
        elif psutil.pid_exists(order["stop"]):
            processes.append((psutil.Process(order["stop"]), order["signal"]))
    for process, with_signal in reversed(processes):
        stop(process, with_signal=with_signal)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
