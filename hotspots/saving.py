"""What the writes of this app share: the locked row, and a row that is checked and saved."""

from typing import TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from hotspot.core.errors import ChangedMeanwhile, DomainError, raise_all
from hotspot.core.history import version_of

Row = TypeVar("Row", bound=models.Model)


def locked_row(model: type[Row], pk: int | None, version: int | None = None) -> Row:
    """The row of this id, locked until the transaction ends; a new unsaved one for None.

    Raises ChangedMeanwhile if it is gone, or not the version (of `version_of`) that the caller had in front of them.
    """
    if pk is None:
        return model()
    # Of itself only: a model that is ordered by another one's fields would lock that one's row too.
    row = model._default_manager.select_for_update(of=("self",)).filter(pk=pk).first()
    if row is None or (version is not None and version_of(row) != version):
        raise ChangedMeanwhile
    return row


def save_row(row: models.Model) -> None:
    """Write the row as its model's own checks let it. Raises DomainErrors, each with its field."""
    _check_row(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        # Somebody took the name between the check and the write: now the check finds it, and says so.
        _check_row(row)
        raise


def _check_row(row: models.Model) -> None:
    """Run the model's own checks and say what they find as DomainErrors, each with its field."""
    try:
        row.full_clean()
    except ValidationError as refusal:
        raise_all(
            [
                DomainError(error.code or "invalid", message, None if field == NON_FIELD_ERRORS else field)
                for field, errors in refusal.error_dict.items()
                for error in errors
                for message in error.messages
            ]
        )
