"""Teams: who keeps and sees them, what a form becomes when one is added, and when they are deleted."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotspot.core.errors import DomainError, DomainErrors, NotAllowed
from hotspot.core.models import User
from patrols.models import CrewRole, CrewTeam, CrewTeamMember, PatrolShift
from patrols.teams import operations, queries, rules, tasks, views
from tests.conftest import NOW
from tests.patrols.planning import planned

PC, PCSO = CrewRole.POLICE_OFFICER, CrewRole.PCSO
NIGHTS = [(PC, "PC1234"), (PC, "PC5678"), (PCSO, "PCSO7001")]


def team_of(user, name="Night crew", members=NIGHTS, **more):
    return operations.make_team(by=user, at=NOW, name=name, members=members, **more)


def numbers_in(team) -> list[tuple[str, str]]:
    return list(CrewTeamMember.objects.filter(team=team).order_by("id").values_list("role", "collar_number"))


# --- keeping one --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_team_is_kept_in_the_order_it_was_entered(force):
    team = team_of(force.sam, name="  Night   crew ")
    assert (team.name, team.owner, team.district) == ("Night crew", force.sam, None)
    assert numbers_in(team) == NIGHTS


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "members", "code"),
    [
        ("  ", NIGHTS, "team_name_missing"),
        ("Nobody", [], "team_size"),
        ("Many", [(PC, f"PC{number}") for number in range(51)], "team_size"),
        ("Twice", [(PC, "PC1234"), (PC, "1234")], "in_team_twice"),
    ],
)
def test_what_cannot_be_a_team(force, name, members, code):
    with pytest.raises(DomainError) as refusal:
        team_of(force.sam, name=name, members=members)
    assert refusal.value.code == code
    assert not CrewTeam.objects.exists()


@pytest.mark.django_db
def test_one_number_is_two_people_in_two_roles(force):
    assert numbers_in(team_of(force.sam, members=[(PC, "1234"), (PCSO, "1234")])) == [(PC, "1234"), (PCSO, "1234")]


@pytest.mark.django_db
def test_a_name_is_there_once_for_each_person_whatever_its_capitals(force):
    team_of(force.sam)
    team_of(force.sue)
    with pytest.raises((DomainError, DomainErrors)):
        team_of(force.sam, name="NIGHT CREW")


@pytest.mark.django_db
def test_there_are_only_so_many(force, monkeypatch):
    monkeypatch.setattr(rules, "MOST_TEAMS", 1)
    team_of(force.sam)
    with pytest.raises(DomainError) as refusal:
        team_of(force.sam, name="Another")
    assert refusal.value.code == "too_many_teams"


@pytest.mark.django_db
def test_what_is_taken_out_of_a_team_is_gone(force):
    team = team_of(force.sam)
    operations.change_team(by=force.sam, at=NOW, team_id=team.pk, name="Days", members=[(PC, "PC5678")])
    assert numbers_in(team) == [(PC, "PC5678")]
    assert CrewTeamMember.objects.count() == 1
    operations.delete_team(by=force.sam, team_id=team.pk)
    assert not CrewTeamMember.objects.exists()


# --- whose ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_who_sees_a_team(force):
    own, north = team_of(force.sam), team_of(force.adam, district=force.hitchin.district)
    seen = {
        who: set(CrewTeam.objects.visible_to(force.people[who]))
        for who in ("sam", "sue", "anna", "paul", "adam", "audrey")
    }
    assert seen == {
        "sam": {own, north},
        "sue": set(),
        "anna": set(),
        "paul": set(),
        "adam": {north},
        # An auditor reads collar numbers, but nobody's own list.
        "audrey": {north},
    }


@pytest.mark.django_db
def test_only_an_administrator_keeps_a_districts(force):
    with pytest.raises(NotAllowed):
        team_of(force.sam, district=force.hitchin.district)
    north = team_of(force.adam, district=force.hitchin.district)
    with pytest.raises(NotAllowed):
        operations.delete_team(by=force.sam, team_id=north.pk)
    with pytest.raises(CrewTeam.DoesNotExist):
        operations.delete_team(by=force.sue, team_id=north.pk)
    assert operations.use_team(by=force.sam, at=NOW, team_id=north.pk) == NIGHTS


@pytest.mark.django_db
def test_nobody_gets_the_numbers_of_a_team_they_do_not_see(force):
    own = team_of(force.sam)
    for who in ("sue", "anna", "adam"):
        assert operations.use_team(by=force.people[who], at=NOW, team_id=own.pk) == []


# --- how long ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_team_that_nobody_uses_for_a_year_is_deleted(force):
    old, used = team_of(force.sam), team_of(force.sam, name="Days")
    year = NOW + rules.UNUSED_FOR
    operations.use_team(by=force.sam, at=year - timedelta(days=30), team_id=used.pk)
    assert operations.forget_teams(at=year - timedelta(seconds=1)) == 0
    assert operations.forget_teams(at=year) == 1
    assert list(CrewTeam.objects.all()) == [used]
    assert not CrewTeamMember.objects.filter(team=old.pk).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "analyst"}])
def test_the_teams_of_who_does_not_log_shifts_any_more_are_deleted(force, change):
    team_of(force.sam)
    kept = team_of(force.adam, district=force.hitchin.district)
    User.objects.filter(pk=force.sam.pk).update(**change)
    force.sam.refresh_from_db()
    assert operations.use_team(by=force.sam, at=NOW, team_id=CrewTeam.objects.get(owner=force.sam).pk) == []
    assert operations.forget_teams(at=NOW) == 1
    assert list(CrewTeam.objects.all()) == [kept]


@pytest.mark.django_db
def test_the_scheduler_deletes_them_each_night(force):
    team_of(force.sam)
    assert settings.CELERY_BEAT_SCHEDULE["forget-teams"]["task"] == tasks.forget_teams.name
    tasks.forget_teams()
    assert not CrewTeam.objects.exists(), "nobody has used it since 2024"


# --- what a form becomes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "numbers", "after"),
    [
        (("", ""), ["PC1234", "PC5678"], ("2", "PC1234, PC5678")),
        (("2", ""), ["PC1234", "PC5678"], ("2", "PC1234, PC5678")),
        (("3", ""), ["PC1234"], ("3", "PC1234")),
        (("1", "PC 9"), ["PC1234"], ("2", "PC 9, PC1234")),
        (("1", "1234"), ["PC1234"], ("1", "1234")),
        (("1", "PC1234 (10pm-2am)"), ["PC1234", "PC5"], ("2", "PC1234 (10pm-2am), PC5")),
        (("two", "nobody here"), ["PC5"], ("two", "nobody here, PC5")),
    ],
)
def test_adding_a_team_loses_nothing(before, numbers, after):
    fields = rules.with_members(rules.CrewFields(*before), PC, numbers)
    assert (fields.count, fields.collars) == after


@pytest.mark.parametrize(
    ("text", "role", "code"),
    [("PCSO 7001", PC, "rank_of_another_role"), ("Smith", PC, "collar_number_missing")],
)
def test_a_field_of_numbers_that_are_none(text, role, code):
    with pytest.raises(DomainError) as refusal:
        rules.members_in(text, role)
    assert refusal.value.code == code


# --- pages ---------------------------------------------------------------------------------------------------------


def test_a_team_is_made_changed_and_deleted_on_its_pages(force, now, as_user):
    sam = as_user(force.sam)
    sent = {"name": "Night crew", "police_officer": "PC 1234, PC 5678", "pcso": "7001"}
    page = sam.post(reverse("teams:new"), sent, follow=True).content.decode()
    team = CrewTeam.objects.get()
    assert "Night crew is saved" in page
    assert "2 Police officers: PC1234, PC5678; 1 PCSO: 7001" in page
    edit = reverse("teams:edit", args=(team.pk,))
    assert "PC1234, PC5678" in sam.get(edit).content.decode()
    assert sam.post(edit, {"name": "Night crew", "police_officer": "Smith"}).status_code == 422
    sam.post(edit, {"name": "Late crew", "pcso": "7001"})
    assert numbers_in(team) == [(PCSO, "7001")]
    sam.post(reverse("teams:delete", args=(team.pk,)))
    assert not CrewTeam.objects.exists()


def test_an_administrator_keeps_one_for_a_district_and_a_supervisor_is_not_asked(force, now, as_user):
    assert "Who can use it" not in as_user(force.sam).get(reverse("teams:new")).content.decode()
    district = force.hitchin.district
    sent = {"name": "Night crew", "district": district.pk, "police_officer": "PC 1234"}
    as_user(force.sam).post(reverse("teams:new"), sent)
    as_user(force.adam).post(reverse("teams:new"), sent)
    found = {(team.owner, team.district) for team in CrewTeam.objects.all()}
    assert found == {(force.sam, None), (None, district)}
    shared = CrewTeam.objects.get(owner=None)
    assert as_user(force.sam).get(reverse("teams:edit", args=(shared.pk,))).status_code == 404
    assert "An administrator keeps it" in as_user(force.sam).get(reverse("teams:list")).content.decode()


LOG, PLAN, PATTERN = "/shifts/log/", "/shifts/plan/", "/shifts/plan/pattern/"


@pytest.mark.parametrize("address", [LOG, PLAN, PATTERN])
def test_a_form_comes_back_with_the_team_and_everything_else(address, force, now, as_user):
    team, sam = team_of(force.sam), as_user(force.sam)
    page = sam.get(address).content.decode()
    assert "Add Night crew" in page
    assert "PC1234" not in page, "a number is on no page where nobody asked for it"
    sent = {
        "submission_id": "5d9d3b27-2b0a-4b6e-9d5e-0d3f7a1a1111", "area": force.letchworth.pk, "night": "2024-10-11",
        "start": "half past nothing", "end": "6am", "crew_police_officer": "3", "crew_pcso": "",
        "collars_police_officer": "PC 1234", "arrests": "x", "note": "A note", "weekdays": ["4", "5"],
        "first_day_0": "31", "first_day_1": "February", "add_team": str(team.pk),
    }  # fmt: skip
    answer = sam.post(address, sent)
    form = answer.context["form"]
    assert answer.status_code == 200
    assert "There is a problem" not in answer.content.decode()
    assert form["collars_police_officer"].value() == "PC 1234, PC5678"
    assert (form["crew_police_officer"].value(), form["crew_pcso"].value()) == ("3", "1")
    for name in sent.keys() - {"collars_police_officer", "crew_pcso"}:
        assert form.data.getlist(name) == (sent[name] if name == "weekdays" else [str(sent[name])])
    assert "half past nothing" in answer.content.decode()
    assert "data-filled" in answer.content.decode()
    assert not PatrolShift.objects.exists()


def test_what_came_back_can_be_saved(force, now, as_user):
    team, sam = team_of(force.sam), as_user(force.sam)
    sent = {
        "submission_id": "5d9d3b27-2b0a-4b6e-9d5e-0d3f7a1a1111", "area": force.hitchin.pk, "night": "2024-10-12",
        "start": "10pm", "end": "6am", "add_team": str(team.pk),
    }  # fmt: skip
    data = sam.post(PLAN, sent).context["form"].data.copy()
    del data["add_team"]
    sam.post(PLAN, data)
    crew = PatrolShift.objects.get().crew
    assert sorted(crew.values_list("role", "collar_number")) == sorted(NIGHTS)


def test_a_team_is_added_to_a_plan_that_is_changed(force, now, as_user):
    team, sam, shift = team_of(force.sam), as_user(force.sam), planned(force)
    address = reverse("outcomes:change_plan", args=(shift.pk,))
    form = sam.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if name != "leaves"}
    answer = sam.post(address, sent | {"add_team": str(team.pk)})
    assert answer.status_code == 200
    assert answer.context["form"]["collars_police_officer"].value() == "PC1234, PC5678"
    assert PatrolShift.objects.get().version == shift.version


@pytest.mark.parametrize("wrong", ["999999", "x", "", "-1"])
def test_a_team_that_there_is_not_changes_nothing(wrong, force, now, as_user):
    team_of(force.sue)
    for number in (wrong, str(CrewTeam.objects.get().pk)):
        answer = as_user(force.sam).post(LOG, {"add_team": number, "start": "10pm"})
        assert answer.status_code == 200
        assert not answer.context["form"]["collars_police_officer"].value()
        assert answer.context["form"]["start"].value() == "10pm"


def test_many_teams_are_in_a_list_with_the_last_used_first(force, now, as_user):
    teams = [team_of(force.sam, name=name) for name in ("A", "B", "C")]
    operations.use_team(by=force.sam, at=NOW + timedelta(days=2), team_id=teams[1].pk)
    assert next(name for _, name in queries.teams_offered(force.sam)) == "B"
    page = as_user(force.sam).get(PLAN).content.decode()
    assert "Add the team" in page
    answer = as_user(force.sam).post(PLAN, {"add_team": "", "team": str(teams[2].pk)})
    assert answer.context["form"]["collars_police_officer"].value() == "PC1234, PC5678"
    assert f'value="{teams[2].pk}" selected' in answer.content.decode()


# --- two at once -----------------------------------------------------------------------------------------------------


def entered(team, collars, **more):
    return {"name": team.name, "police_officer": collars, **more}


@pytest.mark.django_db
def test_two_administrators_do_not_overwrite_each_other(force, client, now):
    team = team_of(force.adam, district=force.hitchin.district)
    client.force_login(force.adam)
    address = reverse("teams:edit", args=(team.pk,))
    assert client.get(address).context["version"] == 1
    assert client.post(address, entered(team, "PC1", version="1")).status_code == 302
    assert client.post(address, entered(team, "PC1", version="1")).status_code == 302, "the answer got lost"
    refused = client.post(address, entered(team, "PC2", version="1"))
    assert refused.status_code == 409
    assert "It says now" in refused.content.decode()
    assert numbers_in(team) == [(PC, "PC1")]
    again = entered(team, "PC2", version=str(refused.context["version"]))
    assert client.post(address, again).status_code == 302
    assert numbers_in(team) == [(PC, "PC2")]


@pytest.mark.django_db
def test_a_new_team_sent_twice_is_one(force):
    assert team_of(force.sam) == team_of(force.sam)
    with pytest.raises((DomainError, DomainErrors)):
        team_of(force.sam, members=NIGHTS[:1])


@pytest.mark.django_db
def test_a_team_that_is_gone_when_the_button_is_pressed(force, client, now, monkeypatch):
    team = team_of(force.sam)
    client.force_login(force.sam)
    CrewTeam.objects.all().delete()
    assert client.get(reverse("teams:delete", args=(team.pk,))).status_code == 404
    assert client.post(reverse("teams:delete", args=(team.pk,))).status_code == 404
    # Deleted after the page was made, and before the write.
    monkeypatch.setattr(views, "_kept_by", lambda request, pk: team)
    assert client.post(reverse("teams:edit", args=(team.pk,)), entered(team, "PC1")).status_code == 404


@pytest.mark.django_db
def test_delete_that_is_pressed_twice_leads_to_the_list_both_times(force, client, now):
    team = team_of(force.sam)
    client.force_login(force.sam)
    address = reverse("teams:delete", args=(team.pk,))
    assert [client.post(address)["Location"] for _ in range(2)] == [reverse("teams:list")] * 2
    assert client.get(address).status_code == 404


@pytest.mark.django_db
def test_the_teams_of_a_district_are_counted_one_administrator_after_the_other(force):
    with CaptureQueriesContext(connection) as queries_made:
        team_of(force.adam, district=force.hitchin.district)
    assert any("hotspots_district" in each["sql"] and "FOR UPDATE" in each["sql"] for each in queries_made)
