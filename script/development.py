"""Runs the whole product on one machine with demonstration data: what `script/server` does."""

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from script import embedded
from script.processes import Processes, ScriptError
from script.state import only_one, remember, state_folder

USUAL_PORT = 8000
START_SECONDS = 120
MANAGE = (sys.executable, "manage.py")
CELERY = (sys.executable, "-m", "celery", "--quiet", "-A", "hotspot", "worker", "--beat", "--concurrency=2")


def main() -> int:
    """Start everything, tell where it is, and stay until told to stop; gives the exit code."""
    options = parse(sys.argv[1:])
    folder = state_folder()
    try:
        with only_one(folder), Processes() as processes:
            serve(processes, folder=folder, options=options)
    except ScriptError as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.")
    return 0


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options of `script/server`: `port`, which is None when the usual one will do, and `fresh`."""
    parser = argparse.ArgumentParser(prog="script/server", description="Run Operation Hotspot on this machine.")
    parser.add_argument("--port", type=port_number, default=os.environ.get("PORT") or None, help="instead of 8000")
    parser.add_argument("--fresh", action="store_true", help="throw the demonstration data away and load it again")
    return parser.parse_args(arguments)


def port_number(text: str) -> int:
    """A port between 1 and 65535; raises argparse's error for anything else."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 1 to 65535")
    return int(text)


def serve(processes: Processes, *, folder: Path, options: argparse.Namespace) -> None:
    """Start the servers, prepare the data, start the product, and watch over it. Returns only by an exception."""
    port = choose_port(options.port)
    print("Starting PostgreSQL and Valkey ...", flush=True)
    servers = embedded.start(processes, folder=folder, tuning="development")
    remember(folder, servers=servers)
    environment = servers.environment(debug=True, port=port)
    prepare_data(processes, servers=servers, environment=environment, fresh=options.fresh)
    start_product(processes, folder=folder, port=port, environment=environment)
    address = f"http://127.0.0.1:{port}/"
    wait_for_page(address, processes=processes)
    remember(folder, servers=servers, address=address)
    announce(address, folder=folder, environment=environment)
    watch(processes)


def choose_port(wanted: int | None) -> int:
    """The port asked for, or the first free one from 8000; raises ScriptError when the one asked for is taken."""
    if wanted is not None:
        if is_free(wanted):
            return wanted
        raise ScriptError(
            f"Port {wanted} cannot be used: another program has it, or it is reserved. Choose another: --port."
        )
    for port in range(USUAL_PORT, USUAL_PORT + 100):
        if is_free(port):
            if port != USUAL_PORT:
                print(f"Port {USUAL_PORT} is taken by another program; using {port}.", flush=True)
            return port
    raise ScriptError(f"No port from {USUAL_PORT} to {USUAL_PORT + 99} is free. Choose one: --port.")


def is_free(port: int) -> bool:
    """Whether this process may listen on a port of this machine."""
    with socket.socket() as probe:
        # As the web server does it: a port whose last connection closed a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def prepare_data(
    processes: Processes, *, servers: embedded.Servers, environment: Mapping[str, str], fresh: bool
) -> None:
    """Bring the database up to date, and fill it the first time."""
    if fresh:
        embedded.drop_database(servers)
    patient = {**environment, "STATEMENT_TIMEOUT_MS": "0"}
    print("Preparing the database ...", flush=True)
    processes.run("Migrating the database", [*MANAGE, "migrate", "--verbosity=0"], env=patient)
    print("Loading the demonstration data, unless it is there already ...", flush=True)
    processes.run("Loading the demonstration data", [*MANAGE, "load_demo"], env=patient)


def start_product(processes: Processes, *, folder: Path, port: int, environment: Mapping[str, str]) -> None:
    """Start the web server, which reloads itself when code changes, and the worker, which does not."""
    # Neither needs to say that it is not meant for a real service: this is not one.
    quiet = {
        **environment,
        "DJANGO_RUNSERVER_HIDE_WARNING": "true",
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges:UserWarning",
    }
    processes.start("The web server", [*MANAGE, "runserver", f"127.0.0.1:{port}"], env=quiet, stop_with=signal.SIGINT)
    schedule = folder / "celerybeat-schedule"
    processes.start("The worker", [*CELERY, f"--schedule={schedule}", "--loglevel=warning"], env=quiet)


def wait_for_page(address: str, *, processes: Processes) -> None:
    """Wait until the first page answers; raises ScriptError when a program ends first or no answer comes."""
    for _ in range(START_SECONDS * 5):
        if ended := processes.ended():
            raise ScriptError(ended)
        if status := answer(address):
            if status >= 500:
                # Not a reason to stop: whoever is working on that page sees it come back when it is mended.
                print(f"The first page answers with an error ({status}); the lines above say why.", flush=True)
            return
        time.sleep(0.2)
    raise ScriptError(f"{address} gives no answer. The lines above may say why.")


def answer(address: str) -> int | None:
    """The status of the page at an address, or None when nothing answers there."""
    try:
        with urllib.request.urlopen(address, timeout=30) as page:  # noqa: S310  (an address of our own)
            return int(page.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def announce(address: str, *, folder: Path, environment: Mapping[str, str]) -> None:
    """Print where the product is and who can sign in."""
    print(f"\nOperation Hotspot is running at {address}\n", flush=True)
    subprocess.run([*MANAGE, "demo_accounts"], env=environment, check=False)
    print(f"\nThe database and its logs are in {folder}. Stop everything with Ctrl-C.\n", flush=True)


def watch(processes: Processes) -> None:
    """Stay while everything runs; raises ScriptError, naming the program, when one ends."""
    while not (ended := processes.ended()):
        time.sleep(0.5)
    raise ScriptError(ended)


if __name__ == "__main__":
    sys.exit(main())
