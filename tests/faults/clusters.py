"""PostgreSQL servers of a test's own, dumped and restored as docs/deployment.md does it."""

import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import connection

from script.processes import Processes

PATIENT = "-c statement_timeout=0 -c pgtrigger.ignore={}"


@dataclass
class Cluster:
    """A PostgreSQL server of this test's own. `programs` are PostgreSQL's, `folder` holds its data."""

    processes: Processes
    folder: Path
    sockets: str

    def start(self, **settings: str) -> None:
        """Start the server, with these settings of its own; one that runs is stopped first."""
        from script import embedded  # noqa: PLC0415 - needs the wheels, which `clusters` asks for

        settings = {**embedded.PASSING, "max_connections": "20", **settings}
        embedded.start_postgres(self.processes, folder=self.folder, sockets=self.sockets, settings=settings)

    def recover(self) -> None:
        """Let the server recover from its write-ahead log, as to a point in time, onto a timeline of its own."""
        (data,) = self.folder.glob("postgresql-*")
        signal = data / "recovery.signal"
        signal.touch()
        signal.chmod(0o666)
        self.start(restore_command="false", recovery_target_action="promote", hot_standby="off")

    @property
    def programs(self) -> Path:
        from script import embedded  # noqa: PLC0415

        return embedded.reachable_programs(self.folder)

    @contextmanager
    def used(self, database: str = "hotspot") -> Iterator[None]:
        """Let the product work on a database of this server."""
        kept = {
            name: connection.settings_dict[name] for name in ("HOST", "PORT", "USER", "PASSWORD", "NAME", "OPTIONS")
        }
        own = {"HOST": self.sockets, "PORT": "", "USER": "hotspot", "PASSWORD": "", "NAME": database}
        connection.close()
        connection.settings_dict.update(own, OPTIONS=kept["OPTIONS"] | {"options": PATIENT})
        ContentType.objects.clear_cache()
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict.update(kept)
            ContentType.objects.clear_cache()

    def sql(self, statement: str, *values: object, database: str = "hotspot") -> None:
        import psycopg2  # noqa: PLC0415

        with closing(psycopg2.connect(host=self.sockets, user="hotspot", dbname=database)) as own:
            own.autocommit = True
            with own.cursor() as cursor:
                cursor.execute(statement, values or None)

    def dump(self, into: Path) -> Path:
        """As docs/deployment.md does it."""
        command = [self.programs / "pg_dump", f"--host={self.sockets}", "--username=hotspot", "--format=custom"]
        with into.open("wb") as output:
            subprocess.run([*command, "hotspot"], stdout=output, check=True)
        return into

    def restore(self, dump: Path, *options: str, database: str = "hotspot") -> None:
        """As docs/deployment.md does it."""
        command = [self.programs / "pg_restore", f"--host={self.sockets}", "--username=hotspot", f"--dbname={database}"]
        with dump.open("rb") as content:
            subprocess.run([*command, "--exit-on-error", *options], stdin=content, check=True)


def start_cluster(processes: Processes) -> Cluster:
    """A server with an empty database `hotspot`. It stops with `processes`."""
    from script import embedded  # noqa: PLC0415

    folder = embedded.make_temporary_folder(processes)
    (folder / "log").mkdir()
    cluster = Cluster(processes, folder, str(embedded.make_socket_folder(processes)))
    cluster.start()
    return cluster
