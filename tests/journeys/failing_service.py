"""The service in processes of its own, which die or lose their database at any step: what phones send to at night.

`--socket` is one to listen on, `--begins` what time it is, in seconds. The seed in `--folder`/seed says what goes
wrong; nothing does while it is empty. With `--recovers` the database server itself crashes, with everything on it;
without, the connection is cut.
"""

import os
import random
import signal
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
import psycopg2
import time_machine
from django.conf import settings
from django.db import connection
from gunicorn.app.base import BaseApplication

# A shift is logged in about thirty statements; what goes wrong at a later step does so when it is stored.
STEPS = 45
ENDS = ("", "process", "database")


class Fate:
    """What becomes of one attempt to log a shift: at which statement its process dies, or its database."""

    def __init__(self, chance: random.Random, *, recovers: bool) -> None:
        self.end, self.left, self.recovers = chance.choice(ENDS), chance.randint(1, STEPS), recovers

    def __call__(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        """A statement, before which it may be over."""
        self.left -= 1
        if self.left == 0:
            self.come()
        return execute(*arguments)

    def come(self) -> None:
        """Now."""
        end, self.end = self.end, ""
        if end == "process":
            os.kill(os.getpid(), signal.SIGKILL)
        elif end == "database" and connection.connection is not None:
            self._end_database(connection.connection.info.backend_pid)

    def _end_database(self, backend: int) -> None:
        if self.recovers:
            os.kill(backend, signal.SIGKILL)
            return
        other = psycopg2.connect(**connection.get_connection_params())
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
        other.close()


class Failing:
    """What logs a shift, when it lets it."""

    def __init__(self, log: Callable[..., Any], folder: Path, *, recovers: bool) -> None:
        self.log, self.folder, self.recovers = log, folder, recovers

    def __call__(self, **values: Any) -> Any:
        """Log it, and fail as the seed, the submission and the number of the attempt have it."""
        seed = (self.folder / "seed").read_text()
        if not seed:
            return self.log(**values)
        fate = Fate(random.Random(f"{seed} {self._attempt(values['submission_id'])}"), recovers=self.recovers)
        with connection.execute_wrapper(fate):
            logged = self.log(**values)
        fate.come()
        return logged

    def _attempt(self, submission: Any) -> str:
        """A name of this attempt, counted in a file: the process may not outlive it."""
        with (self.folder / str(submission)).open("ab") as attempts:
            attempts.write(b".")
            return f"{submission} {attempts.tell()}"


class Service(BaseApplication):
    """The service as gunicorn runs it, with two processes to lose."""

    def __init__(self, chosen: Namespace) -> None:
        self.chosen = chosen
        super().__init__()

    def load_config(self) -> None:
        """Everything is loaded once, and a process that dies is replaced at once."""
        size = {
            "control_socket_disable": True,
            "workers": 2,
            "worker_class": "gthread",
            "threads": 4,
            "preload_app": True,
            "timeout": 0,
        }
        for name, value in {"bind": f"fd://{self.chosen.socket}", "post_fork": self._begin, **size}.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, whose offline queue logs shifts through `Failing`."""
        django.setup()
        settings.WHITENOISE_USE_FINDERS = True
        # A shift that was acknowledged is stored, also where the rest of the tests do without.
        settings.DATABASES["default"]["OPTIONS"]["options"] += " -c synchronous_commit=on"
        from hotspot.wsgi import application  # noqa: PLC0415 - what it loads needs the settings
        from outcomes.offline import views  # noqa: PLC0415 - likewise

        failing = Failing(views.recording.log_shift, self.chosen.folder, recovers=self.chosen.recovers)
        views.recording.log_shift = failing  # type: ignore[assignment]
        return application

    def _begin(self, server: object, worker: object) -> None:
        """Each process has the time of the tests, and gunicorn its own."""
        time_machine.travel(datetime.fromtimestamp(self.chosen.begins, tz=UTC), tick=True).start()


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("--socket", type=int, required=True)
    parser.add_argument("--begins", type=float, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--recovers", action="store_true")
    Service(parser.parse_args()).run()
