"""Starts programs and makes sure that they stop with us, however we end."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Command = Sequence[str | Path]


class ScriptError(Exception):
    """Something could not be started or done; the message is for the person at the terminal."""


class Processes:
    """The programs started inside a `with` block. Its end, or our death, stops them: see `script/guard.py`.

    Inside the block, Ctrl-C, TERM and a closed terminal all arrive as KeyboardInterrupt.
    """

    def __init__(self) -> None:
        self._started: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, _interrupt) for number in STOPPING}
        reading, writing = os.pipe()
        self._guard = subprocess.Popen(
            [sys.executable, "-m", "script.guard"], stdin=reading, cwd=ROOT, start_new_session=True
        )
        os.close(reading)
        self._orders = os.fdopen(writing, "w")
        return self

    def start(
        self, name: str, command: Command, *, stop_with: int = signal.SIGTERM, **options: Any
    ) -> subprocess.Popen[bytes]:
        """Start a program out of the terminal's reach; gives the running process. Options are those of Popen."""
        quiet: dict[str, Any] = {"stdin": subprocess.DEVNULL, "cwd": ROOT, "start_new_session": True}
        process = subprocess.Popen([*map(str, command)], **(quiet | options))
        self._order(stop=process.pid, signal=int(stop_with))
        self._started[name] = process
        return process

    def run(self, name: str, command: Command, **options: Any) -> None:
        """Run a program to its end; raises ScriptError when it does not succeed."""
        code = self.start(name, command, **options).wait()
        del self._started[name]
        if code:
            raise ScriptError(f"{name} failed (exit code {code}).")

    def run_in_terminal(self, name: str, command: Command, **options: Any) -> int:
        """Run a program that keeps the terminal, Ctrl-C included; gives its exit code as a shell would."""
        process = self.start(name, command, stop_with=signal.SIGINT, stdin=None, start_new_session=False, **options)
        if os.isatty(0):
            # The terminal sends Ctrl-C to the program itself, which may well want to go on: a Python prompt does.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        code = process.wait()
        signal.signal(signal.SIGINT, _interrupt)
        del self._started[name]
        return code if code >= 0 else 128 - code

    def remove_at_end(self, folder: Path) -> None:
        """Delete a folder once everything has stopped."""
        self._order(folder=str(folder))

    def ended(self) -> str | None:
        """The name and exit code of a started program that is no longer running, in words; None while all run."""
        for name, process in self._started.items():
            if process.poll() is not None:
                return f"{name} stopped by itself (exit code {process.returncode})."
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)
        self._orders.close()
        while self._guard.poll() is None:
            # A child that has ended stays in the process table, and so alive to the guard, until we look at it.
            self.ended()
            time.sleep(0.02)
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _order(self, **order: int | str) -> None:
        self._orders.write(json.dumps(order) + "\n")
        self._orders.flush()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
