"""Makes `.venv` and installs the pinned requirements into it, once for each change of the requirement files.

The only module here that runs outside `.venv`, so it uses nothing but the standard library.
"""

import fcntl
import hashlib
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUN = ("requirements.txt", "requirements-embedded.txt")
PURPOSES = {"run": RUN, "dev": (*RUN, "requirements-dev.txt")}
PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-compile")


class UnusableError(Exception):
    """This machine cannot hold the environment; the message says what to do."""


def fingerprint(purpose: str, *, root: Path = ROOT) -> str:
    """The hash of the requirement files that a purpose installs."""
    return hashlib.sha256(b"\0".join((root / name).read_bytes() for name in PURPOSES[purpose])).hexdigest()


def stamp(purpose: str) -> Path:
    """The file that remembers which requirements were installed for a purpose."""
    return VENV / f"installed-for-{purpose}"


def is_ready(purpose: str) -> bool:
    """Whether the environment starts, and holds what the requirement files say now."""
    if not stamp(purpose).exists() or stamp(purpose).read_text() != fingerprint(purpose):
        return False
    return _starts()


def _starts() -> bool:
    try:
        return subprocess.run([PYTHON, "-c", "import pip"], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


@contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Wait while another script installs into the same environment."""
    folder = ROOT / "var"
    try:
        folder.mkdir(exist_ok=True)
        lock = (folder / "environment.lock").open("a")
    except PermissionError:
        raise UnusableError(f"This user may not write to {ROOT}. Use a checkout of your own.") from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_environment() -> None:
    """Create `.venv`, afresh when the one there does not start."""
    if _starts():
        return
    if importlib.util.find_spec("ensurepip") is None:
        raise UnusableError(
            "This Python cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv"
        )
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)


def install(purpose: str) -> None:
    """Install exactly the pinned and hashed requirements, then remember it."""
    print("Installing the requirements into .venv. The first time takes a minute or two ...", flush=True)
    make_environment()
    files = [part for name in PURPOSES[purpose] for part in ("-r", name)]
    subprocess.run([PYTHON, *PIP, "--require-hashes", *files], cwd=ROOT, check=True)
    stamp(purpose).write_text(fingerprint(purpose))


def main(purpose: str) -> int:
    """Make the environment ready for a purpose, `run` or `dev`; gives the exit code."""
    try:
        if not is_ready(purpose):
            with only_one_at_a_time():
                if not is_ready(purpose):
                    install(purpose)
    except UnusableError as reason:
        print(reason, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError:
        print("The requirements could not be installed; the lines above say why.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
