"""Whom people ask about what is published: made up."""

from hotspot.core.models import User
from reports.contact import operations


def make_contact(*, by: User) -> None:
    """Name the office, with an address and a number that are nobody's."""
    operations.save_contact(
        by=by,
        office="Office of the Police and Crime Commissioner for Hertfordshire",
        email="press@pcc.hotspot.example",
        telephone="01632 960001",
    )
