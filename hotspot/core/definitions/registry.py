"""Every definition by its version, and which one is current."""

from collections.abc import Mapping

from hotspot.core.definitions.base import Definition
from hotspot.core.definitions.v1 import V1

DEFINITIONS = {V1.version: V1}
CURRENT = V1
"""By which the summaries are kept and new statements and returns are counted."""


def definition_of(version: str) -> Definition:
    """The definition of this version. Raises LookupError for one that this code does not know."""
    if version not in DEFINITIONS:
        raise LookupError(f"There is no definition {version}: this code knows {', '.join(DEFINITIONS)}.")
    return DEFINITIONS[version]


def definition_of_body(body: Mapping[str, object]) -> Definition:
    """The definition by which a published body was counted. A body that names none was counted by the first, v1."""
    return definition_of(str(body.get("definition", V1.version)))
