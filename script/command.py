"""Runs one Python command with a database and a queue around it: what `script/manage` and `script/benchmark` do.

python -m script.command development manage.py shell     the data of script/server, whether it runs or not
python -m script.command tests -m pytest                 servers of its own, gone afterwards; `benchmark` likewise
"""

import sys
from collections.abc import Mapping

from script import embedded
from script.processes import Processes, ScriptError
from script.state import only_one, running_port, running_servers, state_folder


def main() -> int:
    """Run the command of the arguments; gives its exit code."""
    purpose, *command = sys.argv[1:]
    try:
        return with_demonstration(command) if purpose == "development" else with_throw_away(command, tuning=purpose)
    except ScriptError as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def with_demonstration(command: list[str]) -> int:
    """Run a Python command on the data of `script/server`; gives its exit code."""
    folder = state_folder()
    if servers := running_servers(folder):
        with Processes() as processes:
            environment = servers.environment(debug=True, port=running_port(folder))
            return run(processes, command, environment=environment)
    with only_one(folder), Processes() as processes:
        servers = embedded.start(processes, folder=folder, tuning="development")
        return run(processes, command, environment=servers.environment(debug=True))


def with_throw_away(command: list[str], *, tuning: str) -> int:
    """Run a Python command on servers of its own, which leave nothing behind; gives its exit code."""
    with Processes() as processes:
        folder = embedded.make_temporary_folder(processes)
        servers = embedded.start(processes, folder=folder, tuning=tuning)
        return run(processes, command, environment=servers.environment(debug=False))


def run(processes: Processes, command: list[str], *, environment: Mapping[str, str]) -> int:
    """Run a Python command in the terminal; gives its exit code."""
    return processes.run_in_terminal("The command", [sys.executable, *command], env=environment)


if __name__ == "__main__":
    sys.exit(main())
