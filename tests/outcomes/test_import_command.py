"""`manage.py import_shifts`: what the pages do, without their limit of rows."""

import io

import pytest
from django.core.management import CommandError, call_command

from outcomes.models import FileImport
from patrols.models import PatrolShift
from tests import factories
from tests.outcomes.imports import AT, FIRST, HEADERS, SECOND, text


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
    assert output.endswith("2 rows: 2 imported, 0 here already, 0 different from what is here, 0 with errors.\n")
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
    assert "2,B2,Start,late," in problems.read_text()
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
    monkeypatch.setattr("hotspot.core.table_files.readers.MOST_ROWS", 1)
    assert "2 imported" in command(path)[0]


def test_a_missing_file_is_said(tmp_path, force):
    with pytest.raises(CommandError, match="There is no file"):
        command(tmp_path / "nothing.csv")


def test_what_it_imported_can_be_undone_by_command_and_by_page(path, force, as_user):
    command(path)
    number = FileImport.objects.get(file__name="two years.csv").pk
    page = as_user(force.adam).get(f"/manage/import/{number}/").content.decode()
    assert f'href="/manage/import/{number}/undo/"' in page
    output = io.StringIO()
    call_command("import_shifts", undo=number, stdout=output)
    assert output.getvalue() == f"Import {number} undone: 2 rows taken back.\n"
    assert set(PatrolShift.objects.values_list("state", flat=True)) == {"voided"}
    with pytest.raises(CommandError, match="undone before"):
        call_command("import_shifts", undo=number)
    with pytest.raises(CommandError, match="no import 987654"):
        call_command("import_shifts", undo=987654)


def test_it_answers_what_the_pages_ask(path):
    rows = [FIRST.replace("Hitchin town centre", "Hitchen").replace(",1,0,,3,", ",nil,2,,3,"), "Total,,,,9,,,,,,,"]
    path.write_text("Patrols\n" + text(*(f"{row},x" for row in rows), headers=HEADERS + ",Van"))
    with pytest.raises(CommandError, match="Nothing was imported"):
        command(path)
    said = ("--match", "Hitchen=hitchin town centre", "--nil", "zero", "--leave-out", "4")
    with pytest.raises(CommandError, match="“Van” holds values"):
        command(path, *said)
    output, problems = command(path, *said, "--leave-out-columns")
    assert "1 imported" in output
    assert "1 left out" in output
    assert "“Van”, which holds 1 value" in problems
    assert PatrolShift.objects.get().stop_searches.count() == 2


def test_a_name_that_is_no_area_is_refused(path):
    with pytest.raises(CommandError, match="Atlantis: There is no hotspot area"):
        command(path, "--match", "Hitchen=Atlantis")
