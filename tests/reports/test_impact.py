"""Studies of impact: what they count, what they say, and their pages."""

import csv
import io
import math
from collections import Counter
from datetime import date

import pytest
from django.urls import reverse
from shapely.geometry import Point, shape

from hotspot.core.errors import DomainError
from hotspots.areas.boundaries import Projection
from hotspots.models import HotspotAnalysis, HotspotArea, IncidentCategory
from hotspots.power.formulas import power_of, smallest_fall
from reports.impact import counting, measuring, operations, presenters, rules
from reports.impact.forms import _usual_periods
from reports.impact.statistics import Counted, relative_rate_ratio
from reports.models import ImpactStudy
from tests.hotspots import police_data
from tests.hotspots.police_data import hertfordshire
from tests.reports import impact

# The middle of Watford, and a part of it that is an area of its own.
WATFORD = {
    "type": "Polygon",
    "coordinates": [[[-0.41, 51.65], [-0.39, 51.65], [-0.39, 51.66], [-0.41, 51.66], [-0.41, 51.65]]],
}
BESIDE = {
    "type": "Polygon",
    "coordinates": [[[-0.38, 51.65], [-0.37, 51.65], [-0.37, 51.66], [-0.38, 51.66], [-0.38, 51.65]]],
}
MONTHS = ("2024-01", "2025-01")


@pytest.fixture
def county(force, now):
    """Two areas in Watford, and two months of incidents."""
    HotspotArea.objects.filter(pk=force.watford.pk).update(boundary=WATFORD)
    HotspotArea.objects.create(
        name="Beside", town="Watford", district=force.watford.district, kind="asb", boundary=BESIDE,
        first_day=date(2024, 5, 1),
    )  # fmt: skip
    members = {f"{month}-hertfordshire-street.csv": hertfordshire(month) for month in MONTHS}
    police_data.load(police_data.archive(members), by=force.anna, name="a.zip")
    return force


@pytest.fixture
def beside(county) -> HotspotArea:
    """The area beside that of Watford."""
    return HotspotArea.objects.get(name="Beside")


def study(force, **facts) -> ImpactStudy:
    facts = {
        "areas": [force.watford],
        "after_first": date(2025, 1, 1),
        "after_last": date(2025, 1, 1),
        "buffer_metres": 300,
    } | facts
    found = impact.asked(force, **facts)
    operations.answer_study(job=found.job)
    found.refresh_from_db()
    return found


def counted(month: str, metres: int) -> dict[str, int]:
    """The rows of a file itself, by where they lie; the ring is measured on a plane."""
    plane = Projection.around([shape(WATFORD)])
    area, beside = plane.to_metres(shape(WATFORD)), plane.to_metres(shape(BESIDE))
    found = {"area": 0, "ring": 0, "comparison": 0}
    for row in csv.DictReader(io.StringIO(hertfordshire(month).decode(), newline="")):
        if not row["Longitude"] or row["Crime type"] in ("Drugs", "Possession of weapons"):
            continue
        point = plane.to_metres(Point(float(row["Longitude"]), float(row["Latitude"])))
        if area.intersects(point):
            found["area"] += 1
        elif metres and area.distance(point) <= metres:
            found["ring"] += 1
        elif row["LSOA name"].startswith("Watford") and not beside.intersects(point):
            found["comparison"] += 1
    return found


@pytest.mark.parametrize("metres", [0, 300])
def test_counts_are_those_of_the_files(county, metres):
    result = study(county, buffer_metres=metres).result
    before, after = counted("2024-01", metres), counted("2025-01", metres)
    assert min(before["area"], before["comparison"]) > 10
    assert (result["all"]["before"], result["all"]["after"]) == (before["area"], after["area"])
    assert (result["comparison"]["before"], result["comparison"]["after"]) == (
        before["comparison"], after["comparison"],
    )  # fmt: skip
    if metres:
        assert (result["ring"]["before"], result["ring"]["after"]) == (before["ring"], after["ring"])
        assert before["ring"] > 0
    else:
        assert result["ring"] is None
    assert [each["areas"] for each in result["months"]] == [before["area"], after["area"]]


