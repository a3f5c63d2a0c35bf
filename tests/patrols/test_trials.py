"""Trials: designed, sealed, drawn by chance, refused to change, and shown to crews for tonight only."""

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from hotspot.core.errors import DomainError, DomainErrors, NotAllowed, NotInThisState
from hotspots.models import IncidentCategory
from patrols.models import PatrolTrial, TrialArea, TrialLogEntry, TrialSeed, trial_day
from patrols.trials import commitment, operations, queries
from patrols.trials.days import begins_at, trial_days
from patrols.trials.schedule import draw, shuffled
from tests.patrols import trials
from tests.patrols.trials import FIRST_DAY, at_clock

SCRIPT = Path(__file__).resolve().parents[2] / "docs/reproduce_schedule.py"
SEED = bytes(range(32))
PLAN = {
    "areas": [{"id": number, "stratum": number % 2} for number in range(1, 9)],
    "blocks": [[f"2024-10-{day:02d}" for day in range(first, first + 7)] for first in (1, 8, 15)],
    "treated_days": 3,
}


# --- the schedule -------------------------------------------------------------------------------------------------


def test_every_area_has_as_many_treated_days_in_every_block():
    for days in draw(SEED, PLAN).values():
        assert len(days) == 9
        assert all(sum(f"{day}" in block for day in days) == 3 for block in PLAN["blocks"])


def test_every_day_has_as_equal_a_number_of_areas_of_a_stratum_as_can_be():
    treated = draw(SEED, PLAN)
    for stratum in (0, 1):
        areas = [area["id"] for area in PLAN["areas"] if area["stratum"] == stratum]
        a_day = Counter(day for area in areas for day in treated[area])
        assert len(a_day) == 21
        assert set(a_day.values()) <= {1, 2}


def test_another_seed_draws_another_schedule_and_the_same_seed_the_same():
    assert draw(SEED, PLAN) == draw(SEED, PLAN)
    assert draw(SEED, PLAN) != draw(SEED[::-1], PLAN)


def test_every_day_is_as_likely_as_any_other():
    plan = PLAN | {"blocks": PLAN["blocks"][:1]}
    drawn = Counter(
        (area, day) for number in range(2_000) for area, days in draw(number.to_bytes(32), plan).items() for day in days
    )
    assert len(drawn) == 8 * 7
    # Each is a count of 2,000 chances of 3/7, with a standard error of 22.
    assert all(abs(count - 2_000 * 3 / 7) < 4 * 22.2 for count in drawn.values())


def test_every_order_is_as_likely_as_any_other():
    orders = Counter(tuple(shuffled("abc", seed=number.to_bytes(32), label="x")) for number in range(6_000))
    assert len(orders) == 6
    assert all(abs(count - 1_000) < 4 * 29 for count in orders.values())


# --- days ---------------------------------------------------------------------------------------------------------


def test_a_day_lasts_from_6am_to_6am_also_when_the_clocks_change():
    lengths = [begins_at(day + timedelta(days=1)) - begins_at(day) for day in (date(2024, 10, 26), date(2025, 3, 29))]
    assert lengths == [timedelta(hours=25), timedelta(hours=23)]
    assert begins_at(date(2024, 7, 1)) == datetime(2024, 7, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2024, 10, 26, 4, 59, tzinfo=UTC), 25),
        (datetime(2024, 10, 26, 5, 0, tzinfo=UTC), 26),
        (datetime(2024, 10, 27, 5, 59, tzinfo=UTC), 26),
        (datetime(2024, 10, 27, 6, 0, tzinfo=UTC), 27),
    ],
)
def test_before_6am_it_is_still_the_night_before(at, day):
    assert trial_day(at) == date(2024, 10, day)
    assert begins_at(trial_day(at)) <= at < begins_at(trial_day(at) + timedelta(days=1))


def test_days_left_out_come_on_top():
    days = trial_days(FIRST_DAY, 3, [FIRST_DAY + timedelta(days=1)])
    assert days == [FIRST_DAY + timedelta(days=each) for each in (0, 2, 3)]


# --- sealing ------------------------------------------------------------------------------------------------------


