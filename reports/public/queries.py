"""What the public may see: statements that were published, and nothing while the force has not switched it on."""

from django.conf import settings

from reports.models import Statement, StatementQuerySet


def public_statements() -> StatementQuerySet:
    """Every published version, the last to be released first; none while the pages are off."""
    if not settings.PUBLIC_STATEMENTS:
        return Statement.objects.none()
    return Statement.objects.published().newest_first()


def latest() -> Statement | None:
    """The last to be released that no later version replaces."""
    corrected = Statement.objects.published().filter(corrects__isnull=False).values("corrects")
    return public_statements().exclude(pk__in=corrected).first()
