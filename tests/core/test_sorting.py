"""Tables in the order that an address asks for."""

from datetime import date

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory

from hotspot.core.pages.sorting import Sorting

COLUMNS = [{"label": "Area"}, {"label": "Hours", "numeric": True}]
ROWS = [["b", 2], ["C", None], ["a", 10], ["d", 2]]


def order(query: str, rows=ROWS) -> list:
    return [row[0] for row in Sorting.read(QueryDict(query)).in_order("areas", rows, rows)]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["b", "C", "a", "d"]),
        ("sort=areas.1", ["a", "b", "C", "d"]),
        ("sort=areas.1&order=descending", ["d", "C", "b", "a"]),
        ("sort=areas.2&order=ascending", ["b", "d", "a", "C"]),
        ("sort=areas.2&order=descending", ["a", "b", "d", "C"]),
        ("sort=months.2&order=descending", ["b", "C", "a", "d"]),
        ("sort=areas.3", ["b", "C", "a", "d"]),
        ("sort=areas.0", ["b", "C", "a", "d"]),
        ("sort=areas.2;drop&order=x", ["b", "C", "a", "d"]),
        ("sort=.1", ["b", "C", "a", "d"]),
    ],
)
def test_rows_come_as_asked_and_what_is_not_known_comes_last(query, names):
    assert order(query) == names


def test_dates_are_sorted_as_dates():
    rows = [[date(2024, 10, 1)], [date(2024, 2, 1)]]
    assert order("sort=areas.1", rows) == [date(2024, 2, 1), date(2024, 10, 1)]


def head(query: str) -> str:
    page = render_to_string(
        "components/table.html",
        {"caption": "Areas", "columns": COLUMNS, "rows": ROWS, "sortable": "areas"},
        request=RequestFactory().get(f"/figures/?{query}"),
    )
    return page[page.index("<thead") : page.index("</thead>")]


def test_headers_are_links_that_keep_the_rest_of_the_address():
    shown = head("area=1&area=2&page=3")
    assert "aria-sort" not in shown
    assert 'href="?area=1&amp;area=2&amp;sort=areas.1&amp;order=ascending#areas">Area</a>' in shown
    assert 'href="?area=1&amp;area=2&amp;sort=areas.2&amp;order=descending#areas">Hours</a>' in shown


def test_the_sorted_column_says_so_and_turns_round():
    shown = head("sort=areas.2&order=descending")
    assert shown.count("aria-sort") == 1
    assert 'aria-sort="descending"><a class="app-sort" href="?sort=areas.2&amp;order=ascending#areas">Hours' in shown
    assert 'aria-sort="ascending"><a class="app-sort" href="?sort=areas.1&amp;order=descending' in head("sort=areas.1")


def test_other_tables_have_plain_headers():
    page = render_to_string("components/table.html", {"caption": "Areas", "columns": COLUMNS, "rows": ROWS})
    assert '<th scope="col" class="govuk-table__header">Area</th>' in page
    assert "app-sort" not in page
