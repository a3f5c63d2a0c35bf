"""Fills a new database with a small force that works today, and says on its output, as JSON, what a test needs of it.

Run in a process of its own: the tests' Django is set up for another database.
"""

import json
from datetime import timedelta

import django
from django.core.management import call_command
from django.test import Client
from django.utils import timezone


def make() -> dict[str, object]:
    """Sam signed in, where she patrols, and the address of a colleague who is about to forget her password."""
    from hotspot.core.calendar import today  # noqa: PLC0415 - models can be imported once Django is set up
    from tests import factories  # noqa: PLC0415

    day = today(timezone.now())
    programme = factories.ProgrammeFactory(first_day=day - timedelta(100), last_day=day + timedelta(100))
    factories.FundingStreamFactory(programme=programme, is_default=True)
    area = factories.HotspotAreaFactory(name="Hitchin", first_day=programme.first_day)
    sam, sue = (factories.UserFactory(name=name, email=f"{name}@hotspot.example") for name in ("sam", "sue"))
    for person in (sam, sue):
        factories.DistrictAccessFactory(user=person, district=area.district)
    browser = Client()
    browser.force_login(sam, backend="django.contrib.auth.backends.ModelBackend")
    return {
        "area": area.pk,
        "night": str(day - timedelta(2)),
        "session": browser.cookies["session"].value,
        "emails": {"sam": sam.email, "sue": sue.email},
        "password": factories.PASSWORD,
    }


if __name__ == "__main__":
    django.setup()
    call_command("migrate", verbosity=0)
    print(json.dumps(make()))  # noqa: T201
