"""Tables, selects and attributes, which Python writes because there can be thousands of them."""

import pytest
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from hotspot.core.pages.forms import FormRenderer

COLUMNS = [{"label": "Area & town"}, {"label": "Hours", "numeric": True}, {"label": "Note"}]


def row(*cells, cards=False) -> str:
    """The one row of a table."""
    table = render_to_string(
        "components/table.html", {"caption": "Hours", "columns": COLUMNS, "rows": [cells], "cards": cards}
    )
    return table[table.index("<tbody") : table.index("</tbody>")].partition(">")[2].strip()


def test_the_first_cell_names_the_row_and_numbers_stand_to_the_right():
    assert row("Hitchin", 12, "") == (
        '<tr class="govuk-table__row"><th scope="row" class="govuk-table__header">Hitchin\n</th>'
        '<td class="govuk-table__cell govuk-table__cell--numeric">12\n</td><td class="govuk-table__cell">\n</td>\n</tr>'
    )


def test_a_row_can_be_a_card_whose_empty_cells_have_no_label():
    assert row("Hitchin", 12, "", cards=True) == (
        '<tr class="govuk-table__row" role="row"><th scope="row" class="govuk-table__header" role="rowheader" '
        'data-label="Area &amp; town">Hitchin\n</th><td class="govuk-table__cell govuk-table__cell--numeric" '
        'role="cell" data-label="Hours">12\n</td><td class="govuk-table__cell" role="cell">\n</td>\n</tr>'
    )


@pytest.mark.parametrize(
    ("cell", "content"),
    [
        ("<b>&'", "&lt;b&gt;&amp;&#x27;"),
        (SafeString("<b>bold</b>"), "<b>bold</b>"),
        (
            {"url": '?a=1&b="', "text": "<Hitchin>"},
            '<a class="govuk-link" href="?a=1&amp;b=&quot;">&lt;Hitchin&gt;</a>',
        ),
        (
            {"text": "A<B", "colour": "green"},
            '\n<strong class="govuk-tag govuk-tag--green">A&lt;B</strong>\n',
        ),
        (1234, "1234"),
        (None, "None"),
    ],
)
def test_cells_are_text_links_or_tags_and_are_escaped(cell, content):
    assert f'<td class="govuk-table__cell">{content}\n</td>' in row("Hitchin", 1, cell)


def test_a_select_has_its_options_under_their_groups_and_no_markup_of_anybody():
    choices = [("", "Choose"), ("East & West", [(1, "<b>Hitchin</b>"), ('2"', "Watford")])]
    select = forms.Select({"id": "area", "data-old": 'a"b', "multiple": False, "autofocus": True}, choices)
    assert select.render("area", 1, renderer=FormRenderer()) == (
        '<select name="area" id="area" data-old="a&quot;b" autofocus>\n  <option value="">Choose</option>'
        '\n  <optgroup label="East &amp; West">'
        '\n  <option value="1" selected>&lt;b&gt;Hitchin&lt;/b&gt;</option>'
        '\n  <option value="2&quot;">Watford</option>\n  </optgroup>\n</select>'
    )
