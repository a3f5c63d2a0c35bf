"""The lists of the API against plain queries: for any caller and any filters they show the same rows in the same order.

Their SQL is kept from one caller to the next, so callers, filters and districts change in one process here.
"""

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db import connection
from django.db.models import Q

from hotspot.core.conditions import all_given
from hotspot.core.keyset import after
from hotspot.core.permissions import Permission, Role, Scope
from hotspots.models import DistrictAccess
from outcomes.kinds import KINDS
from outcomes.records import json_lists
from patrols.models import PatrolShift, Visit
from tests import factories
from tests.plans import plan_of, statements_of, take_statistics

SOURCES = ["", "Rota", "100% 'sure'", '%s \\ "€" 🚓']
FIRST = datetime(2024, 10, 1, 21, tzinfo=UTC)
HUGE = 2**63 - 1


def make_shifts(random, force, people):
    for place in range(40):
        source = random.choice(SOURCES)
        shift = factories.PatrolShiftFactory(
            area=random.choice([force.hitchin, force.letchworth, force.watford]),
            funding_stream=force.grant,
            logged_by=random.choice(people),
            # Several begin at the same moment.
            starts_at=FIRST + timedelta(days=random.randrange(12)),
            state=random.choice(PatrolShift.State.values),
            crew=["police_officer"],
            external_source=source,
            external_reference=f"{source}{place % 2}_{place}" if source else "",
        )
        if shift.state == "completed":
            factories.VisitFactory(shift=shift)
            for make in (
                factories.ArrestFactory,
                factories.StopSearchFactory,
                factories.WeaponRecoveredFactory,
                factories.AsbPowerUseFactory,
            ):
                make.create_batch(random.randrange(2), shift=shift)


def make_callers(force):
    """One of each role, and of systems one with each set of scopes; some switched off."""
    callers = [*force.people.values()]
    for scopes in [(), *((scope,) for scope in Scope), tuple(Scope)]:
        system = factories.UserFactory(role=Role.SYSTEM)
        system.scopes = frozenset(scopes)
        callers.append(system)
    for role, scopes in ((Role.SUPERVISOR, ()), (Role.ADMINISTRATOR, ()), (Role.SYSTEM, tuple(Scope))):
        gone = factories.UserFactory(role=role, is_active=False)
        gone.scopes = frozenset(scopes)
        callers.append(gone)
    return callers


def some(random, choices):
    """Some of them, perhaps twice, perhaps none at all; mostly None for not asked."""
    return random.choice([None, None, None, random.choices(choices, k=random.randrange(5))])


def filters_of(random, force, prefix):
    moment = [*[None] * 6, *(FIRST + timedelta(days=day) for day in range(0, 12, 3))]
    areas = some(random, [force.hitchin.pk, force.letchworth.pk, force.watford.pk, 10**9, HUGE])
    since = random.choice([None, None, None, FIRST, datetime(9000, 1, 1, tzinfo=UTC)])
    asked = {"first": random.choice(moment), "end": random.choice(moment), "areas": areas, "updated_since": since}
    conditions = all_given(
        **{
            f"{prefix}starts_at__gte": asked["first"],
            f"{prefix}starts_at__lt": asked["end"],
            f"{prefix}area__in": areas,
            f"{prefix}updated_at__gte": since,
        }
    )
    return asked, conditions


def shift_filters(random):
    states, source = some(random, PatrolShift.State.values), random.choice([*[None] * 8, *SOURCES])
    asked = {"states": states, "source": source, "horizon": random.choice([None, None, None, HUGE, HUGE, 1])}
    if source and random.random() < 0.5:
        asked["reference"] = f"{source}{random.randrange(2)}_{random.randrange(40)}"
    names = {
        "states": "state__in",
        "source": "external_source",
        "reference": "external_reference",
        "horizon": "changed_in__lt",
    }
    return asked, all_given(**{names[name]: value for name, value in asked.items()})


