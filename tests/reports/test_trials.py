"""Analyses of trials: as they were fixed, on the days as they were drawn, published whatever they say."""

import json
import re
from datetime import date, datetime, time, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from pypdf import PdfReader
from shapely.geometry import shape

from hotspot.core.errors import Conflict, DomainError, NotInThisState
from hotspots.analysis.hours import Hours
from hotspots.models import HotspotArea, IncidentCategory
from patrols.trials import operations as trial_operations
from patrols.trials import queries
from patrols.trials.counting import count_days, days_before
from patrols.trials.days import days_of
from reports.claims.answers import Verdict
from reports.claims.checking import check_text
from reports.claims.evidence import Evidence
from reports.models import TrialResult
from reports.trials import operations, presenters
from reports.trials.dosage import doses
from script import structure
from tests.patrols import trials
from tests.patrols.trials import FIRST_DAY, at_clock
from tests.reports.trials import AFTER, answered, incident, incidents, load_extract, over, patrol

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial(force):
    """A trial of five areas and two weeks, of which each area is treated on three days in each."""
    return trials.sealed(force)


def loaded(force, trial, **counts: int) -> None:
    load_extract(force, list(incidents(trial, **counts)))


def test_incidents_are_counted_on_the_day_they_happened(force, trial):
    load_extract(force, list(incidents(trial, treated=1, control=2)))
    areas, days = trials.areas_of(trial), days_of(trial)
    schedule = queries.schedule_of(trial)
    counted = count_days(
        [shape(area.boundary) for area in areas],
        [],
        days,
        categories=[IncidentCategory.objects.get(name="Burglary").pk],
        hours=Hours(),
    )
    # Watford lies outside the outline of districts of the extract, and its incidents are at their places all the same.
    expected = [[1 if day in schedule[area.pk] else 2 for day in days] for area in areas]
    assert counted.areas.tolist() == expected
    # The clocks go back on the sixth night.
    assert counted.hours.tolist() == [24.0] * 5 + [24.0 + 1] + [24.0] * 8
    assert counted.unclear == 0


def test_an_incident_that_could_be_of_two_days_is_counted_on_neither(force, trial):
    area = trials.areas_of(trial)[0]
    burglary = incident(area, FIRST_DAY, time(22), until=datetime.combine(FIRST_DAY + timedelta(days=1), time(8)))
    same_night = incident(area, FIRST_DAY, time(22), until=datetime.combine(FIRST_DAY + timedelta(days=1), time(5)))
    load_extract(force, [burglary, same_night])
    counted = count_days(
        [shape(area.boundary)],
        [],
        days_of(trial),
        categories=[IncidentCategory.objects.get(name="Burglary").pk],
        hours=Hours(),
    )
    assert counted.areas.sum() == counted.areas[0, 0] == 1
    assert counted.unclear == 1


def test_a_fall_on_treated_days_is_told(force, trial):
    loaded(force, trial, treated=1, control=3)
    answer = answered(force, trial).result
    primary = answer["intention_to_treat"]
    assert (primary["treated_days"], primary["control_days"]) == (30, 40)
    assert (primary["treated"], primary["control"]) == (30, 120)
    assert primary["ratio"] == pytest.approx(1 / 3, rel=0.01)
    assert primary["is_told"]
    assert answer["randomisation_p"] == 1 / 2_000
    assert answer["sha256_holds"]
    assert answer["days"] == 14


def test_no_difference_is_published_like_any_other(force, trial, as_user):
    loaded(force, trial, treated=1, control=1)
    result = answered(force, trial)
    assert not result.result["intention_to_treat"]["is_told"]
    assert presenters.title(result) == "No difference could be told"
    text = unescape(as_user(force.paul).get(reverse("reports:trial_result", args=(result.pk,))).content.decode())
    assert "No difference could be told" in text
    assert "could have told a fall of" in text
    assert "led to" not in text


