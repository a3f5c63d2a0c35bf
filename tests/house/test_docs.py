"""What the documentation claims is so."""

import re
from pathlib import Path

import pytest

from hotspot.core.permissions import PERSON_ROLES, SCOPES, Permission, Role, Scope, grants, is_unknown_to
from hotspot.core.table_files.readers import MOST_BYTES
from reports.figures.measures import CATALOGUE, DEFINITION_VERSION

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_permissions_page_is_what_the_code_grants():
    text = (ROOT / "docs/permissions.md").read_text()
    people, systems = text.split("## Connected systems")
    roles = [Role(code) for code, _ in PERSON_ROLES]
    granted = {permission.value: tuple(word(role, permission) for role in roles) for permission in Permission}
    assert table_in(people, columns=len(roles)) == granted
    scopes = {
        permission.value: tuple("yes" if permission in SCOPES[scope] else "no" for scope in Scope)
        for permission in Permission
        if any(permission in SCOPES[scope] for scope in Scope)
    }
    assert table_in(systems, columns=len(Scope)) == scopes


def table_in(text: str, *, columns: int) -> dict[str, tuple[str, ...]]:
    """The rows of a table whose first cell is code and whose other cells are single words."""
    rows = re.findall(r"^\| `(\w+)` \|" + r" (\w+) \|" * columns + "$", text, re.MULTILINE)
    return {name: tuple(words) for name, *words in rows}


def word(role: Role, permission: Permission) -> str:
    """What the page says of a role and a permission."""
    if grants(role, permission):
        return "yes"
    return "unknown" if is_unknown_to(role, permission) else "no"


@pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#\s]+)", document.read_text()):
        if "://" not in target:
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_that_pages_name_are_there(document):
    folders = "script|docs|tests|templates|static|hotspot|hotspots|patrols|outcomes|reports|benchmarks"
    for name in re.findall(rf"`((?:{folders})/[\w./-]*)`", document.read_text()):
        assert (ROOT / name).exists(), name


def test_the_proxy_lets_through_what_can_be_imported_and_little_more():
    (said,) = re.findall(r"client_max_body_size (\d+)m;", (ROOT / "docs/deployment.md").read_text())
    assert MOST_BYTES < int(said) * 1024 * 1024 < 2 * MOST_BYTES


def test_no_page_names_a_machine():
    for document in PAGES:
        assert not re.search(r"/(work|root|home)/", document.read_text()), document


def test_no_text_has_the_marks_of_a_merge():
    paths = [
        path for folder in ("docs", "templates", "static/css", "static/js") for path in (ROOT / folder).rglob("*.*")
    ]
    texts = {path: path.read_text(errors="replace") for path in (*paths, *ROOT.glob("*.md"))}
    assert [path.name for path, text in texts.items() if re.search(r"^(<{7}|>{7})", text, re.MULTILINE)] == []


def test_decisions_are_numbered_without_gaps():
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs/decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_measures_page_says_what_the_catalogue_says():
    text = " ".join((ROOT / "docs/measures.md").read_text().split())
    assert f"definition **{DEFINITION_VERSION}**" in text
    for measure in CATALOGUE:
        for words in (f"## {measure.name}", measure.label, measure.definition, measure.source, f"`{measure.column}`"):
            assert words in text, measure.code