def test_the_ratio_is_that_of_the_formula_and_as_wide_as_months_vary(county):
    result = study(county).result
    everything, comparison = result["all"], result["comparison"]
    plain = relative_rate_ratio(
        Counted(everything["before"], everything["after"]), Counted(comparison["before"], comparison["after"])
    )
    assert everything["relative"] == pytest.approx(plain.value)
    low, high = everything["interval"]
    width = math.log(high / low) / 2 / 1.959963984540054
    assert width == pytest.approx(plain.log_error * math.sqrt(result["dispersion"]))


def test_chosen_areas_are_compared_with_instead(county, beside):
    result = study(county, comparison_areas=[beside], buffer_metres=0).result
    rows = list(csv.DictReader(io.StringIO(hertfordshire("2024-01").decode(), newline="")))
    inside = [
        row
        for row in rows
        if row["Longitude"]
        and row["Crime type"] not in ("Drugs", "Possession of weapons")
        and shape(BESIDE).intersects(Point(float(row["Longitude"]), float(row["Latitude"])))
    ]
    assert result["comparison"]["before"] == len(inside)


def test_a_month_that_is_not_loaded_is_named(county):
    with pytest.raises(DomainError) as refusal:
        study(county, after_last=date(2025, 2, 1))
    assert refusal.value.code == "impact_months_missing"
    assert "February 2025" in refusal.value.message


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"before_last": date(2023, 12, 1)}, "months_reversed", "before_last"),
        ({"after_last": date(2024, 12, 1)}, "months_reversed", "after_last"),
        ({"after_first": date(2024, 1, 1)}, "impact_periods_overlap", "after_first"),
    ],
)
def test_periods_follow_each_other(county, facts, code, field):
    with pytest.raises(DomainError) as refusal:
        study(county, **facts)
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_an_area_is_not_compared_with_itself(county):
    with pytest.raises(DomainError) as refusal:
        study(county, comparison_areas=[county.watford])
    assert refusal.value.code == "impact_compared_with_itself"


def compared(low: float, high: float, before: int = 100) -> dict[str, object]:
    return {"interval": [low, high], "before": before}


@pytest.mark.parametrize(
    ("found", "placebo", "said"),
    [
        (compared(0.5, 0.7), [-0.2, 0.1], rules.FELL),
        # Areas chosen like these fell by a quarter without patrols.
        (compared(0.5, 0.8), [-0.25, 0.1], rules.BY_ITSELF),
        (compared(0.5, 0.8), None, rules.BY_ITSELF),
        (compared(0.5, 1.1), [-0.2, 0.1], rules.CANNOT_TELL),
        (compared(1.1, 1.8), None, rules.ROSE),
        (compared(0.1, 0.3, before=19), [0.0, 0.0], rules.CANNOT_TELL),
        # One of many: its own interval is not what it is judged by.
        (compared(0.5, 0.7) | {"judged": [0.4, 1.01]}, [-0.2, 0.1], rules.CANNOT_TELL),
        (compared(0.5, 0.7) | {"judged": [0.4, 0.85]}, [-0.2, 0.1], rules.BY_ITSELF),
        # So many incidents were partly chance.
        (compared(0.5, 0.7) | {"by_expected_judged": [0.6, 1.0]}, [-0.2, 0.1], rules.BY_ITSELF),
        (compared(0.5, 0.7) | {"by_expected_judged": [0.6, 0.9]}, [-0.2, 0.1], rules.FELL),
        ({"interval": None, "before": 100}, [0.0, 0.0], rules.CANNOT_TELL),
    ],
)
def test_what_can_be_said(found, placebo, said):
    assert rules.verdict(found, placebo) == said


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({rules.CANNOT_TELL: 12}, "in none of them can a change be told from chance"),
        (
            {rules.FELL: 1, rules.CANNOT_TELL: 2},
            "incidents probably fell in 1 area; no change can be told from chance in 2 areas",
        ),
        ({rules.BY_ITSELF: 3}, "incidents fell, perhaps by themselves, in 3 areas"),
    ],
)
def test_what_can_be_said_of_no_area_is_not_counted_up(counts, said):
    assert presenters._one_by_one(Counter(counts)) == said


