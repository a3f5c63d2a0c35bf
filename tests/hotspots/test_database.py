"""What the database refuses of areas and districts, whoever writes."""

import pytest
from django.db import IntegrityError

from hotspots import queries
from hotspots.models import District, HotspotArea
from tests import factories


@pytest.mark.parametrize("boundary", [{}, {"type": None}, {"type": "Point"}, {"coordinates": []}, []])
def test_a_boundary_is_a_polygon(db, boundary):
    with pytest.raises(IntegrityError, match="area_boundary_is_polygon"):
        factories.HotspotAreaFactory(boundary=boundary)


@pytest.mark.parametrize("outline", [{}, {"type": None}, {"type": "Point"}, {"coordinates": []}, []])
def test_an_outline_is_a_polygon_or_missing(db, outline):
    assert factories.DistrictFactory().outline is None
    with pytest.raises(IntegrityError, match="district_outline_is_polygon"):
        factories.DistrictFactory(outline=outline)


def test_outlines_are_read_only_where_they_are_asked_for(force):
    District.objects.update(outline=factories.SQUARE)
    area = HotspotArea.objects.with_district()[0]
    for district in (
        area.district,
        *queries.districts_seen_by(force.adam),
        queries.areas_seen_by(force.adam)[0].district,
    ):
        assert district.get_deferred_fields() == {"outline"}
    assert area.district.outline == factories.SQUARE
