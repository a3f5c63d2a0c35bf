"""The recipe "Add an outcome kind" of docs/development.md, applied to a copy of the code, which is then tested."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings

pytestmark = pytest.mark.slow

ROOT = Path(settings.BASE_DIR)
# What is written before which line of which file.
EDITS = [
    (
        "outcomes/models/vocabulary.py",
        "class ActivityKind(Term)",
        '''class Substance(Term):
    """What was seized."""


''',
    ),
    ("outcomes/models/__init__.py", "    StopSearch,\n", "    DrugSeizure,\n"),
    ("outcomes/models/__init__.py", "    Term,\n", "    Substance,\n"),
    ("outcomes/models/__init__.py", '    "StopSearch",\n', '    "DrugSeizure",\n    "Substance",\n'),
    ("outcomes/models/records.py", "    WeaponKind,\n", "    Substance,\n"),
    (
        "outcomes/models/records.py",
        "@tracked()\nclass ActivityCount",
        '''@tracked()
class DrugSeizure(Outcome):
    """One seizure of drugs."""

    shift = models.ForeignKey(PatrolShift, models.PROTECT, related_name="drug_seizures")
    substance = models.ForeignKey(Substance, models.PROTECT, null=True, blank=True)

    class Meta(Outcome.Meta):
        verbose_name = "drug seizure"
        constraints = (_detailed("substance", name="drug_seizure_detailed"), *external_checks("drug_seizure"))


''',
    ),
    (
        "outcomes/kinds.py",
        "KINDS = (",
        """DRUG_SEIZURE = OutcomeKind(
    model=DrugSeizure,
    key="drug_seizure",
    plural="drug_seizures",
    slug="drug-seizure",
    title="Drug seizures",
    split_title="Drug seizures by substance",
    counted=("drug seizure", "drug seizures"),
    brief=("drug seizure", "drug seizures"),
    measured=("drug seizure", "drug seizures"),
    described=("a drug seizure", "drug seizures"),
    reported=("{number} drug seizure has been made", "{number} drug seizures have been made"),
    quoted_as=("drug", "seizure"),
    required=("substance",),
    breakdown="substance",
    cells=(("Substance", "substance"),),
    details=(DetailField("substance", "substance", "substance", "Substance"),),
    import_words=("drug seizure", "drugs"),
    import_headings=("drugs seized",),
)

""",
    ),
    (
        "docs/measures.md",
        "## Clock hours\n",
        """## Drug seizures

- **Said as:** drug seizures
- **Unit:** seizures
- **Definition:** Seizures of drugs on completed shifts that were not withdrawn.
- **Counted from:** Drug seizures
- **Summary column:** `drug_seizures`

""",
    ),
    (
        "outcomes/recording/detail_forms.py",
        "@FORMS.of(ASB_POWER)",
        '''@FORMS.of(DRUG_SEIZURE)
class DrugSeizureForm(DetailForm):
    """A seizure of drugs."""

    substance = _term(Substance, "Substance")

    reference_hint: ClassVar = "The exhibit number."


''',
    ),
    (
        "outcomes/recording/rows.py",
        "@ROWS.of(ASB_POWER)",
        """@ROWS.of(DRUG_SEIZURE)
class DrugSeizureRow(NamedTuple):
    shift_id: int
    detail_to_follow: bool
    happened_at: datetime | None = None
    reference: str = ""
    void_reason: str = ""
    substance_id: str | None = None
    external_source: str = ""
    external_reference: str = ""


