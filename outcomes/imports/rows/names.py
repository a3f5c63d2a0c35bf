"""Compares names as people do: whatever capitals, spaces, quotes, dashes and accents they are typed with."""

import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache

from hotspot.core import wording
from hotspot.core.errors import DomainError
from hotspot.core.models import User
from hotspot.core.text import PLAIN_DASHES
from hotspots.models import HotspotArea

_QUOTES = dict.fromkeys("‘’‚‛ʼʹ′`´", "'") | dict.fromkeys("“”„‟″", '"')
_ALIKE = str.maketrans(_QUOTES) | PLAIN_DASHES
_MOST_CLOSE = 5
_LONGEST = 200
_CUTOFF = 0.5


@lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """A name for comparing: small letters, single plain spaces, plain quotes and dashes, nothing that is invisible."""
    # Before NFKC, which takes the acute accent sign for a space and a mark.
    composed = unicodedata.normalize("NFKC", name.translate(_ALIKE)).translate(_ALIKE).casefold()
    visible = "".join(letter for letter in composed if unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFKC", " ".join(visible.split()))


def close_matches(name: str, areas: Iterable[HotspotArea]) -> list[HotspotArea]:
    """The areas whose names are most like this one, closest first, five at the most."""
    named: dict[str, list[HotspotArea]] = {}
    for area in areas:
        named.setdefault(plain_name(area.name), []).append(area)
    wanted = plain_name(name[:_LONGEST])
    close = get_close_matches(wanted, named, n=_MOST_CLOSE, cutoff=_CUTOFF)
    begun = [known for known in named if wanted and known.startswith(wanted.split(" ")[0]) and known not in close]
    return [area for known in [*close, *begun] for area in named[known]][:_MOST_CLOSE]


class AreaNames:
    """Hotspot areas by name, as `plain_name` compares names, and as the administrator matched spellings."""

    def __init__(self, by: User, answers: Mapping[str, int] | None = None) -> None:
        self.all = list(HotspotArea.objects.visible_to(by).with_district().defer("boundary"))
        self._matched = {area.pk: area for area in self.all}
        self._answers = answers or {}
        self._named: dict[str, list[HotspotArea]] = {}
        for area in self.all:
            self._named.setdefault(plain_name(area.name), []).append(area)

    def close(self, spelling: str) -> list[HotspotArea]:
        """The areas whose names are most like this spelling, closest first."""
        return close_matches(spelling, self.all)

    def find(self, name: str, district: str = "") -> HotspotArea:
        """The area of this name, or the one that the spelling was matched with. Raises DomainError `area_…`."""
        plain, where = plain_name(name), plain_name(district)
        if not plain:
            raise DomainError("area_missing", "Enter the hotspot area.", "area")
        found = [area for area in self._named.get(plain, ()) if where in ("", plain_name(area.district.name))]
        if len(found) == 1:
            return found[0]
        if matched := self._matched.get(self._answers.get(plain, 0)):
            return matched
        if found:
            districts = wording.listing([area.district.name for area in found])
            message = f"There is an area of this name in {districts}. Add a column with the district."
            raise DomainError("area_ambiguous", message, "area")
        place = f" in {district}" if district else ""
        message = f"There is no hotspot area of this name{place}. Correct it, or add the area under Manage."
        raise DomainError("area_unknown", message, "area")
