"""What else changed, the monthly chart, and who sees how much of a study."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from hotspot.core.errors import ChangedMeanwhile, DomainError
from hotspots.initiatives import operations as initiative_operations
from hotspots.models import Dataset, HotspotArea
from reports.impact import operations, presenters, queries, rules
from reports.impact.chart import monthly_chart
from reports.impact.events import OtherEvent
from reports.models import ImpactStudy, OutsideChange
from tests import factories
from tests.hotspots import initiatives, police_data
from tests.reports import impact

AROUND = {
    "type": "Polygon",
    "coordinates": [[[-0.28, 51.94], [-0.27, 51.94], [-0.27, 51.95], [-0.28, 51.95], [-0.28, 51.94]]],
}


@pytest.fixture
def study(force, now) -> ImpactStudy:
    """Hitchin: one incident in January 2024 and one in February."""
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(boundary=AROUND)
    police_data.loaded(by=force.anna)
    return impact.answered(force)


@pytest.fixture
def wide(force, study) -> ImpactStudy:
    """The study as if it were of two areas, of two months each, of the force's own extract, and with enough in each."""
    result = study.result
    for name in ("all", "comparison", "ring"):
        result[name] |= {"before": 50, "after": 40, "interval": [0.5, 1.5], "relative": 0.8, "ratio": 0.8}
    result["areas"].append(result["areas"][0] | {"name": "Another"})
    facts = {"before_first": date(2023, 12, 1), "after_last": date(2024, 3, 1), "dataset": Dataset.EXTRACT}
    ImpactStudy.objects.update(result=result, **facts)
    study.refresh_from_db()
    return study


def test_a_change_is_added_listed_and_withdrawn_with_a_reason(force, now, as_user):
    anna = as_user(force.anna)
    empty = anna.get(reverse("reports:changes")).content.decode()
    assert "No event yet" in empty
    values = {
        "title": "New cameras", "kind": "equipment", "source": "Town council",
        "first_day_day": "15", "first_day_month": "1", "first_day_year": "2024",
        "last_day_day": "", "last_day_month": "", "last_day_year": "", "district": str(force.north_herts.pk),
    }  # fmt: skip
    added = anna.post(reverse("reports:add_change"), values)
    assert added.status_code == 302, added.content.decode()
    change = OutsideChange.objects.get()
    page = anna.get(reverse("reports:changes")).content.decode()
    assert "New cameras" in page
    assert "From 15 January 2024" in page
    withdraw = reverse("reports:withdraw_change", args=(change.pk,))
    assert anna.post(withdraw, {"reason": " "}).status_code == 422
    assert anna.post(withdraw, {"reason": "x" * 301}).status_code == 422
    assert anna.post(withdraw, {"reason": "Another town"}).status_code == 302
    assert "withdrawn: Another town" in anna.get(reverse("reports:changes")).content.decode()
    assert anna.get(withdraw).status_code == 404
    paul = as_user(force.paul)
    assert "New cameras" not in paul.get(reverse("reports:changes")).content.decode()


def test_a_change_ends_after_it_begins(force, now):
    with pytest.raises(DomainError) as refusal:
        impact.changed(force, last_day=date(2024, 1, 14))
    assert "last day" in refusal.value.message
    assert refusal.value.field == "last_day"
    change = impact.changed(force)
    operations.withdraw_change(by=force.anna, change_id=change.pk, reason="Twice")
    with pytest.raises(ChangedMeanwhile):
        operations.withdraw_change(by=force.anna, change_id=change.pk, reason="Twice")


def test_changes_of_the_months_and_districts_of_a_study_are_shown_with_it(force, study):
    here = impact.changed(force, title="Here")
    everywhere = impact.changed(force, title="Everywhere", district=None, first_day=date(2024, 2, 29))
    lasting = impact.changed(force, title="Lasting", first_day=date(2023, 12, 1), last_day=date(2024, 1, 1))
    impact.changed(force, title="Elsewhere", district=force.watford_district)
    impact.changed(force, title="Long ago", first_day=date(2023, 12, 31))
    impact.changed(force, title="Over", first_day=date(2023, 11, 1), last_day=date(2023, 12, 31))
    impact.changed(force, title="Later", first_day=date(2024, 3, 1))
    withdrawn = impact.changed(force, title="Withdrawn")
    operations.withdraw_change(by=force.anna, change_id=withdrawn.pk, reason="Wrong")
    assert queries.changes_within(force.anna, study) == [lasting, here, everywhere]


def test_the_chart_has_steps_bars_and_numbered_marks(force, study):
    chart = monthly_chart(study, [OtherEvent.of_change(impact.changed(force, district=None))])
    # Two months side by side: one line, level within each.
    assert chart.areas == ["0,0 500,0 500,0 1000,0"]
    assert [(band.x, band.width) for band in chart.periods] == [(0, 500), (500, 500)]
    (marker,) = chart.markers
    assert (marker.number, marker.x, marker.is_break) == (1, 226, False)
    assert "Source: Town council" in marker.words
    assert (chart.first, chart.last, chart.top) == ("January 2024", "February 2024", "1")
    assert [(label.text, label.left) for label in chart.labels] == [("1", "22.6%")]


