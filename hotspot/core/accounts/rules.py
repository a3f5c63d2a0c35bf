"""What must hold of people and their passwords."""

import re
from collections.abc import Collection

from django.core.exceptions import ValidationError

from hotspot.core.errors import Conflict, NotAllowed
from hotspot.core.models import User

MAXIMUM_PASSWORD_BYTES = 4096
# What somebody guessing at this service would try first, whatever is put around it.
LOCAL_WORDS = ("operationhotspot", "hertfordshire", "constabulary", "password", "hotspot", "police", "patrol", "herts")
LETTERS_BESIDES_LOCAL_WORDS = 6
_NOT_LETTERS = re.compile(r"[\W\d_]")


class NotEndless:
    """A password validator: refuses more than 4,096 bytes, which would only keep the hash function busy."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError `password_too_long`."""
        if len(password.encode("utf-8", "surrogatepass")) > MAXIMUM_PASSWORD_BYTES:
            raise ValidationError("The password must be shorter than 4,000 characters.", code="password_too_long")

    def get_help_text(self) -> str:
        """Nothing worth saying to a person."""
        return ""


class NotOurWords:
    """A password validator: refuses what is little more than the names around this service, like Hertfordshire1."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError `password_of_local_words`."""
        letters = _NOT_LETTERS.sub("", password.lower())
        rest = letters
        for word in LOCAL_WORDS:
            rest = rest.replace(word, "")
        if rest != letters and len(rest) < LETTERS_BESIDES_LOCAL_WORDS:
            raise ValidationError(
                "The password must not be made of names that belong to this service, the force or the county.",
                code="password_of_local_words",
            )

    def get_help_text(self) -> str:
        """One line for the list beside the field."""
        return "Do not build it from the names of the service, the force or the county."


def check_other_person(person: User, *, by: User, what: str) -> None:
    """Raise NotAllowed `own_account` when somebody would do to themselves what another administrator must do."""
    if person.pk == by.pk:
        raise NotAllowed("own_account", f"You cannot {what}. Ask another administrator to do it.")


def check_administrator_remains(person: User, administrators: Collection[User]) -> None:
    """Raise Conflict `last_administrator` unless somebody besides `person` can still administer.

    `administrators` are those who may sign in. One who never chose a password is not counted.
    """
    if not any(other.pk != person.pk and other.has_usable_password() for other in administrators):
        raise Conflict(
            "last_administrator",
            f"{person.name} is the only administrator who can sign in. Make somebody else an administrator first.",
        )
