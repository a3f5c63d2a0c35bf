"""What pays for a shift, in words."""

from collections.abc import Iterable
from datetime import date

from hotspot.core import wording
from hotspots.models import FundingStream
from patrols.shifts.rules import usual_stream


def paid_from(streams: Iterable[FundingStream], day: date) -> str:
    """What pays for a shift on this day unless another stream is chosen; empty unless several programmes run then."""
    running = [stream for stream in streams if day in stream.programme.period]
    programmes = sorted({stream.programme.name for stream in running})
    usual = usual_stream(running)
    if usual is None or len(programmes) < 2:
        return ""
    return (
        f"{wording.listing(programmes)} run on {wording.weekday(day)}. {usual.programme.name} pays for the shift "
        f"({usual.name}) unless you choose otherwise."
    )
