"""Runs pytest on servers of its own: what `script/test` does."""

import sys

from script.command import with_throw_away
from script.processes import ScriptError


def main() -> int:
    """Run the tests that the arguments ask for; gives pytest's exit code."""
    try:
        return with_throw_away(["-m", "pytest", *pytest_arguments(sys.argv[1:])], tuning="tests")
    except ScriptError as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def pytest_arguments(given: list[str]) -> list[str]:
    """What pytest is told: two processes and, as pyproject.toml has it, the quick tests, unless the caller says else.

    `--all`, or naming one test with `::`, takes the slow ones as well. Tests marked `xdist_group` share what is dear to
    make, so one process runs all of a group.
    """
    everything = "--all" in given or any("::" in argument for argument in given)
    given = [argument for argument in given if argument != "--all"]
    alone = "--pdb" in given or any(argument.startswith(("-n", "--numprocesses")) for argument in given)
    return [*([] if alone else ["-n", "2", "--dist", "loadgroup"]), *(["-m", ""] if everything else []), *given]


if __name__ == "__main__":
    sys.exit(main())
