"""Each refusal says its HTTP status once, in hotspot/core/errors.py; pages and the API read it there."""

import ast
from collections import defaultdict

import pytest
from django import forms

from hotspot.core import errors
from hotspot.core.api.problems import KINDS, problem_of
from hotspot.core.pages.access import add_errors, form_status, refusal_status
from script import structure

CODE = structure.sources(None)
REFUSALS = {
    name: each for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, errors.DomainError)
}
# The status of the refusal itself, of the API's answer, and of a page that reads it from its form.
STATUSES = {
    "DomainError": (400, 400, 422),
    "NotAllowed": (403, 403, 403),
    "NotInThisState": (409, 409, 409),
    "Conflict": (409, 409, 409),
    "ChangedMeanwhile": (409, 412, 409),
    "TryLater": (429, 400, 429),
    "ServerBusy": (503, 400, 503),
}


def refusal_of(name):
    return errors.ChangedMeanwhile() if name == "ChangedMeanwhile" else REFUSALS[name]("a_code", "It is refused.")


def test_every_refusal_is_listed():
    assert STATUSES.keys() == REFUSALS.keys()


@pytest.mark.parametrize("name", STATUSES)
def test_pages_and_api_answer_with_the_status_of_the_refusal(name):
    refusal = refusal_of(name)
    form = forms.Form({})
    add_errors(form, refusal)
    assert (refusal.status, problem_of(refusal).kind.status, refusal_status(form)) == STATUSES[name]
    assert form_status(form) == 422


def test_a_form_without_errors_is_fine():
    assert refusal_status(forms.Form()) == refusal_status(forms.Form({})) == 200


def test_what_the_form_itself_finds_is_to_be_corrected():
    form = forms.Form({})
    form.add_error(None, forms.ValidationError("It is refused.", code="changed_meanwhile"))
    assert refusal_status(form) == 422


def test_several_refusals_are_one_invalid_request():
    both = errors.DomainErrors([refusal_of("NotAllowed"), refusal_of("Conflict")])
    assert problem_of(both).kind is KINDS["invalid"]


# Visits of a planned shift make a request of the API invalid (400); adding them to a recorded one is not allowed (403).
TWO_STATUSES = {"not_worked"}


def classes_by_code():
    """The refusals that the code of the product creates: their classes by their code."""
    found = defaultdict(set)
    for text in CODE.values():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and node.args and isinstance(node.func, ast.Name):
                code = node.args[0]
                if node.func.id in REFUSALS and isinstance(code, ast.Constant):
                    found[code.value].add(REFUSALS[node.func.id])
    return found


def test_each_code_has_one_status():
    found = classes_by_code()
    assert len(found) > 50
    assert {code for code, classes in found.items() if len({each.status for each in classes}) > 1} == TWO_STATUSES


def test_no_second_list_of_statuses():
    """A dict from names to HTTP statuses anywhere else would say again what the classes say."""
    lists = []
    for path, text in CODE.items():
        for node in ast.walk(ast.parse(text)):
            values = node.values if isinstance(node, ast.Dict) else []
            if values and all(isinstance(each, ast.Constant) and each.value in range(400, 600) for each in values):
                lists.append(f"{path}:{node.lineno}")
    assert lists == []
