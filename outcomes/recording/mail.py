"""E-mail to administrators about what waits for them. It says nothing of the records themselves."""

import logging
from functools import partial
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from hotspot.core.models import User
from hotspot.core.permissions import Permission
from patrols.models import CorrectionRequest

logger = logging.getLogger(__name__)
# What Django does without a mail server: it prints.
_NO_SERVER = "django.core.mail.backends.console.EmailBackend"


def tell_administrators(request: CorrectionRequest) -> None:
    """E-mail everybody who can answer the request, once it is committed. Nothing depends on it: the list has it too."""
    transaction.on_commit(partial(_send, request))


def _send(request: CorrectionRequest) -> None:
    if settings.EMAIL_BACKEND == _NO_SERVER:
        return
    people = [user for user in User.objects.people().filter(is_active=True) if user.may(Permission.CORRECT_ANY_SHIFT)]
    url = settings.SITE_URL.rstrip("/") + reverse("outcomes:correction_request", args=(request.pk,))
    body = render_to_string("outcomes/correction_request.txt", {"shift": request.shift, "url": url})
    message = EmailMessage(
        f"A correction of {request.shift.reference} is asked for", body, bcc=[user.email for user in people]
    )
    try:
        message.send()
    except (OSError, SMTPException):
        logger.exception("The administrators could not be e-mailed about correction request %s.", request.pk)
