"""Runs every check that needs no database, and tells which failed: what `script/check` does."""

import os
import secrets
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MANAGE = (sys.executable, "manage.py")


@dataclass(frozen=True)
class Check:
    """One named check; it passes when its command succeeds."""

    name: str
    command: Sequence[str | Path]


def checks() -> list[Check]:
    """All the checks, the quick ones first."""
    templates = sorted((ROOT / "templates").rglob("*.html"))
    return [
        Check("style (ruff)", [BIN / "ruff", "check", "."]),
        Check("layout (ruff format)", [BIN / "ruff", "format", "--check", "."]),
        Check("templates (djade)", [BIN / "djade", "--check", "--target-version=5.2", *templates]),
        Check("lock files", [sys.executable, "-m", "script.locks", "--check"]),
        # Run by Python, because the script's own first line names the folder that the environment was made in.
        Check("import directions (import-linter)", [sys.executable, BIN / "lint-imports"]),
        Check("migrations", [*MANAGE, "makemigrations", "--check", "--dry-run"]),
        Check("deployment settings", [*MANAGE, "check", "--deploy", "--fail-level=WARNING"]),
        Check("types (mypy)", [sys.executable, "-m", "mypy"]),
    ]


def production_like() -> dict[str, str]:
    """This process's environment with the settings of a real service, and no database or queue that could answer."""
    settings = {
        "DJANGO_SETTINGS_MODULE": "hotspot.settings",
        "DEBUG": "false",
        "DEMO": "false",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "hotspot.example.org",
        "CSRF_TRUSTED_ORIGINS": "https://hotspot.example.org",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        # Django warns that without a database it cannot compare with the migrations applied there. That is meant.
        "PYTHONWARNINGS": "ignore:Got an error checking a consistent migration history:RuntimeWarning",
    }
    return {**os.environ, **settings}


def passes(check: Check) -> bool:
    """Run one check, its output going to the terminal."""
    print(f"\n== {check.name}", flush=True)
    done = subprocess.run([*map(str, check.command)], check=False, cwd=ROOT, env=production_like())
    return done.returncode == 0


def main() -> int:
    """Run all checks, each whatever the others say; gives 1 when any failed."""
    results = [(check.name, passes(check)) for check in checks()]
    print("\n== Summary")
    for name, passed in results:
        print(f"{'passed' if passed else 'FAILED'}  {name}")
    return 0 if all(passed for _, passed in results) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
