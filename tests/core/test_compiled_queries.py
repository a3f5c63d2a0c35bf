"""Queries that Django makes into SQL once for each kind of caller."""

from unittest import mock

import pytest
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler

from hotspot.core.compiled_queries import CompiledQuery, CompiledRecords, any_of, as_value
from hotspot.core.models import User
from hotspot.core.permissions import Role, Scope
from hotspots.models import District, HotspotArea
from patrols.models import PatrolShift
from tests import factories


def build(by, name_id):
    return HotspotArea.objects.visible_to(by).filter(pk__gte=name_id).order_by("pk").values_list("pk", "name")


@pytest.fixture
def areas(db):
    return factories.HotspotAreaFactory.create_batch(3)


def caller(role, *scopes):
    user = factories.UserFactory(role=role)
    user.scopes = frozenset(scopes)
    return user


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("scopes", [(), (Scope.WRITE_SHIFTS,), (Scope.READ_SHIFTS, Scope.READ_FIGURES)])
def test_everybody_sees_what_the_query_itself_would_show(areas, role, scopes):
    query = CompiledQuery(build)
    first, second = caller(role, *scopes), caller(role, *scopes)
    factories.DistrictAccessFactory(user=second, district=areas[1].district)
    gone = caller(role, *scopes)
    gone.is_active = False
    for by in (first, second, gone, first):
        for number in (areas[0].pk, areas[1].pk):
            assert query.rows(by, name_id=number) == list(build(by, number))


def test_sql_is_made_once_for_those_who_may_the_same(areas):
    query = CompiledQuery(build)
    analysts, supervisor = [caller(Role.ANALYST), caller(Role.ANALYST)], caller(Role.SUPERVISOR)
    with mock.patch.object(SQLCompiler, "as_sql", autospec=True, side_effect=SQLCompiler.as_sql) as made:
        query.rows(analysts[0], name_id=1)
        calls = made.call_count
        query.rows(analysts[1], name_id=2)
        assert made.call_count == calls
        query.rows(supervisor, name_id=1)
        assert made.call_count > calls


def test_some_values_may_be_left_out_and_rows_be_few(areas):
    def build_some(by, **given):
        found = HotspotArea.objects.visible_to(by).order_by("pk").values_list("pk")
        if "names" in given:
            found = found.filter(any_of("name", given["names"]))
        if "since" in given:
            found = found.filter(first_day__gte=as_value(given["since"]), district__name=as_value(given["district"]))
        return found

    query, by, numbers = CompiledQuery(build_some), caller(Role.ANALYST), [(area.pk,) for area in areas]
    names = [area.name for area in areas]
    assert query.rows(by) == numbers
    assert query.rows(by, most=2) == numbers[:2]
    assert query.rows(by, names=names[1:]) == numbers[1:]
    assert query.rows(by, names=[]) == []
    assert query.rows(by, names=names, since=areas[0].first_day, district=areas[0].district.name) == numbers[:1]
    assert query.rows(by, most=0) == []


def test_no_record_has_a_number_that_is_too_big(areas):
    query = CompiledQuery(build)
    assert query.rows(caller(Role.ANALYST), name_id=10**40) == []
    assert query.rows(caller(Role.ANALYST), name_id=-(10**40)) == []


def test_records_of_several_queries_come_in_one_trip(areas, django_assert_num_queries):
    def build_both(by, numbers):
        return (
            HotspotArea.objects.visible_to(by).filter(any_of("pk", numbers)).defer("boundary"),
            District.objects.visible_to(by).order_by("pk"),
            User.objects.none(),
        )

    records, by = CompiledRecords(build_both), caller(Role.ANALYST)
    for numbers in ([areas[0].pk], [areas[1].pk, areas[2].pk], []):
        with django_assert_num_queries(1):
            found, districts, nobody = records.records(by, numbers=numbers)
        assert sorted(area.pk for area in found) == numbers
        assert districts == list(District.objects.order_by("pk"))
        assert nobody == []
    (area, *_), _, _ = records.records(by, numbers=[areas[0].pk])
    assert area.get_deferred_fields() == {"boundary"}
    assert (area.first_day, area.district_id) == (areas[0].first_day, areas[0].district_id)
    assert not connection.queries_log or area.name == areas[0].name


def test_what_the_database_computes_has_its_own_type(force):
    shift = factories.PatrolShiftFactory(area=force.hitchin, funding_stream=force.grant, logged_by=force.sam)
    shift.refresh_from_db()
    records = CompiledRecords(lambda by: (PatrolShift.objects.visible_to(by),))
    ((found,),) = records.records(force.sam)
    assert (found.day, found.clock_minutes, found.starts_at) == (shift.day, shift.clock_minutes, shift.starts_at)
