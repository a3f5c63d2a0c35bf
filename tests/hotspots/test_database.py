"""What the database refuses of areas, whoever writes."""

import pytest
from django.db import IntegrityError

from tests import factories


@pytest.mark.parametrize("boundary", [{}, {"type": None}, {"type": "Point"}, {"coordinates": []}, []])
def test_a_boundary_is_a_polygon(db, boundary):
    with pytest.raises(IntegrityError, match="area_boundary_is_polygon"):
        factories.HotspotAreaFactory(boundary=boundary)
