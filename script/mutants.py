"""Tells which changes to modules no test notices: what `script/mutants` does, with a database around it.

Pytest collects the tests once. A first run notes which statements of the modules each test executes, and how long it
takes. Then each mutant is put into the loaded module in a process of its own, forked, which runs the tests that execute
its statement until one fails: those that caught others first, then the quickest. A mutant that ends the process, or
takes too long, is caught as well.
"""

import argparse
import ast
import gc
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, TextIO

import psycopg2
import pytest
from django.db import connections

from script.loaded_modules import forget_answers, note_statements, put_in_place, users_of
from script.mutations import Mutant, mutants

ROOT = Path(__file__).resolve().parent.parent
# Of each test what the first run saw: the seconds it took, whether it passed, the statements by module and line.
Seen = Mapping[str, tuple[float, bool, Sequence[tuple[str, int]]]]


def main() -> int:
    """Collect the tests and run them on the mutants."""
    options = read_options()
    quiet = ["-n0", "-s", "-qq", "--tb=no", "--no-header", "--no-summary", "-p", "no:cacheprovider"]
    return int(pytest.main([*quiet, *options.tests], plugins=[Runner(options)]))


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/mutants", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="what the tests of one mutant take at most")
    parser.add_argument("--notes", type=Path, help="where the first run is kept, and taken from if it is there")
    parser.add_argument("--again", type=Path, help="what an earlier run printed: only what survived it is tried")
    parser.add_argument("paths", nargs="+", help="modules, and the folders or files of their tests")
    options = parser.parse_args()
    options.tests = [path for path in options.paths if path.startswith("tests")]
    options.modules = [path for path in options.paths if path not in options.tests]
    return options


class Runner:
    """A plugin that runs the tests on mutants instead of once."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.failed = False
        self.catchers: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember that a test failed."""
        self.failed = self.failed or report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """In place of pytest's own loop."""
        self.items, self.after = {item.nodeid: item for item in session.items}, _NoTest(session)
        self.modules = {
            path: import_module(path.removesuffix(".py").replace("/", ".")) for path in self.options.modules
        }
        self._keep_database()
        self.seen = self._first_run()
        for path in self.modules:
            self._try_all(path)
        return True

    def _passes(self, name: str) -> bool:
        self.failed = False
        item = self.items[name]
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=self.after)
        return not self.failed

    def _keep_database(self) -> None:
        """Let tests make the database, and load what is only loaded when it is used, before processes are forked.

        This process must hold no connection then: its children would share it.
        """
        first = {self.items[name].path: name for name in reversed(self.items) if not self._commits(name)}
        for name in first.values():
            self._passes(name)
        gc.freeze()
        self.database = connections["default"].settings_dict["NAME"]
        connections.close_all()
        self._copy_database(self.database, f"{self.database}_kept")

    def _copy_database(self, source: str, target: str) -> None:
        parameters = connections["default"].get_connection_params() | {"dbname": "postgres"}
        with closing(psycopg2.connect(**parameters)) as server, server.cursor() as cursor:
            server.autocommit = True
            cursor.execute(f'DROP DATABASE IF EXISTS "{target}"')
            cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def _first_run(self) -> Seen:
        notes = self.options.notes
        text = notes.read_text() if notes and notes.exists() else self._in_child(self._see_all)
        self._copy_database(f"{self.database}_kept", self.database)
        if notes:
            notes.write_text(text)
        seen: Seen = json.loads(text)
        print(f"{len(seen)} tests seen; these fail: {[name for name, (_, passed, _) in seen.items() if not passed]}")
        return {name: seen[name] for name in self.items if name in seen}

    def _in_child(self, act: Callable[[TextIO], None]) -> str:
        """What it writes in a process of its own, which connects to the database by itself."""
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(1, 2)
            with os.fdopen(writing, "w") as out:
                act(out)
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as written:
            text = written.read()
        os.waitpid(child, 0)
        return text

    def _see_all(self, out: TextIO) -> None:
        executed: set[tuple[str, int]] = set()
        for path, module in self.modules.items():
            note_statements(module, (ROOT / path).read_text(), lambda name, line: executed.add((name, line)))
        seen = {}
        for name in self.items:
            self._forget_answers()
            executed.clear()
            began = time.monotonic()
            passed = self._passes(name)
            seen[name] = (time.monotonic() - began, passed, sorted(executed))
        json.dump(seen, out)

    def _forget_answers(self) -> None:
        for module in self.modules.values():
            forget_answers(module)

    def _try_all(self, path: str) -> None:
        module, source = self.modules[path], (ROOT / path).read_text()
        tree, found = ast.parse(source), list(mutants(source))
        if self.options.again:
            survived = self.options.again.read_text()
            found = [each for each in found if f"survived {path}:{each.line} {each.change}\n" in survived]
        some = self._tests(module, set())[:20]
        print(f"{path} as it is: {self._caught_by(module, tree, some) or 'passes'}", flush=True)
        users, caught = users_of(tree), 0
        for mutant in found:
            caught += self._is_caught(path, mutant, self._tests(module, users.get(mutant.line, {mutant.line})))
        print(f"{path}: {caught} of {len(found)} caught", flush=True)

    def _is_caught(self, path: str, mutant: Mutant, tests: Sequence[str]) -> bool:
        test = self._caught_by(self.modules[path], mutant.tree, tests)
        self.catchers[test] += 1
        print(f"{'caught  ' if test else 'survived'} {path}:{mutant.line} {mutant.change}", flush=True)
        if test:
            print(f"         by {test}", flush=True)
        return bool(test)

    def _tests(self, module: ModuleType, lines: set[int]) -> list[str]:
        """The tests that execute one of these lines, or any of the module, as far as there is time for them.

        Those that caught others come first, then the quickest of each function's examples, then the second of each.
        """
        examples: Counter[str] = Counter()
        chosen = []
        for name, (seconds, passed, executed) in sorted(self.seen.items(), key=lambda each: each[1][0]):
            if passed and any(of == module.__name__ and (not lines or line in lines) for of, line in executed):
                chosen.append((-self.catchers[name] / (seconds + 0.3), examples[name.partition("[")[0]], seconds, name))
                examples[name.partition("[")[0]] += 1
        spent, names = 0.0, list[str]()
        for *_, seconds, name in sorted(chosen):
            spent += seconds
            if spent <= self.options.seconds or not names:
                names.append(name)
        return names

    def _caught_by(self, module: ModuleType, tree: ast.Module, tests: Sequence[str]) -> str:
        """What fails on the mutant; an empty text when nothing does."""

        def act(out: TextIO) -> None:
            signal.alarm(round(self.options.seconds * 4) + 20)
            try:
                put_in_place(module, tree)
            except Exception as error:
                json.dump((f"importing it: {error!r}", False), out)
                return
            self._forget_answers()
            failing = next((name for name in tests if not self._passes(name)), "")
            ran = tests[: tests.index(failing) + 1] if failing else tests
            json.dump((failing, any(map(self._commits, ran))), out)

        said = self._in_child(act)
        by, has_committed = json.loads(said) if said else ("the end of the process", True)
        if has_committed:
            self._copy_database(f"{self.database}_kept", self.database)
        return str(by)

    def _commits(self, name: str) -> bool:
        marker = self.items[name].get_closest_marker("django_db")
        return bool(marker and marker.kwargs.get("transaction"))


class _NoTest:
    """What comes next, so that nothing is shared between tests but what lasts for the whole session."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session

    def listchain(self) -> list[Any]:
        return [self.session]


if __name__ == "__main__":
    sys.exit(main())
