"""The measures of the current definition by name. `docs/measures.md` says the same as the definition."""

from hotspot.core.definitions.registry import CURRENT

DEFINITION_VERSION = CURRENT.version

PATROL_HOURS = CURRENT.measure("patrol_hours")
PATROLS = CURRENT.measure("patrols")
ASB_POWERS = CURRENT.measure("asb_powers")
CLOCK_HOURS = CURRENT.measure("clock_hours")

HEADLINE = CURRENT.headline
"""The six, in the order and words of the news item."""
CATALOGUE = CURRENT.measures

PROTECTED = CURRENT.protected
"""What counts people, or what was done to them: small numbers of single areas are withheld.

Hours and patrols describe what the police did and are always shown.
"""

VISIT_BAND = range(10, 21)
"""The minutes that a visit should have: 10 to 20, both included."""
SMALLEST_BASE = 20
"""Of fewer than these no percentage is shown: the counts are."""