def test_a_sealed_trial_is_bound_by_its_digest(force):
    trial = trials.sealed(force)
    seed = TrialSeed.objects.get(trial=trial).value
    assert trial.sha256 == commitment.digest(bytes.fromhex(seed), trial.plan, trial.analysis)
    assert commitment.canonical(trial.sealed_plan) == trial.plan
    assert trial.sealed_analysis["expected"] == 0.5
    assert [each["id"] for each in trial.sealed_plan["areas"]] == [area.pk for area in trials.areas_of(trial)]
    assert TrialLogEntry.objects.get(trial=trial).kind == "sealed"


def test_two_trials_have_different_seeds(force):
    first = trials.sealed(force)
    second = trials.sealed(force, name="Again", first_day=FIRST_DAY + timedelta(days=14))
    assert first.seed.value != second.seed.value


def test_somebody_else_seals(force):
    trial = operations.save_trial(
        by=force.adam, at=trials.AT, trial_id=trials.drafted(force).pk, name="Adam's",
        categories=list(trials.drafted(force, name="Other").categories.all()),
        **trials.DESIGN, area_set=trials.AreaSet.objects.get(name="Areas of the trial"),
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        operations.seal_trial(by=force.adam, at=trials.AT, trial_id=trial.pk)


@pytest.mark.parametrize(("days", "is_refused"), [(1, True), (2, False)])
def test_a_whole_day_lies_between_sealing_and_the_first_day(force, days, is_refused):
    at = at_clock(FIRST_DAY, 23) - timedelta(days=days)
    if is_refused:
        with pytest.raises(DomainError) as refusal:
            trials.sealed(force, at=at)
        assert refusal.value.code == "trial_too_soon"
    else:
        assert trials.sealed(force, at=at).sha256


def test_an_area_is_in_one_trial_at_a_time(force):
    trials.sealed(force)
    with pytest.raises(DomainErrors) as refusal:
        trials.sealed(force, name="At the same time", first_day=FIRST_DAY + timedelta(days=13))
    assert {error.code for error in refusal.value.errors} == {"trial_area_twice"}


def test_without_an_extract_or_a_typed_number_nothing_is_sealed(force):
    with pytest.raises(DomainError) as refusal:
        trials.sealed(force, expected=None, dispersion=None)
    assert refusal.value.code == "trial_power_unknown"


@pytest.mark.parametrize(
    ("design", "code"),
    [
        ({"days": 15}, "trial_blocks"),
        ({"treated_days": 7}, "trial_no_controls"),
        ({"dispersion": None}, "trial_typed_half"),
        ({"expected": None}, "trial_typed_half"),
        ({"holidays": [{"day": "2024-10-25", "reason": "x"}] * 2}, "trial_holiday_twice"),
    ],
)
def test_a_design_without_a_schedule_is_refused(force, design, code):
    with pytest.raises(DomainError) as refusal:
        trials.drafted(force, **design)
    assert refusal.value.code == code


def test_strata_are_districts(force):
    trial = trials.sealed(force, strata="district")
    strata = {area["id"]: area["stratum"] for area in trial.sealed_plan["areas"]}
    by_district = {area.district_id: strata[area.pk] for area in trials.areas_of(trial)}
    assert sorted(by_district.values()) == [1, 2]


# --- later changes ------------------------------------------------------------------------------------------------


def test_changes_of_a_sealed_trial_are_refused_and_logged(force):
    trial = trials.sealed(force)
    for refused in (
        lambda: operations.save_trial(
            by=force.anna, at=trials.AT, trial_id=trial.pk, name="Other", categories=[], **trials.DESIGN
        ),
        lambda: operations.delete_trial(by=force.anna, at=trials.AT, trial_id=trial.pk),
        lambda: operations.seal_trial(by=force.adam, at=trials.AT, trial_id=trial.pk),
    ):
        with pytest.raises(NotInThisState):
            refused()
    log = list(
        TrialLogEntry.objects.filter(trial=trial, kind="refused").order_by("pk").values_list("by__name", "words")
    )
    assert log == [
        ("Anna Analyst", "Change of the design"),
        ("Anna Analyst", "Deleting the trial"),
        ("Adam Admin", "Sealing the trial again"),
    ]
    assert PatrolTrial.objects.get(pk=trial.pk).plan == trial.plan


@pytest.mark.parametrize(
    "values",
    [
        {"plan": "{}"}, {"analysis": "{}"}, {"sha256": "0" * 64}, {"state": "draft"}, {"treated_days": 2},
        {"first_day": date(2024, 10, 22)}, {"last_day": date(2024, 10, 22)}, {"dose_minutes": 1}, {"name": "Other"},
    ],
)  # fmt: skip
def test_the_database_refuses_them_too(force, values):
    trial = trials.sealed(force)
    with pytest.raises(IntegrityError), transaction.atomic():
        PatrolTrial.objects.filter(pk=trial.pk).update(**values)


@pytest.mark.parametrize("model", [TrialSeed, TrialArea, TrialLogEntry])
def test_what_was_sealed_with_it_is_never_changed_or_deleted(force, model):
    trial = trials.sealed(force)
    rows = model.objects.filter(trial=trial)
    assert rows.exists()
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        rows.update(trial=trial)
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic():
        rows.delete()


def test_nothing_is_added_to_a_sealed_trial(force):
    trial = trials.sealed(force)
    with pytest.raises(IntegrityError), transaction.atomic():
        TrialArea.objects.create(trial=trial, area=force.letchworth, stratum=1, boundary={})


def test_a_trial_is_stopped_once_with_a_reason(force):
    trial = trials.sealed(force)
    at = at_clock(FIRST_DAY, 20) + timedelta(days=3)
    stopped = operations.stop_trial(by=force.adam, at=at, trial_id=trial.pk, reason="All crews are needed elsewhere.")
    assert stopped.last_day == FIRST_DAY + timedelta(days=3)
    assert not stopped.is_over(at)
    assert stopped.is_over(at + timedelta(days=1))
    with pytest.raises(NotInThisState):
        operations.stop_trial(by=force.adam, at=at, trial_id=trial.pk, reason="Again")
    with pytest.raises(IntegrityError), transaction.atomic():
        PatrolTrial.objects.filter(pk=trial.pk).update(stop_reason="Another")


def test_a_trial_that_has_not_begun_is_not_stopped(force):
    trial = trials.sealed(force)
    with pytest.raises(NotInThisState) as refusal:
        operations.stop_trial(by=force.adam, at=trials.AT, trial_id=trial.pk, reason="x")
    assert refusal.value.code == "trial_not_begun"


# --- what is shown when -------------------------------------------------------------------------------------------


def record(client, trial) -> dict:
    return client.get(reverse("trials:record", args=(trial.pk,))).json()


def test_the_seed_is_shown_when_the_trial_is_over_and_not_before(force, as_user, now):
    trial = trials.sealed(force)
    seed = trial.seed.value
    now.move_to(begins_at(trial.last_day + timedelta(days=1)) - timedelta(seconds=1), tick=False)
    page = reverse("trials:trial", args=(trial.pk,))
    before = record(as_user(force.adam), trial)
    assert (before["seed"], before["schedule"], before["sha256"]) == (None, None, trial.sha256)
    assert seed not in as_user(force.adam).get(page).content.decode()
    now.move_to(begins_at(trial.last_day + timedelta(days=1)), tick=False)
    assert record(as_user(force.adam), trial)["seed"] == seed
    assert seed in as_user(force.adam).get(page).content.decode()


def test_the_script_draws_the_same_schedule(force, as_user, now, tmp_path):
    trial = trials.sealed(force, strata="district", holidays=[{"day": "2024-10-25", "reason": "Fair"}])
    now.move_to(begins_at(trial.last_day + timedelta(days=1)), tick=False)
    path = tmp_path / "record.json"
    found = record(as_user(force.paul), trial)
    path.write_text(json.dumps(found))
    done = subprocess.run([sys.executable, "-I", SCRIPT, path], capture_output=True, text=True, check=True)
    expected = {f"{area} {day}" for area, days in queries.schedule_of(trial).items() for day in days}
    assert set(done.stdout.splitlines()) == expected
    assert len(SCRIPT.read_text().splitlines()) <= 50
    path.write_text(json.dumps(found | {"plan": found["plan"].replace('"treated_days":3', '"treated_days":4')}))
    wrong = subprocess.run([sys.executable, "-I", SCRIPT, path], capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
    assert "not what was sealed" in wrong.stderr


def nights(user, at) -> list[tuple[date, int, int]]:
    return [(night.day, len(night.treated), len(night.controls)) for night in queries.nights_shown_to(user, at)]


def test_crews_see_tonight_and_from_6pm_the_next_day(force):
    trial = trials.sealed(force)
    schedule, next_day = queries.schedule_of(trial), FIRST_DAY + timedelta(days=1)
    assert nights(force.sam, at_clock(FIRST_DAY - timedelta(days=1), 17)) == []
    assert [each[0] for each in nights(force.sam, at_clock(FIRST_DAY - timedelta(days=1), 18))] == [FIRST_DAY]
    assert [each[0] for each in nights(force.sam, at_clock(FIRST_DAY, 17))] == [FIRST_DAY]
    assert [each[0] for each in nights(force.sam, at_clock(FIRST_DAY, 18))] == [FIRST_DAY, next_day]
    # At 3am it is still the night before.
    assert [each[0] for each in nights(force.sam, at_clock(FIRST_DAY, 27))] == [FIRST_DAY, next_day]
    (night,) = queries.nights_shown_to(force.sam, at_clock(FIRST_DAY, 12))
    assert {area.pk for area in night.treated} == {
        area.pk
        for area in trials.areas_of(trial)
        if area.district == force.north_herts and FIRST_DAY in schedule[area.pk]
    }


def test_a_supervisor_sees_their_own_districts(force):
    trials.sealed(force)
    at = at_clock(FIRST_DAY, 12)
    assert [sum(each[1:]) for each in nights(force.sam, at)] == [4]
    assert [sum(each[1:]) for each in nights(force.sue, at)] == [1]
    assert [sum(each[1:]) for each in nights(force.adam, at)] == [5]


def test_a_day_left_out_says_why(force, as_user, now):
    trials.sealed(force, holidays=[{"day": "2024-10-25", "reason": "Charter fair"}])
    now.move_to(at_clock(date(2024, 10, 25), 12), tick=False)
    assert "Charter fair" in as_user(force.sam).get(reverse("tonight:tonight")).content.decode()


def test_after_it_was_stopped_no_night_is_shown(force):
    trial = trials.sealed(force)
    at = at_clock(FIRST_DAY, 20)
    operations.stop_trial(by=force.adam, at=at, trial_id=trial.pk, reason="Floods")
    assert [each[0] for each in nights(force.sam, at)] == [FIRST_DAY]
    assert nights(force.sam, at + timedelta(days=1)) == []


def test_history_and_pages_before_the_end_hold_no_seed_and_no_treated_day(force, as_user, now):
    trial = trials.sealed(force)
    now.move_to(at_clock(FIRST_DAY, 12), tick=False)
    seed = trial.seed.value
    assert all(seed not in str(vars(event)) for event in trial.events.all())
    for user in (force.anna, force.paul, force.audrey, force.adam):
        for name in ("trials:trial", "trials:record"):
            text = as_user(user).get(reverse(name, args=(trial.pk,))).content.decode()
            assert seed not in text
            assert '"schedule": {' not in text
    assert as_user(force.anna).get(reverse("tonight:tonight")).status_code == 403
    assert as_user(force.paul).get(reverse("tonight:tonight")).status_code == 404


def test_the_first_day_is_not_left_out(force):
    with pytest.raises(DomainError) as refusal:
        trials.drafted(force, holidays=[{"day": FIRST_DAY.isoformat(), "reason": "Half term"}])
    assert refusal.value.code == "trial_first_day_left_out"


def test_what_became_police_generated_after_the_draft_is_not_sealed_as_nothing(force):
    """It was left out of the sealed analysis without a word, of which nothing was left to be counted."""
    draft = trials.drafted(force)
    IncidentCategory.objects.filter(name="Burglary").update(is_police_generated=True)
    with pytest.raises(DomainError) as refusal:
        operations.seal_trial(by=force.adam, at=trials.AT, trial_id=draft.pk)
    assert refusal.value.code == "trial_police_generated"
    assert not TrialSeed.objects.exists()
