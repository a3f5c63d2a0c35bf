"""The recipe "Add an outcome kind" of docs/development.md, applied to a copy of the code, which is then tested.

The figures are not part of it: a kind counts in them with a new version of the definition.
"""

import os
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
        "outcomes/models.py",
        "@tracked()\nclass ActivityCount",
        '''class Substance(Term):
    """What was seized."""


@tracked()
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
    counted=("drug seizure", "drug seizures"),
    brief=("drug seizure", "drug seizures"),
    measured=("drug seizure", "drug seizures"),
    described=("a drug seizure", "drug seizures"),
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
        "outcomes/rules.py",
        "    asb_powers: Mapping",
        "    drug_seizures: int | None = None\n",
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
        '''class DrugSeizureInput(OutcomeInput):
    """A seizure of drugs."""

    substance = TermCode(Substance)


''',
    ),
    (
        "outcomes/api/serializers/requests.py",
        "    asb_powers = _outcomes(",
        "    drug_seizures = _outcomes(DrugSeizureInput)\n",
    ),
    (
        "outcomes/api/serializers/requests.py",
        "    asb_powers = CountsField(",
        "    drug_seizures = WholeNumber(required=False, most=MAXIMUM_COUNT)\n",
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
        '''class DrugSeizureOutput(OutcomeOutput):
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
    (
        "outcomes/api/serializers/answers.py",
        "    asb_powers = serializers.IntegerField()",
        "    drug_seizures = serializers.IntegerField()\n",
    ),
    (
        "outcomes/api/serializers/answers.py",
        "    asb_powers = PowerOutput(",
        "    drug_seizures = DrugSeizureOutput(many=True)\n",
    ),
]
# What is named beside the other kinds.
REPLACED = [
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


def apply_recipe(root: Path) -> set[str]:
    """Write the kind into the code below this folder; gives the files that were written by hand."""
    for path, line, text in EDITS:
        replace(root / path, line, text + line)
    for path, old, new in REPLACED:
        replace(root / path, old, new)
    return {path for path, _, _ in (*EDITS, *REPLACED)}


def replace(path: Path, old: str, new: str) -> None:
    code = path.read_text()
    assert code.count(old) == 1, (path, old)
    path.write_text(code.replace(old, new))


def run(command: list[str], *, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], check=False, cwd=cwd, env=env, capture_output=True, text=True, timeout=900
    )


def test_the_recipe_makes_a_kind_that_is_logged_served_and_exported(tmp_path):
    copy = tmp_path / "copy"
    skipped = shutil.ignore_patterns(".git", ".venv", "node_modules", "__pycache__", ".*_cache", "var")
    shutil.copytree(ROOT, copy, ignore=skipped)
    assert len(apply_recipe(copy)) <= 15
    # A database of its own beside the one of this test.
    url = urlsplit(os.environ["DATABASE_URL"])
    environment = {**os.environ, "DATABASE_URL": url._replace(path=f"{url.path}_copy").geturl()}
    for command in (
        ["manage.py", "makemigrations", "outcomes", "--name", "drug_seizures"],
        ["-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider", "tests/house/added_kind.py"],
    ):
        done = run(command, cwd=copy, env=environment)
        assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
