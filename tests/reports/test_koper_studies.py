"""Studies of the length of visits: what is read for them, what they say, and their pages."""

import math
import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.models import F
from django.urls import reverse

from hotspot.core.calendar import Period
from hotspot.core.errors import DomainError, NotAllowed
from hotspots.models import Dataset, District, HotspotArea, Incident, IncidentCategory, IncidentMonth
from patrols.models import PositionFile, PositionVisit, Visit
from patrols.visits.queries import presence_in
from reports.dosage import curve_presenters, measuring, operations
from reports.dosage.koper import CannotTell
from reports.models import KoperStudy
from tests import factories
from tests.hotspots import police_data
from tests.reports import koper

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
HERE = (-0.272, 51.941)


@pytest.fixture
def january(force):
    """A month of the extract that is loaded, with no incident of its own."""
    HotspotArea.objects.update(first_day=date(2023, 1, 1))
    District.objects.update(outline=koper.OUTLINE)
    police_data.load(police_data.extract_csv([{}]), by=force.anna, name="extract.csv")
    Incident.objects.all().delete()
    return force


def incidents(*moments: datetime, minutes: int = 0, place=HERE, **values) -> None:
    month = IncidentMonth.objects.of(Dataset.EXTRACT).get()
    category = IncidentCategory.objects.get(name="Burglary")
    Incident.objects.bulk_create(
        Incident(
            month=month, longitude=place[0], latitude=place[1], started_at=moment,
            ended_at=moment + timedelta(minutes=minutes), **{"category": category} | values,
        )
        for moment in moments
    )  # fmt: skip


def positions(force, *visits: tuple[datetime, float], state: str = "kept", every: int = 60, area=None) -> PositionFile:
    """Visits that positions show, each with its first moment and its length in minutes."""
    file = PositionFile.objects.create(
        by=force.anna, created_at=koper.AT, name="radio.csv", digest=str(random.random()), state=state, format="CSV",
        first_at=FIRST, last_at=FIRST, interval_seconds=every, tolerance_seconds=180, tracks=1, fixes=1, repeated=0,
        outside=0, too_short=0, void_reason="Wrong" if state == "withdrawn" else "",
    )  # fmt: skip
    step = timedelta(seconds=every / 2)
    ends = [(start, start + timedelta(minutes=length)) for start, length in visits if length > every / 60]
    PositionVisit.objects.bulk_create(
        PositionVisit(
            file=file, area=area or force.hitchin, earliest_arrival=start - step, first_seen=start + step,
            last_seen=end - step, latest_departure=end + step,
        )
        for start, end in ends
    )  # fmt: skip
    return file


def test_waits_are_read_from_visits_and_incidents(january):
    at = FIRST + timedelta(hours=20)
    positions(january, (at, 12), (at + timedelta(hours=2), 15))
    positions(january, (at + timedelta(hours=5), 12), state="withdrawn")
    positions(january, (at + timedelta(hours=6), 12), state="checked")
    incidents(at + timedelta(minutes=20), at + timedelta(hours=4))
    incidents(at + timedelta(minutes=14), minutes=90)
    incidents(at + timedelta(minutes=15), place=(-0.2, 51.9))
    incidents(at + timedelta(minutes=16), is_police_generated=True)
    found = koper.answered(january).result
    assert (found["all_visits"], found["visits"], found["incidents"]) == (2, 2, 1)
    assert (found["exact"], found["vague"]) == (2, 1)
    assert found["open_minutes"] == pytest.approx(2)
    assert found["reason"] == CannotTell.TIMES
    assert [band["visits"] for band in found["bands"]] == [0, 0, 1, 1, 0, 0, 0, 0]


def test_lengths_entered_in_whole_five_minutes_are_estimates(force):
    period = Period(date(2024, 10, 1), date(2024, 10, 31))
    for day in range(20):
        starts_at = datetime(2024, 10, 1 + day, 18, tzinfo=UTC)
        shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, starts_at=starts_at)
        factories.VisitFactory(shift=shift)
        factories.VisitFactory(shift=shift, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=11 + day % 4))
    assert not measuring.is_rounded(presence_in([force.hitchin.pk], period))
    Visit.objects.filter(starts_at=F("shift__starts_at")).delete()
    assert measuring.is_rounded(presence_in([force.hitchin.pk], period))
    positions(force, *((datetime(2024, 10, 1, hour, 30, tzinfo=UTC), 12) for hour in range(21)))
    assert not measuring.is_rounded(presence_in([force.hitchin.pk], period))


def test_a_month_without_an_extract_is_named(january):
    with pytest.raises(DomainError) as refusal:
        koper.answered(january, last_day=date(2024, 2, 29))
    assert refusal.value.code == "koper_months_missing"
    assert "February 2024" in refusal.value.message