def test_every_area_is_shown_by_name_and_never_only_the_best(county, beside):
    found = study(county, areas=[county.watford, beside, county.hitchin])
    names = [row[0] for row in presenters.area_rows(found)]
    assert names == [
        "Beside, Watford", "Hitchin town centre, North Herts", f"{county.watford.name}, Watford", "All of these",
        "The ring around them", "The comparison",
    ]  # fmt: skip
    words = " ".join([*presenters.summary(found), *presenters.warnings(found)])
    assert "In these 3 hotspot areas together" in words
    assert "get better by themselves" in words
    for causal in ("led to", "thanks to", "because of patrols", "reduced"):
        assert causal not in words


def test_no_per_cent_is_given_on_small_counts(county):
    found = study(county, areas=[county.hitchin])
    row = presenters.area_rows(found)[0]
    assert row[3:] == ["too few for per cent", "–", "Cannot tell", "None"]
    assert "%" not in presenters.summary(found)[1]


def test_no_per_cent_is_given_on_small_counts_in_sentences(county):
    small = {"interval": [0.1, 0.3], "relative": 0.2, "before": 19}
    words = presenters._beyond(small, [0.0, 0.0])
    assert words == "There are too few incidents to compare the two."


def test_a_fall_to_nothing_is_said(county):
    assert presenters._change({"before": 50, "after": 0, "ratio": None}) == "−100%"


def test_a_year_more_is_another_season_too(county):
    found = impact.asked(county, after_first=date(2025, 1, 1), after_last=date(2026, 1, 1))
    found.result = {"breaks": [], "days": [31, 396], "placebo": [-0.2, 0.1], "active_before": []}
    assert "season" in presenters.warnings(found)[1]


def test_periods_that_are_offered_follow_each_other(county):
    months = [date(year, month, 1) for year in (2022, 2023, 2024) for month in range(1, 13)]
    offered = _usual_periods(months)
    assert offered == {
        "before_first": date(2023, 1, 1),
        "before_last": date(2023, 12, 1),
        "after_first": date(2024, 1, 1),
        "after_last": date(2024, 12, 1),
    }


def test_what_areas_do_by_themselves_is_unknown_where_one_was_not_chosen_by_a_rule(county, beside):
    pair = {"chosen_change": -0.2, "all_change": 0.0}
    chosen = HotspotArea(name="Chosen", analysis=HotspotAnalysis(pk=1, result={"placebo": [pair]}))
    assert measuring._placebo([chosen]) == [pytest.approx(-0.2), 0.0]
    assert measuring._placebo([chosen, beside]) is None


def test_an_area_of_before_on_the_same_land_takes_nothing_from_what_is_compared_with(county, beside):
    before = study(county, comparison_areas=[beside], buffer_metres=0).result["comparison"]
    HotspotArea.objects.create(
        name="Beside of before", town="Watford", district=beside.district, kind="asb", boundary=BESIDE,
        first_day=date(2023, 5, 1), last_day=date(2024, 4, 30),
    )  # fmt: skip
    assert study(county, comparison_areas=[beside], buffer_metres=0).result["comparison"] == before
    assert before["before"] > 0


def test_an_area_of_a_study_is_not_deleted(county, beside, as_user):
    found = impact.asked(county, comparison_areas=[beside])
    page = as_user(county.adam).post(reverse("hotspots:delete_area", args=(beside.pk,)))
    assert page.status_code == 409
    assert list(found.comparison_areas.all()) == [beside]


def test_a_longer_period_and_another_season_are_told(county):
    found = impact.asked(county, after_first=date(2024, 3, 1), after_last=date(2024, 5, 1))
    found.result = {"breaks": [], "days": [31, 92], "placebo": [-0.2, 0.1], "active_before": []}
    words = presenters.warnings(found)
    assert "31 and 92 days" in words[0]
    assert "season" in words[1]
    assert "by −20% to +10%" in words[2]