def shift_list(random, force, by):
    is_full, is_newest = random.random() < 0.3, random.random() < 0.6
    found = (json_lists.NEWEST if is_newest else json_lists.CHANGED)[is_full]
    keys = ("starts_at" if is_newest else "changed_in", "pk")
    asked, conditions = filters_of(random, force, "")
    more, narrowed = shift_filters(random)
    rows = PatrolShift.objects.visible_to(by).filter(conditions, narrowed)
    return found, {**asked, **more}, rows, keys, is_newest, is_full


def outcome_list(random, force, by):
    kind = random.choice([*KINDS, None])
    rows = kind.model.objects.visible_to(by) if kind else Visit.objects
    if not kind:
        rows = rows.filter(shift__in=PatrolShift.objects.visible_to(by))
    asked, conditions = filters_of(random, force, "shift__")
    shift = random.choice([*[None] * 6, *PatrolShift.objects.values_list("pk", flat=True)[:3], HUGE])
    rows = rows.filter(conditions, all_given(shift=shift))
    return json_lists.OUTCOMES.get(kind, json_lists.VISITS), {**asked, "shift": shift}, rows, ("pk",), False, False


def compare(random, force, by):
    """Hold a page of a random list against the same page of the plain query; how many rows it had."""
    make = random.choice([shift_list, outcome_list])
    found, asked, rows, keys, is_newest, is_full = make(random, force, by)
    start = None
    everything = list(rows.model.objects.values_list(*keys))
    if random.random() < 0.4:
        start = random.choice(everything)
    rows = rows.filter(after(start, *keys, newest_first=is_newest) if start else Q())
    size, sign = random.choice([1, 2, 5, 200]), "-" if is_newest else ""
    expected = list(rows.order_by(*(f"{sign}{key}" for key in keys)).values_list(*keys))
    page = found.page(by, size=size, start=start, **asked)
    documents = [json.loads(text) for text in page.texts]
    assert [document["id"] for document in documents] == [row[-1] for row in expected[:size]]
    assert page.last == (expected[:size][-1] if expected else None)
    assert page.more == (len(expected) > size)
    if is_full:
        shown = {"collar_number" in member for document in documents for member in document["crew"]}
        assert shown <= {by.may(Permission.VIEW_OFFICERS)}
    return len(documents)


def change_districts(random, force, callers):
    """Give a district to somebody, or take it away."""
    named = {"user": random.choice(callers), "district": random.choice([force.north_herts, force.watford_district])}
    if not DistrictAccess.objects.filter(**named).delete()[0]:
        DistrictAccess.objects.create(**named)


@pytest.mark.parametrize("is_pooled", [False, True])
def test_lists_show_what_plain_queries_show(force, monkeypatch, is_pooled):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", is_pooled)
    random, callers = Random(1 + is_pooled), make_callers(force)
    make_shifts(random, force, callers)
    shown = 0
    for _ in range(120):
        change_districts(random, force, callers)
        shown += bool(compare(random, force, random.choice(callers)))
    assert shown > 10


@pytest.mark.parametrize("is_twice", [False, True])
def test_the_newest_shifts_of_one_area_are_found_by_its_index(force, is_twice):
    # One in thirty: of an area with more, reading the newest of all until there are enough is quick as well.
    for place in range(150):
        factories.PatrolShiftFactory(
            area=force.watford if place % 30 else force.hitchin,
            funding_stream=force.grant,
            logged_by=force.anna,
            starts_at=FIRST + timedelta(days=place),
            state="planned",
            crew=[],
        )
    take_statistics(PatrolShift)
    areas = [force.hitchin.pk] * (1 + is_twice)
    statements = statements_of(lambda: json_lists.NEWEST[False].page(force.anna, size=50, areas=areas))
    plan = plan_of(statements[-1])
    assert "shift_by_area" in plan, plan
    assert "Sort" not in plan, plan


def test_for_several_areas_a_plan_is_made_that_knows_how_many_they_are(force):
    def statement(areas):
        return statements_of(lambda: json_lists.OUTCOMES[KINDS[0]].page(force.anna, size=50, areas=areas))[-1]

    assert statement([force.hitchin.pk]).startswith("EXECUTE")
    several = [force.hitchin.pk, force.watford.pk]
    assert "ANY (ARRAY[" in statement(several)
