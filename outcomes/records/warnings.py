"""Words for what was unusual about a shift and kept all the same: for those who check the data."""

from collections.abc import Sequence

from hotspot.core import wording

_WARNINGS = {
    "long_shift": "longer than 12 hours",
    "area_not_active": "the area was not active that day",
    "duplicate": "looks like another shift",
    "overlap": "overlaps another shift of the same person",
    "same_patrol": "might be the same patrol as somebody else’s shift",
    "planned_twice": "somebody of the crew was planned elsewhere at that time",
    "area_planned": "the area had a shift at that time already",
    "many_arrests": "unusually many arrests",
    "clock_skew": "the clock of the device was wrong",
}


def warnings_in_words(codes: Sequence[str], reason: str) -> str:
    """Longer than 12 hours and unusually many arrests. Kept because: … Empty when there were none."""
    if not codes:
        return ""
    said = wording.listing([_WARNINGS.get(code, code.replace("_", " ")) for code in codes])
    return f"{said[:1].upper()}{said[1:]}. Kept because: {reason}"