def test_areas_that_were_active_before_and_single_months_are_told(county):
    HotspotArea.objects.filter(pk=county.hitchin.pk).update(first_day=date(2024, 1, 31))
    found = study(county, areas=[county.watford, county.hitchin])
    assert found.result["active_before"] == ["Hitchin town centre"]
    words = presenters.warnings(found)
    assert "Each period is one month" in words[0]
    assert words[1].startswith("Hotspot areas in the months before already: Hitchin town centre.")


def test_land_around_an_area_is_as_wide_as_asked(county):
    area = HotspotArea.objects.get(pk=county.watford.pk)
    (ring,) = counting.rings([area], 500)
    plane = Projection.around([shape(WATFORD)])
    assert plane.to_metres(ring).boundary.hausdorff_distance(plane.to_metres(shape(WATFORD)).boundary) == pytest.approx(
        500, abs=2
    )


# Power


def test_what_could_never_be_told_is_said():
    assert smallest_fall(10, 1000) is None
    assert smallest_fall(100, 0) is None
    assert smallest_fall(20, 20, dispersion=4) is None


def test_twelve_areas_together_show_what_one_cannot():
    one, twelve = smallest_fall(40, 4_000), smallest_fall(480, 48_000)
    assert one == pytest.approx(0.55, abs=0.01)
    assert twelve == pytest.approx(0.17, abs=0.01)
    assert smallest_fall(480, 48_000, dispersion=2) > twelve


def test_power_is_that_of_the_smallest_fall_and_5_per_cent_where_nothing_changes():
    fall = smallest_fall(200, 2_000)
    assert power_of(1 - fall, 200, 2_000) == pytest.approx(0.8, abs=1e-6)
    assert power_of(1, 200, 2_000) == pytest.approx(0.05, abs=1e-9)


# Pages


def test_a_study_is_asked_and_answered_in_pages(county, as_user):
    anna = as_user(county.anna)
    values = {
        "name": "Watford in January",
        "areas": [county.watford.pk],
        "categories": [each.pk for each in IncidentCategory.objects.filter(is_police_generated=False)],
        "before_first": "2024-01-01", "before_last": "2024-01-01",
        "after_first": "2025-01-01", "after_last": "2025-01-01",
        "comparison": "rest", "buffer_metres": "300",
    }  # fmt: skip
    form = anna.get(reverse("reports:new_impact_study")).context["form"]
    assert form.initial["before_first"] == date(2024, 1, 1)
    assert form.initial["after_last"] == date(2025, 1, 1)
    answer = anna.post(reverse("reports:new_impact_study"), values)
    assert answer.status_code == 302
    found = ImpactStudy.objects.get()
    assert answer["Location"] == reverse("reports:impact_study", args=(found.pk,))
    assert anna.get(answer["Location"]).status_code == 200
    assert "Not measured yet" in anna.get(reverse("reports:impact")).content.decode()
    operations.answer_study(job=found.job)
    found.refresh_from_db()
    listed = anna.get(reverse("reports:impact")).content.decode()
    assert "Not measured yet" not in listed
    assert presenters.outcome(found, sees_incidents=True) in listed
    page = anna.get(answer["Location"]).content.decode()
    assert "In this hotspot area," in page
    assert "This says nothing about the cause." in page
    refused = anna.post(reverse("reports:new_impact_study"), values | {"after_first": "2024-01-01"})
    assert refused.status_code == 422


def test_the_page_of_a_study_costs_a_few_queries(county, beside, as_user, django_assert_max_num_queries):
    found = study(county, areas=[county.watford, beside, county.hitchin])
    anna = as_user(county.anna)
    # One of them reads the initiatives that are events of its chart.
    with django_assert_max_num_queries(10):
        anna.get(reverse("reports:impact_study", args=(found.pk,)))