def test_rise_and_fall_are_named(force, trial):
    loaded(force, trial, treated=3, control=1)
    result = answered(force, trial)
    assert presenters.title(result) == "More incidents on treated days"
    assert "led to more incidents" in " ".join(presenters.summary(result))


def test_compliance_contamination_and_as_treated(force, trial):
    loaded(force, trial, treated=1, control=2)
    schedule = queries.schedule_of(trial)
    area, other = trials.areas_of(trial)[:2]
    for day in sorted(schedule[area.pk])[:4]:
        patrol(force, area, day)
    control = next(day for day in days_of(trial) if day not in schedule[other.pk])
    patrol(force, other, control, hour=3)
    patrol(force, other, sorted(schedule[other.pk])[0], minutes=9)
    result = answered(force, trial)
    answer = result.result
    assert answer["compliance"] == {"days": 30, "patrolled": 4}
    assert answer["contamination"] == {"days": 40, "patrolled": 1}
    assert answer["as_treated"]["treated_days"] == 5
    assert any("patrolled in 13% and the others in 2%" in each for each in presenters.warnings(result))


def test_minutes_of_crews_at_the_same_time_count_once(force, trial):
    area = trials.areas_of(trial)[0]
    patrol(force, area, FIRST_DAY, minutes=60)
    patrol(force, area, FIRST_DAY, minutes=90)
    # At 3am it is still the day before.
    patrol(force, area, FIRST_DAY, minutes=10, hour=3)
    found = doses([area.pk], days_of(trial))
    assert (found.minutes[0, 0], found.visits[0, 0]) == (100, 2)
    assert found.minutes.sum() == 100


def test_a_washout_leaves_out_the_days_after(force):
    trial = trials.sealed(force, washout_days=1)
    loaded(force, trial, treated=1, control=2)
    schedule, days = queries.schedule_of(trial), days_of(trial)
    left_out = sum(
        day not in treated and day - timedelta(days=1) in treated for treated in schedule.values() for day in days
    )
    answer = answered(force, trial).result
    assert answer["intention_to_treat"]["left_out_days"] == left_out > 0
    assert [each["days"] for each in answer["washouts"]] == [0, 1, 2, 3]
    assert answer["washouts"][0]["left_out_days"] == 0


def test_the_ring_is_counted_apart(force):
    trial = trials.sealed(force, ring_metres=100)
    area = trials.areas_of(trial)[0]
    (west, south), *_ = area.boundary["coordinates"][0]
    beside = incident(area, FIRST_DAY, time(12)) | {"Longitude": f"{west - 0.0005}", "Latitude": f"{south + 0.002}"}
    load_extract(force, [*incidents(trial, treated=1, control=1), beside])
    answer = answered(force, trial).result
    ring = answer["ring"]
    assert ring["treated"] + ring["control"] == 1
    assert answer["intention_to_treat"]["treated"] + answer["intention_to_treat"]["control"] == 70


# --- when it can be analysed ----------------------------------------------------------------------------------------


def test_not_before_it_is_over(force, trial):
    loaded(force, trial, treated=1, control=1)
    with pytest.raises(NotInThisState):
        operations.begin_analysis(by=force.anna, at=over(trial) - timedelta(seconds=1), trial_id=trial.pk)


def test_without_the_extract_it_says_what_is_missing(force, trial):
    with pytest.raises(DomainError) as refusal:
        operations.begin_analysis(by=force.anna, at=AFTER, trial_id=trial.pk)
    assert refusal.value.code == "extract_missing"
    assert "October 2024 and November 2024" in refusal.value.message


def test_the_same_data_are_analysed_once_and_newer_ones_beside(force, trial):
    loaded(force, trial, treated=1, control=1)
    answered(force, trial)
    with pytest.raises(Conflict):
        operations.begin_analysis(by=force.anna, at=AFTER, trial_id=trial.pk)
    loaded(force, trial, treated=1, control=2)
    answered(force, trial)
    assert TrialResult.objects.filter(trial=trial).count() == 2


