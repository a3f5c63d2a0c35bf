"""A release says one version everywhere, and what is in it (docs/releasing.md)."""

import re
import tomllib
from pathlib import Path

import pytest
from django.urls import reverse

import hotspot

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENTRIES = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


def test_the_project_the_code_and_the_changelog_name_one_version():
    assert ENTRIES[0] == "Unreleased"
    newest = re.fullmatch(r"(\d+\.\d+\.\d+) \(\d{4}-\d{2}-\d{2}\)", ENTRIES[1])
    assert newest
    assert newest[1] == hotspot.__version__ == PROJECT["version"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["core:sign_in", "core:help"])
def test_the_footer_shows_the_version(client, name):
    assert f"Version {hotspot.__version__}" in client.get(reverse(name)).content.decode()


@pytest.mark.parametrize("name", ["LICENSE", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_the_repository_has(name):
    assert len((ROOT / name).read_text()) > 500
