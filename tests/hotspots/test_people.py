"""People in the browser: invited, given roles and districts, let go."""

import re
import threading

import pytest
from django.contrib.auth.hashers import make_password
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hotspot.core.accounts import operations
from hotspot.core.accounts.password_links import one_time_link, send_link
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.permissions import Role
from tests import factories
from tests.factories import PASSWORD


@pytest.fixture
def adam(force, as_user):
    return as_user(force.adam)


def page(name: str, person: User) -> str:
    return reverse(f"hotspots:{name}", args=[person.pk])


def sign_in(email: str, password: str = PASSWORD, browser: Client | None = None):
    return (browser or Client()).post(reverse("core:sign_in"), {"username": email, "password": password})


def link_in(text: str) -> str:
    return re.search(r"/welcome/[^\s<\"]+", text)[0]


NEW = {"name": "Nia New", "email": "Nia@Hotspot.Example", "role": "analyst"}


def test_a_person_is_invited_and_chooses_a_password_by_a_link(force, adam):
    response = adam.post(reverse("hotspots:invite_person"), NEW)
    nia = User.objects.get(email="nia@hotspot.example")
    assert response["Location"] == page("issue_link", nia)
    assert sign_in(nia.email, "").status_code == 200
    link = link_in(adam.post(page("issue_link", nia), {"delivery": "copy"}).content.decode())
    browser = Client()
    form = browser.get(link, follow=True)
    assert "Choose your password" in form.content.decode()
    new = {"new_password1": "seven brown otters", "new_password2": "seven brown otters"}
    assert browser.post(form.request["PATH_INFO"], new).status_code == 302
    assert sign_in(nia.email, "seven brown otters").status_code == 302


def test_a_supervisor_is_given_districts_before_the_link(force, adam):
    response = adam.post(reverse("hotspots:invite_person"), NEW | {"role": "supervisor"})
    nia = User.objects.get(email="nia@hotspot.example")
    assert response["Location"] == page("give_districts", nia)
    response = adam.post(page("give_districts", nia), {"districts": [force.north_herts.pk]})
    assert response["Location"] == page("issue_link", nia)
    assert [access.district for access in nia.district_access.all()] == [force.north_herts]


def test_districts_given_and_taken_show_in_the_history(force, adam):
    adam.post(page("give_districts", force.sue), {"districts": [force.north_herts.pk]})
    assert [access.district for access in force.sue.district_access.all()] == [force.north_herts]
    text = adam.get(page("person", force.sue)).content.decode()
    assert "Given North Herts" in text
    assert "No longer given Watford" in text


