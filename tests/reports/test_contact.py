"""Whom people ask about what is published: set by an administrator, and kept with each publication as it was then."""

from datetime import date

import pytest
from django.db import IntegrityError

from hotspot.core.errors import ChangedMeanwhile
from reports.contact import operations
from reports.models import PublicationContact
from tests.conftest import NOW
from tests.publishing import published
from tests.reports.test_figures_page import patrol
from tests.returns import HOURS, submitted

PAGE = "/published/contact/"
OFFICE = {"office": "Office of the Police and Crime Commissioner", "email": "press@pcc.example", "telephone": ""}


def test_an_administrator_says_whom_to_ask(force, as_user):
    adam = as_user(force.adam)
    assert adam.post(PAGE, OFFICE).url == "/manage/"
    assert "press@pcc.example" in adam.get(PAGE).content.decode()
    assert as_user(force.paul).post(PAGE, OFFICE).status_code == 403
    assert PublicationContact.objects.get().email == "press@pcc.example"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"office": ""}, "Enter"),
        ({"email": ""}, "Enter an e-mail address or a telephone number."),
        ({"email": "press at pcc"}, "Enter a"),
    ],
)
def test_what_cannot_be_reached_is_no_contact(force, as_user, changes, said):
    response = as_user(force.adam).post(PAGE, OFFICE | changes)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not PublicationContact.objects.exists()


def test_of_two_who_change_it_at_once_the_second_is_told(force):
    operations.save_contact(by=force.adam, **OFFICE)
    with pytest.raises(ChangedMeanwhile):
        operations.save_contact(by=force.adam, version=0, **OFFICE)


def test_the_database_has_one(force):
    for office in ("One", "Another"):
        operations.save_contact(by=force.adam, **OFFICE | {"office": office})
    assert PublicationContact.objects.get().office == "Another"
    with pytest.raises(IntegrityError):
        PublicationContact.objects.create(pk=2, office="A third", email="third@pcc.example")


def test_a_publication_keeps_whom_it_named(force, now):
    patrol(force, force.hitchin, date(2024, 9, 6))
    before = published(force, NOW)
    operations.save_contact(by=force.adam, **OFFICE)
    after, made = published(force, NOW), submitted(force, NOW, HOURS)
    kept = {name: value for name, value in OFFICE.items() if value}
    operations.save_contact(by=force.adam, **OFFICE | {"email": "other@pcc.example"})
    for each in (before, after, made):
        each.refresh_from_db()
    assert "contact" not in before.body
    assert after.body["contact"] == made.body["contact"] == kept
    assert after.body["addresses"]["statement"].endswith(f"/{after.slug}/")
