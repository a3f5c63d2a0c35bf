"""The recount finds what somebody did to the summaries behind the triggers' back, and says it."""

import logging

import pytest
from django.core.management import CommandError, call_command

from hotspot.settings import CELERY_BEAT_SCHEDULE
from reports.figures.headline import Grain
from reports.figures.summary_check import summary_differences
from reports.figures.tables import difference_text
from reports.figures.tasks import verify_summaries
from reports.models import DaySummary, MonthHours, MonthPart, MonthSummary
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(force):
    """One shift that both summaries count."""
    return factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant)


def test_untouched_summaries_are_exact(counted, capsys):
    assert summary_differences() == []
    call_command("verify_summaries")
    assert "exact" in capsys.readouterr().out


@pytest.mark.parametrize(("model", "grain"), [(DaySummary, Grain.DAY), (MonthSummary, Grain.MONTH)])
def test_a_wrong_row_a_missing_row_and_a_row_too_many_are_found(counted, model, grain):
    model.objects.update(arrests=5)
    (wrong,) = summary_differences()
    assert (wrong.grain, wrong.kept.arrests, wrong.counted.arrests) == (grain, 5, 0)
    model.objects.all().delete()
    (missing,) = summary_differences()
    assert (missing.grain, missing.kept.patrols, missing.counted.patrols) == (grain, 0, 1)
    DaySummary.objects.all().delete()
    MonthSummary.objects.all().delete()
    assert len(summary_differences()) == 2


def test_a_wrong_part_and_a_wrong_hour_of_a_month_are_found_said_and_mended(counted):
    crew = MonthPart.objects.get(part="crew", key=f"police_officer:{counted.funding_stream_id}")
    MonthPart.objects.filter(pk=crew.pk).update(minutes=5)
    MonthHours.objects.filter(weekday=4).update(h21=1)
    role, hour = summary_differences()
    assert (role.month, role.kept, role.counted) == (crew.month, (crew.number, 5), (crew.number, crew.minutes))
    assert (hour.name, hour.kept) == ("hours 4 21", (0, 1))
    assert f": crew {crew.key} kept {crew.number} of 5 minutes, counted" in difference_text(role)
    call_command("verify_summaries", "--rebuild")
    assert summary_differences() == []


@pytest.mark.parametrize("model", [MonthPart, MonthHours])
def test_missing_parts_and_hours_are_found(counted, model):
    kept = model.objects.count()
    model.objects.all().delete()
    assert len(summary_differences()) >= kept > 0


def test_the_command_fails_and_says_where(counted, capsys):
    DaySummary.objects.update(patrols=7)
    with pytest.raises(CommandError, match="1 summary row differs"):
        call_command("verify_summaries")
    assert "11 October 2024" in capsys.readouterr().err


def test_rebuilding_mends_it(counted):
    DaySummary.objects.update(patrols=7)
    MonthSummary.objects.all().delete()
    call_command("verify_summaries", "--rebuild")
    assert summary_differences() == []
    assert DaySummary.objects.get().patrols == 1


def test_the_nightly_task_logs_an_error_for_each_difference(counted, caplog):
    MonthSummary.objects.update(weapons=3)
    with caplog.at_level(logging.ERROR):
        verify_summaries()
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert "weapons kept 3, counted 0" in record.getMessage()


def test_the_nightly_task_is_scheduled():
    assert verify_summaries.name in {entry["task"] for entry in CELERY_BEAT_SCHEDULE.values()}