""",
    ),
    (
        "outcomes/api/serializers/requests.py",
        "class KeepInput",
        '''@INPUTS.of(DRUG_SEIZURE)
class DrugSeizureInput(OutcomeInput):
    """A seizure of drugs."""

    substance = TermCode(Substance)


''',
    ),
    (
        "outcomes/api/serializers/requests.py",
        "class PageQuery",
        '''@CHANGES.of(DRUG_SEIZURE)
class DrugSeizureChange(DrugSeizureInput):
    """More about a seizure."""

    reason = Text(default="", max_length=500)


''',
    ),
    (
        "outcomes/api/serializers/answers.py",
        "class OfShift(",
        '''@OUTPUTS.of(DRUG_SEIZURE)
class DrugSeizureOutput(OutcomeOutput):
    """A seizure of drugs."""

    substance = _code()


''',
    ),
    (
        "outcomes/api/serializers/answers.py",
        "class ShiftOutput",
        '''@OF_SHIFT.of(DRUG_SEIZURE)
class DrugSeizureOfShift(OfShift, DrugSeizureOutput):
    """A seizure with its shift."""


''',
    ),
]
# What is named beside the other kinds, and which definition is current.
REPLACED = [
    ("hotspot/core/definitions/registry.py", "import V1\n", "import V1\nfrom hotspot.core.definitions.v2 import V2\n"),
    ("hotspot/core/definitions/registry.py", "{V1.version: V1}", "{V1.version: V1, V2.version: V2}"),
    ("hotspot/core/definitions/registry.py", "CURRENT = V1", "CURRENT = V2"),
    ("pyproject.toml", '"registry", "v1", ', '"registry", "v2", "v1", '),
    ("docs/measures.md", "definition **v1**", "definition **v2**"),
    (
        "outcomes/kinds.py",
        "KINDS = (ARREST, STOP_SEARCH, WEAPON, ASB_POWER)",
        "KINDS = (ARREST, STOP_SEARCH, WEAPON, DRUG_SEIZURE, ASB_POWER)",
    ),
    ("outcomes/kinds.py", "AsbPowerUse, Outcome", "AsbPowerUse, DrugSeizure, Outcome"),
    (
        "outcomes/recording/detail_forms.py",
        "import ARREST, ASB_POWER, BY_MODEL,",
        "import ARREST, ASB_POWER, BY_MODEL, DRUG_SEIZURE,",
    ),
    ("outcomes/recording/detail_forms.py", "    StopSearch,\n    Term", "    StopSearch,\n    Substance,\n    Term"),
    ("outcomes/recording/rows.py", "import ARREST, ASB_POWER, ", "import ARREST, ASB_POWER, DRUG_SEIZURE, "),
    ("outcomes/api/serializers/requests.py", "import ARREST, ASB_POWER, ", "import ARREST, ASB_POWER, DRUG_SEIZURE, "),
    ("outcomes/api/serializers/requests.py", "    SearchPower,\n", "    SearchPower,\n    Substance,\n"),
    ("outcomes/api/serializers/answers.py", "import ARREST, ASB_POWER, ", "import ARREST, ASB_POWER, DRUG_SEIZURE, "),
]


NEW = {
    "hotspot/core/definitions/v2.py": '''"""Definition v2: v1 and seizures of drugs. Frozen."""

from dataclasses import replace

from hotspot.core.definitions.base import Measure
from hotspot.core.definitions.v1 import V1

DRUG_SEIZURES = Measure(
    code="drug_seizures",
    name="Drug seizures",
    label="drug seizures",
    singular="drug seizure",
    unit="seizures",
    column="drug_seizures",
    definition="Seizures of drugs on completed shifts that were not withdrawn.",
    source="Drug seizures",
)

V2 = replace(
    V1,
    version="v2",
    headline=(*V1.headline, DRUG_SEIZURES),
    protected=(*V1.protected, DRUG_SEIZURES),
    columns=(*V1.columns, "drug_seizures"),
    outcome_tables=(*V1.outcome_tables, ("drug_seizures", "outcomes_drugseizure")),
)
''',
}
MOST_FILES = 15
# What is run in the copy after that: what writes the rest of the code, and what tests it.
COMMANDS = (
    ["manage.py", "makemigrations", "outcomes", "reports", "--name", "drug_seizures"],
    ["manage.py", "make_definition_migration"],
    ["manage.py", "makemigrations", "--check", "--dry-run"],
    ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
    [
        *("-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider", "tests/house/added_kind.py"),
        *("tests/house/test_kinds.py", "tests/reports/test_summary_sql.py", "tests/reports/test_measures.py"),
        "tests/house/test_docs.py::test_the_measures_page_says_what_the_catalogue_says",
    ],
)


def apply_recipe(root: Path) -> set[str]:
    """Write the kind into the code below this folder; gives the files that were written by hand."""
    for path, text in NEW.items():
        (root / path).write_text(text)
    for path, line, text in EDITS:
        replace(root / path, line, text + line)
    for path, old, new in REPLACED:
        replace(root / path, old, new)
    return {*NEW, *(path for path, _, _ in (*EDITS, *REPLACED))}


def replace(path: Path, old: str, new: str) -> None:
    code = path.read_text()
    assert code.count(old) == 1, (path, old)
    path.write_text(code.replace(old, new))


def run(command: list[str], *, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], check=False, cwd=cwd, env=env, capture_output=True, text=True, timeout=900
    )


def recipe() -> list[str]:
    """The files that the recipe names in the table of the page, and the folder of a new one."""
    page = (ROOT / "docs/development.md").read_text()
    section = page.partition("## Add an outcome kind")[2].partition("\n## ")[0]
    return re.findall(r"^\| \d+ \| `([^`]+)` \|", section, re.MULTILINE)


def test_the_recipe_makes_a_kind_that_is_logged_served_counted_published_and_exported(tmp_path):
    copy = tmp_path / "copy"
    skipped = shutil.ignore_patterns(".git", ".venv", "node_modules", "__pycache__", ".*_cache", "var")
    shutil.copytree(ROOT, copy, ignore=skipped)
    written = apply_recipe(copy)
    assert len(written) <= MOST_FILES
    named = [path if (ROOT / path).exists() else f"{Path(path).parent}/" for path in written]
    assert sorted(named) == sorted(recipe())
    # The house tests read the files that Git knows.
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], check=True, cwd=copy)
    # A database of its own beside the one of this test.
    url = urlsplit(os.environ["DATABASE_URL"])
    environment = {**os.environ, "DATABASE_URL": url._replace(path=f"{url.path}_copy").geturl()}
    for command in COMMANDS:
        done = run(command, cwd=copy, env=environment)
        assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
