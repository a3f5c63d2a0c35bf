"""The way of a trial through its pages: designed by an analyst, sealed by an administrator, followed by crews."""

from datetime import timedelta
from html import unescape

import pytest
from django import forms
from django.urls import reverse

from patrols.models import PatrolTrial, TrialLogEntry
from patrols.trials.forms import HolidaysField
from tests.patrols import trials
from tests.patrols.trials import FIRST_DAY, at_clock

SENT = {
    "name": "Town centres, autumn",
    "first_day_day": "21",
    "first_day_month": "October",
    "first_day_year": "2024",
    "days": "14",
    "block_days": "7",
    "treated_days": "3",
    "strata": "district",
    "washout_days": "1",
    "holidays": "25 October 2024, Charter fair",
    "from_hour": "18",
    "to_hour": "3",
    "dose_minutes": "15",
    "dose_visits": "2",
    "ring_metres": "150",
    "notice_hour": "16",
    "target_fall": "40",
    "expected": "0.55",
    "dispersion": "1.2",
}


def sent(force) -> dict[str, object]:
    category = trials.IncidentCategory.objects.get(name="Burglary")
    return SENT | {"area_set": trials.area_set(force).pk, "categories": [category.pk]}


def test_from_a_draft_to_tonight(force, as_user, now):
    anna, adam = as_user(force.anna), as_user(force.adam)
    answer = anna.post(reverse("trials:new"), sent(force))
    trial = PatrolTrial.objects.get()
    assert answer.url == reverse("trials:trial", args=(trial.pk,))
    assert (trial.expected, trial.dispersion, trial.is_typed) == (0.55, 1.2, True)
    assert trial.holidays == [{"day": "2024-10-25", "reason": "Charter fair"}]
    assert trial.last_day == FIRST_DAY + timedelta(days=14)
    seal = reverse("trials:seal", args=(trial.pk,))
    assert anna.post(seal).status_code == 403
    confirm = unescape(adam.get(seal).content.decode())
    assert "Chance to tell a fall of 40%" in confirm
    assert "Each area is treated on 3 of every 7 trial days" in confirm
    adam.post(seal)
    trial.refresh_from_db()
    page = unescape(as_user(force.paul).get(answer.url).content.decode())
    assert trial.sha256 in page
    assert "Sealed" in page
    now.move_to(at_clock(FIRST_DAY, 26), tick=False)
    tonight = unescape(as_user(force.sam).get(reverse("tonight:tonight")).content.decode())
    assert "Monday 21 October, from 6am until 6am the next morning" in tonight
    assert "Trial area 0" in tonight
    assert "Watford Parade" not in tonight


def test_what_is_sent_to_a_sealed_trial_is_refused_and_logged(force, as_user):
    trial = trials.sealed(force)
    anna = as_user(force.anna)
    page = reverse("trials:edit", args=(trial.pk,))
    assert anna.get(page).status_code == 302
    category = trials.IncidentCategory.objects.get(name="Burglary")
    answer = anna.post(page, SENT | {"area_set": trial.area_set_id, "categories": [category.pk]})
    assert answer.status_code == 409
    assert "recorded in its log" in answer.content.decode()
    assert TrialLogEntry.objects.get(kind="refused").words == "Change of the design"
    assert "Change refused" in anna.get(reverse("trials:trial", args=(trial.pk,))).content.decode()
    assert "Change refused" not in as_user(force.paul).get(reverse("trials:trial", args=(trial.pk,))).content.decode()


def test_a_change_meanwhile_is_noticed_before_sealing(force, as_user):
    trial = trials.drafted(force)
    adam = as_user(force.adam)
    seal = reverse("trials:seal", args=(trial.pk,))
    version = adam.get(seal).context["version"]
    trials.operations.save_trial(
        by=force.anna,
        at=trials.AT,
        trial_id=trial.pk,
        name="Other",
        categories=list(trial.categories.all()),
        **trials.DESIGN | {"treated_days": 2},
    )
    answer = adam.post(seal, {"version": version})
    assert answer.status_code == 409
    assert PatrolTrial.objects.get().is_draft


def test_supervisors_and_the_pccs_office_see_no_draft(force, as_user):
    trial = trials.drafted(force)
    for user, status in ((force.sam, 404), (force.paul, 404), (force.audrey, 200)):
        assert as_user(user).get(reverse("trials:trial", args=(trial.pk,))).status_code == status
        assert (trial.name in as_user(user).get(reverse("trials:list")).content.decode()) == (status == 200)


def test_a_supervisor_sees_the_areas_of_their_districts(force, as_user):
    trial = trials.sealed(force)
    text = as_user(force.sam).get(reverse("trials:trial", args=(trial.pk,))).content.decode()
    assert "Trial area 0" in text
    assert "Watford Parade" not in text
    assert "The trial has 5 areas" in text


def test_an_administrator_stops_it_with_a_reason(force, as_user, now):
    trial = trials.sealed(force)
    now.move_to(at_clock(FIRST_DAY + timedelta(days=2), 12), tick=False)
    adam = as_user(force.adam)
    page = reverse("trials:stop", args=(trial.pk,))
    assert adam.post(page, {"reason": ""}).status_code == 422
    adam.post(page, {"reason": "Floods"})
    trial.refresh_from_db()
    assert (trial.stop_reason, trial.last_day) == ("Floods", FIRST_DAY + timedelta(days=2))
    assert adam.post(page, {"reason": "Again"}).status_code == 409


def test_a_draft_is_deleted(force, as_user):
    trial = trials.drafted(force)
    as_user(force.anna).post(reverse("trials:delete", args=(trial.pk,)))
    assert not PatrolTrial.objects.exists()


def test_days_left_out_are_read_and_written_alike():
    field = HolidaysField(label="Days left out", required=False, widget=forms.Textarea)
    days = field.clean("31 Oct 2024 Halloween\n25 October 2024, Charter fair")
    assert days == [
        {"day": "2024-10-25", "reason": "Charter fair"},
        {"day": "2024-10-31", "reason": "Halloween"},
    ]
    assert field.clean(field.prepare_value(days)) == days
    assert field.clean("") == []


@pytest.mark.parametrize("line", ["25 October 2024", "31 February 2024, x", "2024-10-25 x", "Christmas"])
def test_a_line_that_is_no_day_with_a_reason_is_refused(line):
    with pytest.raises(Exception, match="Write each day on a line like"):
        HolidaysField(label="Days left out").clean(line)
