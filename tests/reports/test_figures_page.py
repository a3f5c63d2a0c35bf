"""The figures page: who sees it, what it shows, and what it says about bad addresses."""

import pytest

URL = "/figures/"


@pytest.mark.parametrize("name", ["sam", "sue", "anna", "paul", "adam", "audrey"])
@pytest.mark.parametrize("page", ["", "download.csv", "definitions/"])
def test_a1_everybody_who_signs_in_sees_figures(force, as_user, now, name, page):
    assert as_user(force.people[name]).get(URL + page).status_code == 200
