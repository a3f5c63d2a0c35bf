"""What the body of a statement says of when it was signed off and is released."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hotspot.core.calendar import LONDON


def release_time(at: datetime | None) -> dict[str, str]:
    """What a body that waits for sign-off says of its release, so that it is signed off with it; nothing: at once."""
    return {"release_at": _london(at)} if at else {}


def signed(body: Mapping[str, Any], *, by: str, at: datetime, released_at: datetime | None = None) -> dict[str, Any]:
    """The body with who signed it off and when, and when it is released: whole, as it is published.

    No `released_at`: once it is signed off.
    """
    said = {name: value for name, value in body.items() if name != "release_at"}
    later = {"signed_off_at": _london(at)} if released_at else {}
    return {**said, "approved_by": by, "published_at": _london(released_at or at), **later}


def _london(at: datetime) -> str:
    return at.astimezone(LONDON).isoformat(timespec="seconds")
