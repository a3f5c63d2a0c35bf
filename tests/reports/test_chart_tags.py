"""The parts of charts that Python writes: what somebody entered stays text in all of them."""

from reports.figures.charts import Bar, HeatCell, HeatRow, Outline
from reports.templatetags.charts import area_boxes, bar_items, heat_row, outline_paths

HOSTILE = '<i>"A" & B</i>'
TEXT = "&lt;i&gt;&quot;A&quot; &amp; B&lt;/i&gt;"


def test_a_bar_has_its_name_its_number_and_a_mark_where_its_target_lies():
    plain, aimed = Bar(HOSTILE, "1,200", 500), Bar("Hitchin", "2", 100, mark=400)
    assert bar_items([plain, aimed]) == (
        f'<li><span>{TEXT}</span><svg aria-hidden="true"><rect width="{plain.width}"/></svg><span>1,200</span></li>\n'
        f'<li><span>Hitchin</span><svg aria-hidden="true"><rect width="{aimed.width}"/><rect x="{aimed.mark_x}"/></svg>'
        "<span>2</span></li>\n"
    )


def test_a_bar_of_few_records_is_outlined_and_a_line_says_where_it_may_lie():
    unsure = Bar("Watford", "1.0 (0.2 to 3.1)", 250, reach=(50, 775), is_unsure=True)
    assert bar_items([unsure]) == (
        '<li class="app-bars__unsure"><span>Watford</span><svg aria-hidden="true"><rect width="25%"/>'
        '<line x1="5%" x2="77.5%"/></svg><span>1.0 (0.2 to 3.1)</span></li>\n'
    )


def test_an_hour_without_patrol_has_no_shade():
    row = HeatRow("Monday & so on", [HeatCell("", 0), HeatCell("1.5", 3)])
    assert heat_row(row) == '<th scope="row">Monday &amp; so on</th><td></td><td class="app-heat__3">1.5</td>'


def test_an_area_can_be_ticked_by_its_label():
    boxes = area_boxes("with", [(7, HOSTILE, True), (8, "Watford", False)])
    assert 'type="checkbox" name="with" id="with-7" value="7" checked>' in boxes
    assert f'for="with-7">{TEXT}</label>' in boxes
    assert 'id="with-8" value="8">' in boxes


def test_an_outline_has_the_pattern_of_its_step_or_nothing_in_it():
    paths = outline_paths([Outline("M0,0z", 0), Outline("M1,1z", 2)])
    assert paths.splitlines() == [
        '<path fill-rule="evenodd" fill="none" d="M0,0z"/>',
        '<path fill-rule="evenodd" fill="url(#map-shape-2)" d="M1,1z"/>',
    ]
