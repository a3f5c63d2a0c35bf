"""A large set of data is the same as the triggers would have made it, and the summaries can be counted afresh."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Max, Min, Sum

from hotspot.core.errors import DomainError
from hotspots.models import HotspotArea, Programme
from outcomes.models import Arrest, AsbPowerUse
from patrols.models import CrewMember, PatrolShift
from reports.demo import scale as module
from reports.demo.scale import LargeLoad, load_scale
from reports.figures.operations import rebuild_summaries
from reports.models import DaySummary, MonthSummary
from tests import factories

SCALE = LargeLoad(shifts=500, areas=15, years=2, today=date(2026, 11, 22))

pytestmark = pytest.mark.django_db


def exclusions() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'x' ORDER BY 1")
        return cursor.fetchall()


def summaries() -> list[list[dict[str, object]]]:
    return [
        list(model.objects.filter(patrols__gt=0).order_by("programme", "area", key).values(*parts, key))
        for model, key in ((DaySummary, "day"), (MonthSummary, "month"))
        for parts in [[f.name for f in model._meta.concrete_fields if f.name not in ("id", key)]]
    ]


def test_everything_asked_for_is_there_and_the_summaries_agree(check_deferred):
    before = exclusions()
    loaded = load_scale(SCALE, seed=1, demo=True)
    check_deferred()

    assert loaded is not None
    assert loaded.shifts == PatrolShift.objects.count() == 500
    assert HotspotArea.objects.count() == 15
    assert Programme.objects.get().period == SCALE.period
    days = PatrolShift.objects.aggregate(first=Min("day"), last=Max("day"))
    assert date(2024, 4, 1) <= days["first"] <= days["last"] <= date(2026, 3, 31)
    assert exclusions() == before
    sums = DaySummary.objects.aggregate(
        p=Sum("patrols"), m=Sum("patrol_minutes"), a=Sum("arrests"), k=Sum("asb_powers")
    )
    assert sums == {
        "p": 500,
        "m": CrewMember.objects.aggregate(n=Sum("minutes"))["n"],
        "a": Arrest.objects.count(),
        "k": AsbPowerUse.objects.filter(kind__in_headline=True).count(),
    }


def test_triggers_count_again_after_the_load():
    load_scale(SCALE, seed=1, demo=True)
    shift = PatrolShift.objects.filter(crew__role="police_officer").order_by("pk")[0]
    factories.ArrestFactory(shift=shift)

    assert DaySummary.objects.aggregate(n=Sum("arrests"))["n"] == Arrest.objects.count()


def test_rows_that_the_database_would_have_refused_undo_the_load(monkeypatch):
    add = module.Batch.add

    def without_crew(self, *rows):
        add(self, *(row for row in rows if type(row).__name__ != "CrewRow"))

    monkeypatch.setattr(module.Batch, "add", without_crew)

    with pytest.raises(DomainError, match="without a constable"):
        load_scale(SCALE, seed=1, demo=True)
    assert not PatrolShift.objects.exists()


def test_a_second_load_does_nothing_and_a_real_service_gets_none():
    factories.ProgrammeFactory()

    assert load_scale(SCALE, seed=1, demo=True) is None
    with pytest.raises(DomainError, match="not a demonstration"):
        load_scale(SCALE, seed=1, demo=False)


def test_counting_afresh_finds_what_the_triggers_found(force):
    for area in (force.hitchin, force.watford):
        shift = factories.PatrolShiftFactory(area=area, funding_stream=force.grant)
        factories.ArrestFactory(shift=shift)
        factories.AsbPowerUseFactory(shift=shift)
    kept = summaries()
    assert len(kept[0]) == len(kept[1]) == 2

    DaySummary.objects.update(arrests=99)
    MonthSummary.objects.all().delete()
    rebuild_summaries()

    assert summaries() == kept


@pytest.mark.slow
def test_the_command_takes_a_size(capsys):
    call_command("load_demo", shifts=100, areas=12, years=1, today=SCALE.today)

    assert PatrolShift.objects.count() == 100
    assert "rows a second" in capsys.readouterr().out
