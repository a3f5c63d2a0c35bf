"""Loading the demonstration: once, the same each time, on any day, and nowhere but in a demonstration."""

from collections import Counter
from datetime import UTC, date, datetime, time
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from hotspot.core.history import versions_of
from hotspot.core.models import User
from hotspot.core.permissions import Role
from hotspots.models import AreaSet, HotspotArea, Programme
from outcomes.models import StopSearch
from patrols.models import Abstraction, CrewMember, CrewTeam, PatrolShift
from reports.demo import published
from reports.demo.load import load_demo
from reports.demo.people import PASSWORD, PEOPLE
from reports.demo.plan import Beat, Stratum, deal, outcomes_of
from reports.demo.reference import places
from reports.models import ProgrammeReturn, ReturnTemplate, Statement
from reports.returns.periods import turns
from reports.statements.operations import prove

TODAY = date(2026, 11, 22)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def _contents() -> list[object]:
    """Everything that does not depend on where sequences stood."""
    shifts = PatrolShift.objects.order_by("submission_id").values_list("submission_id", "starts_at", "ends_at", "state")
    crew = CrewMember.objects.values_list("shift__submission_id", "role", "collar_number", "ends_at")
    searches = StopSearch.objects.values_list("shift__submission_id", "power", "reference")
    return [
        list(shifts),
        Counter(crew),
        Counter(searches),
        list(HotspotArea.objects.values_list("boundary", flat=True)),
    ]


def _contents_after_loading() -> list[object]:
    with transaction.atomic():
        load_demo(today=TODAY, seed=7, demo=True)
        contents = _contents()
        transaction.set_rollback(True)
    return contents


def _beats() -> list[Beat]:
    areas = [HotspotArea(pk=number, town=place.town) for number, place in enumerate(places())]
    return [Beat(area, 1, has_council_team=False) for area in areas]


def test_the_same_seed_makes_the_same_rows():
    assert _contents_after_loading() == _contents_after_loading()


def test_another_seed_makes_other_patrols_that_count_to_the_same():
    beats = _beats()
    one, other = published.counted(beats, Random(1)), published.counted(beats, Random(2))

    assert [patrol.starts_at for patrol in one] != [patrol.starts_at for patrol in other]
    assert sum(patrol.person_minutes for patrol in one) == sum(patrol.person_minutes for patrol in other)
    for dealt in (one, other):
        assert sum(patrol.outcomes["asb_powers"] for patrol in dealt) == 705


def test_what_cannot_be_dealt_is_refused_rather_than_dealt_for_ever():
    beats, days = _beats(), [date(2024, 6, 1)]

    with pytest.raises(ValueError, match="cannot have"):
        deal(Stratum(beats=beats, days=days, patrols=2, minutes=100_000), Random(1))
    with pytest.raises(ValueError, match="do not fit"):
        deal(Stratum(beats=beats, days=days, patrols=1, outcomes=outcomes_of(50)), Random(1))


def test_there_is_a_team_of_each_kind_and_time_that_was_taken_away():
    load_demo(today=TODAY, seed=7, demo=True)
    sam, adam = (User.objects.get(email=f"{name}@hotspot.example") for name in ("sam", "adam"))
    own, of_district = CrewTeam.objects.visible_to(sam).order_by("owner")
    assert (own.owner, of_district.owner, of_district.district.name) == (sam, None, "North Hertfordshire")
    assert [team.members.count() for team in (own, of_district)] == [3, 3]
    taken = Abstraction.objects.visible_to(sam)
    assert (taken.count(), taken.filter(is_backfilled=True).count()) == (4, 1)
    assert {each.recorded_by for each in taken} == {adam}


def _late_returns(today: date) -> set[str]:
    """The periods whose returns are overdue on a day."""
    analyst, at = User.objects.get(email="anna@hotspot.example"), datetime.combine(today, time(12), UTC)
    templates = ReturnTemplate.objects.visible_to(analyst).select_related("programme")
    return {turn.code for template in templates for turn in turns(template, by=analyst, at=at) if turn.is_late}


@pytest.mark.parametrize("today", [date(2024, 12, 10), date(2026, 4, 3), date(2027, 3, 31)])
def test_it_loads_on_any_day_of_the_year(today, check_deferred):
    load_demo(today=today, seed=3, demo=True)
    check_deferred()

    first = PatrolShift.objects.counted().filter(funding_stream__programme__name="Operation Hotspot 2024/25")
    assert first.count() == 1_457
    submitted = ProgrammeReturn.objects.standing().filter(template__programme__name="Operation Hotspot 2024/25")
    assert [made.code for made in submitted] == [f"2024-{month:02}" for month in range(11, 4, -1)]
    june = submitted.get(code="2024-06").body["rows"]
    assert [row["value"] for row in june if row["source"] in ("patrol_hours", "arrests")] == [1100, 15]
    assert _late_returns(today) == ({"2027-01", "2027-02"} if today.year == 2027 else set())
    for area_set in AreaSet.objects.all():
        writers = [version.by for version in versions_of(area_set)]
        assert writers[-1] == area_set.proposed_by.name
        assert set(writers) <= {area_set.proposed_by.name, getattr(area_set.approved_by, "name", "")}


@pytest.mark.django_db(transaction=True)
def test_what_was_published_can_be_read_by_everybody_and_proved(client):
    load_demo(today=date(2026, 11, 22), seed=1, demo=True)

    later, june = Statement.objects.published().order_by("-decided_at")
    assert (june.code, june.prepared_by.role, june.decided_by.role) == ("2024-06", Role.PCC, Role.ANALYST)
    assert june.body["totals"]["arrests"] == 15
    assert [prove(at=timezone.now(), statement=statement) for statement in (june, later)] == [[], []]
    waiting = Statement.objects.get(state=Statement.State.WAITING)
    assert (waiting.approver.role, waiting.code) == (Role.PCC, "2026-10")
    assert waiting.release_at == waiting.announced_release.release_at
    page = client.get("/public/latest/", follow=True)
    assert (page.status_code, later.slug in page.redirect_chain[-1][0]) == (200, True)


def run(command: str, **options: object) -> str:
    output = StringIO()
    call_command(command, stdout=output, **options)
    return output.getvalue()


class TestCommands:
    def test_a_second_load_does_nothing_and_says_so(self):
        assert "Loaded 5," in run("load_demo", today=TODAY)
        shifts = PatrolShift.objects.count()

        assert run("load_demo", today=TODAY) == "There are programmes already, so nothing was loaded.\n"
        assert PatrolShift.objects.count() == shifts

    def test_a_real_service_gets_no_demonstration_accounts(self, settings):
        settings.DEMO = False

        with pytest.raises(CommandError, match="This is not a demonstration"):
            run("load_demo")
        with pytest.raises(CommandError, match="This is not a demonstration"):
            run("demo_accounts")
        assert not User.objects.exists()
        assert not Programme.objects.exists()

    def test_accounts_are_printed_as_a_table(self):
        lines = run("demo_accounts").splitlines()

        assert lines[0].split()[:2] == ["Role", "Name"]
        assert len(lines) == 1 + len(PEOPLE)
        assert all(PASSWORD in line for line in lines[1:])
        assert not [line for line in lines if line != line.rstrip()]
