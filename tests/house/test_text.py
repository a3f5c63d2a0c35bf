"""All text that comes from outside goes through `hotspot.core.text`: the one field of forms and the one of the API."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest
from django import forms
from rest_framework import serializers

from hotspot.core.api.serializers import Input, Text
from hotspot.core.pages.fields import CleanText

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("hotspot", "hotspots", "patrols", "outcomes", "reports")
PASSWORDS = {"password", "new_password1", "new_password2", "old_password"}
"""A password is compared, never shown; what was chosen must not be changed."""
OWN_SYNTAX = (forms.UUIDField, forms.JSONField, forms.GenericIPAddressField)
"""Fields that Django derives from CharField, but which refuse whatever is not in their own syntax."""


def _modules() -> list[str]:
    names = [info.name for name in PACKAGES for info in walk_packages(import_module(name).__path__, f"{name}.")]
    return [name for name in names if ".migrations." not in name and name not in ("hotspot.celery",)]


@pytest.fixture(scope="module", autouse=True)
def _everything_is_imported() -> None:
    for name in _modules():
        import_module(name)


def _below(kind: type) -> Iterator[type]:
    for child in kind.__subclasses__():
        yield child
        yield from _below(child)


def _ours(kind: type) -> list[type]:
    return sorted({each for each in _below(kind) if each.__module__.split(".")[0] in PACKAGES}, key=repr)


def test_every_text_field_of_a_form_cleans_its_text():
    fields = [(form, name, field) for form in _ours(forms.BaseForm) for name, field in form.base_fields.items()]
    assert len(fields) > 100
    uncleaned = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form, name, field in fields
        if isinstance(field, forms.CharField) and not isinstance(field, (CleanText, *OWN_SYNTAX))
        if name not in PASSWORDS
    ]
    assert not uncleaned


def test_every_text_field_that_the_api_reads_cleans_its_text():
    inputs = _ours(Input)
    assert len(inputs) > 20
    uncleaned = [
        f"{kind.__name__}.{name}"
        for kind in inputs
        for name, field in kind().fields.items()
        if isinstance(part := getattr(field, "child", field), serializers.CharField) and not isinstance(part, Text)
    ]
    assert not uncleaned


@pytest.mark.parametrize("package", PACKAGES)
def test_no_form_makes_a_text_field_of_another_kind_while_it_runs(package):
    pattern = re.compile(r"forms\.(CharField|EmailField|RegexField|SlugField|URLField)\(")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (ROOT / package).rglob("*.py")
        for line in path.read_text().splitlines()
        if pattern.search(line) and "password = " not in line
    ]
    assert not found


@pytest.mark.parametrize("package", PACKAGES)
def test_operations_clean_text_by_the_rule_and_not_by_stripping_it(package):
    """What calls an operation need not be a form: `str.strip` leaves all that is invisible."""
    writes = re.compile(r"operations|corrections|details|voiding|correction_requests|saving|password_links")
    paths = [path for path in (ROOT / package).rglob("*.py") if writes.search(path.stem)]
    assert paths
    assert [path for path in paths if ".strip()" in path.read_text()] == []