def test_numbers_on_the_chart_leave_each_other_room(force, study):
    days = [date(2024, 1, day) for day in (1, 2, 3, 20, 21)] + [date(2024, 2, day) for day in range(1, 30)]
    chart = monthly_chart(study, [OtherEvent.of_change(impact.changed(force, first_day=day)) for day in days])
    # Of 34 the first 20 are marked; those at the ends stand inside, and close ones share a number.
    assert (len(chart.markers), chart.unmarked) == (20, 14)
    assert [label.text for label in chart.labels] == ["1–3", "4–5", "6–16", "17–20"]
    places = [label.x for label in chart.labels]
    assert places[0] >= 60
    assert all(later - first >= 170 for first, later in pairwise(places))


def test_months_that_are_not_loaded_leave_a_gap(study):
    study.result["months"][1]["month"] = "2024-04-01"
    chart = monthly_chart(study, [])
    assert chart.areas == ["0,0 250,0", "750,0 1000,0"]


def test_a_study_without_incidents_has_no_chart(study):
    for each in study.result["months"]:
        each["areas"] = each["comparison"] = 0
    assert monthly_chart(study, []) is None


def test_patrol_hours_are_those_of_the_headline(force, now):
    type(force.programme).objects.filter(pk=force.programme.pk).update(first_day=date(2024, 1, 1))
    begins = datetime(2024, 2, 10, 20, tzinfo=ZoneInfo("Europe/London"))
    for area, logged_by in ((force.hitchin, force.sam), (force.watford, force.sue)):
        factories.PatrolShiftFactory(
            area=area, funding_stream=force.grant, logged_by=logged_by, starts_at=begins,
            ends_at=begins + timedelta(hours=3),
        )  # fmt: skip
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(boundary=AROUND)
    police_data.loaded(by=force.anna)
    found = impact.answered(force)
    # Two officers for three hours, and nothing of Watford.
    assert [each["minutes"] for each in found.result["patrols"]] == [0, 360]
    chart = monthly_chart(found, [])
    assert [bar.height for bar in chart.patrols] == [0, 1000]
    assert chart.patrol_top == "6 hours"


def test_the_office_of_the_commissioner_sees_answers_and_no_small_counts(force, study, as_user):
    page = reverse("reports:impact_study", args=(study.pk,))
    paul = as_user(force.paul)
    assert paul.get(reverse("reports:impact")).status_code == 200
    # Published files are for everybody.
    assert "By month" in paul.get(page).content.decode()
    ImpactStudy.objects.update(dataset=Dataset.EXTRACT)
    hidden = paul.get(page)
    assert "too small to be shown" in hidden.content.decode()
    assert "Every area, by name" not in hidden.content.decode()
    ImpactStudy.objects.update(result={})
    assert paul.get(page).status_code == 404
    anna = as_user(force.anna)
    assert anna.get(page).status_code == 200


def test_totals_of_an_extract_are_shown_without_single_counts(force, wide, as_user):
    shown = as_user(force.paul).get(reverse("reports:impact_study", args=(wide.pk,)))
    (area, _, *totals) = shown.context["rows"]
    assert area == [f"{force.hitchin.name}, North Herts", "–", "–", "–", "–", "Cannot tell", "–"]
    assert totals[0][1:3] == ["50", "40"]
    assert "By month" not in shown.content.decode()


@pytest.mark.parametrize("single", ["area", "month", "comparison", "place"])
def test_a_total_that_is_of_one_area_or_month_is_not_shown_outside_the_force(force, wide, as_user, single):
    if single == "area":
        wide.result["areas"].pop()
    if single == "month":
        wide.after_last = wide.after_first
    if single == "comparison":
        wide.comparison_areas.set([force.watford])
    if single == "place":
        wide.result["match"] = {
            "places": [[-0.2, 51.9, 100]],
            "unmatched": [],
            "areas": [25, 25],
            "comparison": [25, 25],
        }
    wide.save()
    page = reverse("reports:impact_study", args=(wide.pk,))
    outside = as_user(force.paul).get(page).content.decode()
    assert "single area or month" in outside
    assert "50" not in outside.split("What was asked")[0].split("<h1")[1]
    assert "Every area, by name" in as_user(force.anna).get(page).content.decode()


