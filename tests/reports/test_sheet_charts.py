"""The charts of the page of figures: what its tables say, and nothing of what they withhold."""

import re
from datetime import date
from html import unescape

import pytest

from reports.figures.scales import levels
from tests.reports.test_figures_page import patrol

URL = "/figures/"
TITLE = re.compile(r"<rect([^>]*)><title>([^<]*)</title></rect>")


@pytest.fixture
def busy(force, now):
    """Arrests: Hitchin 3 in September and 6 in October; Letchworth 5 and 7; Watford 20 in October."""
    september, october = date(2024, 9, 6), date(2024, 10, 4)
    for area, day, arrests in (
        (force.hitchin, september, 3),
        (force.hitchin, october, 6),
        (force.letchworth, september, 5),
        (force.letchworth, october, 7),
        (force.watford, october, 20),
    ):
        patrol(force, area, day, arrests=arrests)
    return force


def charts(page: str) -> dict[str, str]:
    """The pictures by what they are of."""
    pictures = re.findall(r'<svg class="app-sticks"[^>]*aria-label="([^"]*)">(.*?)</svg>', page, re.DOTALL)
    return {unescape(words).partition(" by month")[0]: picture for words, picture in pictures}


def cells(page: str, caption: str) -> list[list[str]]:
    table = page.split(f"{caption}</caption>")[1].split("</table>", maxsplit=1)[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)[1:]
    return [
        [
            unescape(re.sub(r"<[^>]*>", "", cell)).strip()
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


def test_the_pccs_office_sees_hours_and_each_outcome_by_month_and_hours_by_area(busy, as_user):
    page = as_user(busy.paul).get(URL, {"period": "2024-05-to-2024-09"}).content.decode()
    found = charts(page)
    assert list(found) == ["Patrol hours", "Arrests", "Stop searches", "Weapons recovered", "ASB powers used"]
    months = cells(page, "By month")[:-1]
    assert len(months) == 5
    for place, name in ((1, "Patrol hours"), (3, "Arrests")):
        said = [title for _, title in TITLE.findall(found[name])]
        recorded = [f"{row[0]}: {row[place]}" for row in months if "no patrols" not in row[1]]
        assert [title for title in said if "no patrols" not in title] == recorded
        assert len(said) == len(months)
    assert "Patrol hours by hotspot area" in page
    for name, hours, *_ in cells(page, "By hotspot area")[:-1]:
        assert f"<li><span>{name}</span>" in page
        assert f"<span>{hours} hours</span></li>" in page


def test_withheld_months_all_look_the_same_and_leave_the_scale_alone(busy, as_user):
    page = as_user(busy.paul).get(URL, {"area": busy.hitchin.pk}).content.decode()
    arrests = charts(page)["Arrests"]
    withheld = [shape for shape, title in TITLE.findall(arrests) if title.endswith("withheld")]
    assert withheld
    assert {re.sub(r' (x|width)="\d+"', "", shape) for shape in withheld} == {
        ' class="app-chart__withheld" y="850" height="150"'
    }
    told = [row[3] for row in cells(page, "By month")[:-1] if row[3].isdigit()]
    scales = re.findall(r'<p class="app-chart__levels" aria-hidden="true">(.*?)</p>', page)
    top, *_ = re.findall(r"<span>([^<]*)</span>", scales[1]) or [""]
    assert top == (f"{levels(max(map(int, told)))[-1]:,}" if told else "")
    assert not re.search(r"Arrests by month[^.]*\b[36]\b", page)


def test_one_month_has_no_chart_by_month(busy, as_user):
    page = as_user(busy.anna).get(URL, {"period": "2024-09"}).content.decode()
    assert charts(page) == {}
    assert "Patrol hours by hotspot area" in page
