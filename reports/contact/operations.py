"""Writes to the contact."""

import pghistory
from django.db import transaction

from hotspot.core.errors import ChangedMeanwhile
from hotspot.core.history import version_of
from hotspot.core.models import User
from hotspot.core.text import clean_line
from hotspots.saving import save_row
from reports.models import PublicationContact


@transaction.atomic
def save_contact(
    *, by: User, version: int | None = None, office: str, email: str, telephone: str
) -> PublicationContact:
    """Say who answers questions about what is sent for sign-off from now on. What was sent before stays as it is.

    Raises DomainErrors, and ChangedMeanwhile if it is not the `version` that the caller had in front of them.
    """
    found = PublicationContact.objects.select_for_update().first() or PublicationContact()
    if version is not None and version_of(found) != version:
        raise ChangedMeanwhile
    found.office, found.email, found.telephone = clean_line(office), clean_line(email), clean_line(telephone)
    with pghistory.context(user=by.pk, action="contact for publications"):
        save_row(found)
    return found
