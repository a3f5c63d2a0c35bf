"""The demonstration counts to the published figures, by whoever counts."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from random import Random

import pghistory.models
import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.db.models import F, Sum
from django.http import QueryDict
from django.test import Client
from shapely.geometry import Point, shape

from hotspot.core.calendar import LONDON, Period
from hotspot.core.models import User
from hotspot.core.permissions import PERSON_ROLES, Role
from hotspot.core.wording import hours
from hotspots.initiatives.queries import costs_of
from hotspots.models import (
    AreaTarget,
    ClosedMonth,
    District,
    FundingStream,
    HotspotArea,
    IncomeLine,
    IncomeReceipt,
    Initiative,
    PowerAuthorisation,
    Programme,
    SpendEntry,
)
from outcomes.authorisations.queries import open_questions
from outcomes.models import ActivityCount, Arrest, AsbPowerUse, Outcome, StopSearch, WeaponKind, WeaponRecovered
from patrols.models import CONSTABLES, LATE_AFTER, CrewMember, CrewRole, PatrolShift, Visit
from reports.demo.load import load_demo
from reports.demo.people import PASSWORD, PEOPLE
from reports.demo.reference import boundary, outlines, places
from reports.figures.comparisons import other_side
from reports.figures.criteria import read_criteria
from reports.figures.targets import Targets
from reports.impact.queries import events_begun
from reports.models import DaySummary, MonthSummary, ProblemPlan, Statement
from reports.plans.queries import due_things
from reports.statements.body import release_of
from tests.reports.test_press import NEWS

TODAY = date(2026, 11, 22)
AS_AT = datetime(2024, 12, 10, 10, 55, tzinfo=UTC)
TOWNS = [
    "Bishop's Stortford",
    "Hertford",
    "Hitchin",
    "St Albans",
    "Rickmansworth",
    "South Oxhey",
    "Borehamwood",
    "Watford",
    "Stevenage",
    "Hemel Hempstead",
    "Welwyn Garden City",
    "Waltham Cross",
]
EVERYTHING = Period(date(2024, 5, 1), date(2024, 12, 10))
JUNE = Period.month(date(2024, 6, 1))
SUMMER = Period(date(2024, 5, 1), date(2024, 9, 30))

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo"), pytest.mark.slow]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demonstration, loaded once for this module and taken away after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo(today=TODAY, seed=1, demo=True)
        # What the database would check at the commit; once, or every test's end would check it again.
        connection.check_constraints()
        yield
        transaction.set_rollback(True)


def count_naively(period: Period, town: str | None = None) -> dict[str, int]:
    """The six figures by plain Python over every row: nothing shared with the summaries or the generator."""
    shifts = {
        shift.pk: shift
        for shift in PatrolShift.objects.select_related("area", "funding_stream")
        if shift.state == "completed"
        and shift.funding_stream.kind != "business_as_usual"
        and shift.starts_at.astimezone(LONDON).date() in period
        and town in (None, shift.area.town)
        and shift.funding_stream.programme.name == "Operation Hotspot 2024/25"
    }
    seconds = sum(
        (member.ends_at - member.starts_at).total_seconds()
        for member in CrewMember.objects.all()
        if member.shift_id in shifts
    )

    def standing(rows: list[Outcome]) -> int:
        return sum(1 for row in rows if row.shift_id in shifts and row.void_reason == "")

    left_out = {"dispersal_authorisation", "informal_warning"}
    return {
        "hours": int(seconds / 3600 + 0.5),
        "patrols": len(shifts),
        "arrests": standing(list(Arrest.objects.all())),
        "stop_searches": standing(list(StopSearch.objects.all())),
        "weapons": standing(list(WeaponRecovered.objects.all())),
        "asb_powers": standing([use for use in AsbPowerUse.objects.all() if use.kind_id not in left_out]),
    }


def count_summaries(period: Period, town: str | None = None) -> dict[str, int]:
    """The six figures from the day summaries."""
    rows = [
        row
        for row in DaySummary.objects.select_related("area", "programme")
        if row.day in period and town in (None, row.area.town) and row.programme.name == "Operation Hotspot 2024/25"
    ]
    figures = {name: sum(getattr(row, name) for row in rows) for name in ("patrols", "arrests", "stop_searches")}
    figures |= {name: sum(getattr(row, name) for row in rows) for name in ("weapons", "asb_powers")}
    return figures | {"hours": hours(sum(row.patrol_minutes for row in rows))}


@pytest.mark.parametrize(
    ("period", "town", "published"),
    [
        (
            EVERYTHING,
            None,
            {"hours": 12_212, "patrols": 1_457, "arrests": 157, "stop_searches": 297, "weapons": 22, "asb_powers": 705},
        ),
        (JUNE, None, {"hours": 1_100, "arrests": 15, "stop_searches": 23, "weapons": 6, "asb_powers": 108}),
        (SUMMER, "St Albans", {"hours": 800, "arrests": 14, "stop_searches": 13, "asb_powers": 95}),
    ],
    ids=["since May", "June 2024", "St Albans, May to September"],
)
class TestPublishedFigures:
    def test_counted_naively(self, demo, period, town, published):
        counted = count_naively(period, town)
        assert {name: counted[name] for name in published} == published

    def test_counted_from_the_summaries(self, demo, period, town, published):
        assert count_summaries(period, town) == count_naively(period, town)


@pytest.mark.parametrize(("model", "key"), [(DaySummary, "day"), (MonthSummary, "date_trunc('month', day)::date")])
def test_every_summary_row_is_what_its_shifts_add_up_to(demo, model, key):
    parts = ("patrols", "patrol_minutes", "clock_minutes", "arrests", "stop_searches", "weapons", "asb_powers")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT programme_id, area_id, {key}, {', '.join(f'sum({part})::bigint' for part in parts)} "  # noqa: S608
            "FROM reports_shift_contribution GROUP BY 1, 2, 3"
        )
        recounted = set(cursor.fetchall())
    assert not any(getattr(row, part) for row in model.objects.filter(patrols=0) for part in parts)
    name = "day" if model is DaySummary else "month"

    # A day whose only shift was voided leaves a row of zeros.
    assert set(model.objects.filter(patrols__gt=0).values_list("programme_id", "area_id", name, *parts)) == recounted


def test_every_row_is_one_its_model_accepts(demo):
    # Every fifth, to keep it quick; uniqueness and the rest are the database's, which took them.
    for model in (PatrolShift, CrewMember, Visit, StopSearch, Arrest, WeaponRecovered, AsbPowerUse, ActivityCount):
        for row in model.objects.all()[::5]:
            row.full_clean(validate_unique=False, validate_constraints=False)


def test_every_shift_was_over_before_it_was_logged_and_before_the_announcement(demo):
    first = Programme.objects.get(name="Operation Hotspot 2024/25")
    completed = PatrolShift.objects.filter(state="completed")

    assert not [shift for shift in completed if shift.logged_at < shift.ends_at]
    assert all(shift.ends_at <= AS_AT for shift in completed.filter(funding_stream__programme=first))


def test_nothing_to_report_says_that_there_are_no_outcomes(demo):
    with_outcomes = {
        shift_id
        for model in (Arrest, StopSearch, WeaponRecovered, AsbPowerUse)
        for shift_id in model.objects.values_list("shift_id", flat=True)
    }
    completed = PatrolShift.objects.filter(state="completed").values_list("pk", "nothing_to_report")

    assert {pk for pk, nothing in completed if not nothing} == with_outcomes & {pk for pk, _ in completed}


def test_council_crews_make_no_arrests_and_no_searches(demo):
    crews: dict[int, set[str]] = {}
    for shift, role in CrewMember.objects.values_list("shift_id", "role"):
        crews.setdefault(shift, set()).add(role)
    council = {pk for pk, roles in crews.items() if roles == {CrewRole.COMMUNITY_ENFORCEMENT_OFFICER}}
    without_constable = {pk for pk, roles in crews.items() if not roles & set(CONSTABLES)}

    assert len(council) > 20
    assert not Arrest.objects.filter(shift__in=without_constable).exists()
    assert not StopSearch.objects.filter(shift__in=without_constable).exists()
    assert AsbPowerUse.objects.filter(shift__in=council).exists()


def test_crews_have_two_to_four_people_and_nights_peak_at_the_weekend(demo):
    sizes = Counter(CrewMember.objects.values_list("shift_id", flat=True)).values()
    weekdays = Counter(shift.day.weekday() for shift in PatrolShift.objects.filter(state="completed"))

    assert set(sizes) == {2, 3, 4}
    assert {day for day, _ in weekdays.most_common(2)} == {4, 5}


def test_the_night_the_clocks_went_back_has_nine_hours(demo):
    shift = PatrolShift.objects.get(
        area__town="Hitchin", starts_at=datetime(2024, 10, 26, 21, tzinfo=UTC), clock_minutes=540
    )

    assert shift.ends_at.astimezone(LONDON).hour == 6
    assert sum(shift.crew.values_list("minutes", flat=True)) == 2 * 540


def test_there_is_something_of_everything_that_the_headline_leaves_out(demo):
    assert PatrolShift.objects.filter(funding_stream__kind="business_as_usual", state="completed").count() == 40
    assert PatrolShift.objects.filter(state="voided").exclude(void_reason="").count() == 15
    assert PatrolShift.objects.filter(state="cancelled").exclude(cancel_reason="").count() == 4
    assert AsbPowerUse.objects.filter(kind="dispersal_authorisation").exists()
    assert AsbPowerUse.objects.filter(kind="informal_warning").count() > 300
    assert PatrolShift.objects.exclude(doubts_kept=[]).count() == 2
    assert not PatrolShift.objects.exclude(doubts_kept=[]).filter(doubts_reason="").exists()


def test_one_shift_has_directions_outside_an_authorisation_and_two_are_in_force(demo, time_machine):
    noon = datetime.combine(TODAY, datetime.min.time(), LONDON) + timedelta(hours=12)
    time_machine.move_to(noon, tick=False)
    first = User.objects.get(email=PEOPLE[0].email)
    administrator = User.objects.filter(role=Role.ADMINISTRATOR)[0]

    assert len(open_questions(administrator)) == len(open_questions(first)) == 1
    in_force = PowerAuthorisation.objects.in_force(noon)
    assert set(in_force.values_list("kind", flat=True)) == {"dispersal", "search"}
    assert PowerAuthorisation.objects.filter(extended_until__isnull=False).count() == 1
    assert PowerAuthorisation.objects.filter(ends_at__lt=noon).exists()


def test_old_arrests_know_what_became_of_them_and_some_people_were_jailed(demo):
    jailed = Arrest.objects.filter(custody_days__isnull=False)

    assert jailed.exists()
    assert not jailed.filter(justice_outcome_on__lte=F("shift__day")).exists()


def test_detail_is_missing_only_in_the_last_weeks(demo):
    days = {
        day
        for model in (Arrest, StopSearch, WeaponRecovered)
        for day in model.objects.to_follow().values_list("shift__day", flat=True)
    }

    assert days
    assert all(date(2024, 11, 29) < day <= AS_AT.date() or day > TODAY - timedelta(days=11) for day in days)


def test_weapons_are_of_kinds_that_the_law_knew(demo):
    kinds = WeaponKind.objects.in_bulk()
    known = [weapon for weapon in WeaponRecovered.objects.select_related("shift") if weapon.kind_id]

    assert all(kinds[weapon.kind_id].is_in_force_on(weapon.shift.day) for weapon in known)


def test_the_current_programme_has_gaps_plans_and_overdue_shifts(demo):
    programme = Programme.objects.get(name="Operation Hotspot 2026/27")
    assert programme.period == Period(date(2026, 4, 1), date(2027, 3, 31))
    shifts = PatrolShift.objects.filter(funding_stream__programme=programme)
    sam = User.objects.get(email="sam@hotspot.example")
    nights = set(shifts.filter(state="completed").visible_to(sam).values_list("day", flat=True))
    last_fortnight = {TODAY - timedelta(days=number) for number in range(1, 15)}

    assert 2 <= len(last_fortnight - nights) <= 7
    assert max(shifts.filter(state="completed").values_list("day", flat=True)) == TODAY - timedelta(days=1)
    assert not shifts.filter(state="completed", logged_at__gte=datetime(2026, 11, 22, tzinfo=UTC)).exists()
    assert shifts.filter(state="planned", day__lt=TODAY).count() == 2
    assert shifts.filter(state="planned", day=TODAY).visible_to(sam).count() == 2
    assert shifts.filter(state="planned", day__gt=TODAY).exists()


def test_the_year_before_can_be_compared_with(demo):
    """Every month of it has patrols, and it is what “the same time a year before” finds."""
    before = Programme.objects.get(name="Operation Hotspot 2025/26")
    months = DaySummary.objects.filter(programme=before, patrols__gt=0).values_list("day__month", flat=True).distinct()
    assert before.period == Period(date(2025, 4, 1), date(2026, 3, 31))
    assert set(months) == set(range(1, 13))
    anna = User.objects.get(email="anna@hotspot.example")
    values = QueryDict("period=2026-10&compare=year")
    question = read_criteria(values, by=anna, today=TODAY)
    other = other_side(question, Programme.objects.visible_to(anna), TODAY)
    assert (other.programme, other.period) == (before, Period.month(date(2025, 10, 1)))


def test_most_areas_of_the_running_programme_are_near_their_target_and_some_behind(demo):
    programme = Programme.objects.get(name="Operation Hotspot 2026/27")
    areas = list(HotspotArea.objects.all())
    so_far = Period(programme.first_day, TODAY - timedelta(days=1))
    targets = Targets(areas, so_far)
    rows = DaySummary.objects.filter(programme=programme).order_by()
    worked = dict(rows.values_list("area").annotate(Sum("patrol_minutes")))
    shares = [worked[area.pk] / targets.of_area(area.pk).patrol_minutes for area in areas]
    assert sum(share >= Fraction(9, 10) for share in shares) >= 7
    assert 2 <= sum(share < Fraction(9, 10) for share in shares) <= 5
    assert Fraction(9, 10) < sum(worked.values()) / targets.in_all(so_far).patrol_minutes < Fraction(11, 10)


def test_some_visits_are_shorter_or_longer_than_what_is_advised(demo):
    minutes = [(visit.ends_at - visit.starts_at).seconds // 60 for visit in Visit.objects.all()]
    within = sum(10 <= each <= 20 for each in minutes) / len(minutes)
    assert 0.7 < within < 0.9
    assert min(minutes) < 10
    assert max(minutes) > 20


def test_something_else_began_in_the_running_programme(demo):
    anna = User.objects.get(email="anna@hotspot.example")
    programme = Programme.objects.get(name="Operation Hotspot 2026/27")
    assert len(events_begun(anna, programme.period, list(HotspotArea.objects.all()))) >= 3


def test_towns_districts_and_targets(demo):
    assert list(HotspotArea.objects.values_list("town", flat=True)) == TOWNS
    assert District.objects.filter(outline__isnull=False).count() == 10
    assert dict(District.objects.values_list("name", "code"))["St Albans"] == "E07000240"
    assert AreaTarget.objects.count() == 12
    grant = FundingStream.objects.get(programme__name="Operation Hotspot 2024/25", is_default=True)
    assert (grant.kind, grant.programme.grant_pence) == ("home_office_grant", 100_000_000)
    assert FundingStream.objects.filter(programme=grant.programme).count() == 4


def test_the_ten_districts_have_outlines_and_every_town_lies_in_its_own():
    drawn = {code: shape(geometry) for code, geometry in outlines().items()}
    assert len(drawn) == 10
    assert all(outline.is_valid for outline in drawn.values())
    for place in places():
        where = Point(place.longitude, place.latitude)
        assert [code for code, outline in drawn.items() if outline.contains(where)] == [place.district_code]


def test_boundaries_are_rings_of_a_few_hundred_metres_anticlockwise():
    for place in places():
        (ring,) = boundary(place, Random(1))["coordinates"]
        doubled_area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))
        assert ring[0] == ring[-1]
        assert doubled_area > 0
        assert all(abs(y - place.latitude) < 0.005 and abs(x - place.longitude) < 0.008 for x, y in ring)


def test_everybody_can_sign_in_and_every_role_is_there(demo, rf):
    assert {person.role for person in PEOPLE} == set(dict(PERSON_ROLES))
    assert authenticate(rf.post("/"), username="sam@hotspot.example", password=PASSWORD) is not None
    assert all(person.districts for person in PEOPLE if person.role == Role.SUPERVISOR)


def test_the_money_of_the_first_programme_is_a_million_pounds_to_the_penny(demo):
    """Everything was received and spent, stream by stream, and every month is closed."""
    first = Programme.objects.get(first_day=date(2024, 5, 1))
    budgets = {stream.pk: stream.budget_pence for stream in first.funding_streams.all() if stream.budget_pence}
    assert len(budgets) == 3
    assert sum(budgets.values()) == 1_000_000_00
    for rows in (
        IncomeLine.objects.values_list("stream", "amount_pence"),
        IncomeReceipt.objects.values_list("line__stream", "pence"),
        SpendEntry.objects.values_list("stream", "cost_pence"),
    ):
        sums = dict.fromkeys(budgets, 0)
        for stream, pence in rows:
            if stream in sums:
                sums[stream] += pence
        assert sums == budgets
    closed = ClosedMonth.objects.filter(programme=first)
    assert closed.count() == 11
    assert sum(month.spend_pence for month in closed) == 1_000_000_00


def test_the_ledger_of_this_year_shows_what_is_left_to_do(demo):
    second = Programme.objects.get(first_day=date(2026, 4, 1))
    entries = list(SpendEntry.objects.filter(stream__programme=second))
    assert Counter(entry.state for entry in entries if entry.state != "approved") == {
        "draft": 1,
        "refused": 1,
        "submitted": 3,
    }
    assert [entry.state for entry in entries if entry.reverses_id] == ["submitted"]
    assert ClosedMonth.objects.filter(programme=second).count() == 6


def test_the_five_initiatives_of_the_news_item_are_there_with_what_they_cost(demo):
    anna = User.objects.get(email="anna@hotspot.example")
    found = list(Initiative.objects.publishable().select_related("kind"))
    assert [each.kind.name for each in found] == [
        "CCTV upgrade",
        "Weapons detection",
        "Signage on police powers",
        "DNA tagging spray",
        "Property marking kits",
    ]
    costs = costs_of(anna, found)
    booked = SpendEntry.objects.approved().filter(category__name="Initiatives", stream__programme=found[0].programme)
    assert len(costs) == 5
    assert sum(costs.values()) == sum(entry.cost_pence for entry in booked)


def test_two_plans_are_at_different_stages(demo):
    sam = User.objects.get(email="sam@hotspot.example")
    watford, hitchin = ProblemPlan.objects.order_by("area__town").reverse()
    assert (watford.area.town, hitchin.area.town) == ("Watford", "Hitchin")
    assert watford.assessed_by.exists()
    assert not watford.responses.to_do().exists()
    assert not hitchin.assessed_by.exists()
    # Who signs in as the first supervisor has one response that is late and one that is due soon.
    assert [each.due_on < TODAY for each in due_things(sam, day=TODAY)] == [True, False]


def test_the_history_knows_that_rows_are_demonstration_data(demo):
    events = apps.get_model("patrols", "PatrolShiftEvent").objects
    assert events.filter(pgh_label="insert").count() == PatrolShift.objects.count()
    assert (
        events.filter(pgh_label="insert", pgh_context__metadata__source="demo").count() == PatrolShift.objects.count()
    )
    voided = events.filter(pgh_label="update", pgh_context__metadata__action="voided")
    assert voided.count() == PatrolShift.objects.filter(state="voided").count()
    assert pghistory.models.Context.objects.filter(metadata={"source": "demo", "action": "logged"}).exists()


def test_published_through_the_pages_it_is_the_news_item_to_the_letter(demo, time_machine):
    """On the morning of 10 December 2024, by two people: the words, the page and every file."""
    time_machine.move_to(AS_AT, tick=False)
    paul, anna = (Client() for _ in range(2))
    for client, name in ((paul, "paul"), (anna, "anna")):
        client.force_login(
            User.objects.get(email=f"{name}@hotspot.example"), backend="django.contrib.auth.backends.ModelBackend"
        )
    programme = Programme.objects.get(name="Operation Hotspot 2024/25")
    with transaction.atomic():
        draft = paul.post("/published/new/", {"period": f"{programme.pk}:launch"})["Location"]
        checks = paul.get(f"{draft}check/").context["draft"].checks
        assert paul.post(f"{draft}check/", {"check": checks, "read": "on"}).status_code == 302
        to = {"approver": User.objects.get(email="anna@hotspot.example").pk}
        assert paul.post(f"{draft}send/", to).status_code == 302
        digest = anna.get(draft).context["digest"]
        assert anna.post(f"{draft}sign-off/", {"digest": digest})["Location"] == draft
        statement = Statement.objects.published().get()
        assert statement.slug == "2024-12-10-v1"
        assert statement.body["press_text"] == NEWS.replace("’", "'")
        assert list(release_of(statement).headline.values()) == [12_212, 1_457, 157, 297, 22, 705]
        page = paul.get(f"/published/{statement.slug}/").content.decode()
        assert "More than 12,000 hours of additional police patrols carried out under Operation Hotspot" in page
        assert "As at 10:55am, 10 December 2024" in page
        tidy = bytes(statement.files.get(kind="csv").content).decode("utf-8-sig")
        for code, number in release_of(statement).headline.items():
            assert re.search(rf",total,,,{code},\w+,{number}\r\n", tidy), code
        transaction.set_rollback(True)


def test_some_shifts_were_logged_late_and_most_were_not(demo):
    logged = PatrolShift.objects.counted()
    late = logged.filter(logged_at__gt=F("ends_at") + LATE_AFTER).count()
    assert 10 < late < logged.count() // 20
    assert not logged.filter(logged_at__date__gt=TODAY).exists()
