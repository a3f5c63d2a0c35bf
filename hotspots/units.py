"""Hours, as forms take them, in minutes."""

from decimal import Decimal

from hotspot.core.errors import DomainError


def minutes_from_hours(hours: Decimal, field: str | None = None) -> int:
    """A number of hours that a person typed, as whole minutes. Raises DomainError `hours_not_whole_minutes`."""
    minutes = hours * 60
    if minutes != minutes.to_integral_value():
        raise DomainError("hours_not_whole_minutes", "Enter hours in quarters, like 37.5 or 12.25", field)
    return int(minutes)
