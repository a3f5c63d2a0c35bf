"""Saved views: a question to the dashboard under a name of one's own."""

import pytest

from reports.models import SavedView
from reports.saved_views.operations import MOST_VIEWS
from tests import factories

SAVE = "/dashboard/views/"


@pytest.fixture
def anna(force, now, as_user):
    return as_user(force.anna)


def saved(client, force, name="Hitchin in October", query="period=2024-10&area={hitchin}&compare=before"):
    return client.post(SAVE, {"name": name, "query": "?" + query.format(hitchin=force.hitchin.pk)})


def test_a_view_leads_back_to_the_same_question(force, anna):
    response = saved(anna, force)
    query = f"?programme={force.programme.pk}&period=2024-10&area={force.hitchin.pk}&compare=before"
    assert response["Location"] == f"/dashboard/{query}"
    page = anna.get(response["Location"]).content.decode()
    assert "This view is saved as Hitchin in October." in page
    assert SavedView.objects.get().query == query
    assert query.replace("&", "&amp;") in anna.get("/dashboard/").content.decode()


def test_the_same_name_replaces_it_and_what_makes_no_sense_is_not_kept(force, anna):
    saved(anna, force)
    again = saved(anna, force, name="HITCHIN in October", query="period=2024-09&next=//evil.example&area=999999")
    page = anna.get(again["Location"]).content.decode()
    assert "This view is saved as HITCHIN in October, in place of the one before." in page
    assert SavedView.objects.get().query == f"?programme={force.programme.pk}&period=2024-09"


@pytest.mark.parametrize(("name", "said"), [("", "Enter a name for this view"), ("x" * 81, "80 characters")])
def test_a_name_that_will_not_do_is_said(force, anna, name, said):
    response = anna.post(SAVE, {"name": name, "query": "?period=2024-10"}, follow=True)
    assert said in response.content.decode()
    assert not SavedView.objects.exists()


def test_there_is_a_most(force, anna, now):
    SavedView.objects.bulk_create(
        SavedView(user=force.anna, name=str(number), query="?period=launch", created_at="2024-10-12T12:00Z")
        for number in range(MOST_VIEWS)
    )
    address = saved(anna, force)["Location"]
    assert "Remove one first" in anna.get(address).content.decode()
    assert SavedView.objects.count() == MOST_VIEWS


def test_views_are_one_s_own(force, anna, as_user):
    saved(anna, force)
    view = SavedView.objects.get()
    adam = as_user(force.adam)
    assert "Hitchin in October" not in adam.get("/dashboard/").content.decode()
    assert adam.post(f"{SAVE}{view.pk}/remove/").status_code == 404
    response = anna.post(f"{SAVE}{view.pk}/remove/", follow=True)
    assert "Hitchin in October is removed." in response.content.decode()
    assert not SavedView.objects.exists()


def test_a_supervisor_saves_only_areas_of_their_own(force, now, as_user):
    sam = as_user(force.sam)
    sam.post(SAVE, {"name": "Watford", "query": f"?area={force.watford.pk}"})
    assert f"area={force.watford.pk}" not in SavedView.objects.get().query


def test_a_shared_view_is_there_for_others_who_cannot_remove_it(force, anna, as_user):
    anna.post(SAVE, {"name": "Knives", "query": "?measure=knives&rows=found_by", "page": "explore", "shared": "on"})
    view = SavedView.objects.get()
    assert (view.page, view.is_shared) == ("explore", True)
    adam = as_user(force.adam)
    page = adam.get("/dashboard/").content.decode()
    assert view.url.replace("&", "&amp;") in page
    assert "shared by another person (Analyst)" in page
    assert force.anna.email not in page
    assert adam.get(view.url).status_code == 200
    assert adam.post(f"{SAVE}{view.pk}/remove/").status_code == 404


def test_removing_a_shared_view_asks_first_and_keeps_what_is_shown(force, anna):
    anna.post(SAVE, {"name": "Knives", "query": "?measure=knives&rows=found_by", "page": "explore", "shared": "on"})
    address = f"{SAVE}{SavedView.objects.get().pk}/remove/"
    given = {"page": "explore", "query": "?measure=arrests&rows=month"}
    page = anna.post(address, given).content.decode()
    assert "others lose it too" in page
    assert SavedView.objects.exists()
    response = anna.post(address, {**given, "sure": "yes"})
    assert not SavedView.objects.exists()
    assert response["Location"] == "/explore/?measure=arrests&rows=month"


def test_a_page_that_there_is_not_is_refused(force, anna):
    assert anna.post(SAVE, {"name": "X", "query": "?period=launch", "page": "nowhere"}).status_code == 404


def test_a_view_that_names_too_much_is_refused(force, anna):
    areas = factories.HotspotAreaFactory.create_batch(700, district=force.north_herts)
    query = "?period=2024-10&" + "&".join(f"area={area.pk}" for area in areas[:-1])
    response = anna.post(SAVE, {"name": "All but one", "query": query}, follow=True)
    assert "This view names too many areas or values to be saved." in response.content.decode()
    assert not SavedView.objects.exists()
