"""LSOAs and street segments, in which analyses can count instead of cells: layers that a force loads and keeps."""

from typing import Self

from django.db import models
from django.db.models import Q

from hotspot.core.models import User
from hotspot.core.permissions import Permission
from hotspots.models.reference import District


class UnitLayerQuerySet(models.QuerySet["UnitLayer"]):
    def visible_to(self, user: User) -> Self:
        """All of them, for who may see police data."""
        return self if user.may(Permission.VIEW_INCIDENTS) else self.none()

    def newest(self) -> Self:
        """The newest version of each kind and vintage."""
        same = Q(kind=models.OuterRef("kind"), vintage=models.OuterRef("vintage"))
        return self.exclude(models.Exists(UnitLayer.objects.filter(same, version__gt=models.OuterRef("version"))))


class UnitLayer(models.Model):
    """Units of one kind that a file had for the districts here. It is never changed: a later file is the next version.

    `vintage` is the census year of LSOAs, which have other codes and outlines in each; 0 for streets. `source` names
    the edition and whose it is. The file had `outside` other units that are not in these districts, and `repaired`
    outlines that were not valid as drawn.
    """

    class Kind(models.TextChoices):
        LSOA = "lsoa", "LSOAs"
        STREET = "street", "Street segments"

    kind = models.CharField(max_length=10, choices=Kind)
    vintage = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveSmallIntegerField()
    source = models.CharField(max_length=300)
    outside = models.PositiveIntegerField()
    repaired = models.PositiveIntegerField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = UnitLayerQuerySet.as_manager()

    class Meta:
        ordering = ("kind", "-vintage", "-version")
        constraints = (
            models.UniqueConstraint(fields=("kind", "vintage", "version"), name="unit_layer_version_once"),
            models.CheckConstraint(
                condition=Q(kind="lsoa", vintage__in=(2011, 2021)) | Q(kind="street", vintage=0),
                name="unit_layer_vintage",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"

    @property
    def name(self) -> str:
        """LSOAs of 2021; Street segments."""
        kind = str(UnitLayer.Kind(self.kind).label)
        return f"{kind} of {self.vintage}" if self.vintage else kind


class LayerUnit(models.Model):
    """One LSOA or street segment of a layer, in the district that holds most of it.

    `outline` is its polygon or line in longitude and latitude (WGS 84), as well-known binary: a county has 60,000
    segments, which take a tenth of the time to read that GeoJSON takes.
    """

    layer = models.ForeignKey(UnitLayer, models.PROTECT, related_name="units")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120, blank=True)
    district = models.ForeignKey(District, models.PROTECT, related_name="+")
    outline = models.BinaryField()

    class Meta:
        ordering = ("code",)
        constraints = (models.UniqueConstraint(fields=("layer", "code"), name="layer_unit_code_once"),)

    def __str__(self) -> str:
        return self.name or self.code
