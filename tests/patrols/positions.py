"""Files of positions, for tests."""

from datetime import UTC, datetime, timedelta

from patrols.models import PositionFile
from patrols.visits import operations

AT = datetime(2024, 10, 14, 9, tzinfo=UTC)
# In the triangle of Hitchin, and well outside it.
INSIDE, OUTSIDE = (51.941, -0.272), (51.90, -0.272)


def csv_of(*rows: tuple[object, ...], headings: str = "time,latitude,longitude") -> bytes:
    """A CSV file of positions."""
    return "\r\n".join([headings, *(",".join(map(str, row)) for row in rows), ""]).encode()


def track(*stretches: tuple[int, bool], every: int = 60, start: str = "2024-10-12T20:00:00+00:00") -> list[tuple]:
    """Positions so many times inside or outside, one after the other."""
    at, rows = datetime.fromisoformat(start), []
    for number, is_inside in stretches:
        for _ in range(number):
            rows.append((at.isoformat(), *(INSIDE if is_inside else OUTSIDE)))
            at += timedelta(seconds=every)
    return rows


def checked(force) -> PositionFile:
    """A file with a visit to Hitchin and a row that cannot be read, not counted yet."""
    content = csv_of(*track((8, False), (14, True), (3, False)), ("", "", "0"))
    return operations.check_file(by=force.anna, at=AT, name="radio.csv", content=content)