def test_counts_in_breaks_and_harm_of_an_extract_stay_inside_the_force(force, wide, as_user):
    wide.result["breaks"] = [
        {"month": "2024-02-01", "kind": "category", "category": "Robbery", "figures": {"count": 3, "usual": 17}}
    ]
    wide.result["harm"] = {"table": "A", "without_weight": [], "difference": -5475.0, "interval": [-9000.0, 10.0]}
    wide.save()
    page = reverse("reports:impact_study", args=(wide.pk,))
    inside, outside = (as_user(each).get(page).content.decode() for each in (force.anna, force.paul))
    for words in ("3 incidents, where 17 were usual", "Weighed by harm"):
        assert words in inside
        assert words not in outside
    assert "Robbery changed in February 2024" in outside


def test_what_is_chosen_and_months_without_patrols_are_said(force, study):
    assert not any("Somebody chose" in text for text in presenters.warnings(study))
    # Areas of 2024 and later, where the force begins, cannot have changed what came before them.
    assert any(f"months after: {force.hitchin.name}" in text for text in presenters.warnings(study))
    study.comparison_areas.set([force.watford])
    assert any("Somebody chose" in text for text in presenters.warnings(study))
    HotspotArea.objects.filter(pk=force.hitchin.pk).update(first_day=date(2024, 2, 1))
    operations.answer_study(job=study.job)
    study.refresh_from_db()
    assert not study.result["inactive_after"]


def test_a_new_study_says_what_is_missing(force, study, as_user):
    page = as_user(force.anna).post(reverse("reports:new_impact_study"), {}).content.decode()
    for words in ("Select the first month before", "Select the last month after", "Select what the areas are compared"):
        assert words in page


def test_the_list_says_of_a_study_what_its_page_does(force, study, as_user):
    """Across a change of map points no fall is accepted, and of one area no total leaves the force."""
    result = study.result
    for name in ("all", "comparison", "ring"):
        result[name] |= {"before": 100, "after": 40, "interval": [0.3, 0.5], "judged": [0.3, 0.5], "relative": 0.4}
    result["all"] |= {"by_expected_judged": [0.3, 0.5]}
    result |= {"placebo": [-0.1, 0.1], "breaks": []}
    ImpactStudy.objects.update(result=result)

    def listed(person) -> str:
        (row,) = as_user(person).get(reverse("reports:impact")).context["rows"]
        return row[3]

    assert listed(force.anna) == rules.FELL
    result["breaks"] = [{"month": "2024-02-01", "kind": "points", "category": "", "figures": {}}]
    ImpactStudy.objects.update(result=result)
    assert listed(force.anna) == rules.BY_ITSELF
    assert listed(force.paul) == rules.BY_ITSELF
    ImpactStudy.objects.update(dataset=Dataset.EXTRACT)
    assert listed(force.paul) == "Not shown outside the force"
    assert listed(force.anna) == rules.BY_ITSELF


# --- initiatives --------------------------------------------------------------------------------------------------
def test_an_initiative_in_place_is_an_event_of_its_areas_without_being_typed_again(force, study):
    cameras = cameras_of(force)
    (event,) = queries.events_within(force.anna, study)
    assert (event.title, event.kind, event.where) == ("Twelve cameras", "CCTV upgrade", "Hitchin town centre")
    chart = monthly_chart(study, [event])
    assert "Twelve cameras (CCTV upgrade). Source: The list of initiatives" in chart.markers[0].words
    cameras_of(force, name="Elsewhere", areas=[force.watford])
    cameras_of(force, name="Later", in_place_from=date(2024, 3, 1))
    cameras_of(force, name="Long gone", in_place_from=date(2023, 1, 1), in_place_until=date(2023, 12, 31))
    everywhere = cameras_of(force, name="Everywhere", is_force_wide=True, in_place_from=date(2024, 2, 1))
    assert [each.title for each in queries.events_within(force.anna, study)] == ["Twelve cameras", "Everywhere"]
    for each in (cameras, everywhere):
        initiative_operations.withdraw_initiative(by=force.anna, initiative_id=each.pk, reason="Recorded twice")
    assert queries.events_within(force.anna, study) == []


def test_outside_the_force_only_publishable_initiatives_are_events(force, study, as_user):
    cameras_of(force, name="Secret cameras")
    cameras_of(force, name="Known cameras", is_publishable=True)
    shown = {name: as_user(who).get(reverse("reports:changes")).content.decode() for name, who in force.people.items()}
    assert "Secret cameras" in shown["anna"]
    assert "Known cameras" in shown["anna"]
    assert "Secret cameras" not in shown["paul"]
    assert "Known cameras" in shown["paul"]
    assert "/problem-solving/initiatives/" in shown["anna"].split("<main")[1]
    assert "/problem-solving/initiatives/" not in shown["paul"].split("<main")[1]
    assert [each.title for each in queries.events_within(force.paul, study)] == ["Known cameras"]


def cameras_of(force, **facts):
    facts = {"first_day": date(2023, 1, 1), "in_place_from": date(2024, 1, 15)} | facts
    return initiatives.added(force, **facts)