def test_an_answer_is_never_changed_or_deleted(force, trial):
    loaded(force, trial, treated=1, control=1)
    result = answered(force, trial)
    for change in (lambda rows: rows.update(result={}), lambda rows: rows.delete()):
        with pytest.raises(Exception, match=r"Cannot (update|delete)"), transaction.atomic():
            change(TrialResult.objects.filter(pk=result.pk))


def test_a_trial_that_was_stopped_says_so(force, trial):
    at = at_clock(FIRST_DAY, 20) + timedelta(days=8)
    trial_operations.stop_trial(by=force.adam, at=at, trial_id=trial.pk, reason="All crews are needed elsewhere.")
    loaded(force, trial, treated=1, control=2)
    result = answered(force, trial)
    assert (result.result["days"], result.result["days_planned"]) == (9, 14)
    assert any("stopped after 9 of 14 days" in each for each in presenters.warnings(result))


def test_redrawing_gives_the_same_p_again(force, trial):
    load_extract(force, [incident(area, FIRST_DAY + timedelta(days=2), time(12)) for area in trials.areas_of(trial)])
    first = answered(force, trial).result["randomisation_p"]
    load_extract(force, [incident(area, FIRST_DAY + timedelta(days=2), time(13)) for area in trials.areas_of(trial)])
    assert answered(force, trial).result["randomisation_p"] == first


# --- what to expect, before sealing ---------------------------------------------------------------------------------


def test_what_to_expect_comes_from_the_extract_before(force):
    area_set = trials.area_set(force)
    areas = [member.area for member in area_set.members.all()]
    days = [date(2024, 10, 1) + timedelta(days=each) for each in range(30)]
    load_extract(force, [incident(area, day, time(12)) for area in areas for day in days[::2]])
    first_day = date(2024, 11, 18)
    assert days_before(first_day) == days
    trial = trials.drafted(force, area_set=area_set, first_day=first_day, expected=None, dispersion=None)
    assert trial.expected == 0.5
    assert trial.dispersion == 1.0
    assert not trial.is_typed


def test_levels_are_thirds_of_the_areas_by_their_incidents(force):
    area_set = trials.area_set(force, areas=5)
    areas = sorted((member.area for member in area_set.members.all()), key=lambda area: area.pk)
    rows = [
        incident(area, date(2024, 10, 2), time(8 + hour)) for hour, area in enumerate(areas) for _ in range(1 + hour)
    ]
    load_extract(force, rows)
    trial = trials.sealed(force, area_set=area_set, strata="level", first_day=date(2024, 11, 18))
    assert [area["stratum"] for area in trial.sealed_plan["areas"]] == [1, 1, 2, 2, 3, 3]


# --- pages and files ------------------------------------------------------------------------------------------------


def test_the_result_as_pdf_and_json(force, trial, as_user, now, tmp_path):
    loaded(force, trial, treated=1, control=3)
    result = answered(force, trial)
    now.move_to(AFTER, tick=False)
    client = as_user(force.paul)
    found = json.loads(client.get(reverse("reports:trial_result_file", args=(result.pk, "json"))).content)
    assert found["seed"] == trial.seed.value
    assert found["intention_to_treat"] == result.result["intention_to_treat"]
    assert found["plan"] == trial.plan
    path = tmp_path / "result.pdf"
    path.write_bytes(client.get(reverse("reports:trial_result_file", args=(result.pk, "pdf"))).content)
    reader = PdfReader(path)
    text = " ".join("".join(page.extract_text() for page in reader.pages).split())
    assert "Fewer incidents on treated days" in text
    assert trial.sha256[:20] in text.replace(" ", "")
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert client.get(reverse("reports:trial_result_file", args=(result.pk, "exe"))).status_code == 404


