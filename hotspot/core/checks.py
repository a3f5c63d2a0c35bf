"""What `manage.py check --database default`, and with it `manage.py migrate`, asks of the database."""

from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import DEFAULT_DB_ALIAS

from hotspot.core import database_instance


def restored(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """An error from a restore until `after_restore` has been run: systems that mirror would miss changes."""
    if (
        DEFAULT_DB_ALIAS not in (databases or ())
        or not database_instance.is_migrated()
        or database_instance.current().is_itself
    ):
        return []
    hint = f"Run: python manage.py {database_instance.COMMAND} (docs/deployment.md, Backups)."
    return [Error(database_instance.NOT_RUN, hint=hint, id="hotspot.E001")]