def year_in_january(force, best: float, every: int = 60) -> None:
    """So many visits and incidents in a month that a length is told: more than any force has, but through every table.

    Each area has a visit every hour and a half, and incidents come at a rate that depends on the length of the last.
    """
    dice = random.Random(7)
    areas = [force.hitchin, force.letchworth, force.watford]
    boundaries = [(-0.28, 51.94), (-0.18, 51.94), (-0.38, 51.64)]
    for area, (west, south) in zip(areas, boundaries, strict=True):
        ring = [[west, south], [west + 0.02, south], [west + 0.02, south + 0.02], [west, south + 0.02], [west, south]]
        HotspotArea.objects.filter(pk=area.pk).update(boundary={"type": "Polygon", "coordinates": [ring]})
        visits, moments = [], []
        for place in range(30 * 24):
            start = FIRST + timedelta(hours=place + 0.1 * dice.random())
            length = dice.uniform(2, 24)
            visits.append((start, length))
            end = start + timedelta(minutes=length)
            rate = 0.02 * (1 - 0.9 * math.exp(-(((length - best) / 4) ** 2)))
            if (wait := dice.expovariate(rate)) < 30:
                moments.append((end + timedelta(minutes=wait)).replace(second=0, microsecond=0))
        positions(force, *visits, every=every, area=area)
        incidents(*moments, place=(west + 0.01, south + 0.01))


@pytest.mark.parametrize("best", [9, 14])
def test_a_planted_length_comes_through_the_tables(january, best):
    year_in_january(january, best)
    study = koper.answered(january, areas=[january.hitchin, january.letchworth, january.watford])
    assert study.result["reason"] is None
    assert study.result["best"] == pytest.approx(best, abs=2)
    words = " ".join(curve_presenters.summary(study))
    assert "incidents were fewest where it had lasted about" in words
    assert "not what caused it" in words


def test_coarse_positions_say_why_nothing_can_be_told(january, as_user):
    year_in_january(january, 12, every=600)
    study = koper.answered(january)
    assert study.result["reason"] == CannotTell.POSITIONS
    page = as_user(january.anna).get(reverse("reports:koper_study", args=(study.pk,))).content.decode()
    assert "cannot be told. The lengths of visits are not known well enough: their bounds lie 20 minutes apart" in page


def test_every_reason_has_its_sentence():
    assert set(curve_presenters.REASONS) == set(CannotTell)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"last_day": date(2023, 12, 31)}, "days_reversed"),
        ({"last_day": date(2026, 1, 31)}, "koper_not_over"),
    ],
)
def test_months_have_to_make_sense(january, facts, code):
    with pytest.raises(DomainError) as refusal:
        koper.asked(january, **facts)
    assert (refusal.value.code, refusal.value.field) == (code, "last_month")


def test_only_who_analyses_may_ask(january):
    with pytest.raises(NotAllowed):
        operations.begin_curve(
            by=january.audrey, at=koper.AT, name="x", areas=[january.hitchin], categories=[],
            first_day=date(2024, 1, 1), last_day=date(2024, 1, 31), follow_up=30,
        )  # fmt: skip


def test_a_study_is_asked_and_answered_in_pages(january, as_user):
    anna = as_user(january.anna)
    values = {
        "name": "Visits in January",
        "areas": [january.hitchin.pk],
        "categories": [IncidentCategory.objects.get(name="Burglary").pk],
        "first_month": "2024-01-01",
        "last_month": "2024-01-01",
        "follow_up": "30",
    }
    assert anna.post(reverse("reports:new_koper_study"), values | {"areas": []}).status_code == 422
    answer = anna.post(reverse("reports:new_koper_study"), values)
    assert answer.status_code == 302
    study = KoperStudy.objects.get()
    assert (study.first_day, study.last_day) == (date(2024, 1, 1), date(2024, 1, 31))
    assert anna.get(answer["Location"]).status_code == 200
    operations.answer_curve(job=study.job)
    assert "cannot be told" in anna.get(answer["Location"]).content.decode()
    assert "Cannot tell" in anna.get(reverse("reports:koper")).content.decode()
    assert as_user(january.paul).get(answer["Location"]).status_code == 404


def test_without_an_extract_there_is_nothing_to_ask(force, as_user):
    anna = as_user(force.anna)
    assert "published files have none" in anna.get(reverse("reports:koper")).content.decode()
    assert anna.get(reverse("reports:new_koper_study")).status_code == 302


def test_the_curve_is_drawn_on_its_grid(january, as_user):
    year_in_january(january, 12)
    study = koper.answered(january, areas=[january.hitchin, january.letchworth, january.watford])
    drawn = curve_presenters.chart(study.result)
    for pair in f"{drawn.line} {drawn.band}".split():
        assert all(0 <= int(part) <= 1000 for part in pair.split(","))
    page = as_user(january.anna).get(reverse("reports:koper_study", args=(study.pk,)))
    assert b"app-curve__line" in page.content
    assert len(page.context["points"]) == len(study.result["points"])
