"""A shift of Sam's in Hitchin, last night from 10pm to 6am, with two police officers."""

import pytest

from patrols.models import PatrolShift
from tests import factories


@pytest.fixture
def hitchin_shift(force, now):
    """`hitchin_shift(**fields)` is a completed shift that Sam logged, unless the fields say otherwise."""

    def make(**fields) -> PatrolShift:
        return factories.PatrolShiftFactory(
            **{"area": force.hitchin, "funding_stream": force.grant, "logged_by": force.sam} | fields
        )

    return make


@pytest.fixture
def shift(hitchin_shift) -> PatrolShift:
    """The shift itself."""
    return hitchin_shift()


@pytest.fixture
def sam(force, now, as_user):
    """Sam's browser."""
    return as_user(force.sam)
