"""Keeps requirements*.txt in step with requirements*.in: what `script/lock` does and `script/check` verifies."""

import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
# In this order: each file is held to the versions of those before it.
NAMES = ("requirements", "requirements-embedded", "requirements-dev", "requirements-peers")
OPTIONS = "--generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header --quiet"


@dataclass
class Pin:
    """One entry of a compiled file."""

    name: str
    version: str
    hashes: int = 0
    wanted_by: set[str] = field(default_factory=set)


def compile_all(extra: list[str], *, root: Path = ROOT) -> int:
    """Compile the files in order, with further options for uv; gives the exit code."""
    for name in NAMES:
        command = ["-m", "uv", "pip", "compile", *OPTIONS.split(), *extra, f"{name}.in", "-o", f"{name}.txt"]
        done = subprocess.run([sys.executable, *command], check=False, cwd=root, stdout=subprocess.DEVNULL)
        if done.returncode:
            print(f"{name}.in could not be compiled; the lines above say why.", file=sys.stderr)
            return done.returncode
    return 0


def problems(*, root: Path = ROOT) -> list[str]:
    """What is out of step, as far as can be seen without asking a package index; one sentence each."""
    found: list[str] = []
    # A package may be pinned twice in one file, for an older and a newer Python.
    settled: dict[str, set[str]] = {}
    for name in NAMES:
        wanted = read_wanted(root / f"{name}.in")
        pins = read_pins(root / f"{name}.txt")
        found += [f"{name}.txt: {problem}" for problem in _against_wishes(wanted, pins, source=f"{name}.in")]
        found += [
            f"{name}.txt: {pin.name} is {pin.version} here and {', '.join(sorted(settled[pin.name]))} in another file."
            for pin in pins
            if pin.version not in settled.get(pin.name, {pin.version})
        ]
        for pin in pins:
            settled.setdefault(pin.name, set()).add(pin.version)
    return found


def _against_wishes(wanted: dict[str, Requirement], pins: list[Pin], *, source: str) -> list[str]:
    pinned = {pin.name: pin for pin in pins}
    found = [f"{name} is in {source} and not pinned." for name in wanted if name not in pinned]
    for pin in pins:
        if not pin.hashes:
            found.append(f"{pin.name} has no hash.")
        if pin.name in wanted and not wanted[pin.name].specifier.contains(pin.version):
            found.append(f"{pin.name} {pin.version} is not what {source} asks for: {wanted[pin.name]}.")
        if pin.name not in wanted and f"-r {source}" in pin.wanted_by:
            found.append(f"{pin.name} is no longer in {source}.")
    return found


def read_wanted(path: Path) -> dict[str, Requirement]:
    """The packages that an .in file names."""
    lines = [line.split("#")[0].strip() for line in path.read_text().splitlines()]
    requirements = [Requirement(line) for line in lines if line and not line.startswith("-")]
    return {canonicalize_name(requirement.name): requirement for requirement in requirements}


def read_pins(path: Path) -> list[Pin]:
    """The entries of a compiled file, with the reasons uv wrote under each."""
    pins: list[Pin] = []
    for line in path.read_text().splitlines():
        if entry := re.match(r"([A-Za-z0-9][\w.-]*)(?:\[.*\])?==([^\s;\\]+)", line):
            pins.append(Pin(name=canonicalize_name(entry[1]), version=entry[2]))
        elif line.strip().startswith("--hash="):
            pins[-1].hashes += 1
        elif reason := re.match(r"\s+#\s+(?:via\s+)?(\S.*)$", line):
            pins[-1].wanted_by.add(reason[1])
    return pins


def check() -> int:
    """Print what is out of step; gives the exit code."""
    found = problems()
    for problem in found:
        print(problem)
    if found:
        print("Run script/lock.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(check() if sys.argv[1:] == ["--check"] else compile_all(sys.argv[1:]))
