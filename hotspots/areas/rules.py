"""What holds of districts."""

import re

from hotspot.core.errors import DomainError

DISTRICT_CODE = re.compile(r"[EW]\d{8}", re.ASCII)


def check_district_code(code: str) -> None:
    """Raise DomainError `district_code` unless it is an ONS code of England or Wales."""
    if not DISTRICT_CODE.fullmatch(code):
        raise DomainError(
            "district_code",
            "An ONS code is E or W and eight numbers, like E07000099. The ONS lists them for every district.",
            "code",
        )
