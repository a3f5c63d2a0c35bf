"""Measures the shape of the product's code, here or at given commits: what `script/structure` does.

What counts is hand-written product code: the Python modules of the apps without migrations. Lines of a function are
those from its `def` to its end, without decorators.
"""

import ast
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parent.parent
APPS = ("hotspot", "hotspots", "patrols", "outcomes", "reports")
# A run of lines that stands in two places counts as one that was written twice from this length on.
SHORTEST_RUN = 6


@dataclass(frozen=True)
class Shape:
    """One row of the table for each field; its label is in `LABELS`."""

    modules: int
    lines: int
    function_median: float
    function_p90: int
    longest_function: str
    longest_module: str
    folders: int
    files_median: float
    most_files: str
    duplicate_runs: int
    repeated_class_names: int


LABELS: Mapping[str, str] = {
    "modules": "Modules",
    "lines": "Lines",
    "function_median": "Function length, median",
    "function_p90": "Function length, 90th percentile",
    "longest_function": "Longest function",
    "longest_module": "Longest module",
    "folders": "Folders with code",
    "files_median": "Files in a folder, median",
    "most_files": "Files in a folder, most",
    "duplicate_runs": f"Runs of {SHORTEST_RUN} or more lines that stand twice",
    "repeated_class_names": "Class names that occur twice",
}


def sources(commit: str | None) -> dict[str, str]:
    """The text of each module by its path: of the working tree, or of a commit."""
    listing = ["ls-files"] if commit is None else ["ls-tree", "-r", "--name-only", commit]
    paths = _git(*listing, "--", *APPS).splitlines()
    chosen = [path for path in paths if path.endswith(".py") and "/migrations/" not in path]
    if commit is None:
        return {path: (ROOT / path).read_text() for path in chosen if (ROOT / path).exists()}
    return {path: _git("show", f"{commit}:{path}") for path in chosen}


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True, cwd=ROOT).stdout


def shape_of(code: Mapping[str, str]) -> Shape:
    """The measures of these modules."""
    lengths, lines = functions(code), module_lengths(code)
    folders = Counter(str(Path(path).parent) for path in code if not path.endswith("__init__.py"))
    return Shape(
        modules=len(code),
        lines=sum(lines.values()),
        function_median=median(lengths.values()),
        function_p90=_ninetieth_percentile(lengths.values()),
        longest_function=_most(lengths),
        longest_module=_most(lines),
        folders=len(folders),
        files_median=median(folders.values()),
        most_files=_most(folders),
        duplicate_runs=sum(1 for _ in _runs(code)),
        repeated_class_names=sum(count > 1 for count in class_names(code).values()),
    )


def class_names(code: Mapping[str, str]) -> Counter[str]:
    """How many classes have each name, at the top level of a module. `Meta` and other inner classes do not count."""
    return Counter(
        node.name for text in code.values() for node in ast.parse(text).body if isinstance(node, ast.ClassDef)
    )


def _ninetieth_percentile(numbers: Collection[int]) -> int:
    return round(quantiles(numbers, n=10)[-1]) if len(numbers) > 1 else max(numbers)


def functions(code: Mapping[str, str]) -> dict[str, int]:
    """The lines of each function and method, by its module, name and first line."""
    return {
        f"{path}:{node.name}:{node.lineno}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path, text in code.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def module_lengths(code: Mapping[str, str]) -> dict[str, int]:
    """The lines of each module."""
    return {path: len(text.splitlines()) for path, text in code.items()}


def _most(numbers: Mapping[str, int]) -> str:
    name = max(numbers, key=lambda each: numbers[each])
    return f"{numbers[name]}: {name}"


def _runs(code: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Each longest run of lines that stands in two places, once. Blank lines, comments and imports do not count."""
    places = defaultdict(list)
    windows: list[list[tuple[str, ...]]] = []
    for number, text in enumerate(code.values()):
        kept = [line.strip() for line in text.splitlines() if _counts(line)]
        windows.append([tuple(kept[start : start + SHORTEST_RUN]) for start in range(len(kept) - SHORTEST_RUN + 1)])
        for start, window in enumerate(windows[-1]):
            places[window].append((number, start))
    for window, found in places.items():
        number, start = found[-1]
        is_continued = start > 0 and len(places[windows[number][start - 1]]) > 1
        if len(found) > 1 and not is_continued:
            yield window


def _counts(line: str) -> bool:
    text = line.strip()
    return len(text) > 2 and not text.startswith(("#", "import ", "from "))


def table(shapes: Mapping[str, Shape]) -> str:
    """The shapes side by side, in Markdown."""
    rows = [["", *shapes], ["---"] * (len(shapes) + 1)]
    rows += [[label, *(str(getattr(shape, name)) for shape in shapes.values())] for name, label in LABELS.items()]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main(commits: Sequence[str]) -> int:
    """Print the table: a column for each commit, or one for the working tree."""
    shapes = {commit: shape_of(sources(commit)) for commit in commits} or {"now": shape_of(sources(None))}
    print(table(shapes))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
