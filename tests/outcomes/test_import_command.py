"""`manage.py import_shifts`: what the pages do, without their limit of rows."""

import io

import pytest
from django.core.management import CommandError, call_command

from patrols.models import PatrolShift
from tests import factories
from tests.outcomes.imports import AT, FIRST, SECOND, text


@pytest.fixture
def path(tmp_path, force, now):
    now.move_to(AT)
    file = tmp_path / "two years.csv"
    file.write_text(text(FIRST, SECOND))
    return file


def command(path, *options) -> tuple[str, str]:
    output, problems = io.StringIO(), io.StringIO()
    call_command("import_shifts", str(path), *options, stdout=output, stderr=problems)
    return output.getvalue(), problems.getvalue()


def test_it_imports_as_the_only_administrator(path, force):
    output, _ = command(path)
    assert output == "2 rows: 2 imported, 0 here already, 0 different from what is here, 0 with errors.\n"
    assert PatrolShift.objects.filter(logged_by=force.adam).count() == 2
    assert "0 imported, 2 here already" in command(path)[0]


def test_a_dry_run_writes_nothing(path):
    assert "2 would be imported" in command(path, "--dry-run")[0]
    assert not PatrolShift.objects.exists()


def test_several_administrators_have_to_be_told_apart(path, force):
    factories.UserFactory(role="administrator")
    with pytest.raises(CommandError, match="--by"):
        command(path)
    with pytest.raises(CommandError, match="--by"):
        command(path, "--by", force.sam.email)
    command(path, "--by", force.adam.email.upper())
    assert PatrolShift.objects.count() == 2


def test_errors_are_said_and_written_into_a_file(path, tmp_path):
    path.write_text(text(FIRST.replace("22:00", "late"), SECOND))
    problems = tmp_path / "problems.csv"
    with pytest.raises(CommandError, match="Nothing was imported"):
        command(path, "--problems", str(problems))
    assert "2,Start,late," in problems.read_text()
    assert not PatrolShift.objects.exists()


def test_a_mapping_says_what_a_header_is(path):
    path.write_text(text(FIRST).replace("Area", "Quoi"))
    with pytest.raises(CommandError, match="no column for: Hotspot area"):
        command(path)
    assert "1 imported" in command(path, "--mapping", "area=Quoi")[0]


@pytest.mark.parametrize(("mapping", "said"), [("x=Area", "no column x"), ("area=X", "no header X")])
def test_a_wrong_mapping_is_refused(path, mapping, said):
    with pytest.raises(CommandError, match=said):
        command(path, "--mapping", mapping)


def test_the_command_has_no_limit_of_rows(path, monkeypatch):
    monkeypatch.setattr("outcomes.imports.readers.MOST_ROWS", 1)
    assert "2 imported" in command(path)[0]


def test_a_missing_file_is_said(tmp_path, force):
    with pytest.raises(CommandError, match="There is no file"):
        command(tmp_path / "nothing.csv")
