"""No other website can make a browser fetch a file: every view that answers with one refuses it."""

import ast

import pytest

from hotspot.core.models import Disclosure
from hotspot.core.pages.access import PUBLIC
from tests.house.test_access import ACTORS, MATRIX, ROOT, URLS, client_of, path_of, world

pytestmark = pytest.mark.slow

__all__ = ["world"]

MARKED = {name for name in MATRIX if getattr(URLS[name].callback, "is_own_site_only", False)}
# What everybody may read, other sites may too.
FOR_EVERYBODY = {"reports:public_file", "reports:public_bundle", "reports:public_tool"}
# A form is sent for it, with its token, which no other site has.
BY_FORM = {"_csv"}


def views_with_files():
    """The names of the functions of views that answer with a file to keep."""
    for path in (path for path in ROOT.glob("*/*/*views.py") if path.parts[-2] != "models"):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef) and any(
                isinstance(node, ast.Call) and ast.unparse(node.func).endswith("as_attachment")
                for node in ast.walk(function)
            ):
                yield function.name


def test_every_view_that_answers_with_a_file_is_marked():
    found = set(views_with_files()) - BY_FORM
    assert found == {URLS[name].callback.__name__ for name in MARKED | FOR_EVERYBODY}
    assert len(found) >= 6


@pytest.mark.parametrize("actor", ACTORS)
def test_whatever_answers_with_a_file_refuses_other_sites_and_nobody_else(world, actor):
    force, values = world
    client = client_of(actor, force)
    for name in MATRIX:
        path = path_of(name, values, force)
        answer = client.get(path)
        if name in FOR_EVERYBODY:
            assert URLS[name].callback.required_permission == PUBLIC
            continue
        is_file = "attachment" in answer.get("Content-Disposition", "")
        assert not is_file or name in MARKED, name
        if not is_file:
            continue
        before = Disclosure.objects.count()
        refused = client.get(path, headers={"Sec-Fetch-Site": "cross-site"})
        assert (refused.status_code, "Content-Disposition" in refused) == (403, False), name
        assert f'href="{path}"' in refused.content.decode()
        assert Disclosure.objects.count() == before
        # Of browsers too old for Sec-Fetch-Site.
        assert client.get(path, headers={"Referer": "https://other.example/page"}).status_code == 403, name
        assert client.get(path, headers={"Referer": "http://testserver/figures/"}).status_code == 200, name
        for site in ("none", "same-origin", "same-site"):
            assert client.get(path, headers={"Sec-Fetch-Site": site}).status_code == 200, (name, site)


def test_who_may_not_have_the_file_learns_no_more_from_another_site(world):
    force, values = world
    for actor in ("anon", "paul"):
        client = client_of(actor, force)
        for name in MARKED:
            path = path_of(name, values, force)
            answers = [client.get(path, headers=headers) for headers in ({}, {"Sec-Fetch-Site": "cross-site"})]
            if answers[0].status_code in (302, 403) or URLS[name].callback.required_permission == "view_shifts":
                assert answers[0].status_code == answers[1].status_code, name