def test_an_analyst_runs_it_from_the_page(force, trial, as_user, now):
    loaded(force, trial, treated=1, control=1)
    now.move_to(AFTER, tick=False)
    client = as_user(force.anna)
    page = reverse("reports:analyse_trial", args=(trial.pk,))
    assert client.get(page).status_code == 200
    sent = client.post(page)
    result = TrialResult.objects.get()
    assert sent.url == reverse("reports:trial_result", args=(result.pk,))
    assert client.get(sent.url).status_code == 200
    again = client.post(page)
    assert again.status_code == 409
    assert "under way" in again.content.decode()


def test_nothing_says_led_to_outside_results_of_trials():
    """The words are for trials only, in what is shown."""
    code = structure.sources(None)
    templates = {str(path): path.read_text() for path in Path("templates").rglob("*.*")}
    saying = {path for path, text in {**code, **templates}.items() if re.search(r"[^a-z]led to (fewer|more|\{)", text)}
    assert saying == {"reports/trials/presenters.py"}


# --- trials that hardly took place ----------------------------------------------------------------------------------


def test_a_trial_stopped_on_its_first_day_is_analysed_and_tells_nothing(force, trial):
    trial_operations.stop_trial(by=force.adam, at=at_clock(FIRST_DAY, 20), trial_id=trial.pk, reason="No crews.")
    loaded(force, trial, treated=1, control=2)
    result = answered(force, trial)
    assert result.result["days"] == 1
    assert result.result["could_tell"] == {"expected": 2.0, "dispersion": 1.0, "smallest_fall": None}
    assert presenters.title(result) == "No difference could be told"


def test_what_a_stopped_trial_could_tell_counts_whole_blocks_only(force, trial):
    trial_operations.stop_trial(by=force.adam, at=at_clock(FIRST_DAY, 20), trial_id=trial.pk, reason="No crews.")
    # A day in which one side of each stratum is missing says nothing, however many incidents it had.
    loaded(force, trial, treated=9, control=9)
    assert answered(force, trial).result["could_tell"]["smallest_fall"] is None


# --- claims ---------------------------------------------------------------------------------------------------------


def carried_out(force, trial, **counts: int) -> TrialResult:
    """The analysis of a trial whose drawn days were all patrolled, and no others."""
    for area, days in queries.schedule_of(trial).items():
        for day in days:
            patrol(force, HotspotArea.objects.get(pk=area), day)
    loaded(force, trial, **counts)
    return answered(force, trial)


def checked(force, text: str):
    evidence = Evidence(by=force.anna, programme=force.programme, period=force.programme.period, at=AFTER)
    return check_text(text, evidence).answers


def test_a_cause_is_refused_and_the_trial_is_offered_instead(force, trial):
    result = carried_out(force, trial, treated=1, control=3)
    said = presenters.sentence(result)
    (claim,) = checked(force, "Hotspot patrols have reduced burglary by 67 per cent.")
    assert "causal_without_trial" in claim.reasons
    assert claim.instead == said
    assert "Drawing days for patrols led to fewer incidents" in said


def test_the_sentence_of_a_trial_is_supported_as_it_stands(force, trial):
    result = carried_out(force, trial, treated=1, control=3)
    said = presenters.sentence(result)
    (claim,) = checked(force, f"News. {said}")
    assert claim.verdict == Verdict.SUPPORTED
    assert (claim.working["kind"], claim.working["sha256"]) == ("trial", trial.sha256)
    changed = checked(force, said.replace("fewer", "far fewer"))
    assert any(not each.is_supported for each in changed)


def test_a_trial_that_crews_did_not_follow_is_not_offered(force, trial):
    loaded(force, trial, treated=1, control=3)
    answered(force, trial)
    (claim,) = checked(force, "Hotspot patrols have reduced burglary by 67 per cent.")
    assert claim.instead == ""


def test_nothing_shows_an_effect_is_not_said_where_a_trial_told_one(force, trial):
    carried_out(force, trial, treated=1, control=3)
    (claim,) = checked(force, "We cannot say that the patrols made a difference.")
    assert (claim.verdict, claim.reasons) == (Verdict.SUPPORTED_AS, ("trial_told",))
