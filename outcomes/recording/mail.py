"""E-mail to administrators about what waits for them. It says nothing of the records themselves."""

from functools import partial

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from hotspot.core import mail
from hotspot.core.models import User
from hotspot.core.permissions import Permission
from patrols.models import CorrectionRequest


def tell_administrators(request: CorrectionRequest) -> None:
    """E-mail everybody who can answer the request, once it is committed. Nothing depends on it: the list has it too."""
    transaction.on_commit(partial(_send, request))


def _send(request: CorrectionRequest) -> None:
    people = User.objects.who_may(Permission.CORRECT_ANY_SHIFT)
    mail.send(
        f"A correction of {request.shift.reference} is asked for",
        "outcomes/correction_request.txt",
        {
            "shift": request.shift,
            "url": settings.SITE_URL + reverse("outcomes:correction_request", args=(request.pk,)),
        },
        bcc=[user.email for user in people],
    )