def test_only_supervisors_have_districts(force, adam):
    response = adam.post(page("give_districts", force.anna), {"districts": [force.north_herts.pk]})
    assert response.status_code == 422
    assert "Only supervisors are given districts" in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "Enter the name"),
        ({"email": "nobody"}, "valid email address"),
        ({"email": "SAM@hotspot.example"}, "Somebody already has this e-mail address."),
        ({"email": f"{'x' * 250}@a.uk"}, "254 characters"),
        ({"role": "emperor"}, "Select one of the options"),
        ({"role": ""}, "Select the role"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said(force, adam, changes, words):
    response = adam.post(reverse("hotspots:invite_person"), NEW | changes)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert User.objects.count() == len(force.people)


def test_a_mailed_link_starts_with_our_own_address(force, adam, settings):
    settings.SITE_URL = "https://hotspot.example"
    settings.ALLOWED_HOSTS = ["*"]
    adam.post(page("issue_link", force.sam), {"delivery": "email"}, headers={"Host": "evil.example"})
    assert mail.outbox[0].to == [force.sam.email]
    assert "https://hotspot.example/welcome/" in mail.outbox[0].body
    assert "evil.example" not in mail.outbox[0].body


def test_a_mail_server_that_is_down_leaves_the_link_to_copy(force, adam, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    text = adam.post(page("issue_link", force.sam), {"delivery": "email"}).content.decode()
    assert "The e-mail could not be sent" in text
    assert link_in(text)


def test_without_a_mail_server_a_link_is_copied_and_nothing_is_said_to_be_on_its_way(force, adam, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    form = adam.get(page("issue_link", force.sam)).content.decode()
    assert "This service has no mail server" in form
    assert 'value="email"' not in form
    assert adam.post(page("issue_link", force.sam), {"delivery": "email"}).status_code == 422
    assert link_in(adam.post(page("issue_link", force.sam), {"delivery": "copy"}).content.decode())
    assert not send_link(one_time_link(force.sam, at=timezone.now()))


def test_a_link_works_once(force, adam):
    link = link_in(adam.post(page("issue_link", force.sam), {"delivery": "copy"}).content.decode())
    first, second = Client(), Client()
    form = first.get(link, follow=True)
    late = second.get(link, follow=True)
    new = {"new_password1": "seven brown otters", "new_password2": "seven brown otters"}
    first.post(form.request["PATH_INFO"], new)
    other = {"new_password1": "nine grey herons up", "new_password2": "nine grey herons up"}
    assert "This link has ended" in second.post(late.request["PATH_INFO"], other).content.decode()
    assert "This link has ended" in Client().get(link, follow=True).content.decode()
    assert sign_in(force.sam.email, "seven brown otters").status_code == 302


def test_a_link_ends_after_an_hour(force, adam, now):
    link = link_in(adam.post(page("issue_link", force.sam), {"delivery": "copy"}).content.decode())
    now.shift(3600)
    assert "Choose your password" in Client().get(link, follow=True).content.decode()
    now.shift(1)
    assert "This link has ended" in Client().get(link, follow=True).content.decode()


def test_a_link_ends_when_its_person_is_sent_away_even_if_they_come_back(force, adam):
    link = link_in(adam.post(page("issue_link", force.sam), {"delivery": "copy"}).content.decode())
    adam.post(page("deactivate_person", force.sam))
    assert "This link has ended" in Client().get(link, follow=True).content.decode()
    adam.post(page("reactivate_person", force.sam))
    assert "This link has ended" in Client().get(link, follow=True).content.decode()


@pytest.mark.parametrize("link", ["/welcome/x/y/", "/welcome/MQ/set-password/", "/welcome/OTk5OTk5/a-b/"])
def test_a_link_that_never_was_says_the_same_as_one_that_has_ended(force, link):
    response = Client().get(link)
    assert response.status_code == 200
    assert "This link has ended" in response.content.decode()


def test_there_is_no_link_for_somebody_who_left_nor_for_oneself(force, adam):
    force.sam.is_active = False
    force.sam.save()
    assert adam.post(page("issue_link", force.sam), {"delivery": "copy"})["Location"] == page("person", force.sam)
    response = adam.post(page("issue_link", force.adam), {"delivery": "copy"})
    assert response["Location"] == reverse("core:change_password")


def test_nobody_changes_their_own_role_or_sends_themselves_away(force, adam):
    factories.UserFactory(role=Role.ADMINISTRATOR)
    response = adam.post(page("change_role", force.adam), {"role": "analyst"})
    assert response.status_code == 403
    assert "You cannot change your own role" in response.content.decode()
    response = adam.post(page("deactivate_person", force.adam))
    assert response.status_code == 403
    assert "You cannot deactivate your own account" in response.content.decode()
    force.adam.refresh_from_db()
    assert (force.adam.role, force.adam.is_active) == (Role.ADMINISTRATOR, True)


def test_the_last_administrator_stays(force, adam):
    """A second administrator who was only invited does not count."""
    invited = factories.UserFactory(role=Role.ADMINISTRATOR)
    User.objects.filter(pk=invited.pk).update(password=make_password(None))
    for change in (
        lambda: operations.change_role(by=force.anna, person_id=force.adam.pk, role="analyst"),
        lambda: operations.deactivate_person(by=force.anna, person_id=force.adam.pk),
    ):
        with pytest.raises(DomainError) as refused:
            change()
        assert refused.value.code == "last_administrator"


def test_the_last_administrator_is_a_conflict_on_the_page(force, as_user, monkeypatch):
    eve = factories.UserFactory(role=Role.ADMINISTRATOR)
    browser = as_user(eve)
    monkeypatch.setattr(operations, "locked_administrators", lambda: [force.adam])
    response = browser.post(page("change_role", force.adam), {"role": "analyst"})
    assert response.status_code == 409
    assert "is the only administrator who can sign in" in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_remove_each_other_at_once():
    adam, eve = factories.UserFactory.create_batch(2, role=Role.ADMINISTRATOR)
    together, refused = threading.Barrier(2), []

    def remove(by: User, person: User) -> None:
        together.wait()
        try:
            operations.deactivate_person(by=by, person_id=person.pk)
        except DomainError as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=pair) for pair in ((adam, eve), (eve, adam))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["last_administrator"]
    assert User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count() == 1


def test_another_role_holds_from_the_next_request_on(force, adam, as_user):
    anna = as_user(force.anna)
    assert anna.get(reverse("hotspots:targets")).status_code == 200
    adam.post(page("change_role", force.anna), {"role": "pcc"})
    assert anna.get(reverse("hotspots:targets")).status_code == 403


def test_somebody_sent_away_is_out_on_the_next_request(force, adam, as_user):
    sam = as_user(force.sam)
    assert sam.get(reverse("hotspots:areas")).status_code == 200
    adam.post(page("deactivate_person", force.sam))
    assert sam.get(reverse("hotspots:areas")).status_code == 302
    assert sign_in(force.sam.email).status_code == 200


def test_the_page_of_a_person_says_what_they_may_do(force, adam):
    text = adam.get(page("person", force.paul)).content.decode()
    assert "see and download summary figures" in text
    assert "log shifts" not in text


def test_who_changed_a_role_shows_in_the_history(force, adam):
    adam.post(page("change_role", force.anna), {"role": "auditor"})
    text = adam.get(page("person", force.anna)).content.decode()
    assert "Role changed from Analyst to Auditor" in text
    assert "by Adam Admin" in text


def test_markup_in_a_name_is_shown_as_text(force, adam):
    adam.post(page("edit_person", force.sam), {"name": "<script>alert(1)</script>", "email": force.sam.email})
    for url in (reverse("hotspots:people"), page("person", force.sam), page("issue_link", force.sam)):
        assert "<script>alert" not in adam.get(url).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "sergeant"}, {"sam", "sue"}),
        ({"q": "SAM@"}, {"sam"}),
        ({"q": "_"}, set()),
        ({"role": "supervisor", "state": "left"}, {"sue"}),
        ({"state": "invited"}, {"anna"}),
        ({"state": "active", "role": "analyst"}, set()),
        ({"role": "emperor"}, {"sam", "sue", "anna", "paul", "adam", "audrey", "fay", "pete"}),
    ],
)
def test_people_are_found(force, adam, query, found):
    User.objects.filter(pk=force.sue.pk).update(is_active=False)
    User.objects.filter(pk=force.anna.pk).update(password=make_password(None))
    rows = adam.get(reverse("hotspots:people"), query).context["rows"]
    assert {row[0]["text"] for row in rows} == {force.people[name].name for name in found}


def test_the_list_asks_the_same_number_of_questions_however_long(force, adam, django_assert_num_queries):
    for person in factories.UserFactory.create_batch(30):
        factories.DistrictAccessFactory(user=person, district=force.north_herts)
    adam.get(reverse("core:help"))  # The session notes once a minute that it is in use.
    with django_assert_num_queries(6):
        response = adam.get(reverse("hotspots:people"))
    assert len(response.context["rows"]) == 25
